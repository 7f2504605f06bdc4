/**
 * A service under traffic on a clock of its own: tasks that start, serve and drain, requests that queue at them, and what all of
 * this tells CloudWatch. A model with stated assumptions, ten seconds a step; nothing of it was measured on AWS.
 */
import type { Metric, MetricStore } from "../../cloudwatch/store";
import type { Random } from "./random";

/** What a version of the application is like. */
export interface Version {
  /** Part of the requests that it answers with 500. */
  failing: number;
  /** Seconds that a request takes where it waits for nobody. */
  seconds: number;
  /** How many requests a task works on at once. */
  atOnce: number;
  /** Seconds of the task's CPU that a request takes. */
  cpuSeconds: number;
}

export interface Assumptions {
  /** Seconds from a task's start to its first health check, give or take a third. */
  startSeconds: number;
  /** From its first health check on it is found by the gateway. */
  healthSeconds: number;
  /** Seconds for which a task that is told to stop goes on serving. */
  drainSeconds: number;
}

/** Where what happens is measured. */
export interface Measured {
  api: readonly Readonly<Record<string, string>>[];
  service: Readonly<Record<string, string>>;
}

interface Task {
  version: Version;
  /** When it begins to serve. */
  from: number;
  /** When it stops to serve; undefined while nobody has told it to. */
  until: number | undefined;
  backlog: number;
}

/** What clients got in one step. */
export interface Step {
  requests: number;
  failed: number;
  /** Seconds of some of the requests, each standing for as many. */
  latencies: number[];
}

export const stepSeconds = 10;
/** The gateway gives up on a task after this. */
const longest = 30;
const samplesPerTask = 12;

export class World {
  now = 0;
  private tasks: Task[] = [];

  constructor(
    private readonly store: MetricStore,
    private readonly measured: Measured,
    private readonly assumptions: Assumptions,
    private readonly random: Random,
  ) {}

  /** Tasks that have been started and not told to stop. */
  wanted(version?: Version): number {
    return this.living().filter((task) => version === undefined || task.version === version).length;
  }

  serving(version?: Version): number {
    return this.living().filter(
      (task) => task.from <= this.now && (version === undefined || task.version === version),
    ).length;
  }

  start(version: Version, count: number, at = this.startsServing()): void {
    for (let i = 0; i < count; i++) this.tasks.push({ version, from: at, until: undefined, backlog: 0 });
  }

  /** Stops so many tasks of a version, or of all others: those that do not serve yet first. */
  stop(version: Version, count: number, others = false): void {
    const these = this.living().filter((task) => (task.version === version) !== others);
    these.sort((a, b) => b.from - a.from);
    for (const task of these.slice(0, count)) {
      task.until = task.from > this.now ? this.now : this.now + this.assumptions.drainSeconds;
    }
  }

  /**
   * @param rate requests a second
   * @param trouble part of the requests that fail whatever the version, as when a database hiccups
   */
  step(rate: number, trouble = 0): Step {
    this.tasks = this.tasks.filter(({ until }) => until === undefined || until > this.now);
    const found = this.living().filter(({ from }) => from <= this.now);
    const requests = this.random.poisson(rate * stepSeconds);
    const step: Step = { requests, failed: 0, latencies: [] };
    if (found.length === 0) step.failed = requests;
    let left = requests;
    found.forEach((task, i) => {
      const share = this.random.binomial(left, 1 / (found.length - i));
      left -= share;
      this.serve(task, share, trouble, step);
    });
    this.measure(step);
    this.now += stepSeconds;
    return step;
  }

  private serve(task: Task, requests: number, trouble: number, step: Step): void {
    const { seconds, atOnce, failing, cpuSeconds } = task.version;
    const capacity = (atOnce / seconds) * stepSeconds;
    const wanted = task.backlog + requests;
    const served = Math.min(wanted, capacity);
    // Who would wait longer than the gateway does is told so, and gone.
    const patient = (longest / stepSeconds) * capacity;
    const lost = Math.max(0, wanted - served - patient);
    task.backlog = wanted - served - lost;
    step.failed += Math.round(lost) + this.random.binomial(requests, Math.max(failing, trouble));
    const busy = Math.min(0.97, wanted / capacity);
    // Sakasegawa's approximation of the wait for one of several workers.
    const queueing = (seconds * busy ** Math.sqrt(2 * (atOnce + 1))) / (atOnce * (1 - busy));
    const behind = (task.backlog / capacity) * stepSeconds;
    for (let i = 0; i < Math.min(requests, samplesPerTask); i++) {
      const wait = behind + this.random.exponential(queueing);
      step.latencies.push(Math.min(longest, wait + seconds * (0.8 + this.random.exponential(0.2))));
    }
    // CPU is measured over the minute; each step tells of its own part.
    this.put("AWS/ECS", "CPUUtilization", this.measured.service, [
      Math.min(100, ((served * cpuSeconds) / stepSeconds) * 100),
    ]);
  }

  private measure({ requests, failed, latencies }: Step): void {
    for (const dimensions of this.measured.api) {
      if (requests === 0) break;
      this.put("AWS/ApiGateway", "Count", dimensions, [requests]);
      // No error is no data point.
      if (failed > 0) this.put("AWS/ApiGateway", "5xx", dimensions, [failed]);
      const milliseconds = latencies.map((seconds) => seconds * 1000);
      this.put("AWS/ApiGateway", "Latency", dimensions, milliseconds);
      this.put("AWS/ApiGateway", "IntegrationLatency", dimensions, milliseconds);
    }
    // Once a minute each running task is one sample, whether it serves or starts or drains.
    if (this.now % 60 === 0) {
      const running = this.tasks.filter(({ from }) => from - this.assumptions.healthSeconds <= this.now);
      this.put(
        "AWS/ECS",
        "MemoryUtilization",
        this.measured.service,
        running.map(() => 40 + 2 * this.random.normal()),
      );
    }
  }

  private living = (): Task[] => this.tasks.filter(({ until }) => until === undefined);

  private startsServing(): number {
    const { startSeconds, healthSeconds } = this.assumptions;
    return this.now + startSeconds * (1 + (2 * this.random.next() - 1) / 3) + healthSeconds;
  }

  private put(namespace: string, name: string, dimensions: Metric["dimensions"], values: number[]): void {
    this.store.put(this.now, { namespace, name, dimensions }, values);
  }
}
