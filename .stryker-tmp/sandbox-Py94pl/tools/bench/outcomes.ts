/** What became of the requests: which failed, why, and what of it no deployment could have prevented. Pure. */
// @ts-nocheck

import type { Outcome } from "../local/gateway";

export const phases = ["rest", "rolling", "broken", "killed", "scaling"] as const;
export type Phase = (typeof phases)[number];

/** A request that the load generator did not get the right answer to. */
export interface Failure {
  phase: Phase;
  /** Undefined when no answer came. */
  status: number | undefined;
  requestId: string | undefined;
  /** What the client saw where there was no answer, or a wrong one. */
  seen: string | undefined;
}

/**
 * `lost` counts against the rollout. The other two befall requests of a task that SIGKILL took: those it had at that moment,
 * and those it was still sent from an answer that the gateway had cached.
 */
export type Cause = "lost" | "in flight on a killed task" | "sent to a killed task";

export interface Classified {
  phase: Phase;
  cause: Cause;
  reason: string;
}

/** @param killed when SIGKILL took a task, by its id, on the clock of {@link Outcome.sent} */
export function classify(
  failure: Failure,
  outcome: Outcome | undefined,
  killed: ReadonlyMap<string, number>,
): Classified {
  const { phase, status, seen } = failure;
  const told = seen ?? (outcome?.reason === undefined ? "the task's own answer" : plain(outcome.reason));
  const reason = status === undefined ? told : `${status}: ${told}`;
  const at = outcome?.task === undefined ? undefined : killed.get(outcome.task);
  if (at === undefined || outcome?.sent === undefined || outcome.reason === undefined) {
    return { phase, cause: "lost", reason };
  }
  return {
    phase,
    cause: outcome.sent <= at ? "in flight on a killed task" : "sent to a killed task",
    reason,
  };
}

/** A reason without what differs between tasks. */
const plain = (reason: string): string => reason.replace(/ ?\b\d+\.\d+\.\d+\.\d+(:\d+)?/g, "");

export interface Tally {
  sent: number;
  lost: number;
  inFlightOnKilled: number;
  sentToKilled: number;
  /** How often each reason was met, by cause. */
  reasons: { cause: Cause; reason: string; count: number }[];
}

/** @param sent requests by phase */
export function tally(
  sent: ReadonlyMap<Phase, number>,
  failures: readonly Classified[],
  of: readonly Phase[],
): Tally {
  const chosen = failures.filter(({ phase }) => of.includes(phase));
  const counted = (cause: Cause) => chosen.filter((each) => each.cause === cause).length;
  const reasons = new Map<string, { cause: Cause; reason: string; count: number }>();
  for (const { cause, reason } of chosen) {
    const key = `${cause} ${reason}`;
    const known = reasons.get(key) ?? { cause, reason, count: 0 };
    known.count += 1;
    reasons.set(key, known);
  }
  return {
    sent: of.reduce((sum, phase) => sum + (sent.get(phase) ?? 0), 0),
    lost: counted("lost"),
    inFlightOnKilled: counted("in flight on a killed task"),
    sentToKilled: counted("sent to a killed task"),
    reasons: [...reasons.values()].sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
  };
}

/** The nearest-rank percentile; NaN of nothing. */
export function percentile(values: readonly number[], percent: number): number {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[Math.min(rank, sorted.length) - 1] ?? NaN;
}
