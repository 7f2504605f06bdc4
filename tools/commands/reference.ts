import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder } from "../../simulate/stack";
import { begin, end, renderReference, replaceReference } from "../plan/reference";
import { formatMarkdown } from "../plan/section";
import { readOptions } from "./options";
import { Io } from "./plan";

const help = `Writes the configuration table of README.md from the descriptions in schema.ts.

Usage: npm run reference -- [--check]

  --check  changes nothing; fails when the table is stale
  --help   this text

The table stands between ${begin} and ${end}.
`;

const flags = {
  check: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/**
 * Runs the command.
 *
 * @param file the README
 * @returns the exit code
 */
export async function main(
  argv: string[],
  io: Io,
  file = path.join(projectFolder, "README.md"),
): Promise<number> {
  const name = path.basename(file);
  const refuse = (message: string): number => {
    io.stderr.write(`${message}\n`);
    return 1;
  };
  let values;
  try {
    values = readOptions(flags, argv);
  } catch (error) {
    return refuse((error as Error).message);
  }
  if (values.help) {
    io.stdout.write(help);
    return 0;
  }
  if (!fs.existsSync(file)) return refuse(`There is no ${name}.`);

  const table = await formatMarkdown(renderReference(), file);
  const before = fs.readFileSync(file, "utf8");
  const after = replaceReference(before, table);
  if (after === undefined) {
    return refuse(`${name} has no ${begin} followed by ${end}: the configuration table goes between them.`);
  }
  if (values.check) {
    return after === before
      ? 0
      : refuse(`The configuration table of ${name} is not what schema.ts says. Fix: npm run reference.`);
  }
  if (after !== before) fs.writeFileSync(file, after);
  io.stdout.write(
    `${name}: ${after === before ? "the configuration table is up to date" : "configuration table written"}.\n`,
  );
  return 0;
}

if (require.main === module) {
  void main(process.argv.slice(2), process).then((code) => {
    process.exitCode = code;
  });
}
