/** The last deployments of a service, and why one failed. */
import type { Asking } from "../aws/ask";
import { isoOf, timeOf } from "../aws/moment";
import type { EcsService, EcsTask, ServiceDeployment, ServiceRevision } from "../aws/shapes";
import { isUnwanted } from "../aws/tasks";
import type { UnseenList } from "../aws/unseen";
import type { DeploymentStatus } from "./report";
/** `family:revision` of a task definition's ARN. */
export const versionOf = (arn: string | undefined): string | undefined => arn?.split("/").at(-1);

const kept = 3;

export interface Of {
  cluster: string;
  service: string;
  seen: EcsService | undefined;
  /** Tasks that stopped, as long as ECS knows them: about an hour. */
  ended: readonly EcsTask[];
}

/** The newest first. */
export async function deploymentsOf(
  asking: Asking,
  unseen: UnseenList,
  { cluster, service, seen, ended }: Of,
): Promise<DeploymentStatus[]> {
  const listed = await asking.ask<{ serviceDeployments?: ServiceDeployment[] }>(
    ...["ecs", "list-service-deployments", "--cluster", cluster, "--service", service],
  );
  const all = unseen.found("the last deployments", listed)?.serviceDeployments ?? [];
  // The documentation promises no order.
  const newest = [...all].sort((a, b) => timeOf(b.createdAt) - timeOf(a.createdAt)).slice(0, kept);
  const versions = await versionsOf(asking, unseen, newest);
  return newest.map((deployment): DeploymentStatus => {
    const { status = "", statusReason, createdAt, startedAt, finishedAt } = deployment;
    const brought = versions.get(deployment.targetServiceRevisionArn);
    return {
      status,
      version: versionOf(brought),
      began: isoOf(startedAt ?? createdAt),
      ended: isoOf(finishedAt),
      reasons: hasFailed(status)
        ? [
            ...new Set([
              ...(statusReason === undefined ? [] : [statusReason]),
              ...rolloutReasons(seen, brought),
              ...stops(ended, brought, { from: timeOf(createdAt), to: timeOf(finishedAt) || Infinity }),
            ]),
          ]
        : [],
    };
  });
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html */
export const hasFailed = (status: string): boolean => /^(?:ROLLBACK_|STOP)/.test(status);

async function versionsOf(
  asking: Asking,
  unseen: UnseenList,
  deployments: readonly ServiceDeployment[],
): Promise<Map<string | undefined, string | undefined>> {
  const arns = deployments.flatMap(({ targetServiceRevisionArn }) => targetServiceRevisionArn ?? []);
  if (arns.length === 0) return new Map();
  const answer = await asking.ask<{ serviceRevisions?: ServiceRevision[] }>(
    ...["ecs", "describe-service-revisions", "--service-revision-arns", ...new Set(arns)],
  );
  const found = unseen.found("what the last deployments brought", answer)?.serviceRevisions ?? [];
  return new Map(found.map(({ serviceRevisionArn, taskDefinition }) => [serviceRevisionArn, taskDefinition]));
}

/** What DescribeServices says of a failed one, until its rollback is over. */
const rolloutReasons = (seen: EcsService | undefined, taskDefinition: string | undefined): string[] =>
  (seen?.deployments ?? [])
    .filter((each) => each.rolloutState === "FAILED" && each.taskDefinition === taskDefinition)
    .flatMap(({ rolloutStateReason }) => rolloutStateReason ?? []);

/** Why the last of its tasks ended in this time. */
function stops(
  ended: readonly EcsTask[],
  taskDefinition: string | undefined,
  { from, to }: { from: number; to: number },
): string[] {
  const [last] = ended
    .filter(
      (task) =>
        taskDefinition !== undefined &&
        task.taskDefinitionArn === taskDefinition &&
        !isUnwanted(task) &&
        timeOf(task.stoppedAt) >= from &&
        timeOf(task.stoppedAt) <= to,
    )
    .sort((a, b) => timeOf(b.stoppedAt) - timeOf(a.stoppedAt));
  if (last === undefined) return [];
  const said = (last.containers ?? []).flatMap(({ name = "", exitCode, reason }) => {
    if ((exitCode === undefined || exitCode === 0) && reason === undefined) return [];
    const code = exitCode === undefined ? "" : `exit code ${exitCode}`;
    return [`${name}: ${[code, reason].filter((part) => part).join(", ")}`];
  });
  const why = [last.stopCode, last.stoppedReason].filter((part) => part !== undefined).join(": ");
  return [[`A task of it stopped: ${why}`, ...said].join("; ")];
}
