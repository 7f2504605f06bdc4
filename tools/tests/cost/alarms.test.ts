import assert from "node:assert/strict";
import { run } from "../../../tests/support/stack";
import { estimate } from "../../cost/estimate";
import { prices } from "../../cost/pricing";
import { beforeTraffic } from "../../cost/charges/traffic";

/** USD a month of what alarms and metrics add, by line, worked out by hand: 0.10 a metric of an alarm, 0.50 a composite alarm. */
async function added(values: object): Promise<Record<string, number>> {
  const bill = estimate(await run(values), prices, beforeTraffic);
  assert.deepEqual(bill.unpriced, []);
  return Object.fromEntries(
    bill.lines
      .filter(({ what }) => /alarm|dashboard|metrics/.test(what))
      .map(({ resource, what, monthly }) => [`${resource}: ${what}`, Number(monthly.toFixed(9))]),
  );
}

describe("the cost of alarms and dashboards", () => {
  it("by hand: each metric that one reads, and each composite alarm; who is told costs nothing", async () => {
    assert.deepEqual(await added({ alarms: { notify: "ops@example.com", rollback: true } }), {
      "monitoring-errors: alarm": 0.2,
      "monitoring-latency: alarm": 0.1,
      "monitoring-idle: alarm": 0.1,
      "monitoring-flask-rollback: alarm": 0.2,
      "monitoring-flask-running: alarm": 0.1,
      "monitoring-flask-cpu: alarm": 0.1,
      "monitoring-flask-memory: alarm": 0.1,
      "cloudwatch.MetricAlarm monitoring-flask-restarts: alarm": 0.1,
      "monitoring-outage: composite alarm": 0.5,
      "monitoring-load: composite alarm": 0.5,
    });
  });

  it("by hand: 3 a dashboard, as if the account had the three others that are free; its rules cost nothing", async () => {
    assert.deepEqual(await added({ dashboard: true }), { "cloudwatch.Dashboard dashboard: dashboard": 3 });
  });

  it("by hand: six custom metrics of each route, as if it were asked all the time", async () => {
    const services = { flask: { build: "./app", routes: ["GET /a", "GET /b", "GET /c"] } };
    assert.deepEqual(await added({ services }), {});
    assert.deepEqual(await added({ services, api: { detailedMetrics: true } }), {
      "apigatewayv2.Stage api: metrics by route": 5.4, // 3 × 6 × 0.30
    });
  });
});
