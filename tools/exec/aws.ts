/** Opens a session in a container on AWS: finds the task, and has the AWS CLI carry the session. Nothing is changed. */
import { DescribeTasksCommand, ListTasksCommand, type Task } from "@aws-sdk/client-ecs";
import { atOnce } from "../aws/batches";
import { UsageError } from "../commands/options";
import type { Clients } from "../deploy/clients";

/** What is to be entered. */
export interface Target {
  /** Name or ARN. */
  cluster: string;
  /** As ECS calls it. */
  service: string;
  container: string;
  /** Id of one task, or how it begins; left out, the youngest that can be entered. */
  task: string | undefined;
}

/** Name of the agent that ECS shows for each container. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ManagedAgent.html */
const agentName = "ExecuteCommandAgent";

/**
 * The task to enter.
 *
 * @returns its id
 * @throws UsageError when none can be entered, with why and what mends it
 */
export async function findTask(ecs: Clients["ecs"], target: Target): Promise<string> {
  const { cluster, service, container } = target;
  const listed = await ecs.send(
    new ListTasksCommand({
      cluster,
      serviceName: service,
      desiredStatus: "RUNNING",
      maxResults: atOnce.tasks,
    }),
  );
  const arns = listed.taskArns ?? [];
  if (arns.length === 0) throw new UsageError(`The service ${service} has no running task.`);
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: arns }));
  const meant = tasks.filter((task) => idOf(task).startsWith(target.task ?? ""));
  if (meant.length === 0)
    throw new UsageError(
      `No task of ${service} begins with ${target.task}. There are ${tasks.map(idOf).join(", ")}.`,
    );
  meant.sort((a, b) => Number(b.createdAt ?? 0) - Number(a.createdAt ?? 0));
  const open = meant.find((task) => agentOf(task, container)?.lastStatus === "RUNNING");
  if (open !== undefined) return idOf(open);
  throw new UsageError(whyClosed(meant[0]!, target));
}

const idOf = ({ taskArn = "" }: Task): string => taskArn.split("/").at(-1)!;

const containerOf = ({ containers = [] }: Task, name: string) =>
  containers.find((container) => container.name === name);

const agentOf = (task: Task, container: string) =>
  containerOf(task, container)?.managedAgents?.find(({ name }) => name === agentName);

function whyClosed(task: Task, { service, container }: Target): string {
  const id = idOf(task);
  if (task.enableExecuteCommand !== true)
    return (
      `The task ${id} of ${service} was started without ECS Exec. Fix: set exec: true at the service and deploy: ` +
      "tasks that run already cannot be opened."
    );
  if (containerOf(task, container) === undefined) {
    const names = (task.containers ?? []).map(({ name }) => name).sort();
    return `The task ${id} of ${service} has no container ${container}. Allowed: ${names.join(", ")}.`;
  }
  const { lastStatus = "not there", reason } = agentOf(task, container) ?? {};
  return (
    `The agent of ECS Exec in ${container} of the task ${id} is ${lastStatus}${reason === undefined ? "" : ` (${reason})`}. ` +
    "Fix: wait a minute if the task is new; else see docs/exec.md: it needs a way to ssmmessages, and its three folders."
  );
}

/** Programs of this machine. */
export interface Programs {
  /** What a program prints; undefined where it is not there. */
  ask: (program: string, args: readonly string[]) => Promise<string | undefined>;
  /** Runs a program on this terminal, and gives its exit code. */
  attach: (program: string, args: readonly string[]) => Promise<number>;
}

/** From these on they know `ecs execute-command`. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html */
const leastCli: Readonly<Record<number, readonly number[]>> = { 1: [1, 22, 3], 2: [2, 3, 6] };

/**
 * What of this machine is missing for a session, with how to get it.
 *
 * @throws UsageError that names all of it
 */
export async function checkPrograms({ ask }: Programs): Promise<void> {
  const [cli, plugin] = await Promise.all([
    ask("aws", ["--version"]),
    ask("session-manager-plugin", ["--version"]),
  ]);
  const missing: string[] = [];
  const install = "Install it: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html";
  const version = /aws-cli\/(\d+)\.(\d+)\.(\d+)/
    .exec(cli ?? "")
    ?.slice(1)
    .map(Number);
  if (cli === undefined) missing.push(`The AWS CLI (aws) is not on the PATH. ${install}`);
  else if (version && isOlder(version, leastCli[version[0]!]))
    missing.push(
      `The AWS CLI is ${version.join(".")}. It has to be 1.22.3 or later, or 2.3.6 or later. ${install}`,
    );
  if (plugin === undefined)
    missing.push(
      "session-manager-plugin is not on the PATH: the AWS CLI carries a session by it. Install it: " +
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html",
    );
  if (missing.length > 0) throw new UsageError(missing.join("\n"));
}

function isOlder(version: readonly number[], least: readonly number[] | undefined): boolean {
  if (least === undefined) return false;
  const first = version.findIndex((part, i) => part !== least[i]);
  return first !== -1 && version[first]! < least[first]!;
}

/** What the AWS CLI is asked for. */
export const sessionArguments = (
  { cluster, container }: Target,
  task: string,
  { region, profile, command }: { region: string; profile: string | undefined; command: readonly string[] },
): string[] => [
  ...["ecs", "execute-command", "--region", region],
  ...(profile === undefined ? [] : ["--profile", profile]),
  ...["--cluster", cluster, "--task", task, "--container", container],
  // ECS knows no other sessions.
  "--interactive",
  ...["--command", command.map(quoted).join(" ")],
];

/** A word as the agent takes it apart again: it splits a command as a shell does, and runs it without one. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
