/** The parts of a run: each starts a system of its own, does something to it under load, and tells what was lost. */
import type { Deployment } from "../../simulate/deployment";
import { withHealthCheck, withoutCustomHealth, withoutDrain } from "./edits";
import { percentile, phases, tally, type Phase, type Tally } from "./outcomes";
import { assumptions, plain, System, type SystemOptions } from "./system";

export interface LegOptions extends Pick<SystemOptions, "deployment" | "second" | "rate" | "progress"> {
  /** Rolling deployments at least. */
  rollouts: number;
}

export interface Quantiles {
  p50: number;
  p99: number;
}

export interface MainResult {
  phases: Record<Phase, Tally>;
  /** Modelled seconds that each rollout took. */
  rollouts: number[];
  /** Whether the broken version was rolled back, and after how many modelled seconds. */
  rolledBack: { done: boolean; seconds: number };
  kills: number;
  /** Milliseconds of real time. */
  latency: { rest: Quantiles; rolling: Quantiles };
  heldBack: number;
}

export interface MainOptions extends LegOptions {
  /** Requests at least while rolling. */
  requests: number;
  /** Milliseconds to go on rolling for, if that takes longer. */
  rollingMilliseconds: number;
  kills: number;
}

/** Rolls until enough rollouts and requests are done, then a broken version, then kills, then scaling 1 → 5 → 2. */
export async function runMain(options: MainOptions): Promise<MainResult> {
  const { progress } = options;
  const system = await System.start({ ...options, ...assumptions });
  const { load } = system;
  const rollouts: number[] = [];
  let rolledBack = { done: false, seconds: NaN };
  try {
    await system.wait(150);

    load.phase = "rolling";
    const end = performance.now() + options.rollingMilliseconds;
    const enough = () =>
      rollouts.length >= options.rollouts &&
      (load.sent.get("rolling") ?? 0) >= options.requests &&
      performance.now() >= end;
    while (!enough() && rollouts.length < 500) {
      const { completed, seconds } = await system.roll();
      if (!completed) throw new Error("A good version was not rolled out.");
      rollouts.push(seconds);
      progress(`rollout ${rollouts.length}: ${Math.round(seconds)} s, ${system.failures} failed so far`);
    }
    await system.settle(2);

    load.phase = "broken";
    progress("rolling to a version that is never healthy …");
    const { completed, seconds } = await system.roll(true);
    rolledBack = { done: !completed, seconds };
    await system.settle(2);

    load.phase = "killed";
    // Those that were sent before end first.
    await system.wait(15);
    for (let i = 0; i < options.kills; i += 1) {
      progress("SIGKILL to one of two tasks …");
      await system.kill();
      await system.settle(2);
    }

    load.phase = "scaling";
    for (const count of [1, 5, 2]) {
      progress(`scaling to ${count} …`);
      system.scale(count);
      await system.settle(count);
    }
  } finally {
    await system.close();
  }
  const classified = system.classified();
  const quantiles = (phase: Phase): Quantiles => {
    const times = load.times.get(phase) ?? [];
    return { p50: percentile(times, 50), p99: percentile(times, 99) };
  };
  return {
    phases: Object.fromEntries(
      phases.map((phase) => [phase, tally(load.sent, classified, [phase])]),
    ) as MainResult["phases"],
    rollouts,
    rolledBack,
    kills: options.kills,
    latency: { rest: quantiles("rest"), rolling: quantiles("rolling") },
    heldBack: load.heldBack,
  };
}

export interface RolledResult {
  rolling: Tally;
  /** While a broken version was rolled out, where the leg does that. */
  broken: Tally | undefined;
  rollouts: number;
}

export interface RollOptions
  extends LegOptions, Pick<SystemOptions, "cacheSeconds" | "lagSeconds" | "command"> {
  /** Also rolls out a version that is never healthy. */
  broken?: boolean;
  /** How many there are when all is quiet. */
  tasks?: number;
  /** Ends as soon as a request has failed: whether any is lost is the question, not how many. */
  hasty?: boolean;
}

/** Rolls a few times, and no more. */
export async function runRollouts(options: RollOptions): Promise<RolledResult> {
  const system = await System.start(options);
  const { load } = system;
  let rollouts = 0;
  const stop = () => options.hasty === true && system.failures > 0;
  const step = async (work: Promise<unknown>) => {
    let done = false;
    const end = () => (done = true);
    work.then(end, end);
    while (!done && !stop()) await system.wait(1);
    // What is left behind ends with the system, and nobody asks how.
    if (done) await work;
  };
  try {
    load.phase = "rolling";
    while (rollouts < options.rollouts && !stop()) {
      rollouts += 1;
      await step(system.roll());
    }
    await step(system.settle(options.tasks ?? 2));
    if (options.broken === true && !stop()) {
      load.phase = "broken";
      await step(system.roll(true));
      await step(system.settle(options.tasks ?? 2));
    }
  } finally {
    await system.close();
  }
  const classified = system.classified();
  return {
    rolling: tally(load.sent, classified, ["rest", "rolling"]),
    broken: options.broken === true ? tally(load.sent, classified, ["broken"]) : undefined,
    rollouts,
  };
}

export interface ControlResult extends RolledResult {
  name: string;
  /** Whether requests must be lost for the run to pass. */
  mustLose: boolean;
  /** Whether none may be lost. */
  mustKeep?: boolean | undefined;
}

interface Control extends Pick<ControlResult, "name" | "mustLose" | "mustKeep"> {
  deployment: Deployment;
  command?: string[];
  /** Whether a broken version is rolled out as well. */
  broken?: boolean;
  tasks?: number;
}

/**
 * The same run with one thing changed. What is taken away must be missed, or the zero would mean nothing; the others show
 * what the program's defaults and its warnings are for.
 */
export async function runControls(
  options: LegOptions & { singleTask: Deployment; companion: Deployment },
): Promise<ControlResult[]> {
  const { deployment, singleTask, companion, progress } = options;
  const all: Control[] = [
    {
      name: "A server that ends at once on SIGTERM, with the companion",
      mustLose: false,
      mustKeep: true,
      deployment: companion,
      command: plain,
    },
    { name: "The same server without the companion", mustLose: true, deployment, command: plain },
    { name: "Drain taken out (`DRAIN_SECONDS=0`)", mustLose: true, deployment: withoutDrain(deployment) },
    {
      name: "Custom health taken out (`healthCheckCustomConfig`)",
      mustLose: true,
      deployment: withoutCustomHealth(deployment),
      broken: true,
    },
    {
      name: "A health check every 5 s, not 35",
      mustLose: false,
      deployment: withHealthCheck({ interval: 5 })(deployment),
    },
    { name: "One task, not two", mustLose: false, deployment: singleTask, tasks: 1 },
  ];
  const results: ControlResult[] = [];
  for (const { name, mustLose, mustKeep, ...control } of all) {
    progress(`${name} …`);
    results.push({
      name,
      mustLose,
      mustKeep,
      ...(await runRollouts({ ...options, ...assumptions, ...control })),
    });
  }
  return results;
}

export interface Cell {
  cacheSeconds: number;
  lagSeconds: number;
  /** Undefined where the time was over before. */
  tally: Tally | undefined;
}

export interface SweepOptions extends Omit<LegOptions, "rollouts"> {
  caches: number[];
  lags: number[];
  milliseconds: number;
  /** Cells at a time: most of a cell is waiting. */
  parallel: number;
}

/** One rollout for each pair of cache length and lag. */
export async function runSweep(options: SweepOptions): Promise<Cell[]> {
  const end = performance.now() + options.milliseconds;
  const cells: Cell[] = options.lags.flatMap((lagSeconds) =>
    options.caches.map((cacheSeconds) => ({ cacheSeconds, lagSeconds, tally: undefined })),
  );
  // The longest caches first: they show most, should the time be short.
  const queue = [...cells].sort((a, b) => b.cacheSeconds - a.cacheSeconds);
  const worker = async () => {
    for (let cell = queue.shift(); cell && performance.now() < end; cell = queue.shift()) {
      const { cacheSeconds, lagSeconds } = cell;
      const { rolling } = await runRollouts({ ...options, cacheSeconds, lagSeconds, rollouts: 1 });
      cell.tally = rolling;
      options.progress(`cache ${cacheSeconds} s, lag ${lagSeconds} s: ${rolling.lost} of ${rolling.sent}`);
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, worker));
  return cells;
}
