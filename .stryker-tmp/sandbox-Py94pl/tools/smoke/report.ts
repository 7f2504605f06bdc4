/** The results as text for people, as JSON for programs, and as JUnit XML for CI. */
// @ts-nocheck

import XMLBuilder from "fast-xml-builder";
import type { createColors } from "picocolors";
import type { Result } from "./run";

export interface Report {
  stack: string;
  url: string;
  results: readonly Result[];
}

type Colors = ReturnType<typeof createColors>;

const count = (results: readonly Result[], outcome: Result["outcome"]): number =>
  results.filter((result) => result.outcome === outcome).length;

/** How often the check that took the longest to pass was made. */
const triesOf = (results: readonly Result[]): number => Math.max(0, ...results.map(({ tries }) => tries));

export const isGood = ({ results }: Report): boolean => count(results, "failed") === 0;

/** The report for people. */
export function toText({ stack, url, results }: Report, colors: Colors): string {
  const marks = { passed: colors.green("✓"), failed: colors.red("✗"), skipped: colors.dim("–") };
  const widthOf = (text: (result: Result) => string): number =>
    Math.max(0, ...results.map((r) => text(r).length));
  const took = ({ milliseconds }: Result): string =>
    milliseconds === undefined ? "" : `${Math.round(milliseconds)} ms`;
  const names = widthOf(({ name }) => name);
  const times = widthOf(took);
  const lines = results.flatMap((result) => {
    const { name, outcome, detail, tries, failure } = result;
    const again = tries > 1 ? `, try ${tries}` : "";
    const line = `${marks[outcome]} ${name.padEnd(names)}  ${took(result).padStart(times)}  `;
    if (!failure) return [line + (outcome === "skipped" ? colors.dim(detail) : detail + again)];
    const field = (label: string, value: string): string => `    ${label.padEnd(8)}  ${value}`;
    return [
      `${line}${colors.red(`failed${again}`)}`,
      field("expected", failure.expected),
      field("got", failure.got),
      field("fix", failure.fix),
    ];
  });
  const [good, bad, skipped] = [
    count(results, "passed"),
    count(results, "failed"),
    count(results, "skipped"),
  ];
  const tries = triesOf(results);
  const sum = `${good} passed, ${bad} failed, ${skipped} skipped${tries > 1 ? `, in ${tries} tries` : ""}`;
  return [
    "",
    colors.bold(`Smoke test of stack ${stack} at ${url}`),
    "",
    ...lines,
    "",
    bad > 0 ? colors.red(sum) : colors.green(sum),
    "",
    "",
  ].join("\n");
}

/** The report for programs. */
export function toJson(report: Report): string {
  const { stack, url, results } = report;
  return `${JSON.stringify({ ok: isGood(report), stack, url, tries: triesOf(results), checks: results }, null, 2)}\n`;
}

/**
 * The report for CI: one test case for each check. The dialect that GitLab, Jenkins and the actions for GitHub read:
 * https://github.com/testmoapp/junitxml
 */
export function toJunit({ stack, url, results }: Report): string {
  const seconds = (sum: number): string => (sum / 1000).toFixed(3);
  const all = {
    "@_tests": results.length,
    "@_failures": count(results, "failed"),
    "@_skipped": count(results, "skipped"),
    "@_time": seconds(results.reduce((sum, { milliseconds }) => sum + (milliseconds ?? 0), 0)),
  };
  const cases = results.map(({ name, outcome, detail, milliseconds, tries, failure }) => ({
    "@_name": clean(name),
    "@_classname": clean(`smoke.${stack}`),
    "@_time": seconds(milliseconds ?? 0),
    ...(failure && {
      failure: {
        "@_message": clean(`expected ${failure.expected}, got ${failure.got}`),
        "#text": clean(`fix: ${failure.fix}\ntries: ${tries}`),
      },
    }),
    ...(outcome === "skipped" && { skipped: { "@_message": clean(detail) } }),
  }));
  const suite = { "@_name": clean(`smoke ${stack} ${url}`), ...all, "@_errors": 0, testcase: cases };
  const builder = new XMLBuilder({ ignoreAttributes: false, format: true, suppressEmptyNode: true });
  return builder.build({
    "?xml": { "@_version": "1.0", "@_encoding": "UTF-8" },
    testsuites: { ...all, testsuite: suite },
  });
}

/** Without what XML 1.0 has no way to say (https://www.w3.org/TR/xml/#charsets), and in one line for attributes. */
const clean = (text: string): string =>
  text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD");
