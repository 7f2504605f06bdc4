import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ScalingConfig } from "../config/schema-scaling";
import { scheduledBounds } from "../rules/scaling";

export interface ScalingArgs {
  scaling: ScalingConfig;
  clusterName: pulumi.Input<string>;
  /** Of the ECS service. */
  serviceName: pulumi.Input<string>;
}

/** Keeps the number of tasks where their average CPU, and memory where asked for, is on target: within bounds of their time. */
export function createScaling(
  name: string,
  { scaling, clusterName, serviceName }: ScalingArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const target = new aws.appautoscaling.Target(
    name,
    {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: pulumi.interpolate`service/${clusterName}/${serviceName}`,
      minCapacity: scaling.min,
      maxCapacity: scaling.max,
    },
    // Where a schedule owns the bounds, an update after a refresh would set the night's in the middle of the day.
    { ...opts, ignoreChanges: scaling.schedule.length > 0 ? ["minCapacity", "maxCapacity"] : [] },
  );
  scheduledBounds(scaling).forEach(({ min, max }, i) => {
    const { expression, timezone } = scaling.schedule[i]!;
    new aws.appautoscaling.ScheduledAction(
      `${name}-${i + 1}`,
      {
        // Its own, so that one that was made without being noted down is set once more.
        name: `${name}-${i + 1}`,
        serviceNamespace: target.serviceNamespace,
        scalableDimension: target.scalableDimension,
        resourceId: target.resourceId,
        schedule: expression,
        timezone,
        scalableTargetAction: { minCapacity: min, maxCapacity: max },
      },
      // What replaces it is another service, whose actions may have the same names.
      { ...opts, deleteBeforeReplace: false },
    );
  });
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
        serviceNamespace: target.serviceNamespace,
        scalableDimension: target.scalableDimension,
        resourceId: target.resourceId,
        targetTrackingScalingPolicyConfiguration: {
          targetValue,
          predefinedMetricSpecification: { predefinedMetricType: metric },
          // Out fast, in slowly: a task too many costs cents, one too few costs requests.
          scaleOutCooldown: 60,
          scaleInCooldown: 300,
        },
      },
      opts,
    );
  }
}
