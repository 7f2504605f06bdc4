import type { MetricQuery } from "../../rules/metrics";
import type { Series } from "../cloudwatch/store";

/**
 * Three hours of a stack that nobody has: a version is deployed that answers errors, and is rolled back. The same for everybody,
 * so that a picture of it changes with the dashboard alone.
 */

export const minutes = 180;
const bad = { from: 100, to: 118 } as const;
const isBad = (minute: number): boolean => minute >= bad.from + 2 && minute < bad.to;
/** Not random: 0 to 1. */
const noise = (minute: number, seed: number): number => {
  const x = Math.sin(minute * 12.9898 + seed * 78.233) * 43758.5453;
  return x - Math.floor(x);
};
const requests = (minute: number): number =>
  Math.round(240 + 50 * Math.sin(minute / 28) + 40 * noise(minute, 1));
const happens =
  (...at: number[]) =>
  (minute: number): number =>
    at.includes(minute) ? 1 : 0;

/** A value of each minute. */
function ofMinute({ metricName, stat, dimensions }: MetricQuery): (minute: number) => number {
  const { RuleName: named } = dimensions;
  const rule = typeof named === "string" ? named : "";
  const slow = (minute: number): number => (isBad(minute) ? 2.6 : 1) * (1 + 0.2 * noise(minute, stat.length));
  switch (metricName) {
    case "Count":
      return requests;
    case "5xx":
      return (minute) => (isBad(minute) ? Math.round(requests(minute) * 0.11) : 0);
    case "4xx":
      return (minute) => Math.round(requests(minute) * 0.015 * (1 + noise(minute, 2)));
    case "Latency":
      return (minute) => ({ p50: 38, p95: 120, p99: 260 })[stat as "p50"] * slow(minute);
    case "IntegrationLatency":
      return (minute) => 98 * slow(minute);
    case "CPUUtilization":
      return (minute) => (stat === "Maximum" ? 44 : 33) + 9 * noise(minute, 3) + (isBad(minute) ? 18 : 0);
    case "MemoryUtilization":
      return (minute) => {
        if (stat === "SampleCount") return minute >= bad.from && minute < bad.to + 4 ? 3 : 2;
        return (stat === "Maximum" ? 52 : 46) + minute / 30;
      };
    case "TriggeredRules":
      if (rule.endsWith(".deploys")) return happens(bad.from, bad.to);
      return rule.endsWith(".failures") ? happens(bad.to) : happens(104, 109, 113);
    case "DesiredTaskCount":
      return () => 2;
    default:
      throw new Error(`${metricName}: nothing is made up of it.`);
  }
}

/** @param period seconds */
export function madeUp(query: MetricQuery, period: number): Series {
  const value = ofMinute(query);
  const each = period / 60;
  const adds = query.stat === "Sum" || query.stat === "SampleCount";
  return Array.from({ length: minutes / each }, (_, i) => {
    const some = Array.from({ length: each }, (_each, n) => value(i * each + n));
    const sum = some.reduce((total, one) => total + one, 0);
    return adds ? sum : sum / each;
  });
}

/** Errors of five minutes by hop, as the log's query would answer. */
export function madeUpHops(): Readonly<Record<string, Series>> {
  const five = (of: (minute: number) => number): Series =>
    Array.from({ length: minutes / 5 }, (_, i) => [0, 1, 2, 3, 4].reduce((sum, n) => sum + of(i * 5 + n), 0));
  return {
    task: five((minute) => (isBad(minute) ? 20 : 0)),
    integration: five((minute) => (isBad(minute) ? 6 : 0)),
    gateway: five((minute) => (minute === 40 ? 2 : 0)),
  };
}

export const inAlarm = (name: string): boolean => /\.(outage|errors|rollback)$/.test(name);
