import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Metric, Statistic } from "../rules/metrics";

/** A metric as an alarm reads it. */
export interface MetricSpec extends Pick<Metric, "namespace"> {
  metricName: Metric["name"];
  dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  stat: Statistic;
}

/** A number made of several metrics. */
export interface MathSpec {
  /** By the name that the expression calls them. */
  metrics: Readonly<Record<string, MetricSpec>>;
  expression: string;
  /** What the number is, for people. */
  label: string;
}

export interface AlarmSpec {
  /** Of the Pulumi resource, behind the component's. */
  resource: string;
  /** In CloudWatch. */
  name: string;
  /** What it means, and what to do: CloudWatch sends it along. */
  description: string;
  value: MetricSpec | MathSpec;
  /** Seconds of one period. */
  period: number;
  /** In so many of the last periods … */
  periods: number;
  /** … so many have to be on the wrong side. */
  breaching: number;
  is: "above" | "at least" | "below";
  threshold: number;
  /** What a period without data counts as; each alarm says why. */
  missing: "breaching" | "notBreaching";
  /** Minutes after it is made in which it waits for data. */
  warmUp?: number;
}

const comparison = {
  above: "GreaterThanThreshold",
  "at least": "GreaterThanOrEqualToThreshold",
  below: "LessThanThreshold",
} as const;

/** An alarm, with what it was made of. */
export interface Alarm {
  spec: AlarmSpec;
  resource: aws.cloudwatch.MetricAlarm;
}

/** @param actions ARNs of the topics that it tells; none where a composite alarm does */
export function createAlarm(
  component: string,
  spec: AlarmSpec,
  actions: pulumi.Input<string>[],
  opts: pulumi.CustomResourceOptions,
): Alarm {
  const { value, warmUp } = spec;
  const resource = new aws.cloudwatch.MetricAlarm(
    `${component}-${spec.resource}`,
    {
      name: spec.name,
      alarmDescription: spec.description,
      ...("metrics" in value ? math(value, spec.period) : single(value, spec.period)),
      comparisonOperator: comparison[spec.is],
      threshold: spec.threshold,
      evaluationPeriods: spec.periods,
      datapointsToAlarm: spec.breaching,
      treatMissingData: spec.missing,
      ...(warmUp !== undefined && { warmUpConfiguration: { warmUpPeriodDurationInMinutes: warmUp } }),
      ...(actions.length > 0 && { alarmActions: actions, okActions: actions }),
    },
    // A name is what replaces it, and is another one then.
    { ...opts, deleteBeforeReplace: false },
  );
  return { spec, resource };
}

function single({ stat, ...metric }: MetricSpec, period: number): Partial<aws.cloudwatch.MetricAlarmArgs> {
  if (!stat.startsWith("p")) return { ...metric, period, statistic: stat };
  return {
    ...{ ...metric, period, extendedStatistic: stat },
    // Of a few requests the slowest would be the 95th.
    evaluateLowSampleCountPercentiles: "ignore",
  };
}

const math = (
  { metrics, expression, label }: MathSpec,
  period: number,
): Partial<aws.cloudwatch.MetricAlarmArgs> => ({
  metricQueries: [
    ...Object.entries(metrics).map(([id, metric]) => ({ id, metric: { ...metric, period } })),
    { id: "value", expression, label, returnData: true },
  ],
});
