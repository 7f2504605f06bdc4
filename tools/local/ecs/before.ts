/**
 * Containers that have to end before another starts: `dependsOn` with the condition SUCCESS or COMPLETE
 * (API_ContainerDependency of the ECS API reference, [H]). The task is PENDING meanwhile and registered nowhere; when one
 * fails, or takes longer than its own `startTimeout`, the task stops and its service's container never ran ([H] for the time
 * limit; for SUCCESS and an exit code [M]: amazon-ecs-agent#2579, where the task had been left PENDING by a fault).
 */
import type { RunningTask } from "../fargate/runner";
import type { Before, ContainerView } from "./views";

export interface BeforeSettings {
  /** Name of the container that waits. */
  waiting: string;
  /** Milliseconds of one second of the task definition's times. */
  second: number;
  /** Ends what runs. */
  signal: AbortSignal;
}

/**
 * Runs them, one after the other.
 *
 * @throws Error that says why what waits does not start
 */
export async function runBefore(
  all: readonly Before[],
  start: (container: ContainerView) => Promise<RunningTask>,
  settings: BeforeSettings,
): Promise<void> {
  for (const before of all) {
    if (settings.signal.aborted) throw new Error("it was stopped");
    const running = await start(before.container);
    try {
      await ended(before, running, settings);
    } finally {
      await running.remove().catch(() => undefined);
    }
  }
}

async function ended(
  { container: { name, stopTimeout }, condition, startTimeout }: Before,
  running: RunningTask,
  { waiting, second, signal }: BeforeSettings,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), startTimeout * second);
  });
  const stopped = new Promise<"stopped">((resolve) => {
    if (signal.aborted) resolve("stopped");
    signal.addEventListener("abort", () => resolve("stopped"), { once: true });
  });
  const outcome = await Promise.race([running.exited, late, stopped]);
  clearTimeout(timer);
  if (typeof outcome === "object") {
    if (condition === "COMPLETE" || outcome.code === 0) return;
    throw new Error(`${name}: ${outcome.reason}, and ${waiting} starts only once it has ended with 0`);
  }
  const kill = setTimeout(() => void running.signal("SIGKILL").catch(() => undefined), stopTimeout * second);
  await running.signal("SIGTERM").catch(() => undefined);
  await running.exited;
  clearTimeout(kill);
  throw new Error(
    outcome === "late"
      ? `${name}: it did not end within ${startTimeout} s (startTimeout), and ${waiting} waits for it`
      : "it was stopped",
  );
}
