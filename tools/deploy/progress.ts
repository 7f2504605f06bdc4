/** What a deployment is at while it is waited for: tasks new and old, their health, who is found, and how long it may take. */
import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { Asking, foundIn } from "../aws/ask";
import { atOnce } from "../aws/batches";
import type { Aws } from "../aws/cli";
import type { Ecs } from "./observe";
import type { Target } from "./state";

export interface Progress {
  service: string;
  /** `family:revision` that new tasks start from. */
  version: string;
  desired: number;
  /** New tasks that run. */
  running: number;
  /** Of them; undefined where it could not be looked up. */
  healthy: number | undefined;
  /** Of them, by Cloud Map. */
  discoverable: number | undefined;
  /** Tasks of versions before. */
  old: number;
  /** New tasks that ended before they were healthy. */
  failed: number;
  /** When it began. */
  began: Date | undefined;
}

/** Who is found in a Cloud Map service, by the tasks' ids; undefined where it cannot be looked up. */
export type Discoverable = (registry: string) => Promise<ReadonlySet<string> | undefined>;

/** As the AWS CLI tells it, where there is one. */
export const discoverableOf =
  (aws: Aws): Discoverable =>
  async (registry) => {
    const answer = await new Asking(aws).ask<{ Status?: Record<string, string> }>(
      ...["servicediscovery", "get-instances-health-status", "--service-id", registry.split("/").at(-1)!],
    );
    const status = foundIn(answer)?.Status;
    return status && new Set(Object.keys(status).filter((id) => status[id] === "HEALTHY"));
  };

/** Undefined where no deployment of the service is under way. */
export async function progressOf(
  ecs: Ecs,
  { cluster, service, registry }: Target,
  discoverable: Discoverable,
): Promise<Progress | undefined> {
  const answer = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
  const deployments = answer.services?.[0]?.deployments ?? [];
  const primary = deployments.find(({ status }) => status === "PRIMARY");
  if (primary?.rolloutState !== "IN_PROGRESS") return undefined;
  const others = deployments.filter((deployment) => deployment !== primary);
  // An older policy may not allow them; the counts are known without.
  const tasks = await tasksOf(ecs, cluster, service).catch(() => undefined);
  const own = tasks?.filter(({ startedBy }) => startedBy === primary.id);
  const found = registry === undefined ? undefined : await discoverable(registry).catch(() => undefined);
  return {
    service,
    version: primary.taskDefinition?.split("/").at(-1) ?? "",
    desired: primary.desiredCount ?? 0,
    running: primary.runningCount ?? 0,
    healthy: own?.filter(({ healthStatus }) => healthStatus === "HEALTHY").length,
    discoverable: found && own?.filter(({ taskArn }) => found.has(taskArn?.split("/").at(-1) ?? "")).length,
    old: others.reduce((sum, { runningCount = 0 }) => sum + runningCount, 0),
    failed: primary.failedTasks ?? 0,
    began: primary.createdAt,
  };
}

/** Those that are not asked to stop. */
async function tasksOf(ecs: Ecs, cluster: string, service: string): Promise<Task[]> {
  const tasks: Task[] = [];
  let nextToken: string | undefined;
  do {
    const page = await ecs.send(
      new ListTasksCommand({ cluster, serviceName: service, maxResults: atOnce.tasks, nextToken }),
    );
    const arns = page.taskArns ?? [];
    if (arns.length > 0)
      tasks.push(...((await ecs.send(new DescribeTasksCommand({ cluster, tasks: arns }))).tasks ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return tasks;
}

/**
 * One line: `flask: 1 of 2 new tasks of flask:8 run, 1 healthy, 0 discoverable; 2 old; 17 min left`.
 *
 * @param left milliseconds until it is given up; undefined where nobody knows
 */
export function progressText(progress: Progress, left: number | undefined): string {
  const minutes = left === undefined ? undefined : Math.ceil(left / 60_000);
  const time = minutes === undefined ? "" : minutes > 0 ? `; ${minutes} min left` : "; its time is up";
  return `${progressState(progress)}${time}`;
}

/** The same without the time, which always changes. */
export function progressState(progress: Progress): string {
  const { service, version, desired, running, healthy, discoverable, old, failed } = progress;
  const facts = [
    `${running} of ${desired} new ${desired === 1 ? "task" : "tasks"} of ${version} ${running === 1 ? "runs" : "run"}`,
    ...(healthy === undefined ? [] : [`${healthy} healthy`]),
    ...(discoverable === undefined ? [] : [`${discoverable} discoverable`]),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  return `${service}: ${facts.join(", ")}; ${old} old`;
}
