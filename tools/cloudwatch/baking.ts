/** How long ECS goes on watching the alarms of a deployment. */
import type { Deployment } from "../../simulate/deployment";
import { readAlarms } from "./alarms";
import { latestSeconds } from "./arrival";

/** AWS says less: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html */
const longestSeconds = 300;

/** ECS computes it from the alarms and tells nobody how: here, until one that the last old task's end could set off would fire. */
export function bakeSeconds(deployment: Deployment, names: readonly string[]): number {
  const watched = readAlarms(deployment).metric.filter(({ name }) => names.includes(name));
  const each = watched.map(({ period, evaluationPeriods }) => period * evaluationPeriods + latestSeconds);
  return Math.min(longestSeconds, Math.max(0, ...each));
}
