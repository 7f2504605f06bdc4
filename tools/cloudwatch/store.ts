/**
 * What CloudWatch remembers of metrics, on a clock of its own (seconds): values of one minute each, as the services behind them
 * send them. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
 */

export interface Metric {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
}

/** One value for each period, oldest first; undefined where there is none. */
export type Series = readonly (number | undefined)[];

/** What one minute holds. Percentiles need the values themselves. */
interface Minute {
  sum: number;
  count: number;
  minimum: number;
  maximum: number;
  values: number[];
}

const minute = 60;

export class MetricStore {
  private readonly metrics = new Map<string, Map<number, Minute>>();

  /**
   * @param lagSeconds how long a value takes until a query finds it
   * @param keepSeconds how long one is kept
   */
  constructor(
    private readonly lagSeconds: number,
    private readonly keepSeconds = 7 * 86_400 + 3600,
  ) {}

  /** @param values what was measured at that moment, one for each sample */
  put(at: number, metric: Metric, values: readonly number[]): void {
    if (values.length === 0) return;
    const key = keyOf(metric);
    let minutes = this.metrics.get(key);
    if (minutes === undefined) this.metrics.set(key, (minutes = new Map<number, Minute>()));
    const start = Math.floor(at / minute) * minute;
    const kept = minutes.get(start);
    if (kept === undefined) {
      minutes.set(start, minuteOf(values));
      const oldest = minutes.keys().next().value!;
      if (oldest < start - this.keepSeconds) minutes.delete(oldest);
      return;
    }
    const { sum, count, minimum, maximum } = minuteOf(values);
    kept.sum += sum;
    kept.count += count;
    kept.minimum = Math.min(kept.minimum, minimum);
    kept.maximum = Math.max(kept.maximum, maximum);
    kept.values.push(...values);
  }

  /** Whether anything was ever heard of it. */
  knows(metric: Metric): boolean {
    return this.metrics.has(keyOf(metric));
  }

  /**
   * The last whole periods that a query at this moment finds.
   *
   * @param statistic `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount` or a percentile such as `p95`
   */
  query(now: number, metric: Metric, statistic: string, period: number, periods: number): Series {
    const minutes = this.metrics.get(keyOf(metric));
    const end = Math.floor((now - this.lagSeconds) / period) * period;
    return Array.from({ length: periods }, (_, i) => {
      const start = end - (periods - i) * period;
      const parts: Minute[] = [];
      for (let at = start; at < start + period; at += minute) {
        const part = minutes?.get(at);
        if (part !== undefined) parts.push(part);
      }
      return parts.length === 0 ? undefined : statisticOf(statistic, parts);
    });
  }
}

const keyOf = ({ namespace, name, dimensions }: Metric): string =>
  JSON.stringify([namespace, name, ...Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);

function minuteOf(values: readonly number[]): Minute {
  const made: Minute = { sum: 0, count: values.length, minimum: Infinity, maximum: -Infinity, values: [] };
  for (const value of values) {
    made.sum += value;
    made.minimum = Math.min(made.minimum, value);
    made.maximum = Math.max(made.maximum, value);
    made.values.push(value);
  }
  return made;
}

function statisticOf(statistic: string, parts: readonly Minute[]): number {
  const total = (of: (part: Minute) => number): number => parts.reduce((sum, part) => sum + of(part), 0);
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
