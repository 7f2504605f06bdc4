/** The alarms that the program records, evaluated once a minute as CloudWatch does. */
import jsep from "jsep";
import { ofType, type Deployment, type Resource } from "../../simulate/deployment";
import { list, number, object, text } from "../local/recorded";
import { fewestSamples } from "../../rules/metrics";
import { comparisons, extraPeriods, judge, type AlarmState, type Missing } from "./evaluate";
import { evaluate } from "./expression";
import type { Metric, MetricStore, Series } from "./store";

/** One metric of a query, with what is taken of it. */
interface Queried {
  id: string;
  metric: Metric;
  statistic: string;
  period: number;
}

export interface MetricAlarm {
  name: string;
  /** Type and name in the program. */
  resource: string;
  queried: readonly Queried[];
  /** How the alarm's own series comes from these; an id, or metric math. */
  expression: string;
  period: number;
  evaluationPeriods: number;
  datapointsToAlarm: number;
  comparison: string;
  threshold: number;
  missing: Missing;
  /** Whether it keeps its state where a percentile is one of too few samples. */
  ignoresFew: boolean;
  /** Minutes after it is made in which it waits for as much data as it looks at. */
  warmUp: number;
  actions: readonly string[];
}

export interface CompositeAlarm {
  name: string;
  resource: string;
  rule: string;
  actions: readonly string[];
}

export interface Alarms {
  metric: readonly MetricAlarm[];
  composite: readonly CompositeAlarm[];
}

export function readAlarms(deployment: Deployment): Alarms {
  return {
    metric: ofType(deployment, "aws:cloudwatch/metricAlarm:MetricAlarm").map(readMetricAlarm),
    composite: ofType(deployment, "aws:cloudwatch/compositeAlarm:CompositeAlarm").map((resource) => ({
      name: nameOf(resource, "alarmName"),
      resource: resource.name,
      rule: text(resource.inputs.alarmRule) ?? "",
      actions: list(resource.inputs.alarmActions).flatMap((action) => text(action) ?? []),
    })),
  };
}

function readMetricAlarm(resource: Resource): MetricAlarm {
  const { inputs } = resource;
  const periods = number(inputs.evaluationPeriods) ?? 1;
  return {
    name: nameOf(resource, "name"),
    resource: resource.name,
    ...seriesOf(inputs),
    evaluationPeriods: periods,
    datapointsToAlarm: number(inputs.datapointsToAlarm) ?? periods,
    comparison: text(inputs.comparisonOperator) ?? "",
    threshold: number(inputs.threshold) ?? 0,
    missing: (text(inputs.treatMissingData) ?? "missing") as Missing,
    ignoresFew: inputs.evaluateLowSampleCountPercentiles === "ignore",
    warmUp: number(object(inputs.warmUpConfiguration).warmUpPeriodDurationInMinutes) ?? 0,
    actions: list(inputs.alarmActions).flatMap((action) => text(action) ?? []),
  };
}

const nameOf = (resource: Resource, key: string): string =>
  text(resource.inputs[key]) ?? text(resource.outputs[key]) ?? resource.name;

/** Reads a metric, or a query by metric math, as alarms and scaling policies write them. */
export function seriesOf(
  inputs: Record<string, unknown>,
): Pick<MetricAlarm, "queried" | "expression" | "period"> {
  const queries = list(inputs.metricQueries).map(object);
  if (queries.length === 0) {
    const queried = readQueried("m", inputs);
    return { queried: [queried], expression: "m", period: queried.period };
  }
  const queried = queries
    .filter(({ metric }) => metric !== undefined)
    .map(({ id, metric }) => readQueried(text(id)!, object(metric)));
  const returned = queries.filter(({ returnData }) => returnData === true || returnData === "true");
  if (returned.length !== 1)
    throw new Error(`A query has to return one series, and this one returns ${returned.length}.`);
  const period = queried[0]?.period ?? 60;
  return { queried, expression: inlined(text(returned[0]!.id)!, queries), period };
}

/** An expression may refer to others by their ids. */
function inlined(id: string, queries: readonly Record<string, unknown>[]): string {
  const expression = text(queries.find((query) => query.id === id)?.expression);
  if (expression === undefined) return id;
  return expression.replace(/\b[a-z]\w*\b/g, (other) => {
    const inner = other === id ? other : inlined(other, queries);
    return inner === other ? other : `(${inner})`;
  });
}

function readQueried(id: string, of: Record<string, unknown>): Queried {
  const dimensions = Object.entries(object(of.dimensions)).map(([name, value]) => [name, String(value)]);
  return {
    id,
    metric: {
      namespace: text(of.namespace) ?? "",
      name: text(of.metricName) ?? "",
      dimensions: Object.fromEntries(dimensions) as Record<string, string>,
    },
    statistic: text(of.statistic) ?? text(of.stat) ?? text(of.extendedStatistic) ?? "",
    period: number(of.period) ?? 60,
  };
}

/** The last points of an alarm's own series. */
export function pointsOf(
  { queried, expression, period }: Pick<MetricAlarm, "queried" | "expression" | "period">,
  store: MetricStore,
  now: number,
  periods: number,
): Series {
  const series = Object.fromEntries(
    queried.map(({ id, metric, statistic }) => [id, store.query(now, metric, statistic, period, periods)]),
  );
  return evaluate(expression, series);
}

/** The state of each alarm, over time. */
export class AlarmBoard {
  readonly states = new Map<string, AlarmState>();
  private made: number | undefined;

  constructor(
    private readonly alarms: Alarms,
    private readonly store: MetricStore,
    /** Told of each change. */
    private readonly changed: (alarm: MetricAlarm | CompositeAlarm, state: AlarmState) => void = () =>
      undefined,
  ) {
    for (const { name } of [...alarms.metric, ...alarms.composite])
      this.states.set(name, "INSUFFICIENT_DATA");
  }

  /** To be called once a minute. */
  tick(now: number): void {
    this.made ??= now;
    for (const alarm of this.alarms.metric) {
      // What looks back more than a day is evaluated once an hour.
      if (alarm.period * alarm.evaluationPeriods > 86_400 && Math.floor(now / 60) % 60 !== 0) continue;
      const range = pointsOf(alarm, this.store, now, alarm.evaluationPeriods + extraPeriods);
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html
      const isWarm = range.filter((point) => point !== undefined).length >= alarm.evaluationPeriods;
      if (!isWarm && now < this.made + alarm.warmUp * 60) continue;
      if (alarm.ignoresFew && this.isOfFew(alarm, now)) continue;
      const compare = comparisons[alarm.comparison]!;
      const breaches = (point: number): boolean => compare(point, alarm.threshold);
      this.set(alarm, judge(range, this.states.get(alarm.name)!, { ...alarm, breaches }));
    }
    for (const alarm of this.alarms.composite)
      this.set(alarm, holds(alarm.rule, this.states) ? "ALARM" : "OK");
  }

  /** Whether the newest value is a percentile of too few samples. */
  private isOfFew({ queried, period, evaluationPeriods }: MetricAlarm, now: number): boolean {
    return queried.some(({ metric, statistic }) => {
      if (!statistic.startsWith("p")) return false;
      const samples = this.store.query(now, metric, "SampleCount", period, evaluationPeriods);
      const newest = samples.filter((count) => count !== undefined).at(-1);
      return newest !== undefined && newest < fewestSamples(statistic);
    });
  }

  private set(alarm: MetricAlarm | CompositeAlarm, state: AlarmState): void {
    if (this.states.get(alarm.name) === state) return;
    this.states.set(alarm.name, state);
    this.changed(alarm, state);
  }
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html */
function holds(rule: string, states: ReadonlyMap<string, AlarmState>): boolean {
  const value = (node: jsep.Expression): boolean => {
    switch (node.type) {
      case "Identifier":
        return (node as jsep.Identifier).name === "TRUE";
      case "UnaryExpression":
        return !value((node as jsep.UnaryExpression).argument);
      case "BinaryExpression": {
        const { operator, left, right } = node as jsep.BinaryExpression;
        return operator === "AND" ? value(left) && value(right) : value(left) || value(right);
      }
      case "CallExpression": {
        const { callee, arguments: args } = node as jsep.CallExpression;
        const of = String((args[0] as jsep.Literal).value);
        // Rules name alarms by name or ARN.
        const name = of.replace(/^arn:[^:]+:cloudwatch:[^:]*:[^:]*:alarm:/, "");
        const state = states.get(name);
        if (state === undefined) throw new Error(`${rule}: no alarm has the name ${name}`);
        return state === (callee as jsep.Identifier).name;
      }
      default:
        throw new Error(`${rule}: ${node.type} is not understood`);
    }
  };
  return value(jsep(rule));
}
