/** The report of `npm run bench:operate`, as Markdown that also reads well in a terminal, and whether the run passed. Pure. */
import { allowedFactor, type RollbackResult, type ScalingResult } from "./legs";

export interface Result {
  rollback: readonly RollbackResult[];
  scaling: readonly ScalingResult[];
}

/**
 * Requests a second from which on a wrong version has to be taken back in time. Five minutes hold about 15 wrong answers to one request
 * a second, of which those of the last minute or two are still on their way: by chance nine of them, which the alarm wants at least
 * (alarms.minimumErrors), come too late now and then.
 */
export const leastRate = 2;
const mostSeconds = 300;
/** Of any day. */
const mostTurns = 0;

/** Why the run does not pass; nothing when it does. */
export function problems({ rollback, scaling }: Result): string[] {
  const found: string[] = [];
  const need = (holds: boolean, problem: string): void => void (holds || found.push(problem));
  for (const { rate, noticed, good, falsely, controls } of rollback) {
    const at = `At ${rate} requests a second`;
    const slowest = noticed.at(-1);
    if (rate >= leastRate)
      need(
        slowest !== undefined && slowest <= mostSeconds,
        `${at} a wrong version was taken back after ${slowest ?? "no"} s, and ${mostSeconds} are allowed.`,
      );
    need(falsely === 0, `${at} ${falsely} of ${good} good versions were taken back.`);
    for (const [which, { takenBack, failed }] of Object.entries(controls))
      need(!takenBack && failed > 0, `${at} the control did not serve on: ${controlNames[which]}.`);
  }
  for (const { application, way, step, day } of scaling) {
    const slower = step.after / step.before;
    const of = `The service that ${application}, by ${way}`;
    if (way === "requests") {
      need(slower <= allowedFactor, `${of}: requests take ${slower.toFixed(2)} times as long once settled.`);
      need(step.settled !== undefined, `${of}: it never settles.`);
      need(
        day.flaps <= mostTurns,
        `${of}: ${day.flaps} turns within half an hour, and ${mostTurns} are allowed.`,
      );
      need(day.missed === 0, `${of}: ${day.missed} times a task was taken away and missed.`);
    }
    // What waits has CPU to spare: were it scaled well by CPU, the comparison would mean nothing.
    if (application === "waits" && way === "cpu")
      need(step.settled === undefined, `The control kept up: a service that waits, scaled by CPU.`);
  }
  return found;
}

const controlNames: Readonly<Record<string, string>> = {
  unwatched: "without alarms",
  deaf: "with alarms on 5XXError",
};

export function render(result: Result): string {
  const { rollback, scaling } = result;
  const failing = problems(result);
  return [
    "### A version that answers 500 to a tenth of the requests",
    "",
    ...table(
      ["Requests a second", "Taken back after", "In 5 min", "Gone after", "Good ones taken back", "Controls"],
      rollback.map(({ rate, noticed, gone, good, falsely, controls }) => [
        String(rate),
        range(
          noticed.flatMap((one) => one ?? []),
          "s",
          noticed.length,
        ),
        `${noticed.filter((one) => one !== undefined && one <= mostSeconds).length} of ${noticed.length}`,
        range(gone, "s", noticed.length),
        `${falsely} of ${good}`,
        Object.values(controls)
          .map(({ takenBack, failed }) => (takenBack ? "taken back" : `${failed} wrong`))
          .join(", "),
      ]),
    ),
    "",
    `Promised, and held: all in 5 minutes from ${leastRate} requests a second on, no good one taken back at any rate. Controls: a wrong ` +
      "version without alarms, and with alarms on 5XXError, a metric that HTTP APIs do not have. Both serve on.",
    "",
    "### Ten times the traffic, and a day",
    "",
    ...table(
      [
        "Service",
        "Scaled by",
        "p95 before → after",
        "Settled after",
        "Most tasks",
        "Turns",
        "Missed",
        "Task hours",
        "Failed",
      ],
      scaling.map(({ application, way, step, day }) => [
        application,
        way,
        `${milliseconds(step.before)} → ${milliseconds(step.after)} ms`,
        step.settled === undefined ? "never" : `${step.settled} min`,
        String(step.most),
        String(day.flaps),
        String(day.missed),
        day.taskHours.toFixed(0),
        `${(100 * day.failed).toFixed(2)} %`,
      ]),
    ),
    "",
    "A turn is the third change of direction in half an hour: more tasks, fewer, more, fewer. Missed is a task that was taken away before " +
      "requests took twice as long as usual, within ten minutes. Both are those of the worst day.",
    "",
    ...(failing.length === 0 ? ["Passed."] : ["Failed:", ...failing.map((problem) => `- ${problem}`)]),
    "",
  ].join("\n");
}

const milliseconds = (seconds: number): string => (1000 * seconds).toFixed(0);

function range(values: readonly number[], unit: string, of: number): string {
  if (values.length === 0) return "never";
  const [first, last] = [values[0]!, values.at(-1)!];
  const text = first === last ? `${first} ${unit}` : `${first}–${last} ${unit}`;
  return values.length === of ? text : `${text} (${values.length} of ${of})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...rows.map(line)];
}
