/** Virtual environments for build contexts that have a requirements.txt: one per content of that file, kept for later. */
import { createHash } from "node:crypto";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { offline } from "./offline";

export interface PythonEnvironment {
  /** Its `bin` folder. */
  binaries: string;
  version: string;
}

/**
 * Undefined for contexts that are not Python.
 *
 * @param wanted the image's version, which is taken where this machine has it
 */
export async function pythonEnvironment(
  context: string,
  folder: string,
  progress: (message: string) => void,
  wanted?: string,
): Promise<PythonEnvironment | undefined> {
  const requirements = join(context, "requirements.txt");
  if (!existsSync(requirements)) return undefined;
  const python = await findPython(undefined, wanted);
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
  return { binaries: join(venv, "bin"), version: python.version };
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

/** Minor version of what the services here are written for. A newer one than those named is taken, too, where `python3` is one. */
const oldest = 11;
const names = ["python3.14", "python3.13", "python3.12", "python3.11", "python3", "python"];

export interface Python {
  command: string;
  version: string;
}

/**
 * A Python that is new enough, by name and by what it says of itself: `python3` may be older than another one beside it.
 *
 * @param ask stands in for this machine, for tests
 * @param wanted the version that is best, of those that are new enough
 * @throws Error that names what there is, and what is needed
 */
export async function findPython(
  ask: (command: string) => Promise<string> = (command) => run(command, ["-c", showVersion], ""),
  wanted?: string,
): Promise<Python> {
  const old: string[] = [];
  const best = wanted === undefined ? undefined : `python${wanted}`;
  if (best !== undefined && (await ask(best).catch(() => "")).trim() === wanted && isNew(wanted))
    return { command: best, version: wanted };
  // The usual name next: whoever made a choice made it there.
  for (const command of ["python3", ...names]) {
    const version = (await ask(command).catch(() => "")).trim();
    if (isNew(version)) return { command, version };
    if (version !== "") old.push(`\`${command}\` is ${version}`);
  }
  const found = old.length > 0 ? [...new Set(old)].join(", ") : "neither `python3` nor `python` starts";
  throw new Error(
    `Python 3.${oldest} or later is needed to run the tasks as processes, and ${found}. Install one (python3.12, for example), or ` +
      "start a Docker engine and leave --tasks out.",
  );
}

const isNew = (version: string): boolean => Number(/^3\.(\d+)$/.exec(version)?.[1] ?? -1) >= oldest;

const showVersion = "import sys; print('%d.%d' % sys.version_info[:2])";

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
      else reject(new Error(failureOf(purpose, `${command} ${args.join(" ")}`, code, errors)));
    });
  });
}

/** The last lines of what it said, and the way out. */
export function failureOf(purpose: string, command: string, code: number | null, errors: string): string {
  const lines = errors.split("\n").filter((line) => line.trim() !== "");
  const [file = "requirements.txt"] = /\S+\.(json|toml|txt)/.exec(purpose) ?? [];
  const ofNode = file === "package-lock.json";
  const mirror = ofNode ? "npm a mirror by npm config set registry" : "pip a mirror by PIP_INDEX_URL";
  const fix = offline.test(errors)
    ? `It asks the network and gets no answer: connect this machine, or tell ${mirror}.`
    : /No space left|Permission denied|Read-only file system/.test(errors)
      ? "It writes to .local/ in this project: make that folder writable, with space on its disk."
      : /ensurepip|No module named venv/.test(errors)
        ? "This Python comes without venv: install it (python3-venv on Debian)."
        : `Correct ${file}${ofNode ? ": run npm install beside it" : ""}.`;
  return [
    `Could not ${purpose}: \`${command}\` ended with ${code}.`,
    ...lines.slice(-6).map((line) => `  ${line}`),
    fix,
  ].join("\n");
}
