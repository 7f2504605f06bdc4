/** Command lines of the commands: what is not known is refused, with what is. */
// @ts-nocheck

import { parseArgs, type ParseArgsConfig } from "node:util";

/** A mistake of the user: shown without a stack trace. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig["options"]>;
interface Strict<T extends Options> {
  options: T;
  args: string[];
  strict: true;
}

/** Reads the command line strictly. */
export function readOptions<T extends Options>(
  options: T,
  argv: string[],
): ReturnType<typeof parseArgs<Strict<T>>>["values"] {
  try {
    return parseArgs<Strict<T>>({ options, args: argv, strict: true }).values;
  } catch (error) {
    const known = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(
      `${(error as Error).message.split(". ")[0] ?? ""}. Known options: ${known.join(", ")}.`,
    );
  }
}

/** A port number, 0 for any. */
export function readPort(name: string, value: string): number {
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= 65_535) return port;
  throw new UsageError(`--${name} is \`${value}\`. Allowed is a port number from 0 (any free one) to 65535.`);
}
