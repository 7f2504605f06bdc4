/** What could not be looked up, in one list, with what would mend it. */
import type { Answer } from "./ask";
import { nothingSaid } from "./cli";

export interface Unseen {
  /** What was looked for, in the words of people. */
  what: string;
  because: string;
  /** The action that is needed, as IAM calls it. */
  needs: string | undefined;
}

export class UnseenList {
  private readonly all = new Map<string, Unseen>();

  get list(): Unseen[] {
    return [...this.all.values()];
  }

  /** What was found; undefined for what AWS does not have, and for what could not be looked up, which is noted. */
  found<T>(what: string, answer: Answer<T>): T | undefined {
    if (answer.is === "found") return answer.found;
    if (answer.is === "unseen") {
      const { because, needs } = answer;
      const key = `${what} ${needs ?? because}`;
      if (!this.all.has(key)) this.all.set(key, { what, because, needs });
    }
    return undefined;
  }
}

/** https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sso.html and the error codes common to all services */
const expired = /Expired|has expired|InvalidGrant|Token for .* does not exist|sso login/i;
const nobody =
  /Unable to locate credentials|could not be found|InvalidClientTokenId|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch/i;
const throttled = /Throttl|Rate exceeded|TooManyRequests|LimitExceeded/i;

/** Whether asking again may help. */
export const isThrottled = ({ because }: Pick<Unseen, "because">): boolean => throttled.test(because);

/** What to do about it; each thing once. */
export function adviceFor(unseen: readonly Pick<Unseen, "because" | "needs">[]): string[] {
  const needs = [...new Set(unseen.flatMap((each) => each.needs ?? []))].sort();
  const rest = unseen.filter((each) => each.needs === undefined).map(({ because }) => because);
  return [
    ...(needs.length > 0 ? [`allow ${needs.join(", ")}`] : []),
    ...(rest.some((because) => expired.test(because))
      ? ["sign in again (aws sso login, or new keys): the credentials have expired"]
      : []),
    ...(rest.some((because) => nobody.test(because) && !expired.test(because))
      ? ["credentials: the stack's aws:profile, or AWS_PROFILE, AWS_ACCESS_KEY_ID, …"]
      : []),
    ...(rest.includes(nothingSaid) ? ["try the AWS CLI by itself: aws sts get-caller-identity"] : []),
    ...(rest.some((because) => throttled.test(because)) ? ["try again in a minute: AWS throttles"] : []),
  ];
}
