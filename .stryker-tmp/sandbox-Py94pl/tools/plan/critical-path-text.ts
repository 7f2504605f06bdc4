// @ts-nocheck
import { createColors } from "picocolors";
import { type Deployment } from "../../simulate/deployment";
import { criticalPath, type Step, type Wait } from "./critical-path";
import { labeller, shortType } from "./values";

/** The critical path for a terminal: when each resource of the chain is there, and what it waits for. */
export function renderCriticalPath(deployment: Deployment, colors = createColors(false)): string {
  const { bold, cyan, dim } = colors;
  const { seconds, steps, work } = criticalPath(deployment);
  const label = labeller(deployment.resources);
  const waited = ({ waitsFor: [last, ...others] }: Step): string =>
    last === undefined
      ? ""
      : `after ${reason(last, label)}${others.length > 0 ? `, and ${others.length} more` : ""}`;
  const width = (texts: string[]): number => Math.max(0, ...texts.map(({ length }) => length));
  const names = width(steps.map(({ name }) => name));
  const types = width(steps.map(({ type }) => shortType(type)));
  return [
    `${bold("Critical path")} of a first deployment: about ${clock(seconds)}; one after the other it would be ${clock(work)}`,
    dim(
      "By typical creation times, not measured here: tools/plan/creation-times.ts has each with its source.",
    ),
    "",
    ...steps.map((step) =>
      [
        clock(step.ends).padStart(7),
        dim(`+${step.seconds} s`.padStart(7)),
        step.name.padEnd(names),
        cyan(shortType(step.type).padEnd(types)),
        step.confidence.padEnd(8),
        waited(step),
      ]
        .join("  ")
        .trimEnd(),
    ),
    "",
  ].join("\n");
}

const reason = ({ urn, by }: Wait, label: (urn: string) => string): string =>
  `${label(urn)} (${[...by].sort().join(", ")})`;

/** Minutes and seconds. */
const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, "0")}`;
