/**
 * The metrics of CloudWatch that this project reads, and what an alarm may ask of them. An alarm on a name that AWS does not
 * send is made without complaint and never fires, so everything that reads a metric is held against this table.
 *
 * Sources, with how sure they make us ([H] AWS's own documentation, [M] AWS-authored code or production reports, [L] our
 * reading where nothing is published):
 * - HTTP: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html [H]
 * - ECS: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html [H]
 * - TASKS: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html#cw_running_task_count [H]
 * - INSIGHTS: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html [H]
 * - EVENTS: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html [H]
 * - ALARM: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html [H]
 * - MISSING: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html [H]
 */

import { parseRouteKey } from "./routes";

export interface Metric {
  namespace: string;
  name: string;
  unit: "Count" | "Milliseconds" | "Bytes" | "Percent";
  /** Seconds between two data points. */
  resolution: 60;
  /** Sets of dimensions by which it can be read: another set, or one dimension less, is another metric without data. */
  dimensions: readonly DimensionSet[];
  /** Statistics that mean something. */
  statistics: readonly Statistic[];
  /** What it means that a period has no data point. */
  missing: string;
  source: string;
}

export interface DimensionSet {
  names: readonly string[];
  /** What the account pays for it; undefined where it is free. */
  paid?: string;
}

export type Statistic =
  "Sum" | "SampleCount" | "Average" | "Minimum" | "Maximum" | "p50" | "p90" | "p95" | "p99";

const http = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html";
const ecs = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html";
const insights =
  "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html";
const events = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html";

/** HTTP: by route only where the stage, and each route that has settings of its own there, says `detailedMetricsEnabled`. */
const ofApi: readonly DimensionSet[] = [
  { names: ["ApiId"] },
  { names: ["ApiId", "Stage"] },
  { names: ["ApiId", "Stage", "Method", "Resource"], paid: "a custom metric for each route" },
];

const ofService: readonly DimensionSet[] = [{ names: ["ClusterName", "ServiceName"] }];

const latencies: readonly Statistic[] = ["Average", "Minimum", "Maximum", "p50", "p90", "p95", "p99"];

const counted = (name: string, missing: string): Metric => ({
  ...{ namespace: "AWS/ApiGateway", name, unit: "Count", resolution: 60, dimensions: ofApi },
  ...{ statistics: ["Sum"], missing, source: http },
});

/** Of each period the statistics are over its requests; the names are not those of REST APIs (`4XXError`, `5XXError`). */
export const metrics: readonly Metric[] = [
  counted("Count", "nobody asked"),
  counted("4xx", "nobody asked, or none was answered by 400 to 499"),
  counted("5xx", "nobody asked, or none was answered by 500 to 599"),
  ...["Latency", "IntegrationLatency"].map((name): Metric => ({
    ...{ namespace: "AWS/ApiGateway", name, unit: "Milliseconds", resolution: 60, dimensions: ofApi },
    ...{ statistics: latencies, source: http },
    missing: name === "Latency" ? "nobody asked" : "nobody asked, or nothing was answered by a task",
  })),
  {
    ...{ namespace: "AWS/ApiGateway", name: "DataProcessed", unit: "Bytes", resolution: 60 },
    ...{ dimensions: ofApi, statistics: ["Sum"], missing: "nobody asked", source: http },
  },
  ...["CPUUtilization", "MemoryUtilization"].map((name): Metric => ({
    ...{ namespace: "AWS/ECS", name, unit: "Percent", resolution: 60, dimensions: ofService },
    // Each running task is one sample a minute, so the samples of 60 seconds are the tasks (TASKS).
    ...{ statistics: ["Average", "Minimum", "Maximum", "SampleCount"], missing: "no task runs", source: ecs },
  })),
  ...["RunningTaskCount", "DesiredTaskCount", "PendingTaskCount"].map((name): Metric => ({
    ...{ namespace: "ECS/ContainerInsights", name, unit: "Count", resolution: 60 },
    dimensions: [{ names: ["ClusterName", "ServiceName"], paid: "Container Insights of the cluster" }],
    ...{ statistics: ["Average", "Minimum", "Maximum"], source: insights },
    missing: "Container Insights is off",
  })),
  {
    // A rule of the default event bus has no EventBusName here, and its first event makes the metric (EVENTS).
    ...{ namespace: "AWS/Events", name: "TriggeredRules", unit: "Count", resolution: 60 },
    ...{ dimensions: [{ names: ["RuleName"] }], statistics: ["Sum"], source: events },
    missing: "no event matched the rule",
  },
];

/** A metric as an alarm, a dashboard or a scaling policy asks for it. */
export interface MetricQuery {
  namespace: string;
  metricName: string;
  dimensions: Readonly<Record<string, unknown>>;
  stat: string;
  /** Seconds; left out where the reader decides, such as Application Auto Scaling. */
  period?: number;
}

/** Reasons why a query never gets what it asks for. */
export function queryProblems({ namespace, metricName, dimensions, stat, period }: MetricQuery): string[] {
  const metric = metrics.find((known) => known.namespace === namespace && known.name === metricName);
  if (!metric) {
    const names = metrics.filter((known) => known.namespace === namespace).map(({ name }) => name);
    return [
      `${namespace} has no metric ${metricName}${names.length > 0 ? `, only ${names.join(", ")}` : ""}`,
    ];
  }
  const asked = sorted(Object.keys(dimensions));
  const sets = metric.dimensions.map(({ names }) => sorted(names));
  return [
    ...(sets.includes(asked)
      ? []
      : [`${metricName} is not sent by ${asked || "nothing"}, only by ${sets.join("; ")}`]),
    ...(metric.statistics.some((known) => known === stat)
      ? []
      : [`${stat} of ${metricName} means nothing, only ${metric.statistics.join(", ")}`]),
    ...(period === undefined || (period >= metric.resolution && period % 60 === 0)
      ? []
      : [
          `${metricName} has a data point every ${metric.resolution} s, so a period of ${period} s is often empty`,
        ]),
  ];
}

const sorted = (names: readonly string[]): string => [...names].sort().join(", ");

/** Limits of an alarm (ALARM); the metrics of its expression, and their use: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
export const alarmLimits = {
  /** Seconds that the evaluated periods take together, where one is shorter than an hour. */
  window: 86_400,
  /** The same where one takes an hour or more. */
  longWindow: 604_800,
  /** Metrics that one expression may read. */
  metrics: 10,
  nameCharacters: 255,
} as const;

/**
 * Samples of a period below which an alarm on a high percentile keeps the state that it has, where it ignores low counts.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html
 *
 * @param percentile such as `p95`
 */
export const fewestSamples = (percentile: string): number =>
  Math.round(10 / (1 - Number(percentile.slice(1)) / 100));

/** What of an alarm decides whether it can ever fire. */
export interface AlarmShape {
  queries: readonly MetricQuery[];
  evaluationPeriods: number;
  datapointsToAlarm?: number;
}

/** Reasons why AWS refuses an alarm, or why it never fires. */
export function alarmProblems({ queries, evaluationPeriods, datapointsToAlarm }: AlarmShape): string[] {
  const periods = [...new Set(queries.map(({ period }) => period))];
  const [period] = periods;
  const limit = period !== undefined && period >= 3600 ? alarmLimits.longWindow : alarmLimits.window;
  return [
    ...queries.flatMap(queryProblems),
    ...(queries.length >= 1 && queries.length <= alarmLimits.metrics
      ? []
      : [`an alarm reads 1 to ${alarmLimits.metrics} metrics, not ${queries.length}`]),
    ...(periods.length === 1 && period !== undefined ? [] : ["the metrics of an alarm have one period"]),
    ...(period === undefined || period * evaluationPeriods <= limit
      ? []
      : [
          `${evaluationPeriods} periods of ${period} s are more than the ${limit} s that an alarm looks back`,
        ]),
    ...(datapointsToAlarm === undefined || datapointsToAlarm <= evaluationPeriods
      ? []
      : [`${datapointsToAlarm} data points are more than the ${evaluationPeriods} periods have`]),
  ];
}

/**
 * How a route is named in the metrics of its stage, beside ApiId and Stage. `ANY` is a method of its own there, as in REST
 * APIs, whatever the request's was [M].
 *
 * @returns undefined for `$default`, whose names are not published
 */
export function routeDimensions(key: string): { Method: string; Resource: string } | undefined {
  const parsed = parseRouteKey(key);
  if ("problem" in parsed || parsed.route.method === undefined) return undefined;
  const { method } = parsed.route;
  return { Method: method, Resource: key.slice(method.length + 1) };
}
