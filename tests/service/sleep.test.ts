import assert from "node:assert/strict";
import { Deployment } from "../../simulate/deployment";
import { toConfig } from "../../simulate/stack";
import { find, names, run } from "../support/stack";
import { alarm, assertQuiet, counted, dimension, ecsService, flask, policy, target, two } from "./scaled";

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
    assertQuiet(deployment, "flask-sleep", {
      says: "Nobody asked for 2h: the service goes to sleep",
      minutes: 120,
      tasks: 0,
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
