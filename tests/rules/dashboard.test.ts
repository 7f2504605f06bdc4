import assert from "node:assert/strict";
import fc from "fast-check";
import {
  dashboardBody,
  dashboardLimits,
  dashboardName,
  dashboardProblems,
  queriesOf,
  servicesInOne,
} from "../../rules/dashboard";
import { hops } from "../../rules/dashboard/api";
import { DashboardApi, DashboardFacts, DashboardService } from "../../rules/dashboard/facts";
import { isMetric, Placed } from "../../rules/dashboard/widgets";

const own: DashboardApi = {
  ...{ id: "a1b2c3", stage: "$default", own: true, detailedMetrics: false },
  logGroup: "/aws/vendedlogs/apis/shop-prod",
};
const theirs: DashboardApi = { ...own, own: false, logGroup: undefined };
const service = (name: string, rest: Partial<DashboardService> = {}): DashboardService => ({
  ...{ name, clusterName: "shop-prod", serviceName: name },
  discovery: { namespace: "prod.shop.internal", service: name },
  tasks: { fewest: 2, most: 2 },
  routes: ["ANY /", "GET /items/{id}"],
  size: { cpu: 512, memory: 1024, architecture: "X86_64", spot: 0, ephemeralStorage: undefined },
  rules: { deploys: `${name}.deploys`, failures: `${name}.failures`, restarts: undefined },
  ...rest,
});
const facts = (rest: Partial<DashboardFacts> = {}): DashboardFacts => ({
  ...{ project: "shop", stack: "prod", region: "eu-west-2", alarms: [], containerInsights: false, api: own },
  services: [service("web")],
  ...rest,
});
const alarms = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `arn:aws:cloudwatch:eu-west-2:111122223333:alarm:shop-prod.a${i}`);

const titles = (given: DashboardFacts): string[] =>
  dashboardBody(given).widgets.map(({ properties }) =>
    "title" in properties ? properties.title : properties.markdown.split("\n")[0]!,
  );
const widget = (given: DashboardFacts, title: string): Placed => {
  const found = dashboardBody(given).widgets.filter(
    ({ properties }) => "title" in properties && properties.title === title,
  );
  assert.equal(found.length, 1, `${title} among ${titles(given).join("; ")}`);
  return found[0]!;
};
const expressions = (given: DashboardFacts, title: string): Record<string, string> => {
  const { properties } = widget(given, title);
  assert.ok("metrics" in properties);
  return Object.fromEntries(
    properties.metrics.flatMap((line) => {
      const [first] = line;
      return typeof first === "object" && "expression" in first ? [[first.id, first.expression]] : [];
    }),
  );
};
const text = (given: DashboardFacts): string =>
  dashboardBody(given)
    .widgets.flatMap(({ properties }) => ("markdown" in properties ? [properties.markdown] : []))
    .join("\n");

describe("a dashboard", () => {
  it("is called by project and stack, in letters that CloudWatch takes", () => {
    assert.equal(dashboardName({ project: "shop", stack: "prod" }), "shop-prod");
  });

  it("is read from the top: what is wrong, what clients see, where, what changed, which service, what it costs", () => {
    const restarts = { deploys: "d", failures: "f", restarts: "r" };
    const given = facts({
      alarms: alarms(3),
      services: [service("web", { rules: restarts }), service("worker", { routes: [] })],
    });
    assert.deepEqual(titles(given), [
      "Alarms",
      ...["Requests a minute", "Errors, and 5xx in % of requests", "Latency, ms"],
      ...["5xx in 5 minutes, by the hop that answered them", "Deployments that began and that failed"],
      ...["web: tasks that run", "web: CPU, %", "web: memory, %", "web: tasks nobody stopped"],
      ...["worker: tasks that run", "worker: CPU, %", "worker: memory, %"],
      ...["An estimate: USD an hour", "An estimate: USD an hour for tasks and requests"],
      "### shop, stack prod: what is not here",
    ]);
  });

  it("shows routes where the stage sends them", () => {
    const given = facts({ api: { ...own, detailedMetrics: true } });
    const { properties } = widget(given, "5xx by route");
    assert.deepEqual("metrics" in properties && properties.metrics[1], [
      ...["AWS/ApiGateway", "5xx", "ApiId", "a1b2c3", "Stage", "$default"],
      ...["Method", "GET", "Resource", "/items/{id}", { stat: "Sum", label: "GET /items/{id}" }],
    ]);
  });

  it("shows of another's API the stack's own routes, added up, and no percentile of them together", () => {
    const given = facts({ api: { ...theirs, detailedMetrics: true } });
    assert.deepEqual(titles(given).slice(0, 6), [
      ...[
        "Requests a minute (this stack's routes)",
        "Errors, and 5xx in % of requests (this stack's routes)",
      ],
      "Deployments that began and that failed",
      ...["Requests by route", "5xx by route", "p95 of the services, ms, by route"],
    ]);
    assert.deepEqual(expressions(given, "Requests a minute (this stack's routes)"), {
      perMinute: 'SUM(FILL(METRICS("n"), 0)) / (PERIOD(n0) / 60)',
    });
    assert.match(text(given), /the access log is with the owner/);
  });

  it("says what it cannot show of another's API", () => {
    for (const api of [theirs, { ...theirs, detailedMetrics: true }]) {
      const given = facts({ api, services: [service("web", { routes: ["$default"] })] });
      assert.match(titles(given)[0]!, /^\*\*Requests, errors and latency are not here/);
      assert.equal(titles(given)[1], "Deployments that began and that failed");
    }
    assert.match(
      text(facts({ api: theirs, services: [service("worker", { routes: [] })] })),
      /no service of this stack has a route/,
    );
  });

  it("shows the first hundred of many routes, and says so", () => {
    const routes = Array.from({ length: 300 }, (_, i) => `GET /r${i}`);
    const given = facts({
      api: { ...theirs, detailedMetrics: true },
      services: [service("web", { routes })],
    });
    assert.deepEqual(dashboardProblems(dashboardBody(given)), []);
    widget(given, "Requests a minute (the first 100 of 300 routes)");
    widget(given, "5xx by route, the first 100");
  });

  it("shows what ECS wants where the cluster has Container Insights, and else says what that takes", () => {
    const { properties } = widget(facts({ containerInsights: true }), "web: tasks that run");
    assert.deepEqual("metrics" in properties && properties.metrics[1], [
      ...["ECS/ContainerInsights", "DesiredTaskCount", "ClusterName", "shop-prod", "ServiceName", "web"],
      { stat: "Average", label: "desired by ECS", color: "#7f7f7f" },
    ]);
    assert.deepEqual(dashboardProblems(dashboardBody(facts({ containerInsights: true }))), []);
    assert.doesNotMatch(text(facts({ containerInsights: true })), /Desired tasks/);
    assert.match(text(facts()), /ECS's own count takes `cluster\.containerInsights`/);
  });

  it("says who knows what no metric tells", () => {
    assert.match(
      text(facts()),
      /Ask `npm run status -- --stack prod`, or `aws servicediscovery discover-instances --namespace-name prod\.shop\.internal --service-name web`\./,
    );
  });

  it("shows the first hundred of many alarms, and says so", () => {
    const { properties } = widget(facts({ alarms: alarms(130) }), "Alarms: the first 100 of 130");
    assert.ok("alarms" in properties);
    assert.deepEqual(properties.alarms, alarms(100));
  });

  it("draws the number of tasks beside the configured ones", () => {
    const lines = (tasks: DashboardService["tasks"]): unknown => {
      const { properties } = widget(facts({ services: [service("web", { tasks })] }), "web: tasks that run");
      return (
        "annotations" in properties &&
        properties.annotations?.horizontal.map(({ label, value }) => [label, value])
      );
    };
    assert.deepEqual(lines({ fewest: 2, most: 2 }), [["desired", 2]]);
    assert.deepEqual(lines({ fewest: 2, most: 6 }), [
      ["fewest", 2],
      ["most", 6],
    ]);
  });

  describe("tells the hop of an error", () => {
    // `-` is what API Gateway writes for a variable without a value.
    const lines: [string, string, string, string][] = [
      ["task", "500", "500", "-"],
      ["task", "503", "503", "-"],
      ["integration", "503", "-", "INTEGRATION_NETWORK_FAILURE"],
      ["integration", "503", "-", "-"],
      ["integration", "504", "-", "Endpoint request timed out"],
      ["integration", "500", "-", "Internal error"],
      ["gateway", "500", "-", "-"],
      ["gateway", "500", "200", "-"],
    ];
    for (const [hop, ...fields] of lines) {
      it(`${fields.join(" ")} is the ${hop}'s`, () => {
        const line = fields.join(" ");
        const matched = Object.entries(hops).flatMap(([name, pattern]) => (pattern.test(line) ? [name] : []));
        assert.deepEqual(matched, hop === "gateway" ? [] : [hop]);
      });
    }

    it("by one query of the access log, with those very patterns", () => {
      const { properties } = widget(facts(), "5xx in 5 minutes, by the hop that answered them");
      assert.ok("query" in properties);
      assert.equal(
        properties.query,
        "SOURCE '/aws/vendedlogs/apis/shop-prod' | filter status like /^5/" +
          ' | fields concat(status, " ", integrationStatus, " ", integrationError) as hop' +
          ` | parse hop /${hops.task.source}/ | parse hop /${hops.integration.source}/` +
          " | stats count(task) as task, count(integration) as integration," +
          " count(*) - count(task) - count(integration) as gateway by bin(5m)",
      );
    });
  });

  describe("estimates what an hour costs", () => {
    const title = "An estimate: USD an hour for tasks and requests";
    const size = {
      cpu: 1024,
      memory: 2048,
      architecture: "ARM64",
      spot: 0,
      ephemeralStorage: undefined,
    } as const;
    const tasks = "FILL(m0, 0) / (PERIOD(m0) / 60)";
    const ofSize = (rest: Partial<DashboardService["size"]>): string =>
      expressions(
        facts({ region: "us-east-1", services: [service("web", { size: { ...size, ...rest } })] }),
        title,
      ).tasks0!;

    it("from tasks and requests, by the prices of the Region", () => {
      assert.deepEqual(expressions(facts({ region: "us-east-1" }), title), {
        // 0.5 × 0.04048 + 1 × 0.004445
        tasks0: `${tasks} * 0.024685`,
        requests: "FILL(n0, 0) / PERIOD(n0) * 3600 * 0.000001",
      });
      assert.equal(
        expressions(facts({ region: "us-east-1" }), "An estimate: USD an hour").total,
        "SUM([tasks0, requests])",
      );
    });

    it("with the first task on demand and a share of the others on Spot", () => {
      const [, first, next] =
        /^IF\(.* > 0, ([\d.]+) \+ \(.* - 1\) \* ([\d.]+), 0\)$/.exec(
          ofSize({ architecture: "X86_64", spot: 50 }),
        ) ?? [];
      assert.equal(first, "0.04937");
      assert.ok(Number(next) < Number(first) && Number(next) > Number(first) / 2);
    });

    it("with storage beyond what is free", () => {
      const of = (expression: string): number => Number(/\* ([\d.]+)$/.exec(expression)![1]);
      const more = of(ofSize({ ephemeralStorage: 120 })) - of(ofSize({}));
      // 100 GB × 0.000111
      assert.ok(Math.abs(more - 0.0111) < 1e-9, String(more));
    });

    it("not where a price is not recorded, and says which", () => {
      const given = facts({ region: "ap-south-2" });
      assert.ok(!titles(given).some((each) => each.startsWith("An estimate")));
      assert.match(
        text(given),
        /No price of `fargate\.x86\.vcpu`, `fargate\.x86\.memory`, `api\.requests` is recorded in ap-south-2/,
      );
      assert.match(text(given), /npm run prices:update -- --region ap-south-2/);
    });
  });

  it("asks for nothing that is not sent, and lies on the grid, whatever the stack is", () => {
    const key = fc.constantFrom("ANY /", "GET /a/{x}", "POST /b", "$default", "ANY /{proxy+}");
    const anyService = fc.record({
      routes: fc.array(key, { maxLength: 5 }),
      tasks: fc.constantFrom({ fewest: 0, most: 0 }, { fewest: 1, most: 9 }),
      restarts: fc.constantFrom("r", undefined),
      spot: fc.constantFrom(0, 30, 100),
    });
    const any = fc.record({
      region: fc.constantFrom("eu-west-2", "us-east-1", "ap-south-2"),
      alarms: fc.nat(120).map(alarms),
      api: fc.record({ isOwn: fc.boolean(), detailedMetrics: fc.boolean() }),
      services: fc.array(anyService, { minLength: 1, maxLength: 12 }),
    });
    fc.assert(
      fc.property(any, ({ api, services, ...rest }) => {
        const given = facts({
          ...rest,
          api: { ...(api.isOwn ? own : theirs), detailedMetrics: api.detailedMetrics },
          services: services.map(({ routes, tasks, restarts, spot }, i) =>
            service(`s${i}`, {
              ...{ routes, tasks, rules: { deploys: "d", failures: "f", restarts } },
              size: { cpu: 256, memory: 512, architecture: "X86_64", spot, ephemeralStorage: undefined },
            }),
          ),
        });
        const body = dashboardBody(given);
        assert.deepEqual(dashboardProblems(body), []);
        const shown = new Set(
          body.widgets
            .filter(isMetric)
            .flatMap(queriesOf)
            .map(({ dimensions }) => dimensions.ServiceName),
        );
        for (const { serviceName } of given.services) assert.ok(shown.has(serviceName), serviceName);
      }),
    );
  });

  it("has room for as many services as the configuration takes", () => {
    const restarts = { deploys: "d", failures: "f", restarts: "r" };
    const most = (routes: number): DashboardFacts =>
      facts({
        alarms: alarms(100),
        api: { ...theirs, detailedMetrics: true },
        services: Array.from({ length: servicesInOne }, (_, i) =>
          service(`s${i}`, {
            rules: restarts,
            routes: Array.from({ length: routes }, (_each, n) => `GET /${i}/${n}`),
          }),
        ),
      });
    assert.deepEqual(dashboardProblems(dashboardBody(most(3))), []);
  });

  describe("is refused", () => {
    const body = (...widgets: object[]) => ({ ...dashboardBody(facts()), widgets: widgets as Placed[] });
    const at = (x: number, y: number, properties: object, width = 6): object => ({
      ...{ type: "metric", x, y, width, height: 6 },
      properties: { title: "t", region: "eu-west-2", view: "timeSeries", period: 60, ...properties },
    });
    const cpu = (options: object = { stat: "Average" }, name = "CPUUtilization"): unknown[] => [
      ...["AWS/ECS", name, "ClusterName", "c", "ServiceName", "s", options],
    ];
    const cases: [string, object[], RegExp][] = [
      [
        "a metric that nobody sends",
        [at(0, 0, { metrics: [cpu(undefined, "CPU")] })],
        /AWS\/ECS has no metric CPU/,
      ],
      [
        "a statistic without a meaning",
        [at(0, 0, { metrics: [cpu({ stat: "Sum" })] })],
        /Sum of CPUUtilization means nothing/,
      ],
      [
        "a period shorter than the metric's",
        [at(0, 0, { period: 10, metrics: [cpu()] })],
        /a period of 10 s is often empty/,
      ],
      ["a widget beside the grid", [at(20, 0, { metrics: [cpu()] })], /beside the grid/],
      [
        "one that lies over another",
        [at(0, 0, { metrics: [cpu()] }), at(3, 3, { metrics: [cpu()] })],
        /lies over/,
      ],
      [
        "an expression of what is not there",
        [at(0, 0, { metrics: [[{ id: "a", expression: "b + 1" }]] })],
        /b is not there/,
      ],
      [
        "an id that is there twice",
        [at(0, 0, { metrics: [cpu({ stat: "Average", id: "a" }), cpu({ stat: "Average", id: "a" })] })],
        /a is there twice/,
      ],
      [
        "too many metrics in one",
        [at(0, 0, { metrics: Array.from({ length: dashboardLimits.metricsInOne + 1 }, () => cpu()) })],
        /501 metrics, more than 500/,
      ],
      [
        "too many widgets",
        Array.from({ length: dashboardLimits.widgets + 1 }, (_, i) => at(0, 6 * i, { metrics: [] })),
        /501 widgets are more than 500/,
      ],
    ];
    for (const [what, widgets, why] of cases)
      it(`with ${what}`, () => assert.match(dashboardProblems(body(...widgets)).join("; "), why));
  });
});
