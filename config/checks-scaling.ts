import { servedKeys } from "../rules/preflights";
import { Counting, requestsOf } from "../rules/requests";
import { sameTimes, scheduleProblem, timezoneProblem } from "../rules/schedule";
import { scheduledBounds } from "../rules/scaling";
import { isGiven, Problem, Said } from "./problems";
import { ServiceConfig } from "./schema";
import { ApiConfig } from "./schema-api";
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

/** @param has whether the cluster has Container Insights, and whose it is where that is another stack's */
export function checkInsights(
  services: Readonly<Record<string, Partial<ServiceConfig>>>,
  has: { insights: boolean; owner?: string },
  problems: Problem[],
): void {
  for (const [name, { scaling }] of Object.entries(services)) {
    if (scaling?.countTasksBy !== "containerInsights") continue;
    const refuse = (allowed: string, fix: string): void => {
      problems.push({
        path: `services.${name}.scaling.countTasksBy`,
        got: scaling.countTasksBy,
        allowed,
        fix,
      });
    };
    if (scaling.targetRequestsPerTask === undefined)
      refuse("only with targetRequestsPerTask, which alone divides by tasks", "take it out");
    else if (!has.insights) {
      const of = has.owner === undefined ? "" : ` of ${has.owner}`;
      refuse(
        "memory, where the cluster has no Container Insights",
        `write \`containerInsights: true\` below cluster${of}, or take it out`,
      );
    }
  }
}

/** What sleeps takes its number of tasks from requests alone. */
export function checkSleep(
  { sleep, scaling, desiredCount }: Partial<ServiceConfig>,
  at: string,
  { callers, alarms }: { callers: readonly string[]; alarms: boolean },
  problems: Problem[],
): void {
  if (!sleep) return;
  const refuse = (got: unknown, allowed: string, fix: string): void => {
    problems.push({ path: `${at}.sleep`, got, allowed, fix });
  };
  if (scaling) {
    refuse(
      new Said("scaling is set as well"),
      "only without scaling: two would choose the number of tasks",
      "take one of them out",
    );
  }
  if (desiredCount === 0) {
    refuse(
      new Said("desiredCount is 0"),
      "with a desiredCount of 1 or more: so many tasks are woken",
      "raise it, or take sleep out",
    );
  }
  if (alarms) {
    refuse(
      new Said("alarms is set as well"),
      "only in a stack without alarms: the 503 that wakes it is an error to them, and so are tasks that do not run",
      "take one of them out",
    );
  }
  if (callers.length > 0) {
    refuse(
      new Said(`${callers.join(", ")} ${callers.length === 1 ? "reaches" : "reach"} it inside the VPC`),
      "only for a service that the API alone leads to: calls inside the VPC are counted nowhere, and wake nobody",
      "take it out, or let it be called by the API",
    );
  }
}

/** What of a service goes by the requests to it: by the path of its key. */
const byRequests = (
  { scaling, sleep }: Partial<ServiceConfig>,
  at: string,
): { path: string; got: unknown }[] => [
  ...(scaling?.targetRequestsPerTask === undefined
    ? []
    : [{ path: `${at}.scaling.targetRequestsPerTask`, got: scaling.targetRequestsPerTask }]),
  ...(sleep ? [{ path: `${at}.sleep`, got: sleep }] : []),
];

/**
 * @param owner the stack whose API it is, where that is another one
 * @param countingOf how the requests of a service could be counted; undefined in an API of which that is not known
 */
export function checkRequests(
  services: Readonly<Record<string, Partial<ServiceConfig>>>,
  countingOf: ((service: string) => Counting) | undefined,
  problems: Problem[],
  owner?: string,
): void {
  for (const [name, service] of Object.entries(services)) {
    for (const { path, got } of byRequests(service, `services.${name}`)) {
      const requests = countingOf
        ? requestsOf({ ...countingOf(name), owner })
        : {
            allowed:
              "not with api.existingId: whether the stage of somebody else's API sends metrics for each route cannot be looked up",
            fix: path.endsWith(".sleep") ? "take it out" : "take it out, and scale by targetCpu",
          };
      if ("fix" in requests) problems.push({ path, got, ...requests });
    }
  }
}

/** How the requests of the services of an API of this stack's own are counted, as it is configured. */
export function countingIn(
  { auth: standard = "none", cors, detailedMetrics = false }: Partial<ApiConfig>,
  services: Readonly<Record<string, Partial<ServiceConfig>>>,
): (service: string) => Counting {
  const configured = Object.entries(services).flatMap(([service, { routes = [] }]) =>
    routes.map((route) => ({ service, ...route })),
  );
  const served = servedKeys(
    configured.map(({ key, auth = standard }) => ({ key, closed: auth !== "none", adopted: false })),
    { cors: cors !== undefined, own: true, others: [] },
  );
  return (name) => ({
    keys: configured.flatMap(({ service }, i) => (service === name ? served[i]! : [])),
    alone: configured.every(({ service }) => service === name),
    detailed: detailedMetrics,
  });
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
    const time = sameTimes(entry.expression, entry.timezone);
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
