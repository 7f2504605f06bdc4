import assert from "node:assert/strict";
import { serviceSchema } from "../../config/schema";
import * as task from "../../service/task";

const config = (values: object = {}): ReturnType<typeof serviceSchema.parse> =>
  serviceSchema.parse({ build: "./app", ...values });
const context = { name: "flask", region: "eu-west-2", image: "repo@sha256:0", logGroup: "/ecs/flask" };
const where = { partition: "aws-us-gov", region: "us-gov-west-1", account: "111122223333" };
const secret = "arn:aws:secretsmanager:eu-west-2:111122223333:secret:db-AbCdEf";
const parameter = "arn:aws:ssm:eu-west-2:111122223333:parameter/web/token";

describe("task", () => {
  it("defines a hardened container with every default spelled out", () => {
    assert.deepEqual(task.containerDefinitions(config(), context), [
      {
        name: "flask",
        image: "repo@sha256:0",
        essential: true,
        user: "10001",
        readonlyRootFilesystem: true,
        linuxParameters: {
          capabilities: {
            add: [],
            drop: [
              "AUDIT_WRITE",
              "CHOWN",
              "DAC_OVERRIDE",
              "FOWNER",
              "FSETID",
              "KILL",
              "MKNOD",
              "NET_RAW",
              "SETFCAP",
              "SETGID",
              "SETPCAP",
              "SETUID",
              "SYS_CHROOT",
            ],
          },
        },
        portMappings: [{ containerPort: 80, hostPort: 80, protocol: "tcp" }],
        environment: [
          { name: "DRAIN_SECONDS", value: "60" },
          { name: "HEALTH_PATH", value: "/healthz" },
          { name: "PORT", value: "80" },
          { name: "SERVICE_NAME", value: "flask" },
        ],
        mountPoints: [{ sourceVolume: "tmp", containerPath: "/tmp", readOnly: false }],
        healthCheck: {
          command: ["CMD", "python3", "-m", "healthcheck"],
          interval: 35,
          timeout: 3,
          retries: 3,
          startPeriod: 30,
        },
        stopTimeout: 95,
        logConfiguration: {
          logDriver: "awslogs",
          options: {
            "awslogs-group": "/ecs/flask",
            "awslogs-region": "eu-west-2",
            "awslogs-stream-prefix": "flask",
            mode: "non-blocking",
            "max-buffer-size": "4m",
          },
        },
      },
    ]);
  });

  it("hands on what the configuration says, in a stable order", () => {
    const [container] = task.containerDefinitions(
      config({
        port: 8080,
        drainSeconds: 10,
        environment: { ZONE: "z", APP: "a" },
        secrets: { TOKEN: parameter, DB: secret },
        healthCheck: { command: ["CMD-SHELL", "true"], path: "/up", interval: 30 },
      }),
      context,
    ) as Record<string, unknown>[];
    assert.deepEqual(container?.environment, [
      { name: "APP", value: "a" },
      { name: "DRAIN_SECONDS", value: "10" },
      { name: "HEALTH_PATH", value: "/up" },
      { name: "PORT", value: "8080" },
      { name: "SERVICE_NAME", value: "flask" },
      { name: "ZONE", value: "z" },
    ]);
    assert.deepEqual(container?.secrets, [
      { name: "DB", valueFrom: secret },
      { name: "TOKEN", valueFrom: parameter },
    ]);
    assert.deepEqual(container?.portMappings, [{ containerPort: 8080, hostPort: 8080, protocol: "tcp" }]);
    assert.equal(container?.stopTimeout, 45);
    assert.deepEqual(container?.healthCheck, {
      command: ["CMD-SHELL", "true"],
      interval: 30,
      timeout: 3,
      retries: 3,
      startPeriod: 30,
    });
  });

  it("lets ECS use the execution role for this account's tasks; ECS sends no source ARN there", () => {
    assert.deepEqual(task.executionTrust(where), {
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
    assert.deepEqual(task.taskTrust(where).Statement, [
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
      task.executionPolicy(config({ secrets: Object.fromEntries(order.map((arn, i) => [`S${i}`, arn])) }), {
        repositoryArn: undefined,
        logGroupArn: "arn:logs",
      });
    assert.deepEqual(policy([...arns].reverse()), policy(arns));
    assert.deepEqual(policy([arns[2]!, arns[0]!, arns[3]!, arns[1]!]), policy(arns));
  });

  it("limits the execution role to its repository, log group and secrets", () => {
    const { Statement } = task.executionPolicy(
      config({ secrets: { A: `${secret}:user::`, B: `${secret}:password::`, C: parameter } }),
      { repositoryArn: "arn:repo", logGroupArn: "arn:logs" },
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
      task.executionPolicy(config(), { repositoryArn: undefined, logGroupArn: "arn:logs" }).Statement,
      [{ Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: "arn:logs:*" }],
    );
  });

  it("gives the application what the configuration permits, and by default nothing", () => {
    assert.equal(task.taskPolicy(config(), where), undefined);
    const permissions = [
      { actions: ["s3:GetObject", "s3:PutObject"], resources: ["arn:aws:s3:::files/*"] },
      { actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:eu-west-2:111122223333:jobs"] },
    ];
    assert.deepEqual(task.taskPolicy(config({ permissions }), where)?.Statement, [
      { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: ["arn:aws:s3:::files/*"] },
      { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: ["arn:aws:sqs:eu-west-2:111122223333:jobs"] },
    ]);
  });

  it("knows the repository of an image in ECR, in whichever account", () => {
    const image = "444455556666.dkr.ecr.eu-west-2.amazonaws.com/shop/web:1";
    assert.deepEqual(task.serviceNeeds(config({ build: undefined, image }), { partition: "aws" }), {
      permissions: [],
      secrets: [],
      imageRepository: "arn:aws:ecr:eu-west-2:444455556666:repository/shop/web",
    });
  });
});
