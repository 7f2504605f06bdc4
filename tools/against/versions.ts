import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { UserError } from "../../config/problems";
import { projectFolder } from "../../simulate/stack";
import { PlannedCost } from "../cost/report/saved";
import type { Plan } from "../plan/json";
import { Deployed } from "./deployed";

/** One version of a stack, as it describes itself. */
export interface Version {
  /** How it is called: `origin/main (1a2b3c4)`, `saved.json`, `this version`. */
  name: string;
  resources: Deployed[];
  cost: PlannedCost;
  warnings: string[];
}

const nothing = { resources: [], cost: { unpriced: [] }, warnings: [] };

/**
 * Another version of a stack: of a commit, whose own program runs in a folder below `.local`, or of a file.
 *
 * @param against a git ref, or a file with the output of `plan --json`
 * @param tell is told what takes a while
 * @throws UserError where there is no such version, it has a problem of its own, or cannot be read
 */
export async function versionOf(
  against: string,
  stack: string,
  tell: (line: string) => void,
): Promise<Version> {
  if (fs.existsSync(against) && fs.statSync(against).isFile())
    return read(fs.readFileSync(against, "utf8"), path.basename(against), stack);
  const commit = resolve(against);
  const name = `${against} (${commit.slice(0, 7)})`;
  const folder = await checkout(commit, tell);
  if (!fs.existsSync(path.join(folder, `Pulumi.${stack}.yaml`))) return { name, ...nothing };
  return read(await planOf(folder, name, stack), name, stack);
}

function resolve(ref: string): string {
  try {
    return execFileSync("git", ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`], {
      cwd: projectFolder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  } catch {
    throw new UserError(
      `--against is \`${ref}\`, which is neither a file nor a commit that git knows here. Fix: fetch it (git fetch origin), or ` +
        "name a branch, a tag, a commit or a file that npm run plan -- --json wrote.",
    );
  }
}

const kept = 3;

/** The files of a commit, with the packages of its own lock file. */
async function checkout(commit: string, tell: (line: string) => void): Promise<string> {
  const versions = path.join(projectFolder, ".local", "against");
  const folder = path.join(versions, commit.slice(0, 12));
  if (!fs.existsSync(folder)) {
    fs.mkdirSync(versions, { recursive: true });
    forget(versions);
    // Under another name until it is whole: the next run must not find half of it.
    const partial = fs.mkdtempSync(path.join(versions, "partial-"));
    try {
      const options = { cwd: projectFolder, maxBuffer: 1024 ** 3 };
      const files = execFileSync("git", ["archive", "--format=tar", commit], options);
      execFileSync("tar", ["-x", "-C", partial], { input: files });
      await install(partial, commit, tell);
      fs.renameSync(partial, folder);
    } finally {
      fs.rmSync(partial, { recursive: true, force: true });
    }
  }
  fs.utimesSync(folder, new Date(), new Date());
  return folder;
}

/** All but the versions that were looked at last. */
function forget(versions: string): void {
  const known = fs
    .readdirSync(versions)
    .map((name) => path.join(versions, name))
    .sort((a, b) => fs.statSync(b).mtimeMs - fs.statSync(a).mtimeMs);
  for (const old of known.slice(kept - 1)) fs.rmSync(old, { recursive: true, force: true });
}

/** This version's packages where the lock files are equal; else its own. */
async function install(folder: string, commit: string, tell: (line: string) => void): Promise<void> {
  const [ours, theirs] = [projectFolder, folder].map((root) => lockFile(root));
  if (ours === theirs) {
    for (const room of [".", "tools"]) {
      const modules = path.join(projectFolder, room, "node_modules");
      if (fs.existsSync(modules)) fs.symlinkSync(modules, path.join(folder, room, "node_modules"), "dir");
    }
    return;
  }
  tell(`Installing the npm packages of ${commit.slice(0, 7)}, once: its lock file is another one.`);
  const { code, printed } = await run("npm", ["ci", "--no-progress", "--loglevel=error"], folder);
  if (code !== 0) throw new UserError(`npm ci failed for ${commit.slice(0, 7)}: ${lastLines(printed)}`);
}

const lockFile = (root: string): string => {
  const file = path.join(root, "package-lock.json");
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
};

async function planOf(folder: string, name: string, stack: string): Promise<string> {
  const command = ["-r", "./tools/preload.cjs", "tools/commands/plan.ts", "--stack", stack, "--json"];
  const { code, out, printed } = await run(process.execPath, command, folder);
  if (code === 0) return out;
  throw new UserError(
    `${name} cannot be planned by itself, so nothing can be compared: ${lastLines(printed)}`,
  );
}

async function run(
  command: string,
  args: string[],
  cwd: string,
): Promise<{ code: number | null; out: string; printed: string }> {
  const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let [out, printed] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out, printed };
}

const lastLines = (text: string): string => text.trim().split("\n").slice(-8).join("\n");

function read(text: string, name: string, stack: string): Version {
  let plan: Partial<Plan & { cost: PlannedCost }>;
  try {
    plan = JSON.parse(text) as typeof plan;
  } catch {
    throw new UserError(
      `${name} is no JSON. Fix: write it by npm run --silent plan -- --json --stack ${stack} >${name}.`,
    );
  }
  const { deployed, cost = nothing.cost, warnings = [] } = plan;
  if (!deployed)
    throw new UserError(
      `${name} describes itself in a way that cannot be compared: its version of the program is older than plan --against. ` +
        "Fix: compare with a later one.",
    );
  if (plan.stack !== stack)
    throw new UserError(`${name} is of the stack ${String(plan.stack)}. Fix: --stack ${String(plan.stack)}.`);
  return { name, resources: deployed, cost, warnings };
}
