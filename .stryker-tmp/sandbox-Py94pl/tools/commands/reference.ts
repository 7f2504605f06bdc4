// @ts-nocheck
import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder } from "../../simulate/stack";
import { begin, end, renderReference, replaceReference } from "../plan/reference";
import { formatMarkdown } from "../plan/section";
import { Io, runCommand } from "./command";
import { UsageError } from "./options";

const help = `Writes the configuration table of README.md from the descriptions in config/schema.ts.

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
export const main = (argv: string[], io: Io, file = path.join(projectFolder, "README.md")): Promise<number> =>
  runCommand({ flags, help }, argv, io, async ({ check }) => {
    const name = path.basename(file);
    if (!fs.existsSync(file)) throw new UsageError(`There is no ${name}.`);
    const table = await formatMarkdown(renderReference(), file);
    const before = fs.readFileSync(file, "utf8");
    const after = replaceReference(before, table);
    if (after === undefined) {
      throw new UsageError(
        `${name} has no ${begin} followed by ${end}: the configuration table goes between them.`,
      );
    }
    if (check) {
      if (after === before) return;
      throw new UsageError(
        `The configuration table of ${name} is not what config/schema.ts says. Fix: npm run reference.`,
      );
    }
    if (after !== before) fs.writeFileSync(file, after);
    io.stdout.write(
      `${name}: ${after === before ? "the configuration table is up to date" : "configuration table written"}.\n`,
    );
  });

if (require.main === module) {
  void main(process.argv.slice(2), process).then((code) => {
    process.exitCode = code;
  });
}
