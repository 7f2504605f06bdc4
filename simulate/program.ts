import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { REGISTER_INSTANCE } from "ts-node";
import { Deployment } from "./deployment";
import { UserError } from "../config/problems";
import { leakedPromises } from "./promises";
import { Recorder } from "./recorder";
import { Config, projectFolder, readProject, readStack } from "./stack";
import type { Configured, Where } from "./aws/account";

export interface SimulateOptions {
  /** Name of the stack; its file `Pulumi.<stack>.yaml` is read unless `config` is given. Default: dev. */
  stack?: string;
  /** Configuration instead of the stack's file, with `namespace:key` keys (see toConfig in stack.ts). */
  config?: Config;
  /** Configurations of stacks that this one refers to, instead of their files. */
  stacks?: Readonly<Record<string, Config>>;
  /** Keys of the configuration that are encrypted in the stack's file. */
  secretKeys?: string[];
  /** Leaves unknown what only AWS can tell, as `pulumi preview` of a new stack does. Default: false. */
  preview?: boolean;
  /** Answers to look-ups that differ from simulate/aws.ts, by token. */
  invokes?: Where["invokes"];
  /** What to run instead of index.ts, for tests of single components. */
  program?: () => unknown;
  /** Milliseconds without a step after which a program is given up that never settles. Default: 20,000. */
  deadline?: number;
}

/** Runs the program once after the other: Pulumi's runtime is one for the process. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs the program of a stack with stand-ins for AWS and records what it registers.
 *
 * @throws what the program throws, for example ConfigurationError; or Error if it never settles
 */
export function simulate(options: SimulateOptions = {}): Promise<Deployment> {
  const run = last.then(() => simulateWithReferences(options));
  last = run.catch(() => undefined);
  return run;
}

/**
 * A stack that reads another's outputs is run again once that one has been run.
 *
 * @param readers the stacks that are waiting for this one
 */
async function simulateWithReferences(
  options: SimulateOptions,
  readers: readonly string[] = [],
): Promise<Deployment> {
  const chain = [...readers, options.stack ?? "dev"];
  const references = new Map<string, Deployment>();
  for (;;) {
    const result = await simulateNow(options, references);
    if (typeof result !== "string") return result;
    const [, project, stack] = result.split("/") as [string, string, string];
    if (project !== readProject().name) {
      throw new UserError(`The stack ${result} is of another project, and cannot be simulated here.`);
    }
    if (chain.includes(stack))
      throw new UserError(`Stacks share in a circle: ${[...chain, stack].join(" → ")}.`);
    // Deployed already, when this one is previewed.
    const { stacks = {}, invokes } = options;
    const other = { stack, stacks, invokes, ...(Object.hasOwn(stacks, stack) && { config: stacks[stack]! }) };
    references.set(result, await simulateWithReferences(other, chain));
  }
}

/**
 * Pulumi takes a stack trace of each promise it makes, which is half of a simulation's time. They are left out, unless the
 * program fails in a way that its user would want one for.
 */
async function simulateNow(
  options: SimulateOptions,
  references: ReadonlyMap<string, Deployment>,
): Promise<Deployment | string> {
  const before = Object.assign({ prepareStackTrace: undefined }, Error);
  const restore = (): void => void Object.assign(Error, before);
  try {
    Error.stackTraceLimit = 0;
    // For where a resource was made it takes traces of its own, whatever the limit; ts-node maps each line of them.
    Error.prepareStackTrace = String;
    return await simulateOnce(options, references);
  } catch (error) {
    if (pulumi.RunError.isInstance(error)) throw error;
    restore();
    return await simulateOnce(options, references);
  } finally {
    restore();
  }
}

/** @returns the deployment, or the name of a stack that is not among the references */
async function simulateOnce(
  options: SimulateOptions,
  references: ReadonlyMap<string, Deployment>,
): Promise<Deployment | string> {
  const { stack = "dev", preview = false, program = runIndex } = options;
  const config = options.config ?? readStack(stack);
  const { name: project } = readProject();
  const region = config["aws:region"] ?? "";
  const scope = references.size > 0 ? stack : undefined;
  const where = { region, scope, configured: configuredBy(config, project), invokes: options.invokes };
  const recorder = new Recorder(where, preview, references);

  await pulumi.runtime.setMocks(recorder.mocks, project, stack, preview, "organization");
  pulumi.runtime.setAllConfig(config, options.secretKeys);
  recorder.attach(pulumi.runtime.getMonitor());
  forgetProgram();

  const failure = watchForFailure(options.deadline ?? 20_000, () => recorder.steps);
  const unhear = recorder.hearWarnings();
  try {
    await failure.race(
      pulumi.runtime.runInPulumiStack(async () => {
        const exported = await program();
        return (typeof exported === "function" ? await (exported as () => unknown)() : exported) as Record<
          string,
          unknown
        >;
      }),
    );
    await failure.race(recorder.settle(() => pulumi.runtime.disconnect()));
    const [leaks, message] = leakedPromises();
    if (leaks.size > 0) throw new Error(message);
  } catch (error) {
    if (recorder.missing === undefined) throw error;
    return recorder.missing;
  } finally {
    // A failed program rejects more promises than the one that was awaited, a turn later.
    await new Promise((resolve) => setImmediate(resolve));
    // Makes Pulumi forget what never settled: the process would exit with 1 for a program that failed on purpose.
    leakedPromises();
    failure.stop();
    unhear();
  }
  return recorder.deployment({ project, stack, region, preview });
}

/** The sections that say something of others' things. What is malformed the program refuses by itself. */
function configuredBy(config: Config, project: string): Configured {
  const section = (name: string): object | undefined => {
    try {
      return Object(JSON.parse(config[`${project}:${name}`] ?? "{}")) as object;
    } catch {
      return undefined;
    }
  };
  return { network: section("network") ?? {}, api: section("api") ?? {} };
}

/** Loading the program anew runs its modules again; to compile them again would take most of a simulation's time. */
function compileOnce(): void {
  const compiler = process[REGISTER_INSTANCE];
  if (!compiler) return;
  const compile = compiler.compile.bind(compiler);
  const compiled = new Map<string, string>();
  compiler.compile = (code, file, line) => {
    const key = `${file}\n${code}`;
    const known = compiled.get(key) ?? compile(code, file, line);
    compiled.set(key, known);
    return known;
  };
}
compileOnce();

/** Forgets what may have state of a run: each part's file at the root, and the folder of its name. */
export function forgetProgram(): void {
  const partOf = (name: string): string => name.replace(/\.ts$/, "");
  const parts = new Set(
    fs
      .readdirSync(projectFolder)
      .filter((name) => name.endsWith(".ts"))
      .map(partOf),
  );
  for (const file of Object.keys(require.cache)) {
    const [top = ""] = path.relative(projectFolder, file).split(path.sep);
    if (parts.has(partOf(top))) delete require.cache[file];
  }
}

export function runIndex(): unknown {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded anew for each run, as a new process would
  return require("../index");
}

/**
 * A registration that fails never settles what waits for it; only the process hears of it, as an unhandled rejection. This
 * turns the first one, or a deadline, into a failure of the run. The deadline is of a program that stands still: one of hundreds of services takes
 * its time, and while it computes no time counts at all, as no timer runs.
 */
function watchForFailure(
  milliseconds: number,
  steps: () => number,
): {
  race: <T>(promise: Promise<T>) => Promise<T>;
  stop: () => void;
} {
  let fail: (reason: unknown) => void = () => undefined;
  const failure = new Promise<never>((_, reject) => {
    fail = (reason) => reject(reason instanceof Error ? reason : new Error(String(reason)));
  });
  failure.catch(() => undefined);
  const before = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", fail);
  let seen = steps();
  let quiet = 0;
  const looks = 10;
  const late = setInterval(() => {
    quiet = steps() === seen ? quiet + 1 : 0;
    seen = steps();
    if (quiet >= looks) fail(new pulumi.RunError(`The program never settled. ${leakedPromises()[1]}`));
  }, milliseconds / looks);
  return {
    race: (promise) => Promise.race([failure, promise]),
    stop: () => {
      clearInterval(late);
      process.removeListener("unhandledRejection", fail);
      before.forEach((listener) => process.on("unhandledRejection", listener));
    },
  };
}
