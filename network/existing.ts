import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { StackConfig } from "../config";
import { isAmbiguous, isNotFound, LookUps } from "../config/look-ups";
import { NetworkConfig } from "../config/schema-network";
import { endpointServiceName, gatewayEndpoints } from "../rules/endpoints";
import { subnetProblems } from "../rules/zones";

type Existing = NonNullable<NetworkConfig["existing"]>;
type Endpoint = aws.ec2.GetVpcEndpointResult;

/** What AWS tells of a VPC that this stack adopts. */
export interface AdoptedVpc {
  /** Its address ranges. */
  cidrs: readonly string[];
  /** Prefix lists of the gateway endpoints that it has, by name: `s3`, `dynamodb`. */
  prefixListIds: Readonly<Record<string, string>>;
}

/** Looks up what the configuration says of an existing VPC, so that what is not so fails in preview. */
export async function findExisting(
  config: StackConfig,
  existing: Existing,
  lookUps: LookUps,
  opts: pulumi.InvokeOptions,
): Promise<AdoptedVpc> {
  const { endpoints, create } = existing;
  const ask = new Questions(config, existing, lookUps, opts);
  const [cidrs, , found] = await Promise.all([
    ask.vpc(),
    Promise.all([ask.subnets(), ask.routeTables()]),
    Promise.all(endpoints.map(async (name) => [name, await ask.endpoint(name)] as const)),
    Promise.all(create.map((name) => ask.conflict(name))),
  ]);
  const prefixListIds = found.flatMap(([name, endpoint]) =>
    endpoint && gatewayEndpoints.includes(name) ? [[name, endpoint.prefixListId] as const] : [],
  );
  return { cidrs, prefixListIds: Object.fromEntries(prefixListIds) };
}

class Questions {
  constructor(
    private readonly config: StackConfig,
    private readonly existing: Existing,
    private readonly lookUps: LookUps,
    private readonly opts: pulumi.InvokeOptions,
  ) {}

  /** @returns the VPC's address ranges */
  async vpc(): Promise<string[]> {
    const { region, network } = this.config;
    const { vpcId, endpoints, create } = this.existing;
    const path = "network.existing.vpcId";
    const vpc = await this.lookUps.find(
      { path, got: vpcId, allowed: `a VPC of this account in ${region}`, fix: "name one that is there" },
      () => aws.ec2.getVpc({ id: vpcId }, this.opts),
    );
    if (!vpc) return [];
    const needed = {
      enableDnsSupport: true,
      // By these names alone an interface endpoint answers.
      enableDnsHostnames:
        network.egress === "endpoints" || [...endpoints, ...create].some((name) => !isGateway(name)),
    };
    for (const [attribute, option] of [
      ["enableDnsSupport", "--enable-dns-support"],
      ["enableDnsHostnames", "--enable-dns-hostnames"],
    ] as const) {
      if (vpc[attribute] || !needed[attribute]) continue;
      this.lookUps.refuse(
        `${path}: got ${vpcId}, whose ${attribute} is off. Allowed: a VPC where it is on, or the names of endpoints do not ` +
          `lead to them. Fix: aws ec2 modify-vpc-attribute --vpc-id ${vpcId} ${option}.`,
      );
    }
    const ranges = vpc.cidrBlockAssociations
      .filter(({ state }) => state === "associated")
      .map(({ cidrBlock }) => cidrBlock);
    return [...new Set([vpc.cidrBlock, ...ranges])].sort();
  }

  async subnets(): Promise<void> {
    const { region } = this.config;
    const { vpcId, subnetIds } = this.existing;
    const found = await Promise.all(
      subnetIds.map((id) =>
        this.lookUps.find(
          {
            path: "network.existing.subnetIds",
            got: id,
            allowed: `subnets of ${vpcId} in ${region}`,
            fix: "name one that is there",
          },
          () => aws.ec2.getSubnet({ id }, this.opts),
        ),
      ),
    );
    const subnets = found.flatMap((subnet) => subnet ?? []);
    this.lookUps.refuse(
      ...subnetProblems(
        region,
        vpcId,
        subnets.map((subnet) => ({
          id: subnet.id,
          vpcId: subnet.vpcId,
          zoneId: subnet.availabilityZoneId,
          zone: subnet.availabilityZone,
        })),
      ),
    );
  }

  /** Those that gateway endpoints are put on, which AWS refuses in another VPC. */
  async routeTables(): Promise<void> {
    const { vpcId, routeTableIds } = this.existing;
    const path = "network.existing.routeTableIds";
    await Promise.all(
      routeTableIds.map(async (id) => {
        const allowed = `route tables of ${vpcId} in ${this.config.region}`;
        const wanted = { path, got: id, allowed, fix: "name one that is there" };
        const found = await this.lookUps.find(wanted, () =>
          aws.ec2.getRouteTable({ routeTableId: id }, this.opts),
        );
        if (!found || found.vpcId === vpcId) return;
        this.lookUps.refuse(
          `${path}: got ${id}, which lies in ${found.vpcId}. Allowed: ${allowed}. Fix: name those of the subnets.`,
        );
      }),
    );
  }

  /** One that the VPC is said to have. */
  async endpoint(name: string): Promise<Endpoint | undefined> {
    const { vpcId } = this.existing;
    const path = "network.existing.endpoints";
    const allowed = `endpoints that ${vpcId} has`;
    let found: Endpoint | undefined;
    try {
      found = await this.askFor(name);
    } catch (error) {
      if (isAmbiguous(error)) {
        void pulumi.log.warn(
          `${vpcId} has several endpoints of ${name}: it is not known here whether one that has private DNS admits the tasks.`,
        );
        return undefined;
      }
      const fix = `take it out, or move it to network.existing.create: ${everybody}`;
      this.lookUps.fail({ path, got: name, allowed, fix }, error);
      return undefined;
    }
    const refuse = (what: string, should: string, fix: string): void =>
      this.lookUps.refuse(
        `${path}: got ${name}, and ${found.id} ${what}. Allowed: one that ${should}. Fix: ${fix}.`,
      );
    if (found.state !== "available") refuse(`is ${found.state}`, "is available", "wait, or accept it");
    if (isGateway(name)) this.checkRoutes(found, refuse);
    else this.checkInterface(found, refuse);
    return found;
  }

  private checkRoutes({ routeTableIds }: Endpoint, refuse: Refuse): void {
    const away = this.existing.routeTableIds.filter((id) => !routeTableIds.includes(id));
    if (away.length === 0) return;
    const rest = away.join(", ");
    refuse(`is not on ${rest}`, "is on each of network.existing.routeTableIds", `have it put on ${rest}`);
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

  /** What would keep an endpoint from being made: AWS refuses it half-way through the update. */
  async conflict(name: string): Promise<void> {
    const { vpcId, routeTableIds } = this.existing;
    const path = "network.existing.create";
    let found: Endpoint;
    try {
      found = await this.askFor(name, [
        { name: "vpc-endpoint-state", values: ["pendingAcceptance", "pending", "available"] },
      ]);
    } catch (error) {
      // Of several one may be this stack's own; nothing tells which has the name.
      if (isNotFound(error) || isAmbiguous(error)) return;
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

  private isOurs({ tags }: Endpoint, name: string): boolean {
    return (
      tags.Name === `network-${name}` &&
      Object.entries(this.tags).every(([key, value]) => tags[key] === value)
    );
  }

  /** A stack that was renamed finds its own endpoint under its former name, and must not give it up. */
  private formerOwner({ tags: { Project, Stack } }: Endpoint): string {
    if (Project === undefined || Stack === undefined) return "";
    const wanted = Object.entries(this.tags).map(([key, value]) => `${key}=${value}`);
    return `; it belongs to stack ${Stack} of ${Project}: if that is this one's former name, tag it ${wanted.join(" ")} instead`;
  }

  /** By which an endpoint of this stack's is known: see provider.ts. */
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

const isGateway = (name: string): boolean => gatewayEndpoints.includes(name);

const everybody = "it is then made, for everybody in the VPC";
