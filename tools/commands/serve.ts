/** What `npm start` does once its command line is understood. */
import { mkdirSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { withReferences, type Deployment } from "../../simulate/deployment";
import { visible } from "../../rules/visible";
import { simulate } from "../../simulate/program";
import { startConsole, type Console } from "../console/console";
import { announce, forget } from "../console/find";
import { findEngineOr, makeRunner, NoEngine } from "../local/fargate/choose";
import type { Engine } from "../local/fargate/engine";
import { StandInIssuer, type IssuedToken } from "../local/gateway/issuer";
import { foreseen } from "../local/image/foreseen";
import { likeAws, likeAwsSays } from "../local/like-aws";
import { needsNewProcess, watchProgram } from "../local/program-watch";
import { openDoor, type Door } from "../local/door";
import { startStack, toBoth, type LocalStack } from "../local/stack";
import { readTopology } from "../local/topology";
import { widthOf } from "./command";
import { UsageError } from "./options";
import { stopOnSignal, stopWithoutNpm, type Stopping } from "./signals";
import { commentary, notHealthy, summary, urlOf, withPort, type TokenFile } from "./start-output";

export interface ServeOptions {
  stack: string;
  port: number;
  dnsPort: number;
  /** Of the web console; undefined without one. */
  consolePort: number | undefined;
  tasks: "containers" | "processes" | undefined;
  /** Whether this machine stands in for the issuers of tokens. */
  tokens: boolean;
  /** Whether everything takes the time that it takes on AWS. */
  likeAws: boolean;
  /** Whether logs are printed as they are written. */
  raw: boolean;
}

const project = resolve(__dirname, "../..");
const print = (line: string) => void process.stdout.write(`${line}\n`);

/** Serves the stack until a signal ends the process, and anew when its program or configuration is edited. */
export async function serve(options: ServeOptions): Promise<void> {
  const issuer = options.tokens ? await StandInIssuer.create() : undefined;
  const stopping = stopOnSignal(print);
  stopWithoutNpm(print);
  print(`Reading the program of the stack ${options.stack} …`);
  let deployment = await record(options.stack);
  introduce(deployment);
  const engine = options.tasks === "processes" ? undefined : await engineOr(options.tasks === "containers");
  if (stopping.requested) return;
  if (options.likeAws) print(likeAwsSays);
  // The first free ones stay the same.
  let { port, dnsPort } = options;
  const { console, door } = (await consoleAt(options)) ?? {};
  for (let first = true; ; first = false) {
    const edited = await editsOf(deployment);
    console?.begin(deployment);
    const stack = startOne(deployment, engine, { ...options, port, dnsPort }, { issuer, stopping, console });
    const up = stack.then(async (started) => {
      ({ port, dnsPort } = started);
      door?.lead(started.account);
      console?.attach(started, urlOf(started.topology, port, ownUrlOf(deployment)));
      await untilHealthy(started);
      const files = issuer ? writeTokens(await issuer.tokens(started.topology)) : [];
      const url = ownUrlOf(deployment);
      const addresses = { ...started, consolePort: console?.port, tokens: files, url };
      for (const line of summary(started.topology, addresses, widthOf(process))) print(line);
    });
    // What edited it ends the wait for what was there before.
    const next = await Promise.race([up.then(() => undefined), edited.next]).catch(async (error: Error) => {
      await (await stack.catch(() => undefined))?.close();
      if (first || stopping.requested) throw error;
      print(visible(`${error.message}\nNothing is served now. Edit it again, or end with Ctrl-C.`));
      return undefined;
    });
    up.catch(() => undefined);
    deployment = next ?? (await edited.next);
    await edited.close();
    door?.lead(undefined);
    console?.end();
    await (await stack.catch(() => undefined))?.close();
    print("Starting anew with it. Requests fail until its tasks are healthy.");
  }
}

/** What the program records, with what the stack shares of others. */
const record = async (stack: string): Promise<Deployment> => {
  const own = await simulate({ stack });
  return { ...own, resources: withReferences(own) };
};

function introduce({ references, warnings }: Deployment): void {
  for (const { stack } of references) print(`It shares what the stack ${stack} has: both are served.`);
  for (const warning of warnings) print(visible(`Warning: ${warning}`));
}

interface Edits {
  /** Another deployment than the one at hand. */
  next: Promise<Deployment>;
  close(): Promise<void>;
}

/** Waits for an edit of the stack's files or of the program that changes what is served. */
async function editsOf(deployment: Deployment): Promise<Edits> {
  let found: (next: Deployment) => void = () => undefined;
  const next = new Promise<Deployment>((resolve) => (found = resolve));
  let reading = Promise.resolve();
  const stacks = [deployment.stack, ...deployment.references.map(({ stack }) => stack)];
  const watcher = watchProgram(project, stacks, (files) => {
    reading = reading.then(async () => {
      const again = await readAgain(deployment, files);
      if (again) found(again);
    });
  });
  await watcher.ready;
  return { next, close: () => watcher.close() };
}

/** What the program records now; undefined, and said, where that is what is served already or nothing. */
async function readAgain(served: Deployment, files: string[]): Promise<Deployment | undefined> {
  const loaded = needsNewProcess(files);
  if (loaded.length > 0) {
    print(`${loaded.join(", ")} changed: end this with Ctrl-C and start it again for that to take effect.`);
    if (loaded.length === files.length) return undefined;
  }
  print(`${files.filter((file) => !loaded.includes(file)).join(", ")} changed: reading the program again …`);
  try {
    const next = await record(served.stack);
    if (JSON.stringify(next.resources) !== JSON.stringify(served.resources)) {
      introduce(next);
      return next;
    }
    print("It changes nothing of what is served here.");
  } catch (error) {
    const { message } = error as Error;
    print(visible(`${message}\nWhat was served before goes on.`));
  }
  return undefined;
}

/** Starts everything but does not wait for the tasks. */
async function startOne(
  deployment: Deployment,
  engine: Engine | undefined,
  { port, dnsPort, likeAws: timed, raw }: ServeOptions,
  {
    issuer,
    stopping,
    console,
  }: { issuer: StandInIssuer | undefined; stopping: Stopping; console: Console | undefined },
): Promise<LocalStack> {
  const events = toBoth(
    commentary(print, {
      ...{ raw, width: widthOf(process), ending: () => stopping.requested },
      services: readTopology(deployment).services.map(({ name }) => name),
    }),
    console?.events,
  );
  const shared = {
    project,
    region: deployment.region,
    progress: (message: string) => events.progress(message),
  };
  print(engine ? `The tasks run as containers of ${engine.name}.` : "The tasks run as processes.");
  const stack = await startStack({
    deployment,
    project,
    events,
    runner: (metadata) => makeRunner(engine, { ...shared, metadata }),
    // Containers cannot reach 127.0.0.1 of this machine.
    metadataAddress: engine ? "0.0.0.0" : "127.0.0.1",
    port,
    dnsPort,
    keys: issuer?.keys,
    closable: (close) => (stopping.close = close),
    ...(timed ? likeAws : {}),
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    throw new UsageError(
      `Port ${port} is in use. Choose another: npm start -- ${withPort(process.argv.slice(2), port + 1)}`,
    );
  });
  // Containers find these out; a process has the rights of this machine.
  if (!engine)
    for (const service of stack.topology.services)
      for (const warning of foreseen(service, project)) print(visible(`Warning: ${warning}`));
  for (const problem of stack.topology.problems) print(visible(`Broken: ${problem}`));
  for (const note of stack.topology.notModelled) print(visible(`Not modelled: ${note}`));
  return stack;
}

/** @throws UsageError that says why they do not become so, and what mends it */
async function untilHealthy({ deployed, ecs }: LocalStack): Promise<void> {
  await deployed;
  for (const { service, primary } of ecs.schedulers.values()) {
    if (primary?.state === "FAILED") throw new UsageError(notHealthy(service.name, primary));
  }
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

/** A stack that shares the API of another is below a path of it. */
const ownUrlOf = ({ outputs, references }: Deployment): string | undefined =>
  references.length > 0 && typeof outputs.url === "string" && URL.canParse(outputs.url)
    ? outputs.url
    : undefined;

/** It stays while stacks come and go. */
async function consoleAt({
  consolePort: port,
  port: apiPort,
  stack,
}: ServeOptions): Promise<{ console: Console; door: Door } | undefined> {
  if (port === undefined) return undefined;
  // It is there first, and must not take what the API was told to have.
  const isApis = port !== 0 && port === apiPort;
  const console = await startConsole(isApis ? 0 : port);
  const door = openDoor(console);
  try {
    announce(project, stack, console.port, door.key);
  } catch (error) {
    print(visible(`No other command finds the console: ${(error as Error).message}`));
  }
  process.on("exit", () => forget(project, stack));
  const isOther = port !== 0 && console.port !== port;
  const says = isApis ? ` (port ${port} is the API's)` : isOther ? ` (port ${port} is in use)` : "";
  print(`Console: http://localhost:${console.port}/${says}`);
  return { console, door };
}

const engineOr = (required: boolean): Promise<Engine | undefined> =>
  findEngineOr(required, print).catch((error: unknown) => {
    throw error instanceof NoEngine ? new UsageError(error.message) : error;
  });
