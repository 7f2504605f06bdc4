/**
 * Runs tasks as processes of this machine, for when no Docker engine answers: the command of the image's Dockerfile, in a
 * copy of the files that it copies, with the environment of the task definition. What only a container has (its user, its root
 * file system, its capabilities, its limits, its own address) is not modelled.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { basename, delimiter, isAbsolute, join, sep } from "node:path";
import { copyFiles } from "../image/context";
import type { ImageConfig } from "../image/dockerfile";
import { addPackages, install, missingProgram } from "../image/installed";
import { readBuild, startedWith } from "../image/read";
import type { Versions } from "../image/versions";
import { makeCopiesFolder, sweepCopies } from "./copies";
import { taskEnvironment } from "./environment";
import { eachLine } from "./lines";
import type { MetadataServer } from "./metadata";
import { isCompanion, startCompanion } from "./companion";
import { startContainers } from "./containers-of-task";
import { here, hereWords } from "./inside";
import { listenersOfGroup } from "./listeners";
import { freePort } from "./ports";
import { LastOutput, shownWords, tooLate, unchecked, wordsOf } from "./probes";
import { refuseProcesses } from "./refusals";
import type { Artifact, Exit, Launch, Probe, RunningTask, StopSignal, TaskRunner } from "./runner";
import type { ContainerView, ServiceView } from "../ecs/views";
import { guard, killGroup, release } from "./watchdog";

export interface ProcessRunnerOptions {
  /** The folder that recorded build contexts are relative to. */
  project: string;
  /** Where virtual environments and packages are kept. */
  state: string;
  region: string;
  metadata: MetadataServer;
  /** Milliseconds of one second of the task definition; scales the drain that the application is told. */
  second?: number;
  progress: (message: string) => void;
}

interface ProcessArtifact extends Artifact {
  /** Stands for the image's root. */
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
  /** What was said once for all deployments. */
  private readonly noted = new Set<string>();
  private generation = 0;
  private closed = false;

  constructor(private readonly options: ProcessRunnerOptions) {
    sweepCopies();
    this.copies = makeCopiesFolder();
  }

  check(services: readonly ServiceView[]): void {
    refuseProcesses(services, this.options.project);
  }

  async prepare(service: ServiceView): Promise<Artifact> {
    this.check([service]);
    const container = service.task?.container;
    if (!container?.build) throw new Error(`The service ${service.name} has no task definition.`);
    const read = readBuild(container.build, this.options.project);
    const { context, config } = read;
    const progress = (message: string): void => this.options.progress(`${service.name}: ${message}`);
    const installed = await install(read, startedWith(container, config), this.options.state, progress);
    const { versions } = installed;
    if (versions) this.noteOnce(service.name, versions);
    const missing = missingProgram(startedWith(container, config), config, installed, inheritedPath());
    if (missing !== undefined) throw new Error(`${service.name} cannot run as a process: ${missing}.`);
    this.generation += 1;
    const folder = join(this.copies, "generations", `${service.name}-${this.generation}`);
    // Tasks of the old deployment keep the old code.
    const files = copyFiles(context, config.files, folder);
    const home = join(folder, config.workingDirectory);
    mkdirSync(home, { recursive: true });
    if (installed.packages) addPackages(installed.packages, config, folder);
    const { environment, command, entryPoint } = config;
    const told = JSON.stringify([
      files,
      home.slice(folder.length),
      environment,
      command,
      entryPoint,
      installed,
    ]);
    const dispose = () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    };
    const artifact: ProcessArtifact = {
      digest: `sha256:${createHash("sha256").update(told).digest("hex")}`,
      command: [...config.entryPoint, ...config.command],
      folder,
      home,
      config,
      binaries: installed.binaries,
      versions,
      dispose,
    };
    return artifact;
  }

  private noteOnce(service: string, { image, here }: Versions): void {
    const note = `${service}: its image has ${image}, and as a process it runs by ${here}. What only one of them has shows with --tasks containers`;
    if (!this.noted.has(note)) this.options.progress(note);
    this.noted.add(note);
  }

  async start(launch: Launch): Promise<RunningTask> {
    const artifact = launch.artifact as ProcessArtifact;
    const container = launch.container ?? launch.service.task?.container;
    if (!container) throw new Error("there is no task definition");
    if (isCompanion(container)) return openFolders(container);
    const port = await freePort();
    const ports = { container: Number(container.environment.PORT ?? 0), local: port };
    if (this.closed) throw new Error("the local stack is stopping");
    const temporary = join(this.copies, "tmp", launch.taskId);
    mkdirSync(temporary, { recursive: true });
    const metadata = this.options.metadata.add(launch, "127.0.0.1");
    const environment = this.environment(artifact, container, port, metadata, temporary);
    const copy = { root: artifact.folder, files: artifact.config.files };
    const execute = (words: string[]) => {
      const [program = "", ...rest] = hereWords(words, ports).map((word) => here(word, copy));
      return spawn(this.program(program, artifact), rest, {
        cwd: artifact.home,
        env: environment,
        // Its own group: Ctrl-C at the terminal is for the local stack, and SIGKILL is for all of the task.
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
      });
    };
    const child = execute(startedWith(container, artifact.config));
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
      listeners: () => listenersOfGroup(child.pid),
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
    const copy = { root: artifact.folder, files: artifact.config.files };
    const image: Record<string, string> = Object.fromEntries(
      Object.entries(artifact.config.environment).map(([name, value]) => [name, here(value, copy)]),
    );
    delete image.PATH;
    delete image.VIRTUAL_ENV;
    const told = taskEnvironment(container, this.options.region, metadata);
    const drain = Number(told.DRAIN_SECONDS ?? NaN);
    if (Number.isFinite(drain)) told.DRAIN_SECONDS = String((drain * (this.options.second ?? 1000)) / 1000);
    // Not to this machine's network: services believe `x-client-ip`, which only the gateway may send.
    if (everywhere.has(told.HOST)) told.HOST = "127.0.0.1";
    const path = [...(artifact.binaries === undefined ? [] : [artifact.binaries]), ...inheritedPath()].join(
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

/** npm puts the commands of this project's packages first, which no image has. */
const inheritedPath = (): string[] =>
  (process.env.PATH ?? "").split(delimiter).filter((folder) => !isOfPackages(folder));

const isOfPackages = (folder: string): boolean => folder.split(sep).includes("node_modules");

function probe(
  container: ContainerView,
  execute: (words: string[]) => ChildProcess,
  timeout: number,
): Promise<Probe> {
  const words = wordsOf(container.healthCheck?.command ?? ["NONE"]);
  if (words === undefined) return Promise.resolve(unchecked);
  return new Promise((resolve) => {
    const child = execute(words);
    const { pid } = child;
    if (pid !== undefined) guard(pid);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      if (pid !== undefined) killGroup(pid);
    }, timeout);
    const printed = new LastOutput();
    child.stdout?.on("data", (chunk: Buffer) => printed.add(chunk));
    child.stderr?.on("data", (chunk: Buffer) => printed.add(chunk));
    const end = (code: number | undefined, failure?: string) => {
      clearTimeout(timer);
      if (pid !== undefined) release(pid);
      const output = late ? tooLate(timeout, printed.text) : (failure ?? printed.text);
      resolve({ healthy: code === 0, command: shownWords(words), code, output });
    };
    child.on("error", (error) => end(undefined, error.message));
    child.on("exit", (code) => {
      // What it started may hold its output open, and is no part of the answer.
      if (pid !== undefined) killGroup(pid);
      child.on("close", () => end(code ?? undefined));
    });
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
