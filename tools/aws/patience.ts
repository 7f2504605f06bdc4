/** A command that reads says what it waits for, where nothing was answered for a while: on standard error, and not often. */
import { visible } from "../../rules/visible";
import type { Pulumi } from "../deploy/pulumi";
import type { Aws } from "./cli";

/** Milliseconds. */
export interface Pace {
  /** After which silence it is said first. */
  first: number;
  /** How long it is not said again. */
  again: number;
}

export const usualPace: Pace = { first: 3_000, again: 20_000 };

/** How many calls are named. */
const named = 3;

export class Patience {
  /** What is waited for, by what it is waited from. */
  private readonly waits = new Map<symbol, { whom: string; what: string }>();
  private timer: NodeJS.Timeout | undefined;
  private saidAt = -Infinity;

  /** @param say takes a line */
  constructor(
    private readonly say: (line: string) => void,
    private readonly pace: Pace = usualPace,
  ) {}

  /** Says what is waited for while this lasts. */
  async during<T>(body: () => Promise<T>): Promise<T> {
    this.await(this.pace.first);
    try {
      return await body();
    } finally {
      clearTimeout(this.timer);
    }
  }

  /** @param whom AWS, Pulumi, … */
  async for<T>(whom: string, what: string, answer: Promise<T>): Promise<T> {
    const key = Symbol(what);
    this.waits.set(key, { whom, what });
    try {
      return await answer;
    } finally {
      this.waits.delete(key);
    }
  }

  /** @param whom who answers in its place, where it is not AWS */
  aws(aws: Aws, whom = "AWS"): Aws {
    return (args, signal) => this.for(whom, `${args[0]} ${args[1]}`, aws(args, signal));
  }

  pulumi<T extends Pulumi>(pulumi: T): T {
    return { ...pulumi, ask: (args) => this.for("Pulumi", wordsOf(args), pulumi.ask(args)) };
  }

  private await(milliseconds: number): void {
    this.timer = setTimeout(() => this.tell(), milliseconds);
    this.timer.unref();
  }

  private tell(): void {
    const now = performance.now();
    const left = this.saidAt + this.pace.again - now;
    if (this.waits.size === 0 || left > 0) return this.await(Math.max(left, this.pace.first));
    this.saidAt = now;
    const waits = [...this.waits.values()];
    for (const whom of new Set(waits.map((each) => each.whom))) {
      const calls = [...new Set(waits.filter((each) => each.whom === whom).map(({ what }) => what))];
      const more = calls.length > named ? `, and ${calls.length - named} more` : "";
      this.say(`Waiting for ${whom}: ${visible(calls.slice(0, named).join(", "))}${more}.`);
    }
    this.await(this.pace.again);
  }
}

/** `stack export`, without the options. */
const wordsOf = (args: readonly string[]): string => {
  const end = args.findIndex((word) => word.startsWith("-"));
  return args.slice(0, end < 0 ? undefined : end).join(" ");
};
