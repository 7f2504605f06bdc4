/** How long ECS goes on watching the alarms of a deployment. */
import type { Deployment } from "../../simulate/deployment";
import { readAlarms } from "./alarms";

/** How long metrics of API Gateway and ECS take until an alarm finds them: AWS says minutes, people see one. */
export const lagSeconds = 60;

/** ECS computes it from the alarms and tells nobody how: here, until one that the last old task's end could set off would fire. */
export function bakeSeconds(deployment: Deployment, names: readonly string[]): number {
  const watched = readAlarms(deployment).metric.filter(({ name }) => names.includes(name));
  return Math.max(
    0,
    ...watched.map(({ period, evaluationPeriods }) => period * evaluationPeriods + lagSeconds),
  );
}
