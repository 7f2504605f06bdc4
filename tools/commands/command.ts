import { RunError } from "@pulumi/pulumi";
import type { ParseArgsConfig } from "node:util";
import { visible } from "../../rules/visible";
import { diskSays } from "./disk";
import { readLine, readOptions, UsageError } from "./options";
import { callOf } from "./swallowed";

/** Where a command writes; `process` is one. */
export interface Io {
  stdout: { write(text: string): unknown; isTTY?: boolean; columns?: number };
  stderr: { write(text: string): unknown };
}

/** Characters of a line of the terminal; no bound where there is none, so that what reads the output finds whole lines. */
export const widthOf = ({ stdout: { isTTY, columns } }: Io): number =>
  isTTY === true && columns !== undefined && columns > 0 ? Math.max(40, columns) : Infinity;

type Flags = NonNullable<ParseArgsConfig["options"]> & { help: { type: "boolean"; default: false } };

/**
 * What every command does: it reads its line, or shows its help; and what is the user's to mend it shows without a stack
 * trace.
 *
 * @param words whether words besides the options are taken
 * @param body does the rest; what it returns is the exit code, 0 if nothing
 * @throws what is a bug: its stack trace is wanted
 * @returns the exit code
 */
export async function runCommand<T extends Flags>(
  { flags, help, words = false }: { flags: T; help: string; words?: boolean },
  argv: string[],
  io: Io,
  body: (
    values: ReturnType<typeof readOptions<T>>,
    words: readonly string[],
  ) => Promise<number | void> | number | void,
): Promise<number> {
  try {
    const { values, positionals } = words
      ? readLine(flags, argv)
      : { values: readOptions(flags, argv), positionals: [] };
    if (!(values as { help: boolean }).help) return (await body(values, positionals)) ?? 0;
    io.stdout.write(help);
    return 0;
  } catch (error) {
    const ofTheDisk = diskSays(error, callOf(process.env) ?? "this command");
    const isExpected = error instanceof UsageError || RunError.isInstance(error);
    if (!isExpected && ofTheDisk === undefined) throw error;
    const { message } = error as Error;
    io.stderr.write(`${visible(isExpected ? message : `${message}\n${ofTheDisk}`)}\n`);
    return 1;
  }
}
