import assert from "node:assert/strict";
import { serviceSchema } from "../../config/schema";
import * as permissions from "../../service/permissions";

const config = (values: object = {}): ReturnType<typeof serviceSchema.parse> =>
  serviceSchema.parse({ build: "./app", ...values });
const where = { partition: "aws-us-gov", region: "us-gov-west-1", account: "111122223333" };
const secret = "arn:aws:secretsmanager:eu-west-2:111122223333:secret:db-AbCdEf";
const parameter = "arn:aws:ssm:eu-west-2:111122223333:parameter/web/token";

describe("permissions of a task", () => {
  it("lets the execution role read the credentials of a registry, and pull application and companion", () => {
    const hub = config({ build: undefined, image: "docker.io/a/b:1", imageCredentials: secret });
    const { Statement } = permissions.executionPolicy(hub, {
      repositoryArns: ["arn:repo", "arn:companion"],
      logGroupArn: "arn:logs",
    });
    assert.deepEqual((Statement[1] as { Resource: unknown }).Resource, ["arn:companion", "arn:repo"]);
    assert.deepEqual(Statement[3], {
      Effect: "Allow",
      Action: "secretsmanager:GetSecretValue",
      Resource: [secret],
    });
    assert.deepEqual(permissions.serviceNeeds(hub, where).secrets, [secret]);
  });

  it("lets ECS use the execution role for this account's tasks; ECS sends no source ARN there", () => {
    assert.deepEqual(permissions.executionTrust(where), {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "ecs-tasks.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
        },
      ],
    });
  });

  it("lets tasks of this account and Region use the task role, in any partition", () => {
    assert.deepEqual(permissions.taskTrust(where).Statement, [
      {
        Effect: "Allow",
        Principal: { Service: "ecs-tasks.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": "111122223333" },
          ArnLike: { "aws:SourceArn": "arn:aws-us-gov:ecs:us-gov-west-1:111122223333:*" },
        },
      },
    ]);
  });

  it("has one policy whatever order secrets are written in: another order is no change to deploy", () => {
    const arns = [
      "secretsmanager:eu-west-2:111122223333:secret:b-AbCdEf",
      "secretsmanager:eu-west-2:111122223333:secret:a-AbCdEf",
    ]
      .concat(["ssm:eu-west-2:111122223333:parameter/x", "ssm:eu-west-2:444455556666:parameter/y"])
      .map((arn) => `arn:aws:${arn}`);
    const policy = (order: string[]): unknown =>
      permissions.executionPolicy(
        config({ secrets: Object.fromEntries(order.map((arn, i) => [`S${i}`, arn])) }),
        {
          repositoryArns: [],
          logGroupArn: "arn:logs",
        },
      );
    assert.deepEqual(policy([...arns].reverse()), policy(arns));
    assert.deepEqual(policy([arns[2]!, arns[0]!, arns[3]!, arns[1]!]), policy(arns));
  });

  it("limits the execution role to its repository, log group and secrets", () => {
    const { Statement } = permissions.executionPolicy(
      config({ secrets: { A: `${secret}:user::`, B: `${secret}:password::`, C: parameter } }),
      { repositoryArns: ["arn:repo"], logGroupArn: "arn:logs" },
    );
    assert.deepEqual(Statement, [
      { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
      {
        Effect: "Allow",
        Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        Resource: "arn:repo",
      },
      { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: "arn:logs:*" },
      { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: [secret] },
      { Effect: "Allow", Action: "ssm:GetParameters", Resource: [parameter] },
      {
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: "arn:aws:kms:eu-west-2:111122223333:key/*",
        Condition: {
          StringEquals: {
            "kms:ViaService": ["secretsmanager.eu-west-2.amazonaws.com", "ssm.eu-west-2.amazonaws.com"],
          },
        },
      },
    ]);
  });

  it("needs nothing of ECR for an image of another registry", () => {
    assert.deepEqual(
      permissions.executionPolicy(config(), { repositoryArns: [], logGroupArn: "arn:logs" }).Statement,
      [{ Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: "arn:logs:*" }],
    );
  });

  it("gives the application what the configuration permits, and by default nothing", () => {
    assert.equal(permissions.taskPolicy(config(), where), undefined);
    const allowed = [
      { actions: ["s3:GetObject", "s3:PutObject"], resources: ["arn:aws:s3:::files/*"] },
      { actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:eu-west-2:111122223333:jobs"] },
    ];
    assert.deepEqual(permissions.taskPolicy(config({ permissions: allowed }), where)?.Statement, [
      { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: ["arn:aws:s3:::files/*"] },
      { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: ["arn:aws:sqs:eu-west-2:111122223333:jobs"] },
    ]);
  });

  it("knows the repository of an image in ECR, in whichever account", () => {
    const image = "444455556666.dkr.ecr.eu-west-2.amazonaws.com/shop/web:1";
    assert.deepEqual(
      permissions.serviceNeeds(config({ build: undefined, image }), { ...where, partition: "aws" }),
      {
        permissions: [],
        secrets: [],
        imageRepository: "arn:aws:ecr:eu-west-2:444455556666:repository/shop/web",
      },
    );
  });
});
