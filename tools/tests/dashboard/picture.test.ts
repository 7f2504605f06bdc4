import assert from "node:assert/strict";
import { ofType } from "../../../simulate/deployment";
import { find, run } from "../../../tests/support/stack";
import { DashboardBody } from "../../../rules/dashboard";
import { evaluate } from "../../cloudwatch/expression";
import { dashboardPicture } from "../../dashboard/picture";

const topic = "arn:aws:sns:eu-west-2:111122223333:oncall";
const everything = {
  ...{ dashboard: true, alarms: { notify: topic }, api: { detailedMetrics: true } },
  services: { flask: { build: "./app", spot: 50 }, reports: { build: "./app", routes: ["ANY /reports"] } },
};

describe("the picture of a dashboard", () => {
  it("has every widget with its whole title, whatever is on the dashboard", async () => {
    const deployment = await run(everything);
    const svg = dashboardPicture(deployment);
    const { dashboardBody } = find(deployment, "aws:cloudwatch/dashboard:Dashboard", "dashboard").inputs;
    const { widgets } = JSON.parse(dashboardBody as string) as DashboardBody;
    for (const { properties } of widgets)
      if ("title" in properties) assert.ok(svg.includes(`>${properties.title}</text>`), properties.title);
    assert.ok(!svg.includes("NaN"));
    assert.equal(svg, dashboardPicture(deployment));
  });

  it("is none of a stack without a dashboard", async () => {
    const deployment = await run();
    assert.deepEqual(ofType(deployment, "aws:cloudwatch/dashboard:Dashboard"), []);
    assert.throws(() => dashboardPicture(deployment), /no dashboard/);
  });
});

describe("the expressions of a dashboard", () => {
  const all = async (): Promise<Map<string, string>> => {
    const { inputs } = find(await run(everything), "aws:cloudwatch/dashboard:Dashboard", "dashboard");
    const { widgets } = JSON.parse(inputs.dashboardBody as string) as DashboardBody;
    const lines = widgets.flatMap(({ properties }) => ("metrics" in properties ? properties.metrics : []));
    return new Map(
      lines.flatMap(([first]) =>
        typeof first === "object" && "expression" in first ? [[first.id, first.expression]] : [],
      ),
    );
  };

  it("count tasks by their samples, whatever the period", async () => {
    const running = (await all()).get("running")!;
    assert.deepEqual(evaluate(running, { m0: [2, 3, undefined] }, 60), [2, 3, 0]);
    assert.deepEqual(evaluate(running, { m0: [10, 15] }, 300), [2, 3]);
  });

  it("estimate by hand: 0.0131 USD a small task on demand, the second half on Spot, and requests", async () => {
    const found = await all();
    // 0.25 × 0.04656 + 0.5 × 0.00511
    const [one, two, none] = evaluate(found.get("tasks0")!, { m0: [5, 10, undefined] }, 300);
    assert.equal(one!.toFixed(6), (0.014195).toFixed(6));
    assert.ok(two! > one! && two! < 2 * one!);
    assert.equal(none, 0);
    // 1,000 in 5 minutes are 12,000 an hour, at 1.16 a million.
    const [hour] = evaluate(found.get("requests")!, { n0: [1000] }, 300);
    assert.equal(hour!.toFixed(6), "0.013920");
  });

  it("add up what has no data at all with what has", async () => {
    const found = await all();
    const nothing = [undefined, undefined];
    assert.deepEqual(
      evaluate(found.get("total")!, { tasks0: [1, 2], tasks1: nothing, requests: nothing }),
      [1, 2],
    );
  });

  it("add up the routes of a stack in another's API, of which some were not asked", () => {
    assert.deepEqual(
      evaluate('SUM(FILL(METRICS("n"), 0))', { n0: [1, undefined], n1: [4, 2], s0: [9, 9] }),
      [5, 2],
    );
  });
});
