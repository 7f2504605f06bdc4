import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Line } from "../rules/scaling";

/** The ECS service whose number of tasks is chosen. */
export interface Scaled {
  /** Name its alarms, with the service's. */
  project: string;
  stack: string;
  clusterName: pulumi.Input<string>;
  serviceName: pulumi.Input<string>;
}

type Id = pulumi.Input<string>;

/** Hands the number of tasks over to Application Auto Scaling. */
export function createTarget(
  name: string,
  { clusterName, serviceName, min, max }: Scaled & { min: number; max: number },
  opts: pulumi.CustomResourceOptions,
): aws.appautoscaling.Target {
  return new aws.appautoscaling.Target(
    name,
    {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: pulumi.interpolate`service/${clusterName}/${serviceName}`,
      minCapacity: min,
      maxCapacity: max,
    },
    opts,
  );
}

/** What every policy and action says of its target. */
export const within = ({
  serviceNamespace,
  scalableDimension,
  resourceId,
}: aws.appautoscaling.Target): Pick<
  aws.appautoscaling.PolicyArgs,
  "serviceNamespace" | "scalableDimension" | "resourceId"
> => ({ serviceNamespace, scalableDimension, resourceId });

export interface SetsTasksArgs extends Scaled {
  target: aws.appautoscaling.Target;
  /** What the alarm means, for who reads it. */
  why: string;
  /** What is watched: requests in a minute. */
  lines: Line<Id>[];
  /** Whether the alarm is about minutes with a request, or without any. */
  about: "requests" | "silence";
  /** Minutes that are looked at, and how many of them the alarm has to be about. */
  minutes: number;
  of: number;
  /** Tasks that there are from then on. */
  tasks: number;
}

/** An alarm that sets the number of tasks. https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html */
export function setTasks(
  name: string,
  what: string,
  args: SetsTasksArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const { target, why, lines, about, minutes, of, tasks, project, stack } = args;
  const policy = new aws.appautoscaling.Policy(
    `${name}-${what}`,
    {
      policyType: "StepScaling",
      ...within(target),
      stepScalingPolicyConfiguration: {
        adjustmentType: "ExactCapacity",
        metricAggregationType: "Maximum",
        cooldown: 60,
        // From the alarm's threshold on, or below it.
        stepAdjustments: [
          {
            ...(about === "requests" ? { metricIntervalLowerBound: "0" } : { metricIntervalUpperBound: "0" }),
            scalingAdjustment: tasks,
          },
        ],
      },
    },
    opts,
  );
  new aws.cloudwatch.MetricAlarm(
    `${name}-${what}`,
    {
      // Its own: CloudWatch overwrites another's of the same name. A dot stands in no name of a stack or service.
      name: `${project}-${stack}.${name}.${what}`,
      alarmDescription: why,
      comparisonOperator: about === "requests" ? "GreaterThanOrEqualToThreshold" : "LessThanThreshold",
      threshold: 1,
      evaluationPeriods: minutes,
      datapointsToAlarm: of,
      treatMissingData: "notBreaching",
      metricQueries: lines.map(({ id, expression, metric, returnData }) => ({
        id,
        ...(metric ? { metric: { ...metric, period: 60 } } : { expression }),
        returnData,
      })),
      alarmActions: [policy.arn],
    },
    opts,
  );
}
