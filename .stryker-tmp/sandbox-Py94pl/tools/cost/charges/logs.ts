// @ts-nocheck
import { Deployment, ofType, Resource } from "../../../simulate/deployment";
import { Charge, perRequest } from "./charge";
import { daysAMonth, gigabytes, Traffic } from "./traffic";

/** Months that a log without a retention is priced for: AWS keeps it for ever. */
const monthsForEver = 12;

/**
 * What a log group's lines cost. Each request is logged by one service, and nobody knows here by which: the first group of
 * the services stands for all of them, at the longest retention among them.
 */
export function logCharges(
  deployment: Deployment,
  traffic: Traffic,
): (group: Resource) => (Charge | string)[] {
  const groups = ofType(deployment, "aws:cloudwatch/logGroup:LogGroup");
  const tasks = ofType(deployment, "aws:ecs/taskDefinition:TaskDefinition").flatMap(writtenBy);
  const services = groups
    .filter(({ outputs }) => tasks.includes(outputs.name as string))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const stages = ofType(deployment, "aws:apigatewayv2/stage:Stage").map(
    ({ inputs }) => (inputs.accessLogSettings as { destinationArn?: unknown } | undefined)?.destinationArn,
  );
  return (group) => {
    if (services.some(({ urn }) => urn === group.urn)) {
      if (group.urn !== services[0]!.urn) return [];
      const gb = gigabytes(traffic, traffic.logKb);
      const months = Math.max(...services.map(monthsKept));
      const whose = services.length === 1 ? "its service" : `all ${services.length} services`;
      return written(`log of ${whose}`, "logs.ingested", gb, months);
    }
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
