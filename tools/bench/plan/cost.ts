/** What a process takes. Pure. */

/** One process, or the median of several. */
export interface Cost {
  /** From its start to its end. */
  milliseconds: number;
  /** Time of all its threads on a processor, in milliseconds. */
  processor: number;
  /** Peak resident memory, in KiB. */
  memory: number;
}

/** Of each figure by itself. */
export function median(costs: readonly Cost[]): Cost {
  const middle = (figure: keyof Cost): number => {
    const sorted = costs.map((cost) => cost[figure]).sort((a, b) => a - b);
    const half = Math.floor(sorted.length / 2);
    return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
  };
  return { milliseconds: middle("milliseconds"), processor: middle("processor"), memory: middle("memory") };
}
