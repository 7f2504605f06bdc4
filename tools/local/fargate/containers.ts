/**
 * Runs tasks as containers of a Docker engine, as close to Fargate as it allows: the task definition's user, read-only root,
 * dropped capabilities, volumes and stop time; each with its own address. IAM, limits and the awslogs driver are not modelled.
 */
import type Docker from "dockerode";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync } from "node:fs";
import { relative, resolve } from "node:path";
import { PassThrough } from "node:stream";
import { contextFiles, locate } from "../image/context";
import { isAlive } from "./copies";
import type { Engine } from "./engine";
import { taskEnvironment } from "./environment";
import { eachLine } from "./lines";
import type { MetadataServer } from "./metadata";
import { pauseImage } from "./pause";
import { startPod, type Part, type PodSettings } from "./pod";
import type { Artifact, Exit, Launch, RunningTask, StopSignal, TaskRunner } from "./runner";
import type { ContainerView, ServiceView } from "../ecs/services";

export interface ContainerRunnerOptions {
  engine: Engine;
  project: string;
  region: string;
  metadata: MetadataServer;
  progress: (message: string) => void;
}

/** On every container: which checkout and process it belongs to, so that left-overs can be told from others' containers. */
export const label = {
  project: "flask-app-fargate.project",
  owner: "flask-app-fargate.owner",
  /** On one that only holds an address: engines remove it after those that share it. */
  address: "flask-app-fargate.address",
};

interface ImageArtifact extends Artifact {
  image: string;
  /** Of the containers beside, by name; and of what holds their address. */
  beside: Readonly<Record<string, string>>;
  pause: string | undefined;
}

export class ContainerRunner implements TaskRunner {
  readonly kind = "containers";
  private readonly containers = new Set<Docker.Container>();
  /** Those of them that only hold an address. */
  private readonly holders = new WeakSet<Docker.Container>();
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
    const all = await this.docker.listContainers({ all: true, filters });
    const [holders, others] = parted(all, ({ Labels }) => label.address in Labels);
    for (const found of [...others, ...holders]) {
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
    const beside: Record<string, string> = {};
    for (const other of service.task?.beside ?? []) {
      beside[other.name] = other.image === container.image ? Id : await this.pull(other.image);
    }
    const pause = Object.keys(beside).length > 0 ? await this.makePause() : undefined;
    const artifact: ImageArtifact = {
      digest,
      image: Id,
      beside,
      pause,
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
    const { task } = launch.service;
    const view = launch.container ?? task?.container;
    if (!task || !view) throw new Error("there is no task definition");
    const beside = launch.container ? [] : task.beside;
    const serves = view.ports.length > 0;
    const port = launch.service.registration?.port ?? view.ports[0] ?? 80;
    const metadata = this.options.metadata.add(launch, this.options.engine.host);
    const { image, beside: images, pause } = launch.artifact as ImageArtifact;
    try {
      if (beside.length === 0 || pause === undefined) {
        const network = this.networkOf(port, serves);
        const only = await this.run(launch, { view, image, metadata, network });
        // What nobody connects to may have ended by now, and then it has no address any more.
        return serves ? await this.served(only.container, only, port) : { ...only, ...nowhere };
      }
      // The address is there before any of them, and outlives each: as on Fargate, none of them owns it.
      const holder = await this.run(launch, {
        view: undefined,
        image: pause,
        metadata,
        network: this.networkOf(port, true),
      });
      try {
        const pod = await startPod(
          [view, ...beside],
          (one) =>
            this.run(launch, {
              view: one,
              image: one === view ? image : images[one.name]!,
              metadata,
              network: { NetworkMode: `container:${holder.container.id}` },
            }),
          { second: 1000, eagerness: 0.5, signal: new AbortController().signal, ...defined(launch) },
        );
        const remove = async () => {
          await pod.remove();
          await holder.remove();
        };
        return await this.served(holder.container, { ...bound(pod), remove }, port);
      } catch (error) {
        await holder.remove();
        throw error;
      }
    } catch (error) {
      this.options.metadata.remove(launch.taskId);
      throw error;
    }
  }

  /** A running container or several, with the address that requests go to. */
  private async served(addressed: Docker.Container, part: Part, port: number): Promise<RunningTask> {
    try {
      return { ...bound(part), ...(await this.locate(addressed, port)) };
    } catch (error) {
      await part.remove();
      throw error;
    }
  }

  /** What makes a container reachable at an address of its own. */
  private networkOf(port: number, serves: boolean): Docker.HostConfig & { ports: Record<string, object> } {
    const { engine } = this.options;
    return {
      ports: serves ? { [`${port}/tcp`]: {} } : {},
      NetworkMode: engine.network,
      // Fargate keeps the kernel's default, where Docker ≥ 20.10 lets anyone bind low ports (aws-facts §4, roadmap#1721).
      Sysctls: { "net.ipv4.ip_unprivileged_port_start": "1024" },
      ExtraHosts: engine.bridged ? [] : ["host.docker.internal:host-gateway"],
      PortBindings:
        engine.bridged || !serves ? {} : { [`${port}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: "" }] },
    };
  }

  /** Starts one container of a task; without a view the one that only holds the address. */
  private async run(
    launch: Launch,
    { view, image, metadata, network }: ContainerPlan,
  ): Promise<Part & { container: Docker.Container }> {
    if (this.closed) throw new Error("the local stack is stopping");
    const { ports = {}, ...hostConfig } = network;
    const { name } = launch.service;
    const suffix =
      view === (launch.container ?? launch.service.task?.container) ? "" : `-${view?.name ?? "pause"}`;
    const environment = view ? taskEnvironment(view, this.options.region, metadata) : {};
    const container = await this.create({
      Image: image,
      name: `local-${name}-${launch.taskId.slice(0, 12)}${suffix}`.replaceAll(/[^\w.-]/g, "-"),
      Labels: {
        [label.project]: this.project,
        [label.owner]: String(process.pid),
        ...(!view && { [label.address]: launch.taskId }),
      },
      Env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
      ...(view?.command ? { Cmd: view.command } : {}),
      ...(view?.entryPoint ? { Entrypoint: view.entryPoint } : {}),
      ...(view?.user !== undefined ? { User: view.user } : {}),
      ExposedPorts: ports,
      // A volume of its own per mount point, with what the image has there, as Fargate does with bind mounts.
      Volumes: Object.fromEntries((view?.mounts ?? []).map((path) => [path, {}])),
      // The command is run by `probe` instead: both engines and the process runner then judge alike.
      Healthcheck: { Test: ["NONE"] },
      HostConfig: {
        ...hostConfig,
        Binds: (view?.folders ?? []).map((folder) => this.bind(folder)),
        ReadonlyRootfs: view?.readonlyRoot ?? true,
        CapDrop: view?.dropped ?? ["ALL"],
        Init: view?.init ?? false,
      },
    });
    this.containers.add(container);
    if (!view) this.holders.add(container);
    try {
      const prefix = suffix === "" ? "" : `${view?.name ?? ""}: `;
      await this.follow(container, (line) => launch.output(`${prefix}${line}`));
      await container.start();
      if (this.closed) throw new Error("the local stack is stopping");
      return {
        container,
        exited: waitFor(container),
        probe: (timeout) => probe(container, view?.healthCheck?.command ?? ["NONE"], timeout),
        signal: (signal: StopSignal) => container.kill({ signal }).catch(ignoreGone) as Promise<void>,
        remove: () => this.remove(container, suffix === "" ? launch.taskId : undefined),
      };
    } catch (error) {
      await this.remove(container);
      throw error;
    }
  }

  /** Any user of a container may write there: an access point writes as the user that it names. */
  private bind({ fileSystem, path, readOnly }: ContainerView["folders"][number]): string {
    const folder = resolve(this.options.project, ".local", "volumes", fileSystem);
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o777);
    return `${folder}:${path}${readOnly ? ":ro" : ""}`;
  }

  private pauseBuilt: Promise<string> | undefined;
  private makePause(): Promise<string> {
    this.pauseBuilt ??= pauseImage(this.docker, this.options.engine.podman);
    return this.pauseBuilt;
  }

  async close(): Promise<void> {
    this.closed = true;
    // One that is half started is not in the list yet.
    await Promise.allSettled(this.starting);
    const [holders, others] = parted([...this.containers], (container) => this.holders.has(container));
    for (const some of [others, holders]) await Promise.all(some.map((container) => this.remove(container)));
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
  private async follow(container: Docker.Container, output: Launch["output"]): Promise<void> {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    const lines = new PassThrough();
    this.docker.modem.demuxStream(stream, lines, lines);
    stream.on("end", () => lines.end());
    stream.on("error", () => lines.end());
    eachLine(lines, output);
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

const parted = <T>(all: readonly T[], is: (one: T) => boolean): [T[], T[]] => [
  all.filter(is),
  all.filter((one) => !is(one)),
];

interface ContainerPlan {
  view: ContainerView | undefined;
  image: string;
  /** Address of the task's metadata. */
  metadata: string;
  network: Docker.HostConfig & { ports?: Record<string, object> };
}

/** The methods of a part that is an instance of a class, for an object to spread. */
const bound = (part: Part): Part => ({
  exited: part.exited,
  probe: (timeout, container) => part.probe(timeout, container),
  signal: (signal) => part.signal(signal),
  remove: () => part.remove(),
});
/** What the launch says of timing. */
const defined = ({ settings, signal }: Launch): Partial<PodSettings> => ({
  ...settings,
  ...(signal && { signal }),
});

const nowhere = { address: "", port: 0 };

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
