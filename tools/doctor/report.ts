/** What the doctor found, for people and for programs. */
import type { createColors } from "picocolors";
import { visible } from "../../rules/visible";
import { adviceFor } from "../aws/unseen";
import { wrap } from "../plan/columns";
import type { Finding, Verdict } from "./finding";
import { hopNames, hops } from "./hops";
import type { Diagnosis } from "./walk";

type Colors = ReturnType<typeof createColors>;

const marks: Record<Verdict, string> = { fine: "✓", broken: "✗", weak: "!", unseen: "?", "not judged": "–" };

const nameWidth = Math.max(...Object.values(hops).map(({ length }) => length));

/**
 * @param local whether it is of a running `npm start`: what mends AWS would deploy then, and mend nothing here
 * @param width characters of a line; commands are never folded, as they are to be copied
 */
export function toText(
  { stack, diagnosis, local = false }: { stack: string; diagnosis: Diagnosis; local?: boolean },
  colors: Colors,
  width: number,
): string {
  const { findings, first, needs } = diagnosis;
  const wrong = findings.filter(({ verdict }) => verdict === "broken" || verdict === "weak");
  const others = wrong.filter((finding) => finding !== first);
  const silence = silenceOf(findings);
  const told = findings.map((finding) =>
    silence !== undefined && finding.verdict === "unseen" ? { ...finding, says: "could not look" } : finding,
  );
  return [
    colors.bold(`The doctor of stack ${stack}`),
    "",
    ...hopNames.flatMap((hop) =>
      hopLines(
        told.filter((each) => each.hop === hop),
        colors,
        width,
      ),
    ),
    "",
    ...(first === undefined ? [] : details(first, colors, width)),
    ...others.flatMap((finding) => details(finding, colors, width)),
    ...(local && wrong.some(({ fix }) => fix.length > 0) ? [...wrap(onlyHere, width), ""] : []),
    ...(silence === undefined ? [] : [...silence.flatMap((line) => wrap(visible(line), width)), ""]),
    ...sum(diagnosis, colors, silence !== undefined),
    ...(needs.length === 0 ? [] : [`To see the rest, allow ${needs.join(", ")}.`]),
    "",
  ].join("\n");
}

const onlyHere =
  "These fixes are meant for AWS. Here, the console's buttons mend what they broke, and a new npm start mends everything.";

/** Fewer may be one look-up's own trouble. */
const several = 3;

/** Why AWS answered nothing at all, be it that nobody may ask, and what to do; undefined where it answered something. */
function silenceOf(findings: readonly Finding[]): string[] | undefined {
  const hidden = findings.filter(({ verdict, needs }) => verdict === "unseen" && needs === undefined);
  // The same refusal names another operation each time.
  const reasons = hidden.map(({ says }) =>
    says.replace(/^could not look: /, "").replace(/ when calling the \w+ operation/, ""),
  );
  const [because, ...others] = new Set(reasons);
  const isAll = findings.every(({ verdict }) => verdict === "unseen" || verdict === "fine");
  if (because === undefined || others.length > 0 || !isAll || hidden.length < several) return undefined;
  const advice = adviceFor([{ because, needs: undefined }]);
  const fix = advice.length > 0 ? advice.join("; ") : "this has to answer: aws sts get-caller-identity";
  return [`AWS could not be asked: ${because}`, `Fix: ${fix}`];
}

function sum({ findings, first }: Diagnosis, { green, red, yellow }: Colors, isSilent: boolean): string[] {
  if (isSilent) return [yellow("Nothing is known: AWS told nothing.")];
  if (first?.verdict === "broken") return [red(`It broke at: ${titleOf(first)}.`)];
  if (first !== undefined) return [yellow(`It works, and is weak at: ${titleOf(first)}.`)];
  const hidden = findings.some(({ verdict }) => verdict === "unseen");
  return [hidden ? yellow("Nothing wrong, as far as it could be looked at.") : green("Nothing wrong.")];
}

const titleOf = ({ hop, of }: Finding): string => (of === "" ? hops[hop] : `${hops[hop]} (${visible(of)})`);

/** A hop in a line, and a line for each of its findings that is not fine. */
function hopLines(findings: readonly Finding[], colors: Colors, width: number): string[] {
  const good = findings.filter(({ verdict }) => verdict === "fine");
  const rest = findings.filter(({ verdict }) => verdict !== "fine");
  const bySays = new Map<string, string[]>();
  for (const { of, says } of good)
    bySays.set(says, [...(bySays.get(says) ?? []), ...(of === "" ? [] : [of])]);
  const said = [...bySays]
    .map(([says, of]) => (of.length === 0 ? says : `${of.join(", ")}: ${says}`))
    .join("; ");
  const lines: [Verdict, string][] = [
    ...rest.map(({ verdict, of, says }): [Verdict, string] => [verdict, of === "" ? says : `${of}: ${says}`]),
    ...(said === "" ? [] : [["fine", said] as [Verdict, string]]),
  ];
  return lines.flatMap(([verdict, text], i) => {
    const name = (i === 0 ? hops[findings[0]!.hop] : "").padEnd(nameWidth);
    const paint = painted(verdict, colors);
    const [head = "", ...more] = wrap(visible(text), width - nameWidth - 4, 0);
    const indent = " ".repeat(nameWidth + 4);
    return [
      `${paint(marks[verdict])} ${name}  ${paintText(verdict, colors)(head)}`,
      ...more.map((line) => indent + paintText(verdict, colors)(line)),
    ];
  });
}

const painted = (verdict: Verdict, { green, red, yellow, dim }: Colors): ((text: string) => string) =>
  ({ fine: green, broken: red, weak: yellow, unseen: yellow, "not judged": dim })[verdict];

const paintText = (verdict: Verdict, colors: Colors): ((text: string) => string) =>
  verdict === "fine" ? (text) => text : painted(verdict, colors);

function details(finding: Finding, colors: Colors, width: number): string[] {
  const { verdict, says, evidence, fix } = finding;
  const title = `${marks[verdict]} ${titleOf(finding)}: ${visible(says)}`;
  return [
    ...wrap(title, width).map((line) => painted(verdict, colors)(line)),
    ...evidence.flatMap((line) => wrap(visible(line), width - 4).map((each) => `    ${each}`)),
    ...(fix.length === 0 ? [] : ["  Fix:"]),
    ...fix.flatMap((line) =>
      line.startsWith("# ")
        ? wrap(line.slice(2), width - 6, 0).map((each) => colors.dim(`    # ${each}`))
        : [`    ${visible(line)}`],
    ),
    "",
  ];
}

/** The report for programs. */
export function toJson({ stack, diagnosis }: { stack: string; diagnosis: Diagnosis }): string {
  const { findings, first, needs } = diagnosis;
  const plain = ({ hop, verdict, of, says, evidence, fix, needs: action }: Finding): object => ({
    ...{ hop, verdict, of, says, evidence, fix },
    ...(action !== undefined && { needs: action }),
  });
  const report = {
    stack,
    verdict: first?.verdict ?? (findings.some(({ verdict }) => verdict === "unseen") ? "unseen" : "fine"),
    first: first === undefined ? null : plain(first),
    findings: findings.map(plain),
    needs,
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/** Whether somebody has to do something, or to look. */
export const isWell = ({ findings }: Diagnosis): boolean =>
  findings.every(({ verdict }) => verdict === "fine" || verdict === "not judged");
