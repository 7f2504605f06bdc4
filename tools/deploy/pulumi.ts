/** Runs Pulumi's command line: the project's own where npm runs this, since npm puts it first on the path. */
import { spawn } from "node:child_process";
import * as path from "node:path";
import { UsageError } from "../commands/options";
import { unreadable } from "./unreachable";

export interface Pulumi {
  /** Runs it on the user's terminal, so that it asks and shows progress itself; returns its exit code. */
  run(args: string[]): Promise<number>;
  /** Runs it for its answer. */
  ask(args: string[]): Promise<{ code: number; answer: string }>;
  /** Runs it for all that it says, where what it refuses decides what is next. */
  hear?(args: string[]): Promise<{ code: number; answer: string }>;
}

/** What is asked for yes or no; the words are ours then. */
const quiet = new Set(["whoami"]);

const projectFolder = path.resolve(__dirname, "../..");

/** @param output file descriptor for what Pulumi shows: 1, or 2 to keep standard output for the report */
export function pulumiCli(output: 1 | 2): Pulumi {
  return {
    run: async (args) => (await start(args, output)).code,
    ask: (args) => start([...args, "--non-interactive"], "pipe", quiet.has(args[0] ?? "") ? "ignore" : 2),
    hear: (args) => start([...args, "--non-interactive"], "pipe", "pipe"),
  };
}

/** The answer of `pulumi config --json`. */
export type PulumiConfig = Record<string, { value?: string } | undefined>;

/** A stack's configuration; none if it can't be read, which those will tell in their own way who need it. */
export async function configOf(pulumi: Pulumi, stack: string): Promise<PulumiConfig> {
  const { code, answer } = await pulumi.ask(["config", "--json", "--stack", stack]);
  return code === 0 ? (JSON.parse(answer) as PulumiConfig) : {};
}

/**
 * A stack's outputs.
 *
 * @throws UsageError where they are not readable
 */
export async function outputsOf(pulumi: Pulumi, stack: string): Promise<unknown> {
  const { code, answer } = await pulumi.ask(["stack", "output", "--json", "--stack", stack]);
  if (code !== 0) throw new UsageError(await unreadable(pulumi, `The outputs of the stack ${stack} are`));
  return JSON.parse(answer);
}

/**
 * A stack's state, as `pulumi stack export` writes it.
 *
 * @throws UsageError where it is not readable
 */
export async function stateOf(pulumi: Pulumi, stack: string): Promise<string> {
  const { code, answer } = await pulumi.ask(["stack", "export", "--stack", stack]);
  if (code !== 0) throw new UsageError(await unreadable(pulumi, `The state of the stack ${stack} is`));
  return answer;
}

function start(
  args: string[],
  output: 1 | 2 | "pipe",
  errors: 2 | "ignore" | "pipe" = 2,
): Promise<{ code: number; answer: string }> {
  const child = spawn("pulumi", args, {
    cwd: projectFolder,
    stdio: ["inherit", output, errors],
    // npm's launchers are scripts there.
    shell: process.platform === "win32",
  });
  // Ctrl-C reaches Pulumi too, which then winds down in order: it is waited for. What only this process gets is handed on.
  const interrupted = (): void => undefined;
  const terminated = (): void => void child.kill("SIGTERM");
  process.on("SIGINT", interrupted);
  process.on("SIGTERM", terminated);
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise<{ code: number; answer: string }>((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "ENOENT"
          ? new Error(
              "There is no pulumi on the path. Run this by `npm run`, which brings the project's own.",
            )
          : error,
      ),
    );
    // By convention 128 and the signal's number; 130 is what shells answer for Ctrl-C.
    child.on("close", (code, signal) =>
      resolve({ code: code ?? (signal === "SIGINT" ? 130 : 143), answer: Buffer.concat(chunks).toString() }),
    );
  }).finally(() => {
    process.off("SIGINT", interrupted);
    process.off("SIGTERM", terminated);
  });
}
