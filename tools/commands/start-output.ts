/** What `npm start` prints. Colours only on a terminal, which picocolors finds out. */
import colors from "picocolors";
import { visible, visibleInColor } from "../../rules/visible";
import type { Rollout } from "../local/ecs/rollout";
import type { Task } from "../local/ecs/task";
import type { ServiceView } from "../local/ecs/views";
import type { Outcome } from "../local/gateway";
import type { StackEvents } from "../local/stack";
import type { Topology } from "../local/topology";
import { said } from "../logs/said";
import { wrap, wrapLines } from "../plan/columns";

const idColumns = 8;
const shortId = (id: string): string => id.slice(0, idColumns);
/** The time, and the blanks after it. */
const timeColumns = 10;
/** Words go into no narrower column, as long as they can have a line of their own. */
const narrowest = 30;

const tasks = (count: number): string => (count === 1 ? "1 task" : `${count} tasks`);

type Paint = (text: string) => string;

/** Prints one line, out of the way of an unfinished one. */
export type Print = (line: string) => void;

export interface CommentaryOptions {
  /** The access log and the tasks' logs as they are written, instead of what people read in them. */
  raw?: boolean;
  /** Columns of the terminal; none where it is no terminal. */
  width?: number;
  /** Names of the services, so that what their tasks say stands in a column. */
  services?: readonly string[];
  /** Whether all is being ended: then it is no news that tasks do. */
  ending?: () => boolean;
  now?: () => Date;
}

/** The running commentary: `12:03:41  GET /orders  200  14 ms → echo/3fa2b1c0`. */
export function commentary(
  print: Print,
  {
    raw = false,
    width = Infinity,
    services: names = [],
    ending = () => false,
    now = () => new Date(),
  }: CommentaryOptions = {},
): StackEvents {
  const time = (): string => colors.dim(clock(now()));
  const nameColumns = Math.max(0, ...names.map((name) => `${name}/`.length + idColumns));
  /** Beside whose it is; where that leaves too little room, under it. */
  const beside = (name: string, paint: Paint, fold: (room: number) => string): void => {
    const whose = visible(name === "" ? "" : `${name.padEnd(nameColumns)}  `);
    const room = width - timeColumns - whose.length;
    const folded = fold(room).split("\n");
    const isBeside = folded.length === 1 || room >= narrowest;
    const [first = "", ...more] = isBeside ? folded : ["", ...fold(width - timeColumns).split("\n")];
    const under = " ".repeat(timeColumns + (isBeside ? whose.length : 0));
    // In one piece: what others print stays out of it.
    const head = `${time()}  ${paint(isBeside ? whose : whose.trimEnd())}${first}`;
    print([head, ...more.map((line) => `${under}${line}`)].join("\n"));
  };
  /** Words of this command. */
  const say = (paint: Paint, text: string, name = ""): void =>
    beside(name, paint, (room) => wrapLines(visible(text), room, 0).split("\n").map(paint).join("\n"));
  const note = (text: string, name?: string): void => say(colors.dim, text, name);
  const services = new Map<string, string>();
  const fired = new Set<string>();
  const nameOf = (service: ServiceView, task: Task): string => `${service.name}/${shortId(task.id)}`;
  return {
    progress: note,
    trouble: (message) => say(colors.yellow, message),
    accessLog: (line) => {
      if (raw) print(`${colors.cyan("api")}  ${visible(line)}`);
    },
    served: (outcome) => {
      if (!raw) print(`${time()}  ${requestLines(outcome, services, width - timeColumns).join(hang)}`);
    },
    output: (service, task, line) => {
      const name = nameOf(service, task);
      // A service may write in colours; what else it may tell a terminal is not for this one.
      if (raw) print(`${colors.magenta(name)}  ${visibleInColor(line)}`);
      else beside(name, colors.magenta, (room) => said(line, colors, room));
    },
    taskChanged: (service, task) => {
      services.set(task.id, service.name);
      if (ending()) return;
      const health = task.state === "RUNNING" && task.health !== "UNKNOWN" ? `, ${task.health}` : "";
      const why = task.state === "STOPPING" || task.state === "STOPPED" ? `: ${task.reason ?? ""}` : "";
      note(`${task.state}${health}${why}`, nameOf(service, task));
    },
    explained: (service, task, message) => {
      // That it did not serve on is then this command's own doing.
      if (!ending()) say(colors.yellow, message, nameOf(service, task));
    },
    rolloutChanged: (service, rollout) => {
      if (rollout.state === "COMPLETED") note(`${service.name}: deployment ${rollout.number} is complete`);
      if (rollout.state !== "FAILED") return;
      const why = rollout.lastFailure ?? "";
      const ended = rollout.failures > 0 ? `${tasks(rollout.failures)} ended, ` : "";
      say(colors.red, `${service.name}: deployment ${rollout.number} failed: ${ended}${why}`);
    },
    alarmChanged: (name, state) => {
      if (state === "ALARM") say(colors.red, `the alarm ${name} fires`);
      // The first state of an alarm is no news.
      else if (fired.delete(name)) note(`the alarm ${name} is over`);
      if (state === "ALARM") fired.add(name);
    },
  };
}

/** What is a line of its own within another stands under it, and passes for none of this command. */
const hang = `\n${" ".repeat(timeColumns)}`;

const clock = (date: Date): string =>
  [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");

/** Most paths are shorter, so that what follows stands in a column. */
const askedColumns = 24;

/**
 * One request: what was asked for, how it ended, and at which task or, of one that came to none, why; in a line, or in several
 * where there is no room.
 */
function requestLines(outcome: Outcome, services: ReadonlyMap<string, string>, width: number): string[] {
  const { method, path, status, milliseconds, task, reason } = outcome;
  const paint =
    status === undefined || status >= 500 ? colors.red : status >= 400 ? colors.yellow : colors.green;
  const service = task === undefined ? undefined : services.get(task);
  const where = task === undefined ? "" : ` → ${service === undefined ? "" : `${service}/`}${shortId(task)}`;
  const took = `${Math.round(milliseconds)} ms`;
  const asked = visible(`${method} ${path}`);
  const ended = status === undefined ? "left" : String(status);
  const columned = [asked.padEnd(askedColumns), ended.padEnd(4), took.padStart(7)] as const;
  const fits = (cells: readonly string[]): boolean => `${cells.join("  ")}${where}`.length <= width;
  const cells = fits(columned) ? columned : ([asked, ended, took] as const);
  const end = `${paint(cells[1])}  ${cells[2]}${visible(where)}`;
  const lines = fits(cells) ? [`${cells[0]}  ${end}`] : [...wrap(asked, width, 0), end];
  if (task !== undefined || reason === undefined) return lines;
  const why = visible(reason);
  if (fits([...cells, why])) return [`${lines[0]}  ${colors.dim(why)}`];
  return [...lines, ...wrap(why, width, 0).map((line) => colors.dim(line))];
}

/** A token for trying a route. */
export interface TokenFile {
  file: string;
  authorizer: string;
  scopes: readonly string[];
  /** A route that asks for it. */
  path: string;
}

export interface Addresses {
  port: number;
  dnsPort: number;
  /** Of the web console; undefined without one. */
  consolePort?: number | undefined;
  tokens: readonly TokenFile[];
  /** On AWS, of a stack that is below a path of another's API. */
  url: string | undefined;
}

/** Why a service's tasks do not become healthy, and what mends it. */
export const notHealthy = (name: string, { failures, lastFailure, advice }: Rollout): string =>
  [
    `The tasks of ${name} do not become healthy: ${lastFailure ?? "unknown"}${failures > 1 ? ` (${tasks(failures)})` : ""}.`,
    ...advice.map((line) => line.replaceAll(/^/gm, "  ")),
  ].join("\n");

const rootOf = ({ stages }: Topology, port: number): string => {
  const stage = stages.find(({ name }) => name === "$default") ?? stages[0];
  const prefix = !stage || stage.name === "$default" ? "" : `${stage.name}/`;
  return `http://localhost:${port}/${prefix}`;
};

/**
 * Where the stack answers on this machine.
 *
 * @param own on AWS, of a stack that is below a path of another's API
 */
export const urlOf = (topology: Topology, port: number, own: string | undefined): string =>
  own === undefined
    ? rootOf(topology, port)
    : `http://localhost:${port}${new URL(own).pathname.replace(/\/?$/, "/")}`;

const closing = `Modelled: routes, stage, integration, VPC link, security groups, Cloud Map, ECS tasks and rollouts. Guessed: what AWS does not document. Not modelled: IAM, endpoint policies, TLS. docs/local-stack.md has all of it.
Edit the code and it rolls to a new deployment; edit the stack's file or the program and all starts anew. Ctrl-C stops it.`;

/**
 * The lines that say where to look.
 *
 * @param width columns of the terminal; none where it is no terminal
 */
export function summary(
  topology: Topology,
  { port, dnsPort, consolePort, tokens, url: own }: Addresses,
  width = Infinity,
): string[] {
  const root = rootOf(topology, port);
  const url = urlOf(topology, port, own);
  const names = [...topology.registries.values()].flatMap(({ dnsName }) => dnsName ?? []);
  return [
    "",
    `  ${colors.bold(url)}`,
    ...(consolePort === undefined ? [] : [`  Console: http://localhost:${consolePort}/`]),
    "",
    `  curl ${url}`,
    ...tokens.flatMap(({ file, authorizer, scopes, path }) => {
      const command = `  curl -H "Authorization: Bearer $(cat ${file})" ${root}${path.slice(1)}`;
      const comment = `# ${authorizer}, ${scopes.length > 0 ? scopes.join(" ") : "no scope"}`;
      const isOnOne = command.length + 1 + comment.length <= width;
      return isOnOne ? `${command} ${colors.dim(comment)}` : [`  ${colors.dim(comment)}`, command];
    }),
    ...names.map((name) => `  dig @127.0.0.1 -p ${dnsPort} SRV ${name}`),
    "",
    ...routeLines(topology),
    "",
    ...wrapLines(closing, Math.min(width, 80), 0)
      .split("\n")
      .map((line) => colors.dim(line)),
    "",
  ];
}

const mostRoutes = 12;

/** Which route leads to which service. */
function routeLines({ routes, services }: Topology): string[] {
  const keys = routes.map(({ route }) => route.key);
  const width = Math.max(0, ...keys.slice(0, mostRoutes).map((key) => key.length));
  const lines = routes.slice(0, mostRoutes).map(({ route, integration }) => {
    const owner = services.find(({ registration }) => registration?.arn === integration?.registry);
    return visible(`  ${route.key.padEnd(width)}  → ${owner?.name ?? "nobody here"}`);
  });
  const more = routes.length - lines.length;
  if (more > 0) lines.push(`  and ${more} more: npm run plan`);
  const led = new Set(routes.map(({ integration }) => integration?.registry));
  for (const { name, registration } of services)
    if (!led.has(registration?.arn)) lines.push(visible(`  ${"no route".padEnd(width)}  → ${name}`));
  return lines;
}

/** The options that a command was given, with another port, to be copied. */
export function withPort(given: readonly string[], port: number): string {
  const others = given.filter(
    (word, i) => word !== "--port" && !word.startsWith("--port=") && given[i - 1] !== "--port",
  );
  return [
    ...others.map((word) => (/^[\w./=:-]+$/.test(word) ? word : `'${word}'`)),
    "--port",
    `${port}`,
  ].join(" ");
}
