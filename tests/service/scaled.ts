/** Services that are scaled, and what scales them, for the tests of scaling and of sleep. */
import assert from "node:assert/strict";
import { Deployment } from "../../simulate/deployment";
import { find, run } from "../support/stack";

export const ecsService = "aws:ecs/service:Service";
export const target = "aws:appautoscaling/target:Target";
export const policy = "aws:appautoscaling/policy:Policy";
export const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";

export const flask = (values: object): Promise<Deployment> =>
  run({ services: { flask: { build: "./app", ...values } } });
export const dimension = {
  serviceNamespace: "ecs",
  scalableDimension: "ecs:service:DesiredCount",
  resourceId: "service/flask-app-fargate-dev/flask",
};

export const tasks = {
  ...{ namespace: "AWS/ECS", metricName: "MemoryUtilization" },
  dimensions: { ClusterName: "flask-app-fargate-dev", ServiceName: "flask" },
  stat: "SampleCount",
};
export const counted = (
  route: object = {},
): { dimensions: Record<string, string>; [key: string]: unknown } => ({
  ...{ namespace: "AWS/ApiGateway", metricName: "Count" },
  dimensions: { ApiId: "local-api", Stage: "$default", ...route },
  stat: "Sum",
});
export const two = {
  api: { detailedMetrics: true },
  services: {
    orders: { build: "./app", routes: ["ANY /orders", "ANY /orders/{proxy+}"] },
    users: { build: "./app", routes: ["GET /users"] },
  },
};

/** What sets the number of tasks once nobody has asked for a while. */
export function assertQuiet(
  deployment: Deployment,
  name: string,
  { says, minutes, tasks: fewest }: { says: string; minutes: number; tasks: number },
): void {
  assert.deepEqual(find(deployment, policy, name).inputs, {
    policyType: "StepScaling",
    ...dimension,
    stepScalingPolicyConfiguration: {
      adjustmentType: "ExactCapacity",
      metricAggregationType: "Maximum",
      cooldown: 60,
      stepAdjustments: [{ metricIntervalUpperBound: "0", scalingAdjustment: fewest }],
    },
  });
  assert.deepEqual(find(deployment, alarm, name).inputs, {
    name: `flask-app-fargate-dev.${name.replace("-", ".")}`,
    alarmDescription: says,
    comparisonOperator: "LessThanThreshold",
    threshold: 1,
    evaluationPeriods: minutes,
    datapointsToAlarm: minutes,
    treatMissingData: "notBreaching",
    metricQueries: [
      { id: "requests", metric: { ...counted(), period: 60 }, returnData: false },
      { id: "tasks", metric: { ...tasks, period: 60 }, returnData: false },
      { id: "none", expression: "0 * tasks", returnData: false },
      { id: "asked", expression: "SUM([requests, none])", returnData: true },
    ],
    alarmActions: [find(deployment, policy, name).outputs.arn],
  });
}
