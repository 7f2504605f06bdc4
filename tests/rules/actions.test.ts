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
        ssmmessages: "ssmmessages",
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
    ["bedrock", ["bedrock", "bedrock-runtime", "bedrock-agent-runtime", "bedrock-agent"]],
    ["dynamodb", ["dynamodb"]],
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

  const changes = (plural: string, thing: string): string[] => [
    ...["Create", "Delete", "Get", "Update"].map((verb) => verb + thing),
    `List${plural}`,
  ];
  /** What a wrong letter would send to `bedrock`, where it is refused. */
  const elsewhere: Record<string, string[]> = {
    "bedrock-runtime": [
      ...["ApplyGuardrail", "CountTokens", "GetAsyncInvoke", "InvokeModel", "ListAsyncInvokes"],
      ...["InvokeModelWithBidirectionalStream", "InvokeModelWithResponseStream"],
    ],
    "bedrock-agent-runtime": [
      ...["InvokeAgent", "InvokeFlow", "InvokeInlineAgent", "GenerateQuery", "OptimizePrompt", "Rerank"],
      ...["Retrieve", "RetrieveAndGenerate", "DeleteAgentMemory", "GetAgentMemory"],
      ...["CreateSession", "DeleteSession", "EndSession", "GetSession", "ListSessions", "UpdateSession"],
      ...["CreateInvocation", "ListInvocations", "GetInvocationStep", "ListInvocationSteps"],
      ...["PutInvocationStep", "StartFlowExecution", "StopFlowExecution", "GetFlowExecution"],
    ],
    "bedrock-agent": [
      ...changes("Agents", "Agent"),
      ...changes("AgentActionGroups", "AgentActionGroup"),
      ...changes("AgentAliases", "AgentAlias"),
      ...changes("DataSources", "DataSource"),
      ...changes("Flows", "Flow"),
      ...changes("FlowAliases", "FlowAlias"),
      ...changes("FlowVersions", "FlowVersion"),
      ...changes("KnowledgeBases", "KnowledgeBase"),
      ...changes("Prompts", "Prompt"),
      ...["PrepareAgent", "PrepareFlow", "CreatePromptVersion", "ListAgentVersions", "GetAgentVersion"],
      ...["StartIngestionJob", "GetIngestionJob", "ListIngestionJobs", "StopIngestionJob"],
      ...["AssociateAgentKnowledgeBase", "DisassociateAgentKnowledgeBase", "GetAgentKnowledgeBase"],
      ...["IngestKnowledgeBaseDocuments", "DeleteKnowledgeBaseDocuments", "ListKnowledgeBaseDocuments"],
    ],
  };
  for (const [endpoint, actions] of Object.entries(elsewhere)) {
    it(`are ${endpoint} alone for each of its ${actions.length} actions`, () => {
      for (const action of actions)
        assert.deepEqual(endpointsForAction(`bedrock:${action}`), [endpoint], action);
    });
  }

  it("are found by a pattern as well as by a name", () => {
    for (const [pattern, endpoint] of [
      ["*FoundationModel", "bedrock"],
      ["*Guardrails", "bedrock"],
      ["*InferenceProfile", "bedrock"],
      ["*ModelCustomizationJob?", "bedrock"],
      ["Invoke?odel", "bedrock-runtime"],
      ["*Agent?Version", "bedrock"],
      // What is special to regular expressions stands for itself.
      ["Invoke+Model", "bedrock"],
      ["InvokeModel|Rerank", "bedrock"],
    ] as const)
      assert.deepEqual(endpointsForAction(`bedrock:${pattern}`), [endpoint], pattern);
  });

  it("are none that help for each of what DynamoDB's streams answer", () => {
    for (const action of ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"]) {
      assert.equal(endpointsForAction(`dynamodb:${action}`), undefined, action);
    }
    for (const pattern of [
      ...["BatchG*", "BatchW*", "Cond*", "DeleteI*", "DescribeT*", "GetI*", "ListT*", "Part*", "PutI*", "Q*"],
      ...["Sc*", "UpdateI*"],
    ])
      assert.deepEqual(endpointsForAction(`dynamodb:${pattern}`), ["dynamodb"], pattern);
  });

  it("are the API's where a pattern says less than three letters of what stays in the VPC", () => {
    for (const [action, endpoints] of [
      ["elasticache:Con*", []],
      ["elasticache:Co*", undefined],
      ["elasticache:?onnect", undefined],
      ["elasticache:*Connect", undefined],
      ["elasticache:Connects", undefined],
      ["elasticache:Reconnect", undefined],
      ["elasticache", undefined],
      ["rds-db", []],
    ] as const)
      assert.deepEqual(endpointsForAction(action), endpoints, action);
  });

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
