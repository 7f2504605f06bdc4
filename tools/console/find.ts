/** Where the console of a running `npm start` is, for commands that ask it: a file below `.local/` says so while it runs. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const fileOf = (project: string, stack: string): string =>
  join(project, ".local", "console", `${stack}.json`);

/** Writes it down; the process that ends takes it back by {@link forget}. */
export function announce(project: string, stack: string, port: number): void {
  const file = fileOf(project, stack);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ port, pid: process.pid })}\n`);
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

function read(project: string, stack: string): { port: number; pid: number } | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(project, stack), "utf8")) as { port: number; pid: number };
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
