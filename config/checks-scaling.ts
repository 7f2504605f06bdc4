import { scheduleProblem, timezoneProblem } from "../rules/schedule";
import { scheduledBounds } from "../rules/scaling";
import { isGiven, Problem } from "./problems";
import { ServiceConfig } from "./schema";
import { ScalingConfig } from "./schema-scaling";

/** What chooses the number of a service's tasks, as far as it takes more than one field to judge. */
export function checkScaling(
  service: Partial<ServiceConfig>,
  raw: unknown,
  at: string,
  problems: Problem[],
): void {
  const { scaling } = service;
  if (!scaling) return;
  if (isGiven(raw, "desiredCount")) {
    problems.push({
      path: `${at}.desiredCount`,
      got: service.desiredCount,
      allowed: "only without scaling, which chooses the number itself",
      fix: "take it out, or set scaling.min and scaling.max",
    });
  }
  if (scaling.min > scaling.max) {
    problems.push({
      path: `${at}.scaling.max`,
      got: scaling.max,
      allowed: `${scaling.min} (scaling.min) or more`,
      fix: "raise it, or lower scaling.min",
    });
  }
  checkSchedule(scaling, `${at}.scaling`, problems);
}

function checkSchedule(scaling: ScalingConfig, at: string, problems: Problem[]): void {
  const seen = new Map<string, string>();
  scaling.schedule.forEach((entry, i) => {
    const here = `${at}.schedule.${i}`;
    for (const [key, value, problemOf] of [
      ["expression", entry.expression, scheduleProblem],
      ["timezone", entry.timezone, timezoneProblem],
    ] as const) {
      const problem = problemOf(value);
      if (problem) problems.push({ path: `${here}.${key}`, got: value, ...problem });
    }
    const time = `${entry.expression} ${entry.timezone}`;
    const first = seen.get(time);
    if (first !== undefined) {
      problems.push({
        path: `${here}.expression`,
        got: entry.expression,
        allowed: `another time than that of ${first}: which of the two comes last is not known`,
        fix: "take one of them out",
      });
    } else seen.set(time, here);
    const { min, max } = scheduledBounds(scaling)[i]!;
    if (min <= max) return;
    const which = entry.max === undefined ? "min" : "max";
    const inherits = entry.min === undefined || entry.max === undefined;
    // Said of the two that hold at all times.
    if (entry.min === undefined && entry.max === undefined) return;
    problems.push({
      path: `${here}.${which}`,
      got: entry[which],
      allowed:
        which === "min"
          ? `${max} (scaling.max) or fewer`
          : `${min} (${entry.min === undefined ? "scaling.min" : "its min"}) or more`,
      fix: inherits ? `write ${which === "min" ? "max" : "min"} beside it` : "raise it, or lower its min",
    });
  });
}
