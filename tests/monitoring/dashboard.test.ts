import assert from "node:assert/strict";
import { DashboardBody } from "../../rules/dashboard";
import { Deployment } from "../../simulate/deployment";
import { find, names, problemsOf, run, waitsFor } from "../support/stack";

const type = "aws:cloudwatch/dashboard:Dashboard";
const rule = "aws:cloudwatch/eventRule:EventRule";
const topic = "arn:aws:sns:eu-west-2:111122223333:oncall";
const widgets = (deployment: Deployment): DashboardBody["widgets"] =>
  (JSON.parse(find(deployment, type, "dashboard").inputs.dashboardBody as string) as DashboardBody).widgets;

describe("the dashboard", () => {
  it("is not there unless it is asked for", async () => {
    const deployment = await run({ alarms: { notify: topic } });
    assert.deepEqual(names(deployment, type), []);
    assert.deepEqual(names(deployment, rule), ["monitoring-flask-restarts"]);
  });

  it("is there without alarms, is named by the stack, and told as an output", async () => {
    const deployment = await run({ dashboard: true });
    assert.equal(find(deployment, type, "dashboard").inputs.dashboardName, "flask-app-fargate-dev");
    assert.equal(deployment.outputs.dashboard, "flask-app-fargate-dev");
    assert.deepEqual(names(deployment, rule), ["dashboard-flask-deploys", "dashboard-flask-failures"]);
    assert.ok(!widgets(deployment).some((widget) => widget.type === "alarm"));
    assert.ok(widgets(deployment).some((widget) => widget.type === "log"));
  });

  it("shows the alarms that there are, those that tell first, and restarts", async () => {
    const deployment = await run({ dashboard: true, alarms: { notify: topic, rollback: true } });
    const [first] = widgets(deployment);
    assert.ok(first?.type === "alarm");
    assert.deepEqual(
      first.properties.alarms.map((arn) => arn.replace(/^.*:alarm:flask-app-fargate-dev\./, "")),
      [
        ...["outage", "load", "errors", "flask.running", "flask.restarts", "flask.rollback"],
        ...["latency", "flask.cpu", "flask.memory", "idle"],
      ],
    );
    const [restarts] = widgets(deployment).filter(
      ({ properties }) => "title" in properties && properties.title === "flask: tasks nobody stopped",
    );
    assert.ok(restarts && JSON.stringify(restarts).includes('"flask-app-fargate-dev.flask.restarts"'));
  });

  it("counts the deployments of each service by rules on ECS's events", async () => {
    const deployment = await run({ dashboard: true });
    const patternOf = (kind: string): unknown => {
      const { eventPattern, ...rest } = find(deployment, rule, `dashboard-flask-${kind}`).inputs;
      assert.equal(rest.name, `flask-app-fargate-dev.flask.${kind}`);
      return JSON.parse(eventPattern as string) as unknown;
    };
    const of = (eventName: string): object => ({
      source: ["aws.ecs"],
      "detail-type": ["ECS Deployment State Change"],
      resources: ["arn:aws:ecs:eu-west-2:000000000000:service/flask-app-fargate-dev/flask"],
      detail: { eventName: [eventName] },
    });
    assert.deepEqual(patternOf("deploys"), of("SERVICE_DEPLOYMENT_IN_PROGRESS"));
    assert.deepEqual(patternOf("failures"), of("SERVICE_DEPLOYMENT_FAILED"));
    assert.ok(
      waitsFor(deployment, find(deployment, rule, "dashboard-flask-deploys")).includes("Service flask"),
    );
  });

  it("draws the fewest and the most tasks that scaling, its schedule or sleep allows", async () => {
    const bounds = async (flask: object): Promise<unknown> => {
      const all = widgets(await run({ dashboard: true, services: { flask: { build: "./app", ...flask } } }));
      return all.flatMap(({ properties }) =>
        "annotations" in properties
          ? (properties.annotations?.horizontal.map(({ value }) => value) ?? [])
          : [],
      );
    };
    assert.deepEqual(await bounds({ desiredCount: 3 }), [3]);
    assert.deepEqual(await bounds({ sleep: { after: "30m" } }), [0, 1]);
    const schedule = [
      { expression: "cron(0 6 * * ? *)", min: 4, max: 20 },
      { expression: "cron(0 20 * * ? *)", min: 1 },
    ];
    assert.deepEqual(await bounds({ scaling: { min: 2, max: 6, schedule } }), [1, 20]);
  });

  it("shows what ECS wants where the cluster has Container Insights", async () => {
    const asked = async (cluster: object): Promise<boolean> =>
      JSON.stringify(widgets(await run({ dashboard: true, cluster }))).includes("DesiredTaskCount");
    assert.deepEqual([await asked({}), await asked({ containerInsights: true })], [false, true]);
  });

  it("shows no requests of another's API that sends no metrics by route", async () => {
    const deployment = await run({
      ...{ dashboard: true, api: { existingId: "a1b2c3" } },
      services: { flask: { build: "./app", routes: [{ key: "ANY /a", auth: "none" }] } },
    });
    const [first] = widgets(deployment);
    assert.match(first?.type === "text" ? first.properties.markdown : "", /not here/);
    assert.ok(!widgets(deployment).some((widget) => widget.type === "log"));
  });

  it("is yes or no", async () => {
    assert.deepEqual(await problemsOf({ dashboard: "big" }), [
      'dashboard: got "big". Allowed: true, false. Fix: use an allowed value, or leave it out for false.',
    ]);
  });

  it("is refused where its widgets would not fit, or a rule of it could not be named", async () => {
    const services = Object.fromEntries(
      Array.from({ length: 101 }, (_, i) => [`s${i}`, { build: "./app", routes: [] }]),
    );
    const many = await problemsOf({ dashboard: true, services });
    assert.ok(
      many.some((line) => line.startsWith("dashboard: got true. Allowed: false with more than 100 services")),
      many.join("\n"),
    );
    const name = "a".repeat(32);
    const [long] = await problemsOf(
      { dashboard: true, services: { [name]: { build: "./app" } } },
      { stack: "pull-request" },
    );
    assert.match(long!, /72 characters, is to be the rule that counts its restarts/);
  });
});
