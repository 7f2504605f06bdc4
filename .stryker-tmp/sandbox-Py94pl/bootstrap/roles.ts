// @ts-nocheck
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Policy, toText } from "./iam/policies";

export interface GithubRoleArgs {
  /** Name of the role, and first part of its policies'. */
  roleName: string;
  description: string;
  trust: pulumi.Input<object>;
  /** Managed policies by name. A plain map's names: they decide which resources exist. */
  policies: Readonly<Record<string, pulumi.Input<Policy>>>;
  /** What it can do at most. */
  boundary?: pulumi.Input<Policy>;
  /** Hours a session may last; a deployment that outlives its session fails half-way. Default: 1. */
  hours?: number;
}

/** A role for workflows of one repository. */
export class GithubRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: GithubRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bootstrap:roles:GithubRole", name, {}, opts);
    const { roleName, description, trust, policies, boundary, hours = 1 } = args;

    const role = new aws.iam.Role(
      name,
      {
        name: roleName,
        description,
        assumeRolePolicy: pulumi.jsonStringify(trust),
        maxSessionDuration: hours * 3600,
        permissionsBoundary:
          boundary && this.createPolicy(`${name}-boundary`, `${roleName}-boundary`, boundary).arn,
      },
      { parent: this },
    );
    for (const [suffix, policy] of Object.entries(policies)) {
      new aws.iam.RolePolicyAttachment(
        `${name}-${suffix}`,
        {
          role: role.name,
          policyArn: this.createPolicy(`${name}-${suffix}`, `${roleName}-${suffix}`, policy).arn,
        },
        { parent: this },
      );
    }

    this.arn = role.arn;
    this.registerOutputs({ arn: this.arn });
  }

  private createPolicy(name: string, policyName: string, policy: pulumi.Input<Policy>): aws.iam.Policy {
    return new aws.iam.Policy(
      name,
      { name: policyName, policy: pulumi.output(policy).apply((plain) => toText(policyName, plain)) },
      { parent: this },
    );
  }
}
