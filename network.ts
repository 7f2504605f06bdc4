import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { NetworkConfig } from "./config/schema-network";
import { Endpoints } from "./network/endpoints";
import { Firewall, Target } from "./network/firewall";
import { Surroundings } from "./network/surroundings";
import { hasNeeds, Needs } from "./rules/endpoints";
import { Shareable, SharedNetwork } from "./share";

export interface NetworkArgs extends Omit<NetworkConfig, "zones">, Surroundings {
  region: string;
  partition: string;
  /** AWS account id. */
  account: string;
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

  constructor(
    private readonly name: string,
    private readonly args: NetworkArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("fargate-app:network:Network", name, {}, opts);

    const vpc = args.existing ? this.adoptVpc(args.existing) : this.createVpc();
    this.vpcId = vpc.vpcId;
    this.subnetIds = vpc.subnetIds;
    this.assignPublicIp = args.egress === "public";

    const firewall = new Firewall(name, vpc.vpcId, { parent: this });
    const link = firewall.group("link", "VPC link of the HTTP API: reaches the tasks, is reached by nobody");
    const workload = firewall.group("workload", "Tasks of all services: what they may reach");
    this.linkSecurityGroupId = link.id;
    this.workloadSecurityGroupId = workload.id;

    const ports = [...new Set(args.ports)].sort((a, b) => a - b);
    for (const port of ports) {
      firewall.allow(`link-to-port-${port}`, link.id, { to: workload.id }, "Tasks behind the HTTP API", port);
    }
    for (const { to, port } of args.reach) {
      firewall.allow(`workload-to-${to}-port-${port}`, workload.id, targetOf(to), "network.reach", port);
    }
    if (args.egress !== "endpoints") {
      firewall.allow(
        "workload-to-internet",
        workload.id,
        { cidrIpv4: "0.0.0.0/0" },
        "Any address over HTTPS",
      );
    }
    new Endpoints(name, { ...args, ...vpc, workload }, firewall, { parent: this }).create();

    this.shareable = {
      vpcId: this.vpcId,
      subnetIds: this.subnetIds,
      linkSecurityGroupId: link.id,
      workloadSecurityGroupId: workload.id,
      assignPublicIp: this.assignPublicIp,
      ...(args.egress === "endpoints" && {
        needs: args.needs.filter(hasNeeds),
        unmanagedEndpoints: [...(args.existing?.endpoints ?? []), ...(args.existing?.create ?? [])],
      }),
    };
    this.registerOutputs({ vpcId: this.vpcId, subnetIds: this.subnetIds });
  }

  private createVpc(): Vpc {
    const { cidr, zones, egress, natGateways, closeDefaultGroup } = this.args;
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
    if (closeDefaultGroup) this.closeDefaultGroup(vpc.vpcId);
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
    return { vpcId: vpc.vpcId, subnetIds, routeTableIds };
  }

  /** AWS makes it with the VPC, and it goes with it: the provider takes its rules away, and on deletion does nothing. */
  private closeDefaultGroup(vpcId: pulumi.Input<string>): void {
    const name = `${this.name}-default`;
    new aws.ec2.DefaultSecurityGroup(
      name,
      // Lists that are left out would be let be: these say that there is nothing.
      { vpcId, ingress: [], egress: [], tags: { Name: name } },
      { parent: this },
    );
  }

  private adoptVpc({ vpcId, subnetIds, routeTableIds }: NonNullable<NetworkConfig["existing"]>): Vpc {
    return {
      vpcId: pulumi.output(vpcId),
      subnetIds: pulumi.output([...subnetIds]),
      routeTableIds: pulumi.output([...routeTableIds]),
    };
  }
}

const targetOf = (to: string): Target =>
  to.startsWith("sg-") ? { to } : to.startsWith("pl-") ? { prefixListId: to } : { cidrIpv4: to };

/** A VPC made or adopted. */
interface Vpc {
  vpcId: pulumi.Output<string>;
  subnetIds: pulumi.Output<string[]>;
  routeTableIds: pulumi.Output<string[]>;
}

const taskSubnets = { endpoints: "Isolated", nat: "Private", public: "Public" } as const;
