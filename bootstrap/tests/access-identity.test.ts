import { boundary, check, deploys, production, development, role, stateOf } from "./support/requests";

describe("what deploys may do to roles, keys and state", () => {
  check([
    [
      "makes a role within the boundary",
      deploys,
      { action: "iam:CreateRole", resource: role("flask-app-fargate/dev/flask-task-1"), context: boundary },
      true,
    ],
    [
      "makes no role without the boundary",
      deploys,
      { action: "iam:CreateRole", resource: role("flask-app-fargate/dev/flask-task-1") },
      false,
    ],
    [
      "makes no role with another boundary",
      deploys,
      {
        action: "iam:CreateRole",
        resource: role("flask-app-fargate/dev/x"),
        context: { "iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess" },
      },
      false,
    ],
    [
      "makes no role elsewhere",
      deploys,
      { action: "iam:CreateRole", resource: role("flask-task-1"), context: boundary },
      false,
    ],
    [
      "gives no policy to a role without the boundary",
      deploys,
      { action: "iam:PutRolePolicy", resource: role("flask-app-fargate/dev/x") },
      false,
    ],
    [
      "does not let others into the deploy roles",
      deploys,
      {
        action: "iam:UpdateAssumeRolePolicy",
        resource: role("flask-app-fargate-deploy-production"),
        context: boundary,
      },
      false,
    ],
    [
      "does not take a boundary off",
      deploys,
      {
        action: "iam:DeleteRolePermissionsBoundary",
        resource: role("flask-app-fargate/dev/x"),
        context: boundary,
      },
      false,
    ],
    [
      "does not change the boundary",
      deploys,
      { action: "iam:CreatePolicyVersion", resource: development.workloadBoundary },
      false,
    ],
    [
      "passes its roles to tasks",
      deploys,
      {
        action: "iam:PassRole",
        resource: role("flask-app-fargate/pr-7/x"),
        context: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
      },
      true,
    ],
    [
      "passes them to nothing else",
      deploys,
      {
        action: "iam:PassRole",
        resource: role("flask-app-fargate/pr-7/x"),
        context: { "iam:PassedToService": "ec2.amazonaws.com" },
      },
      false,
    ],
    [
      "passes no other roles",
      deploys,
      {
        action: "iam:PassRole",
        resource: role("admin"),
        context: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
      },
      false,
    ],
    [
      "makes the service-linked role of VPC links",
      deploys,
      {
        action: "iam:CreateServiceLinkedRole",
        resource: role("aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway"),
        context: { "iam:AWSServiceName": "ops.apigateway.amazonaws.com" },
      },
      true,
    ],
    [
      "makes no other service-linked role",
      deploys,
      {
        action: "iam:CreateServiceLinkedRole",
        resource: role("aws-service-role/organizations.amazonaws.com/x"),
        context: { "iam:AWSServiceName": "organizations.amazonaws.com" },
      },
      false,
    ],
    [
      "writes its state",
      deploys,
      { action: "s3:PutObject", resource: stateOf("stacks/flask-app-fargate/pr-7.json") },
      true,
    ],
    [
      "locks its stack",
      deploys,
      { action: "s3:DeleteObject", resource: stateOf("locks/organization/flask-app-fargate/dev/1.json") },
      true,
    ],
    [
      "reads no other state",
      deploys,
      { action: "s3:GetObject", resource: stateOf("stacks/flask-app-fargate/prod.json") },
      false,
    ],
    [
      "does not change what all stacks share of the backend",
      deploys,
      { action: "s3:PutObject", resource: stateOf("meta.yaml") },
      false,
    ],
    ["reads it", deploys, { action: "s3:GetObject", resource: stateOf("meta.yaml") }, true],
    [
      "production leaves dev alone",
      () => deploys(production),
      { action: "s3:PutObject", resource: stateOf("stacks/flask-app-fargate/dev.json") },
      false,
    ],
  ]);
});
