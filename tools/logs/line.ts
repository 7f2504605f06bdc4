/** Lines of logs, out of the events of CloudWatch Logs. */
import type { LogEvent } from "../aws/shapes";
import { levelOf, parsed } from "./said";

export interface LogLine {
  /** CloudWatch's own, the same whenever the line is read. */
  id: string;
  /** Milliseconds of the epoch. */
  at: number;
  source: "access" | "application";
  /** As the configuration calls it; undefined for a request that no route of this stack takes. */
  service: string | undefined;
  task: string | undefined;
  container: string | undefined;
  /** As it was written. */
  message: string;
  /** Of a line that is JSON. */
  fields: Record<string, unknown> | undefined;
}

/** A log group that is read. */
export interface LogSource {
  group: string;
  kind: LogLine["source"];
  /** Of an application's. */
  service: string | undefined;
  /** Services by the keys of their routes, of the access log. */
  routes: ReadonlyMap<string, string>;
  /** What CloudWatch is asked for; all where it is left out. */
  pattern: string | undefined;
}

export function lineOf({ kind, service, routes }: LogSource, event: LogEvent): LogLine {
  const message = (event.message ?? "").replace(/[\r\n]+$/, "");
  const fields = parsed(message);
  // Streams of tasks are prefix/container/task.
  const [task, container] = (event.logStreamName ?? "").split("/").reverse();
  return {
    id: event.eventId ?? JSON.stringify([event.logStreamName, event.timestamp, message]),
    at: event.timestamp ?? 0,
    source: kind,
    service: kind === "access" ? routes.get(String(fields?.routeKey)) : service,
    task: kind === "access" ? undefined : task,
    container: kind === "access" ? undefined : container,
    ...{ message, fields },
  };
}

/** A value of the access log: `-` stands for none. */
export const valueOf = ({ fields }: Pick<LogLine, "fields">, name: string): string | undefined => {
  const value = fields?.[name];
  const isValue = typeof value === "string" || typeof value === "number";
  return !isValue || value === "-" || value === "" ? undefined : String(value);
};

/** Levels by their names, and by the numbers of pino and bunyan. */
const severe = /^(?:err(?:or)?|crit(?:ical)?|alert|emerg(?:ency)?|fatal|panic|[5-9]0)$/;
const words =
  /\b(?:error|exception|traceback|fatal|critical|panic(?:ked)?|unhandled)\b|(?:Error|Exception):/i;

/**
 * Tells the lines that tell of an error: of requests those answered by 500 or more, or that the gateway could not lead to a
 * service; of an application those of such a level or status, or in whose text it stands, with the indented lines that follow.
 */
export class Errors {
  /** Streams whose last line was an error. */
  private readonly open = new Set<string>();

  has(line: LogLine): boolean {
    if (line.source === "access")
      return Number(line.fields?.status) >= 500 || valueOf(line, "integrationError") !== undefined;
    const stream = `${line.service}/${line.container}/${line.task}`;
    const isOne = this.open.has(stream) && /^\s|^Caused by/.test(line.message) ? true : isError(line);
    if (isOne) this.open.add(stream);
    else this.open.delete(stream);
    return isOne;
  }
}

function isError({ fields, message }: LogLine): boolean {
  if (fields === undefined) return words.test(message);
  const level = levelOf(fields);
  if (level !== undefined && severe.test(level.toLowerCase())) return true;
  return Number(fields.status) >= 500 || typeof fields.exception === "string";
}
