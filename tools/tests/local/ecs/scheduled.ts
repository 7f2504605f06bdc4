/** A scheduler whose tasks live in memory. */
import assert from "node:assert/strict";
import { CloudMap } from "../../../local/cloud-map";
import type { Artifact, Exit, Launch, Probe, RunningTask, TaskRunner } from "../../../local/fargate/runner";
import type { Rollout } from "../../../local/ecs/rollout";
import { ServiceScheduler, type SchedulerEvents } from "../../../local/ecs/scheduler";
import type { ServiceView } from "../../../local/ecs/views";
import { readTopology } from "../../../local/topology";
import { fixture, registryArn, type FixtureOptions } from "../fixture";
import { until } from "../http";
import { probed } from "../fargate/probe";

/**
 * Tasks that live in memory. Versions named `broken` are never healthy; `crash` ends at once; `deaf` ignores SIGTERM; the check of
 * `uncheckable` is not in its image, and `no module` lacks one.
 */
class FakeRunner implements TaskRunner {
  readonly kind = "processes";
  readonly started: FakeTask[] = [];
  constructor(private readonly note: (event: string) => void) {}
  prepare(): Promise<Artifact> {
    return Promise.reject(new Error("not used"));
  }
  start(launch: Launch): Promise<RunningTask> {
    const version = launch.artifact.digest;
    if (version === "missing") return Promise.reject(new Error("no such image"));
    const task = new FakeTask(version, launch.taskId, this.started.length, this.note);
    this.started.push(task);
    if (version === "no module") {
      launch.output("ModuleNotFoundError: No module named 'fastapi'");
      task.end({ code: 1, reason: "it ended with code 1" });
    }
    if (version === "crash") task.end({ code: 1, reason: "it ended with code 1" });
    return Promise.resolve(task);
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

class FakeTask implements RunningTask {
  readonly address = "127.0.0.1";
  readonly port: number;
  well = true;
  end: (exit: Exit) => void = () => undefined;
  readonly exited = new Promise<Exit>((resolve) => (this.end = resolve));
  constructor(
    readonly version: string,
    readonly id: string,
    index: number,
    private readonly note: (event: string) => void,
  ) {
    this.port = 9000 + index;
  }
  probe(): Promise<Probe> {
    if (this.version === "uncheckable") return Promise.resolve(probed(false, { command: "curl", code: 127 }));
    return Promise.resolve(probed(this.well && this.version !== "broken"));
  }
  signal(signal: string): Promise<void> {
    this.note(`${signal} ${this.version}`);
    if (signal === "SIGKILL" || this.version !== "deaf") this.end({ code: 143, reason: "stopped" });
    return Promise.resolve();
  }
  remove(): Promise<void> {
    this.note(`removed ${this.version}`);
    return Promise.resolve();
  }
}

export interface Scheduled {
  scheduler: ServiceScheduler;
  registry: CloudMap;
  runner: FakeRunner;
  /** What tasks were told, in order. */
  notes: string[];
  disposed: string[];
  /** Each rollout's states, in order. */
  states: string[];
  explained: string[];
  artifact: (digest: string) => Artifact;
  /** Of the tasks that are healthy. */
  versions: () => string[];
  /** Rolls to a version, and waits for the end. */
  roll: (digest: string, state?: string) => Promise<Rollout>;
  /** How many tasks lived at once, and how few were healthy. */
  limits: () => { most: number; fewest: number };
  discovered: () => number;
}

export function setUp(
  options: FixtureOptions,
  settings: { second?: number; eagerness?: number } = {},
  more: Partial<ServiceView> = {},
): Scheduled {
  const topology = readTopology(fixture(options));
  const [first] = topology.services;
  assert.ok(first);
  const service = { ...first, ...more };
  const notes: string[] = [];
  const disposed: string[] = [];
  const registry = new CloudMap(topology.registries);
  const deregister = registry.deregister.bind(registry);
  registry.deregister = (arn, id) => {
    notes.push("deregistered");
    deregister(arn, id);
  };
  const runner = new FakeRunner((event) => notes.push(event));
  let most = 0;
  let fewest = Infinity;
  let settled = false;
  const count = () => {
    const live = [...scheduler.tasks].filter((task) => task.live);
    most = Math.max(most, live.length);
    const healthy = live.filter((task) => task.healthy).length;
    if (settled) fewest = Math.min(fewest, healthy);
  };
  const states: string[] = [];
  const explained: string[] = [];
  const events: SchedulerEvents = {
    output: () => undefined,
    taskChanged: count,
    rolloutChanged: (rollout: Rollout) => states.push(`${rollout.artifact.digest} ${rollout.state}`),
    explained: (_, message) => explained.push(message),
  };
  // A second of ECS is a millisecond here.
  const scheduler = new ServiceScheduler(service, runner, registry, events, {
    second: 1,
    eagerness: 0.5,
    backoff: () => 0,
    ...settings,
  });
  const artifact = (digest: string): Artifact => ({
    digest,
    dispose: () => {
      disposed.push(digest);
      return Promise.resolve();
    },
  });
  const versions = () =>
    [...scheduler.tasks]
      .filter((task) => task.healthy)
      .map((task) => task.artifact.digest)
      .sort();
  const roll = async (digest: string, state = "COMPLETED") => {
    settled = scheduler.primary?.state === "COMPLETED";
    const rollout = scheduler.deploy(artifact(digest));
    await until(() => rollout.state === state);
    return rollout;
  };
  return {
    scheduler,
    registry,
    runner,
    notes,
    disposed,
    states,
    explained,
    artifact,
    versions,
    roll,
    limits: () => ({ most, fewest }),
    discovered: () => registry.discover(registryArn).length,
  };
}
