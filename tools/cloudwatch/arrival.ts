/**
 * When CloudWatch finds what was measured. An alarm looks at the newest minute while its data are still arriving: parts of it are
 * there, and of one metric earlier than of another. AWS publishes no times; "metrics may take a few minutes" is all
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html). People see about one. A model.
 */

/**
 * @param metric a name for it, its dimensions included
 * @param at when it was measured, in seconds
 * @returns when it is found
 */
export type Arrival = (namespace: string, metric: string, at: number) => number;

const minute = 60;
const endOf = (at: number): number => Math.floor(at / minute) * minute + minute;

/** Whole minutes, all metrics as late. */
export const after =
  (seconds: number): Arrival =>
  (_, __, at) =>
    endOf(at) + seconds;

interface Lateness {
  /** Seconds after the minute's end. */
  from: number;
  to: number;
  /** In how many parts a minute arrives. The servers of a gateway are many; ECS adds up a service's tasks before it tells. */
  parts: number;
}

const lateness: Readonly<Record<string, Lateness>> = {
  "AWS/ApiGateway": { from: 5, to: 60, parts: 3 },
  "AWS/ECS": { from: 10, to: 60, parts: 1 },
  "ECS/ContainerInsights": { from: 10, to: 60, parts: 1 },
  "AWS/Events": { from: 5, to: 60, parts: 1 },
};
const unknown: Lateness = { from: 5, to: 60, parts: 3 };

/** After so many seconds a minute is there, whatever the metric. */
export const latestSeconds = Math.max(...Object.values(lateness).map(({ to }) => to));

/** Each part of each minute of each metric has a time of its own; the same seed gives the same times. */
export function arriving(seed: number): Arrival {
  return (namespace, metric, at) => {
    const { from, to, parts } = lateness[namespace] ?? unknown;
    const part = Math.floor(at / 10) % parts;
    const end = endOf(at);
    return end + from + (to - from) * chance(`${seed} ${metric} ${end} ${part}`);
  };
}

/** 0 ≤ x < 1, of a text: FNV-1a, and a mixer behind it, because its last letters change too little. */
function chance(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
