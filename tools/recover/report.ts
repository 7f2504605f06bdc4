/** What was found, for people and for programs. */
import { createColors } from "picocolors";
import { type Plan, type Step, titleOf, type What } from "./plan";

type Colors = ReturnType<typeof createColors>;

const headings: Record<What, string> = {
  adopt: "To adopt: the state takes it",
  delete: "To delete: Pulumi deletes it at AWS",
  forget: "To forget: the next update makes it",
  cannot: "Yours to decide",
};

/** The plan for people. */
export function toText(stack: string, { steps, reread, others }: Plan, colors: Colors): string {
  const lines = [colors.bold(`What the last update of ${stack} left behind`), ""];
  for (const what of Object.keys(headings) as What[]) {
    const group = steps.filter((step) => step.what === what);
    if (group.length === 0) continue;
    lines.push(colors[what === "cannot" ? "red" : "bold"](headings[what]));
    for (const step of group) {
      const id = step.id === undefined ? "" : `  ${step.id}`;
      lines.push(
        `  ${titleOf(step)}${id}`,
        colors.dim(`    ${step.because}${step.certain ? "" : " (asked, also with --yes)"}`),
      );
    }
    lines.push("");
  }
  if (reread.length > 0)
    lines.push(`${reread.length} more that it was changing or deleting are read again from AWS.`, "");
  if (steps.length === 0 && reread.length === 0)
    lines.push("Nothing: the state has no pending operation, and AWS no stray.", "");
  const kinds = Object.entries(others).map(([kind, count]) => `${count} ${kind}`);
  if (kinds.length > 0)
    lines.push(
      `AWS lists also, and this command leaves: ${kinds.join(", ")}. Old revisions and tasks are among them.`,
      "",
    );
  return lines.join("\n");
}

/** How somebody decides on what this command cannot. */
export const wayOut = (stack: string, steps: readonly Step[]): string =>
  [
    "Nothing was changed: to go on would have Pulumi forget these. For each, look in AWS's console whether it is there:",
    ...steps.map(({ urn, because }) => `  ${urn}: ${because}`),
    "Fix: where AWS refused to answer, allow it and run this again. Else in a terminal",
    `  npx pulumi refresh --stack ${stack}`,
    "asks for each whether to import it (its id: the Import section of its page in Pulumi's registry) or to clear it.",
  ].join("\n");

export interface Outcome {
  stack: string;
  plan: Plan;
  /** Of the plan's steps those that were done. */
  done: readonly Step[];
  exitCode: number;
  error?: string | undefined;
}

/** The report for programs. */
export function toJson({ stack, plan, done, exitCode, error }: Outcome): string {
  const plain = ({ operation: _, ...step }: Step): object => ({
    ...step,
    done: done.some((each) => isStep(each, step)),
  });
  const report = {
    ok: exitCode === 0,
    ...{ exitCode, stack },
    steps: plan.steps.map(plain),
    reread: plan.reread,
    others: plan.others,
    ...(error !== undefined && { error }),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

const isStep = (a: Step, b: Omit<Step, "operation">): boolean =>
  a.urn === b.urn && a.id === b.id && a.what === b.what;
