/**
 * The arithmetic of replacing tasks without losing requests, in one place. Three facts make it necessary:
 *
 * 1. API Gateway caches what Cloud Map answers, and Amazon ECS deregisters a task and sends SIGTERM with no wait between
 *    (https://github.com/aws/containers-roadmap/issues/1639): requests still arrive at a task that is told to stop. So it
 *    serves on for the drain, which must outlast the cache, finishes what is in flight, and only then ends:
 *
 *        SIGTERM ── drain ── longest request ── margin ── SIGKILL (stopTimeout)
 *
 * 2. A new task is discoverable up to 30 s after its container is healthy, and ECS does not wait for it
 *    (https://github.com/aws/containers-roadmap/issues/830). Were the last old task deregistered in that time, nobody would
 *    be discoverable. So tasks are replaced in steps, and a container is not called healthy before that lag is over: then
 *    each step finds the tasks of the step before discoverable. The first check runs one interval after the start.
 * 3. With a single task there is no task of the step before.
 */

/** API Gateway gives up on an integration after 30 s, so nothing it waits for takes longer. */
export const longestRequestSeconds = 30;
const marginSeconds = 5;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (stopTimeout on Fargate) */
export const longestStopTimeoutSeconds = 120;
/** The most that a container may be waited for: the same page (startTimeout on Fargate). */
export const longestStartTimeoutSeconds = 120;
/** Cloud Map confirms a change of custom health after 30 s. https://docs.aws.amazon.com/cloud-map/latest/dg/services-health-checks.html */
export const discoveryLagSeconds = 30;
/** AWS publishes no length of the gateway's cache: this is what the defaults are made for. */
export const assumedCacheSeconds = 45;

export const defaultDrainSeconds = 60;
export const maximumDrainSeconds = longestStopTimeoutSeconds - longestRequestSeconds - marginSeconds;

/** Seconds between two health checks, and before the first: see fact 2. */
export const defaultHealthInterval = discoveryLagSeconds + marginSeconds;

/** Seconds between SIGTERM and SIGKILL. */
export const stopTimeout = (drainSeconds: number): number =>
  drainSeconds + longestRequestSeconds + marginSeconds;

/**
 * Seconds between SIGTERM and SIGKILL of each container where the companion drains in the application's place: ECS stops it
 * first, and the application only once it has ended.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
 */
export const companionStopTimeout = (drainSeconds: number): number => drainSeconds + marginSeconds;
export const drainedStopTimeout = longestRequestSeconds + marginSeconds;

/** The longest that a task takes to stop: its containers stop one after the other. */
export const stopSeconds = (drainSeconds: number, companion: boolean): number =>
  companion ? companionStopTimeout(drainSeconds) + drainedStopTimeout : stopTimeout(drainSeconds);

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html */
export const spotNoticeSeconds = 120;

/** What of a service makes its rollouts lossy. */
export interface Rollout {
  /** The fewest tasks it runs. */
  tasks: number;
  drainSeconds: number;
  /** Seconds between two health checks. */
  interval: number;
  /** Whether the drain is known: the image is built from a folder of this project, or the companion drains in its place. */
  drains: boolean;
  /** Whether tasks may run on Fargate Spot. */
  spot: boolean;
}

/** Why this service cannot be free of loss, one sentence each; none means that it is, under the stated assumptions. */
export function lossRisks({ tasks, drainSeconds, interval, drains, spot }: Rollout): string[] {
  const risks: [boolean, string][] = [
    [
      tasks === 1,
      "One task: a crash or a deployment leaves nobody discoverable for a while. Run two or more.",
    ],
    [
      drainSeconds < assumedCacheSeconds,
      `A drain of ${drainSeconds} s: the gateway may send requests for longer (assumed: ${assumedCacheSeconds} s). Raise drainSeconds.`,
    ],
    [
      interval < discoveryLagSeconds,
      `A health check every ${interval} s: tasks can be replaced before their successors are discoverable (up to ` +
        `${discoveryLagSeconds} s). Raise healthCheck.interval.`,
    ],
    [
      !drains,
      "An image that is not built here: it must go on serving for DRAIN_SECONDS after SIGTERM. Or let the companion do it.",
    ],
    [spot, "Fargate Spot: AWS can take all Spot tasks at once, with two minutes' notice."],
  ];
  return risks.filter(([applies]) => applies).map(([, sentence]) => sentence);
}

/**
 * Deployment bounds that replace one task at a time: ECS rounds the upper bound down, so this is the smallest percentage
 * that leaves room for exactly one task more. Replacing one by one keeps most of a cached answer valid all the time.
 * From 200 tasks on one percent is more than one task.
 *
 * @param tasks where scaling owns the number, its minimum: bounds made for more leave no room for one more at the minimum,
 *   and the deployment would never end
 */
export function deploymentPercent(tasks: number): { minimum: number; maximum: number } {
  return { minimum: 100, maximum: 100 + Math.ceil(100 / Math.max(1, tasks)) };
}

/** How long a deployment of this many tasks may take before waiting for it is given up, in minutes. */
export function deploymentTimeoutMinutes(
  tasks: number,
  stoppingSeconds: number,
  healthySeconds: number,
): number {
  const pullAndStartSeconds = 120;
  const perTask = pullAndStartSeconds + healthySeconds + discoveryLagSeconds + stoppingSeconds;
  return Math.max(20, Math.ceil((tasks * perTask * 1.5) / 60));
}

/**
 * Minutes for which ECS goes on looking at a deployment's alarms once all tasks are replaced; it says less than 5, and chooses
 * by the alarms. Until then the deployment is under way.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html (Bake time)
 */
const bakeMinutes = 5;

/** The same where alarms can roll it back: at the end of all that, to where it began. */
export const alarmedTimeoutMinutes = (minutes: number): number => 2 * minutes + bakeMinutes;
