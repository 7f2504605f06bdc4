import assert from "node:assert/strict";
import { deployPolicies, destroyPolicies, Policy, previewPolicies, workloadBoundary } from "../iam/policies";
import { allows, Request } from "./support/evaluate";
import { scope, state } from "./support/scope";

/** What the roles may do and what not, by requests as AWS would get them. */
const pullRequest = scope("dev", "pr-*");
const production = scope("prod");
const deploys = (where = pullRequest): Policy[] => Object.values(deployPolicies(where, state));
const previews = (): Policy[] => Object.values(previewPolicies(scope("dev", "prod", "pr-*"), state));
const destroys = (): Policy[] => Object.values(destroyPolicies(scope("pr-*"), ["dev"], state));
const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:ap-southeast-2:000000000000:${resource}`;
const role = (path: string): string => `arn:aws:iam::000000000000:role/${path}`;
const stateOf = (key: string): string => `${state.bucketArn}/.pulumi/${key}`;
const tagged = (stack: string, project = "flask-app-fargate"): Request["context"] => ({
  "aws:ResourceTag/Project": project,
  "aws:ResourceTag/Stack": stack,
});
const asks = (stack: string): Request["context"] => ({
  "aws:RequestTag/Project": "flask-app-fargate",
  "aws:RequestTag/Stack": stack,
});
const boundary = { "iam:PermissionsBoundary": pullRequest.workloadBoundary };

describe("access", () => {
  const cases: [string, () => Policy[], Request, boolean][] = [
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
      { action: "iam:CreatePolicyVersion", resource: pullRequest.workloadBoundary },
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
      "deletes its own VPC",
      deploys,
      { action: "ec2:DeleteVpc", resource: arn("ec2", "vpc/vpc-1"), context: tagged("dev") },
      true,
    ],
    [
      "deletes nobody else's",
      deploys,
      { action: "ec2:DeleteVpc", resource: arn("ec2", "vpc/vpc-1"), context: tagged("prod") },
      false,
    ],
    [
      "deletes none of another project",
      deploys,
      { action: "ec2:DeleteVpc", resource: arn("ec2", "vpc/vpc-1"), context: tagged("dev", "other") },
      false,
    ],
    [
      "makes a subnet in an adopted VPC",
      deploys,
      { action: "ec2:CreateSubnet", resource: arn("ec2", "vpc/vpc-1") },
      true,
    ],
    [
      "tags what it makes",
      deploys,
      {
        action: "ec2:CreateTags",
        resource: arn("ec2", "vpc/vpc-1"),
        context: { "ec2:CreateAction": "CreateVpc" },
      },
      true,
    ],
    ["tags nothing else", deploys, { action: "ec2:CreateTags", resource: arn("ec2", "vpc/vpc-1") }, false],
    [
      "opens its own security group",
      deploys,
      {
        action: "ec2:AuthorizeSecurityGroupIngress",
        resource: arn("ec2", "security-group/sg-1"),
        context: tagged("pr-7"),
      },
      true,
    ],
    [
      "opens an adopted one that was named",
      deploys,
      {
        action: "ec2:AuthorizeSecurityGroupIngress",
        resource: arn("ec2", "security-group/sg-0123456789abcdef0"),
      },
      true,
    ],
    [
      "opens no other",
      deploys,
      { action: "ec2:AuthorizeSecurityGroupIngress", resource: arn("ec2", "security-group/sg-1") },
      false,
    ],
    [
      "opens it by a new rule, which has no tags yet",
      deploys,
      { action: "ec2:AuthorizeSecurityGroupIngress", resource: arn("ec2", "security-group-rule/*") },
      true,
    ],
    [
      "closes no rule of others",
      deploys,
      { action: "ec2:RevokeSecurityGroupIngress", resource: arn("ec2", "security-group-rule/sgr-1") },
      false,
    ],
    [
      "tags a certificate as its own",
      deploys,
      { action: "acm:AddTagsToCertificate", resource: arn("acm", "certificate/1"), context: asks("dev") },
      true,
    ],
    [
      "tags none as another stack's",
      deploys,
      { action: "acm:AddTagsToCertificate", resource: arn("acm", "certificate/1"), context: asks("prod") },
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
      "changes records of its namespace",
      deploys,
      {
        action: "route53:ChangeResourceRecordSets",
        resource: "arn:aws:route53:::hostedzone/Z1",
        context: {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": ["flask.pr-7.flask-app-fargate.internal"],
        },
      },
      true,
    ],
    [
      "gives an endpoint of its Region private names",
      deploys,
      {
        action: "route53:AssociateVPCWithHostedZone",
        resource: "arn:aws:route53:::hostedzone/Z1",
        context: { "route53:VPCs": ["VPCId=vpc-1,VPCRegion=ap-southeast-2"] },
      },
      true,
    ],
    [
      "gives none elsewhere",
      deploys,
      {
        action: "route53:AssociateVPCWithHostedZone",
        resource: "arn:aws:route53:::hostedzone/Z1",
        context: { "route53:VPCs": ["VPCId=vpc-1,VPCRegion=eu-west-2"] },
      },
      false,
    ],
    [
      "changes no others there",
      deploys,
      {
        action: "route53:ChangeResourceRecordSets",
        resource: "arn:aws:route53:::hostedzone/Z1",
        context: {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": [
            "flask.dev.flask-app-fargate.internal",
            "www.example.com",
          ],
        },
      },
      false,
    ],
    [
      "changes records of the named zones",
      deploys,
      {
        action: "route53:ChangeResourceRecordSets",
        resource: "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ",
        context: { "route53:ChangeResourceRecordSetsNormalizedRecordNames": ["www.example.com"] },
      },
      true,
    ],
    [
      "lets API Gateway call an authorizer",
      deploys,
      {
        action: "lambda:AddPermission",
        resource: arn("lambda", "function:keys"),
        context: { "lambda:Principal": "apigateway.amazonaws.com" },
      },
      true,
    ],
    [
      "lets nobody else",
      deploys,
      {
        action: "lambda:AddPermission",
        resource: arn("lambda", "function:keys"),
        context: { "lambda:Principal": "*" },
      },
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
      "production deploys production",
      () => deploys(production),
      { action: "ecs:UpdateService", resource: arn("ecs", "service/flask-app-fargate-prod/flask") },
      true,
    ],
    [
      "production leaves dev alone",
      () => deploys(production),
      { action: "s3:PutObject", resource: stateOf("stacks/flask-app-fargate/dev.json") },
      false,
    ],
    [
      "cleaning up takes a pull request's service out of dev's cluster",
      destroys,
      { action: "ecs:DeleteService", resource: arn("ecs", "service/flask-app-fargate-dev/pr-7--flask") },
      true,
    ],
    [
      "cleaning up takes its rules out of the group of dev's link",
      destroys,
      {
        action: "ec2:RevokeSecurityGroupEgress",
        resource: arn("ec2", "security-group/sg-1"),
        context: tagged("dev"),
      },
      true,
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
  ];
  for (const [what, policies, request, expected] of cases)
    it(what, () => assert.equal(allows(policies(), request), expected));
});

describe("boundary of the workloads", () => {
  const secret = arn("secretsmanager", "secret:dev/token-AbCdEf");
  const parameter = arn("ssm", "parameter/dev/token");
  const wall = [
    workloadBoundary(pullRequest, state, {
      secrets: [secret, arn("ssm", "parameter/dev/*")],
      actions: ["s3:GetObject"],
    }),
  ];
  const key = state.keyArn.replace("key/0", "key/1");
  const decrypt = (service: string, resource = key): Request => ({
    action: "kms:Decrypt",
    resource,
    context: { "kms:ViaService": `${service}.ap-southeast-2.amazonaws.com` },
  });

  it("lets tasks start and log, and do what an administrator allowed", () => {
    for (const action of ["ecr:BatchGetImage", "logs:PutLogEvents", "s3:GetObject"])
      assert.equal(allows(wall, { action, resource: "arn:aws:s3:::example/x" }), true, action);
    for (const action of ["s3:PutObject", "iam:CreateUser", "sts:AssumeRole", "lambda:UpdateFunctionCode"])
      assert.equal(allows(wall, { action, resource: "arn:aws:s3:::example/x" }), false, action);
  });

  it("lets them read the environment's secrets, and no other", () => {
    const reads = (action: string, resource: string): boolean => allows(wall, { action, resource });
    assert.equal(reads("secretsmanager:GetSecretValue", secret), true);
    assert.equal(reads("ssm:GetParameters", parameter), true);
    assert.equal(reads("secretsmanager:GetSecretValue", arn("secretsmanager", "secret:prod/token-x")), false);
    assert.equal(reads("ssm:GetParameters", arn("ssm", "parameter/prod/token")), false);
    assert.equal(allows(wall, decrypt("ssm")), true);
    assert.equal(allows(wall, decrypt("s3")), false);
    assert.equal(allows(wall, { action: "kms:Decrypt", resource: key }), false);
  });

  it("lets them read none where none is named", () => {
    const bare = workloadBoundary(pullRequest, state, { secrets: [], actions: [] });
    const allowed = bare.Statement.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action }) => Action);
    assert.deepEqual(
      allowed.filter((action) => /^(kms|secretsmanager|ssm):/.test(action)),
      [],
    );
    const one = workloadBoundary(pullRequest, state, { secrets: [secret], actions: [] });
    assert.equal(allows([one], decrypt("secretsmanager")), true);
    assert.equal(allows([one], decrypt("ssm")), false);
  });

  it("keeps them from the state and its key, whatever that is", () => {
    assert.equal(
      allows(wall, { action: "s3:GetObject", resource: stateOf("stacks/flask-app-fargate/dev.json") }),
      false,
    );
    assert.equal(allows(wall, decrypt("ssm", state.keyArn)), false);
  });
});
