/** Traffic as services see it: it comes and goes with the day, wobbles, and now and then something behind the service hiccups. */
import type { Random } from "./random";
import { stepSeconds } from "./world";

export class Traffic {
  private wobble = 0;
  private troubleUntil = -1;

  /** @param rate requests a second on average, at a second of the run */
  constructor(
    private readonly rate: (second: number) => number,
    private readonly random: Random,
    /** How far it wobbles: a part of the rate that it stays within two times out of three. */
    private readonly sway = 0.2,
  ) {}

  /** To be asked once a step. */
  at(second: number): { rate: number; trouble: number } {
    // It remembers ten minutes.
    this.wobble = 0.985 * this.wobble + Math.sqrt(1 - 0.985 ** 2) * this.random.normal();
    // Once in two hours, for half a minute, every tenth request.
    if (this.random.next() < stepSeconds / 7200) this.troubleUntil = second + 30;
    return {
      rate: this.rate(second) * Math.exp(this.sway * this.wobble - this.sway ** 2 / 2),
      trouble: second < this.troubleUntil ? 0.1 : 0,
    };
  }
}

/** A day: least at four in the morning, most at four in the afternoon. */
export const dayOf =
  (mean: number, swing = 0.8) =>
  (second: number): number =>
    mean * (1 - swing * Math.cos((2 * Math.PI * (second - 4 * 3600)) / 86_400));
