/** What others than AWS would answer for a local stack: resolvers, and issuers of tokens. */
import type { Account } from "./account";

/** An address for documentation: RFC 5737. */
const somewhere = "192.0.2.1";

const recordType = "aws:route53/record:Record";

/** A name that the program gives no record has one elsewhere. */
export function resolve({ recorded, ofType }: Account, name: string): string[] {
  const isOurs = recorded.resources.some(({ type, inputs }) => type === recordType && inputs.name === name);
  const isThere = ofType(recordType).some(({ inputs }) => inputs.name === name);
  return isOurs && !isThere ? [] : [somewhere];
}

/** @throws Error where it does not answer */
export function reach({ missing }: Account, url: string): void {
  if ([...missing].some((each) => url.startsWith(each.replace(/\/$/, ""))))
    throw new Error(`connect ETIMEDOUT ${somewhere}:443`);
}
