/**
 * Watches the services while Pulumi waits for them, and says what changes. Nothing of it can fail an update: what is not
 * readable is not said.
 */
import { type Discoverable, type Progress, progressOf, progressState, progressText } from "./progress";
import type { Ecs } from "./observe";
import type { Target } from "./state";

export interface Watched {
  /** The services as they are known now: an update may be making the first. */
  targets: () => Promise<readonly Target[]>;
  ecs: (targets: readonly Target[]) => Promise<{ ecs: Ecs; discoverable: Discoverable }>;
  say: (line: string) => void;
  now: () => number;
  /** Ends early where the signal says so. */
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  signal: AbortSignal;
}

const pause = 20_000;
/** The time that is left is told at least so often. */
const tellEvery = 120_000;

export async function watch({ targets, ecs: clients, say, now, sleep, signal }: Watched): Promise<void> {
  const told = new Map<string, { state: string; at: number }>();
  for (;;) {
    // A deployment begins some time after the update, and a short update has none.
    await sleep(pause, signal);
    if (signal.aborted) return;
    const lines = await look().catch(() => []);
    if (signal.aborted) return;
    lines.forEach(say);
  }

  async function look(): Promise<string[]> {
    const known = await targets();
    if (known.length === 0 || signal.aborted) return [];
    const { ecs, discoverable } = await clients(known);
    const lines: string[] = [];
    for (const target of known) {
      const progress = await progressOf(ecs, target, discoverable).catch(() => undefined);
      if (progress === undefined) continue;
      const state = progressState(progress);
      const last = told.get(target.service);
      if (last?.state === state && now() - last.at < tellEvery) continue;
      told.set(target.service, { state, at: now() });
      lines.push(progressText(progress, leftOf(progress, target)));
    }
    return lines;
  }

  /** Pulumi gives a service up after the time that the program records with it. */
  function leftOf({ began }: Progress, { timeoutSeconds }: Target): number | undefined {
    if (began === undefined || timeoutSeconds === undefined) return undefined;
    return began.getTime() + timeoutSeconds * 1000 - now();
  }
}
