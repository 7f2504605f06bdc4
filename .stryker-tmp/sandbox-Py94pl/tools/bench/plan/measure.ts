/** Runs both sides in processes of their own, in turns, and takes medians. */
// @ts-nocheck

import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { systemOf } from "./system";

/** One process, or the median of several. */
export interface Cost {
  /** From its start to its end. */
  milliseconds: number;
  /** Time of all its threads on a processor, in milliseconds. */
  processor: number;
  /** Peak resident memory, in KiB. */
  memory: number;
}

/** What was measured with one number of services. */
export interface Size {
  services: number;
  ours: Cost & { resources: number };
  /** The simulation alone, in a process that has run it before. */
  simulation: number;
  /** As it comes: it checks the template it made by CloudFormation's rules. */
  cdk: Cost & { resources: number };
  /** With that check off. */
  unchecked: Cost;
  /** What the CDK says of that many resources, where it does not take them; it was then measured without its limit. */
  refused: string | undefined;
}

interface Measured {
  memory: number;
  processor: number;
  milliseconds?: number;
  resources?: number;
  refused?: string;
}

const root = path.resolve(__dirname, "../../..");
const cdkFolder = path.join(__dirname, "cdk");

/** Installs the CDK on first use, and when its lock file has changed. */
export function installCdk(): void {
  const modified = (file: string): number =>
    fs.statSync(path.join(cdkFolder, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (modified("node_modules/.package-lock.json") >= modified("package-lock.json")) return;
  process.stderr.write("Installing the AWS CDK (once; 190 MB) …\n");
  const { status } = spawnSync("npm", ["ci", "--no-progress", "--loglevel=error"], {
    cwd: cdkFolder,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error("The AWS CDK could not be installed.");
}

export async function measureSize(
  services: number,
  runs: number,
  progress: (message: string) => void,
): Promise<Size> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-plan-"));
  try {
    const system = path.join(folder, "system.json");
    fs.writeFileSync(system, JSON.stringify(systemOf(services)));
    const ours = (what: string): string[] => [
      "-r",
      "./tools/preload.cjs",
      path.join(__dirname, "ours.ts"),
      system,
      what,
    ];
    const cdk = [path.join(cdkFolder, "synth.cjs"), system, path.join(folder, "cdk.out")];
    const named = (what: string): string => `${services} services: ${what}`;

    // First runs fill the caches of the disk and of the compiler, and are not counted.
    progress(named("first runs"));
    await run(ours("plan"));
    const { resources = 0, milliseconds: simulation = 0 } = await run(ours("warm"));
    const { refused } = await run(cdk);
    const lifted = refused === undefined ? cdk : [...cdk, "--no-limit"];
    const counted = await run(lifted);

    const legs: Record<"ours" | "cdk" | "unchecked", Cost[]> = { ours: [], cdk: [], unchecked: [] };
    for (let round = 1; round <= runs; round++) {
      progress(named(`run ${round} of ${runs}`));
      legs.ours.push(await run(ours("plan")));
      legs.cdk.push(await run(lifted));
      legs.unchecked.push(await run(lifted, { CDK_VALIDATION: "false" }));
    }
    return {
      services,
      ours: { ...median(legs.ours), resources },
      simulation,
      cdk: { ...median(legs.cdk), resources: counted.resources ?? 0 },
      unchecked: median(legs.unchecked),
      refused,
    };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs Node to its end. Time is the child's own where it says so, else that of the whole process. */
function run(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<Measured & Cost> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    const [, listing, errors, result] = child.stdio;
    let measured = "";
    let said = "";
    listing!.resume();
    errors!.on("data", (chunk: Buffer) => (said += chunk.toString()));
    result!.on("data", (chunk: Buffer) => (measured += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      const milliseconds = performance.now() - began;
      if (code === 0 && measured !== "") resolve({ milliseconds, ...(JSON.parse(measured) as Measured) });
      else reject(new Error(`node ${args.join(" ")} ended with ${code}:\n${said.slice(-2000)}`));
    });
  });
}

/** Of each figure by itself. */
export function median(costs: readonly Cost[]): Cost {
  const middle = (figure: keyof Cost): number => {
    const sorted = costs.map((cost) => cost[figure]).sort((a, b) => a - b);
    const half = Math.floor(sorted.length / 2);
    return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
  };
  return { milliseconds: middle("milliseconds"), processor: middle("processor"), memory: middle("memory") };
}
