import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { StackConfig } from "../config";
import { LookUps } from "../config/look-ups";
import { NetworkConfig } from "../config/schema-network";
import { subnetProblems } from "../rules/zones";
import { ExistingEndpoints, isGateway } from "./existing-endpoints";

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
  const endpointsThere = new ExistingEndpoints(config, existing, lookUps, opts);
  const [cidrs, , found] = await Promise.all([
    ask.vpc(),
    Promise.all([ask.subnets(), ask.routeTables()]),
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
}
