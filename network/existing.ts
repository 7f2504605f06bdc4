import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { StackConfig } from "../config";
import { isNotFound, LookUps } from "../config/look-ups";
import { NetworkConfig } from "../config/schema-network";
import { subnetProblems } from "../rules/zones";
import { ExistingEndpoints, isGateway, SubnetWay } from "./existing-endpoints";

type Existing = NonNullable<NetworkConfig["existing"]>;

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
  const ways = ask.subnets();
  const endpointsThere = new ExistingEndpoints(config, existing, ways, lookUps, opts);
  const [cidrs, , found] = await Promise.all([
    ask.vpc(),
    Promise.all([ways, ask.routeTables()]),
    Promise.all(endpoints.map(async (name) => [name, await endpointsThere.find(name)] as const)),
    Promise.all(create.map((name) => endpointsThere.checkNew(name))),
  ]);
  const prefixListIds = found.flatMap(([name, id]) => (id === undefined ? [] : [[name, id] as const]));
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

  /** @returns by which route table each goes */
  async subnets(): Promise<SubnetWay[]> {
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
    const within = subnets.filter((subnet) => subnet.vpcId === vpcId);
    const ways = await Promise.all(within.map(({ id }) => this.wayOf(id)));
    return ways.flatMap((way) => way ?? []);
  }

  /** Tasks that get nowhere do not start, and an update waits long for them. */
  private async wayOf(subnet: string): Promise<SubnetWay | undefined> {
    const table = await this.tableOf(subnet);
    if (!table) return undefined;
    const { id, routes } = table;
    const { egress } = this.config.network;
    if (egress === "endpoints") return { subnet, table: id };
    const out = routes.find(({ cidrBlock }) => cidrBlock === "0.0.0.0/0");
    if (out === undefined) {
      void pulumi.log.warn(
        `${subnet} goes by ${id}, which has no route for 0.0.0.0/0: with egress ${egress} tasks there may not reach AWS, and not start.`,
      );
    } else if (egress === "nat" && out.gatewayId.startsWith("igw-")) {
      this.lookUps.refuse(
        `network.existing.subnetIds: got ${subnet}, whose way out (${id}) is the internet gateway ${out.gatewayId}. Allowed: with ` +
          "egress nat subnets behind a NAT gateway or its like: nobody answers a task without a public address there. Fix: name " +
          "private subnets, or set network.egress to public.",
      );
    }
    return { subnet, table: id };
  }

  private async tableOf(subnetId: string): Promise<aws.ec2.GetRouteTableResult | undefined> {
    const { vpcId } = this.existing;
    const path = "network.existing.subnetIds";
    const wanted = {
      path,
      got: subnetId,
      allowed: "subnets whose route table can be read",
      fix: "ask again",
    };
    try {
      return await aws.ec2.getRouteTable({ subnetId }, this.opts);
    } catch (error) {
      if (!isNotFound(error)) {
        this.lookUps.fail(wanted, error);
        return undefined;
      }
      // With none of its own, a subnet goes by the VPC's main one.
      const filters = [{ name: "association.main", values: ["true"] }];
      return this.lookUps.find(wanted, () => aws.ec2.getRouteTable({ vpcId, filters }, this.opts));
    }
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
}
