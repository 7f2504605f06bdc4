// @ts-nocheck
import { spawn } from "node:child_process";
import { once } from "node:events";

/** What the language host hands to the program's process. */
export interface ProgramRun {
  /** Addresses of the engine's two services. */
  monitor: string;
  engine: string;
  organization: string;
  project: string;
  stack: string;
  /** Folder of Pulumi.yaml. */
  folder: string;
  preview: boolean;
  parallel: number;
  /** `namespace:key` → text. */
  config: Readonly<Record<string, string>>;
  secretKeys: readonly string[];
  /** Spares the type check, which takes most of the time of a run. */
  transpileOnly: boolean;
  /** Milliseconds after which it is killed. */
  timeout: number;
}

/** How the program's process ended, and what it printed itself. */
export interface Ended {
  code: number | null;
  signal: string | null;
  printed: string;
}

/**
 * Runs the program in a process of its own, as Pulumi's language host does: sdk/nodejs/cmd/pulumi-language-nodejs/main.go
 * (execRuntime, constructArguments).
 */
export async function runProgram(run: ProgramRun): Promise<Ended> {
  const { folder, preview, transpileOnly } = run;
  const flags = ["--monitor", run.monitor, "--engine", run.engine, "--organization", run.organization];
  flags.push("--project", run.project, "--stack", run.stack, "--parallel", String(run.parallel));
  flags.push("--pwd", folder, "--root-directory", folder, ...(preview ? ["--dry-run"] : []));
  const keys = Object.entries(run.config).map(([key, value]) => [configKey(key), value]);
  // Of this shell only what starting a process takes: neither its proxy nor its PULUMI_NODEJS_* is to be tested.
  const { PATH, SystemRoot } = process.env;
  const child = spawn(process.execPath, [require.resolve("@pulumi/pulumi/cmd/run"), ...flags, "."], {
    env: {
      PATH,
      SystemRoot,
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(keys)),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(run.secretKeys.map(configKey)),
      PULUMI_NODEJS_TYPESCRIPT: "true",
      PULUMI_NODEJS_TRANSPILE_ONLY: transpileOnly ? "true" : undefined,
    },
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: run.timeout,
    killSignal: "SIGKILL",
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { code, signal, printed };
}

const configKey = (key: string): string => (key.includes(":config:") ? key : key.replace(":", ":config:"));
