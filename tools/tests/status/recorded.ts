/**
 * Answers of the AWS CLI in the shapes of https://docs.aws.amazon.com/cli/latest/reference/, composed by hand. A message that the
 * CLI ends with stands for a refusal.
 */
import type { Aws, Item } from "../../aws/cli";
import type { System } from "../../aws/system";

export const cluster = "arn:aws:ecs:eu-west-2:111122223333:cluster/flask-app-fargate-prod";
export const definition = (revision: number): string =>
  `arn:aws:ecs:eu-west-2:111122223333:task-definition/flask-app-fargate-prod-flask:${revision}`;
export const taskArn = (id: string): string => `${cluster.replace(":cluster/", ":task/")}/${id.repeat(32)}`;
const revisionArn = (n: number): string => `${cluster.replace(":cluster/", ":service-revision/")}/flask/${n}`;

export const system: System = {
  ...{ stack: "prod", region: "eu-west-2", url: "https://api.example.com/" },
  services: [
    {
      ...{ name: "flask", service: "flask", cluster, taskDefinition: definition(8) },
      ...{ logGroup: "/ecs/flask-app-fargate/prod/flask", routes: ["ANY /"] },
      registry: "arn:aws:servicediscovery:eu-west-2:111122223333:service/srv-flask",
    },
  ],
  accessLog: "/aws/vendedlogs/apis/flask-app-fargate-prod",
  alarms: ["prod-errors", "prod-latency"],
};

export const now = new Date("2026-11-26T17:30:00Z");

type Answer = Item | string | undefined;
/** By call: what it answers, or how it answers these words. */
export type Recorded = Record<string, Answer | ((args: readonly string[]) => Answer)>;

/** Two tasks of revision 8, a deployment that failed, an alarm that fires. */
export const healthy: Recorded = {
  "ecs describe-services": {
    services: [
      {
        ...{ serviceName: "flask", status: "ACTIVE", desiredCount: 2, runningCount: 2, pendingCount: 0 },
        deployments: [
          {
            ...{ id: "ecs-svc/8", status: "PRIMARY", taskDefinition: definition(8), desiredCount: 2 },
            ...{ runningCount: 2, rolloutState: "COMPLETED", createdAt: "2026-11-26T17:01:05+00:00" },
          },
        ],
      },
    ],
    failures: [],
  },
  "ecs list-tasks": (args) => ({
    taskArns: args.includes("STOPPED") ? [taskArn("d"), taskArn("e")] : [taskArn("a"), taskArn("b")],
  }),
  "ecs describe-tasks": (args) => {
    const task = (id: string, more: object): Item => ({
      ...{ taskArn: taskArn(id), taskDefinitionArn: definition(8), lastStatus: "RUNNING" },
      ...{ desiredStatus: "RUNNING", healthStatus: "HEALTHY", availabilityZone: "eu-west-2a", ...more },
    });
    const tasks = [
      // Version 1 of the CLI prints seconds.
      task("a", { startedAt: Date.parse("2026-11-26T17:02:00Z") / 1000 }),
      task("b", { availabilityZone: "eu-west-2b", startedAt: "2026-11-26T17:05:00+00:00" }),
      task("d", {
        ...{ taskDefinitionArn: definition(7), desiredStatus: "STOPPED", startedAt: "2026-11-26T09:00:00Z" },
      }),
      task("e", {
        ...{ taskDefinitionArn: definition(9), lastStatus: "STOPPED", desiredStatus: "STOPPED" },
        ...{ stoppedAt: "2026-11-26T16:24:00Z", stopCode: "EssentialContainerExited" },
        stoppedReason: "Essential container in task exited",
        containers: [{ name: "flask", exitCode: 1 }],
      }),
    ];
    return { tasks: tasks.filter(({ taskArn: arn }) => args.includes(arn as string)), failures: [] };
  },
  "ecs list-service-deployments": {
    serviceDeployments: [
      {
        ...{ status: "ROLLBACK_SUCCESSFUL", targetServiceRevisionArn: revisionArn(9) },
        ...{ createdAt: "2026-11-26T16:20:00Z", finishedAt: "2026-11-26T16:26:00Z" },
        statusReason: "Service deployment rolled back because the circuit breaker threshold was exceeded.",
      },
      {
        ...{ status: "SUCCESSFUL", targetServiceRevisionArn: revisionArn(8) },
        ...{ createdAt: "2026-11-26T17:01:00Z", finishedAt: "2026-11-26T17:07:00Z" },
      },
    ],
  },
  "ecs describe-service-revisions": {
    serviceRevisions: [
      { serviceRevisionArn: revisionArn(8), taskDefinition: definition(8) },
      { serviceRevisionArn: revisionArn(9), taskDefinition: definition(9) },
    ],
  },
  "ecs describe-task-definition": {
    taskDefinition: {
      containerDefinitions: [
        {
          name: "flask",
          image: `111122223333.dkr.ecr.eu-west-2.amazonaws.com/flask-app-fargate/prod/flask@sha256:${"0123456789abcdef".repeat(4)}`,
        },
      ],
    },
  },
  "servicediscovery get-instances-health-status": {
    Status: { ["a".repeat(32)]: "HEALTHY", ["b".repeat(32)]: "UNHEALTHY" },
  },
  "cloudwatch describe-alarms": {
    MetricAlarms: [
      {
        ...{
          AlarmName: "prod-errors",
          StateValue: "ALARM",
          StateTransitionedTimestamp: "2026-11-26T17:20:00Z",
        },
        StateReason:
          "Threshold Crossed: 1 out of the last 1 datapoints [7.0 (26/11/26 17:19:00)] was greater than the threshold (5.0).",
      },
      { AlarmName: "prod-latency", StateValue: "OK", StateUpdatedTimestamp: "2026-11-20T17:20:00Z" },
    ],
    CompositeAlarms: [],
  },
};

/** How the AWS CLI words what it is refused, and that its credentials have expired. */
export const denied = (action: string, operation: string): string =>
  `An error occurred (AccessDeniedException) when calling the ${operation} operation: User: arn:aws:iam::111122223333:user/ops ` +
  `is not authorized to perform: ${action} on resource: * because no identity-based policy allows the ${action} action`;
export const expired =
  "An error occurred (ExpiredTokenException) when calling the DescribeServices operation: The security token included in the request is expired";
export const throttled =
  "An error occurred (ThrottlingException) when calling the FilterLogEvents operation (reached max retries: 2): Rate exceeded";

export function awsOf(recorded: Recorded): { aws: Aws; asked: string[][] } {
  const asked: string[][] = [];
  return {
    asked,
    aws: (args) => {
      asked.push([...args]);
      const call = args.slice(0, 2).join(" ");
      if (!(call in recorded)) return Promise.reject(new Error(`No answer is recorded to ${call}`));
      const found = recorded[call];
      const answer = typeof found === "function" ? found(args) : found;
      return typeof answer === "string" ? Promise.reject(new Error(answer)) : Promise.resolve(answer);
    },
  };
}
