import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { NetworkConfig } from "../config/schema-network";
import { deriveEndpoints, Endpoint, endpointServiceName, Needs } from "../rules/endpoints";
import { Firewall } from "./firewall";

export interface EndpointsArgs extends Pick<NetworkConfig, "egress" | "endpointZones" | "existing"> {
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

/** The VPC endpoints by which tasks reach AWS, with the rules that let them through and nothing else. */
export class Endpoints {
  private readonly needed: readonly Endpoint[];

  constructor(
    /** Begins every name. */
    private readonly name: string,
    private readonly args: EndpointsArgs,
    private readonly firewall: Firewall,
    private readonly opts: pulumi.CustomResourceOptions,
  ) {
    this.needed = deriveEndpoints(args, args.needs);
  }

  /** Free, and on the path of every image layer, whatever the egress. */
  createGateways(): void {
    const { egress, region, routeTableIds, vpcId, workload } = this.args;
    const closed = egress === "endpoints";
    for (const endpoint of this.needed.filter(({ type }) => type === "Gateway")) {
      const serviceName = endpointServiceName(region, endpoint.name);
      const prefixListId = this.exists(endpoint)
        ? aws.ec2.getPrefixListOutput({ name: serviceName }, this.opts).id
        : new aws.ec2.VpcEndpoint(
            `${this.name}-${endpoint.name}`,
            {
              vpcId,
              vpcEndpointType: "Gateway",
              serviceName,
              routeTableIds,
              // With a way to the internet tasks may use anybody's buckets, and the route leads those here too. Said in
              // words: left out, the policy of an earlier egress would stay.
              policy: closed ? policy(endpoint) : openPolicy,
              tags: { Name: `${this.name}-${endpoint.name}` },
            },
            this.opts,
          ).prefixListId;
      if (closed) this.firewall.allow(`workload-to-${endpoint.name}`, workload.id, { prefixListId });
    }
  }

  /** Billed by the hour and zone; only where tasks have no way to the internet. */
  createInterfaces(): void {
    const { endpointZones, existing, region, subnetIds, vpcId, workload } = this.args;
    const interfaces = this.needed.filter(({ type }) => type === "Interface");
    const missing = interfaces.filter((endpoint) => !this.exists(endpoint));
    if (missing.length > 0) {
      const group = this.firewall.group("endpoints", "Interface endpoints: reached by the tasks over HTTPS");
      this.firewall.admit("endpoints-from-workload", group.id, workload.id);
      this.firewall.allow("workload-to-endpoints", workload.id, { to: group.id });
      for (const endpoint of missing) {
        new aws.ec2.VpcEndpoint(
          `${this.name}-${endpoint.name}`,
          {
            vpcId,
            vpcEndpointType: "Interface",
            serviceName: endpointServiceName(region, endpoint.name),
            subnetIds: subnetIds.apply((ids) => ids.slice(0, endpointZones)),
            securityGroupIds: [group.id],
            // Off by default; without it the AWS names lead to public addresses, which these tasks cannot reach.
            privateDnsEnabled: true,
            policy: policy(endpoint),
            tags: { Name: `${this.name}-${endpoint.name}` },
          },
          this.opts,
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

/** What AWS gives an endpoint without a policy. */
const openPolicy = JSON.stringify({
  Version: "2008-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
});

const policy = ({ statements }: Endpoint): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
