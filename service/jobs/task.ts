import { ServiceConfig } from "../../config/schema";
import { jobVariable } from "../../config/checks-jobs";
import { JobConfig } from "../../config/schema-jobs";
import { longestStopTimeoutSeconds } from "../../rules/rollout";
import { PolicyDocument } from "../permissions";
import * as task from "../task";

/** From a job's configuration to what Amazon ECS, EventBridge Scheduler and IAM are told. Pure. */

type Definition = Record<string, unknown> & { environment: { name: string; value: string }[] };

/** What is of the serving alone. */
const ofServing: readonly string[] = ["portMappings", "healthCheck", "stopTimeout"];

/**
 * The containers of a job: that of its service, without what is there to serve, and what stands beside. The task ends with the
 * job's own, whatever still runs.
 *
 * @param config what the job is like (likeService)
 * @param context with the companion's image where the folders have to be opened
 */
export function containerDefinitions(
  job: Pick<JobConfig, "service" | "command">,
  config: ServiceConfig,
  { companion, ...context }: task.ContainerContext,
): object[] {
  const [own, ...beside] = task.containerDefinitions(config, context) as [Definition, ...object[]];
  const kept = Object.fromEntries(Object.entries(own).filter(([key]) => !ofServing.includes(key)));
  // A foreign image is told nothing of a service that it is not.
  const told = job.service === undefined ? config.environment : asIn(own, job.service);
  const environment = Object.entries({ ...told, [jobVariable]: context.name }).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const { dependsOn = [] } = own as { dependsOn?: object[] };
  return [
    {
      ...kept,
      ...(job.command && { command: job.command }),
      environment: environment.map(([name, value]) => ({ name, value })),
      ...(companion !== undefined && { dependsOn: [task.foldersOpened, ...dependsOn] }),
      // Who stops a job wants it to end well; there is nobody who waits for its place.
      stopTimeout: longestStopTimeoutSeconds,
    },
    ...beside,
    ...(companion === undefined ? [] : [task.opensFolders(config, context, companion)]),
  ];
}

const asIn = ({ environment }: Definition, service: string): Record<string, string> => ({
  ...Object.fromEntries(environment.map(({ name, value }) => [name, value])),
  SERVICE_NAME: service,
});

/**
 * Who may use a schedule's role: EventBridge Scheduler for the schedules of this group. A schedule's own ARN is not what it
 * sends, and would deny every run.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
 */
export const schedulerTrust = (account: string, groupArn: string): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "scheduler.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "aws:SourceAccount": account, "aws:SourceArn": groupArn } },
    },
  ],
});

export interface ScheduledTask {
  clusterArn: string;
  /** ARN of one revision: any of its family may run, as an earlier one does until the schedule is updated. */
  taskDefinitionArn: string;
  /** ARNs of the roles that the task has. */
  roles: readonly string[];
  queueArn: string;
}

/** What a schedule's role may do: run the job, with its roles and its tags, in its cluster; and say what was not run. */
export function schedulerPolicy({
  clusterArn,
  taskDefinitionArn,
  roles,
  queueArn,
}: ScheduledTask): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "ecs:RunTask",
        Resource: taskDefinitionArn.replace(/:\d+$/, ":*"),
        Condition: { ArnEquals: { "ecs:cluster": clusterArn } },
      },
      {
        // Tags that a task gets when it starts: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html
        Effect: "Allow",
        Action: "ecs:TagResource",
        Resource: `${clusterArn.replace(":cluster/", ":task/")}/*`,
        Condition: { StringEquals: { "ecs:CreateAction": "RunTask" } },
      },
      {
        Effect: "Allow",
        Action: "iam:PassRole",
        Resource: roles,
        Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
      },
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: queueArn },
    ],
  };
}
