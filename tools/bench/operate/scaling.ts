/** A service under changing traffic, scaled by the policies that the program records. */
import type { Deployment } from "../../../simulate/deployment";
import { readScaling, Scaler } from "../../cloudwatch/scaling";
import { arriving } from "../../cloudwatch/arrival";
import { MetricStore } from "../../cloudwatch/store";
import { measuredOf } from "./measured";
import { Random } from "./random";
import { lookOf, settingsOf } from "./rollback";
import { RollingService } from "./rolling";
import { Traffic } from "./traffic";
import { World, type Assumptions, type Version } from "./world";

export interface ScalingRun {
  deployment: Deployment;
  service: string;
  assumptions: Assumptions;
  version: Version;
  /** Tasks that it begins with; never fewer than it may have. */
  tasks: number;
  /** Requests a second on average, at a second of the run. */
  rate: (second: number) => number;
  seconds: number;
  seed: number;
}

/** One minute of the run. */
export interface Minute {
  at: number;
  requests: number;
  failed: number;
  /** Seconds; undefined where nobody asked. */
  p95: number | undefined;
  wanted: number;
  serving: number;
}

export function runScaling({
  deployment,
  service,
  assumptions,
  version,
  tasks: first,
  rate,
  seconds,
  seed,
}: ScalingRun): Minute[] {
  const random = new Random(seed);
  const store = new MetricStore(arriving(seed), 7200);
  const measured = measuredOf(deployment, service);
  const world = new World(store, measured, assumptions, random);
  const { ClusterName, ServiceName } = measured.service;
  const resource = `service/${ClusterName}/${ServiceName}`;
  const scaled = readScaling(deployment).find((one) => one.resource === resource);
  if (scaled === undefined) throw new Error(`The service ${service} does not scale.`);
  const scaler = new Scaler(scaled, store);
  const { minimum, maximum } = settingsOf(deployment, service);
  const tasks = new RollingService(
    world,
    { minimum, maximum, alarmNames: [], bakeSeconds: 0 },
    version,
    Math.max(scaled.min, first),
  );
  const traffic = new Traffic(rate, random, 0.1);
  const look = lookOf(seed);
  const minutes: Minute[] = [];
  let latencies: number[] = [];
  let minute = { requests: 0, failed: 0 };
  while (world.now < seconds) {
    const { rate: asked, trouble } = traffic.at(world.now);
    const step = world.step(asked, trouble);
    minute = { requests: minute.requests + step.requests, failed: minute.failed + step.failed };
    latencies.push(...step.latencies);
    if (world.now % 60 === look) tasks.desired = scaler.tick(world.now, tasks.desired);
    if (world.now % 60 === 0) {
      latencies.sort((a, b) => a - b);
      minutes.push({
        ...{ at: world.now, ...minute, p95: latencies[Math.ceil(0.95 * latencies.length) - 1] },
        ...{ wanted: tasks.desired, serving: world.serving() },
      });
      latencies = [];
      minute = { requests: 0, failed: 0 };
    }
    tasks.tick(new Map());
  }
  return minutes;
}

/** How often it changed direction for the third time in half an hour: more tasks, fewer, more. */
export function flaps(minutes: readonly Pick<Minute, "at" | "wanted">[]): number {
  const turns: number[] = [];
  let up: boolean | undefined;
  minutes.forEach(({ at, wanted }, i) => {
    const before = minutes[i - 1]?.wanted ?? wanted;
    if (wanted === before) return;
    if (up !== undefined && up !== wanted > before) turns.push(at);
    up = wanted > before;
  });
  return turns.filter((at, i) => i >= 2 && at - turns[i - 2]! <= 1800).length;
}

/** How often a task was taken away and then missed: within ten minutes requests took more than `factor` times as long. */
export function missed(minutes: readonly Minute[], usual: number, factor: number): number {
  return minutes.filter(({ wanted }, i) => {
    if (wanted >= (minutes[i - 1]?.wanted ?? wanted)) return false;
    return minutes.slice(i, i + 11).some(({ p95 }) => p95 !== undefined && p95 > factor * usual);
  }).length;
}

/** The middle of the values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
