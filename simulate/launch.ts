import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import type { RuntimeOptions } from "./stack";

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
  /** What Pulumi.yaml says of how the program is loaded. */
  runtime: RuntimeOptions;
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
 * (parseOptions, execRuntime, constructArguments).
 */
export async function runProgram(run: ProgramRun): Promise<Ended> {
  const { folder, preview } = run;
  const { nodeargs, environment } = loading(run.runtime);
  const flags = ["--monitor", run.monitor, "--engine", run.engine, "--organization", run.organization];
  flags.push("--project", run.project, "--stack", run.stack, "--parallel", String(run.parallel));
  flags.push("--pwd", folder, "--root-directory", folder, ...(preview ? ["--dry-run"] : []));
  const keys = Object.entries(run.config).map(([key, value]) => [configKey(key), value]);
  // Of this shell only what starting a process takes: neither its proxy nor its PULUMI_NODEJS_* is to be tested.
  const { PATH, SystemRoot } = process.env;
  const entry = createRequire(path.join(folder, "package.json")).resolve("@pulumi/pulumi/cmd/run");
  const child = spawn(process.execPath, [...nodeargs, entry, ...flags, "."], {
    env: {
      PATH,
      SystemRoot,
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(keys)),
      // Unlike the keys above they are compared as they are: sdk/nodejs/runtime/config.ts (isConfigSecret).
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(run.secretKeys),
      ...environment,
    },
    // The program is found by --pwd, from wherever Pulumi runs.
    cwd: os.tmpdir(),
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

/** What the options of Pulumi.yaml's runtime become. */
function loading({ typescript = true, tsconfig, nodeargs = "" }: RuntimeOptions): {
  nodeargs: string[];
  environment: NodeJS.ProcessEnv;
} {
  return {
    // Split as a shell would, which is here: at spaces, unless the whole word is quoted.
    nodeargs: (nodeargs.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) =>
      word.replace(/^(["'])(.*)\1$/, "$2"),
    ),
    environment: {
      ...(typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
      ...(tsconfig !== undefined && { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
    },
  };
}

const configKey = (key: string): string => (key.includes(":config:") ? key : key.replace(":", ":config:"));
