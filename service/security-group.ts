import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { NetworkView } from "../share";
import { Callee } from "./calls";
import { nfsPort } from "./volumes";

export interface SecurityGroupArgs {
  network: NetworkView;
  /** Of the service; absent where nobody connects to the tasks. */
  port?: number;
  /** Whether a route leads to it. Default: false; the VPC link has no business there then. */
  routed?: boolean;
  /** Groups of the file systems' mount targets. */
  mountTargetGroups: readonly string[];
  /** The services that this one calls. */
  callees?: readonly Callee[];
}

/**
 * Admits the VPC link on the service's port, if a route leads there, and whoever calls it by a rule of the caller's. Lets tasks out to the services that
 * they call, and to the mount targets of their file systems.
 */
export class SecurityGroup {
  readonly id: pulumi.Output<string>;
  /** In effect before the first task starts. */
  readonly rules: readonly pulumi.Resource[];

  constructor(
    name: string,
    { network, port, routed = false, mountTargetGroups, callees = [] }: SecurityGroupArgs,
    opts: pulumi.CustomResourceOptions,
  ) {
    const group = new aws.ec2.SecurityGroup(
      name,
      {
        vpcId: network.vpcId,
        description:
          port === undefined
            ? "Tasks of one job: reached by nobody"
            : "Tasks of one service: reached by the VPC link on its port",
        tags: { Name: name },
      },
      opts,
    );
    const link = port === undefined || !routed ? [] : linkRules(name, group.id, port, network, opts);
    const nfs = { ipProtocol: "tcp", fromPort: nfsPort, toPort: nfsPort };
    const mounts = mountTargetGroups.flatMap((targets) => [
      new aws.vpc.SecurityGroupEgressRule(
        `${name}-to-${targets}`,
        {
          securityGroupId: group.id,
          referencedSecurityGroupId: targets,
          ...nfs,
          description: "Mount targets of a file system",
        },
        opts,
      ),
      new aws.vpc.SecurityGroupIngressRule(
        `${name}-at-${targets}`,
        {
          securityGroupId: targets,
          referencedSecurityGroupId: group.id,
          ...nfs,
          description: `Tasks of ${name} that mount a file system`,
        },
        opts,
      ),
    ]);
    const calls = callees.flatMap((callee) => {
      const at = { ipProtocol: "tcp", fromPort: callee.port, toPort: callee.port };
      // No service has two hyphens in its name. The port, as above.
      const rule = `${name}--${callee.name}-${callee.port}`;
      return [
        new aws.vpc.SecurityGroupEgressRule(
          rule,
          {
            securityGroupId: group.id,
            referencedSecurityGroupId: callee.groupId,
            ...at,
            description: `Tasks of ${callee.name}`,
          },
          opts,
        ),
        new aws.vpc.SecurityGroupIngressRule(
          rule,
          {
            securityGroupId: callee.groupId,
            referencedSecurityGroupId: group.id,
            ...at,
            description: `Tasks of ${name}`,
          },
          opts,
        ),
      ];
    });
    this.id = group.id;
    this.rules = [...link, ...mounts, ...calls];
  }
}

/** What lets the VPC link connect to the tasks. */
function linkRules(
  name: string,
  groupId: pulumi.Input<string>,
  port: number,
  network: NetworkView,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const to = { ipProtocol: "tcp", fromPort: port, toPort: port };
  const admit = new aws.vpc.SecurityGroupIngressRule(
    // A change of port makes a rule before the deployment and takes the old one away after it; one rule for both would
    // cut the running tasks off.
    `${name}-from-link-${port}`,
    {
      securityGroupId: groupId,
      referencedSecurityGroupId: network.linkSecurityGroupId,
      ...to,
      description: "VPC link of the HTTP API",
    },
    opts,
  );
  // The link of another stack lets out what that stack's own services need, and may stop to.
  if (pulumi.Resource.isInstance(network)) return [admit];
  const reach = new aws.vpc.SecurityGroupEgressRule(
    `${name}-link-to-port-${port}`,
    {
      securityGroupId: network.linkSecurityGroupId,
      referencedSecurityGroupId: groupId,
      ...to,
      description: "Tasks of a stack that shares the HTTP API",
    },
    opts,
  );
  return [admit, reach];
}
