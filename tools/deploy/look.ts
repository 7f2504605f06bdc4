/** The second look: asks until every service has arrived somewhere, or time is up. */
import { judge, type Observed, type Verdict } from "./judge";
import type { Target } from "./state";

export interface Pace {
  limitSeconds: number;
  /** Milliseconds of any clock. */
  now: () => number;
  sleep: (milliseconds: number) => Promise<void>;
  /** Told what a service waits for, whenever that changes, and how many seconds the look has taken. */
  progress: (verdict: Verdict, seconds: number, target: Target) => void | Promise<void>;
}

const firstPause = 5_000;
const longestPause = 30_000;

/**
 * Looks at the services until none is on its way any more, less and less often.
 *
 * @param see what ECS shows of these services
 * @returns a verdict for each, in the same order; `waiting` for those whose time was up
 */
export async function look(
  targets: readonly Target[],
  see: (targets: readonly Target[]) => Promise<Observed[]>,
  { limitSeconds, now, sleep, progress }: Pace,
): Promise<Verdict[]> {
  const start = now();
  const verdicts = new Map<Target, Verdict>();
  const shown = new Map<Target, string>();
  for (let pause = firstPause; ; pause = Math.min(longestPause, pause * 1.5)) {
    const open = targets.filter((target) => (verdicts.get(target)?.kind ?? "waiting") === "waiting");
    const observed = await see(open);
    open.forEach((target, index) => verdicts.set(target, judge(target, observed[index]!)));
    const waiting = open.filter((target) => verdicts.get(target)!.kind === "waiting");
    const left = limitSeconds * 1000 - (now() - start);
    if (waiting.length === 0 || left <= 0) return targets.map((target) => verdicts.get(target)!);
    for (const target of waiting) {
      const verdict = verdicts.get(target)!;
      const state = JSON.stringify([verdict.tasks, verdict.runs]);
      if (shown.get(target) !== state) await progress(verdict, Math.round((now() - start) / 1000), target);
      shown.set(target, state);
    }
    await sleep(Math.min(pause, left));
  }
}
