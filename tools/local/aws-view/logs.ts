/**
 * What Amazon CloudWatch Logs would answer of a local stack: the lines of the tasks and of the access log.
 * https://docs.aws.amazon.com/cli/latest/reference/logs/
 */
import { properties, text } from "../recorded";
import type { Account } from "./account";
import { logStreamOf } from "./ecs";
import type { Line } from "./history";
import { type Answers, valueOf, valuesOf } from "./words";

interface Event {
  eventId: string;
  logStreamName: string;
  timestamp: number;
  message: string;
}

/** The stream of the access log: API Gateway's own names say nothing. */
const accessStream = "access";

export function logs(account: Account): Answers {
  const groups = () =>
    account.ofType("aws:cloudwatch/logGroup:LogGroup").flatMap((each) => text(properties(each).name) ?? []);
  const eventsIn = (group: string): Event[] | undefined =>
    groups().includes(group) ? [...accessOf(account, group), ...tasksOf(account, group)] : undefined;
  return {
    "logs describe-log-groups": (args) => ({
      logGroups: groups()
        .filter((name) => name.startsWith(valueOf(args, "--log-group-name-prefix")))
        .map((logGroupName) => ({ logGroupName })),
    }),
    "logs get-log-events": (args) => {
      const stream = valueOf(args, "--log-stream-name");
      const own = eventsIn(valueOf(args, "--log-group-name"))?.filter(
        (each) => each.logStreamName === stream,
      );
      // A stream begins with its first line.
      if (own === undefined || own.length === 0) return undefined;
      const limit = Number(valueOf(args, "--limit") || 10_000);
      return {
        events: own.slice(-limit).map(({ timestamp, message }) => ({
          ...{ timestamp, message, ingestionTime: timestamp },
        })),
        nextForwardToken: "f/0",
        nextBackwardToken: "b/0",
      };
    },
    "logs filter-log-events": (args) => {
      const all = eventsIn(valueOf(args, "--log-group-name"));
      if (all === undefined) return undefined;
      const since = Number(valueOf(args, "--start-time") || 0);
      const until = Number(valueOf(args, "--end-time") || Infinity);
      const streams = valuesOf(args, "--log-stream-names");
      const prefix = valueOf(args, "--log-stream-name-prefix");
      const matches = matcher(valueOf(args, "--filter-pattern"));
      const most = Number(valueOf(args, "--max-items") || Infinity);
      const from = Number(valueOf(args, "--starting-token") || 0);
      const found = all
        .filter(
          ({ timestamp, logStreamName, message }) =>
            timestamp >= since &&
            timestamp <= until &&
            (streams.length === 0 || streams.includes(logStreamName)) &&
            logStreamName.startsWith(prefix) &&
            matches(message),
        )
        .sort((a, b) => a.timestamp - b.timestamp)
        .slice(from);
      return {
        events: found.slice(0, most).map((event) => ({ ...event, ingestionTime: event.timestamp })),
        // The CLI's own, which it is given back as --starting-token.
        ...(found.length > most && { NextToken: String(from + most) }),
      };
    },
  };
}

function accessOf({ topology, history, deployment }: Account, group: string): Event[] {
  const isHere = deployment.resources.some(
    ({ type, inputs }) =>
      type === "aws:apigatewayv2/stage:Stage" &&
      JSON.stringify(inputs.accessLogSettings ?? {}).includes(`:log-group:${group}"`),
  );
  if (!isHere || topology.api === undefined) return [];
  return history.accessLog.map((line) => ({ logStreamName: accessStream, ...eventOf(line) }));
}

/** What all containers of a task print comes in one stream here: it is taken for the application's. */
function tasksOf(account: Account, group: string): Event[] {
  return account.services.flatMap((service) => {
    const application = service.task?.container;
    if (application === undefined || groupOf(account, service.task?.arn, application.name) !== group)
      return [];
    return account.history.tasksOf(service.urn).flatMap((remembered) => {
      const logStreamName = logStreamOf(account, remembered, application);
      return remembered.lines.map((line) => ({ logStreamName, ...eventOf(line) }));
    });
  });
}

const eventOf = ({ n, at, line }: Line): Omit<Event, "logStreamName"> => ({
  ...{ eventId: String(n).padStart(12, "0"), timestamp: at.getTime(), message: line },
});

function groupOf({ ofType }: Account, arn: string | undefined, container: string): string | undefined {
  const definition = ofType("aws:ecs/taskDefinition:TaskDefinition").find(
    ({ outputs }) => outputs.arn === arn,
  );
  const containers = JSON.parse(text(definition?.outputs.containerDefinitions) ?? "[]") as {
    name: string;
    logConfiguration?: { options?: Record<string, string> };
  }[];
  return containers.find(({ name }) => name === container)?.logConfiguration?.options?.["awslogs-group"];
}

/**
 * Filter patterns, as far as the tools here use them: words, and properties of JSON with `*` at the end of a value.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 *
 * @throws Error for others
 */
function matcher(pattern: string): (message: string) => boolean {
  if (pattern === "") return () => true;
  if (!pattern.startsWith("{")) {
    const words = [...pattern.matchAll(/(-?)"([^"]*)"|(-?)(\?)?([^\s"]+)/g)].map((match) => ({
      not: match[1] === "-" || match[3] === "-",
      any: match[4] === "?",
      word: match[2] ?? match[5] ?? "",
    }));
    const any = words.filter((each) => each.any);
    return (message) =>
      words.every(({ not, any: optional, word }) => optional || message.includes(word) !== not) &&
      (any.length === 0 || any.some(({ word }) => message.includes(word)));
  }
  const inner = pattern.slice(1, -1).trim();
  const alternatives = inner.split("||").map((part) => {
    const match = /^\(?\s*\$\.(\w+)\s*(!?=)\s*"([^"]*)"\s*\)?$/.exec(part.trim());
    if (!match)
      throw new Error(`The local stack does not read the filter pattern ${pattern}: describe it there.`);
    const [, name = "", sign, value = ""] = match;
    const like = new RegExp(`^${value.split("*").map(escaped).join(".*")}$`, "s");
    return { name, equal: sign === "=", like };
  });
  return (message) => {
    let fields: Record<string, unknown>;
    try {
      fields = JSON.parse(message) as Record<string, unknown>;
    } catch {
      return false;
    }
    return alternatives.some(({ name, equal, like }) => {
      const value = fields[name];
      return (
        value !== undefined && like.test(typeof value === "string" ? value : JSON.stringify(value)) === equal
      );
    });
  };
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
