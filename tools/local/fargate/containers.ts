/**
 * Runs tasks as containers of a Docker engine, as close to Fargate as it allows: the task definition's user, read-only root,
 * dropped capabilities, volumes and stop time; each with its own address. IAM, limits and the awslogs driver are not modelled.
 */
import type Docker from "dockerode";
import { PassThrough } from "node:stream";
import { sweepImages } from "../image/sweep";
import { type ImageArtifact, prepareImages } from "./artifacts";
import { startContainers, type RunningContainer } from "./containers-of-task";
import { isAlive } from "./copies";
import { addressed, containerOf } from "./definition";
import { engineSays, ignoreGone, probe, waitFor } from "./docker";
import type { Engine } from "./engine";
import { label, projectLabel } from "./labels";
import { eachLine } from "./lines";
import { listenersOf } from "./listeners";
import type { MetadataServer } from "./metadata";
import { pauseImage } from "./pause";
import type { Artifact, Exit, Launch, RunningTask, StopSignal, TaskRunner } from "./runner";
import type { ContainerView, ServiceView } from "../ecs/views";

export interface ContainerRunnerOptions {
  engine: Engine;
  project: string;
  region: string;
  metadata: MetadataServer;
  progress: (message: string) => void;
}

export class ContainerRunner implements TaskRunner {
  readonly kind = "containers";
  readonly host: string;
  private readonly containers = new Set<Docker.Container>();
  /** Of tasks with several containers. */
  private readonly volumes = new Set<string>();
  private pause: Promise<string> | undefined;
  private readonly docker: Docker;
  private readonly project: string;
  private readonly starting = new Set<Promise<unknown>>();
  private closed = false;
  private hasInit = true;

  constructor(private readonly options: ContainerRunnerOptions) {
    this.docker = options.engine.docker;
    this.host = options.engine.host;
    this.project = projectLabel(options.project);
  }

  /** Removes containers that an earlier run of this checkout left behind. */
  async sweep(): Promise<void> {
    const filters = { label: [`${label.project}=${this.project}`] };
    const all = await this.docker.listContainers({ all: true, filters });
    // Those that share an address are younger than what has it.
    for (const found of all.sort((a, b) => b.Created - a.Created)) {
      if (isAlive(Number(found.Labels[label.owner]))) continue;
      await this.docker.getContainer(found.Id).remove({ force: true, v: true }).catch(ignoreGone);
    }
    await sweepImages(this.docker, `${label.project}=${this.project}`);
  }

  prepare(service: ServiceView): Promise<Artifact> {
    return prepareImages(service, { ...this.options, labels: { [label.project]: this.project } });
  }

  async start(launch: Launch): Promise<RunningTask> {
    const started = this.launch(launch);
    this.starting.add(started);
    return started.finally(() => this.starting.delete(started));
  }

  private async launch(launch: Launch): Promise<RunningTask> {
    if (this.closed) throw new Error("the local stack is stopping");
    const { engine, metadata } = this.options;
    const { task, registration } = launch.service;
    if (!task) throw new Error("there is no task definition");
    const { container: application, checked, before } = task;
    // What runs before the others runs alone.
    const containers = launch.container ? [launch.container] : task.containers;
    const served = launch.container ?? application;
    const serves = !launch.container && checked.ports.length > 0;
    const port = registration?.port ?? checked.ports[0] ?? 80;
    const uri = metadata.add(launch, engine.host);
    const artifact = launch.artifact as ImageArtifact;
    const own: Docker.Container[] = [];
    let main: Docker.Container | undefined;
    let applicationEnded: Promise<Exit | undefined> = Promise.resolve(undefined);
    const together = [...task.containers, ...before.map(({ container }) => container)];
    const alone = together.length === 1;
    const volumes = `local-${launch.taskId}`;
    await this.provideVolumes(volumes, together, artifact);
    // As on Fargate none of several owns the address: it is there before them, and stays when the application ends.
    const held = containers.length > 1;
    const start = async (view: ContainerView): Promise<RunningContainer> => {
      // All share the application's address; what comes before it needs none.
      const shared = main !== undefined && (held || view !== served);
      const container = await this.create(
        this.labelled(
          containerOf(launch, view, {
            ...this.options,
            image: artifact.images.get(view.name),
            declared: artifact.declared.get(view.name) ?? [],
            port,
            uri,
            volumes,
            alone,
            main: shared ? main : undefined,
          }),
          {
            [label.cluster]: launch.service.cluster,
            [label.service]: launch.service.name,
            [label.task]: launch.taskId,
            [label.container]: view.name,
          },
        ),
      );
      this.containers.add(container);
      own.push(container);
      if (view === served && !held) main = container;
      const named = `${view.name}: `;
      const output = (line: string) =>
        launch.output(view === served || line.startsWith(named) ? line : `${named}${line}`);
      await this.follow(container, { ...launch, output });
      await container.start();
      if (this.closed) throw new Error("the local stack is stopping");
      const exited = waitFor(container).then((exit) => {
        metadata.stopped(launch.taskId, view.name, exit.code);
        return exit;
      });
      if (view === served) applicationEnded = exited;
      return {
        exited,
        probe: (timeout) => probe(container, view.healthCheck?.command ?? ["NONE"], timeout),
        signal: (signal: StopSignal) => container.kill({ signal }).catch(ignoreGone) as Promise<void>,
      };
    };
    const remove = async () => {
      metadata.remove(launch.taskId);
      // Whoever has the address goes last.
      for (const container of [...own].reverse()) await this.remove(container);
      // What ran before leaves its folders to the others.
      if (!launch.container) await this.removeVolumes(volumes);
    };
    try {
      if (held) {
        main = await this.hold(launch, port);
        own.push(main);
      }
      const whole =
        containers.length === 1
          ? await start(served)
          : await startContainers({
              containers,
              checked: checked.name,
              start,
              second: 1000,
              signal: launch.signal,
            });
      if (!main) throw new Error("its application was not started");
      // What nobody connects to may have ended by now, and then it has no address any more.
      const { address, port: reachable } = serves ? await this.locate(main, port) : nowhere;
      const listeners = () => listenersOf(main!, engine.bridged);
      return { ...whole, address, port: reachable, listeners, remove };
    } catch (error) {
      // That another could not start beside it is no news of a task whose application has ended.
      const ended = await Promise.race([applicationEnded, moment()]);
      await remove();
      throw ended ? new Error(`${served.name}: ${ended.reason}`) : new Error(engineSays(error));
    }
  }

  /** Podman gives a new volume to whoever mounts it first, with the mode that the image has there, unless it is told whose it is. */
  private async provideVolumes(
    prefix: string,
    containers: readonly ContainerView[],
    { declared }: ImageArtifact,
  ): Promise<void> {
    const mounts = containers.flatMap((view) => view.mounts.map((mount) => ({ view: view.name, ...mount })));
    const kept = mounts.filter(({ view, path }) => declared.get(view)?.includes(path));
    for (const { volume } of mounts) {
      const name = `${prefix}-${volume}`;
      if (this.volumes.has(name)) continue;
      this.volumes.add(name);
      if (!this.options.engine.podman || kept.some((mount) => mount.volume === volume)) continue;
      await this.docker.createVolume({ Name: name, DriverOpts: { o: "uid=0,gid=0" } });
    }
  }

  /** Starts what has the task's address and nothing else. */
  private async hold(launch: Launch, port: number): Promise<Docker.Container> {
    this.pause ??= pauseImage(this.docker, this.options.engine.podman);
    const { service, taskId } = launch;
    const container = await this.create(
      this.labelled({
        Image: await this.pause,
        name: `local-${service.name}-${taskId.slice(0, 12)}-address`.replaceAll(/[^\w.-]/g, "-"),
        ExposedPorts: { [`${port}/tcp`]: {} },
        HostConfig: { ReadonlyRootfs: true, CapDrop: ["ALL"], ...addressed(this.options.engine, port, true) },
      }),
    );
    this.containers.add(container);
    await container.start();
    return container;
  }

  /** So that what is left behind is found by the next start. */
  private labelled(
    options: Docker.ContainerCreateOptions,
    more: Record<string, string> = {},
  ): Docker.ContainerCreateOptions {
    return {
      ...options,
      Labels: { ...more, [label.project]: this.project, [label.owner]: String(process.pid) },
    };
  }

  private async removeVolumes(prefix = ""): Promise<void> {
    for (const name of [...this.volumes].filter((each) => each.startsWith(prefix))) {
      await this.docker.getVolume(name).remove().catch(ignoreGone);
      this.volumes.delete(name);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    // One that is half started is not in the list yet.
    await Promise.allSettled(this.starting);
    // Engines remove what has an address after those that share it.
    for (const container of [...this.containers].reverse()) await this.remove(container);
    await this.removeVolumes();
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

  private async remove(container: Docker.Container): Promise<void> {
    const remove = (): Promise<unknown> => container.remove({ force: true, v: true });
    // Podman cannot stop one that stops just then; by the next try it has.
    const again = (error: Error): Promise<unknown> | void =>
      /container state improper/.test(error.message) ? remove().catch(ignoreGone) : ignoreGone(error);
    await remove().catch(again);
    this.containers.delete(container);
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

/** Enough for an engine to tell of an end that caused what failed. */
const moment = (): Promise<undefined> => new Promise((done) => setTimeout(() => done(undefined), 500));

const nowhere = { address: "", port: 0 };
