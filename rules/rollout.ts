/**
 * The arithmetic of replacing tasks without losing requests, in one place.
 *
 * API Gateway caches what Cloud Map answers, and Amazon ECS deregisters a task and sends SIGTERM with no wait between
 * (https://github.com/aws/containers-roadmap/issues/1639), so requests still arrive at a task that is told to stop. It
 * therefore keeps serving for the drain, finishes what is in flight, and only then ends:
 *
 *     SIGTERM ── drain ── longest request ── margin ── SIGKILL (stopTimeout)
 */

/** API Gateway gives up on an integration after 30 s, so nothing it waits for takes longer. */
export const longestRequestSeconds = 30;
const marginSeconds = 5;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (stopTimeout on Fargate) */
const longestStopTimeoutSeconds = 120;
/** A healthy container becomes discoverable with a lag: Cloud Map takes custom health in steps of 30 s. */
const discoveryLagSeconds = 30;

export const maximumDrainSeconds = longestStopTimeoutSeconds - longestRequestSeconds - marginSeconds;

/** Seconds between SIGTERM and SIGKILL. */
export const stopTimeout = (drainSeconds: number): number =>
  drainSeconds + longestRequestSeconds + marginSeconds;

/**
 * Deployment bounds that replace one task at a time: ECS rounds the upper bound down, so this is the smallest percentage
 * that leaves room for exactly one task more. Replacing one by one keeps most of a cached answer valid all the time.
 * From 200 tasks on one percent is more than one task.
 */
export function deploymentPercent(desiredCount: number): { minimum: number; maximum: number } {
  return { minimum: 100, maximum: 100 + Math.ceil(100 / Math.max(1, desiredCount)) };
}

/** How long a deployment of this many tasks may take before waiting for it is given up, in minutes. */
export function deploymentTimeoutMinutes(
  tasks: number,
  drainSeconds: number,
  healthySeconds: number,
): number {
  const pullAndStartSeconds = 120;
  const perTask = pullAndStartSeconds + healthySeconds + discoveryLagSeconds + stopTimeout(drainSeconds);
  return Math.max(20, Math.ceil((tasks * perTask * 1.5) / 60));
}
