/**
 * Several containers as one task: started after what they depend on, stopped in the reverse order, ended with the first
 * essential one. Whatever runs a single container is handed in.
 *
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-dependency-example.html [H]: "dependencies … are
 * reversed" when a task stops, each container with its own `stopTimeout`; that a container waits until all that depend on it have
 * ended is also how the agent's verifyShutdownOrder has it (amazon-ecs-agent, agent/engine/dependencygraph).
 */

import { watchHealth } from "../ecs/health";
import { defaultStartTimeout, type ContainerView } from "../ecs/views";
import { shownProbe } from "./probes";
import type { Exit, Probe, RunningTask, StopSignal } from "./runner";

export interface RunningContainer {
  exited: Promise<Exit>;
  probe(timeoutMilliseconds: number): Promise<Probe>;
  signal(signal: StopSignal): Promise<void>;
}

export interface TaskOfContainers {
  containers: readonly ContainerView[];
  /** The one whose health check is the task's. */
  checked: string;
  start(container: ContainerView): Promise<RunningContainer>;
  /** Milliseconds of one second of the definition's times. */
  second: number;
  /** Aborted when the task is told to stop while it starts. */
  signal?: AbortSignal | undefined;
}

/** Each after what it depends on. */
export function startOrder(containers: readonly ContainerView[]): ContainerView[] {
  const order: ContainerView[] = [];
  const visit = (view: ContainerView, from: readonly ContainerView[]): void => {
    if (order.includes(view)) return;
    if (from.includes(view)) throw new Error(`its container ${view.name} waits for itself`);
    for (const { container } of view.dependsOn) {
      const found = containers.find(({ name }) => name === container);
      if (found) visit(found, [...from, view]);
    }
    order.push(view);
  };
  for (const view of containers) visit(view, []);
  return order;
}

/** Waits for what others wait for, as long as they do. */
async function within<T>(
  { name, startTimeout = defaultStartTimeout }: ContainerView,
  limits: { second: number; signal: AbortSignal | undefined; ending: Promise<Exit> | undefined },
  met: Promise<T>,
): Promise<T> {
  const { second, signal, ending } = limits;
  let timer: NodeJS.Timeout | undefined;
  let abort: () => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    const late = `its container ${name} did not get there within ${startTimeout} s (startTimeout), and others wait for it`;
    timer = setTimeout(() => reject(new Error(late)), startTimeout * second);
    abort = () => reject(new Error("it was stopped"));
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    void ending?.then(({ reason }) => reject(new Error(reason)));
  });
  failed.catch(() => undefined);
  try {
    return await Promise.race([met, failed]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
    met.catch(() => undefined);
  }
}

async function healthy(view: ContainerView, container: RunningContainer, second: number): Promise<void> {
  const { name, healthCheck } = view;
  if (!healthCheck) throw new Error(`its container ${name} has no health check, so it never becomes healthy`);
  let end: () => void = () => undefined;
  let last: Probe | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      void container.exited.then(({ reason }) =>
        reject(new Error(`${name}: ${reason} before it was healthy`)),
      );
      const report = (health: string): void => {
        if (health === "HEALTHY") resolve();
        if (health === "UNHEALTHY")
          reject(new Error(`${name}: its health check failed${last ? `: ${shownProbe(last)}` : ""}`));
      };
      const probe = async (timeout: number): Promise<boolean> => {
        last = await container.probe(timeout);
        return last.healthy;
      };
      end = watchHealth(healthCheck, probe, report, { second, eagerness: 0.5 });
    });
  } finally {
    end();
  }
}

/** @throws when one that has to succeed or be healthy first does not, or not within its `startTimeout` */
export async function startContainers(
  options: TaskOfContainers,
): Promise<Pick<RunningTask, "exited" | "ending" | "probe" | "signal">> {
  const { containers, second } = options;
  const running = new Map<string, RunningContainer>();
  const ended = new Map<string, Exit>();
  let stopping: Promise<void> | undefined;
  let end: (exit: Exit) => void = () => undefined;
  const ending = new Promise<Exit>((resolve) => (end = resolve));

  const stop = (): Promise<void> =>
    (stopping ??= Promise.all(containers.map(({ name }) => stopOne(name))).then(() => undefined));
  const stopOne = async (name: string): Promise<void> => {
    const container = running.get(name);
    if (!container || ended.has(name)) return;
    const dependents = containers.filter((other) => other.dependsOn.some((each) => each.container === name));
    await Promise.all(dependents.flatMap((other) => running.get(other.name)?.exited ?? []));
    if (ended.has(name)) return;
    const { stopTimeout = 30 } = containers.find((view) => view.name === name) ?? {};
    const kill = setTimeout(
      () => void container.signal("SIGKILL").catch(() => undefined),
      stopTimeout * second,
    );
    await container.signal("SIGTERM").catch(() => undefined);
    await container.exited;
    clearTimeout(kill);
  };
  /** What the companion ended after: it ends with the application, whose end is the one that tells something. */
  const followed = ({ name, dependsOn }: ContainerView): [string, Exit] | undefined => {
    const [application] = dependsOn.filter(({ condition }) => condition === "START");
    const exit =
      application && name === options.checked && !stopping ? ended.get(application.container) : undefined;
    return application && exit ? [application.container, exit] : undefined;
  };
  const killAll = async (): Promise<void> => {
    await Promise.all([...running.values()].map((each) => each.signal("SIGKILL").catch(() => undefined)));
  };

  try {
    for (const view of startOrder(containers)) {
      const container = await options.start(view);
      running.set(view.name, container);
      void container.exited.then((exit) => {
        ended.set(view.name, exit);
        if (!view.essential) return;
        const [name, first] = followed(view) ?? [view.name, exit];
        end({ ...first, reason: `${name}: ${first.reason}` });
        void stop();
      });
      const awaited = containers
        .flatMap(({ dependsOn }) => dependsOn)
        .filter(
          ({ container: name, condition }) => name === view.name && /^(SUCCESS|COMPLETE)$/.test(condition),
        );
      const limits = { second, signal: options.signal, ending };
      const health = containers.some(({ dependsOn }) =>
        dependsOn.some((each) => each.container === view.name && each.condition === "HEALTHY"),
      );
      if (health) await within(view, limits, healthy(view, container, second));
      if (awaited.length === 0) continue;
      const { code, reason } = await within(view, { ...limits, ending: undefined }, container.exited);
      if (code !== 0 && awaited.some(({ condition }) => condition === "SUCCESS")) {
        throw new Error(`its container ${view.name} has to succeed first: ${reason}`);
      }
    }
  } catch (error) {
    await killAll();
    throw error;
  }
  const exited = Promise.all([...running.values()].map((each) => each.exited)).then(() => ending);
  return {
    exited,
    ending,
    probe: (timeout, name = options.checked) =>
      running.get(name)?.probe(timeout) ??
      Promise.resolve({ healthy: false, command: "", code: undefined, output: `${name} does not run` }),
    signal: async (signal) => {
      if (signal === "SIGKILL") return killAll();
      void stop();
      return Promise.resolve();
    },
  };
}
