/** Looks up what runs where. Reads only. */
import { type Answer, Asking, type Limits, map, usualLimits } from "../aws/ask";
import type { Aws } from "../aws/cli";
import { atOnce, batches } from "../aws/batches";
import { isoOf } from "../aws/moment";
import type { EcsService, EcsTask, TaskDefinition } from "../aws/shapes";
import type { System, SystemService } from "../aws/system";
import { tasksOf } from "../aws/tasks";
import { UnseenList } from "../aws/unseen";
import { lookAtAlarms } from "./alarms";
import { deploymentsOf, versionOf } from "./deployments";
import type { ServiceStatus, Status, TaskStatus } from "./report";

/** @throws UsageError where there is no AWS CLI */
export async function lookAtStatus(
  system: System,
  aws: Aws,
  { now, limits = usualLimits }: { now: () => Date; limits?: Limits },
): Promise<Status> {
  const asking = new Asking(aws, limits);
  const unseen = new UnseenList();
  const described = describeServices(asking, unseen, system.services);
  const [services, alarms] = await Promise.all([
    Promise.all(
      system.services.map(async (service) =>
        lookAtService(asking, unseen, service, (await described).get(service)),
      ),
    ),
    lookAtAlarms(asking, unseen, system.alarms),
  ]);
  const { stack, region, url } = system;
  return { ...{ stack, region, url, services, alarms }, at: now().toISOString(), unseen: unseen.list };
}

async function describeServices(
  asking: Asking,
  unseen: UnseenList,
  services: readonly SystemService[],
): Promise<Map<SystemService, EcsService | "missing">> {
  const found = new Map<SystemService, EcsService | "missing">();
  for (const cluster of new Set(services.map((service) => service.cluster))) {
    const own = services.filter((service) => service.cluster === cluster);
    for (const some of batches(own, atOnce.services)) {
      const answer = await asking.ask<{ services?: EcsService[] }>(
        ...["ecs", "describe-services", "--cluster", cluster, "--services"],
        ...some.map(({ service }) => service),
      );
      const seen = unseen.found("the services", answer);
      for (const service of some) {
        const one = seen?.services?.find(({ serviceName }) => serviceName === service.service);
        // Those that are missing come as `failures`, and without their cluster there are none.
        if (one || answer.is !== "unseen") found.set(service, one ?? "missing");
      }
    }
  }
  return found;
}

async function lookAtService(
  asking: Asking,
  unseen: UnseenList,
  { name, service, cluster, taskDefinition, registry }: SystemService,
  seen: EcsService | "missing" | undefined,
): Promise<ServiceStatus> {
  const own: ServiceStatus = {
    ...{ name, service, cluster, status: "unknown", desired: 0, running: 0, version: undefined },
    ...{ since: undefined, rolling: false, images: [], tasks: [], deployments: [] },
  };
  if (seen === "missing") return { ...own, status: "missing" };
  const primary = seen?.deployments?.find(({ status }) => status === "PRIMARY");
  const runs = primary?.taskDefinition ?? taskDefinition;
  const [live, stopped, discovered, definition] = await Promise.all([
    tasksOf(asking, { cluster, service }, "RUNNING"),
    tasksOf(asking, { cluster, service }, "STOPPED"),
    discoveredIn(asking, registry),
    asking.ask<{ taskDefinition?: TaskDefinition }>(
      ...["ecs", "describe-task-definition", "--task-definition", runs],
    ),
  ]);
  const containers = unseen.found("the images", definition)?.taskDefinition?.containerDefinitions ?? [];
  // ECS lists a task that it has told to stop among the stopped ones, while it still drains.
  const ended = unseen.found("tasks that stopped", stopped) ?? [];
  const draining = ended.filter(({ lastStatus }) => lastStatus !== "STOPPED");
  const health = discovered && unseen.found("who is discoverable", discovered);
  const tasks = [...(unseen.found("the tasks", live) ?? []), ...draining];
  return {
    ...own,
    status: seen?.status ?? "unknown",
    desired: seen?.desiredCount ?? 0,
    running: seen?.runningCount ?? 0,
    version: versionOf(runs),
    since: isoOf(primary?.createdAt),
    rolling: primary?.rolloutState === "IN_PROGRESS",
    images: containers.map(({ name: container = "", image = "" }) => ({ container, image })),
    tasks: tasks.map((task) => statusOf(task, health)).sort(byAge),
    deployments: await deploymentsOf(asking, unseen, { cluster, service, seen, ended }),
  };
}

/** Who is in Cloud Map, by the task's id, and whether it is told to those who ask. */
async function discoveredIn(
  asking: Asking,
  registry: string | undefined,
): Promise<Answer<ReadonlyMap<string, boolean>> | undefined> {
  if (registry === undefined) return undefined;
  const of = ["--service-id", registry.split("/").at(-1)!];
  const health = await asking.ask<{ Status?: Record<string, string> }>(
    ...["servicediscovery", "get-instances-health-status", ...of],
  );
  if (health.is !== "absent")
    return map(
      health,
      ({ Status = {} }) => new Map(Object.entries(Status).map(([id, is]) => [id, is === "HEALTHY"])),
    );
  // CustomHealthNotFound and InstanceNotFound: without a health check everybody who is registered is told.
  const instances = await asking.ask<{ Instances?: { Id?: string }[] }>(
    ...["servicediscovery", "list-instances", ...of],
  );
  return map(instances, ({ Instances = [] }) => new Map(Instances.map(({ Id = "" }) => [Id, true])));
}

function statusOf(task: EcsTask, health: ReadonlyMap<string, boolean> | undefined): TaskStatus {
  const id = task.taskArn?.split("/").at(-1) ?? "";
  const isFound = health?.get(id);
  return {
    id,
    version: versionOf(task.taskDefinitionArn) ?? "",
    zone: task.availabilityZone,
    state: stateOf(task),
    discoverable:
      health === undefined
        ? undefined
        : isFound === undefined
          ? "not registered"
          : isFound
            ? "discoverable"
            : "not discoverable",
    since: isoOf(task.startedAt ?? task.createdAt),
  };
}

function stateOf({ desiredStatus, lastStatus = "", healthStatus }: EcsTask): string {
  if (desiredStatus === "STOPPED") return "stopping";
  if (lastStatus !== "RUNNING") return lastStatus.toLowerCase();
  return healthStatus === "HEALTHY" || healthStatus === "UNHEALTHY" ? healthStatus.toLowerCase() : "running";
}

const byAge = (a: TaskStatus, b: TaskStatus): number => (a.since ?? "~").localeCompare(b.since ?? "~");
