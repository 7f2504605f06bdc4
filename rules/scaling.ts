/**
 * What Application Auto Scaling does with the numbers that it is given.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-policy-overview.html
 */

interface Bounds {
  min: number;
  max: number;
}

/** Scaling with a schedule, as the configuration has it. */
export interface Scheduled extends Bounds {
  schedule: readonly { expression: string; timezone: string; min?: number | undefined; max?: number | undefined }[];
}

/**
 * What each entry of a schedule sets. Always both numbers: one alone could contradict the other one that an earlier entry has
 * left there, and AWS would refuse it at night.
 */
export const scheduledBounds = ({ min, max, schedule }: Scheduled): Bounds[] =>
  schedule.map((entry) => ({ min: entry.min ?? min, max: entry.max ?? max }));

/** The fewest and the most tasks that there are at any time. */
export function reachOf(scaling: Scheduled): Bounds {
  const all = [scaling, ...scheduledBounds(scaling)];
  return { min: Math.min(...all.map(({ min }) => min)), max: Math.max(...all.map(({ max }) => max)) };
}
