import * as assert from "node:assert/strict";
import { CloudWatch, hasAlarms } from "../../local/cloudwatch";
import type { Outcome } from "../../local/gateway";
import { deploymentOf, metricAlarm } from "../cloudwatch/recorded";
import { until } from "./http";

const stage = (settings: object) => ({
  type: "aws:apigatewayv2/stage:Stage",
  name: "api",
  inputs: { apiId: "a", name: "$default", ...settings },
});
const alarm = (name: string, of: object) => ({
  type: metricAlarm,
  name,
  inputs: {
    ...{ name, statistic: "Sum", period: 60, evaluationPeriods: 1, threshold: 3 },
    ...{ comparisonOperator: "GreaterThanOrEqualToThreshold", treatMissingData: "notBreaching", ...of },
  },
});
const ofApi = (metricName: string, more: object = {}) => ({
  ...{ namespace: "AWS/ApiGateway", metricName },
  dimensions: { ApiId: "a", Stage: "$default", ...more },
});
const outcome = (status: number | undefined, route = "GET /orders"): Outcome => ({
  ...{ requestId: "r", method: "GET", path: "/orders", milliseconds: 5, status, route },
  ...{ reason: undefined, task: "t", sent: 0 },
});

describe("the local CloudWatch", () => {
  const made: CloudWatch[] = [];
  afterEach(() => Promise.all(made.splice(0).map((one) => one.close())));
  const start = (resources: Parameters<typeof deploymentOf>[0], running = 2) => {
    const told: string[] = [];
    const cloudWatch = new CloudWatch({
      deployment: deploymentOf(resources),
      // A minute is 60 ms.
      second: 1,
      tasks: () => [{ cluster: "c", service: "s", running }],
      changed: ({ name }, state) => told.push(`${name} ${state}`),
    });
    made.push(cloudWatch);
    return { cloudWatch, told };
  };

  it("counts what is answered by 500 and more, and nothing else", async () => {
    const { cloudWatch, told } = start([
      stage({}),
      alarm("errors", ofApi("5xx")),
      alarm("asked", ofApi("Count")),
    ]);
    for (const status of [200, 404, 500, 503, undefined]) cloudWatch.served(outcome(status));
    await until(() => told.includes("asked ALARM"));
    assert.ok(!told.includes("errors ALARM"));
    for (const status of [500, 502, 503]) cloudWatch.served(outcome(status));
    await until(() => told.includes("errors ALARM"));
    await until(() => told.at(-1) === "asked OK" || told.at(-1) === "errors OK");
  });

  it("tells of a route by itself only where its stage says so", async () => {
    const of = ofApi("Count", { Method: "GET", Resource: "/orders" });
    const routeSettings = [{ routeKey: "GET /orders", throttlingRateLimit: 5 }];
    for (const [settings, fires] of [
      [{}, false],
      [{ defaultRouteSettings: { detailedMetricsEnabled: true } }, true],
      // Settings of its own hide the stage's.
      [{ defaultRouteSettings: { detailedMetricsEnabled: true }, routeSettings }, false],
      [{ routeSettings: [{ ...routeSettings[0], detailedMetricsEnabled: true }] }, true],
    ] as const) {
      const { cloudWatch, told } = start([stage(settings), alarm("route", of), alarm("all", ofApi("Count"))]);
      for (let i = 0; i < 3; i++) cloudWatch.served(outcome(200));
      await until(() => told.includes("all ALARM"));
      // Each metric arrives at a time of its own.
      if (fires) await until(() => told.includes("route ALARM"));
      await until(() => told.includes("all OK"));
      assert.equal(told.includes("route ALARM"), fires, JSON.stringify(settings));
    }
  });

  it("counts the tasks that run by the samples of their memory", async () => {
    const running = alarm("few", {
      ...{ namespace: "AWS/ECS", metricName: "MemoryUtilization", statistic: "SampleCount" },
      dimensions: { ClusterName: "c", ServiceName: "s" },
      ...{ comparisonOperator: "LessThanThreshold", threshold: 2, treatMissingData: "breaching" },
    });
    const one = start([stage({}), running], 1);
    await until(() => one.told.includes("few ALARM"));
    const two = start([stage({}), running], 2);
    await until(() => two.told.includes("few OK"));
  });

  it("has nothing to do without alarms", () => {
    assert.equal(hasAlarms(deploymentOf([stage({})])), false);
    assert.equal(hasAlarms(deploymentOf([alarm("errors", ofApi("5xx"))])), true);
  });
});
