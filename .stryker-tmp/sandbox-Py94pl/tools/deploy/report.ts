/** A second look as text for people and as JSON for programs. */
// @ts-nocheck

import { createColors } from "picocolors";
import type { Kind, Verdict } from "./judge";
import type { StoppedContainer, StoppedTask } from "./reasons";

export interface Result extends Verdict {
  stopped: StoppedTask[];
}

export interface Report {
  stack: string;
  url: string | undefined;
  services: Result[];
}

type Colors = ReturnType<typeof createColors>;

/** True when every service runs what was deployed. */
export const isGood = ({ services }: Pick<Report, "services">): boolean =>
  services.every(({ kind }) => kind === "steady");

const headings: Record<Kind, string> = {
  steady: "runs what was deployed",
  waiting: "still in progress",
  "rolled back": "rolled back",
  failed: "failed, with nothing to go back to",
  different: "runs something else",
  going: "is being deleted, or was",
  missing: "missing",
};

/** `family:revision` of a task definition's ARN. */
export const revision = (arn: string): string => arn.split("/").at(-1)!;

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

/** One line of progress. */
export function progressLine({ service, taskDefinition, tasks }: Verdict, seconds: number): string {
  const failed = tasks.failed > 0 ? `, ${tasks.failed} failed` : "";
  return `${service}: ${tasks.running} of ${counted(tasks.desired, "task")} of ${revision(taskDefinition)} running${failed} (${seconds} s)`;
}

/** The report for people. */
export function toText({ stack, url, services }: Report, colors: Colors = createColors(false)): string {
  const width = Math.max(0, ...services.map(({ service }) => service.length));
  const lines = [
    "",
    colors.bold(`Second look: ${counted(services.length, "service")} of stack ${stack}`),
    "",
  ];
  for (const { service, kind, tasks, runs } of services) {
    const mark = kind === "steady" ? colors.green("ok  ") : colors.red("FAIL");
    const running =
      runs === undefined ? [] : [`${revision(runs)}, ${tasks.running} of ${counted(tasks.desired, "task")}`];
    const facts = [...(kind === "steady" ? [] : [headings[kind]]), ...running];
    lines.push(`  ${mark}  ${service.padEnd(width)}  ${facts.join(": ")}`);
  }
  for (const result of services.filter(({ kind }) => kind !== "steady"))
    lines.push("", ...details(result, colors));
  const notes = services.flatMap(({ service, note }) => (note === undefined ? [] : [`${service}: ${note}`]));
  if (notes.length > 0) lines.push("", ...notes.map((note) => colors.yellow(note)));
  if (url !== undefined && isGood({ services })) lines.push("", `  ${colors.bold(url)}`);
  return `${lines.join("\n")}\n\n`;
}

function details(
  { service, kind, taskDefinition, runs, reason, stopped, events }: Result,
  colors: Colors,
): string[] {
  const field = (name: string, value: string) => `  ${name.padEnd(8)}  ${value}`;
  const lines = [
    colors.red(`${service}: ${headings[kind]}`),
    field("expected", revision(taskDefinition)),
    field("running", runs === undefined ? "nothing" : revision(runs)),
  ];
  if (reason !== undefined) lines.push(field("reason", reason));
  if (stopped.length === 0) {
    return [...lines, ...events.map((event, index) => field(index === 0 ? "ECS said" : "", event))];
  }
  return [...lines, ...stopped.flatMap((task) => ["", ...stoppedLines(task, colors)])];
}

function stoppedLines(
  { id, stoppedAt, code, reason, count, containers }: StoppedTask,
  colors: Colors,
): string[] {
  const more = count > 1 ? `, and ${counted(count - 1, "more task")} alike` : "";
  return [
    `  task ${id} stopped${stoppedAt === undefined ? "" : ` at ${stoppedAt}`}${more}`,
    `    ${[code, reason].filter((part) => part !== undefined).join(": ")}`,
    ...containers.flatMap((container) => containerLines(container, colors)),
  ];
}

function containerLines(
  { name, exitCode, reason, health, log, logNote }: StoppedContainer,
  colors: Colors,
): string[] {
  const facts = [
    exitCode === undefined ? "never ran" : `exit code ${exitCode}`,
    health === "UNHEALTHY" ? "unhealthy" : undefined,
    reason,
    logNote,
  ].filter((fact) => fact !== undefined);
  return [`    ${name}: ${facts.join(", ")}`, ...log.map((line) => colors.dim(`      | ${line}`))];
}

/** The report for programs. */
export const toJson = (report: Partial<Report> & { exitCode: number; error?: string }): string =>
  `${JSON.stringify({ ok: report.exitCode === 0, ...report }, undefined, 2)}\n`;
