/** The report of a run, as Markdown that also reads well in a terminal, and whether the run passed. Pure. */
import type { Cell, ControlResult, MainResult } from "./legs";
import { phases, type Phase, type Tally } from "./outcomes";

export interface Settings {
  second: number;
  rate: number;
  cacheSeconds: number;
  lagSeconds: number;
  drainSeconds: number;
  healthInterval: number;
  /** What the rolling part must have at least. */
  requests: number;
  rollouts: number;
}

export interface Result {
  settings: Settings;
  main: MainResult;
  controls: ControlResult[];
  /** Empty when it was left out. */
  sweep: Cell[];
  /** Real seconds of the whole run. */
  seconds: number;
}

/** Why the run does not pass; nothing when it does. */
export function problems({ settings, main, controls }: Result): string[] {
  const { rolling } = main.phases;
  const found: string[] = [];
  const need = (holds: boolean, problem: string) => void (holds || found.push(problem));
  for (const phase of phases) {
    const { lost } = main.phases[phase];
    need(lost === 0, `${titles[phase]}: ${lost} requests were lost, and none may be.`);
  }
  need(rolling.sent >= settings.requests, `Only ${rolling.sent} requests, not ${settings.requests}.`);
  need(
    main.rollouts.length >= settings.rollouts,
    `Only ${main.rollouts.length} rollouts, not ${settings.rollouts}.`,
  );
  need(main.rolledBack.done, "The broken version was not rolled back.");
  for (const { name, mustLose, mustKeep, rolling: rolled, broken } of controls) {
    const lost = rolled.lost + (broken?.lost ?? 0);
    need(mustKeep !== true || lost === 0, `${name}: ${lost} requests were lost, and none may be.`);
    need(!mustLose || lost > 0, `The control lost nothing, so the zero means nothing: ${name}.`);
  }
  return found;
}

const titles: Record<Phase, string> = {
  rest: "At rest",
  rolling: "Rolling deployments",
  broken: "A broken version, rolled back",
  killed: "Tasks lost to SIGKILL",
  scaling: "Scaling 1 → 5 → 2",
};

export function render(result: Result): string {
  const { settings, main, controls, sweep } = result;
  const failing = problems(result);
  const count = (phase: Phase): string => {
    if (phase === "rolling") return ` (${main.rollouts.length})`;
    return phase === "killed" ? ` (${main.kills})` : "";
  };
  const parts = [
    `Model: one second is ${settings.second} ms; cache ${settings.cacheSeconds} s, discovery lag ${settings.lagSeconds} s, ` +
      `drain ${settings.drainSeconds} s, health check every ${settings.healthInterval} s, two tasks, ${settings.rate} requests/s. ` +
      "Not measured on AWS.",
    table(
      ["", "requests", "lost", "in flight on a killed task", "sent to a killed task"],
      phases.map((phase) => {
        const { sent, lost, inFlightOnKilled, sentToKilled } = main.phases[phase];
        return [titles[phase] + count(phase), ...[sent, lost, inFlightOnKilled, sentToKilled].map(whole)];
      }),
    ),
    table(
      ["Time for the answer", "p50", "p99"],
      [
        ["at rest", milliseconds(main.latency.rest.p50), milliseconds(main.latency.rest.p99)],
        ["while rolling", milliseconds(main.latency.rolling.p50), milliseconds(main.latency.rolling.p99)],
        [
          "ratio",
          ratio(main.latency.rolling.p50, main.latency.rest.p50),
          ratio(main.latency.rolling.p99, main.latency.rest.p99),
        ],
      ],
    ),
    durations(main),
    ...(main.heldBack > 0
      ? [`${whole(main.heldBack)} requests were due and not sent: this machine was too busy.`]
      : []),
    table(
      ["Changed", "rollouts", "requests", "lost", "lost while a broken version is rolled out"],
      controls.map(({ name, rollouts, rolling, broken }) => [
        name,
        whole(rollouts),
        whole(rolling.sent + (broken?.sent ?? 0)),
        whole(rolling.lost),
        broken === undefined ? "–" : whole(broken.lost),
      ]),
    ),
    reasons(result),
    ...(sweep.length > 0 ? [sweepTable(sweep), ...onsets(sweep)] : []),
    failing.length === 0
      ? `Passed in ${Math.round(result.seconds)} s: 0 lost of ${whole(main.phases.rolling.sent)} requests over ${main.rollouts.length} rolling deployments.`
      : `FAILED:\n${failing.map((problem) => `- ${problem}`).join("\n")}`,
  ];
  return `${parts.join("\n\n")}\n`;
}

function durations({ rollouts, rolledBack }: MainResult): string {
  const sorted = [...rollouts].sort((a, b) => a - b);
  const at = (index: number) => Math.round(sorted[index] ?? NaN);
  return (
    `Modelled seconds for a rollout of two tasks: ${at(0)} to ${at(sorted.length - 1)}, ` +
    `median ${at(Math.floor((sorted.length - 1) / 2))}; until a broken version was rolled back: ${Math.round(rolledBack.seconds)}.`
  );
}

/** Each reason of each failed request, with where it was met. */
function reasons({ main, controls }: Result): string {
  const met: [string, Tally][] = [
    ...phases.map((phase): [string, Tally] => [titles[phase], main.phases[phase]]),
    ...controls.flatMap(({ name, rolling, broken }): [string, Tally][] => [
      [name, rolling],
      ...(broken ? [[`${name}, broken version`, broken] as [string, Tally]] : []),
    ]),
  ];
  const rows = met.flatMap(([where, { reasons: all }]) =>
    all.map(({ cause, reason, count }) => [where, cause, reason, whole(count)]),
  );
  if (rows.length === 0) return "No request failed.";
  return table(["Where", "cause", "status and reason", "requests"], rows);
}

function sweepTable(sweep: Cell[]): string {
  const caches = [...new Set(sweep.map(({ cacheSeconds }) => cacheSeconds))].sort((a, b) => a - b);
  const lags = [...new Set(sweep.map(({ lagSeconds }) => lagSeconds))].sort((a, b) => a - b);
  const show = (cacheSeconds: number, lagSeconds: number): string => {
    const cell = sweep.find((each) => each.cacheSeconds === cacheSeconds && each.lagSeconds === lagSeconds);
    return cell?.tally === undefined ? "not run" : `${whole(cell.tally.lost)} of ${whole(cell.tally.sent)}`;
  };
  return table(
    ["Lost in one rollout", ...caches.map((seconds) => `cache ${seconds} s`)],
    lags.map((lag) => [`lag ${lag} s`, ...caches.map((cache) => show(cache, lag))]),
  );
}

/** Where loss begins, one sentence for each lag. */
export function onsets(sweep: Cell[]): string[] {
  const lags = [...new Set(sweep.map(({ lagSeconds }) => lagSeconds))].sort((a, b) => a - b);
  return lags.map((lag) => {
    const cells = sweep
      .filter(({ lagSeconds, tally }) => lagSeconds === lag && tally !== undefined)
      .sort((a, b) => a.cacheSeconds - b.cacheSeconds);
    const first = cells.find(({ tally }) => (tally?.lost ?? 0) > 0);
    const longest = cells.at(-1)?.cacheSeconds;
    if (first) return `With a lag of ${lag} s, loss begins at a cache of ${first.cacheSeconds} s.`;
    return longest === undefined
      ? `With a lag of ${lag} s nothing was tried.`
      : `With a lag of ${lag} s nothing was lost up to a cache of ${longest} s.`;
  });
}

const whole = (value: number): string => value.toLocaleString("en-US");
const milliseconds = (value: number): string => (Number.isNaN(value) ? "–" : `${value.toFixed(1)} ms`);
const ratio = (value: number, base: number): string =>
  Number.isNaN(value / base) ? "–" : (value / base).toFixed(2);

/** Columns as wide as prettier makes them, so that a report can be committed as it is. */
export function table(head: string[], rows: string[][]): string {
  const widths = head.map((cell, column) =>
    Math.max(3, cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? "").padEnd(width)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}
