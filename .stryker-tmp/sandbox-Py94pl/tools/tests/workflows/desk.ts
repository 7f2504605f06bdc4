// @ts-nocheck
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

interface RunOptions {
  input?: string;
  env?: Record<string, string>;
}

/**
 * The workflows' scripts, in a folder of their own with stand-ins for gh, npm and npx: each notes its arguments and does what
 * the test says, as shell.
 */
export class Desk {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "scripts-"));

  constructor(files: Record<string, string> = {}) {
    const scripts = path.join(this.folder, ".github", "scripts");
    fs.cpSync(path.resolve(__dirname, "../../../.github/scripts"), scripts, { recursive: true });
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(this.folder, name), text);
    fs.mkdirSync(path.join(this.folder, "bin"));
  }

  /** @param body shell; the arguments are `$*` */
  command(name: string, body: string): void {
    const text = `#!/bin/bash\necho "${name} $*" >>"${this.folder}/calls"\n${body}\n`;
    fs.writeFileSync(path.join(this.folder, "bin", name), text, { mode: 0o755 });
  }

  /** Runs a script that says nothing on standard error. */
  run(script: string, args?: string[], options?: RunOptions): { status: number | null; out: string } {
    const { err, ...ended } = this.attempt(script, args, options);
    assert.equal(err, "");
    return ended;
  }

  attempt(
    script: string,
    args: string[] = [],
    { input = "", env = {} }: RunOptions = {},
  ): { status: number | null; out: string; err: string } {
    const { status, stdout, stderr } = spawnSync(path.join(this.folder, ".github/scripts", script), args, {
      input,
      encoding: "utf8",
      env: {
        PATH: `${path.join(this.folder, "bin")}:${process.env.PATH}`,
        GITHUB_REPOSITORY: "octocat/shop",
        ...env,
      },
    });
    return { status, out: stdout, err: stderr };
  }

  get calls(): string[] {
    const file = path.join(this.folder, "calls");
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim().split("\n") : [];
  }

  read(file: string): string {
    return fs.readFileSync(path.join(this.folder, file), "utf8");
  }
}

/** Makes desks for the tests of one `describe`, and clears them away after each. */
export function desks(): (files?: Record<string, string>) => Desk {
  const made: Desk[] = [];
  afterEach(() => made.splice(0).forEach(({ folder }) => fs.rmSync(folder, { recursive: true })));
  return (files) => {
    const desk = new Desk(files);
    made.push(desk);
    return desk;
  };
}
