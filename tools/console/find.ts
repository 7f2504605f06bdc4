/** Where the console of a running `npm start` is, for commands that ask it: a file below `.local/` says so while it runs. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UsageError } from "../commands/options";

const fileOf = (project: string, stack: string): string =>
  join(project, ".local", "console", `${stack}.json`);

interface Announced {
  port: number;
  pid: number;
  /** Lets in who may read this file; older ones have none. */
  key?: string;
}

/** Writes it down; the process that ends takes it back by {@link forget}. */
export function announce(project: string, stack: string, port: number, key?: string): void {
  const file = fileOf(project, stack);
  mkdirSync(dirname(file), { recursive: true });
  // A file that is there keeps its mode.
  rmSync(file, { force: true });
  writeFileSync(file, `${JSON.stringify({ port, pid: process.pid, key })}\n`, { mode: 0o600 });
}

export function forget(project: string, stack: string): void {
  if (read(project, stack)?.pid === process.pid) rmSync(fileOf(project, stack), { force: true });
}

/** Its port; undefined where no `npm start` of this stack runs. */
export function consoleOf(project: string, stack: string): number | undefined {
  const found = read(project, stack);
  return found && runs(found.pid) ? found.port : undefined;
}

/**
 * Asks a running console.
 *
 * @throws Error with what it says, where it refuses
 */
export async function askConsole(port: number, path: string): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  const body = (await response.json()) as { error?: string };
  if (!response.ok) throw new Error(body.error ?? `The console answers ${response.status}.`);
  return body;
}

/**
 * Asks the running `npm start` of a stack what it answers to commands alone.
 *
 * @throws UsageError where none runs
 * @throws Error with what it says, where it refuses
 */
export async function askLocal(project: string, stack: string, path: string): Promise<unknown> {
  const port = consoleOf(project, stack);
  const start = `npm start${stack === "dev" ? "" : ` -- --stack ${stack}`}`;
  if (port === undefined)
    throw new UsageError(
      `No ${start} runs here that can be asked. Fix: start it in another terminal, without --no-console.`,
    );
  const key = read(project, stack)?.key ?? "";
  try {
    return await askConsole(port, `${path}${path.includes("?") ? "&" : "?"}key=${encodeURIComponent(key)}`);
  } catch (error) {
    // So fetch tells that nobody answered.
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(`The ${start} that ran here has ended.`);
  }
}

function read(project: string, stack: string): Announced | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(project, stack), "utf8")) as Announced;
  } catch {
    return undefined;
  }
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
