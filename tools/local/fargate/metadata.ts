/**
 * The task metadata endpoint, version 4
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html, [H] for the shape).
 * Ids and ARNs are this machine's and look so; statistics are empty.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ContainerView } from "../ecs/views";
import type { Launch } from "./runner";

export interface MetadataServer {
  /** Makes a task known and returns its `ECS_CONTAINER_METADATA_URI_V4`, for a task that reaches this machine at `host`. */
  add(launch: Launch, host: string): string;
  /** Makes known that a container of a task has ended. */
  stopped(taskId: string, container: string, code: number | undefined): void;
  remove(taskId: string): void;
  close(): Promise<void>;
}

interface Entry {
  launch: Launch;
  since: string;
  /** Exit codes of the containers that have ended. */
  stopped: Map<string, number | undefined>;
}

/** Serves metadata. Containers reach this machine by another address than 127.0.0.1, so they need `0.0.0.0`. */
export async function serveMetadata(listenOn: string): Promise<MetadataServer> {
  const tasks = new Map<string, Entry>();
  const server = createServer((request, response) => {
    const [, version, id = "", rest = ""] = (request.url ?? "").split("/");
    const entry = version === "v4" ? tasks.get(id) : undefined;
    const body = entry && document(entry, rest);
    response.writeHead(body === undefined ? 404 : 200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(body ?? { message: "not found" }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, listenOn, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    add: (launch, host) => {
      tasks.set(launch.taskId, { launch, since: new Date().toISOString(), stopped: new Map() });
      return `http://${host}:${port}/v4/${launch.taskId}`;
    },
    stopped: (taskId, container, code) => tasks.get(taskId)?.stopped.set(container, code),
    remove: (taskId) => tasks.delete(taskId),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function document(entry: Entry, path: string): unknown {
  if (path === "") return container(entry, entry.launch.service.task?.container);
  if (path === "task") return task(entry);
  return path === "stats" ? {} : undefined;
}

const taskArn = ({ launch }: Entry): string =>
  `${launch.service.cluster.replace(":cluster/", ":task/")}/${launch.taskId}`;

function container(entry: Entry, view: ContainerView | undefined): Record<string, unknown> {
  const { launch, since, stopped } = entry;
  const definition = launch.service.task;
  const name = view?.name ?? "";
  return {
    DockerId: `${launch.taskId}-local`,
    Name: name,
    DockerName: name,
    // The digest that the program recorded stands for the image as built; this is what was built here.
    Image: (view?.image ?? "").replace(/@sha256:.*$/, `@${launch.artifact.digest}`),
    ImageID: launch.artifact.digest,
    Labels: {
      "com.amazonaws.ecs.cluster": launch.service.cluster,
      "com.amazonaws.ecs.container-name": name,
      "com.amazonaws.ecs.task-arn": taskArn(entry),
      "com.amazonaws.ecs.task-definition-family": definition?.family ?? "",
      "com.amazonaws.ecs.task-definition-version": String(definition?.revision ?? ""),
    },
    DesiredStatus: "RUNNING",
    KnownStatus: stopped.has(name) ? "STOPPED" : "RUNNING",
    ...(stopped.has(name) && { ExitCode: stopped.get(name) }),
    Limits: { CPU: 2 },
    CreatedAt: since,
    StartedAt: since,
    Type: "NORMAL",
    ContainerARN: `${taskArn(entry).replace(":task/", ":container/")}/local`,
    Networks: [{ NetworkMode: "awsvpc", IPv4Addresses: ["127.0.0.1"] }],
    Snapshotter: "overlayfs",
  };
}

function task(entry: Entry): Record<string, unknown> {
  const { launch, since } = entry;
  const definition = launch.service.task;
  return {
    Cluster: launch.service.cluster,
    TaskARN: taskArn(entry),
    Family: definition?.family,
    Revision: String(definition?.revision ?? ""),
    ServiceName: launch.service.name,
    DesiredStatus: "RUNNING",
    KnownStatus: "RUNNING",
    Limits: { CPU: (definition?.cpu ?? 0) / 1024, Memory: definition?.memory },
    PullStartedAt: since,
    PullStoppedAt: since,
    AvailabilityZone: launch.zone,
    LaunchType: "FARGATE",
    Containers: (definition?.containers ?? []).map((view) => container(entry, view)),
  };
}
