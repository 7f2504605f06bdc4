import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { StackConfig } from "../config";
import { isAmbiguous, isNotFound, LookUps } from "../config/look-ups";
import { NetworkConfig } from "../config/schema-network";
import { endpointServiceName, gatewayEndpoints } from "../rules/endpoints";

type Existing = NonNullable<NetworkConfig["existing"]>;
type Endpoint = aws.ec2.GetVpcEndpointResult;

/** By which route table a subnet of the tasks goes. */
export interface SubnetWay {
  subnet: string;
  table: string;
}

/** Asks AWS for the endpoints of an existing VPC: those that it is said to have, and those that are to be made there. */
export class ExistingEndpoints {
  constructor(
    private readonly config: StackConfig,
    private readonly existing: Existing,
    private readonly ways: Promise<readonly SubnetWay[]>,
    private readonly lookUps: LookUps,
    private readonly opts: pulumi.InvokeOptions,
  ) {}

  /**
   * One that the VPC is said to have.
   *
   * @returns the prefix list of a gateway endpoint
   */
  async find(name: string): Promise<string | undefined> {
    const { vpcId } = this.existing;
    const path = "network.existing.endpoints";
    const allowed = `endpoints that ${vpcId} has`;
    let found: Endpoint | undefined;
    try {
      found = await this.askFor(name);
    } catch (error) {
      if (isAmbiguous(error)) return this.oneOfSeveral(name);
      const fix = `take it out, or move it to network.existing.create: ${everybody}`;
      this.lookUps.fail({ path, got: name, allowed, fix }, error);
      return undefined;
    }
    if (this.isOurs(found, name)) return this.refuseOwn(name, found.id);
    const refuse = (what: string, should: string, fix: string): void =>
      this.lookUps.refuse(
        `${path}: got ${name}, and ${found.id} ${what}. Allowed: one that ${should}. Fix: ${fix}.`,
      );
    if (found.state !== "available") refuse(`is ${found.state}`, "is available", "wait, or accept it");
    if (isGateway(name)) await this.checkRoutes(found, refuse);
    else this.checkInterface(found, refuse);
    return isGateway(name) ? found.prefixListId : undefined;
  }

  /** Nothing tells which of them the tasks would meet; of a gateway's the prefix list is the same. */
  private async oneOfSeveral(name: string): Promise<string | undefined> {
    const { vpcId, routeTableIds } = this.existing;
    if (await this.hasOwn(name)) return this.refuseOwn(name, "one of them");
    void pulumi.log.warn(
      `${vpcId} has several endpoints of ${name}: it is not known here whether ` +
        (isGateway(name)
          ? `each of network.existing.routeTableIds (${routeTableIds.join(", ")}) leads to one.`
          : "one that has private DNS admits the tasks."),
    );
    if (!isGateway(name)) return undefined;
    const service = endpointServiceName(this.config.region, name);
    const list = await this.lookUps.find(
      {
        path: "network.existing.endpoints",
        got: name,
        allowed: `endpoints with the prefix list ${service}`,
        fix: "ask again",
      },
      () => aws.ec2.getManagedPrefixList({ name: service }, this.opts),
    );
    return list?.id;
  }

  /** What a stack makes and stops naming in `create` is deleted, for everybody; here that would look like keeping it. */
  private refuseOwn(name: string, which: string): undefined {
    this.lookUps.refuse(
      `network.existing.endpoints: got ${name}, and ${which} is this stack's own, which is deleted, for everybody in the VPC, ` +
        "where network.existing.create does not name it. Allowed: endpoints that somebody else made. Fix: move it to " +
        "network.existing.create.",
    );
  }

  private async checkRoutes({ routeTableIds }: Endpoint, refuse: Refuse): Promise<void> {
    const named = this.existing.routeTableIds;
    const away = named.filter((id) => !routeTableIds.includes(id));
    if (away.length > 0) {
      const rest = away.join(", ");
      refuse(`is not on ${rest}`, "is on each of network.existing.routeTableIds", `have it put on ${rest}`);
    }
    for (const { subnet, table } of await this.waysBeside([...named, ...routeTableIds])) {
      refuse(
        `is not on ${table}, by which ${subnet} goes`,
        "is on the route table of each of network.existing.subnetIds",
        `have it put on ${table}, or name another subnet`,
      );
    }
  }

  /** Subnets that go by none of these tables, where tasks have no other way to what is behind a gateway endpoint. */
  private async waysBeside(tables: readonly string[]): Promise<SubnetWay[]> {
    if (this.config.network.egress !== "endpoints") return [];
    return (await this.ways).filter(({ table }) => !tables.includes(table));
  }

  private checkInterface({ privateDnsEnabled, securityGroupIds }: Endpoint, refuse: Refuse): void {
    if (!privateDnsEnabled) {
      refuse(
        "has no private DNS",
        "answers by AWS's own names, which the tasks ask for",
        "have private DNS enabled on it",
      );
    }
    const { reach } = this.config.network;
    const { endpointSecurityGroupId } = this.existing;
    const open = [endpointSecurityGroupId, ...reach.filter(({ port }) => port === 443).map(({ to }) => to)];
    if (securityGroupIds.some((id) => open.includes(id))) return;
    refuse(
      `is behind ${securityGroupIds.join(", ")}`,
      "is behind network.existing.endpointSecurityGroupId, or a group of network.reach on port 443",
      `add reach: [{ to: ${securityGroupIds[0] ?? "sg-…"}, port: 443 }] and have that group admit network-workload`,
    );
  }

  /** What would keep an endpoint from being made, where AWS refuses it half-way through the update, or from being reached. */
  async checkNew(name: string): Promise<void> {
    await Promise.all([this.checkConflict(name), ...(isGateway(name) ? [this.checkWays(name)] : [])]);
  }

  private async checkWays(name: string): Promise<void> {
    const { routeTableIds } = this.existing;
    // That there has to be one has been told already.
    if (routeTableIds.length === 0) return;
    for (const { subnet, table } of await this.waysBeside(routeTableIds)) {
      this.lookUps.refuse(
        `network.existing.routeTableIds: got ${routeTableIds.join(", ")}, and ${subnet} goes by ${table}. Allowed: with egress ` +
          `endpoints the route table of each of network.existing.subnetIds: nothing else leads tasks to ${name}. Fix: add ${table}.`,
      );
    }
  }

  private async checkConflict(name: string): Promise<void> {
    const { vpcId, routeTableIds } = this.existing;
    const path = "network.existing.create";
    let found: Endpoint;
    try {
      found = await this.askFor(name, [
        { name: "vpc-endpoint-state", values: ["pendingAcceptance", "pending", "available"] },
      ]);
    } catch (error) {
      if (isNotFound(error)) return;
      if (isAmbiguous(error)) return this.oneMore(name);
      const allowed = `endpoints that ${vpcId} does not have`;
      return this.lookUps.fail({ path, got: name, allowed, fix: "ask again" }, error);
    }
    if (this.isOurs(found, name)) return;
    const tables = found.routeTableIds.filter((id) => routeTableIds.includes(id));
    const refusal = isGateway(name)
      ? tables.length > 0 && `whose route is in ${tables.join(", ")} already`
      : found.privateDnsEnabled && "which has the service's name in the VPC: AWS gives it to one alone";
    if (!refusal) return;
    this.lookUps.refuse(
      `${path}: got ${name}, but ${vpcId} has ${found.id}, ${refusal}. Allowed: endpoints that it does not have. ` +
        `Fix: move it to network.existing.endpoints${this.formerOwner(found)}.`,
    );
  }

  /** Nothing tells which of them has the name, or a route in these tables. */
  private async oneMore(name: string): Promise<void> {
    const { vpcId, routeTableIds } = this.existing;
    if (await this.hasOwn(name)) return;
    void pulumi.log.warn(
      `${vpcId} has several endpoints of ${name}, and network.existing.create makes one more. AWS refuses it, in the middle of ` +
        (isGateway(name)
          ? `the update, where one of ${routeTableIds.join(", ")} has a route to one of them already`
          : "the update, where one of them has private DNS") +
        `: then name ${name} in network.existing.endpoints.`,
    );
  }

  private isOurs({ tags }: Endpoint, name: string): boolean {
    return Object.entries(this.marks(name)).every(([key, value]) => tags[key] === value);
  }

  /** The same of several. */
  private async hasOwn(name: string): Promise<boolean> {
    const marks = Object.entries(this.marks(name));
    try {
      await this.askFor(
        name,
        marks.map(([key, value]) => ({ name: `tag:${key}`, values: [value] })),
      );
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      if (isAmbiguous(error)) return true;
      const allowed = `endpoints of ${this.existing.vpcId} that can be told apart`;
      this.lookUps.fail({ path: "network.existing", got: name, allowed, fix: "ask again" }, error);
      return false;
    }
  }

  /** By which an endpoint of this stack's is known. */
  private marks(name: string): Record<string, string> {
    return { Name: `network-${name}`, ...this.tags };
  }

  /** A stack that was renamed finds its own endpoint under its former name, and must not give it up. */
  private formerOwner({ tags: { Project, Stack } }: Endpoint): string {
    if (Project === undefined || Stack === undefined) return "";
    const wanted = Object.entries(this.tags).map(([key, value]) => `${key}=${value}`);
    return `; it belongs to stack ${Stack} of ${Project}: if that is this one's former name, tag it ${wanted.join(" ")} instead`;
  }

  /** What the provider puts on all that is this stack's: see provider.ts. */
  private get tags(): { Project: string; Stack: string } {
    const { project, stack, tags } = this.config;
    return { Project: tags.Project ?? project, Stack: tags.Stack ?? stack };
  }

  private askFor(name: string, filters: { name: string; values: string[] }[] = []): Promise<Endpoint> {
    return aws.ec2.getVpcEndpoint(
      {
        vpcId: this.existing.vpcId,
        serviceName: endpointServiceName(this.config.region, name),
        // S3 and DynamoDB have interface endpoints as well, which Fargate's image layers do not come by.
        filters: [
          { name: "vpc-endpoint-type", values: [isGateway(name) ? "Gateway" : "Interface"] },
          ...filters,
        ],
      },
      this.opts,
    );
  }
}

type Refuse = (what: string, should: string, fix: string) => void;

export const isGateway = (name: string): boolean => gatewayEndpoints.includes(name);

const everybody = "it is then made, for everybody in the VPC";
