/**
 * Why a task stopped, and where that puts the fault. The words are Amazon ECS's:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html,
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html and
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html
 */
import type { EcsContainer, EcsTask } from "../aws/shapes";
import { isUnwanted } from "../aws/tasks";
import type { Hop } from "./hops";

/** How ECS words the end of a task that it replaces without anybody's fault. */
const replaced =
  /^ECS is performing maintenance|^Your Spot Task was interrupted|^Task stopped by|^Replaced by|Capacity provider managed/i;

export const isMeant = (task: EcsTask): boolean =>
  isUnwanted(task) || replaced.test(task.stoppedReason ?? "");

export interface Stop {
  hop: Extract<Hop, "tasks" | "image" | "secrets" | "endpoints" | "log">;
  /** In a few words. */
  says: string;
  container: EcsContainer | undefined;
}

/** The container that ended a task: one that says why, or that ended with an error. */
export const failedContainer = ({ containers = [] }: EcsTask): EcsContainer | undefined =>
  containers.find(({ reason }) => reason !== undefined) ??
  containers.find(({ exitCode }) => exitCode !== undefined && exitCode !== 0) ??
  containers.find(({ exitCode }) => exitCode !== undefined);

const noWay =
  /i\/o timeout|context (?:canceled|deadline exceeded)|connection (?:refused|reset)|no such host|TLS handshake timeout|request canceled/i;
const closed = /no VPC endpoint policy allows|VPC endpoint policy/i;
const refused =
  /not authorized|AccessDenied|403 Forbidden|401 Unauthorized|no basic auth credentials|pull access denied/i;

export function whyStopped(task: EcsTask): Stop {
  const container = failedContainer(task);
  const said = [task.stoppedReason, container?.reason].filter((each) => each !== undefined).join(" ");
  const stop = (hop: Stop["hop"], says: string): Stop => ({ hop, says, container });
  if (/CannotPullContainer|CannotPullECRContainer|pull image manifest|ref pull has been/i.test(said)) {
    if (closed.test(said)) return stop("endpoints", "an endpoint's policy does not let the image through");
    if (noWay.test(said)) return stop("endpoints", "there is no way to the image's registry or its layers");
    if (/does not match the specified platform|no match for platform/i.test(said))
      return stop("image", "the image is for another processor");
    if (/toomanyrequests|rate limit/i.test(said))
      return stop("image", "the registry limits who pulls without a login");
    if (refused.test(said)) return stop("image", "the image may not be pulled");
    return stop(
      "image",
      /not found|manifest unknown|does not exist/i.test(said)
        ? "the image is not there"
        : "the image is not pulled",
    );
  }
  if (/ResourceInitializationError|unable to pull secrets/i.test(said)) {
    const isLog = /logger args|logging driver|log group|log stream/i.test(said);
    if (closed.test(said)) return stop("endpoints", "an endpoint's policy does not let it through");
    if (noWay.test(said)) return stop("endpoints", "there is no way to what it needs to start");
    if (isLog)
      return stop(
        "log",
        /does not exist/.test(said) ? "the log group is not there" : "the log does not take its lines",
      );
    if (/ecr registry auth|ecr:GetAuthorizationToken/i.test(said))
      return stop("image", "the registry gives it no token");
    if (/secret|parameter|ssm|asm/i.test(said))
      return stop(
        "secrets",
        refused.test(said) ? "a secret may not be read" : "a secret is not there, or has not this key",
      );
    return stop("tasks", "what it needs could not be set up");
  }
  if (/OutOfMemory/i.test(said)) return stop("tasks", "it was killed for its memory");
  if (/health check/i.test(said)) return stop("tasks", "its health check failed");
  const code = container?.exitCode;
  // 128 and the signal's number: 9 is SIGKILL, which the kernel sends too where memory ends.
  if (code === 137) return stop("tasks", "it was killed (137): by its memory, or after its stopTimeout");
  if (code !== undefined) return stop("tasks", `${container?.name} ended with ${code}`);
  return stop("tasks", said === "" ? "it ended" : "it did not start");
}
