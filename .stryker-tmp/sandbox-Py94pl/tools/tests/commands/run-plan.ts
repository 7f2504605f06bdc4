// @ts-nocheck
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
