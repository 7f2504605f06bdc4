import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ScalingConfig } from "../config/schema-scaling";
import {
  Counted,
  OneMetric,
  quietMinutes,
  reachOf,
  requestsPerTask,
  requestsWhileRunning,
  scheduledBounds,
} from "../rules/scaling";
import { warnOfPassed } from "./passed";
import { createTarget, Scaled, setTasks, within } from "./target";

export interface ScalingArgs extends Scaled {
  scaling: ScalingConfig;
  /** Where its requests are counted; needed where the number of tasks goes by them. */
  requests: Counted<pulumi.Input<string>> | undefined;
}

type Target = aws.appautoscaling.Target;

/**
 * Out fast, in slowly: a task too many costs cents, one too few costs requests. By CPU, which says 100 % at most, step by step. Requests
 * say at once how many tasks they take, and say the same until those tasks run and the metrics know of them: sooner asked again,
 * the same tasks would be added twice (npm run bench:operate).
 */
const cooldowns = ({
  targetRequestsPerTask,
}: ScalingConfig): { scaleOutCooldown: number; scaleInCooldown: number } => ({
  scaleOutCooldown: targetRequestsPerTask === undefined ? 60 : 300,
  scaleInCooldown: 300,
});

/**
 * Keeps the number of tasks where their average CPU, and memory and requests where asked for, are on target, within bounds that
 * a schedule may change.
 */
export function createScaling(name: string, args: ScalingArgs, opts: pulumi.CustomResourceOptions): void {
  const { scaling } = args;
  const target = createTarget(
    name,
    { ...args, min: scaling.min, max: scaling.max },
    // Where a schedule owns the bounds, an update after a refresh would set the night's in the middle of the day.
    { ...opts, ignoreChanges: scaling.schedule.length > 0 ? ["minCapacity", "maxCapacity"] : [] },
  );
  createSchedule(name, scaling, target, opts);
  trackUtilization(name, scaling, target, opts);
  trackRequests(name, args, target, opts);
}

function createSchedule(
  name: string,
  scaling: ScalingConfig,
  target: Target,
  opts: pulumi.CustomResourceOptions,
): void {
  scheduledBounds(scaling).forEach(({ min, max }, i) => {
    const { expression, timezone } = scaling.schedule[i]!;
    warnOfPassed(`services.${name}.scaling.schedule.${i}`, { expression, timezone });
    new aws.appautoscaling.ScheduledAction(
      `${name}-${i + 1}`,
      {
        // Its own, so that one that was made without being noted down is set once more.
        name: `${name}-${i + 1}`,
        ...within(target),
        schedule: expression,
        timezone,
        scalableTargetAction: { minCapacity: min, maxCapacity: max },
      },
      // What replaces it is another service, whose actions may have the same names.
      { ...opts, deleteBeforeReplace: false },
    );
  });
}

function trackUtilization(
  name: string,
  scaling: ScalingConfig,
  target: Target,
  opts: pulumi.CustomResourceOptions,
): void {
  const metrics = {
    ECSServiceAverageCPUUtilization: scaling.targetCpu,
    ECSServiceAverageMemoryUtilization: scaling.targetMemory,
  };
  for (const [metric, targetValue] of Object.entries(metrics)) {
    if (targetValue === undefined) continue;
    new aws.appautoscaling.Policy(
      `${name}-${metric}`,
      {
        policyType: "TargetTrackingScaling",
        ...within(target),
        targetTrackingScalingPolicyConfiguration: {
          targetValue,
          predefinedMetricSpecification: { predefinedMetricType: metric },
          ...cooldowns(scaling),
        },
      },
      opts,
    );
  }
}

function trackRequests(
  name: string,
  args: ScalingArgs,
  target: Target,
  opts: pulumi.CustomResourceOptions,
): void {
  const { scaling, requests } = args;
  const counters = { ...args, countTasksBy: scaling.countTasksBy };
  if (scaling.targetRequestsPerTask === undefined || !requests) return;
  new aws.appautoscaling.Policy(
    `${name}-requests`,
    {
      policyType: "TargetTrackingScaling",
      ...within(target),
      targetTrackingScalingPolicyConfiguration: {
        targetValue: scaling.targetRequestsPerTask,
        customizedMetricSpecification: {
          // Each by the minute: the period cannot be chosen.
          metrics: requestsPerTask(requests, counters, scaling.targetRequestsPerTask).map(
            ({ id, expression, metric, returnData }) => ({
              id,
              ...(metric ? { metricStat: inSpecification(metric) } : { expression }),
              returnData,
            }),
          ),
        },
        ...cooldowns(scaling),
        // Requests wobble more than CPU does: taken away sooner, tasks were wanted back (npm run bench:operate).
        scaleInCooldown: 600,
      },
    },
    opts,
  );
  // Target tracking takes no task away where there is no data, and without requests there is none.
  setTasks(
    name,
    "quiet",
    {
      ...{ ...args, target, about: "silence", minutes: quietMinutes, of: quietMinutes },
      tasks: reachOf(scaling).min,
      why: `Nobody asked for ${quietMinutes} minutes: the fewest tasks will do`,
      lines: requestsWhileRunning(requests, counters),
    },
    opts,
  );
}

const inSpecification = ({
  namespace,
  metricName,
  dimensions,
  stat,
}: OneMetric<
  pulumi.Input<string>
>): aws.types.input.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStat => ({
  metric: {
    namespace,
    metricName,
    dimensions: Object.entries(dimensions).map(([key, value]) => ({ name: key, value })),
  },
  stat,
});
