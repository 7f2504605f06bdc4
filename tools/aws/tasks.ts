/** The tasks of an ECS service. */
import type { Answer, Asking } from "./ask";
import { atOnce, batches } from "./batches";
import type { EcsTask } from "./shapes";

export async function tasksOf(
  asking: Asking,
  { cluster, service }: { cluster: string; service: string },
  status: "RUNNING" | "STOPPED",
): Promise<Answer<EcsTask[]>> {
  const listed = await asking.ask<{ taskArns?: string[] }>(
    ...["ecs", "list-tasks", "--cluster", cluster, "--service-name", service, "--desired-status", status],
  );
  if (listed.is !== "found") return listed;
  const found: EcsTask[] = [];
  for (const some of batches(listed.found.taskArns ?? [], atOnce.tasks)) {
    const answer = await asking.ask<{ tasks?: EcsTask[] }>(
      ...["ecs", "describe-tasks", "--cluster", cluster, "--tasks", ...some],
    );
    if (answer.is !== "found") return answer;
    found.push(...(answer.found.tasks ?? []));
  }
  return { is: "found", found };
}

/** Whether ECS ended a task that it no longer wanted, by its words: no failure. */
export const isUnwanted = ({ stoppedReason = "" }: { stoppedReason?: string | undefined }): boolean =>
  /^Scaling activity initiated by/.test(stoppedReason);
