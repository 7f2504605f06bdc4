// @ts-nocheck
import assert from "node:assert/strict";
import { endpointsForAction, localActions, reachablePrefixes } from "../../rules/actions";

describe("the endpoints of an action", () => {
  it("are known for these services", () => {
    assert.deepEqual(
      Object.fromEntries(
        reachablePrefixes.map((prefix) => [prefix, endpointsForAction(`${prefix}:X`)?.join(" ")]),
      ),
      {
        "application-autoscaling": "application-autoscaling",
        athena: "athena",
        bedrock: "bedrock",
        cloudwatch: "monitoring",
        dynamodb: "dynamodb",
        ecr: "ecr.api",
        events: "events",
        "execute-api": "execute-api",
        firehose: "kinesis-firehose",
        glue: "glue",
        kinesis: "kinesis-streams",
        kms: "kms",
        lambda: "lambda",
        logs: "logs",
        rekognition: "rekognition",
        s3: "s3",
        secretsmanager: "secretsmanager",
        sns: "sns",
        sqs: "sqs",
        ssm: "ssm",
        states: "states",
        sts: "sts",
        textract: "textract",
        xray: "xray",
      },
    );
  });

  const table: [action: string, endpoints: string[] | undefined][] = [
    ["iam:PassRole", undefined],
    ["route53:ListHostedZones", undefined],
    ["", undefined],
    ["*", undefined],
    ["s3", ["s3"]],
    ["s3:*", ["s3"]],
    ["bedrock:InvokeModel", ["bedrock-runtime"]],
    ["bedrock:invokemodel", ["bedrock-runtime"]],
    ["bedrock:InvokeModel*", ["bedrock-runtime"]],
    ["bedrock:Invoke*", ["bedrock-runtime", "bedrock-agent-runtime"]],
    ["bedrock:Retrieve", ["bedrock-agent-runtime"]],
    ["bedrock:StartIngestionJob", ["bedrock-agent"]],
    ["bedrock:ListFoundationModels", ["bedrock"]],
    ["bedrock:ListAgentAliases", ["bedrock-agent"]],
    ["bedrock:Something", ["bedrock"]],
    ["bedrock:*", ["bedrock", "bedrock-runtime", "bedrock-agent-runtime", "bedrock-agent"]],
    ["dynamodb:GetItem", ["dynamodb"]],
    ["dynamodb:UpdateTimeToLive", ["dynamodb"]],
    // Its streams have an endpoint of their own, without a private DNS name: alone they are not reached.
    ["dynamodb:GetRecords", undefined],
    ["dynamodb:GetShard*", undefined],
    ["dynamodb:Get*", ["dynamodb"]],
    ["dynamodb:*", ["dynamodb"]],
    // What is decided at the database, the cache, the broker or the mount never leaves the VPC.
    ["rds-db:connect", []],
    ["elasticache:Connect", []],
    ["elasticache:DescribeCacheClusters", undefined],
    ["memorydb:Connect", []],
    ["neptune-db:ReadDataViaQuery", []],
    ["neptune-db:*", []],
    ["kafka-cluster:Connect", []],
    ["elasticfilesystem:ClientMount", []],
    ["elasticfilesystem:Client*", []],
    ["elasticfilesystem:DescribeFileSystems", undefined],
    ["elasticfilesystem:*", undefined],
    ["dax:GetItem", []],
  ];
  for (const [action, endpoints] of table) {
    it(`${action}: ${endpoints === undefined ? "not known" : endpoints.join(", ") || "none needed"}`, () =>
      assert.deepEqual(endpointsForAction(action), endpoints));
  }

  it("are none for those that messages name as staying in the VPC", () => {
    assert.deepEqual(localActions, [
      "dax:*",
      "elasticache:Connect",
      "elasticfilesystem:ClientMount",
      "elasticfilesystem:ClientRootAccess",
      "elasticfilesystem:ClientWrite",
      "kafka-cluster:*",
      "memorydb:Connect",
      "neptune-db:*",
      "rds-db:*",
    ]);
    for (const action of localActions) assert.deepEqual(endpointsForAction(action), [], action);
  });
});
