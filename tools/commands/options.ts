/** Command lines of the commands: what is not known is refused, with what is. */
import { parseArgs, type ParseArgsConfig } from "node:util";

/** A mistake of the user: shown without a stack trace. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig["options"]>;
interface Strict<T extends Options> {
  options: T;
  args: string[];
  strict: true;
  allowPositionals: true;
}

/** Reads the command line strictly. */
export function readOptions<T extends Options>(
  options: T,
  argv: string[],
): ReturnType<typeof parseArgs<Strict<T>>>["values"] {
  const { values, positionals } = readLine(options, argv);
  if (positionals.length > 0)
    throw new UsageError(`Unexpected argument '${positionals[0]}'. Known options: ${named(options)}.`);
  return values;
}

const named = (options: Options): string =>
  Object.keys(options)
    .map((name) => `--${name}`)
    .join(", ");

/** Reads a command line that has words besides the options. */
export function readLine<T extends Options>(
  options: T,
  argv: string[],
): ReturnType<typeof parseArgs<Strict<T>>> {
  try {
    return parseArgs<Strict<T>>({ options, args: argv, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError(
      `${(error as Error).message.split(". ")[0] ?? ""}. Known options: ${named(options)}.`,
    );
  }
}

/** A port number, 0 for any. */
export function readPort(name: string, value: string): number {
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= 65_535) return port;
  throw new UsageError(`--${name} is \`${value}\`. Allowed is a port number from 0 (any free one) to 65535.`);
}
