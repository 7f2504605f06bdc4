/** What is said of a hop. */
import type { Answer } from "../aws/ask";
import type { Hop } from "./hops";

/**
 * - `fine`: it was looked at, and does its part
 * - `broken`: requests fail at it, or tasks do
 * - `weak`: it works, and should not be left so
 * - `unseen`: it could not be looked at
 * - `not judged`: it depends on what is broken or could not be looked at
 */
export type Verdict = "fine" | "broken" | "weak" | "unseen" | "not judged";

export interface Finding {
  hop: Hop;
  verdict: Verdict;
  /** What it is said of, such as a route's key or a service's name; empty where there is one alone. */
  of: string;
  /** In a sentence. */
  says: string;
  /** What AWS answered, in its words where it has some. */
  evidence: string[];
  /** Commands first; a line that is none begins with `#`. */
  fix: string[];
  /** Action of IAM that is missing. */
  needs?: string;
  /** Service whose tasks a break farther on explains this: then that is where it broke. */
  symptomOf?: string;
  /** Services whose requests or tasks it concerns. */
  services?: readonly string[];
}

export const fine = (hop: Hop, of: string, says: string): Finding => ({
  ...{ hop, verdict: "fine", of, says, evidence: [], fix: [] },
});

export const broken = (
  hop: Hop,
  of: string,
  says: string,
  more: Partial<Pick<Finding, "evidence" | "fix" | "symptomOf" | "services" | "verdict">> = {},
): Finding => ({ ...{ hop, verdict: "broken", of, says, evidence: [], fix: [] }, ...more });

/** Of what could not be looked up. */
export const unseen = (
  hop: Hop,
  of: string,
  { because, needs }: Extract<Answer<unknown>, { is: "unseen" }>,
): Finding => ({
  ...{ hop, verdict: "unseen", of, evidence: needs === undefined ? [] : [because], fix: [] },
  says: needs === undefined ? `could not look: ${because}` : `could not look: needs ${needs}`,
  ...(needs !== undefined && { needs }),
});

export const notJudged = (hop: Hop, of: string, because: string): Finding => ({
  ...{ hop, verdict: "not judged", of, says: because, evidence: [], fix: [] },
});
