// @ts-nocheck
import { RunError } from "@pulumi/pulumi";
import type { ParseArgsConfig } from "node:util";
import { readOptions, UsageError } from "./options";

/** Where a command writes; `process` is one. */
export interface Io {
  stdout: { write(text: string): unknown; isTTY?: boolean };
  stderr: { write(text: string): unknown };
}

type Flags = NonNullable<ParseArgsConfig["options"]> & { help: { type: "boolean"; default: false } };

/**
 * What every command does: it reads its line, or shows its help; and what is the user's to mend it shows without a stack
 * trace.
 *
 * @param body does the rest; what it returns is the exit code, 0 if nothing
 * @throws what is a bug: its stack trace is wanted
 * @returns the exit code
 */
export async function runCommand<T extends Flags>(
  { flags, help }: { flags: T; help: string },
  argv: string[],
  io: Io,
  body: (values: ReturnType<typeof readOptions<T>>) => Promise<number | void> | number | void,
): Promise<number> {
  try {
    const values = readOptions(flags, argv);
    if (!(values as { help: boolean }).help) return (await body(values)) ?? 0;
    io.stdout.write(help);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError) && !RunError.isInstance(error)) throw error;
    io.stderr.write(`${error.message}\n`);
    return 1;
  }
}
