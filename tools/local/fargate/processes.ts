/**
 * Runs tasks as processes of this machine, for when no Docker engine answers: the command of the image's Dockerfile, in a
 * copy of its build context, with the environment of the task definition. What only a container has (its user, its root
 * file system, its capabilities, its limits, its own address) is not modelled.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { basename, delimiter, dirname, isAbsolute, join, normalize, relative, sep } from "node:path";
import { copyContext, locate } from "../image/context";
import { readDockerfile, type ImageConfig } from "../image/dockerfile";
import { makeCopiesFolder, sweepCopies } from "./copies";
import { taskEnvironment } from "./environment";
import { eachLine } from "./lines";
import type { MetadataServer } from "./metadata";
import { pythonEnvironment } from "../image/python";
import { startCompanion } from "./companion";
import { startContainers } from "./containers-of-task";
import type { Artifact, Exit, Launch, RunningTask, StopSignal, TaskRunner } from "./runner";
import type { ContainerView, ServiceView } from "../ecs/views";
import { guard, killGroup, release } from "./watchdog";

export interface ProcessRunnerOptions {
  /** The folder that recorded build contexts are relative to. */
  project: string;
  /** Where virtual environments are kept. */
  state: string;
  region: string;
  metadata: MetadataServer;
  /** Milliseconds of one second of the task definition; scales the drain that the application is told. */
  second?: number;
  progress: (message: string) => void;
}

interface ProcessArtifact extends Artifact {
  folder: string;
  /** Where its commands run. */
  home: string;
  config: ImageConfig;
  binaries: string | undefined;
}

/** What `HOST` says of a service that listens on every address, as it should in a container. */
const everywhere = new Set([undefined, "", "0.0.0.0", "::"]);

export class ProcessRunner implements TaskRunner {
  readonly kind = "processes";
  private readonly children = new Set<ChildProcess>();
  /** Where copies of the code are while tasks run from them: outside of the project. */
  readonly copies: string;
  private generation = 0;
  private closed = false;

  constructor(private readonly options: ProcessRunnerOptions) {
    sweepCopies();
    this.copies = makeCopiesFolder();
  }

  check(services: readonly ServiceView[]): void {
    const refused = services.flatMap(({ name, task }) => {
      const others = task?.containers.filter((one) => one !== task.container && !isCompanion(one)) ?? [];
      return others.length > 0
        ? [
            `The tasks of ${name} have containers beside the application: ${others.map((one) => one.name).join(", ")}.`,
          ]
        : [];
    });
    const mounting = services.flatMap(({ name, task }) =>
      task && task.container.folders.length > 0 ? [name] : [],
    );
    if (mounting.length > 0) {
      throw new Error(
        `The tasks of ${mounting.join(", ")} mount file systems at paths of their own, which processes cannot: only containers ` +
          "can run them. Start a Docker engine, or take the volumes out of this stack.",
      );
    }
    if (refused.length === 0) return;
    throw new Error(
      `${refused.join(" ")} Processes have no address to share and no image of theirs: only containers can run them. Start a Docker ` +
        "engine, or take the sidecars out of this stack.",
    );
  }

  async prepare(service: ServiceView): Promise<Artifact> {
    const container = service.task?.container;
    if (!container?.build) {
      throw new Error(
        `The service ${service.name} runs the image ${container?.image ?? "(none)"}, which is not built here. ` +
          "Only containers can run it: start a Docker engine, or give the service `build` instead of `image`.",
      );
    }
    const others =
      service.task?.containers.filter((other) => other !== container && !isCompanion(other)) ?? [];
    if (others.length > 0) {
      throw new Error(
        `The service ${service.name} has the containers ${others.map(({ name }) => name).join(", ")} beside its own. ` +
          "Only containers can run them: start a Docker engine.",
      );
    }
    const { context, dockerfile } = locate(container.build, this.options.project);
    const { target, args } = container.build;
    const config = readDockerfile(readFileSync(dockerfile, "utf8"), target, args);
    // In a monorepo the service is where its Dockerfile is; what that copies where is not modelled.
    const home = dirname(dockerfile).startsWith(context) ? dirname(dockerfile) : context;
    const binaries = await pythonEnvironment(home, join(this.options.state, "venvs"), (message) =>
      this.options.progress(`${service.name}: ${message}`),
    );
    this.generation += 1;
    const folder = join(this.copies, "generations", `${service.name}-${this.generation}`);
    // Tasks of the old deployment keep the old code.
    const digest = copyContext(context, folder, dockerfile);
    const dispose = () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    };
    const artifact: ProcessArtifact = {
      digest,
      folder,
      home: join(folder, relative(context, home)),
      config,
      binaries,
      dispose,
    };
    return artifact;
  }

  async start(launch: Launch): Promise<RunningTask> {
    const artifact = launch.artifact as ProcessArtifact;
    const container = launch.container ?? launch.service.task?.container;
    if (!container) throw new Error("there is no task definition");
    if (isCompanion(container)) return openFolders(container);
    const command = [
      ...(container.entryPoint ?? artifact.config.entryPoint),
      ...(container.command ?? artifact.config.command),
    ];
    if (command.length === 0) throw new Error("neither the Dockerfile nor the task definition has a command");
    const port = await freePort();
    if (this.closed) throw new Error("the local stack is stopping");
    const temporary = join(this.copies, "tmp", launch.taskId);
    mkdirSync(temporary, { recursive: true });
    const metadata = this.options.metadata.add(launch, "127.0.0.1");
    const environment = this.environment(artifact, container, port, metadata, temporary);
    const execute = (words: string[]) =>
      spawn(this.program(words[0] ?? "", artifact), words.slice(1), {
        cwd: artifact.home,
        env: environment,
        // Its own group: Ctrl-C at the terminal is for the local stack, and SIGKILL is for all of the task.
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
      });
    const child = execute(command);
    this.children.add(child);
    if (child.pid !== undefined) guard(child.pid);
    eachLine(child.stdout, launch.output);
    eachLine(child.stderr, launch.output);
    const exited = new Promise<Exit>((resolve) => {
      child.on("error", (error) =>
        resolve({ code: undefined, reason: `it could not start: ${error.message}` }),
      );
      child.on("exit", (code, signal) =>
        resolve({
          code: code ?? undefined,
          reason: `it ended ${signal ? `by ${signal}` : `with code ${code}`}`,
        }),
      );
    }).then((exit) => {
      // The container ends with its first process, and so does everything else in it.
      if (child.pid !== undefined) {
        killGroup(child.pid);
        release(child.pid);
      }
      this.children.delete(child);
      return exit;
    });
    const own = {
      exited,
      probe: (timeout: number) => probe(container, execute, timeout),
      signal: (signal: StopSignal) => {
        if (child.pid !== undefined) kill(child.pid, signal);
        return Promise.resolve();
      },
    };
    const { containers, checked } = launch.service.task!;
    const { second = 1000 } = this.options;
    const beside = (view: ContainerView) =>
      startCompanion(view, { port, application: exited, second, output: launch.output });
    const whole =
      launch.container !== undefined || containers.length === 1
        ? own
        : await startContainers({
            containers,
            checked: checked.name,
            second,
            start: (view) => Promise.resolve(view === container ? own : beside(view)),
          });
    return {
      ...whole,
      address: "127.0.0.1",
      port,
      remove: async () => {
        this.options.metadata.remove(launch.taskId);
        await own.signal("SIGKILL");
        rmSync(temporary, { recursive: true, force: true });
      },
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    const ended = [...this.children].map(
      (child) =>
        new Promise<void>((resolve) => child.once("exit", () => resolve()).once("error", () => resolve())),
    );
    for (const child of this.children) if (child.pid !== undefined) killGroup(child.pid);
    await Promise.all(ended);
    rmSync(this.copies, { recursive: true, force: true });
  }

  private environment(
    artifact: ProcessArtifact,
    container: ContainerView,
    port: number,
    metadata: string,
    temporary: string,
  ): NodeJS.ProcessEnv {
    // These two point into the image.
    const image = { ...artifact.config.environment };
    delete image.PATH;
    delete image.VIRTUAL_ENV;
    const told = taskEnvironment(container, this.options.region, metadata);
    const drain = Number(told.DRAIN_SECONDS ?? NaN);
    if (Number.isFinite(drain)) told.DRAIN_SECONDS = String((drain * (this.options.second ?? 1000)) / 1000);
    // Not to this machine's network: services believe `x-client-ip`, which only the gateway may send.
    if (everywhere.has(told.HOST)) told.HOST = "127.0.0.1";
    // npm puts the commands of this project's packages first, which no image has.
    const inherited = (process.env.PATH ?? "").split(delimiter).filter((folder) => !isOfPackages(folder));
    const path = [...(artifact.binaries === undefined ? [] : [artifact.binaries]), ...inherited].join(
      delimiter,
    );
    return {
      ...image,
      HOME: temporary,
      LANG: process.env.LANG ?? "C.UTF-8",
      TMPDIR: temporary,
      ...told,
      PATH: path,
      // Each task needs a port of its own, as all share this machine's address.
      PORT: String(port),
    };
  }

  /** An absolute path is one inside the image; its last part is looked up here instead. */
  private program(word: string, artifact: ProcessArtifact): string {
    if (!isAbsolute(word) || existsSync(word)) return word;
    const installed = artifact.binaries === undefined ? "" : join(artifact.binaries, basename(word));
    return existsSync(installed) ? installed : basename(word);
  }
}

const isOfPackages = (folder: string): boolean => folder.split(sep).includes("node_modules");

function probe(
  container: ContainerView,
  execute: (words: string[]) => ChildProcess,
  timeout: number,
): Promise<boolean> {
  const [kind, ...rest] = container.healthCheck?.command ?? ["NONE"];
  if (kind === "NONE") return Promise.resolve(true);
  const words =
    kind === "CMD-SHELL" ? ["/bin/sh", "-c", ...rest] : kind === "CMD" ? rest : [kind ?? "", ...rest];
  return new Promise((resolve) => {
    const child = execute(words);
    const { pid } = child;
    if (pid !== undefined) guard(pid);
    const timer = setTimeout(() => pid !== undefined && killGroup(pid), timeout);
    const end = (healthy: boolean) => {
      clearTimeout(timer);
      if (pid !== undefined) release(pid);
      resolve(healthy);
    };
    child.stdout?.resume();
    child.stderr?.resume();
    child.on("error", () => end(false));
    child.on("exit", (code) => end(code === 0));
  });
}

function kill(pid: number, signal: NodeJS.Signals): void {
  if (signal === "SIGKILL") return killGroup(pid);
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}

/** Ports handed out lately: a task needs a moment to bind its own, and until then the kernel takes it for free. */
const promised: number[] = [];

async function freePort(): Promise<number> {
  const port = await new Promise<number>((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
  if (promised.includes(port)) return freePort();
  promised.push(port);
  if (promised.length > 100) promised.shift();
  return port;
}

/** The companion before the application: every process may write to its folders anyway. */
const openFolders = (container: ContainerView): RunningTask => {
  const none = { port: 0, application: undefined, second: 0, output: () => undefined };
  return {
    ...startCompanion(container, none),
    address: "127.0.0.1",
    port: 0,
    remove: () => Promise.resolve(),
  };
};

/** Whether a container is what service/companion/ is built to: the only one from there. */
const isCompanion = ({ build }: ContainerView): boolean =>
  build !== undefined && normalize(build.context) === normalize("service/companion");
