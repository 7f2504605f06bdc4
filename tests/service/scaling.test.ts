import assert from "node:assert/strict";
import { Deployment, ofType } from "../../simulate/deployment";
import { find, names, run, waitsFor } from "../support/stack";
import {
  alarm,
  assertQuiet,
  counted,
  dimension,
  ecsService,
  flask,
  policy,
  target,
  tasks,
  two,
} from "./scaled";

const action = "aws:appautoscaling/scheduledAction:ScheduledAction";

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
            { id: "each", expression: "requests / tasks / (requests > 0)", returnData: false },
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
      { id: "each", expression: "SUM([route1, route2, none]) / tasks / (api > 0)", returnData: false },
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
    assertQuiet(deployment, "flask-quiet", {
      says: "Nobody asked for 15 minutes: the fewest tasks will do",
      minutes: 15,
      tasks: 1,
    });
  });

  it("waits for nothing of the API with the tasks themselves", async () => {
    const deployment = await flask({ scaling });
    assert.ok(!waitsFor(deployment, find(deployment, ecsService, "flask")).includes("Api api"));
  });
});
