// @ts-nocheck
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ServiceConfig } from "../config/schema";

export interface ScalingArgs {
  scaling: NonNullable<ServiceConfig["scaling"]>;
  clusterName: pulumi.Input<string>;
  /** Of the ECS service. */
  serviceName: pulumi.Input<string>;
}

/** Keeps the number of tasks where their average CPU, and memory where asked for, is on target. */
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
    opts,
  );
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
