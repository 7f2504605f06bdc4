import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { StackConfig } from "../config";
import { ServiceConfig } from "../config/schema";
import { hasExec } from "../config/schema-exec";
import { ImageSource } from "../image";
import * as permissions from "./permissions";
import { sidecarRepositories } from "./sidecars";

export interface RolesArgs extends Pick<StackConfig, "project" | "stack" | "region" | "partition" | "iam"> {
  /** AWS account id. */
  account: string;
  config: ServiceConfig;
  image: ImageSource;
  /** What stands beside the application. */
  companion?: ImageSource | undefined;
  /** Where the task writes its log. */
  logGroup: aws.cloudwatch.LogGroup;
  /** Where sessions in its containers are logged, by name. Left out: in its own log. */
  sessionLog?: pulumi.Input<string> | undefined;
}

/** The two roles of a service's tasks: one starts them, the other is the application's own. */
export class Roles {
  readonly execution: aws.iam.Role;
  readonly task: aws.iam.Role;
  /** In effect before the first task starts. */
  readonly policies: readonly aws.iam.RolePolicy[];

  constructor(
    /** Begins every name. */
    private readonly name: string,
    private readonly args: RolesArgs,
    private readonly opts: pulumi.CustomResourceOptions,
  ) {
    const { config, image, companion, logGroup } = args;
    this.execution = this.createRole("execution", permissions.executionTrust(args), "Starts the tasks of");
    const start = pulumi
      .all([image.repositoryArn, companion?.repositoryArn, logGroup.arn])
      .apply(([own, other, logGroupArn]) => {
        const pulled = [own, other, ...sidecarRepositories(config, args)];
        const repositoryArns = [...new Set(pulled.filter((arn) => arn !== undefined))];
        return JSON.stringify(permissions.executionPolicy(config, { repositoryArns, logGroupArn }));
      });
    const executionPolicy = this.attach("execution", this.execution, start);
    this.task = this.createRole(
      "task",
      permissions.taskTrust(args),
      "What the application may do in tasks of",
    );
    const allowed = hasExec(config)
      ? pulumi
          .output(args.sessionLog ?? logGroup.name)
          .apply((name) => JSON.stringify(permissions.taskPolicy(config, args, name)))
      : JSON.stringify(permissions.taskPolicy(config, args));
    this.policies = [executionPolicy, ...(allowed ? [this.attach("task", this.task, allowed)] : [])];
  }

  private createRole(suffix: string, trust: permissions.PolicyDocument, purpose: string): aws.iam.Role {
    return new aws.iam.Role(
      `${this.name}-${suffix}`,
      {
        // Who deploys can be limited to the roles of his stacks: IAM knows who may pass a role by its path, not by its tags.
        path: `/${this.args.project}/${this.args.stack}/`,
        permissionsBoundary: this.args.iam.permissionsBoundary,
        assumeRolePolicy: JSON.stringify(trust),
        description: `${purpose} ${this.name}`,
      },
      this.opts,
    );
  }

  private attach(suffix: string, role: aws.iam.Role, policy: pulumi.Input<string>): aws.iam.RolePolicy {
    return new aws.iam.RolePolicy(`${this.name}-${suffix}`, { role: role.id, policy }, this.opts);
  }
}
