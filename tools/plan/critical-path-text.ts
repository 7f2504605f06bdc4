import { createColors } from "picocolors";
import { type Deployment } from "../../simulate/deployment";
import { criticalPath, type Step, type Wait } from "./critical-path";
import { wrap } from "./columns";
import { labeller, shortType } from "./values";

/** The critical path for a terminal: when each resource of the chain is there, and what it waits for. */
export function renderCriticalPath(
  deployment: Deployment,
  colors = createColors(false),
  width = Infinity,
): string {
  const { bold, cyan, dim } = colors;
  const { seconds, steps, work } = criticalPath(deployment);
  const label = labeller(deployment.resources);
  const waited = ({ waitsFor: [last, ...others] }: Step): string =>
    last === undefined
      ? ""
      : `after ${reason(last, label)}${others.length > 0 ? `, and ${others.length} more` : ""}`;
  const widest = (texts: string[]): number => Math.max(0, ...texts.map(({ length }) => length));
  const names = widest(steps.map(({ name }) => name));
  const types = widest(steps.map(({ type }) => shortType(type)));
  const title = `Critical path of a first deployment: about ${clock(seconds)}; one after the other it would be ${clock(work)}`;
  const start = 7 + 2 + 7 + 2;
  // What a step waits for stands below it where the line has no room for it.
  const isWide =
    start + names + types + 2 + 8 + 4 + Math.max(...steps.map((step) => waited(step).length)) <= width;
  const line = (step: Step): string[] => {
    const times = `${clock(step.ends).padStart(7)}  ${dim(`+${step.seconds} s`.padStart(7))}  `;
    const type = shortType(step.type);
    if (isWide) {
      const known = [
        step.name.padEnd(names),
        cyan(type.padEnd(types)),
        step.confidence.padEnd(8),
        waited(step),
      ];
      return [`${times}${known.join("  ").trimEnd()}`];
    }
    const isOneLine = start + step.name.length + type.length + step.confidence.length + 4 <= width;
    const [first = "", ...rest] = isOneLine
      ? [`${step.name}  ${cyan(type)}  ${step.confidence}`]
      : [...wrap(step.name, width - start), `${cyan(type)}  ${step.confidence}`];
    const below = waited(step) === "" ? [] : wrap(waited(step), width - start).map(dim);
    return [`${times}${first}`, ...[...rest, ...below].map((text) => " ".repeat(start) + text)];
  };
  return [
    ...wrap(title, width).map((text) => text.replace(/^Critical path/, (words) => bold(words))),
    ...wrap(
      "By typical creation times, not measured here: tools/plan/creation-times.ts has each with its source.",
      width,
    ).map(dim),
    "",
    ...steps.flatMap(line),
    "",
  ].join("\n");
}

const reason = ({ urn, by }: Wait, label: (urn: string) => string): string =>
  `${label(urn)} (${[...by].sort().join(", ")})`;

/** Minutes and seconds. */
const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, "0")}`;
