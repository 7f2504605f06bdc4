/** A container as Fargate would run it, in the words of Docker's API. */
import type Docker from "dockerode";
import { chmodSync, mkdirSync } from "node:fs";
import { resolve } from "node:path";
import type { ContainerView } from "../ecs/views";
import type { Engine } from "./engine";
import { taskEnvironment } from "./environment";
import type { Launch } from "./runner";

interface ContainerContext {
  engine: Engine;
  project: string;
  region: string;
  /** Its id. */
  image: string | undefined;
  /** Where the task is reached. */
  port: number;
  /** Of its metadata. */
  uri: string;
  /** What the names of the task's volumes begin with. */
  volumes: string;
  /** Whether no other container of the task has them. */
  alone: boolean;
  /** Folders that its image declares as volumes. */
  declared: readonly string[];
  /** Whose address it shares. */
  main: Docker.Container | undefined;
}

/** What the engine is told of one container of a task. */
export function containerOf(
  launch: Launch,
  view: ContainerView,
  { engine, project, region, image, port, uri, volumes, alone, declared, main }: ContainerContext,
): Docker.ContainerCreateOptions {
  const { service, taskId } = launch;
  const listens =
    view === service.task?.container && view.ports.length + service.task.checked.ports.length > 0;
  const suffix = view === service.task?.container ? "" : `-${view.name}`;
  return {
    ...(image === undefined ? {} : { Image: image }),
    name: `local-${service.name}-${taskId.slice(0, 12)}${suffix}`.replaceAll(/[^\w.-]/g, "-"),
    Env: Object.entries(taskEnvironment(view, region, uri)).map(([name, value]) => `${name}=${value}`),
    ...(view.command ? { Cmd: view.command } : {}),
    ...(view.entryPoint ? { Entrypoint: view.entryPoint } : {}),
    ...(view.user !== undefined ? { User: view.user } : {}),
    ...(listens && !main ? { ExposedPorts: { [`${port}/tcp`]: {} } } : {}),
    // With what the image has there.
    ...(alone
      ? {
          Volumes: Object.fromEntries(
            view.mounts.filter(({ path }) => declared.includes(path)).map(({ path }) => [path, {}]),
          ),
        }
      : {}),
    // The command is run by `probe` instead: both engines and the process runner then judge alike.
    Healthcheck: { Test: ["NONE"] },
    HostConfig: {
      ...(main ? { NetworkMode: `container:${main.id}` } : addressed(engine, port, listens)),
      ReadonlyRootfs: view.readonlyRoot,
      CapDrop: view.dropped,
      Init: view.init,
      Binds: [
        // Fargate gives a folder to root, empty and with mode 0755, unless the image declares a VOLUME there:
        // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
        ...view.mounts.flatMap(({ volume, path }) => {
          const named = `${volumes}-${volume}:${path}`;
          if (!declared.includes(path)) return [`${named}:nocopy`];
          return alone ? [] : [named];
        }),
        ...view.folders.map((folder) => bind(project, folder)),
      ],
      ...(view.nofile === undefined
        ? {}
        : { Ulimits: [{ Name: "nofile", Soft: view.nofile, Hard: view.nofile }] }),
    },
  };
}

/** What a container with an address of its own has. */
export function addressed(engine: Engine, port: number, listens: boolean): Docker.HostConfig {
  return {
    NetworkMode: engine.network,
    // Fargate keeps the kernel's default, where Docker ≥ 20.10 lets anyone bind low ports (aws-facts §4, roadmap#1721).
    Sysctls: { "net.ipv4.ip_unprivileged_port_start": "1024" },
    ExtraHosts: engine.bridged ? [] : ["host.docker.internal:host-gateway"],
    PortBindings:
      engine.bridged || !listens ? {} : { [`${port}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: "" }] },
  };
}

/** Any user of a container may write there: an access point writes as the user that it names. */
function bind(project: string, { fileSystem, path, readOnly }: ContainerView["folders"][number]): string {
  const folder = resolve(project, ".local", "volumes", fileSystem);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o777);
  return `${folder}:${path}${readOnly ? ":ro" : ""}`;
}
