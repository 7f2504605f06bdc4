/** Chance that can be had again: the same seed gives the same run. */
export class Random {
  constructor(private state: number) {}

  /** 0 ≤ x < 1 (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  /** How many of what happens so often on average do happen. */
  poisson(mean: number): number {
    if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    let product = this.next();
    let count = 0;
    for (const limit = Math.exp(-mean); product > limit; product *= this.next()) count += 1;
    return count;
  }

  /** How many of `n` that each happen with probability `p` do happen. */
  binomial(n: number, p: number): number {
    if (p <= 0) return 0;
    if (n * p > 50) return Math.min(n, this.poisson(n * p));
    let count = 0;
    for (let i = 0; i < n; i++) if (this.next() < p) count += 1;
    return count;
  }
}
