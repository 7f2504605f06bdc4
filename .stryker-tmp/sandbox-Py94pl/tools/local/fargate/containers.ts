/**
 * Runs tasks as containers of a Docker engine, as close to Fargate as it allows: the task definition's user, read-only root,
 * dropped capabilities, volumes and stop time; each with its own address. IAM, limits and the awslogs driver are not modelled.
 */
// @ts-nocheck

import type Docker from "dockerode";
import { createHash } from "node:crypto";
import { relative } from "node:path";
import { PassThrough } from "node:stream";
import { contextFiles, locate } from "../image/context";
import type { Engine } from "./engine";
import { taskEnvironment } from "./environment";
import { eachLine } from "./lines";
import type { MetadataServer } from "./metadata";
import type { Artifact, Exit, Launch, RunningTask, StopSignal, TaskRunner } from "./runner";
import type { ServiceView } from "../ecs/services";

export interface ContainerRunnerOptions {
  engine: Engine;
  project: string;
  region: string;
  metadata: MetadataServer;
  progress: (message: string) => void;
}

/** On every container: which checkout and process it belongs to, so that left-overs can be told from others' containers. */
export const label = { project: "flask-app-fargate.project", owner: "flask-app-fargate.owner" };

interface ImageArtifact extends Artifact {
  image: string;
}

export class ContainerRunner implements TaskRunner {
  readonly kind = "containers";
  private readonly containers = new Set<Docker.Container>();
  private readonly docker: Docker;
  private readonly project: string;
  private readonly starting = new Set<Promise<unknown>>();
  private closed = false;
  private hasInit = true;

  constructor(private readonly options: ContainerRunnerOptions) {
    this.docker = options.engine.docker;
    this.project = createHash("sha256").update(options.project).digest("hex").slice(0, 12);
  }

  /** Removes containers that an earlier run of this checkout left behind. */
  async sweep(): Promise<void> {
    const filters = { label: [`${label.project}=${this.project}`] };
    for (const found of await this.docker.listContainers({ all: true, filters })) {
      if (isAlive(Number(found.Labels[label.owner]))) continue;
      await this.docker.getContainer(found.Id).remove({ force: true, v: true }).catch(ignoreGone);
    }
  }

  async prepare(service: ServiceView): Promise<Artifact> {
    const container = service.task?.container;
    if (!container) throw new Error(`The service ${service.name} has no task definition.`);
    const image = container.build ? await this.build(service) : await this.pull(container.image);
    const { Id } = await this.docker.getImage(image).inspect();
    const digest = Id.startsWith("sha256:") ? Id : `sha256:${Id}`;
    const artifact: ImageArtifact = {
      digest,
      image: Id,
      // What still has a tag is the newest build, and the cache of the next; a container's image cannot be removed.
      dispose: async () => {
        const found = await this.docker
          .getImage(Id)
          .inspect()
          .catch(() => undefined);
        if (found && found.RepoTags.length === 0)
          await this.docker
            .getImage(Id)
            .remove()
            .catch(() => undefined);
      },
    };
    return artifact;
  }

  async start(launch: Launch): Promise<RunningTask> {
    const started = this.launch(launch);
    this.starting.add(started);
    return started.finally(() => this.starting.delete(started));
  }

  private async launch(launch: Launch): Promise<RunningTask> {
    if (this.closed) throw new Error("the local stack is stopping");
    const { engine, region } = this.options;
    const view = launch.service.task?.container;
    if (!view) throw new Error("there is no task definition");
    const port = launch.service.registration?.port ?? view.ports[0] ?? 80;
    const metadata = this.options.metadata.add(launch, engine.host);
    const environment = taskEnvironment(view, region, metadata);
    const container = await this.create({
      Image: (launch.artifact as ImageArtifact).image,
      name: `local-${launch.service.name}-${launch.taskId.slice(0, 12)}`.replaceAll(/[^\w.-]/g, "-"),
      Labels: { [label.project]: this.project, [label.owner]: String(process.pid) },
      Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      ...(view.command ? { Cmd: view.command } : {}),
      ...(view.entryPoint ? { Entrypoint: view.entryPoint } : {}),
      ...(view.user !== undefined ? { User: view.user } : {}),
      ExposedPorts: { [`${port}/tcp`]: {} },
      // A volume of its own per mount point, with what the image has there, as Fargate does with bind mounts.
      Volumes: Object.fromEntries(view.mounts.map((path) => [path, {}])),
      // The command is run by `probe` instead: both engines and the process runner then judge alike.
      Healthcheck: { Test: ["NONE"] },
      HostConfig: {
        NetworkMode: engine.network,
        ReadonlyRootfs: view.readonlyRoot,
        CapDrop: view.dropped,
        Init: view.init,
        // Fargate keeps the kernel's default, where Docker ≥ 20.10 lets anyone bind low ports (aws-facts §4, roadmap#1721).
        Sysctls: { "net.ipv4.ip_unprivileged_port_start": "1024" },
        ExtraHosts: engine.bridged ? [] : ["host.docker.internal:host-gateway"],
        PortBindings: engine.bridged ? {} : { [`${port}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: "" }] },
      },
    });
    this.containers.add(container);
    try {
      await this.follow(container, launch);
      await container.start();
      if (this.closed) throw new Error("the local stack is stopping");
      const exited = waitFor(container);
      const { address, port: reachable } = await this.locate(container, port);
      return {
        address,
        port: reachable,
        exited,
        probe: (timeout) => probe(container, view.healthCheck?.command ?? ["NONE"], timeout),
        signal: (signal: StopSignal) => container.kill({ signal }).catch(ignoreGone) as Promise<void>,
        remove: () => this.remove(container, launch.taskId),
      };
    } catch (error) {
      await this.remove(container, launch.taskId);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    // One that is half started is not in the list yet.
    await Promise.allSettled(this.starting);
    await Promise.all([...this.containers].map((container) => this.remove(container)));
  }

  /** Some engines come without the init process that `initProcessEnabled` asks for. */
  private async create(options: Docker.ContainerCreateOptions): Promise<Docker.Container> {
    const init = options.HostConfig?.Init === true && this.hasInit;
    const HostConfig = { ...options.HostConfig, Init: init };
    try {
      return await this.docker.createContainer({ ...options, HostConfig });
    } catch (error) {
      if (!init || !/init binary not found/.test((error as Error).message)) throw error;
      this.hasInit = false;
      this.options.progress("Not modelled: initProcessEnabled, as this engine has no init process.");
      return this.create(options);
    }
  }

  private async remove(container: Docker.Container, taskId?: string): Promise<void> {
    if (taskId !== undefined) this.options.metadata.remove(taskId);
    await container.remove({ force: true, v: true }).catch(ignoreGone);
    this.containers.delete(container);
  }

  private async build(service: ServiceView): Promise<string> {
    const build = service.task?.container.build;
    if (!build) throw new Error("there is nothing to build");
    const { context, dockerfile } = locate(build, this.options.project);
    this.options.progress(
      `${service.name}: building the image from ${relative(this.options.project, context)}/ …`,
    );
    const tag = `local/${service.name}:latest`;
    // BuildKit where there is one; Podman's builder understands the same Dockerfiles under the classic interface.
    // File by file: given folders, dockerode matches .dockerignore against absolute paths and leaves their files out.
    const stream = await this.docker.buildImage(
      { context, src: contextFiles(context) },
      {
        t: tag,
        dockerfile: relative(context, dockerfile),
        ...(build.platform === undefined || this.options.engine.podman ? {} : { platform: build.platform }),
        version: this.options.engine.podman ? "1" : "2",
      },
    );
    const output: string[] = [];
    await new Promise<void>((resolve, reject) => {
      const done = (error: Error | null, events: { error?: string }[] | null) => {
        const failed = error?.message ?? events?.find((event) => event.error !== undefined)?.error;
        if (failed === undefined) resolve();
        else
          reject(
            new Error(
              `The image of ${service.name} cannot be built: ${failed.trim()}\n${output.slice(-20).join("")}`,
            ),
          );
      };
      this.docker.modem.followProgress(stream, done, (event: { stream?: string }) => {
        if (event.stream !== undefined) output.push(event.stream);
      });
    });
    return tag;
  }

  private async pull(image: string): Promise<string> {
    const found = await this.docker
      .getImage(image)
      .inspect()
      .catch(() => undefined);
    if (found) return image;
    this.options.progress(`pulling ${image} …`);
    const stream = await this.docker.pull(image).catch((error: Error) => {
      throw new Error(`The image ${image} cannot be pulled: ${error.message}`);
    });
    await new Promise<void>((resolve, reject) =>
      this.docker.modem.followProgress(stream, (error: Error | null) =>
        error ? reject(new Error(`The image ${image} cannot be pulled: ${error.message}`)) : resolve(),
      ),
    );
    return image;
  }

  /** Attached before the start, so that no line is missed. */
  private async follow(container: Docker.Container, launch: Launch): Promise<void> {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    const output = new PassThrough();
    this.docker.modem.demuxStream(stream, output, output);
    stream.on("end", () => output.end());
    stream.on("error", () => output.end());
    eachLine(output, launch.output);
  }

  private async locate(
    container: Docker.Container,
    port: number,
  ): Promise<{ address: string; port: number }> {
    const { NetworkSettings } = await container.inspect();
    if (this.options.engine.bridged) {
      const addresses = Object.values(NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
      const address = addresses.find((candidate) => candidate !== "");
      if (address) return { address, port };
    }
    const published = NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort;
    if (published === undefined)
      throw new Error("the engine gave the container neither an address nor a port");
    return { address: "127.0.0.1", port: Number(published) };
  }
}

async function waitFor(container: Docker.Container): Promise<Exit> {
  try {
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    return { code: StatusCode, reason: `it ended with code ${StatusCode}` };
  } catch {
    return { code: undefined, reason: "it was removed" };
  }
}

async function probe(container: Docker.Container, command: string[], timeout: number): Promise<boolean> {
  const [kind, ...rest] = command;
  if (kind === "NONE" || kind === undefined) return true;
  const words = kind === "CMD-SHELL" ? ["/bin/sh", "-c", ...rest] : kind === "CMD" ? rest : command;
  const exec = await container.exec({ Cmd: words, AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({});
  const ended = new Promise<boolean>((resolve) => {
    stream
      .on("end", () => resolve(true))
      .on("error", () => resolve(false))
      .on("close", () => resolve(true));
    stream.resume();
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), timeout)));
  const inTime = await Promise.race([ended, late]);
  clearTimeout(timer);
  stream.destroy();
  return inTime && (await exec.inspect()).ExitCode === 0;
}

/** 404: gone already. 409: being removed, or not running. */
function ignoreGone(error: unknown): void {
  const { statusCode } = error as { statusCode?: number };
  if (statusCode !== 404 && statusCode !== 409) throw error;
}

function isAlive(pid: number): boolean {
  try {
    return Number.isInteger(pid) && pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
