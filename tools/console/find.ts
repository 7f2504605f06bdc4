/** Where the console of a running `npm start` is, for commands that ask it: a file below `.local/` says so while it runs. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const fileOf = (project: string, stack: string): string =>
  join(project, ".local", "console", `${stack}.json`);

interface Announced {
  port: number;
  pid: number;
  /** Of the door for commands, see tools/local/door.ts. */
  key?: string;
}

/** Writes it down, for its user alone; the process that ends takes it back by {@link forget}. */
export function announce(project: string, stack: string, port: number, key?: string): void {
  const file = fileOf(project, stack);
  mkdirSync(dirname(file), { recursive: true });
  // The mode is that of a file which is made.
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

/** The same, with the key of its door. */
export function doorOf(project: string, stack: string): { port: number; key: string } | undefined {
  const found = read(project, stack);
  return found?.key !== undefined && runs(found.pid) ? { port: found.port, key: found.key } : undefined;
}

/**
 * Asks a running console.
 *
 * @throws Error with what it says, where it refuses
 */
export async function askConsole(port: number, path: string): Promise<unknown> {
  // Who was killed leaves its file, and something else may have its port or its number.
  const gone = (cause: unknown): never => {
    throw new Error(`No console answers at port ${port}. Fix: start npm start anew.`, { cause });
  };
  const response = await fetch(`http://127.0.0.1:${port}${path}`).catch(gone);
  const body = (await response.json().catch(gone)) as { error?: string };
  if (!response.ok) throw new Error(body.error ?? `The console answers ${response.status}.`);
  return body;
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
