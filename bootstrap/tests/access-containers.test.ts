import { arn, asks, type Case, check, deploys, destroys, production, tagged } from "./support/requests";

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
      "tags a new repository as its own",
      deploys,
      { action: "ecr:TagResource", resource: arn("ecr", "repository/flask-1"), context: asks("dev") },
      true,
    ],
    [
      "adds a tag to its own",
      deploys,
      {
        action: "ecr:TagResource",
        resource: arn("ecr", "repository/flask-1"),
        context: { ...tagged("dev"), "aws:RequestTag/Team": "x" },
      },
      true,
    ],
    [
      "takes over no other's",
      deploys,
      {
        action: "ecr:TagResource",
        resource: arn("ecr", "repository/flask-1"),
        context: { ...tagged("prod"), ...asks("dev") },
      },
      false,
    ],
    [
      "nor one whose tags are written in another case",
      deploys,
      {
        action: "ecr:TagResource",
        resource: arn("ecr", "repository/flask-1"),
        context: { "aws:ResourceTag/project": "other", ...asks("dev") },
      },
      false,
    ],
    [
      "scales its own",
      deploys,
      {
        action: "application-autoscaling:PutScalingPolicy",
        resource: arn("application-autoscaling", "scalable-target/1"),
        context: tagged("dev"),
      },
      true,
    ],
    [
      "scales no other's",
      deploys,
      {
        action: "application-autoscaling:RegisterScalableTarget",
        resource: arn("application-autoscaling", "scalable-target/1"),
        context: { ...tagged("prod"), ...asks("dev") },
      },
      false,
    ],
    [
      "makes a service of Cloud Map in its own namespace",
      deploys,
      {
        action: "servicediscovery:CreateService",
        resource: arn("servicediscovery", "namespace/ns-1"),
        context: tagged("dev"),
      },
      true,
    ],
    [
      "makes none in another's",
      deploys,
      {
        action: "servicediscovery:CreateService",
        resource: arn("servicediscovery", "namespace/ns-1"),
        context: { ...tagged("prod"), ...asks("dev") },
      },
      false,
    ],
    [
      "deletes a health check by Cloud Map alone",
      destroys,
      {
        action: "route53:DeleteHealthCheck",
        resource: "arn:aws:route53:::healthcheck/1",
        context: { "aws:ViaAWSService": "true" },
      },
      true,
    ],
    [
      "deletes none itself",
      destroys,
      {
        action: "route53:DeleteHealthCheck",
        resource: "arn:aws:route53:::healthcheck/1",
        context: { "aws:ViaAWSService": "false" },
      },
      false,
    ],
    [
      "keeps where its cluster logs sessions of ECS Exec",
      deploys,
      { action: "ecs:UpdateCluster", resource: arn("ecs", "cluster/flask-app-fargate-dev") },
      true,
    ],
    [
      "keeps the log of its sessions",
      deploys,
      {
        action: "logs:CreateLogGroup",
        resource: arn("logs", "log-group:/ecs/flask-app-fargate/dev/cluster/sessions"),
      },
      true,
    ],
    ...["cluster/flask-app-fargate-dev", "task/flask-app-fargate-dev/0a"].map((name): Case => [
      `enters no container, not its own: ${name}`,
      deploys,
      { action: "ecs:ExecuteCommand", resource: arn("ecs", name) },
      false,
    ]),
    [
      "starts no session beside ECS Exec",
      deploys,
      { action: "ssm:StartSession", resource: arn("ecs", "task/flask-app-fargate-dev/0a") },
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
