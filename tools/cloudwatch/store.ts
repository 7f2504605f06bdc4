/**
 * What CloudWatch remembers of metrics, on a clock of its own (seconds): values of one minute each, as the services behind them
 * send them. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
 */
import type { Arrival } from "./arrival";

export interface Metric {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
}

/** One value for each period, oldest first; undefined where there is none. */
export type Series = readonly (number | undefined)[];

/** What arrives together of one minute. Percentiles need the values themselves. */
interface Part {
  arrives: number;
  sum: number;
  count: number;
  minimum: number;
  maximum: number;
  values: number[];
}

const minute = 60;

export class MetricStore {
  private readonly metrics = new Map<string, Map<number, Part[]>>();

  /**
   * @param arrives when a query finds a value
   * @param keepSeconds how long one is kept
   */
  constructor(
    private readonly arrives: Arrival,
    private readonly keepSeconds = 7 * 86_400 + 3600,
  ) {}

  /** @param values what was measured at that moment, one for each sample */
  put(at: number, metric: Metric, values: readonly number[]): void {
    if (values.length === 0) return;
    const key = keyOf(metric);
    let minutes = this.metrics.get(key);
    if (minutes === undefined) this.metrics.set(key, (minutes = new Map<number, Part[]>()));
    const start = Math.floor(at / minute) * minute;
    let parts = minutes.get(start);
    if (parts === undefined) {
      minutes.set(start, (parts = []));
      const oldest = minutes.keys().next().value!;
      if (oldest < start - this.keepSeconds) minutes.delete(oldest);
    }
    const arrives = this.arrives(metric.namespace, key, at);
    let part = parts.find((one) => one.arrives === arrives);
    if (part === undefined) parts.push((part = emptyPart(arrives)));
    for (const value of values) {
      part.sum += value;
      part.minimum = Math.min(part.minimum, value);
      part.maximum = Math.max(part.maximum, value);
      part.values.push(value);
    }
    part.count += values.length;
  }

  /** Whether anything was ever heard of it. */
  knows(metric: Metric): boolean {
    return this.metrics.has(keyOf(metric));
  }

  /**
   * The last periods, with what has arrived of them: the newest ends with the last full minute, of which much may still be on its
   * way. A period of several minutes slides along with the minutes, as for alarms without a window of the wall clock's
   * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation-window.html).
   *
   * @param statistic `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount` or a percentile such as `p95`
   */
  query(now: number, metric: Metric, statistic: string, period: number, periods: number): Series {
    const minutes = this.metrics.get(keyOf(metric));
    const end = Math.floor(now / minute) * minute;
    return Array.from({ length: periods }, (_, i) => {
      const start = end - (periods - i) * period;
      const parts: Part[] = [];
      for (let at = start; at < start + period; at += minute)
        for (const part of minutes?.get(at) ?? []) if (part.arrives <= now) parts.push(part);
      return parts.length === 0 ? undefined : statisticOf(statistic, parts);
    });
  }
}

const keyOf = ({ namespace, name, dimensions }: Metric): string =>
  JSON.stringify([namespace, name, ...Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);

const emptyPart = (arrives: number): Part => ({
  ...{ arrives, sum: 0, count: 0, minimum: Infinity, maximum: -Infinity },
  values: [],
});

function statisticOf(statistic: string, parts: readonly Part[]): number {
  const total = (of: (part: Part) => number): number => parts.reduce((sum, part) => sum + of(part), 0);
  switch (statistic) {
    case "Sum":
      return total(({ sum }) => sum);
    case "SampleCount":
      return total(({ count }) => count);
    case "Average":
      return total(({ sum }) => sum) / total(({ count }) => count);
    case "Minimum":
      return Math.min(...parts.map(({ minimum }) => minimum));
    case "Maximum":
      return Math.max(...parts.map(({ maximum }) => maximum));
  }
  const percent = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(statistic)?.[1];
  if (percent === undefined) throw new Error(`CloudWatch has no statistic ${statistic}.`);
  const sorted = parts.flatMap(({ values }) => values).sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((Number(percent) / 100) * sorted.length) - 1)]!;
}
