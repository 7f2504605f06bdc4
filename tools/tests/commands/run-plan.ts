import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import type { SimulateOptions } from "../../../simulate/program";
import { projectFolder } from "../../../simulate/stack";
import { main } from "../../commands/plan";

export interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the command in this process, with a configuration instead of a stack's file. */
export async function plan(argv: string[], options: SimulateOptions = {}): Promise<Result> {
  const written = { stdout: "", stderr: "" };
  const io = {
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: { write: (text: string) => (written.stderr += text) },
  };
  return { code: await main(argv, io, options), ...written };
}

/** Runs it as npm does. */
export function spawn(...argv: string[]): Result {
  const command = path.join(projectFolder, "tools/commands/plan.ts");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["-r", "./tools/preload.cjs", command, ...argv],
    { cwd: projectFolder, encoding: "utf8" },
  );
  return { code: status ?? -1, stdout, stderr };
}

/** A line's columns, with the branches of the tree kept. */
const columns = (line: string): string[] => line.trim().split(/ {2,}/);

/** The block of lines that begins with this component, up to the next blank line. */
export function component(text: string, name: string, type: string): string[][] {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => columns(line).join(" ") === `${name} ${type}`);
  assert.notEqual(first, -1, `${name} ${type}`);
  const last = lines.indexOf("", first);
  return lines.slice(first, last).map(columns);
}
