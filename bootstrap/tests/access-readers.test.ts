import { arn, check, destroys, previews, role, stateOf, tagged } from "./support/requests";

describe("what previews and clean-ups may do", () => {
  check([
    [
      "cleaning up takes a pull request's service out of dev's cluster",
      destroys,
      { action: "ecs:DeleteService", resource: arn("ecs", "service/flask-app-fargate-dev/pr-7--flask") },
      true,
    ],
    [
      "cleaning up leaves dev's own services there",
      destroys,
      { action: "ecs:DeleteService", resource: arn("ecs", "service/flask-app-fargate-dev/flask") },
      false,
    ],
    [
      "cleaning up takes its scaling out of it",
      destroys,
      {
        action: "application-autoscaling:DeregisterScalableTarget",
        resource: arn("application-autoscaling", "scalable-target/1"),
        context: tagged("pr-7"),
      },
      true,
    ],
    [
      "cleaning up leaves dev's scaling",
      destroys,
      {
        action: "application-autoscaling:DeregisterScalableTarget",
        resource: arn("application-autoscaling", "scalable-target/1"),
        context: tagged("dev"),
      },
      false,
    ],
    [
      "cleaning up takes its rules out of the group of dev's link",
      destroys,
      {
        action: "ec2:RevokeSecurityGroupEgress",
        resource: arn("ec2", "security-group/sg-1"),
        context: { ...tagged("dev"), "aws:ResourceTag/Name": "network-link" },
      },
      true,
    ],
    [
      "cleaning up takes none out of dev's other groups",
      destroys,
      {
        action: "ec2:RevokeSecurityGroupEgress",
        resource: arn("ec2", "security-group/sg-1"),
        context: { ...tagged("dev"), "aws:ResourceTag/Name": "network-workload" },
      },
      false,
    ],
    [
      "cleaning up deletes a pull request's group",
      destroys,
      {
        action: "ec2:DeleteSecurityGroup",
        resource: arn("ec2", "security-group/sg-1"),
        context: tagged("pr-7"),
      },
      true,
    ],
    [
      "cleaning up deletes none of dev's",
      destroys,
      {
        action: "ec2:DeleteSecurityGroup",
        resource: arn("ec2", "security-group/sg-1"),
        context: tagged("dev"),
      },
      false,
    ],
    [
      "cleaning up leaves dev's cluster",
      destroys,
      { action: "ecs:DeleteCluster", resource: arn("ecs", "cluster/flask-app-fargate-dev") },
      false,
    ],
    [
      "cleaning up leaves dev's roles",
      destroys,
      { action: "iam:DeleteRole", resource: role("flask-app-fargate/dev/flask-task-1") },
      false,
    ],
    [
      "cleaning up leaves dev's state",
      destroys,
      { action: "s3:PutObject", resource: stateOf("stacks/flask-app-fargate/dev.json") },
      false,
    ],
    [
      "cleaning up writes a pull request's",
      destroys,
      { action: "s3:PutObject", resource: stateOf("stacks/flask-app-fargate/pr-7.json") },
      true,
    ],
    [
      "cleaning up lists the stacks",
      destroys,
      { action: "s3:GetObject", resource: stateOf("stacks/flask-app-fargate/prod.json") },
      true,
    ],
    [
      "cleaning up makes nothing",
      destroys,
      { action: "ecs:CreateService", resource: arn("ecs", "service/flask-app-fargate-dev/pr-7--flask") },
      false,
    ],
    [
      "previews read state",
      previews,
      { action: "s3:GetObject", resource: stateOf("stacks/flask-app-fargate/prod.json") },
      true,
    ],
    [
      "previews read a pull request's service in dev's cluster",
      previews,
      { action: "ecs:DescribeServices", resource: arn("ecs", "service/flask-app-fargate-dev/pr-7--flask") },
      true,
    ],
    [
      "previews read state that is not there, of a stack that no environment deploys",
      previews,
      { action: "s3:GetObject", resource: stateOf("stacks/flask-app-fargate/cheap.json") },
      true,
    ],
    [
      "previews read no other project's",
      previews,
      { action: "s3:GetObject", resource: stateOf("stacks/other/dev.json") },
      false,
    ],
    [
      "previews write none",
      previews,
      { action: "s3:PutObject", resource: stateOf("stacks/flask-app-fargate/dev.json") },
      false,
    ],
    [
      "previews take no lock",
      previews,
      { action: "s3:PutObject", resource: stateOf("locks/organization/flask-app-fargate/dev/1.json") },
      false,
    ],
    [
      "previews read a role",
      previews,
      { action: "iam:GetRole", resource: role("flask-app-fargate/prod/x") },
      true,
    ],
    [
      "previews read no application's logs",
      previews,
      {
        action: "logs:GetLogEvents",
        resource: arn("logs", "log-group:/ecs/flask-app-fargate/dev/flask:log-stream:x"),
      },
      false,
    ],
  ]);
});
