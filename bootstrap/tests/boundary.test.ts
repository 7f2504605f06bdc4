import assert from "node:assert/strict";
import { workloadBoundary } from "../iam/policies";
import { allows, Request } from "./support/evaluate";
import { development, arn, stateOf } from "./support/requests";
import { state } from "./support/scope";

describe("boundary of the workloads", () => {
  const secret = arn("secretsmanager", "secret:dev/token-AbCdEf");
  const parameter = arn("ssm", "parameter/dev/token");
  const wall = [
    workloadBoundary(development, state, {
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
    for (const action of ["ecr:BatchGetImage", "s3:GetObject"])
      assert.equal(allows(wall, { action, resource: "arn:aws:s3:::example/x" }), true, action);
    for (const action of ["s3:PutObject", "iam:CreateUser", "sts:AssumeRole", "lambda:UpdateFunctionCode"])
      assert.equal(allows(wall, { action, resource: "arn:aws:s3:::example/x" }), false, action);
  });

  it("lets them log into their own stacks' groups alone", () => {
    const writes = (group: string): boolean =>
      allows(wall, { action: "logs:PutLogEvents", resource: arn("logs", `log-group:${group}:log-stream:x`) });
    assert.equal(writes("/ecs/flask-app-fargate/pr-7/flask"), true);
    assert.equal(writes("/ecs/flask-app-fargate/prod/flask"), false);
    assert.equal(writes("/ecs/other/dev/flask"), false);
  });

  it("lets sessions of ECS Exec through where an administrator allowed them, logged in their own stacks' groups", () => {
    const actions = [
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
      "logs:DescribeLogGroups",
      "logs:DescribeLogStreams",
    ];
    const open = [workloadBoundary(development, state, { secrets: [], actions })];
    for (const action of actions) {
      assert.equal(allows(open, { action, resource: "*" }), true, action);
      assert.equal(allows(wall, { action, resource: "*" }), false, action);
    }
    const writes = (stack: string): boolean =>
      ["logs:CreateLogStream", "logs:PutLogEvents"].every((action) =>
        allows(open, {
          action,
          resource: arn(
            "logs",
            `log-group:/ecs/flask-app-fargate/${stack}/cluster/sessions:log-stream:ecs-execute-command-0a`,
          ),
        }),
      );
    assert.equal(writes("pr-7"), true);
    assert.equal(writes("prod"), false);
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
    const bare = workloadBoundary(development, state, { secrets: [], actions: [] });
    const allowed = bare.Statement.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action }) => Action);
    assert.deepEqual(
      allowed.filter((action) => /^(kms|secretsmanager|ssm):/.test(action)),
      [],
    );
    const one = workloadBoundary(development, state, { secrets: [secret], actions: [] });
    assert.equal(allows([one], decrypt("secretsmanager")), true);
    assert.equal(allows([one], decrypt("ssm")), false);
  });

  it("keeps them from the state and its key, and from who accessed it, whatever that is", () => {
    const log = `${state.logBucketArn}/state/2026-01-01`;
    assert.equal(allows(wall, { action: "s3:GetObject", resource: log }), false);
    assert.equal(
      allows(wall, { action: "s3:GetObject", resource: stateOf("stacks/flask-app-fargate/dev.json") }),
      false,
    );
    assert.equal(allows(wall, decrypt("ssm", state.keyArn)), false);
  });
});
