/** Requests on the arrows of the picture: which each one takes, and how many there were of late. */
import type { ShownRate } from "./shown";

/** Seconds that a rate is over. */
export const span = 10;

/** By second, the oldest first. */
export type Traffic = readonly {
  second: number;
  arrows: Readonly<Record<string, { all: number; failed: number }>>;
}[];

/** Counts a request on each arrow that it took. */
export function withRequest(traffic: Traffic, at: number, way: readonly string[], failed: boolean): Traffic {
  const second = Math.floor(at / 1000);
  const last = traffic.at(-1);
  const arrows = { ...(last?.second === second ? last.arrows : {}) };
  for (const arrow of way) {
    const { all, failed: before } = arrows[arrow] ?? { all: 0, failed: 0 };
    arrows[arrow] = { all: all + 1, failed: before + Number(failed) };
  }
  const kept = traffic.filter((bucket) => bucket.second > second - span && bucket.second !== second);
  return [...kept, { second, arrows }];
}

/** Requests a second, over the last ten; nothing of arrows without any. */
export function rates(traffic: Traffic, at: number): Record<string, ShownRate> {
  const now = Math.floor(at / 1000);
  const sums: Record<string, { all: number; failed: number }> = {};
  for (const { second, arrows } of traffic) {
    if (second <= now - span) continue;
    for (const [arrow, { all, failed }] of Object.entries(arrows)) {
      const sum = sums[arrow] ?? { all: 0, failed: 0 };
      sums[arrow] = { all: sum.all + all, failed: sum.failed + failed };
    }
  }
  return Object.fromEntries(
    Object.entries(sums).map(([arrow, { all, failed }]) => [
      arrow,
      { rate: all / span, failed: failed / span },
    ]),
  );
}

export interface Ways {
  /** From the clients to the API. */
  entry: string[];
  /** From the API to Cloud Map. */
  discovery: string[];
}

/**
 * The arrows that a request took.
 *
 * @param toService all of them from the clients to its service; undefined where it was for none
 * @param hop where it failed; undefined where it did not
 * @returns with the place where it ended, if it failed
 */
export function wayOf(
  { entry, discovery }: Ways,
  toService: readonly string[] | undefined,
  hop: string | undefined,
): { way: string[]; end: string | undefined } {
  const whole = toService === undefined || toService.length === 0 ? entry : [...toService];
  switch (hop) {
    case undefined:
      return { way: whole, end: undefined };
    case "task":
    case "security group":
      return { way: whole, end: targetOf(whole) };
    case "discovery":
      return { way: [...entry, ...discovery], end: targetOf(discovery) ?? targetOf(entry) };
    default:
      return { way: entry, end: targetOf(entry) };
  }
}

export const arrow = (from: string, to: string): string => `${from}>${to}`;

const targetOf = (way: readonly string[]): string | undefined => way.at(-1)?.split(">")[1];
