import type { Artifact } from "../fargate/runner";

/** One deployment of a service: its state for ECS, and what is known of its tasks. */
export interface Rollout {
  number: number;
  artifact: Artifact;
  state: "IN_PROGRESS" | "COMPLETED" | "FAILED";
  /** Tasks in a row that ended before they were ever healthy. */
  failures: number;
  /** Why the last of them ended. */
  lastFailure: string | undefined;
  /** What mends it, as far as it is known. */
  advice: readonly string[];
  retryAt: number;
  disposed: boolean;
  /** What was said of its tasks. */
  explained: Set<string>;
}

export const newRollout = (number: number, artifact: Artifact): Rollout => ({
  number,
  artifact,
  state: "IN_PROGRESS",
  failures: 0,
  lastFailure: undefined,
  advice: [],
  retryAt: 0,
  disposed: false,
  explained: new Set(),
});

/** Rolls out once more what was good before. */
export function restart(rollout: Rollout): void {
  rollout.state = "IN_PROGRESS";
  rollout.failures = 0;
  rollout.advice = [];
  rollout.retryAt = 0;
}

/** Gives up what its tasks ran, once. */
export function dispose(rollout: Rollout): void {
  if (rollout.disposed) return;
  rollout.disposed = true;
  void rollout.artifact.dispose().catch(() => undefined);
}
