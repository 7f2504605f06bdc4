import { type Policy, workloadBoundary } from "../iam/policies";
import { arn, check, deploys, destroys, previews, production, development, role } from "./support/requests";
import { state } from "./support/scope";

const bounded =
  (where = development) =>
  (): Policy[] => [workloadBoundary(where, state, { secrets: [], actions: [] })];
const cluster = (stack: string) => ({ "ecs:cluster": arn("ecs", `cluster/flask-app-fargate-${stack}`) });
const definition = (stack: string): string =>
  arn("ecs", `task-definition/flask-app-fargate-${stack}-migrate--job:3`);
const passedTo = (service: string) => ({ "iam:PassedToService": `${service}.amazonaws.com` });
const scheduleRole = (stack: string): string =>
  role(`flask-app-fargate/${stack}/schedules/job-migrate-schedule-0a`);
const taskRole = (stack: string): string => role(`flask-app-fargate/${stack}/job-migrate-task-0a`);

describe("what roles may do with jobs", () => {
  check([
    [
      "keeps schedules in its own group",
      deploys,
      {
        action: "scheduler:UpdateSchedule",
        resource: arn("scheduler", "schedule/flask-app-fargate-pr-7/report"),
      },
      true,
    ],
    [
      "keeps none in another's",
      deploys,
      {
        action: "scheduler:CreateSchedule",
        resource: arn("scheduler", "schedule/flask-app-fargate-prod/report"),
      },
      false,
    ],
    [
      "keeps none in the group of all",
      deploys,
      { action: "scheduler:CreateSchedule", resource: arn("scheduler", "schedule/default/report") },
      false,
    ],
    [
      "makes its own queue",
      deploys,
      { action: "sqs:CreateQueue", resource: arn("sqs", "flask-app-fargate-dev-jobs") },
      true,
    ],
    [
      "makes no other",
      deploys,
      { action: "sqs:CreateQueue", resource: arn("sqs", "flask-app-fargate-dev-mail") },
      false,
    ],
    [
      "reads nobody's messages",
      deploys,
      { action: "sqs:ReceiveMessage", resource: arn("sqs", "flask-app-fargate-dev-jobs") },
      false,
    ],
    [
      "runs a job",
      deploys,
      { action: "ecs:RunTask", resource: definition("dev"), context: cluster("dev") },
      true,
    ],
    [
      "runs none in another cluster",
      deploys,
      { action: "ecs:RunTask", resource: definition("dev"), context: cluster("prod") },
      false,
    ],
    [
      "runs no other's",
      deploys,
      { action: "ecs:RunTask", resource: definition("prod"), context: cluster("dev") },
      false,
    ],
    [
      "stops a job",
      deploys,
      { action: "ecs:StopTask", resource: arn("ecs", "task/flask-app-fargate-dev/0a") },
      true,
    ],
    [
      "hands a schedule's role to EventBridge Scheduler",
      deploys,
      { action: "iam:PassRole", resource: scheduleRole("dev"), context: passedTo("scheduler") },
      true,
    ],
    [
      "hands it no task's role",
      deploys,
      { action: "iam:PassRole", resource: taskRole("dev"), context: passedTo("scheduler") },
      false,
    ],
    [
      "hands it no other's",
      deploys,
      { action: "iam:PassRole", resource: scheduleRole("prod"), context: passedTo("scheduler") },
      false,
    ],
    [
      "production deploys production's",
      () => deploys(production),
      { action: "iam:PassRole", resource: scheduleRole("prod"), context: passedTo("scheduler") },
      true,
    ],
    [
      "a preview reads a schedule",
      previews,
      {
        action: "scheduler:GetSchedule",
        resource: arn("scheduler", "schedule/flask-app-fargate-prod/report"),
      },
      true,
    ],
    [
      "a preview runs nothing",
      previews,
      { action: "ecs:RunTask", resource: definition("dev"), context: cluster("dev") },
      false,
    ],
    [
      "who destroys deletes a group",
      destroys,
      {
        action: "scheduler:DeleteScheduleGroup",
        resource: arn("scheduler", "schedule-group/flask-app-fargate-pr-7"),
      },
      true,
    ],
    [
      "who destroys runs nothing",
      destroys,
      { action: "ecs:RunTask", resource: definition("pr-7"), context: cluster("pr-7") },
      false,
    ],
    [
      "a schedule's boundary lets it run its job",
      bounded(),
      { action: "ecs:RunTask", resource: definition("dev"), context: cluster("dev") },
      true,
    ],
    [
      "in no other cluster",
      bounded(),
      { action: "ecs:RunTask", resource: definition("dev"), context: cluster("prod") },
      false,
    ],
    [
      "with its roles",
      bounded(),
      { action: "iam:PassRole", resource: taskRole("dev"), context: passedTo("ecs-tasks") },
      true,
    ],
    [
      "with no other environment's",
      bounded(),
      { action: "iam:PassRole", resource: taskRole("prod"), context: passedTo("ecs-tasks") },
      false,
    ],
    [
      "with the tags that the task gets",
      bounded(),
      {
        action: "ecs:TagResource",
        resource: arn("ecs", "task/flask-app-fargate-dev/0a"),
        context: { "ecs:CreateAction": "RunTask" },
      },
      true,
    ],
    [
      "and with no other tags",
      bounded(),
      { action: "ecs:TagResource", resource: arn("ecs", "task/flask-app-fargate-dev/0a") },
      false,
    ],
    [
      "and it may say what was not started",
      bounded(),
      { action: "sqs:SendMessage", resource: arn("sqs", "flask-app-fargate-dev-jobs") },
      true,
    ],
  ]);
});
