import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Where an egress rule leads to. */
export type Target =
  { to: pulumi.Input<string> } | { cidrIpv4: string } | { prefixListId: pulumi.Input<string> };

/** Whom an ingress rule admits. */
export type Source = { from: pulumi.Input<string> } | { cidrIpv4: string };

/**
 * Security groups of one component and their rules. Rules are resources of their own, never inline: inline rules remove those
 * that other resources made.
 */
export class Firewall {
  constructor(
    /** Begins every name. */
    private readonly name: string,
    private readonly vpcId: pulumi.Input<string>,
    private readonly opts: pulumi.CustomResourceOptions,
  ) {}

  /** Names and descriptions of groups never change: that would replace the group, and a VPC link with it. */
  group(suffix: string, description: string): aws.ec2.SecurityGroup {
    const name = `${this.name}-${suffix}`;
    return new aws.ec2.SecurityGroup(
      name,
      { vpcId: this.vpcId, description, tags: { Name: name } },
      this.opts,
    );
  }

  /** Lets one group connect to a target. */
  allow(
    suffix: string,
    from: pulumi.Input<string>,
    target: Target,
    description: string,
    port = 443,
  ): pulumi.Resource {
    const where = "to" in target ? { referencedSecurityGroupId: target.to } : target;
    return new aws.vpc.SecurityGroupEgressRule(
      `${this.name}-${suffix}`,
      { securityGroupId: from, ...where, ipProtocol: "tcp", fromPort: port, toPort: port, description },
      this.opts,
    );
  }

  /** Lets another group, or an address range, connect to one over HTTPS. */
  admit(suffix: string, group: pulumi.Input<string>, source: Source, description: string): pulumi.Resource {
    const whom = "from" in source ? { referencedSecurityGroupId: source.from } : source;
    return new aws.vpc.SecurityGroupIngressRule(
      `${this.name}-${suffix}`,
      { securityGroupId: group, ...whom, ipProtocol: "tcp", fromPort: 443, toPort: 443, description },
      this.opts,
    );
  }
}
