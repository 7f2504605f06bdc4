/** `npm run diagram`: the architecture as a picture, drawn from the recorded resources. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Deployment } from "../../simulate/deployment";
import { simulate } from "../../simulate/program";
import { projectFolder } from "../../simulate/stack";
import { dashboardPicture } from "../dashboard/picture";
import type { Diagram } from "../diagram/elements";
import { layOut, type Shape } from "../diagram/layout";
import { toMermaid } from "../diagram/mermaid";
import { readDiagram } from "../diagram/model";
import { toSvg } from "../diagram/svg";
import { type Io, runCommand } from "./command";
import { UsageError } from "./options";

/** A picture of a stack, and the document that shows it. */
interface Picture {
  stack: string;
  shape: Shape;
  file: string;
}

const standardStack = "dev";

/** The pictures of the documents. */
export const pictures: readonly Picture[] = [
  { stack: "dev", shape: "wide", file: "docs/architecture.svg" },
  { stack: "dev", shape: "narrow", file: "docs/architecture-phone.svg" },
  { stack: "shop", shape: "wide", file: "docs/architecture-shop.svg" },
  { stack: "pr", shape: "wide", file: "docs/architecture-pr.svg" },
];

/** The dashboard of a stack, drawn from made-up data. */
const dashboard = { stack: "prod", file: "docs/dashboard.svg" } as const;

const help = `Draws the architecture of a stack from the resources that the program records, without AWS.

Usage: npm run diagram -- [options]

  --stack <name>  stack to draw (default: ${standardStack}; without any of --stack, --out, --narrow and --mermaid
                  all pictures of the documents are drawn)
  --out <file>    where the SVG goes (default: as below, and docs/architecture-<stack>.svg for another stack)
  --narrow        a picture for a phone, one box below the other
  --check         changes nothing; fails when a file is stale
  --mermaid       prints a Mermaid flowchart instead, for a comment on a pull request
  --help          this text

The pictures of the documents:
${pictures.map(({ file, stack, shape }) => `  ${file.padEnd(28)}  ${stack}${shape === "narrow" ? ", for a phone" : ""}`).join("\n")}
  ${dashboard.file.padEnd(28)}  ${dashboard.stack}'s dashboard, from made-up data

Exit code: 0, or 1 when a file is stale or the configuration has a problem.
`;

const flags = {
  stack: { type: "string" },
  out: { type: "string" },
  narrow: { type: "boolean", default: false },
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
  runCommand({ flags, help }, argv, io, async ({ stack: named, out, narrow, check, mermaid }) => {
    if (mermaid && (check || narrow || out !== undefined))
      throw new UsageError(
        "--mermaid goes to standard output: --check, --narrow and --out exclude it. Fix: npm run diagram -- --stack " +
          `${named ?? "dev"} --mermaid, with > and a file behind it to keep it.`,
      );
    const read = async (name: string): Promise<Diagram> =>
      readDiagram(deployment ?? (await simulate({ stack: name })));
    if (named === undefined && out === undefined && !narrow && !mermaid) {
      await drawAll(read, check, io);
      return;
    }
    const stack = named ?? standardStack;
    const diagram = await read(stack);
    if (mermaid) {
      io.stdout.write(toMermaid(diagram));
      return;
    }
    const shape = narrow ? "narrow" : "wide";
    const svg = toSvg(diagram, layOut(diagram, shape));
    // What a document shows has its own name there.
    const shown = pictures.find((picture) => picture.stack === stack && picture.shape === shape);
    const file = out ?? shown?.file ?? `docs/architecture-${stack}${narrow ? "-phone" : ""}.svg`;
    const again = [
      `npm run diagram -- --stack ${stack}`,
      ...(out === undefined ? [] : [`--out ${out}`]),
      ...(narrow ? ["--narrow"] : []),
    ].join(" ");
    const problem = write(
      { name: file, file: out === undefined ? inProject(file) : path.resolve(out) },
      svg,
      {
        check,
        io,
      },
    );
    if (problem !== undefined) throw new UsageError(`${problem} Fix: ${again}.`);
  });

/** Each picture of the documents. All that are stale are named at once. */
async function drawAll(read: (stack: string) => Promise<Diagram>, check: boolean, io: Io): Promise<void> {
  const diagrams = new Map<string, Diagram>();
  const problems: string[] = [];
  for (const { stack, shape, file } of pictures) {
    const diagram = diagrams.get(stack) ?? (await read(stack));
    diagrams.set(stack, diagram);
    const svg = toSvg(diagram, layOut(diagram, shape));
    const problem = write({ name: file, file: inProject(file) }, svg, { check, io });
    if (problem !== undefined) problems.push(problem);
  }
  const shown = dashboardPicture(await simulate({ stack: dashboard.stack }));
  const problem = write({ name: dashboard.file, file: inProject(dashboard.file) }, shown, { check, io });
  if (problem !== undefined) problems.push(problem);
  if (problems.length > 0) throw new UsageError([...problems, "Fix: npm run diagram."].join("\n"));
}

const inProject = (file: string): string => path.join(projectFolder, file);

/** @returns what is wrong with the file, where it is only checked */
function write(
  { name, file }: { name: string; file: string },
  svg: string,
  { check, io }: { check: boolean; io: Io },
): string | undefined {
  // Git may have written it with other line ends.
  const before = fs.existsSync(file) ? fs.readFileSync(file, "utf8").replaceAll("\r\n", "\n") : undefined;
  if (check) return before === svg ? undefined : `${name} is not what the program describes.`;
  if (before !== svg) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, svg);
  }
  io.stdout.write(`${name}: ${before === svg ? "up to date" : "written"}.\n`);
  return undefined;
}

if (require.main === module) {
  void main(process.argv.slice(2), process).then((code) => {
    process.exitCode = code;
  });
}
