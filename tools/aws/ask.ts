/** Look-ups that never fail a command: what AWS refuses, or does not answer in time, is an answer too. */
import { visible } from "../../rules/visible";
import { UsageError } from "../commands/options";
import type { Aws, Item } from "./cli";

/** What came of a look-up. */
export type Answer<T> =
  | { is: "found"; found: T }
  /** AWS does not have it. */
  | { is: "absent" }
  /** It could not be looked up. */
  | {
      is: "unseen";
      because: string;
      /** The action that the caller is not allowed, as IAM calls it; undefined where that is not the reason. */
      needs: string | undefined;
    };

export const foundIn = <T>(answer: Answer<T> | undefined): T | undefined =>
  answer?.is === "found" ? answer.found : undefined;

/** Another view of what was found. */
export const map = <T, U>(answer: Answer<T>, view: (found: T) => U): Answer<U> =>
  answer.is === "found" ? { is: "found", found: view(answer.found) } : answer;

export interface Limits {
  /** Milliseconds that one look-up may take. */
  each: number;
  /** How many are under way at once; each is a process where the AWS CLI answers. */
  atOnce: number;
  /** Ends all of them. */
  signal?: AbortSignal;
}

export const usualLimits: Limits = { each: 10_000, atOnce: 8 };

/** Asks AWS, each thing once. */
export class Asking {
  private readonly asked = new Map<string, Promise<Answer<Item>>>();
  private readonly waiting: (() => void)[] = [];
  private running = 0;
  /** Whether AWS has said anything, be it that it refuses. */
  private isHeard = false;
  /** Why there is no use in asking on: it did not answer, and never has. */
  private silence: Answer<never> | undefined;

  constructor(
    private readonly aws: Aws,
    private readonly limits: Limits = usualLimits,
  ) {}

  /**
   * What the AWS CLI answers to these words.
   *
   * @throws UsageError where there is no AWS CLI
   */
  ask<T extends object>(...args: string[]): Promise<Answer<T>> {
    const key = JSON.stringify(args);
    const answer = this.asked.get(key) ?? this.inTurn(() => this.look(args));
    this.asked.set(key, answer);
    return answer as Promise<Answer<T>>;
  }

  private async inTurn<T>(look: () => Promise<T>): Promise<T> {
    if (this.running >= this.limits.atOnce) await new Promise<void>((go) => this.waiting.push(go));
    else this.running += 1;
    try {
      return await look();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }

  private async look(args: readonly string[]): Promise<Answer<Item>> {
    if (this.silence !== undefined) return this.silence;
    const late = AbortSignal.timeout(this.limits.each);
    const signals = this.limits.signal === undefined ? [late] : [late, this.limits.signal];
    const signal = AbortSignal.any(signals);
    const given = new Promise<Answer<Item>>((resolve) => {
      const give = (): void => {
        const because = late.aborted ? `no answer in ${this.limits.each / 1000} s` : "it was ended before";
        const answer = { is: "unseen", because, needs: undefined } as const;
        if (late.aborted && !this.isHeard) this.silence = answer;
        resolve(answer);
      };
      if (signal.aborted) give();
      else signal.addEventListener("abort", give, { once: true });
    });
    const heard = (): void => {
      if (!signal.aborted) this.isHeard = true;
    };
    const seen = this.aws(args, signal).then(
      (item): Answer<Item> => {
        heard();
        return item === undefined ? { is: "absent" } : { is: "found", found: item };
      },
      (error: unknown) => {
        heard();
        return refused(args, error);
      },
    );
    return Promise.race([seen, given]);
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html names EC2's; the others share one. */
const denied = /AccessDenied|UnauthorizedOperation|not authorized to perform/;

function refused(args: readonly string[], error: unknown): Answer<Item> {
  if (error instanceof UsageError) throw error;
  const said = visible((error as Error).message);
  if (!denied.test(said)) return { is: "unseen", because: said, needs: undefined };
  const needs = /not authorized to perform: ([\w-]+:\w+)/.exec(said)?.[1] ?? actionOf(args);
  return { is: "unseen", because: said, needs };
}

/**
 * The action that a call of the AWS CLI needs. API Gateway's are HTTP methods:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagementv2.html
 */
export function actionOf([service = "", operation = ""]: readonly string[]): string {
  if (service === "apigatewayv2") return "apigateway:GET";
  const name = operation.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
  return `${service}:${name}`;
}
