import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { StackConfig } from "./config";
import { Firewall, Target } from "./firewall";
import { UserError } from "./configuration/problems";
import { deriveEndpoints, Endpoint, endpointServiceName, hasNeeds, Needs } from "./rules/endpoints";
import { chooseZones, subnetProblems, vpcLinkZones } from "./rules/zones";
import { NetworkConfig } from "./configuration/schema-network";
import { Shareable, SharedNetwork } from "./share";

export interface NetworkArgs extends Omit<NetworkConfig, "zones"> {
  region: string;
  partition: string;
  /** AWS account id. */
  account: string;
  /** Names of the zones to make subnets in; not used for an existing VPC. A plain value: it decides which resources exist. */
  zones: readonly string[];
  /** What the services ask of AWS: decides which endpoints exist where tasks have no way to the internet. */
  needs: readonly Needs[];
  /** Ports that services listen on. */
  ports: readonly number[];
}

/**
 * The network the tasks and the VPC link live in: a VPC with one subnet for tasks in each zone, or an existing one; the
 * tasks' way to ECR, S3 and CloudWatch; and the security groups that close everything else.
 *
 * Depend on the whole component before starting a task: a task that starts before the endpoints or routes are there cannot
 * pull its image.
 *
 * Costs by the hour: interface endpoints or NAT gateways, see `network.egress`.
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** One for each zone: of the tasks, and of the VPC link's interfaces. */
  readonly subnetIds: pulumi.Output<string[]>;
  /** Group of the VPC link. A link cannot change its groups, so this one is never replaced. */
  readonly linkSecurityGroupId: pulumi.Output<string>;
  /** Group of every task: what tasks may reach. */
  readonly workloadSecurityGroupId: pulumi.Output<string>;
  /** Whether a task has a public address: only with egress `public`. Nothing may connect to it there. */
  readonly assignPublicIp: boolean;
  /** What another stack needs to have its tasks here. */
  readonly shareable: Shareable<SharedNetwork>;
  private readonly endpoints: readonly Endpoint[];
  private readonly firewall: Firewall;

  constructor(
    private readonly name: string,
    private readonly args: NetworkArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("fargate-app:network:Network", name, {}, opts);

    this.endpoints = deriveEndpoints(args, args.needs);
    const vpc = args.existing ? this.adoptVpc(args.existing) : this.createVpc();
    this.vpcId = vpc.id;
    this.subnetIds = vpc.subnetIds;
    this.assignPublicIp = args.egress === "public";

    this.firewall = new Firewall(name, vpc.id, { parent: this });
    const link = this.firewall.group(
      "link",
      "VPC link of the HTTP API: reaches the tasks, is reached by nobody",
    );
    const workload = this.firewall.group("workload", "Tasks of all services: what they may reach");
    this.linkSecurityGroupId = link.id;
    this.workloadSecurityGroupId = workload.id;

    const ports = [...new Set(args.ports)].sort((a, b) => a - b);
    for (const port of ports) this.firewall.allow(`link-to-port-${port}`, link.id, { to: workload.id }, port);
    for (const { to, port } of args.reach) {
      this.firewall.allow(`workload-to-${to}-port-${port}`, workload.id, targetOf(to), port);
    }
    this.createGatewayEndpoints(vpc.routeTableIds, workload);
    if (args.egress === "endpoints") this.createInterfaceEndpoints(workload);
    else this.firewall.allow("workload-to-internet", workload.id, { cidrIpv4: "0.0.0.0/0" });

    this.shareable = {
      vpcId: this.vpcId,
      subnetIds: this.subnetIds,
      linkSecurityGroupId: link.id,
      workloadSecurityGroupId: workload.id,
      assignPublicIp: this.assignPublicIp,
      ...(args.egress === "endpoints" && {
        needs: args.needs.filter(hasNeeds),
        unmanagedEndpoints: [...(args.existing?.endpoints ?? [])],
      }),
    };
    this.registerOutputs({ vpcId: this.vpcId, subnetIds: this.subnetIds });
  }

  private createVpc(): Vpc {
    const { cidr, zones, egress, natGateways } = this.args;
    const mask = Number(cidr.split("/")[1]);
    const vpc = new awsx.ec2.Vpc(
      this.name,
      {
        cidrBlock: cidr,
        // Masks that depend on neither the number of zones nor the egress: changing either moves no subnet, and with it
        // no VPC link, which can't change its subnets.
        availabilityZoneNames: [...zones],
        availabilityZoneCidrMask: mask + 2,
        subnetStrategy: "Auto",
        subnetSpecs: [
          { name: "tasks", cidrMask: mask + 4, type: taskSubnets[egress] },
          { name: "edge", cidrMask: mask + 6, type: egress === "nat" ? "Public" : "Unused" },
        ],
        // Left out, it means a NAT gateway in every zone.
        natGateways: {
          strategy: egress !== "nat" ? "None" : natGateways === "single" ? "Single" : "OnePerAz",
        },
        // Private DNS names of endpoints and the namespace's records need both.
        enableDnsHostnames: true,
        enableDnsSupport: true,
      },
      // A remote component does not inherit its parent's providers: left out, its children go to the default provider's
      // account and Region.
      { parent: this, providers: [this.getProvider("aws:ec2/vpc:Vpc")!] },
    );
    const subnetIds = {
      endpoints: vpc.isolatedSubnetIds,
      nat: vpc.privateSubnetIds,
      public: vpc.publicSubnetIds,
    }[egress];
    const associations = vpc.routeTableAssociations.apply((all) =>
      pulumi.all(all.map(({ subnetId, routeTableId }) => pulumi.all([subnetId, routeTableId]))),
    );
    // awsx also lists the route tables of the subnets that hold the NAT gateways; the tasks' are found by their subnets.
    const routeTableIds = pulumi
      .all([associations, subnetIds])
      .apply(([all, tasks]) =>
        all.filter(([subnetId]) => tasks.includes(subnetId ?? "")).map(([, routeTableId]) => routeTableId),
      );
    return { id: vpc.vpcId, subnetIds, routeTableIds };
  }

  private adoptVpc({ vpcId, subnetIds, routeTableIds }: NonNullable<NetworkConfig["existing"]>): Vpc {
    return {
      id: pulumi.output(vpcId),
      subnetIds: pulumi.output([...subnetIds]),
      routeTableIds: pulumi.output([...routeTableIds]),
    };
  }

  /** Free, and on the path of every image layer, whatever the egress. */
  private createGatewayEndpoints(
    routeTableIds: pulumi.Output<string[]>,
    workload: aws.ec2.SecurityGroup,
  ): void {
    const closed = this.args.egress === "endpoints";
    for (const endpoint of this.endpoints.filter(({ type }) => type === "Gateway")) {
      const serviceName = endpointServiceName(this.args.region, endpoint.name);
      const prefixListId = this.exists(endpoint)
        ? aws.ec2.getPrefixListOutput({ name: serviceName }, { parent: this }).id
        : new aws.ec2.VpcEndpoint(
            `${this.name}-${endpoint.name}`,
            {
              vpcId: this.vpcId,
              vpcEndpointType: "Gateway",
              serviceName,
              routeTableIds,
              // With a way to the internet tasks may use anybody's buckets, and the route leads those here too. Said in
              // words: left out, the policy of an earlier egress would stay.
              policy: closed ? policy(endpoint) : openPolicy,
              tags: { Name: `${this.name}-${endpoint.name}` },
            },
            { parent: this },
          ).prefixListId;
      if (closed) this.firewall.allow(`workload-to-${endpoint.name}`, workload.id, { prefixListId });
    }
  }

  private createInterfaceEndpoints(workload: aws.ec2.SecurityGroup): void {
    const { endpointZones, existing, region } = this.args;
    const interfaces = this.endpoints.filter(({ type }) => type === "Interface");
    const missing = interfaces.filter((endpoint) => !this.exists(endpoint));
    if (missing.length > 0) {
      const group = this.firewall.group("endpoints", "Interface endpoints: reached by the tasks over HTTPS");
      this.firewall.admit("endpoints-from-workload", group.id, workload.id);
      this.firewall.allow("workload-to-endpoints", workload.id, { to: group.id });
      for (const endpoint of missing) {
        new aws.ec2.VpcEndpoint(
          `${this.name}-${endpoint.name}`,
          {
            vpcId: this.vpcId,
            vpcEndpointType: "Interface",
            serviceName: endpointServiceName(region, endpoint.name),
            subnetIds: this.subnetIds.apply((ids) => ids.slice(0, endpointZones)),
            securityGroupIds: [group.id],
            // Off by default; without it the AWS names lead to public addresses, which these tasks cannot reach.
            privateDnsEnabled: true,
            policy: policy(endpoint),
            tags: { Name: `${this.name}-${endpoint.name}` },
          },
          { parent: this },
        );
      }
    }
    if (existing?.endpointSecurityGroupId && missing.length < interfaces.length) {
      this.firewall.admit("existing-endpoints-from-workload", existing.endpointSecurityGroupId, workload.id);
      this.firewall.allow("workload-to-existing-endpoints", workload.id, {
        to: existing.endpointSecurityGroupId,
      });
    }
  }

  private exists({ name }: Endpoint): boolean {
    return this.args.existing?.endpoints.includes(name) ?? false;
  }
}

const targetOf = (to: string): Target =>
  to.startsWith("sg-") ? { to } : to.startsWith("pl-") ? { prefixListId: to } : { cidrIpv4: to };

interface Vpc {
  id: pulumi.Output<string>;
  subnetIds: pulumi.Output<string[]>;
  routeTableIds: pulumi.Output<string[]>;
}

const taskSubnets = { endpoints: "Isolated", nat: "Private", public: "Public" } as const;

/** What AWS gives an endpoint without a policy. */
const openPolicy = JSON.stringify({
  Version: "2008-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
});

const policy = ({ statements }: Endpoint): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

/**
 * Names of the zones for a new VPC; for an existing one, none: its subnets are looked up instead, so that one that cannot
 * carry a VPC link fails in preview.
 *
 * @throws UserError that names the zones or subnets that would do
 */
export async function findZones(
  { network, region }: StackConfig,
  opts: pulumi.InvokeOptions,
): Promise<string[]> {
  const problems: string[] = [];
  let zones: string[] = [];
  if (network.existing) {
    const { vpcId, subnetIds } = network.existing;
    const subnets = await Promise.all(subnetIds.map((id) => aws.ec2.getSubnet({ id }, opts)));
    problems.push(
      ...subnetProblems(
        region,
        vpcId,
        subnets.map((s) => ({
          id: s.id,
          vpcId: s.vpcId,
          zoneId: s.availabilityZoneId,
          zone: s.availabilityZone,
        })),
      ),
    );
  } else {
    const { names, zoneIds } = await aws.getAvailabilityZones(
      // Local Zones and Wavelength Zones have a status of their own; neither has VPC links.
      { state: "available", filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }] },
      opts,
    );
    const available = names.map((name, i) => ({ name, id: zoneIds[i] ?? "" }));
    const chosen = chooseZones(region, network.zones, available);
    problems.push(...chosen.problems);
    zones = chosen.zones.map((zone) => zone.name);
    if (!(region in vpcLinkZones)) {
      void pulumi.log.warn(
        `It is not known here in which zones of ${region} VPC links work: network.zones is taken as given.`,
      );
    }
  }
  if (problems.length > 0) throw new UserError(problems.join("\n"));
  return zones;
}
