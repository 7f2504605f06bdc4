import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { readScaling, Scaler, type Stepping } from "../../cloudwatch/scaling";
import { after } from "../../cloudwatch/arrival";
import { MetricStore } from "../../cloudwatch/store";
import { deploymentOf, scalableTarget, scalingPolicy } from "./recorded";

const resourceId = "service/p-s/flask";
const dimensions = [
  { name: "ClusterName", value: "p-s" },
  { name: "ServiceName", value: "flask" },
];
const target = {
  type: scalableTarget,
  name: "flask",
  inputs: { resourceId, minCapacity: 2, maxCapacity: 10 },
};
const tracking = (name: string, of: object): Parameters<typeof deploymentOf>[0][number] => ({
  type: scalingPolicy,
  name,
  inputs: {
    ...{ resourceId, policyType: "TargetTrackingScaling" },
    targetTrackingScalingPolicyConfiguration: { scaleOutCooldown: 60, scaleInCooldown: 300, ...of },
  },
});
const cpu = tracking("cpu", {
  targetValue: 50,
  predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
});
const statOf = (id: string, namespace: string, metricName: string, stat: string): object => ({
  id,
  returnData: false,
  metricStat: { metric: { namespace, metricName, dimensions }, stat },
});
const requests = tracking("requests", {
  targetValue: 100,
  customizedMetricSpecification: {
    metrics: [
      statOf("requests", "AWS/ApiGateway", "Count", "Sum"),
      statOf("tasks", "AWS/ECS", "MemoryUtilization", "SampleCount"),
      { id: "each", expression: "requests / tasks", returnData: true },
    ],
  },
});
const sleep = {
  type: scalingPolicy,
  name: "sleep",
  inputs: {
    ...{ resourceId, policyType: "StepScaling" },
    stepScalingPolicyConfiguration: {
      ...{ adjustmentType: "ExactCapacity", cooldown: 60 },
      stepAdjustments: [{ metricIntervalUpperBound: "0", scalingAdjustment: 3 }],
    },
  },
  outputs: { arn: "arn:sleep" },
};

/** Runs minute by minute with these values, and returns how many tasks are wanted after each. */
function scaled(
  policies: Parameters<typeof deploymentOf>[0],
  desired: number,
  percents: (number | undefined)[],
): number[] {
  const [service] = readScaling(deploymentOf([target, ...policies]));
  const store = new MetricStore(after(0));
  const scaler = new Scaler(service!, store);
  const metric = {
    namespace: "AWS/ECS",
    name: "CPUUtilization",
    dimensions: { ClusterName: "p-s", ServiceName: "flask" },
  };
  return percents.map((percent, i) => {
    if (percent !== undefined) store.put(i * 60, metric, [percent]);
    return (desired = scaler.tick((i + 1) * 60, desired));
  });
}

describe("the recorded scaling", () => {
  it("is read with what its policies watch", () => {
    const [service] = readScaling(deploymentOf([target, cpu, requests, sleep]));
    const [first, second, third] = service!.policies;
    assert.deepEqual([service!.min, service!.max, service!.policies.length], [2, 10, 3]);
    assert.ok(first && second && third);
    assert.ok(first.kind === "tracking" && second.kind === "tracking" && third.kind === "stepping");
    assert.deepEqual(first.watched.queried[0]!.metric, {
      ...{ namespace: "AWS/ECS", name: "CPUUtilization" },
      dimensions: { ClusterName: "p-s", ServiceName: "flask" },
    });
    assert.equal(second.watched.expression, "(requests / tasks)".slice(1, -1));
    assert.deepEqual(
      second.watched.queried.map(({ id, statistic }) => [id, statistic]),
      [
        ["requests", "Sum"],
        ["tasks", "SampleCount"],
      ],
    );
    assert.deepEqual(third.steps, [{ from: -Infinity, to: 0, by: 3 }]);
  });

  it("goes out after three points above the target, by how far they are", () => {
    assert.deepEqual(scaled([cpu], 2, [80, 80, 80]), [2, 2, 4]);
    assert.deepEqual(scaled([cpu], 2, [80, 40, 80, 80]), [2, 2, 2, 2]);
    assert.deepEqual(scaled([cpu], 8, [100, 100, 100]), [8, 8, 10]);
  });

  it("goes in after fifteen below nine tenths of it, a task or a tenth at a time, and waits before it does again", () => {
    const calm = Array.from({ length: 14 }, () => 20);
    assert.deepEqual(scaled([cpu], 10, [...calm, 30]).slice(-2), [10, 9]);
    assert.deepEqual(scaled([cpu], 10, [...calm, 46]).slice(-1), [10]);
    // What is left has to be enough for the busiest minute.
    assert.deepEqual(scaled([cpu], 4, [...calm, 44]).slice(-1), [4]);
    const long = scaled([cpu], 10, [...calm, ...calm]);
    assert.deepEqual(long.slice(13, 21), [10, 9, 9, 9, 9, 9, 8, 8]);
  });

  it("goes out by the points that there are where some are missing, and does nothing without any", () => {
    assert.deepEqual(scaled([cpu], 2, [80, undefined, 80]), [2, 2, 4]);
    assert.deepEqual(scaled([cpu], 2, [80, undefined, 40, 80]), [2, 2, 2, 2]);
    const none = Array.from({ length: 20 }, () => undefined);
    assert.deepEqual(scaled([cpu], 5, none).at(-1), 5);
    // A quarter of an hour is one with a hole in it, too.
    const calm = Array.from({ length: 15 }, (_, i) => (i === 7 ? undefined : 10));
    assert.deepEqual(scaled([cpu], 5, calm).slice(-2), [5, 4]);
  });

  it("does not add the same tasks twice while it cools down, and adds what is more than them", () => {
    const slow = tracking("cpu", {
      ...{ targetValue: 50, scaleOutCooldown: 180 },
      predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
    });
    assert.deepEqual(scaled([slow], 2, [80, 80, 80, 80, 80]), [2, 2, 4, 4, 4]);
    assert.deepEqual(scaled([slow], 2, [80, 80, 80, 100, 130]), [2, 2, 4, 4, 6]);
    assert.deepEqual(scaled([slow], 2, [80, 80, 80, 80, 80, 80]).at(-1), 7);
  });

  it("never leaves its limits", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 10 }),
        fc.array(fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }), { maxLength: 60 }),
        (desired, percents) => {
          for (const wanted of scaled([cpu], desired, percents)) assert.ok(wanted >= 2 && wanted <= 10);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("steps to a number once its alarm fires, and not again before it has cooled down", () => {
    const [service] = readScaling(deploymentOf([target, sleep]));
    const policy = service!.policies[0] as Stepping;
    const scaler = new Scaler(service!, new MetricStore(after(0)));
    assert.equal(scaler.step(policy, 0, 0, 2), 2);
    assert.equal(scaler.step(policy, -1, 0, 2), 3);
    assert.equal(scaler.step(policy, -1, 59, 2), 2);
    assert.equal(scaler.step(policy, -1, 60, 2), 3);
  });
});
