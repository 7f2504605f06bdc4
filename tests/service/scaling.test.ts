import assert from "node:assert/strict";
import { Deployment, ofType } from "../../simulate/deployment";
import { toConfig } from "../../simulate/stack";
import { find, names, run, waitsFor } from "../support/stack";

const target = "aws:appautoscaling/target:Target";
const action = "aws:appautoscaling/scheduledAction:ScheduledAction";
const ecsService = "aws:ecs/service:Service";

const flask = (values: object): Promise<Deployment> =>
  run({ services: { flask: { build: "./app", ...values } } });
const dimension = {
  serviceNamespace: "ecs",
  scalableDimension: "ecs:service:DesiredCount",
  resourceId: "service/flask-app-fargate-dev/flask",
};

describe("scaling by the clock", () => {
  const schedule = [
    { expression: "cron(0 7 ? * MON-FRI *)", timezone: "Europe/London", min: 4, max: 8 },
    { expression: "cron(0 20 ? * MON-FRI *)", timezone: "Europe/London", min: 1 },
  ];
  const scheduled = (): Promise<Deployment> => flask({ scaling: { min: 2, max: 5, schedule } });

  it("sets both bounds at each time", async () => {
    assert.deepEqual(
      ofType(await scheduled(), action).map(({ name, inputs }) => [name, inputs]),
      [
        [
          "flask-1",
          {
            name: "flask-1",
            ...dimension,
            schedule: "cron(0 7 ? * MON-FRI *)",
            timezone: "Europe/London",
            scalableTargetAction: { minCapacity: 4, maxCapacity: 8 },
          },
        ],
        [
          "flask-2",
          {
            name: "flask-2",
            ...dimension,
            schedule: "cron(0 20 ? * MON-FRI *)",
            timezone: "Europe/London",
            scalableTargetAction: { minCapacity: 1, maxCapacity: 5 },
          },
        ],
      ],
    );
  });

  it("leaves the bounds alone once they are the schedule's, and only then", async () => {
    const { inputs, options } = find(await scheduled(), target, "flask");
    assert.deepEqual(inputs, { ...dimension, minCapacity: 2, maxCapacity: 5 });
    assert.deepEqual(options.ignoreChanges, ["minCapacity", "maxCapacity"]);
    const without = await flask({ scaling: { min: 2, max: 5 } });
    assert.deepEqual(find(without, target, "flask").options.ignoreChanges, []);
    assert.deepEqual(names(without, action), []);
  });

  it("begins with scaling.min, and bounds deployments for the fewest and the most of all times", async () => {
    const { inputs, options } = find(await scheduled(), ecsService, "flask");
    assert.equal(inputs.desiredCount, 2);
    assert.deepEqual(options.ignoreChanges, ["desiredCount"]);
    assert.equal(inputs.deploymentMaximumPercent, 200, "one task more than one");
    const most = find(await flask({ scaling: { min: 2, max: 8 } }), ecsService, "flask");
    assert.deepEqual(options.customTimeouts, most.options.customTimeouts);
  });
});

const policy = "aws:appautoscaling/policy:Policy";
const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
const tasks = {
  ...{ namespace: "AWS/ECS", metricName: "MemoryUtilization" },
  dimensions: { ClusterName: "flask-app-fargate-dev", ServiceName: "flask" },
  stat: "SampleCount",
};
const counted = (route: object = {}): { dimensions: Record<string, string>; [key: string]: unknown } => ({
  ...{ namespace: "AWS/ApiGateway", metricName: "Count" },
  dimensions: { ApiId: "local-api", Stage: "$default", ...route },
  stat: "Sum",
});
const two = {
  api: { detailedMetrics: true },
  services: {
    orders: { build: "./app", routes: ["ANY /orders", "ANY /orders/{proxy+}"] },
    users: { build: "./app", routes: ["GET /users"] },
  },
};

/** As Application Auto Scaling takes a metric. */
const specified = ({ dimensions, stat, ...metric }: ReturnType<typeof counted>): object => ({
  metric: {
    ...metric,
    dimensions: Object.entries(dimensions).map(([name, value]) => ({ name, value })),
  },
  stat,
});

describe("scaling by requests", () => {
  const scaling = { min: 2, max: 20, targetRequestsPerTask: 600 };

  it("keeps the API's requests for each running task on target, where all of them are the service's", async () => {
    const deployment = await flask({ scaling });
    assert.deepEqual(find(deployment, policy, "flask-requests").inputs, {
      policyType: "TargetTrackingScaling",
      ...dimension,
      targetTrackingScalingPolicyConfiguration: {
        targetValue: 600,
        customizedMetricSpecification: {
          metrics: [
            { id: "requests", metricStat: specified(counted()), returnData: false },
            { id: "tasks", metricStat: specified(tasks), returnData: false },
            { id: "each", expression: "requests / tasks", returnData: false },
            {
              id: "perTask",
              expression: "IF(each > 600, each, IF(each > 480, 600, each / 0.8))",
              returnData: true,
            },
          ],
        },
        scaleOutCooldown: 300,
        scaleInCooldown: 600,
      },
    });
  });

  it("divides by the metric of Container Insights where asked to, which the cluster then has", async () => {
    const deployment = await run({
      cluster: { containerInsights: true },
      services: { flask: { build: "./app", scaling: { ...scaling, countTasksBy: "containerInsights" } } },
    });
    const running = {
      ...{ namespace: "ECS/ContainerInsights", metricName: "RunningTaskCount", stat: "Average" },
      dimensions: tasks.dimensions,
    };
    const { targetTrackingScalingPolicyConfiguration } = find(deployment, policy, "flask-requests").inputs;
    const { metrics } = (
      targetTrackingScalingPolicyConfiguration as { customizedMetricSpecification: { metrics: object[] } }
    ).customizedMetricSpecification;
    assert.deepEqual(metrics[1], { id: "tasks", metricStat: specified(running), returnData: false });
    assert.deepEqual((find(deployment, alarm, "flask-quiet").inputs.metricQueries as object[])[1], {
      id: "tasks",
      metric: { ...running, period: 60 },
      returnData: false,
    });
    assert.deepEqual(find(deployment, "aws:ecs/cluster:Cluster", "cluster").inputs.settings, [
      { name: "containerInsights", value: "enabled" },
    ]);
  });

  it("stands beside the target for CPU, which waits as long for new tasks as it does", async () => {
    const deployment = await flask({ scaling });
    assert.deepEqual(names(deployment, policy), [
      "flask-ECSServiceAverageCPUUtilization",
      "flask-quiet",
      "flask-requests",
    ]);
    const ofCpu = (of: Deployment): unknown =>
      find(of, policy, "flask-ECSServiceAverageCPUUtilization").inputs
        .targetTrackingScalingPolicyConfiguration;
    const predefinedMetricSpecification = { predefinedMetricType: "ECSServiceAverageCPUUtilization" };
    const shared = { targetValue: 60, predefinedMetricSpecification, scaleInCooldown: 300 };
    assert.deepEqual(ofCpu(deployment), { ...shared, scaleOutCooldown: 300 });
    const byCpu = await flask({ scaling: { min: 2, max: 20 } });
    assert.deepEqual(ofCpu(byCpu), { ...shared, scaleOutCooldown: 60 });
  });

  it("counts the service's own routes where several share the API", async () => {
    const { orders, users } = two.services;
    const deployment = await run({ ...two, services: { orders: { ...orders, scaling }, users } });
    const { targetTrackingScalingPolicyConfiguration } = find(deployment, policy, "orders-requests").inputs;
    const { metrics } = (
      targetTrackingScalingPolicyConfiguration as { customizedMetricSpecification: { metrics: object[] } }
    ).customizedMetricSpecification;
    assert.deepEqual(metrics, [
      {
        id: "route1",
        metricStat: specified(counted({ Method: "ANY", Resource: "/orders" })),
        returnData: false,
      },
      {
        id: "route2",
        metricStat: specified(counted({ Method: "ANY", Resource: "/orders/{proxy+}" })),
        returnData: false,
      },
      { id: "api", metricStat: specified(counted()), returnData: false },
      {
        id: "tasks",
        metricStat: specified({ ...tasks, dimensions: { ...tasks.dimensions, ServiceName: "orders" } }),
        returnData: false,
      },
      { id: "none", expression: "0 * api", returnData: false },
      { id: "each", expression: "SUM([route1, route2, none]) / tasks", returnData: false },
      {
        id: "perTask",
        expression: "IF(each > 600, each, IF(each > 480, 600, each / 0.8))",
        returnData: true,
      },
    ]);
  });

  it("goes back to the fewest tasks when nobody asks, where target tracking has no data to go by", async () => {
    const deployment = await flask({
      scaling: { ...scaling, schedule: [{ expression: "cron(0 20 * * ? *)", min: 1 }] },
    });
    const { inputs } = find(deployment, policy, "flask-quiet");
    assert.deepEqual(inputs, {
      policyType: "StepScaling",
      ...dimension,
      stepScalingPolicyConfiguration: {
        adjustmentType: "ExactCapacity",
        metricAggregationType: "Maximum",
        cooldown: 60,
        stepAdjustments: [{ metricIntervalUpperBound: "0", scalingAdjustment: 1 }],
      },
    });
    assert.deepEqual(find(deployment, alarm, "flask-quiet").inputs, {
      name: "flask-app-fargate-dev.flask.quiet",
      alarmDescription: "Nobody asked for 15 minutes: the fewest tasks will do",
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      evaluationPeriods: 15,
      datapointsToAlarm: 15,
      treatMissingData: "notBreaching",
      metricQueries: [
        { id: "requests", metric: { ...counted(), period: 60 }, returnData: false },
        { id: "tasks", metric: { ...tasks, period: 60 }, returnData: false },
        { id: "none", expression: "0 * tasks", returnData: false },
        { id: "asked", expression: "SUM([requests, none])", returnData: true },
      ],
      alarmActions: [find(deployment, policy, "flask-quiet").outputs.arn],
    });
  });

  it("waits for nothing of the API with the tasks themselves", async () => {
    const deployment = await flask({ scaling });
    assert.ok(!waitsFor(deployment, find(deployment, ecsService, "flask")).includes("Api api"));
  });
});

describe("a service that sleeps", () => {
  const asleep = (values: object = {}): Promise<Deployment> => flask({ sleep: { after: "2h" }, ...values });

  it("may have no task, and at most as many as are wanted", async () => {
    const deployment = await asleep({ desiredCount: 3 });
    assert.deepEqual(find(deployment, target, "flask").inputs, {
      ...dimension,
      minCapacity: 0,
      maxCapacity: 3,
    });
    const { inputs, options } = find(deployment, ecsService, "flask");
    assert.equal(inputs.desiredCount, 3);
    assert.deepEqual(options.ignoreChanges, [], "an update after a refresh wakes it");
  });

  it("goes to sleep when tasks ran and nobody asked for as long as configured", async () => {
    const deployment = await asleep();
    assert.deepEqual(find(deployment, policy, "flask-sleep").inputs.stepScalingPolicyConfiguration, {
      adjustmentType: "ExactCapacity",
      metricAggregationType: "Maximum",
      cooldown: 60,
      stepAdjustments: [{ metricIntervalUpperBound: "0", scalingAdjustment: 0 }],
    });
    assert.deepEqual(find(deployment, alarm, "flask-sleep").inputs, {
      name: "flask-app-fargate-dev.flask.sleep",
      alarmDescription: "Nobody asked for 2h: the service goes to sleep",
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      evaluationPeriods: 120,
      datapointsToAlarm: 120,
      treatMissingData: "notBreaching",
      metricQueries: [
        { id: "requests", metric: { ...counted(), period: 60 }, returnData: false },
        { id: "tasks", metric: { ...tasks, period: 60 }, returnData: false },
        { id: "none", expression: "0 * tasks", returnData: false },
        { id: "asked", expression: "SUM([requests, none])", returnData: true },
      ],
      alarmActions: [find(deployment, policy, "flask-sleep").outputs.arn],
    });
  });

  it("is woken by the first request, with all its tasks", async () => {
    const deployment = await asleep({ desiredCount: 3 });
    assert.deepEqual(find(deployment, policy, "flask-wake").inputs.stepScalingPolicyConfiguration, {
      adjustmentType: "ExactCapacity",
      metricAggregationType: "Maximum",
      cooldown: 60,
      stepAdjustments: [{ metricIntervalLowerBound: "0", scalingAdjustment: 3 }],
    });
    assert.deepEqual(find(deployment, alarm, "flask-wake").inputs, {
      name: "flask-app-fargate-dev.flask.wake",
      alarmDescription: "Somebody asks: the service has to be awake",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      evaluationPeriods: 3,
      datapointsToAlarm: 1,
      treatMissingData: "notBreaching",
      metricQueries: [{ id: "requests", metric: { ...counted(), period: 60 }, returnData: true }],
      alarmActions: [find(deployment, policy, "flask-wake").outputs.arn],
    });
  });

  it("is woken by its own routes alone where several services share the API", async () => {
    const { orders, users } = two.services;
    const deployment = await run({ ...two, services: { orders: { ...orders, sleep: {} }, users } });
    assert.deepEqual(names(deployment, alarm), ["orders-sleep", "orders-wake"]);
    assert.deepEqual(find(deployment, alarm, "orders-wake").inputs.metricQueries, [
      {
        id: "route1",
        metric: { ...counted({ Method: "ANY", Resource: "/orders" }), period: 60 },
        returnData: false,
      },
      {
        id: "route2",
        metric: { ...counted({ Method: "ANY", Resource: "/orders/{proxy+}" }), period: 60 },
        returnData: false,
      },
      { id: "asked", expression: "SUM([route1, route2])", returnData: true },
    ]);
  });

  it("may stand in the API of another stack whose stage sends metrics for each route", async () => {
    const config = toConfig({ "aws:region": "eu-west-2", api: { detailedMetrics: true } });
    const deployment = await run(
      { share: { stack: "dev", prefix: "/pr-7" }, services: { flask: { build: "./app", sleep: {} } } },
      { stack: "pr-7", stacks: { dev: config } },
    );
    const [first] = find(deployment, alarm, "flask-wake").inputs.metricQueries as { metric: unknown }[];
    assert.deepEqual(first?.metric, {
      ...counted({ Method: "ANY", Resource: "/pr-7" }),
      period: 60,
    });
    assert.equal(find(deployment, alarm, "flask-wake").inputs.name, "flask-app-fargate-pr-7.flask.wake");
  });
});
