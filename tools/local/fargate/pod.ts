/**
 * The containers of one task, started in the order of their dependencies and stopped in the reverse one
 * (API_ContainerDependency of the ECS API reference, [H]). The task ends with its first essential container ([H]); ECS then
 * stops the others with SIGTERM, here they are removed at once.
 */
import { dependantsOf, ends } from "../../../rules/containers";
import { watchHealth, type HealthSettings } from "../ecs/health";
import type { ContainerView } from "../ecs/services";
import type { Exit, RunningTask, StopSignal } from "./runner";

/** What ECS waits where a container does not say (repost.aws, "3m0s", [M]). */
const defaultStartTimeout = 180;

/** One container that runs. */
export type Part = Pick<RunningTask, "exited" | "probe" | "signal" | "remove">;

export interface PodSettings extends HealthSettings {
  /** Gives the start up, where the task is told to stop before all run. */
  signal: AbortSignal;
}

/**
 * Starts all.
 *
 * @throws Error that says why a container could not start; what had started is gone then
 */
export async function startPod(
  containers: readonly ContainerView[],
  start: (container: ContainerView) => Promise<Part>,
  settings: PodSettings,
): Promise<Part> {
  const pod = new Pod(containers, start, settings);
  try {
    await pod.begin();
  } catch (error) {
    await pod.remove();
    throw error;
  }
  return pod;
}

class Pod implements Part {
  readonly exited: Promise<Exit>;
  private readonly starts = new Map<string, Promise<Part>>();
  private readonly parts = new Map<string, Part>();
  private readonly stops = new Map<string, Promise<void>>();
  private stopping: Promise<void> | undefined;
  private end: (exit: Exit) => void = () => undefined;

  constructor(
    private readonly containers: readonly ContainerView[],
    private readonly startOne: (container: ContainerView) => Promise<Part>,
    private readonly settings: PodSettings,
  ) {
    this.exited = new Promise((resolve) => (this.end = resolve));
  }

  async begin(): Promise<void> {
    const { signal } = this.settings;
    let abort: () => void = () => undefined;
    const gaveUp = new Promise<never>((_, reject) => {
      abort = () => reject(new Error("it was stopped while it started"));
      if (signal.aborted) abort();
      signal.addEventListener("abort", abort, { once: true });
      void this.exited.then(({ reason }) => reject(new Error(reason)));
    });
    const all = Promise.all(this.containers.map((container) => this.started(container)));
    try {
      await Promise.race([all, gaveUp]);
    } finally {
      signal.removeEventListener("abort", abort);
      // Both are heard of by the race alone.
      all.catch(() => undefined);
      gaveUp.catch(() => undefined);
    }
  }

  async probe(timeout: number, container?: string): Promise<boolean> {
    const part = container === undefined ? [...this.parts.values()][0] : this.parts.get(container);
    return (await part?.probe(timeout)) ?? false;
  }

  async signal(signal: StopSignal): Promise<void> {
    if (signal === "SIGKILL") await Promise.all([...this.parts.values()].map((part) => part.signal(signal)));
    else void this.stop();
  }

  async remove(): Promise<void> {
    this.stopping ??= Promise.resolve();
    // One that is half started is not in the list yet.
    const begun = [...this.starts].filter(([name]) => !this.waits.has(name));
    await Promise.allSettled(begun.map(([, start]) => start));
    await Promise.all([...this.parts.values()].map((part) => part.remove()));
  }

  /** Containers that have not begun to start: they wait for others. */
  private readonly waits = new Set<string>();

  private started(container: ContainerView): Promise<Part> {
    const known = this.starts.get(container.name);
    if (known) return known;
    const start = this.start(container);
    this.starts.set(container.name, start);
    start.catch(() => undefined);
    return start;
  }

  private async start(container: ContainerView): Promise<Part> {
    const { name, essential, dependsOn } = container;
    this.waits.add(name);
    await Promise.all(dependsOn.map(({ container: other, condition }) => this.met(name, other, condition)));
    if (this.stopping || this.settings.signal.aborted) throw new Error("it was stopped while it started");
    this.waits.delete(name);
    const part = await this.startOne(container);
    this.parts.set(name, part);
    void part.exited.then(({ code, reason }) => {
      if (essential && !this.stopping) this.end({ code, reason: `${name}: ${reason}` });
    });
    return part;
  }

  /** Resolves when what a container waits for is so. */
  private async met(name: string, other: string, condition: ContainerView["dependsOn"][number]["condition"]) {
    const container = this.containers.find((candidate) => candidate.name === other);
    if (!container) throw new Error(`${name} waits for ${other}, which the task does not have`);
    const part = await this.started(container);
    if (condition === "START") return;
    const seconds = container.startTimeout ?? defaultStartTimeout;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const give = () =>
        reject(new Error(`${other} was not ${condition} within ${seconds} s, and ${name} waits for it`));
      timer = setTimeout(give, seconds * this.settings.second);
    });
    try {
      await Promise.race([
        late,
        ends(condition) ? ended(part, other, condition) : this.healthy(part, container),
      ]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async healthy(part: Part, { name, healthCheck }: ContainerView): Promise<void> {
    if (!healthCheck) throw new Error(`${name} has no health check, so it never becomes healthy`);
    let end: () => void = () => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        void part.exited.then(({ reason }) => reject(new Error(`${name}: ${reason} before it was healthy`)));
        const report = (health: string) => {
          if (health === "HEALTHY") resolve();
          if (health === "UNHEALTHY") reject(new Error(`${name}: its health check failed`));
        };
        end = watchHealth(healthCheck, (timeout) => part.probe(timeout), report, this.settings);
      });
    } finally {
      end();
    }
  }

  private stop(): Promise<void> {
    this.stopping ??= Promise.all(this.containers.map((container) => this.stopped(container))).then(
      async () => {
        const exits = await Promise.all([...this.parts.values()].map(({ exited }) => exited));
        this.end(exits[0] ?? { code: undefined, reason: "it never started" });
      },
    );
    return this.stopping;
  }

  private stopped(container: ContainerView): Promise<void> {
    const known = this.stops.get(container.name);
    if (known) return known;
    const stop = this.stopOne(container);
    this.stops.set(container.name, stop);
    return stop;
  }

  private async stopOne({ name, stopTimeout }: ContainerView): Promise<void> {
    await Promise.all(dependantsOf(this.containers, name).map((dependant) => this.stopped(dependant)));
    const part = this.parts.get(name);
    if (!part) return;
    const kill = setTimeout(
      () => void part.signal("SIGKILL").catch(() => undefined),
      stopTimeout * this.settings.second,
    );
    await part.signal("SIGTERM").catch(() => undefined);
    await part.exited;
    clearTimeout(kill);
  }
}

async function ended({ exited }: Part, name: string, condition: string): Promise<void> {
  const { code, reason } = await exited;
  if (condition === "SUCCESS" && code !== 0) throw new Error(`${name}: ${reason}`);
}
