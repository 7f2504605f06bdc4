import { Deployment, ofType, Resource } from "../../../simulate/deployment";
import { Charge, Factor, perRequest } from "./charge";
import { jobLogCharges, Runs } from "./jobs";
import { daysAMonth, gigabytes, Traffic } from "./traffic";

/** Months that a log without a retention is priced for: AWS keeps it for ever. */
const monthsForEver = 12;

/**
 * What a log group's lines cost. Each request is logged by one service, and nobody knows here by which: the first group of
 * the services stands for all of them, at the longest retention among them. A job logs with its runs.
 */
export function logCharges(
  deployment: Deployment,
  traffic: Traffic,
  jobs: ReadonlyMap<string, Runs>,
): (group: Resource) => (Charge | string)[] {
  const groups = ofType(deployment, "aws:cloudwatch/logGroup:LogGroup");
  const definitions = ofType(deployment, "aws:ecs/taskDefinition:TaskDefinition");
  const tasks = definitions.filter(({ urn }) => !jobs.has(urn)).flatMap(writtenBy);
  const services = groups
    .filter(({ outputs }) => tasks.includes(outputs.name as string))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const stages = ofType(deployment, "aws:apigatewayv2/stage:Stage").map(
    ({ inputs }) => (inputs.accessLogSettings as { destinationArn?: unknown } | undefined)?.destinationArn,
  );
  const sessions = ofType(deployment, "aws:ecs/cluster:Cluster").map(sessionLogOf);
  return (group) => {
    if (services.some(({ urn }) => urn === group.urn)) {
      if (group.urn !== services[0]!.urn) return [];
      const gb = gigabytes(traffic, traffic.logKb);
      const months = Math.max(...services.map(monthsKept));
      const whose = services.length === 1 ? "its service" : `all ${services.length} services`;
      return written(`log of ${whose}`, "logs.ingested", gb, months);
    }
    const job = definitions.find(
      (each) => jobs.has(each.urn) && writtenBy(each).includes(group.outputs.name as string),
    );
    if (job) return jobLogCharges(jobs.get(job.urn)!, monthsKept(group));
    if (sessions.includes(group.outputs.name)) return sessionCharges(monthsKept(group));
    if (stages.includes(group.outputs.arn)) {
      return written("access log", "logs.vended", gigabytes(traffic, traffic.accessLogKb), monthsKept(group));
    }
    return ["who writes to it, and how much, is not known here"];
  };
}

const written = (
  what: string,
  item: "logs.ingested" | "logs.vended",
  gb: number,
  months: number,
): Charge[] => [
  perRequest(what, item, [gb, "GB"]),
  // AWS bills the compressed size, which is less.
  perRequest(`${what}, kept`, "logs.stored", [gb, "GB"], [months, "months"]),
];

/** What nobody knows beforehand, and every line names. */
const assumed = { sessions: 4, kb: 100 };

/** Name of the group in which a cluster logs sessions of ECS Exec. */
function sessionLogOf({ inputs }: Resource): unknown {
  const { executeCommandConfiguration } = (inputs.configuration ?? {}) as {
    executeCommandConfiguration?: { logConfiguration?: { cloudWatchLogGroupName?: unknown } };
  };
  return executeCommandConfiguration?.logConfiguration?.cloudWatchLogGroupName;
}

/** ECS Exec itself costs nothing. */
function sessionCharges(months: number): Charge[] {
  const factors: Factor[] = [
    [assumed.sessions, "sessions (assumed)"],
    [assumed.kb / 1024 ** 2, `GB each (${assumed.kb} KB assumed)`],
  ];
  return [
    perRequest("log of sessions", "logs.ingested", ...factors),
    perRequest("log of sessions, kept", "logs.stored", ...factors, [months, "months"]),
  ];
}

function monthsKept({ inputs }: Resource): number {
  const days = Number(inputs.retentionInDays ?? 0);
  return days === 0 ? monthsForEver : days / daysAMonth;
}

/** Names of the log groups that a task's containers write to. */
function writtenBy({ inputs }: Resource): string[] {
  const containers = JSON.parse(String(inputs.containerDefinitions)) as {
    logConfiguration?: { options?: Record<string, string> };
  }[];
  return containers.flatMap(({ logConfiguration }) => logConfiguration?.options?.["awslogs-group"] ?? []);
}
