/** Makes the checks, and those that failed again while a fresh deployment settles. */
// @ts-nocheck

import { percentile } from "../bench/outcomes";
import type { Check, LatencyCheck } from "./checks";
import type { Client } from "./client";
import { passed, show, unanswered, type Verdict } from "./judge";
import type { Address } from "./target";

export interface Result {
  name: string;
  outcome: "passed" | "failed" | "skipped";
  /** What was found, or why nothing was looked for. */
  detail: string;
  /** Of the last try; undefined when nothing was called. */
  milliseconds: number | undefined;
  tries: number;
  failure: { expected: string; got: string; fix: string } | undefined;
}

export interface Pace {
  /** Seconds in which failed checks are tried again. */
  waitSeconds: number;
  /** Milliseconds of any clock. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** From 0 to 1: spreads the tries of several pipelines. */
  random(): number;
  /** Told before each further try. */
  progress(failed: number, pauseMilliseconds: number): void;
}

/** Fewest days that a certificate must still be valid for; AWS renews its own 60 days before their end. */
const daysLeft = 14;

/** What the checks of one run share. */
export interface Session {
  client: Client;
  address: Address;
  /** For the days that a certificate has left. */
  today: Date;
  pace: Pace;
}

/** Makes every check once, one after the other, and then again those that failed until they pass or the time is over. */
export async function runChecks(checks: readonly Check[], session: Session): Promise<Result[]> {
  const { pace } = session;
  const deadline = pace.now() + pace.waitSeconds * 1000;
  const results: Result[] = [];
  for (const check of checks) results.push(await attempt(check, session, 1));
  for (;;) {
    const failed = checks.flatMap((check, i) => (results[i]?.outcome === "failed" ? [{ check, i }] : []));
    const left = deadline - pace.now();
    if (failed.length === 0 || left <= 0) return results;
    // Slower than one call a second, which is the strictest limit a route can have.
    const pause = 1000 + Math.min(4000 * pace.random(), left);
    pace.progress(failed.length, pause);
    await pace.sleep(pause);
    for (const { check, i } of failed) {
      results[i] = await attempt(check, session, results[i]!.tries + 1);
    }
  }
}

async function attempt(check: Check, session: Session, tries: number): Promise<Result> {
  const { name } = check;
  const { pace } = session;
  if (check.kind === "skipped") {
    return {
      name,
      outcome: "skipped",
      detail: check.reason,
      milliseconds: undefined,
      tries: 0,
      failure: undefined,
    };
  }
  const started = pace.now();
  const { verdict, milliseconds } = await make(check, session);
  const took = milliseconds ?? pace.now() - started;
  if (verdict.outcome === "passed")
    return { name, ...verdict, milliseconds: took, tries, failure: undefined };
  const { expected, got, fix } = verdict;
  return { name, outcome: "failed", detail: got, milliseconds: took, tries, failure: { expected, got, fix } };
}

async function make(
  check: Exclude<Check, { kind: "skipped" }>,
  session: Session,
): Promise<{ verdict: Verdict; milliseconds?: number }> {
  switch (check.kind) {
    case "tls":
      return { verdict: await checkTls(session) };
    case "latency":
      return measure(check, session);
    case "call": {
      const answer = await session.client.call(check.method, check.url, check.headers);
      if (!("status" in answer)) return { verdict: unanswered(answer) };
      return { verdict: check.judge(answer), milliseconds: answer.milliseconds };
    }
  }
}

async function checkTls({ client, address, today }: Session): Promise<Verdict> {
  const facts = await client.tls(address);
  if (!("protocol" in facts)) return unanswered(facts);
  const { protocol, invalid, validTo } = facts;
  const days = Math.floor((validTo - today.getTime()) / 86_400_000);
  if (invalid === undefined && days >= daysLeft)
    return passed(`${protocol}, certificate valid for ${days} days`);
  return {
    outcome: "failed",
    expected: `a certificate that is valid for ${address.host}, and for ${daysLeft} days more`,
    got: invalid ?? `one that ends in ${days} days`,
    fix: "look at the domain's certificate in ACM: one of AWS's own is renewed while its DNS record stands",
  };
}

async function measure(
  { url, calls, pause, budget }: LatencyCheck,
  { client, pace }: Session,
): Promise<{ verdict: Verdict; milliseconds?: number }> {
  const times: number[] = [];
  for (let i = 0; i < calls; i += 1) {
    if (i > 0 && pause > 0) await pace.sleep(pause);
    const answer = await client.call("GET", url, {});
    if (!("status" in answer)) return { verdict: unanswered(answer) };
    if (answer.status === 429 || answer.status >= 500) {
      const fix = "nothing is measured until the route answers every call: see its own check";
      return { verdict: { outcome: "failed", expected: `${calls} answers`, got: show(answer), fix } };
    }
    times.push(answer.milliseconds);
  }
  const [median, slow] = [percentile(times, 50), percentile(times, 95)];
  const found = `p50 ${Math.round(median)} ms, p95 ${Math.round(slow)} ms of ${calls} calls`;
  if (budget === undefined || slow <= budget) return { verdict: passed(found), milliseconds: median };
  const fix = "more CPU for the service, fewer calls of others in it, or a larger --latency-budget";
  return {
    verdict: { outcome: "failed", expected: `p95 of at most ${budget} ms`, got: found, fix },
    milliseconds: median,
  };
}
