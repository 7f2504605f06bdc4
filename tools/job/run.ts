/**
 * Runs a job on AWS: starts its task, follows its log, and waits for its end. A job's command decides what changes; nothing
 * else is changed here.
 */
import { stripVTControlCharacters } from "node:util";
import { GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTasksCommand, RunTaskCommand, StopTaskCommand, type Task } from "@aws-sdk/client-ecs";
import type { Clients } from "../deploy/clients";

/** A job as the stack's output `jobs` tells of it. */
export interface Target {
  name: string;
  taskDefinition: string;
  cluster: string;
  subnets: string[];
  securityGroups: string[];
  assignPublicIp: boolean;
  logGroup: string;
}

export interface Outside {
  sleep: (milliseconds: number) => Promise<void>;
  /** What the job printed. */
  output: (line: string) => void;
  /** What happens to its task. */
  say: (line: string) => void;
  /** Whether somebody wants it to end; asked again and again. */
  interrupted: () => boolean;
}

const pause = 2_000;
/** CloudWatch has a line some seconds after it was printed: so often the log is read again when the task has stopped. */
const lastReads = 4;

/**
 * Runs a job and waits for it.
 *
 * @returns the exit code of its container; 1 where it never had one
 * @throws Error when it was not started, in the words of ECS
 */
export async function runJob(
  { ecs, logs }: Clients,
  target: Target,
  { sleep, output, say, interrupted }: Outside,
): Promise<number> {
  const arn = await start(ecs, target);
  const id = arn.split("/").at(-1)!;
  say(`${target.name}: task ${id} of ${target.taskDefinition.split("/").at(-1)}`);
  const log = new Log(logs, target, id);
  let stopping = false;
  let seen = "";
  for (;;) {
    if (interrupted() && !stopping) {
      stopping = true;
      say("Stopping it …");
      await ecs.send(
        new StopTaskCommand({ cluster: target.cluster, task: arn, reason: "npm run job was interrupted" }),
      );
    }
    const task = await describe(ecs, target.cluster, arn);
    (await log.read()).forEach(output);
    const status = task?.lastStatus ?? "";
    if (status !== seen && status !== "") say(`${target.name}: ${status}`);
    seen = status;
    if (status === "STOPPED") {
      for (let reads = 0; reads < lastReads; reads += 1) {
        await sleep(pause);
        (await log.read()).forEach(output);
      }
      return ending(task!, target, say);
    }
    await sleep(pause);
  }
}

async function start(ecs: Clients["ecs"], target: Target): Promise<string> {
  const { cluster, taskDefinition, subnets, securityGroups, assignPublicIp } = target;
  const { tasks = [], failures = [] } = await ecs.send(
    new RunTaskCommand({
      cluster,
      taskDefinition,
      launchType: "FARGATE",
      count: 1,
      startedBy: "npm run job",
      propagateTags: "TASK_DEFINITION",
      enableECSManagedTags: true,
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets,
          securityGroups,
          assignPublicIp: assignPublicIp ? "ENABLED" : "DISABLED",
        },
      },
    }),
  );
  const arn = tasks[0]?.taskArn;
  if (arn !== undefined) return arn;
  const reasons = failures.map(({ reason, detail }) => [reason, detail].filter((part) => part).join(": "));
  throw new Error(`ECS did not start the job: ${reasons.join(", ") || "it gave no reason"}.`);
}

async function describe(ecs: Clients["ecs"], cluster: string, arn: string): Promise<Task | undefined> {
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [arn] }));
  return tasks[0];
}

function ending(
  { containers = [], stopCode, stoppedReason }: Task,
  { name }: Target,
  say: (line: string) => void,
): number {
  const own = containers.find((container) => container.name === name);
  if (own?.exitCode !== undefined) {
    say(`${name}: it ended with ${own.exitCode}`);
    return own.exitCode;
  }
  const why = [stopCode, stoppedReason, own?.reason].filter((part) => part);
  say(`${name}: it never ran: ${why.join(": ") || "ECS gave no reason"}`);
  return 1;
}

/** The log of one task, read on from where it was left. */
class Log {
  private token: string | undefined;
  private readonly stream: string;

  constructor(
    private readonly logs: Clients["logs"],
    private readonly target: Target,
    task: string,
  ) {
    this.stream = `${target.name}/${target.name}/${task}`;
  }

  /** The lines that are new; none while the container has not begun to log. */
  async read(): Promise<string[]> {
    const lines: string[] = [];
    // The same token again is the end: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
    for (;;) {
      const answer = await this.logs
        .send(
          new GetLogEventsCommand({
            logGroupName: this.target.logGroup,
            logStreamName: this.stream,
            startFromHead: true,
            nextToken: this.token,
          }),
        )
        .catch((error: Error) => {
          if (error.name === "ResourceNotFoundException") return undefined;
          throw error;
        });
      for (const { message } of answer?.events ?? [])
        lines.push(stripVTControlCharacters(message ?? "").trimEnd());
      const next = answer?.nextForwardToken;
      if (next === undefined || next === this.token) return lines;
      this.token = next;
    }
  }
}
