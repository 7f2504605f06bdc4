import * as pulumi from "@pulumi/pulumi";
import { isSecret, printable, shown, shownPath } from "./printed";

/** One thing wrong with the configuration: where, what was found, what would do, and how to mend it. */
export interface Problem {
  /** As written in the stack's file, for example `services.flask.cpu`. */
  path: string;
  /** Said in place of the value where a value alone tells nothing, for example `unknown key`. */
  got: unknown;
  allowed: string;
  fix: string;
}

/** Text that stands for itself in {@link Problem.got} instead of being shown as a value. */
export class Said {
  constructor(readonly text: string) {}
}

/**
 * An error of the user's, not of the program's: `pulumi up` shows its message alone. It has no stack, because on Node 20
 * Pulumi takes half a minute to print one (https://github.com/nodejs/node/issues/64011).
 */
export class UserError extends pulumi.RunError {
  constructor(message: string) {
    super(message);
    this.stack = undefined;
  }
}

/** Every problem of the configuration at once. */
export class ConfigurationError extends UserError {
  constructor(
    readonly problems: readonly Problem[],
    stack: string,
  ) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super([`${count} in the configuration of stack ${stack}:`, ...lines(problems)].join("\n  "));
  }
}

/** A long list of what is allowed is written out once: the keys of a service would bury ten slips in it. */
function lines(problems: readonly Problem[]): string[] {
  const first = new Map<string, string>();
  return problems.map((problem) => {
    const { allowed, path } = problem;
    const before = first.get(allowed);
    if (before === undefined) first.set(allowed, path);
    return line(
      before === undefined || allowed.length < 120
        ? problem
        : { ...problem, allowed: `the same as for ${shownPath(before)}` },
    );
  });
}

function line({ path, got, allowed, fix }: Problem): string {
  const hidden = isSecret(path) && got !== undefined && got !== null;
  const found =
    got instanceof Said
      ? printable(got.text)
      : hidden
        ? "it is not shown, because it may be the secret itself"
        : `got ${shown(got)}`;
  // A list of names is empty where nothing of the kind is there, or is right.
  return `${shownPath(path)}: ${found}. Allowed: ${printable(allowed || "nothing yet")}. Fix: ${printable(fix)}.`;
}

/** An object of the configuration, not a list. */
export const isObject = (raw: unknown): raw is Record<string, unknown> =>
  typeof raw === "object" && raw !== null && !Array.isArray(raw);

/** Whether the user wrote the key himself: a default is no contradiction. */
export const isGiven = (raw: unknown, key: string): boolean => isObject(raw) && Object.hasOwn(raw, key);
