import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { StackConfig } from "../../config";
import { ScheduleConfig } from "../../config/schema-jobs";
import { Cluster } from "../../cluster";
import { NetworkView } from "../../share";
import * as task from "./task";

export interface TimetableArgs extends Pick<StackConfig, "project" | "stack" | "iam"> {
  /** AWS account id. */
  account: string;
  network: NetworkView;
  cluster: Cluster;
}

/** What is run by a schedule. */
export interface Scheduled {
  taskDefinition: aws.ecs.TaskDefinition;
  roles: readonly aws.iam.Role[];
  securityGroups: pulumi.Input<string>[];
  /** In effect before the first run. */
  before: readonly pulumi.Resource[];
}

/** Days that a run which could not be started is kept: the most that SQS keeps anything. */
const keptSeconds = 14 * 24 * 60 * 60;

/** The schedules of a stack: their group, which tells whose they are, and the queue of what could not be started. */
export class Timetable {
  readonly deadLetters: pulumi.Output<string>;
  private readonly group: aws.scheduler.ScheduleGroup;
  private readonly queue: aws.sqs.Queue;

  constructor(
    name: string,
    private readonly args: TimetableArgs,
    opts: pulumi.CustomResourceOptions,
  ) {
    const named = `${args.project}-${args.stack}`;
    this.group = new aws.scheduler.ScheduleGroup(name, { name: named }, opts);
    this.queue = new aws.sqs.Queue(
      name,
      { name: `${named}-jobs`, messageRetentionSeconds: keptSeconds, sqsManagedSseEnabled: true },
      opts,
    );
    this.deadLetters = this.queue.url;
  }

  /** Has a job run by its schedule. */
  add(
    job: string,
    { expression, timezone, enabled, retries, maximumAgeSeconds }: ScheduleConfig,
    { taskDefinition, roles, securityGroups, before }: Scheduled,
    opts: pulumi.CustomResourceOptions,
  ): void {
    const { network, cluster } = this.args;
    const role = this.createRole(job, opts);
    const policy = new aws.iam.RolePolicy(
      `job-${job}-schedule`,
      {
        role: role.id,
        policy: pulumi
          .all([cluster.arn, taskDefinition.arn, pulumi.all(roles.map(({ arn }) => arn)), this.queue.arn])
          .apply(([clusterArn, taskDefinitionArn, roleArns, queueArn]) =>
            JSON.stringify(
              task.schedulerPolicy({ clusterArn, taskDefinitionArn, roles: roleArns, queueArn }),
            ),
          ),
      },
      opts,
    );
    new aws.scheduler.Schedule(
      `job-${job}`,
      {
        name: job,
        groupName: this.group.name,
        scheduleExpression: expression,
        scheduleExpressionTimezone: timezone,
        state: enabled ? "ENABLED" : "DISABLED",
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: cluster.arn,
          roleArn: role.arn,
          ecsParameters: {
            taskDefinitionArn: taskDefinition.arn,
            launchType: "FARGATE",
            taskCount: 1,
            networkConfiguration: {
              subnets: network.subnetIds,
              securityGroups,
              assignPublicIp: network.assignPublicIp,
            },
            propagateTags: "TASK_DEFINITION",
            enableEcsManagedTags: true,
          },
          retryPolicy: { maximumRetryAttempts: retries, maximumEventAgeInSeconds: maximumAgeSeconds },
          deadLetterConfig: { arn: this.queue.arn },
        },
      },
      {
        ...opts,
        // A rate begins at once, and no input refers to what a task needs to pull and to log.
        dependsOn: [...(pulumi.Resource.isInstance(network) ? [network] : []), policy, ...before],
      },
    );
  }

  private createRole(job: string, opts: pulumi.CustomResourceOptions): aws.iam.Role {
    const { project, stack, account, iam } = this.args;
    return new aws.iam.Role(
      `job-${job}-schedule`,
      {
        // Apart from the tasks' roles: who deploys may pass these to EventBridge Scheduler, and none of those.
        path: `/${project}/${stack}/schedules/`,
        permissionsBoundary: iam.permissionsBoundary,
        assumeRolePolicy: this.group.arn.apply((arn) => JSON.stringify(task.schedulerTrust(account, arn))),
        description: `Lets EventBridge Scheduler run the job ${job}`,
      },
      opts,
    );
  }
}
