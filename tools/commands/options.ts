/** Command lines of the commands: what is not known is refused, with what is. */
import { parseArgs, type ParseArgsConfig } from "node:util";
import { distance } from "../../config/near-names";
import { callOf, swallowedByNpm } from "./swallowed";

/** A mistake of the user: shown without a stack trace. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig["options"]>;
interface Strict<T extends Options> {
  options: T;
  args: string[];
  strict: true;
  allowPositionals: true;
}

/**
 * Reads the command line strictly.
 *
 * @param environment says what npm made of the line before
 */
export function readOptions<T extends Options>(
  options: T,
  argv: string[],
  environment: NodeJS.ProcessEnv = process.env,
): ReturnType<typeof parseArgs<Strict<T>>>["values"] {
  const { values, positionals } = parse(options, argv, environment, false);
  const [word] = positionals;
  if (word === undefined) return values;
  // Where nothing but a stack can be meant by a single word.
  const isStack =
    "stack" in options && positionals.length === 1 && !argv.some((arg) => arg.startsWith("--stack"));
  const rest = argv.filter((arg) => arg !== word).map((arg) => ` ${arg}`);
  throw new UsageError(
    `Unexpected argument '${word}': this command takes options only. ` +
      (isStack
        ? `Fix, if a stack is meant: ${callOf(environment) ?? "npm run <command>"} -- --stack ${word}${rest.join("")}.`
        : `Known options: ${named(options)}.`),
  );
}

const named = (options: Options): string =>
  Object.keys(options)
    .map((name) => `--${name}`)
    .join(", ");

/** Reads a command line that has words besides the options. */
export const readLine = <T extends Options>(
  options: T,
  argv: string[],
  environment: NodeJS.ProcessEnv = process.env,
): ReturnType<typeof parseArgs<Strict<T>>> => parse(options, argv, environment, true);

function parse<T extends Options>(
  options: T,
  argv: string[],
  environment: NodeJS.ProcessEnv,
  words: boolean,
): ReturnType<typeof parseArgs<Strict<T>>> {
  const swallowed = swallowedByNpm(options, argv, environment, words);
  if (swallowed !== undefined) throw new UsageError(swallowed);
  try {
    return parseArgs<Strict<T>>({ options, args: argv, strict: true, allowPositionals: true });
  } catch (error) {
    const reason = (error as Error).message.split(". ")[0] ?? "";
    const meant = nearest(/^Unknown option '--([\w-]+)'/.exec(reason)?.[1], Object.keys(options));
    throw new UsageError(
      `${reason}. Known options: ${named(options)}.${meant === undefined ? "" : ` Did you mean --${meant}?`}`,
    );
  }
}

/** What was meant by a word, where one is near enough: within a third of its letters. */
function nearest(word: string | undefined, known: readonly string[]): string | undefined {
  if (word === undefined) return undefined;
  const [best] = known
    .map((name) => ({ name, far: distance(name, word) }))
    .filter(({ name, far }) => far <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.far - b.far);
  return best?.name;
}

/**
 * Refuses options that exclude each other.
 *
 * @param line what the command is called with besides them, for the fix
 * @param given which of them are given
 */
export function refuseTogether(line: string, given: Readonly<Record<string, boolean>>): void {
  const names = Object.keys(given).map((name) => `--${name}`);
  const [first, second] = Object.keys(given).filter((name) => given[name]);
  if (first === undefined || second === undefined) return;
  throw new UsageError(
    `${names.slice(0, -1).join(", ")} and ${names.at(-1)} exclude each other. Fix, for the one: ${line} --${first}; for the ` +
      `other: ${line} --${second}.`,
  );
}

/**
 * Refuses what is no stack's name, before it goes into command lines. Pulumi allows no others; a slash stands behind an
 * organization.
 */
export function checkStack(stack: string): void {
  if (!/^[\w./-]+$/.test(stack) || stack.startsWith("-"))
    throw new UsageError(`--stack is \`${stack}\`. Allowed are letters, digits and -_./`);
}

/** A port number, 0 for any. */
export function readPort(name: string, value: string): number {
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= 65_535) return port;
  throw new UsageError(`--${name} is \`${value}\`. Allowed is a port number from 0 (any free one) to 65535.`);
}
