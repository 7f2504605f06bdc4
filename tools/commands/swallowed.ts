/**
 * Options that npm took for its own. Without `--` before them `npm run plan --stack=prod` sets npm's setting `stack`, of
 * which a script sees only the variable npm_config_stack. https://docs.npmjs.com/cli/v11/using-npm/config
 */
import type { ParseArgsConfig } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Environment = Readonly<Record<string, string | undefined>>;

/** How npm's user calls the script that runs: `npm start`, `npm run plan`; undefined where npm did not start it. */
export function callOf({ npm_lifecycle_event: script }: Environment): string | undefined {
  return script === undefined ? undefined : script === "start" ? "npm start" : `npm run ${script}`;
}

/**
 * What to say where npm took options of this command.
 *
 * @param argv what npm passed on
 * @param words whether the command takes words besides its options
 * @returns undefined where it took none
 */
export function swallowedByNpm(
  options: Options,
  argv: readonly string[],
  environment: Environment,
  words = false,
): string | undefined {
  const call = callOf(environment);
  if (call === undefined) return undefined;
  const taken = Object.keys(options).flatMap((name): [name: string, value: string | undefined][] => {
    const value = environment[`npm_config_${name.replaceAll("-", "_")}`];
    const isGiven = argv.some((word) => word === `--${name}` || word.startsWith(`--${name}=`));
    // What is empty is off, or npm's way to say that a setting has no value.
    if (isGiven || value === undefined || ["", "false", "null", "undefined"].includes(value)) return [];
    return [[name, options[name]!.type === "boolean" || value === "true" ? undefined : value]];
  });
  if (taken.length === 0) return undefined;
  const names = taken.map(([name]) => `--${name}`).join(" and ");
  const own = taken.filter(([name]) => ofNpm.has(name)).map(([name]) => `--no-${name}`);
  return (
    `npm took ${names} for itself, and did not pass ${taken.length === 1 ? "it" : "them"} on: options of this ` +
    `command stand after \`--\`. Fix: ${call} -- ${rightLine(options, argv, taken, words)}` +
    (own.length === 0
      ? ""
      : ` (if it is a setting of npm in a .npmrc or the environment: ${call} ${own.join(" ")})`)
  );
}

/** Options of commands here that npm has too, so that a setting of the user's may be meant for npm. */
const ofNpm: ReadonlySet<string> = new Set(["json", "yes", "force", "dry-run"]);

/** The options as they should have been written, as far as can be told. */
function rightLine(
  options: Options,
  argv: readonly string[],
  taken: readonly [name: string, value: string | undefined][],
  words: boolean,
): string {
  const lacks = (name: string, value: string | undefined): boolean =>
    value === undefined && options[name]!.type === "string";
  const lacking = taken.filter(([name, value]) => lacks(name, value)).length;
  // The value of `--stack prod` came as a word, and of several words or options which belongs to which is lost.
  const isPlain = (word: string): boolean => !word.startsWith("-");
  const loose = argv.filter(isPlain);
  const paired = lacking === 1 && loose.length === 1 && argv.every(isPlain) && !words ? loose[0] : undefined;
  const written = taken.map(([name, value]) =>
    lacks(name, value)
      ? `--${name} ${paired ?? "<value>"}`
      : `--${name}${value === undefined ? "" : ` ${quoted(value)}`}`,
  );
  const rest = lacking > 0 && !words ? argv.filter((word) => !isPlain(word)) : lacking > 0 ? [] : argv;
  return [...written, ...rest.map(quoted)].join(" ");
}

const quoted = (word: string): string => (/^[\w./:@,=+-]+$/.test(word) ? word : `"${word}"`);
