/** The status for people: calm, aligned, and no line over 80 characters. */
import { createColors } from "picocolors";
import { visible } from "../../rules/visible";
import { adviceFor } from "../aws/unseen";
import { columns, wrap } from "../plan/columns";
import { hasFailed } from "./deployments";
import type { AlarmStatus, DeploymentStatus, ServiceStatus, Status, TaskStatus } from "./report";

type Colors = ReturnType<typeof createColors>;

const width = 80;
const indent = "  ";

export function toText(status: Status, colors: Colors = createColors(false)): string {
  const now = new Date(status.at);
  const { stack, region, url, services, alarms, unseen } = status;
  const lines = [
    "",
    `${colors.bold(stack)}  ${region}  ${momentText(status.at)} UTC`,
    ...(url === undefined ? [] : fit(url, "")),
    ...(services.length === 0 ? ["", "It has no service."] : []),
    ...services.flatMap((service) => ["", ...serviceLines(service, now, colors)]),
    ...alarmLines(alarms, now, colors),
  ];
  if (unseen.length > 0) {
    const told = unseen.flatMap(({ what, because, needs }) =>
      fit(`${what}: ${needs === undefined ? because : `AWS does not allow ${needs}`}`, indent),
    );
    lines.push("", colors.yellow("Not seen"), ...told);
    for (const advice of adviceFor(unseen)) lines.push(...fit(`Fix: ${advice}.`, indent));
  }
  return `${lines.join("\n")}\n\n`;
}

function serviceLines(service: ServiceStatus, now: Date, colors: Colors): string[] {
  const { name, status, version, since, images, tasks, deployments } = service;
  const [summary, isWell] = summaryOf(service);
  const paint = isWell ? colors.green : status === "unknown" || service.rolling ? colors.yellow : colors.red;
  const head = fit(`${visible(name)}  ${summary}`, "");
  const lines = [
    `${colors.bold(head[0]!.slice(0, visible(name).length))}${paint(head[0]!.slice(visible(name).length))}`,
    ...head.slice(1).map((line) => paint(line)),
  ];
  if (status === "missing") return lines;
  if (version !== undefined)
    lines.push(...field("version", `${version}${since === undefined ? "" : `, ${sinceText(since, now)}`}`));
  for (const { container, image } of images)
    lines.push(
      ...field("image", images.length > 1 ? `${container}: ${shortImage(image)}` : shortImage(image)),
    );
  lines.push(...section("tasks", taskLines(tasks, version, now)));
  lines.push(...section("deployed", deploymentLines(deployments)));
  return lines;
}

/** What is to be said of a service first, and whether all is as it should be. */
function summaryOf({ status, desired, running, rolling, tasks }: ServiceStatus): [string, boolean] {
  if (status === "missing") return ["is not there", false];
  if (status === "unknown") return ["not seen", false];
  if (status !== "ACTIVE") return [`is ${status.toLowerCase()}`, false];
  const live = tasks.filter(({ state }) => state !== "stopping");
  const sick = live.filter(({ state }) => state === "unhealthy").length;
  const hidden = live.filter((task) => isUp(task) && isHidden(task)).length;
  const facts = [
    `${running} of ${desired === 1 ? "1 task" : `${desired} tasks`}`,
    ...(sick > 0 ? [`${sick} unhealthy`] : []),
    ...(hidden > 0 ? [`${hidden} not discoverable`] : []),
    ...(rolling ? ["a deployment is under way"] : []),
  ];
  const isWell = running === desired && sick === 0 && hidden === 0 && !rolling;
  return [facts.join(", "), isWell];
}

const isUp = ({ state }: TaskStatus): boolean => state === "healthy" || state === "running";
const isHidden = ({ discoverable }: TaskStatus): boolean =>
  discoverable !== undefined && discoverable !== "discoverable";

function taskLines(tasks: readonly TaskStatus[], version: string | undefined, now: Date): string[] {
  const rows = tasks.map((task) => [
    task.id.slice(0, 8),
    task.zone ?? "",
    task.state,
    task.discoverable ?? "",
    task.since === undefined ? "" : ageText(task.since, now),
    // What all run is said above.
    task.version === version ? "" : shortVersion(task.version),
  ]);
  return columns(rows, { width: width - margin });
}

function deploymentLines(deployments: readonly DeploymentStatus[]): string[] {
  const rows = deployments.map(({ status, version, began, ended }) => [
    began === undefined ? "" : momentText(began),
    wordsOf(status),
    version === undefined ? "" : shortVersion(version),
    began !== undefined && ended !== undefined ? `in ${ageText(began, new Date(ended))}` : "",
  ]);
  const laid = columns(rows, { width: width - margin });
  // A long version is folded, and then a reason could not be told from it.
  if (laid.length !== rows.length) return [...laid, ...deployments.flatMap(reasonLines)];
  return deployments.flatMap((deployment, i) => [laid[i]!, ...reasonLines(deployment)]);
}

const reasonLines = ({ reasons }: DeploymentStatus): string[] =>
  reasons.flatMap((reason) => wrap(visible(oneLine(reason)), width - margin - 2).map((line) => `  ${line}`));

function alarmLines(alarms: readonly AlarmStatus[] | undefined, now: Date, colors: Colors): string[] {
  if (alarms === undefined || alarms.length === 0) return [];
  const longest = Math.max(...alarms.map(({ state }) => alarmWord(state).length));
  const firing = alarms.filter(({ state }) => state === "ALARM").length;
  const lines = [
    "",
    `${colors.bold("alarms")}  ${firing === 0 ? "none fires" : colors.red(`${firing} of ${alarms.length} fire`)}`,
  ];
  for (const { name, state, since, reason } of alarms) {
    const word = alarmWord(state);
    const paint = state === "OK" ? colors.green : state === "ALARM" ? colors.red : colors.yellow;
    const when = since === undefined ? "" : `  ${sinceText(since, now)}`;
    const [first = "", ...rest] = fit(`${word.padEnd(longest)}  ${visible(name)}${when}`, indent);
    lines.push(`${indent}${paint(word)}${first.slice(indent.length + word.length)}`, ...rest);
    if (state === "ALARM" && reason !== undefined)
      lines.push(...fit(visible(oneLine(reason)), indent + " ".repeat(longest + 2)));
  }
  return lines;
}

const alarmWord = (state: string): string =>
  ({ OK: "ok", ALARM: "ALARM", INSUFFICIENT_DATA: "no data" })[state] ?? state;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html */
const words: Readonly<Record<string, string>> = {
  PENDING: "is to begin",
  IN_PROGRESS: "under way",
  SUCCESSFUL: "succeeded",
  STOPPED: "stopped",
  STOP_REQUESTED: "is being stopped",
  ROLLBACK_REQUESTED: "is to roll back",
  ROLLBACK_IN_PROGRESS: "failed, rolls back",
  ROLLBACK_SUCCESSFUL: "failed, rolled back",
  ROLLBACK_FAILED: "failed, no way back",
};
const wordsOf = (status: string): string =>
  words[status] ?? (hasFailed(status) ? `failed (${status})` : status.toLowerCase());

const label = 10;
const margin = indent.length + label;

function section(name: string, lines: readonly string[]): string[] {
  return lines.map((line, i) => `${indent}${(i === 0 ? name : "").padEnd(label)}${line}`.trimEnd());
}

const field = (name: string, value: string): string[] =>
  section(name, wrap(visible(value), width - margin, 0));

const fit = (text: string, before: string): string[] =>
  wrap(visible(oneLine(text)), width - before.length).map((line) => `${before}${line}`);

const oneLine = (text: string): string => text.replace(/\s*[\n\t]\s*/g, " ");

/** Without the registry's host, and of the digest what tells images apart. */
const shortImage = (image: string): string =>
  image.replace(/^\d{12}\.dkr\.ecr\.[^/]+\//, "").replace(/(@sha256:[0-9a-f]{12})[0-9a-f]{52}$/, "$1…");

/** The family is the service's and the stack's: the revision says it all. */
const shortVersion = (version: string): string => version.replace(/^.*:/, ":");

/** `26 Nov 17:01`; the times are UTC. */
export function momentText(iso: string): string {
  const date = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, "0");
  const month = date.toLocaleString("en-GB", { month: "short", timeZone: "UTC" });
  return `${date.getUTCDate()} ${month.slice(0, 3)} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
}

const sinceText = (iso: string, now: Date): string => `since ${momentText(iso)} (${ageText(iso, now)})`;

/** How long something is: `40 s`, `19 min`, `3 h`, `12 d`. */
export function ageText(iso: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - new Date(iso).getTime()) / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`;
}
