/** Which VPC endpoints the actions of IAM go through. https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html */

/** IAM service prefix → the endpoint that serves it; for those of {@link severalEndpoints}, whatever is not named there. */
const endpointOf: Readonly<Record<string, string>> = {
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
};

const plural = (thing: string): string => (thing.endsWith("s") ? `${thing}es` : `${thing}s`);
const changes = (thing: string): string[] => [
  ...["Create", "Delete", "Get", "Update"].map((verb) => `${verb}${thing}`),
  `List${plural(thing)}`,
];

/**
 * Prefixes whose actions go to several endpoints, and which go where. `null` is an endpoint that does not help, because it has
 * no private DNS name.
 *
 * - https://docs.aws.amazon.com/bedrock/latest/userguide/vpc-interface-endpoints.html and, by service,
 *   https://docs.aws.amazon.com/bedrock/latest/APIReference/welcome.html
 * - https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/privatelink-streams.html
 */
const severalEndpoints: Readonly<Record<string, readonly { endpoint: string | null; actions: string[] }[]>> =
  {
    bedrock: [
      {
        endpoint: "bedrock",
        actions: ["FoundationModel", "Guardrail", "InferenceProfile", "ModelCustomizationJob"].flatMap(
          changes,
        ),
      },
      {
        endpoint: "bedrock-runtime",
        actions: [
          ...["ApplyGuardrail", "CountTokens", "GetAsyncInvoke", "InvokeModel", "ListAsyncInvokes"],
          ...["InvokeModelWithBidirectionalStream", "InvokeModelWithResponseStream"],
        ],
      },
      {
        endpoint: "bedrock-agent-runtime",
        actions: [
          ...["InvokeAgent", "InvokeFlow", "InvokeInlineAgent", "GenerateQuery", "OptimizePrompt", "Rerank"],
          ...["Retrieve", "RetrieveAndGenerate", "DeleteAgentMemory", "GetAgentMemory"],
          ...["CreateSession", "DeleteSession", "EndSession", "GetSession", "ListSessions", "UpdateSession"],
          ...["CreateInvocation", "ListInvocations", "GetInvocationStep", "ListInvocationSteps"],
          ...["PutInvocationStep", "StartFlowExecution", "StopFlowExecution", "GetFlowExecution"],
        ],
      },
      {
        endpoint: "bedrock-agent",
        actions: [
          ...["Agent", "AgentActionGroup", "AgentAlias", "DataSource", "Flow", "FlowAlias"].flatMap(changes),
          ...["FlowVersion", "KnowledgeBase", "Prompt"].flatMap(changes),
          ...["PrepareAgent", "PrepareFlow", "CreatePromptVersion", "ListAgentVersions", "GetAgentVersion"],
          ...["StartIngestionJob", "GetIngestionJob", "ListIngestionJobs", "StopIngestionJob"],
          ...["AssociateAgentKnowledgeBase", "DisassociateAgentKnowledgeBase", "GetAgentKnowledgeBase"],
          ...["IngestKnowledgeBaseDocuments", "DeleteKnowledgeBaseDocuments", "ListKnowledgeBaseDocuments"],
        ],
      },
    ],
    dynamodb: [
      {
        endpoint: "dynamodb",
        actions: [
          ...[
            "BatchGetItem",
            "BatchWriteItem",
            "ConditionCheckItem",
            "DeleteItem",
            "DescribeTable",
            "GetItem",
          ],
          ...["ListTables", "PartiQLSelect", "PutItem", "Query", "Scan", "UpdateItem"],
        ],
      },
      { endpoint: null, actions: ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"] },
    ],
  };

/**
 * Actions that a login is checked by, or a file system's mount: their traffic goes to the database, cache, broker or mount
 * target in the VPC, never to an API of AWS. By prefix: which of them, all where none is named.
 *
 * - https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
 * - https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html and https://docs.aws.amazon.com/memorydb/latest/devguide/auth-iam.html
 * - https://docs.aws.amazon.com/neptune/latest/userguide/iam-data-access-policies.html
 * - https://docs.aws.amazon.com/msk/latest/developerguide/iam-access-control.html
 * - https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
 * - https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DAX.access-control.html
 */
const withinVpc: Readonly<Record<string, readonly string[]>> = {
  dax: [],
  elasticache: ["Connect"],
  elasticfilesystem: ["ClientMount", "ClientRootAccess", "ClientWrite"],
  "kafka-cluster": [],
  memorydb: ["Connect"],
  "neptune-db": [],
  "rds-db": [],
};

/** Endpoints by which this table can reach something. */
export const actionEndpoints: readonly string[] = [
  ...new Set([
    ...Object.values(endpointOf),
    ...Object.values(severalEndpoints).flatMap((all) => all.flatMap(({ endpoint }) => endpoint ?? [])),
  ]),
].sort();

/** IAM service prefixes that tasks can reach through an endpoint. */
export const reachablePrefixes: readonly string[] = Object.keys(endpointOf).sort();

/** Actions that need no endpoint, for messages. */
export const localActions: readonly string[] = Object.entries(withinVpc).flatMap(([prefix, actions]) =>
  actions.length === 0 ? [`${prefix}:*`] : actions.map((action) => `${prefix}:${action}`),
);

/**
 * The endpoints an action needs: `sqs` for `sqs:SendMessage`, all that a pattern such as `bedrock:Invoke*` asks for, none for
 * what stays in the VPC.
 *
 * @returns undefined when no endpoint is known that would reach it
 */
export function endpointsForAction(action: string): readonly string[] | undefined {
  const [prefix = "", name = "*"] = action.split(":");
  const local = own(withinVpc, prefix);
  if (local) {
    // A pattern of fewer letters means actions of the service's API as well.
    const means = local.filter((one) => /^[a-z]{3}/i.test(name) && same(name, one));
    return local.length === 0 || means.length > 0 ? [] : undefined;
  }
  const main = own(endpointOf, prefix);
  if (main === undefined) return undefined;
  const asked = (own(severalEndpoints, prefix) ?? []).filter(({ actions }) =>
    actions.some((known) => same(name, known)),
  );
  if (asked.length === 0) return [main];
  const endpoints = asked.flatMap(({ endpoint }) => endpoint ?? []);
  return endpoints.length > 0 ? endpoints : undefined;
}

/** A prefix may be called `constructor`. */
const own = <T>(table: Readonly<Record<string, T>>, prefix: string): T | undefined =>
  Object.hasOwn(table, prefix) ? table[prefix] : undefined;

/** As IAM reads an action's name: `*` and `?`, in letters of either case. */
function same(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "i").test(name);
}
