import { alarmLimits } from "./metrics";
import { Requests } from "./requests";

/**
 * What Application Auto Scaling does with the numbers that it is given.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-policy-overview.html
 */

interface Bounds {
  min: number;
  max: number;
}

/** Scaling with a schedule, as the configuration has it. */
export interface Scheduled extends Bounds {
  schedule: readonly {
    expression: string;
    timezone: string;
    min?: number | undefined;
    max?: number | undefined;
  }[];
}

/**
 * What each entry of a schedule sets. Always both numbers: one alone could contradict the other one that an earlier entry has
 * left there, and AWS would refuse it at night.
 */
export const scheduledBounds = ({ min, max, schedule }: Scheduled): Bounds[] =>
  schedule.map((entry) => ({ min: entry.min ?? min, max: entry.max ?? max }));

/** The fewest and the most tasks that there are at any time. */
export function reachOf(scaling: Scheduled): Bounds {
  const all = [scaling, ...scheduledBounds(scaling)];
  return { min: Math.min(...all.map(({ min }) => min)), max: Math.max(...all.map(({ max }) => max)) };
}

/** Minutes without a request after which a service may go to sleep; fewer, and it would be asleep between two looks. */
export const shortestSleep = 10;
/** What an alarm looks back (rules/metrics.ts), in minutes. */
export const longestSleep = alarmLimits.window / 60;

/** Minutes of a time such as `30m` or `2h`; undefined for what is none, or out of range. */
export function sleepMinutes(after: string): number | undefined {
  const [, digits, unit] = /^([1-9]\d{0,4})(m|h)$/.exec(after) ?? [];
  if (digits === undefined) return undefined;
  const minutes = Number(digits) * (unit === "h" ? 60 : 1);
  return minutes >= shortestSleep && minutes <= longestSleep ? minutes : undefined;
}

/** Minutes in one of which a request wakes a service. More than one, as metrics arrive late. */
export const wakeMinutes = 3;

/** Minutes without a request after which scaling goes back to the fewest tasks. */
export const quietMinutes = 15;

/** A service's requests, and where they are counted. The ids may be known only later. */
export interface Counted<T> extends Requests {
  apiId: T;
  stage: string;
}

/** A service as the metrics of ECS call it. */
export interface Counters<T> {
  clusterName: T;
  serviceName: T;
  /** What counts its tasks. Left out: its memory metric. */
  countTasksBy?: "memory" | "containerInsights";
}

export interface OneMetric<T> {
  namespace: string;
  metricName: string;
  dimensions: Readonly<Record<string, T | string>>;
  stat: string;
}

/** One line of metric math: a metric, or an expression over other lines. */
export type Line<T> = { id: string; returnData: boolean } & (
  { expression: string; metric?: undefined } | { expression?: undefined; metric: OneMetric<T> }
);

/**
 * No line fills what is missing with a number, where the number could stand for what has not arrived yet: an expression of
 * which the newest minute is always a filled one never fires
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html, FILL). `SUM` of a list adds what
 * there is in a minute: so `SUM([requests, 0 * other])` is 0 in a minute without requests in which the other metric has arrived.
 * The arithmetic operators take what is missing for 0, or have no value then: AWS's words and reports differ. What is divided by
 * 0 has no value, which is documented; so `/ (requests > 0)` leaves out the minutes without requests whichever is true.
 */
const metric = <T>(
  id: string,
  namespace: string,
  metricName: string,
  stat: string,
  dimensions: Readonly<Record<string, T | string>>,
): Line<T> => ({ id, metric: { namespace, metricName, dimensions, stat }, returnData: false });

const expression = <T>(id: string, text: string, returnData = false): Line<T> => ({
  id,
  expression: text,
  returnData,
});

const ofApi = <T>(
  id: string,
  { apiId, stage }: Counted<T>,
  route: Readonly<Record<string, string>> = {},
): Line<T> => metric(id, "AWS/ApiGateway", "Count", "Sum", { ApiId: apiId, Stage: stage, ...route });

/** One sample a minute for each running task: rules/metrics.ts (TASKS). It is free, where Container Insights is not. */
const ofTasks = <T>({ clusterName, serviceName, countTasksBy }: Counters<T>): Line<T> => {
  const dimensions = { ClusterName: clusterName, ServiceName: serviceName };
  return countTasksBy === "containerInsights"
    ? metric("tasks", "ECS/ContainerInsights", "RunningTaskCount", "Average", dimensions)
    : metric("tasks", "AWS/ECS", "MemoryUtilization", "SampleCount", dimensions);
};

/** The lines that count a service's requests, and what to add up. */
function ofRequests<T>(counted: Counted<T>): { lines: Line<T>[]; ids: string[] } {
  if (!counted.routes) return { lines: [ofApi("requests", counted)], ids: ["requests"] };
  const lines = counted.routes.map((route, i) => ofApi(`route${i + 1}`, counted, { ...route }));
  return { lines, ids: lines.map(({ id }) => id) };
}

/**
 * How much of its target a task may do after others were taken away. Target tracking takes tasks away below nine tenths of the
 * target, down to the target, and the next wobble of the traffic wants them back.
 */
const spareTenths = 8;

/**
 * Requests a minute for each running task, as target tracking is to see them: what they are beyond the target, and beneath it
 * as many as if each task could do a fifth less, the target at most. So tasks are taken away only when the traffic may grow by a
 * quarter before they are missed. Without any request to the API it has no value.
 *
 * @param target requests a minute for each task
 */
export function requestsPerTask<T>(counted: Counted<T>, service: Counters<T>, target: number): Line<T>[] {
  const { lines, ids } = ofRequests(counted);
  const judged = `IF(each > ${target}, each, IF(each > ${(target * spareTenths) / 10}, ${target}, each / 0.${spareTenths}))`;
  if (!counted.routes) {
    return [
      ...lines,
      ofTasks(service),
      expression("each", "requests / tasks / (requests > 0)"),
      expression("perTask", judged, true),
    ];
  }
  return [
    ...lines,
    ofApi("api", counted),
    ofTasks(service),
    expression("none", "0 * api"),
    expression("each", `SUM([${ids.join(", ")}, none]) / tasks / (api > 0)`),
    expression("perTask", judged, true),
  ];
}

/** Requests a minute while tasks run: 0 where nobody asks, without a value where no task runs and nobody asks. */
export function requestsWhileRunning<T>(counted: Counted<T>, service: Counters<T>): Line<T>[] {
  const { lines, ids } = ofRequests(counted);
  return [
    ...lines,
    ofTasks(service),
    expression("none", "0 * tasks"),
    expression("asked", `SUM([${ids.join(", ")}, none])`, true),
  ];
}

/** Requests a minute, those that found no task included; without a value where nobody asks. */
export function anyRequests<T>(counted: Counted<T>): Line<T>[] {
  const { lines, ids } = ofRequests(counted);
  return lines.length === 1
    ? lines.map((line) => ({ ...line, returnData: true }))
    : [...lines, expression("asked", `SUM([${ids.join(", ")}])`, true)];
}
