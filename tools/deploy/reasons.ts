/** Why tasks of a deployment stopped, and what they said last. Reads only. */
import { stripVTControlCharacters } from "node:util";
import { type CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTasksCommand, ListTasksCommand, type Task } from "@aws-sdk/client-ecs";
import { atOnce, batches } from "../aws/batches";
import { isUnwanted } from "../aws/tasks";
import type { Ecs } from "./observe";
import type { Target } from "./state";

export type Logs = Pick<CloudWatchLogsClient, "send">;

export interface StoppedContainer {
  name: string;
  exitCode: number | undefined;
  reason: string | undefined;
  health: string | undefined;
  /** Its last lines. */
  log: string[];
  /** Why there are none. */
  logNote: string | undefined;
}

/** A task that stopped, standing for all that stopped in the same way. */
export interface StoppedTask {
  id: string;
  stoppedAt: string | undefined;
  /** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html */
  code: string | undefined;
  reason: string | undefined;
  /** How many stopped so, this one included. */
  count: number;
  containers: StoppedContainer[];
}

const waysToStop = 3;
const lines = 10;

/**
 * The newest tasks of the expected task definition that stopped and were not meant to, one for each way of stopping. ECS
 * knows a stopped task for about an hour.
 */
export async function stoppedTasks(
  clients: { ecs: Ecs; logs: Logs },
  target: Target,
): Promise<StoppedTask[]> {
  const tasks = (await listStopped(clients.ecs, target))
    .filter((task) => task.taskDefinitionArn === target.taskDefinition && !isUnwanted(task))
    .sort((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0));
  const ways = new Map<string, Task[]>();
  for (const task of tasks) ways.set(way(task), [...(ways.get(way(task)) ?? []), task]);
  const stopped: StoppedTask[] = [];
  for (const alike of [...ways.values()].slice(0, waysToStop)) {
    const task = alike[0]!;
    const id = task.taskArn?.split("/").at(-1) ?? "";
    const containers: StoppedContainer[] = [];
    for (const { name = "", exitCode, reason, healthStatus } of task.containers ?? []) {
      const said = await lastLines(
        clients.logs,
        target,
        `${target.logPrefix ?? target.service}/${name}/${id}`,
      );
      containers.push({ name, exitCode, reason, health: healthStatus, ...said });
    }
    stopped.push({
      id,
      stoppedAt: task.stoppedAt?.toISOString(),
      code: task.stopCode,
      reason: task.stoppedReason,
      count: alike.length,
      containers,
    });
  }
  return stopped;
}

/** Tasks of one way differ only in ids: in the reason's own, and in those of requests to AWS. */
const way = (task: Task): string =>
  JSON.stringify([
    task.stopCode,
    task.stoppedReason?.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}/g, ""),
    (task.containers ?? []).map(({ name, exitCode }) => [name, exitCode]),
  ]);

async function listStopped(ecs: Ecs, { cluster, service }: Target): Promise<Task[]> {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await ecs.send(
      new ListTasksCommand({ cluster, serviceName: service, desiredStatus: "STOPPED", nextToken }),
    );
    arns.push(...(page.taskArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  const tasks: Task[] = [];
  for (const some of batches(arns, atOnce.tasks)) {
    tasks.push(...((await ecs.send(new DescribeTasksCommand({ cluster, tasks: some }))).tasks ?? []));
  }
  return tasks;
}

async function lastLines(
  logs: Logs,
  { logGroup }: Target,
  logStreamName: string,
): Promise<Pick<StoppedContainer, "log" | "logNote">> {
  if (logGroup === undefined) return { log: [], logNote: "its log group is not in the stack's state" };
  let nextToken: string | undefined;
  try {
    // A page may be empty with more before it; the same token again is the end.
    // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
    for (let page = 0; page < 5; page++) {
      const answer = await logs.send(
        new GetLogEventsCommand({
          logGroupName: logGroup,
          logStreamName,
          limit: lines,
          startFromHead: false,
          nextToken,
        }),
      );
      const log = (answer.events ?? []).map(({ message }) =>
        stripVTControlCharacters(message ?? "").trimEnd(),
      );
      if (log.length > 0) return { log, logNote: undefined };
      if (answer.nextBackwardToken === undefined || answer.nextBackwardToken === nextToken) break;
      nextToken = answer.nextBackwardToken;
    }
    return { log: [], logNote: "it logged nothing" };
  } catch (error) {
    const { name, message } = error as Error;
    // A container that never started has no stream.
    if (name === "ResourceNotFoundException") return { log: [], logNote: "it never logged" };
    return { log: [], logNote: `its log is not readable: ${message}` };
  }
}
