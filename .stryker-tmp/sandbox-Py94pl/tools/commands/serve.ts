/** What `npm start` does once its command line is understood. */
// @ts-nocheck

import { mkdirSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { withReferences } from "../../simulate/deployment";
import { simulate } from "../../simulate/program";
import { findEngine, type Engine } from "../local/fargate/engine";
import { StandInIssuer, type IssuedToken } from "../local/gateway/issuer";
import type { MetadataServer } from "../local/fargate/metadata";
import type { TaskRunner } from "../local/fargate/runner";
import { ContainerRunner } from "../local/fargate/containers";
import { ProcessRunner } from "../local/fargate/processes";
import { startStack, type LocalStack } from "../local/stack";
import { UsageError } from "./options";
import { commentary, summary, type TokenFile } from "./start-output";

export interface ServeOptions {
  stack: string;
  port: number;
  dnsPort: number;
  tasks: "containers" | "processes" | undefined;
  /** Whether this machine stands in for the issuers of tokens. */
  tokens: boolean;
}

const project = resolve(__dirname, "../..");
const print = (line: string) => void process.stdout.write(`${line}\n`);

/** Serves the stack until a signal ends the process. */
export async function serve(options: ServeOptions): Promise<void> {
  const { port, dnsPort, tasks } = options;
  const issuer = options.tokens ? await StandInIssuer.create() : undefined;
  const stopping = stopOnSignal();
  print(`Reading the program of the stack ${options.stack} …`);
  const own = await simulate({ stack: options.stack });
  const deployment = { ...own, resources: withReferences(own) };
  for (const { stack } of own.references) print(`It shares what the stack ${stack} has: both are served.`);
  for (const warning of deployment.warnings) print(`Warning: ${warning}`);

  const start = async (engine: Engine | undefined): Promise<LocalStack> => {
    const shared = { project, region: deployment.region, progress: print };
    const runner = async (metadata: MetadataServer): Promise<TaskRunner> => {
      if (!engine) return new ProcessRunner({ ...shared, state: resolve(project, ".local"), metadata });
      const containers = new ContainerRunner({ ...shared, engine, metadata });
      await containers.sweep();
      return containers;
    };
    print(engine ? `The tasks run as containers of ${engine.name}.` : "The tasks run as processes.");
    const stack = await startStack({
      deployment,
      project,
      events: commentary(print),
      runner,
      // Containers cannot reach 127.0.0.1 of this machine.
      metadataAddress: engine ? "0.0.0.0" : "127.0.0.1",
      port,
      dnsPort,
      keys: issuer?.keys,
      closable: (close) => (stopping.close = close),
    }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE") throw error;
      throw new UsageError(`Port ${port} is in use. Choose another: npm start -- --port ${port + 1}`);
    });
    for (const problem of stack.topology.problems) print(`Broken: ${problem}`);
    for (const note of stack.topology.notModelled) print(`Not modelled: ${note}`);
    try {
      const rollouts = await stack.deployed;
      const failed = rollouts.find((rollout) => rollout?.state === "FAILED");
      if (failed)
        throw new UsageError(`The tasks do not become healthy: ${failed.lastFailure ?? "unknown"}.`);
    } catch (error) {
      await stack.close();
      throw error;
    }
    return stack;
  };

  const engine = tasks === "processes" ? undefined : await engineOr(tasks === "containers");
  if (stopping.requested) return;
  const stack = await start(engine).catch((error: Error) => {
    // A port in use stays in use; a failing build may work without an engine.
    if (!engine || tasks === "containers" || error instanceof UsageError || stopping.requested) throw error;
    print(`Containers do not work here: ${error.message}`);
    return start(undefined);
  });
  const files = issuer ? writeTokens(await issuer.tokens(stack.topology)) : [];
  for (const line of summary(stack.topology, { ...stack, tokens: files })) print(line);
}

/** Files, because a token is longer than a line of a terminal. */
function writeTokens(tokens: readonly IssuedToken[]): TokenFile[] {
  const folder = resolve(project, ".local/tokens");
  mkdirSync(folder, { recursive: true });
  return tokens.map(({ authorizer, scopes, path, token }, i) => {
    const again = tokens.slice(0, i).some((earlier) => earlier.authorizer === authorizer);
    const file = resolve(folder, again ? `${authorizer}.no-scope` : authorizer);
    writeFileSync(file, token, { mode: 0o600 });
    return { file: relative(process.cwd(), file), authorizer, scopes, path };
  });
}

async function engineOr(required: boolean): Promise<Engine | undefined> {
  try {
    return await findEngine();
  } catch (error) {
    const { message } = error as Error;
    if (required)
      throw new UsageError(`--tasks containers: ${message}. Start one, or use --tasks processes.`);
    print(`No containers: ${message}.`);
    return undefined;
  }
}

/** The first Ctrl-C (or SIGTERM) stops everything in order, the second one at once. */
function stopOnSignal(): { close: () => Promise<void>; requested: boolean } {
  const state = { close: () => Promise.resolve(), requested: false };
  const stop = (signal: NodeJS.Signals, code: number) => {
    process.on(signal, () => {
      if (state.requested) process.exit(code);
      state.requested = true;
      print("Stopping …");
      void state.close().finally(() => process.exit(0));
    });
  };
  stop("SIGINT", 130);
  stop("SIGTERM", 143);
  stop("SIGHUP", 129);
  return state;
}
