/** `npm run diagram`: the architecture as a picture, drawn from the recorded resources. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Deployment } from "../../simulate/deployment";
import { simulate } from "../../simulate/program";
import { projectFolder } from "../../simulate/stack";
import { layOut } from "../diagram/layout";
import { toMermaid } from "../diagram/mermaid";
import { readDiagram } from "../diagram/model";
import { toSvg } from "../diagram/svg";
import { type Io, runCommand } from "./command";
import { UsageError } from "./options";

const standard = "docs/architecture.svg";
/** The stack of README's picture. */
const standardStack = "shop";

const help = `Draws the architecture of a stack from the resources that the program records, without AWS.

Usage: npm run diagram -- [options]

  --stack <name>  stack to draw (default: ${standardStack})
  --out <file>    where the SVG goes (default: ${standard} for ${standardStack}, which is README's picture, and
                  docs/architecture-<stack>.svg for another)
  --check         changes nothing; fails when the file is stale
  --mermaid       prints a Mermaid flowchart instead, for a comment on a pull request
  --help          this text

Exit code: 0, or 1 when the file is stale or the configuration has a problem.
`;

const flags = {
  stack: { type: "string", default: standardStack },
  out: { type: "string" },
  check: { type: "boolean", default: false },
  mermaid: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/**
 * Runs the command.
 *
 * @param deployment stands in for the stack, for tests
 * @returns the exit code
 */
export const main = (argv: string[], io: Io, deployment?: Deployment): Promise<number> =>
  runCommand({ flags, help }, argv, io, async ({ stack, out, check, mermaid }) => {
    if (mermaid && (check || out !== undefined))
      throw new UsageError("--mermaid goes to standard output: --check and --out exclude it. See --help.");
    const diagram = readDiagram(deployment ?? (await simulate({ stack })));
    if (mermaid) io.stdout.write(toMermaid(diagram));
    else write(out, toSvg(diagram, layOut(diagram)), { stack, check }, io);
  });

function write(
  out: string | undefined,
  svg: string,
  { stack, check }: { stack: string; check: boolean },
  io: Io,
): void {
  // README's picture is of one stack: another's goes there when asked to alone.
  const own = stack === standardStack ? standard : `docs/architecture-${stack}.svg`;
  const file = out === undefined ? path.join(projectFolder, own) : path.resolve(out);
  const name = out ?? own;
  // Git may have written it with other line ends.
  const before = fs.existsSync(file) ? fs.readFileSync(file, "utf8").replaceAll("\r\n", "\n") : undefined;
  if (check) {
    if (before === svg) return;
    const again = ["npm run diagram --", `--stack ${stack}`, ...(out === undefined ? [] : [`--out ${out}`])];
    throw new UsageError(`${name} is not what the program describes. Fix: ${again.join(" ")}.`);
  }
  if (before !== svg) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, svg);
  }
  io.stdout.write(`${name}: ${before === svg ? "up to date" : "written"}.\n`);
}

if (require.main === module) {
  void main(process.argv.slice(2), process).then((code) => {
    process.exitCode = code;
  });
}
