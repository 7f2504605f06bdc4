import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder } from "../../simulate/stack";
import { begin, end, renderReference, replaceReference } from "../plan/reference";
import { Io, runCommand } from "./command";
import { UsageError } from "./options";

const help = `Writes the configuration tables of docs/configuration.md from the descriptions in config/schema.ts.

Usage: npm run reference -- [--check]

  --check  changes nothing; fails when the tables are stale
  --help   this text

The tables stand between ${begin} and ${end}.
`;

const flags = {
  check: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/**
 * Runs the command.
 *
 * @param file the document
 * @returns the exit code
 */
export const main = (
  argv: string[],
  io: Io,
  file = path.join(projectFolder, "docs/configuration.md"),
): Promise<number> =>
  runCommand({ flags, help }, argv, io, ({ check }) => {
    const name = path.basename(file);
    if (!fs.existsSync(file)) throw new UsageError(`There is no ${name}.`);
    const before = fs.readFileSync(file, "utf8");
    const after = replaceReference(before, renderReference());
    if (after === undefined) {
      throw new UsageError(
        `${name} has no ${begin} followed by ${end}: the configuration tables go between them.`,
      );
    }
    if (check) {
      if (after === before) return;
      throw new UsageError(
        `The configuration tables of ${name} are not what config/schema.ts says. Fix: npm run reference.`,
      );
    }
    if (after !== before) fs.writeFileSync(file, after);
    io.stdout.write(
      `${name}: ${after === before ? "the configuration tables are up to date" : "configuration tables written"}.\n`,
    );
  });

if (require.main === module) {
  void main(process.argv.slice(2), process).then((code) => {
    process.exitCode = code;
  });
}
