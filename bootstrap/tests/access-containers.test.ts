import { arn, check, deploys, production, tagged } from "./support/requests";

describe("what deploys may do to containers and their discovery", () => {
  check([
    [
      "deploys a service",
      deploys,
      { action: "ecs:UpdateService", resource: arn("ecs", "service/flask-app-fargate-dev/flask") },
      true,
    ],
    [
      "deploys a pull request's service into its own cluster",
      deploys,
      { action: "ecs:CreateService", resource: arn("ecs", "service/flask-app-fargate-pr-7/flask") },
      true,
    ],
    [
      "deploys no service of another stack",
      deploys,
      { action: "ecs:UpdateService", resource: arn("ecs", "service/flask-app-fargate-prod/flask") },
      false,
    ],
    [
      "registers a task definition",
      deploys,
      {
        action: "ecs:RegisterTaskDefinition",
        resource: arn("ecs", "task-definition/flask-app-fargate-pr-7-flask:1"),
      },
      true,
    ],
    [
      "lists tasks of its cluster",
      deploys,
      {
        action: "ecs:ListTasks",
        resource: "*",
        context: { "ecs:cluster": arn("ecs", "cluster/flask-app-fargate-dev") },
      },
      true,
    ],
    [
      "lists no tasks of others",
      deploys,
      { action: "ecs:ListTasks", resource: "*", context: { "ecs:cluster": arn("ecs", "cluster/other") } },
      false,
    ],
    [
      "pushes to its own repository",
      deploys,
      { action: "ecr:PutImage", resource: arn("ecr", "repository/flask-1"), context: tagged("dev") },
      true,
    ],
    [
      "pushes to no other",
      deploys,
      { action: "ecr:PutImage", resource: arn("ecr", "repository/flask-1"), context: tagged("prod") },
      false,
    ],
    [
      "reads logs of its tasks",
      deploys,
      {
        action: "logs:GetLogEvents",
        resource: arn("logs", "log-group:/ecs/flask-app-fargate/dev/flask:log-stream:x"),
      },
      true,
    ],
    [
      "reads no others",
      deploys,
      {
        action: "logs:GetLogEvents",
        resource: arn("logs", "log-group:/ecs/flask-app-fargate/prod/flask:log-stream:x"),
      },
      false,
    ],
    [
      "production deploys production",
      () => deploys(production),
      { action: "ecs:UpdateService", resource: arn("ecs", "service/flask-app-fargate-prod/flask") },
      true,
    ],
  ]);
});
