/** Lines of logs for people and for programs, and the way of one request through them. */
import type { createColors } from "picocolors";
import { requestIdHeader } from "../../rules/rewrite";
import { visible } from "../../rules/visible";
import { type LogLine, valueOf } from "./line";
import { said } from "./said";

type Colors = ReturnType<typeof createColors>;

// eslint-disable-next-line no-control-regex -- that is how they are written
const color = /\u001b\[[\d;]*m/g;

const shortId = (id: string): string => id.slice(0, 8);

/** Writes lines, with the day wherever it changes. The times are UTC. */
export class LogText {
  private day: string | undefined;
  private width: number;

  /** @param services whose names the column of names has to hold */
  constructor(
    services: readonly string[],
    private readonly colors: Colors,
  ) {
    this.width = Math.max("api".length, ...services.map((name) => name.length + 9));
  }

  lines(line: LogLine): string[] {
    const iso = new Date(line.at).toISOString();
    const [day = "", time = ""] = iso.split("T");
    const { colors } = this;
    const name = nameOf(line);
    this.width = Math.max(this.width, name.length);
    const paint = line.source === "access" ? colors.cyan : colors.magenta;
    const before = `${colors.dim(time.slice(0, 12))}  ${paint(name.padEnd(this.width))}  `;
    const text = line.source === "access" ? this.request(line) : this.said(line);
    const [first = "", ...rest] = text.trimEnd().split("\n");
    // What begins a line of its own must not look like another line of the log.
    const hang = " ".repeat(12 + 2 + this.width + 2);
    const shown = [`${before}${first}`.trimEnd(), ...rest.map((part) => `${hang}${part}`.trimEnd())];
    if (this.day === day) return shown;
    this.day = day;
    return [colors.dim(`${day} UTC`), ...shown];
  }

  /** A service may write in colours; without a terminal they would be in the way. */
  private said({ message }: LogLine): string {
    return said(this.colors.isColorSupported ? message : message.replace(color, ""), this.colors);
  }

  private request(line: LogLine): string {
    if (line.fields === undefined) return visible(line.message);
    const { colors } = this;
    const status = Number(line.fields.status);
    const paint = status >= 500 ? colors.red : status >= 400 ? colors.yellow : colors.green;
    const took = valueOf(line, "responseLatency");
    const why = valueOf(line, "integrationError") ?? valueOf(line, "errorMessage");
    return [
      visible(`${valueOf(line, "method") ?? "?"} ${valueOf(line, "path") ?? "?"}`),
      paint(visible(valueOf(line, "status") ?? "?")),
      ...(took === undefined ? [] : [visible(`${took} ms`)]),
      ...(line.service === undefined ? [] : [visible(`→ ${line.service}`)]),
      ...(why === undefined ? [] : [colors.yellow(visible(why))]),
      colors.dim(visible(valueOf(line, "requestId") ?? "")),
    ]
      .filter((part) => part !== "")
      .join("  ");
  }
}

function nameOf({ source, service, task, container }: LogLine): string {
  if (source === "access") return "api";
  const beside = container === undefined || container === service ? "" : `:${container}`;
  return visible(`${service ?? "?"}/${shortId(task ?? "?")}${beside}`);
}

/** One line of JSON for a program. */
export const toJson = (line: LogLine): string =>
  JSON.stringify({
    time: new Date(line.at).toISOString(),
    source: line.source,
    service: line.service,
    task: line.task,
    container: line.container,
    requestId: line.source === "access" ? valueOf(line, "requestId") : undefined,
    message: line.message,
    fields: line.fields,
  });

/**
 * The way of one request, in sentences.
 *
 * @param lines those that name it, of both logs
 */
export function wayOf(id: string, lines: readonly LogLine[], hasAccessLog: boolean): string[] {
  const access = lines.find(({ source }) => source === "access");
  const own = lines.filter(({ source }) => source === "application");
  const tasks = [...new Set(own.map((line) => `${line.service}/${shortId(line.task ?? "")}`))];
  const service = access?.service ?? own[0]?.service;
  return [
    ...(access
      ? viaApi(access)
      : [hasAccessLog ? notAtApi(id) : "The access log is with the stack that has the API."]),
    own.length > 0
      ? `The log of ${tasks.join(" and ")} names it in ${own.length === 1 ? "1 line" : `${own.length} lines`}.`
      : notNamed(service, access),
  ].map(visible);
}

const notAtApi = (id: string): string =>
  `The access log has no request ${id} in this time. CloudWatch has lines after some seconds; --since looks further back.`;

function viaApi(line: LogLine): string[] {
  const of = (name: string): string | undefined => valueOf(line, name);
  const asked = `${of("ip") ?? "A client"} asked for ${of("method")} ${of("path")}`;
  const route = of("routeKey");
  const led = route === undefined ? "which no route takes" : `by the route ${route}`;
  const took = of("responseLatency") === undefined ? "" : ` after ${of("responseLatency")} ms`;
  const answered = `${asked}, ${led}, and got ${of("status")}${took}.`;
  const status = of("integrationStatus");
  const error = of("integrationError") ?? of("errorMessage");
  if (status !== undefined) {
    const latency = of("integrationLatency");
    return [
      answered,
      `${line.service ?? "The service"} answered ${status}${latency === undefined ? "" : ` in ${latency} ms`}.`,
    ];
  }
  return [
    answered,
    `The API answered by itself: ${(error ?? "the request did not come to a service").replace(/\.$/, "")}.`,
  ];
}

/** Why an application's log may say nothing of a request. */
function notNamed(service: string | undefined, access: LogLine | undefined): string {
  const silent =
    service === undefined ? "No application's log names it" : `The log of ${service} does not name it`;
  return access !== undefined && valueOf(access, "integrationStatus") === undefined
    ? `${silent}: it did not get there.`
    : `${silent}. An application that logs the header ${requestIdHeader} does.`;
}
