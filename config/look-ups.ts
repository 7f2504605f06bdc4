import { UserError } from "./problems";

/** What is looked up for a key of the configuration. */
export interface Wanted {
  /** As written in the stack's file, for example `network.existing.vpcId`. */
  path: string;
  /** What it says there. */
  got: string;
  allowed: string;
  fix: string;
  /** Who answers. Default: AWS. */
  of?: string;
}

/**
 * What the configuration names of others' is asked for before any resource registers. Everything that is not there, or does
 * not fit, is gathered here and said at once, in preview.
 */
export class LookUps {
  private readonly problems: string[] = [];

  /**
   * Asks AWS. An answer that fails would otherwise end the program with a stack trace, one at a time.
   *
   * @param wanted the problem if AWS does not find it
   * @param ask for example `() => aws.ec2.getSubnet({ id }, opts)`
   * @returns undefined where AWS did not answer: the problem is noted
   */
  async find<T>(wanted: Wanted, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      this.fail(wanted, error);
      return undefined;
    }
  }

  /** Notes what AWS did not find, in its own words. */
  fail({ path, got, allowed, fix, of = "AWS" }: Wanted, error: unknown): void {
    const words = answerOf(error);
    this.refuse(
      isDenied(words)
        ? `${path}: got ${got}, which these credentials may not look up: ${words}. Allowed: credentials that may. Fix: give ` +
            "them the action that AWS names; roles of bootstrap/ get it by an update there."
        : `${path}: got ${got}, and ${of} answered: ${words}. Allowed: ${allowed}. Fix: ${fix}.`,
    );
  }

  /** Notes what does not fit, one sentence each. */
  refuse(...problems: string[]): void {
    this.problems.push(...problems);
  }

  /** @throws UserError that lists every problem */
  check(): void {
    if (this.problems.length > 0) throw new UserError(this.problems.join("\n"));
  }
}

/** Whether AWS says that nothing matches; anything else tells nothing of whether it is there. */
export const isNotFound = (error: unknown): boolean =>
  /no matching|couldn't find|could not find|not found|NotFound|empty result|returned no results/i.test(
    answerOf(error),
  );

/** Whether AWS says that more than one matches. */
export const isAmbiguous = (error: unknown): boolean => /multiple .*matched/i.test(answerOf(error));

const isDenied = (words: string): boolean =>
  /AccessDenied|UnauthorizedOperation|not authorized|AuthFailure/i.test(words);

/** The provider's words on one line, without those around them. */
function answerOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error))
    .replace(/\s+/g, " ")
    .replace(/^.*?errors? occurred: \* /, "")
    .replace(/^invocation of \S+ returned an error: /i, "")
    .replace(/^(failed to )?invok(e|ing) \S+: /i, "")
    .trim()
    .replace(/\.$/, "");
}
