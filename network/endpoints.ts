import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { NetworkConfig } from "../config/schema-network";
import { deriveEndpoints, endpointServiceName, gatewayEndpoints, Needs, Statement } from "../rules/endpoints";
import { AdoptedVpc } from "./existing";
import { Firewall } from "./firewall";

export interface EndpointsArgs extends Pick<NetworkConfig, "egress" | "endpointZones" | "existing"> {
  /** What AWS tells of an existing VPC. */
  adopted: AdoptedVpc | undefined;
  region: string;
  partition: string;
  /** AWS account id. */
  account: string;
  vpcId: pulumi.Output<string>;
  subnetIds: pulumi.Output<string[]>;
  /** Of the tasks' subnets. */
  routeTableIds: pulumi.Output<string[]>;
  /** Group of every task. */
  workload: aws.ec2.SecurityGroup;
  /** What the services ask of AWS. */
  needs: readonly Needs[];
}

/** An endpoint to make. */
interface Wanted {
  name: string;
  policy: string;
}

/** The VPC endpoints by which tasks reach AWS, with the rules that let them through and nothing else. */
export class Endpoints {
  private readonly wanted: readonly Wanted[];

  constructor(
    /** Begins every name. */
    private readonly name: string,
    private readonly args: EndpointsArgs,
    private readonly firewall: Firewall,
    private readonly opts: pulumi.CustomResourceOptions,
  ) {
    const { existing } = args;
    // In a VPC of others' each answers for everybody there: only what is asked for by name, and open to all.
    this.wanted = existing
      ? existing.create.map((name) => ({ name, policy: openPolicy }))
      : deriveEndpoints(args, args.needs)
          .filter(({ type }) => args.egress === "endpoints" || type === "Gateway")
          .map(({ name, statements }) => ({ name, policy: this.isClosed ? policy(statements) : openPolicy }));
  }

  create(): void {
    for (const endpoint of this.wanted.filter(isGateway)) this.createGateway(endpoint);
    const interfaces = this.wanted.filter((endpoint) => !isGateway(endpoint));
    if (interfaces.length > 0) this.createInterfaces(interfaces);
    this.admitToExisting();
  }

  /** Whether the endpoints are the tasks' only way to AWS. */
  private get isClosed(): boolean {
    return this.args.egress === "endpoints";
  }

  /** Free, and S3's is on the path of every image layer, whatever the egress. */
  private createGateway({ name, policy }: Wanted): void {
    const { region, routeTableIds, vpcId } = this.args;
    const endpoint = new aws.ec2.VpcEndpoint(
      `${this.name}-${name}`,
      {
        vpcId,
        vpcEndpointType: "Gateway",
        serviceName: endpointServiceName(region, name),
        routeTableIds,
        // With a way to the internet tasks may use anybody's buckets, and the route leads those here too. Said in words:
        // left out, the policy of an earlier egress would stay.
        policy,
        tags: { Name: `${this.name}-${name}` },
      },
      this.opts,
    );
    this.allowGateway(name, endpoint.prefixListId);
  }

  /** Billed by the hour and zone. */
  private createInterfaces(interfaces: readonly Wanted[]): void {
    const { adopted, endpointZones, region, subnetIds, vpcId, workload } = this.args;
    const group = this.firewall.group("endpoints", "Interface endpoints: reached by the tasks over HTTPS");
    const rules = [
      this.firewall.admit(
        "endpoints-from-workload",
        group.id,
        { from: workload.id },
        "Tasks of all services",
      ),
      ...(adopted?.cidrs ?? []).map((cidr) =>
        this.firewall.admit(`endpoints-from-${cidr}`, group.id, { cidrIpv4: cidr }, "Everybody in the VPC"),
      ),
      ...(this.isClosed
        ? [
            this.firewall.allow(
              "workload-to-endpoints",
              workload.id,
              { to: group.id },
              "AWS by interface endpoints",
            ),
          ]
        : []),
    ];
    for (const { name, policy } of interfaces) {
      new aws.ec2.VpcEndpoint(
        `${this.name}-${name}`,
        {
          vpcId,
          vpcEndpointType: "Interface",
          serviceName: endpointServiceName(region, name),
          subnetIds: subnetIds.apply((ids) => ids.slice(0, endpointZones)),
          securityGroupIds: [group.id],
          // Off by default; without it the AWS names lead to public addresses, which these tasks cannot reach.
          privateDnsEnabled: true,
          policy,
          tags: { Name: `${this.name}-${name}` },
        },
        // Deleted before its rules: as long as it is there AWS's names lead to it, and no new task could start without them.
        { ...this.opts, dependsOn: rules },
      );
    }
  }

  /** Whatever the egress: AWS's names lead to an interface endpoint that is there from everywhere in the VPC. */
  private admitToExisting(): void {
    const { adopted, existing, workload } = this.args;
    const group = existing?.endpointSecurityGroupId;
    if (group !== undefined) {
      this.firewall.admit(
        "existing-endpoints-from-workload",
        group,
        { from: workload.id },
        "Tasks behind an HTTP API",
      );
      if (this.isClosed) {
        this.firewall.allow(
          "workload-to-existing-endpoints",
          workload.id,
          { to: group },
          "AWS by endpoints of the VPC",
        );
      }
    }
    for (const [name, id] of Object.entries(adopted?.prefixListIds ?? {})) this.allowGateway(name, id);
  }

  private allowGateway(name: string, prefixListId: pulumi.Input<string>): void {
    if (!this.isClosed) return;
    this.firewall.allow(
      `workload-to-${name}`,
      this.args.workload.id,
      { prefixListId },
      `${name} by its gateway endpoint`,
    );
  }
}

const isGateway = ({ name }: Wanted): boolean => gatewayEndpoints.includes(name);

/** What AWS gives an endpoint without a policy. */
const openPolicy = JSON.stringify({
  Version: "2008-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
});

const policy = (statements: readonly Statement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
