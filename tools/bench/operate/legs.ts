/** What the bench tries, and what it found. */
import type { Deployment } from "../../../simulate/deployment";
import { simulate } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";
import { defaultDrainSeconds, defaultHealthInterval } from "../../../rules/rollout";
import { runRollback, type RollbackRun } from "./rollback";
import { flaps, median, missed, runScaling, type Minute } from "./scaling";
import { dayOf } from "./traffic";
import type { Assumptions, Version } from "./world";

/** Fargate takes half a minute to a minute until a container runs, by people's measurements. */
export const assumptions: Assumptions = {
  startSeconds: 40,
  healthSeconds: defaultHealthInterval,
  drainSeconds: defaultDrainSeconds,
};

const service = "flask";

function record(of: object, more: object = {}): Promise<Deployment> {
  const services = { [service]: { build: "./app", ...of } };
  return simulate({ stack: "bench", config: toConfig({ "aws:region": "eu-west-2", services, ...more }) });
}

export const recordWatched = (): Promise<Deployment> =>
  record({ desiredCount: 2 }, { alarms: { rollback: true } });

const good: Version = { failing: 0.0005, seconds: 0.05, atOnce: 4, cpuSeconds: 0.02 };
/** Healthy and wrong. */
const wrong: Version = { ...good, failing: 0.1 };

export interface RollbackResult {
  /** Requests a second. */
  rate: number;
  /** Seconds from when the first task of it serves until ECS takes the version back, shortest first; undefined where it does not. */
  noticed: (number | undefined)[];
  /** Seconds until the last of its tasks serves no more, of those that were noticed. */
  gone: number[];
  good: number;
  /** Good versions that were taken back. */
  falsely: number;
  /** The same wrong version where ECS watches no alarm, and where it watches one on a metric that HTTP APIs do not have. */
  controls: Record<"unwatched" | "deaf", { takenBack: boolean; failed: number }>;
}

/** The stack with alarms that read `5XXError`, as public code does: the name that REST APIs have. */
const deafened = (deployment: Deployment): Deployment =>
  JSON.parse(
    JSON.stringify(deployment).replaceAll('"metricName":"5xx"', '"metricName":"5XXError"'),
  ) as Deployment;

/** @param counts how many versions of either kind */
export function rollbackLeg(
  deployment: Deployment,
  rate: number,
  counts: { wrong: number; good: number },
): RollbackResult {
  const shared = { deployment, service, assumptions, rate, good, watched: true };
  const run = (next: Version, seed: number) => runRollback({ ...shared, next, seed });
  const wrongs = Array.from({ length: counts.wrong }, (_, i) => run(wrong, i + 1));
  const goods = Array.from({ length: counts.good }, (_, i) => run({ ...good }, i + 1001));
  const control = (of: Partial<RollbackRun>): RollbackResult["controls"]["deaf"] => {
    const { noticed, failed } = runRollback({ ...shared, next: wrong, seed: 1, ...of });
    return { takenBack: noticed !== undefined, failed };
  };
  return {
    rate,
    noticed: wrongs.map(({ noticed }) => noticed).sort((a, b) => (a ?? Infinity) - (b ?? Infinity)),
    gone: wrongs.flatMap(({ gone }) => gone ?? []).sort((a, b) => a - b),
    good: counts.good,
    falsely: goods.filter(({ noticed }) => noticed !== undefined).length,
    controls: { unwatched: control({ watched: false }), deaf: control({ deployment: deafened(deployment) }) },
  };
}

/** One works for each request, the other waits for a database: of the second, CPU tells nothing. */
export const applications = {
  works: { failing: 0.0005, seconds: 0.05, atOnce: 1, cpuSeconds: 0.05 },
  waits: { failing: 0.0005, seconds: 0.4, atOnce: 8, cpuSeconds: 0.005 },
} satisfies Record<string, Version>;
export type Application = keyof typeof applications;

/** Half of what a task serves at most, which is 20 a second. */
const requestsPerTask = 600;
export const ways = {
  cpu: { targetCpu: 60 },
  requests: { targetCpu: 60, targetRequestsPerTask: requestsPerTask },
};
export type Way = keyof typeof ways;

/** More than ten times the traffic takes, so that what goes too far is seen to. */
const mostTasks = 100;

export const recordScaled = (way: Way): Promise<Deployment> =>
  record({ scaling: { min: 2, max: mostTasks, ...ways[way] } });

export interface ScalingResult {
  application: Application;
  way: Way;
  step: {
    /** 95 of 100 requests, in seconds, before traffic is ten times as much, and in the last hour of three. */
    before: number;
    after: number;
    /** Minutes until requests are as fast as 1.2 times before, for ten minutes; undefined where they never are, or were slow before. */
    settled: number | undefined;
    most: number;
  };
  /** Of several days the worst, and the average of what is counted. */
  day: {
    flaps: number;
    missed: number;
    changes: number;
    /** Of all requests. */
    failed: number;
    taskHours: number;
  };
}

const hour = 3600;
/** Requests a second. */
const usual = 60;
export const allowedFactor = 1.2;

/** @param days how many are tried, each with noise of its own, and how many hours each has */
export function scalingLeg(
  deployment: Deployment,
  application: Application,
  way: Way,
  days: { count: number; hours: number },
): ScalingResult {
  const tasks = (rate: number): number => Math.ceil((60 * rate) / requestsPerTask);
  const shared = { deployment, service, assumptions, version: applications[application] };
  const rate = (second: number): number => (second < hour ? usual : 10 * usual);
  const step = runScaling({ ...shared, tasks: tasks(usual), rate, seconds: 4 * hour, seed: 1 });
  const before = median(p95s(step.slice(30, 60)));
  const after = median(p95s(step.slice(-60)));
  // Who was slow before is not settled by being as slow: too few tasks for the usual traffic, as CPU leaves to who waits.
  const wellServed = 3 * applications[application].seconds;
  const all = Array.from({ length: days.count }, (_, i) =>
    runScaling({
      ...{ ...shared, rate: dayOf(usual), tasks: tasks(dayOf(usual)(0)) },
      ...{ seconds: days.hours * hour, seed: i + 1 },
    }),
  );
  const total = (of: (minute: Minute) => number): number =>
    all.flat().reduce((sum, minute) => sum + of(minute), 0);
  const worst = (of: (day: Minute[]) => number): number => Math.max(...all.map(of));
  return {
    ...{ application, way },
    step: {
      ...{ before, after, settled: settledAfter(step.slice(60), Math.min(before, wellServed)) },
      most: Math.max(...step.map(({ wanted }) => wanted)),
    },
    day: {
      flaps: worst(flaps),
      missed: worst((day) => missed(day, median(p95s(day)), 2)),
      changes: worst((day) => day.filter(({ wanted }, i) => i > 0 && wanted !== day[i - 1]!.wanted).length),
      failed: total(({ failed }) => failed) / total(({ requests }) => requests),
      taskHours: total(({ serving }) => serving) / 60 / days.count,
    },
  };
}

const p95s = (minutes: readonly Minute[]): number[] => minutes.flatMap(({ p95 }) => p95 ?? []);

function settledAfter(minutes: readonly Minute[], before: number): number | undefined {
  const found = minutes.findIndex((_, i) =>
    minutes.slice(i, i + 10).every(({ p95 }) => p95 !== undefined && p95 <= allowedFactor * before),
  );
  return found === -1 ? undefined : found;
}
