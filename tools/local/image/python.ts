/** Virtual environments for build contexts that have a requirements.txt: one per content of that file, kept for later. */
import { createHash } from "node:crypto";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The environment's `bin` folder; undefined for contexts that are not Python. */
export async function pythonEnvironment(
  context: string,
  folder: string,
  progress: (message: string) => void,
): Promise<string | undefined> {
  const requirements = join(context, "requirements.txt");
  if (!existsSync(requirements)) return undefined;
  const python = await findPython();
  const content = readFileSync(requirements);
  const key = createHash("sha256").update(python.version).update(content).digest("hex").slice(0, 16);
  const venv = join(folder, key);
  const complete = join(venv, ".complete");
  if (!existsSync(complete)) {
    progress(`making a virtual environment from requirements.txt (once per change of it) …`);
    // One that was interrupted is made again.
    rmSync(venv, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await run(python.command, ["-m", "venv", venv], "make a virtual environment");
    const hashed = /--hash=/.test(content.toString()) ? ["--require-hashes"] : [];
    const pip = [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--disable-pip-version-check",
      ...hashed,
      "-r",
      requirements,
    ];
    await run(join(venv, "bin", "python3"), pip, "install requirements.txt");
    writeFileSync(complete, "");
  }
  return join(venv, "bin");
}

/**
 * A folder whose requirements.txt names what the `[project]` of a pyproject.toml depends on. The project itself is not installed:
 * its sources run from where they are copied.
 */
export async function requirementsOf(pyproject: string, folder: string): Promise<string> {
  const python = await findPython();
  const list = [
    "import sys, tomllib",
    "project = tomllib.load(open(sys.argv[1], 'rb')).get('project', {})",
    "print('\\n'.join(project.get('dependencies', [])))",
  ].join("; ");
  const dependencies = await run(python.command, ["-c", list, pyproject], "read pyproject.toml");
  const key = createHash("sha256").update(dependencies).digest("hex").slice(0, 16);
  const home = join(folder, `pyproject-${key}`);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "requirements.txt"), dependencies);
  return home;
}

async function findPython(): Promise<{ command: string; version: string }> {
  const show = "import sys; print('%d.%d' % sys.version_info[:2])";
  for (const command of ["python3", "python"]) {
    const version = await run(command, ["-c", show], "").catch(() => undefined);
    if (version !== undefined) return { command, version: version.trim() };
  }
  throw new Error(
    "Python is needed to run the tasks as processes, and neither `python3` nor `python` starts. Install it.",
  );
}

/** @throws Error that says what it was for, with what the command wrote */
export function run(
  command: string,
  args: string[],
  purpose: string,
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const end = () => child.kill();
    process.once("exit", end);
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      process.off("exit", end);
      if (code === 0) resolve(output);
      else
        reject(
          new Error(
            `Could not ${purpose}: \`${command} ${args.join(" ")}\` ended with ${code}.\n${errors.trim()}`,
          ),
        );
    });
  });
}
