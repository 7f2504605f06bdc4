import assert from "node:assert/strict";
import { Deployment, ofType, Resource } from "../simulate/deployment";
import { toConfig } from "../simulate/stack";
import { find, names, problemsOf, run, waitsFor } from "./support/stack";

const metricAlarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
const compositeAlarm = "aws:cloudwatch/compositeAlarm:CompositeAlarm";
const account = "000000000000";
const topic = "arn:aws:sns:eu-west-2:111122223333:oncall";
const watched = (alarms: object = {}, flask: object = {}, rest: object = {}): Promise<Deployment> =>
  run({ ...rest, services: { flask: { build: "./app", ...flask } }, alarms: { notify: topic, ...alarms } });
const alarm = (deployment: Deployment, name: string): Record<string, unknown> => {
  const { alarmDescription, ...inputs } = find(deployment, metricAlarm, `monitoring-${name}`).inputs;
  assert.ok(typeof alarmDescription === "string" && alarmDescription.length <= 1024, name);
  return inputs;
};
const two = {
  flask: { build: "./app", routes: ["ANY /", "GET /items/{id}"] },
  reports: { build: "./app", routes: ["ANY /reports"] },
};
const ofApi = (metricName: string, route: object = {}): object => ({
  metric: {
    ...{ namespace: "AWS/ApiGateway", metricName, stat: "Sum", period: 300 },
    dimensions: { ApiId: "local-api", Stage: "$default", ...route },
  },
});

describe("monitoring", () => {
  it("is not there where nobody asked for it", async () => {
    const deployment = await run();
    for (const type of [
      metricAlarm,
      compositeAlarm,
      "aws:cloudwatch/dashboard:Dashboard",
      "aws:cloudwatch/eventRule:EventRule",
      "aws:sns/topic:Topic",
    ])
      assert.deepEqual(names(deployment, type), []);
    assert.deepEqual(names(deployment, "fargate-app:monitoring:Monitoring"), []);
  });

  it("watches the API and each service that is to have tasks", async () => {
    const services = {
      flask: { build: "./app" },
      worker: { build: "./app", routes: [], desiredCount: 0 },
      busy: { build: "./app", routes: [], scaling: { min: 3, max: 9 } },
    };
    const deployment = await run({ services, alarms: { notify: topic } });
    assert.deepEqual(
      names(deployment, metricAlarm),
      [
        ...["busy-cpu", "busy-memory", "busy-restarts", "busy-running", "errors"],
        ...["flask-cpu", "flask-memory", "flask-restarts", "flask-running", "idle", "latency"],
      ].map((name) => `monitoring-${name}`),
    );
    assert.deepEqual(names(deployment, compositeAlarm), ["monitoring-load", "monitoring-outage"]);
    assert.equal(alarm(deployment, "busy-running").threshold, 3);
    assert.deepEqual(deployment.warnings, []);
  });

  describe("of the API", () => {
    it("sees errors, by their share of the requests", async () => {
      assert.deepEqual(alarm(await watched(), "errors"), {
        name: "flask-app-fargate-dev.errors",
        metricQueries: [
          { id: "requests", metric: { ...of5Minutes("Count"), period: 180 } },
          { id: "errors", metric: { ...of5Minutes("5xx"), period: 180 } },
          {
            id: "value",
            expression: "IF(FILL(errors, 0) >= 3, 100 * FILL(errors, 0) / requests, 0 * requests)",
            label: "requests answered by 5xx, in per cent",
            returnData: true,
          },
        ],
        comparisonOperator: "GreaterThanThreshold",
        threshold: 5,
        ...{ evaluationPeriods: 2, datapointsToAlarm: 2, treatMissingData: "notBreaching" },
      });
    });

    it("sees that the services are slow", async () => {
      assert.deepEqual(alarm(await watched({ latencyMilliseconds: 900 }), "latency"), {
        name: "flask-app-fargate-dev.latency",
        ...{ namespace: "AWS/ApiGateway", metricName: "IntegrationLatency", extendedStatistic: "p95" },
        dimensions: { ApiId: "local-api", Stage: "$default" },
        evaluateLowSampleCountPercentiles: "ignore",
        ...{ comparisonOperator: "GreaterThanThreshold", threshold: 900 },
        ...{ period: 300, evaluationPeriods: 3, datapointsToAlarm: 2, treatMissingData: "notBreaching" },
      });
    });

    it("sees that nobody asks, before the link falls asleep, and tells of it alone", async () => {
      assert.deepEqual(alarm(await watched(), "idle"), {
        name: "flask-app-fargate-dev.idle",
        ...{ namespace: "AWS/ApiGateway", metricName: "Count", statistic: "Sum" },
        dimensions: { ApiId: "local-api", Stage: "$default" },
        ...{ comparisonOperator: "LessThanThreshold", threshold: 1 },
        ...{ period: 86_400, evaluationPeriods: 7, datapointsToAlarm: 7, treatMissingData: "breaching" },
        warmUpConfiguration: { warmUpPeriodDurationInMinutes: 2880 },
        ...{ alarmActions: [topic], okActions: [topic] },
      });
    });

    it("leaves another's API to its owner", async () => {
      const deployment = await watched(
        {},
        { routes: [{ key: "ANY /a", auth: "none" }] },
        { api: { existingId: "a1b2c3" } },
      );
      assert.deepEqual(
        names(deployment, metricAlarm),
        ["cpu", "memory", "restarts", "running"].map((kind) => `monitoring-flask-${kind}`),
      );
    });
  });

  describe("of a service", () => {
    const dimensions = { ClusterName: "flask-app-fargate-dev", ServiceName: "flask" };

    it("counts its running tasks by their samples, and takes no sample for no task", async () => {
      const deployment = await watched({}, { desiredCount: 2 });
      assert.deepEqual(alarm(deployment, "flask-running"), {
        name: "flask-app-fargate-dev.flask.running",
        ...{ namespace: "AWS/ECS", metricName: "MemoryUtilization", statistic: "SampleCount", dimensions },
        ...{ comparisonOperator: "LessThanThreshold", threshold: 2 },
        ...{ period: 60, evaluationPeriods: 5, datapointsToAlarm: 5, treatMissingData: "breaching" },
        warmUpConfiguration: { warmUpPeriodDurationInMinutes: 15 },
      });
    });

    it("expects no more tasks than there are at night", async () => {
      const schedule = [{ expression: "cron(0 20 * * ? *)", min: 1 }];
      const scaled = await watched({}, { scaling: { min: 3, max: 9, schedule } });
      assert.equal(alarm(scaled, "flask-running").threshold, 1);
    });

    it("sees CPU on average, and memory of the fullest task", async () => {
      const deployment = await watched({ cpuPercent: 70, memoryPercent: 80 });
      const high = (name: string, metricName: string, statistic: string, threshold: number): object => ({
        name: `flask-app-fargate-dev.flask.${name}`,
        ...{ namespace: "AWS/ECS", metricName, statistic, dimensions },
        ...{ comparisonOperator: "GreaterThanThreshold", threshold },
        ...{ period: 300, evaluationPeriods: 3, datapointsToAlarm: 3, treatMissingData: "notBreaching" },
      });
      assert.deepEqual(alarm(deployment, "flask-cpu"), high("cpu", "CPUUtilization", "Average", 70));
      assert.deepEqual(alarm(deployment, "flask-memory"), high("memory", "MemoryUtilization", "Maximum", 80));
    });

    it("counts what nobody stopped by a rule on ECS's events", async () => {
      const deployment = await watched({ restarts: 4 });
      const { eventPattern, ...rule } = find(
        deployment,
        "aws:cloudwatch/eventRule:EventRule",
        "monitoring-flask-restarts",
      ).inputs;
      assert.deepEqual(rule, {
        name: "flask-app-fargate-dev.flask.restarts",
        description: "Tasks of flask that nobody stopped",
      });
      assert.deepEqual(JSON.parse(eventPattern as string), {
        source: ["aws.ecs"],
        "detail-type": ["ECS Task State Change"],
        detail: {
          clusterArn: [`arn:aws:ecs:eu-west-2:${account}:cluster/flask-app-fargate-dev`],
          group: ["service:flask"],
          lastStatus: ["STOPPED"],
          $or: [
            { stopCode: ["EssentialContainerExited", "TaskFailedToStart"] },
            { stoppedReason: [{ wildcard: "*health check*" }] },
          ],
        },
      });
      assert.deepEqual(alarm(deployment, "flask-restarts"), {
        name: "flask-app-fargate-dev.flask.restarts",
        ...{ namespace: "AWS/Events", metricName: "TriggeredRules", statistic: "Sum" },
        dimensions: { RuleName: "flask-app-fargate-dev.flask.restarts" },
        ...{ comparisonOperator: "GreaterThanOrEqualToThreshold", threshold: 4 },
        ...{ period: 900, evaluationPeriods: 1, datapointsToAlarm: 1, treatMissingData: "notBreaching" },
      });
    });

    it("comes once it runs", async () => {
      const deployment = await watched();
      const waits = (name: string): string[] =>
        waitsFor(deployment, find(deployment, metricAlarm, `monitoring-flask-${name}`));
      assert.ok(waits("running").includes("Service flask"));
      assert.ok(waits("restarts").includes("EventRule monitoring-flask-restarts"));
    });
  });

  describe("tells", () => {
    it("once of a broken deployment, and of load only where nothing is broken", async () => {
      const deployment = await watched({ rollback: true });
      const composite = (name: string): Record<string, unknown> =>
        find(deployment, compositeAlarm, `monitoring-${name}`).inputs;
      const { alarmDescription, ...outage } = composite("outage");
      assert.ok(alarmDescription);
      const any = (...alarms: string[]): string =>
        alarms.map((each) => `ALARM("flask-app-fargate-dev.${each}")`).join(" OR ");
      assert.deepEqual(outage, {
        alarmName: "flask-app-fargate-dev.outage",
        alarmRule: any("errors", "flask.running", "flask.restarts"),
        ...{ alarmActions: [topic], okActions: [topic] },
      });
      assert.equal(
        composite("load").alarmRule,
        `(${any("latency", "flask.cpu", "flask.memory")}) AND NOT (${any("outage")})`,
      );
      const telling = ofType(deployment, metricAlarm).filter(
        ({ inputs }) => inputs.alarmActions !== undefined,
      );
      assert.deepEqual(
        telling.map(({ name }) => name),
        ["monitoring-idle"],
      );
    });

    it("e-mail addresses by a topic of its own, in which its alarms alone may speak", async () => {
      const deployment = await watched({ notify: ["ops@example.com", topic, "cto@example.com"] });
      const own = find(deployment, "aws:sns/topic:Topic", "monitoring");
      const { policy: topicPolicy, ...ofTopic } = own.inputs;
      assert.deepEqual(ofTopic, { name: "flask-app-fargate-dev-alarms" });
      const arn = `arn:aws:sns:eu-west-2:${account}:flask-app-fargate-dev-alarms`;
      assert.deepEqual((JSON.parse(topicPolicy as string) as { Statement: unknown }).Statement, [
        {
          ...{ Sid: "Alarms", Effect: "Allow", Principal: { Service: "cloudwatch.amazonaws.com" } },
          ...{ Action: "sns:Publish", Resource: arn },
          Condition: {
            ArnLike: {
              "aws:SourceArn": `arn:aws:cloudwatch:eu-west-2:${account}:alarm:flask-app-fargate-dev.*`,
            },
          },
        },
      ]);
      assert.deepEqual(
        ofType(deployment, "aws:sns/topicSubscription:TopicSubscription").map(({ name, inputs }) => [
          name,
          inputs,
        ]),
        ["ops@example.com", "cto@example.com"].map((address) => [
          `monitoring-${address}`,
          { topic: arn, protocol: "email", endpoint: address },
        ]),
      );
      const { alarmActions } = find(deployment, compositeAlarm, "monitoring-outage").inputs;
      assert.deepEqual(alarmActions, [topic, arn]);
      assert.equal(deployment.outputs.alarmTopic, arn);
    });

    it("nobody of nothing, where there is nothing to watch, and says so", async () => {
      const nothing = { services: { flask: { build: "./app", desiredCount: 0 } }, alarms: { notify: topic } };
      const foreign = await run({ ...nothing, api: { existingId: "a1b2c3" } });
      assert.deepEqual(
        foreign.warnings.filter((warning) => warning.startsWith("alarms")),
        [
          "alarms: nothing is watched. The API is its owner's to watch, and no service is to have tasks. Fix: give one a desiredCount " +
            "of 1 or more, or take alarms out.",
        ],
      );
      assert.deepEqual((await run(nothing)).warnings, []);
    });

    it("nobody of silence, where nobody can ask: no service has a route", async () => {
      const services = { flask: { build: "./app", routes: [] } };
      const deployment = await run({ services, alarms: { notify: topic } });
      const metrics = ofType(deployment, metricAlarm).map(({ name }) => name.replace("monitoring-", ""));
      assert.deepEqual(metrics.sort(), [
        ...["errors", "flask-cpu", "flask-memory", "flask-restarts", "flask-running", "latency"],
      ]);
      const dashboard = await run({ services, alarms: { notify: topic }, dashboard: true });
      assert.ok(!JSON.stringify(dashboard.resources).includes(".idle"));
    });

    it("nobody without an address, and says so", async () => {
      const deployment = await run({ alarms: {} });
      assert.deepEqual(deployment.warnings, [
        "alarms.notify: nobody is told. The alarms can be seen in CloudWatch alone. Fix: name an SNS topic or an e-mail address.",
      ]);
      const { alarmActions, okActions } = find(deployment, compositeAlarm, "monitoring-outage").inputs;
      assert.deepEqual([alarmActions, okActions], [undefined, undefined]);
      assert.equal(deployment.outputs.alarmTopic, undefined);
    });
  });

  describe("rolls back", () => {
    const service = (deployment: Deployment, name: string): Resource =>
      find(deployment, "aws:ecs/service:Service", name);

    it("the one service of an API by the API's errors, and waits for the alarm before it deploys", async () => {
      const deployment = await watched({ rollback: true, errorPercent: 2, minimumErrors: 10 });
      assert.deepEqual(alarm(deployment, "flask-rollback"), {
        name: "flask-app-fargate-dev.flask.rollback",
        metricQueries: [
          { id: "requests", ...ofApi("Count") },
          { id: "errors", ...ofApi("5xx") },
          {
            id: "value",
            expression: "IF(FILL(errors, 0) >= 30, 100 * FILL(errors, 0) / requests, 0 * requests)",
            label: "requests answered by 5xx, in per cent",
            returnData: true,
          },
        ],
        // Half of the share, and three times as many.
        ...{ comparisonOperator: "GreaterThanThreshold", threshold: 1 },
        ...{ evaluationPeriods: 1, datapointsToAlarm: 1, treatMissingData: "notBreaching" },
      });
      const flask = service(deployment, "flask");
      assert.deepEqual(flask.inputs.alarms, {
        ...{ enable: true, rollback: true, alarmNames: ["flask-app-fargate-dev.flask.rollback"] },
      });
      assert.ok(waitsFor(deployment, flask).includes("MetricAlarm monitoring-flask-rollback"));
      assert.ok(
        waitsFor(deployment, find(deployment, metricAlarm, "monitoring-flask-rollback")).includes("Api api"),
      );
      // There and back, and the time in which the alarms are looked at.
      assert.equal(flask.options.customTimeouts?.update, "45m");
    });

    it("each of several by its own routes", async () => {
      const deployment = await run({
        api: { detailedMetrics: true },
        services: two,
        alarms: { notify: topic, rollback: true },
      });
      const any = { Method: "ANY", Resource: "/" };
      const item = { Method: "GET", Resource: "/items/{id}" };
      const { metricQueries } = alarm(deployment, "flask-rollback");
      assert.deepEqual(metricQueries, [
        { id: "r1", ...ofApi("Count", any) },
        { id: "r2", ...ofApi("Count", item) },
        { id: "e1", ...ofApi("5xx", any) },
        { id: "e2", ...ofApi("5xx", item) },
        {
          id: "value",
          expression:
            "IF(SUM([FILL(e1, 0), FILL(e2, 0)]) >= 9, 100 * SUM([FILL(e1, 0), FILL(e2, 0)]) / SUM([FILL(r1, 0), FILL(r2, 0)]), 0 * SUM([r1, r2]))",
          label: "requests answered by 5xx, in per cent",
          returnData: true,
        },
      ]);
      const [first] = alarm(deployment, "reports-rollback").metricQueries as object[];
      assert.deepEqual(first, { id: "requests", ...ofApi("Count", { Method: "ANY", Resource: "/reports" }) });
    });

    it("by as many alarms as its routes take, none of which reads too many metrics", async () => {
      const routes = ["a", "b", "c", "d", "e", "f"].map((path) => `GET /${path}`);
      const deployment = await watched({ rollback: true }, { routes }, { api: { detailedMetrics: true } });
      assert.deepEqual(service(deployment, "flask").inputs.alarms, {
        ...{ enable: true, rollback: true },
        alarmNames: ["flask-app-fargate-dev.flask.rollback", "flask-app-fargate-dev.flask.rollback-2"],
      });
    });

    it("and tells of each of several, and where the API is another's; of one the API's errors tell", async () => {
      const told = async (config: object, options: object = {}): Promise<string[]> => {
        const deployment = await run({ alarms: { notify: topic, rollback: true }, ...config }, options);
        const rule = find(deployment, compositeAlarm, "monitoring-outage").inputs.alarmRule as string;
        return [...rule.matchAll(/\.([a-z]+)\.rollback"/g)].map(([, name]) => name!);
      };
      assert.deepEqual(await told({ services: { flask: { build: "./app" } } }), []);
      assert.deepEqual(await told({ api: { detailedMetrics: true }, services: two }), ["flask", "reports"]);
      const stacks = { dev: toConfig({ "aws:region": "eu-west-2", api: { detailedMetrics: true } }) };
      const share = { share: { stack: "dev", prefix: "/pr-7" }, services: { flask: { build: "./app" } } };
      assert.deepEqual(await told(share, { stack: "pr-7", stacks }), ["flask"]);
    });

    it("by the routes that preflights have left of one", async () => {
      const deployment = await watched(
        { rollback: true },
        { routes: ["ANY /a"] },
        {
          api: { auth: "iam", detailedMetrics: true, cors: { allowOrigins: ["https://example.com"] } },
        },
      );
      const read = (name: string): unknown[] =>
        (alarm(deployment, name).metricQueries as { metric?: { dimensions: { Method: string } } }[]).flatMap(
          ({ metric }) => metric?.dimensions.Method ?? [],
        );
      const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
      assert.deepEqual(read("flask-rollback"), [...methods, ...methods]);
      assert.deepEqual(read("flask-rollback-2"), ["HEAD", "HEAD"]);
    });

    it("nothing of a service that no route leads to", async () => {
      const services = { flask: { build: "./app" }, worker: { build: "./app", routes: [] } };
      const deployment = await run({ services, alarms: { notify: topic, rollback: true } });
      assert.deepEqual(service(deployment, "worker").inputs.alarms, {
        ...{ enable: false, rollback: false, alarmNames: [] },
      });
      assert.equal(service(deployment, "worker").options.customTimeouts?.update, "20m");
    });
  });

  describe("is refused where it would not work:", () => {
    const cases: [what: string, values: object, problem: string][] = [
      [
        "a topic of another Region",
        { alarms: { notify: "arn:aws:sns:us-east-1:111122223333:oncall" } },
        'alarms.notify: got "arn:aws:sns:us-east-1:111122223333:oncall". Allowed: a topic in eu-west-2: an alarm tells no other ' +
          "Region. Fix: name one that is there, or an e-mail address.",
      ],
      [
        "a target twice",
        { alarms: { notify: [topic, topic] } },
        `alarms.notify.1: got "${topic}". Allowed: each once. Fix: take it out.`,
      ],
      [
        "an address twice, in other letters",
        {
          alarms: {
            notify: ["oncall@example.com", topic, topic.replace("oncall", "OnCall"), "OnCall@Example.com"],
          },
        },
        'alarms.notify.3: got "OnCall@Example.com". Allowed: each once: it is alarms.notify.0 in other letters. Fix: take it out.',
      ],
      [
        "a FIFO topic",
        { alarms: { notify: [`${topic}.fifo`] } },
        `alarms.notify.0: got "${topic}.fifo". Allowed: one or up to 5 of arn:aws:sns:…:<topic> and name@example.com. Fix: use an ` +
          "allowed value.",
      ],
      [
        "rollback by the API's errors where two services share it",
        { services: two, alarms: { notify: topic, rollback: true } },
        "alarms.rollback: got true. Allowed: true with one service behind the API, or with metrics by route: flask, reports share " +
          "it, and one would be rolled back for another's errors. Fix: write api.detailedMetrics: true, which CloudWatch bills by " +
          "route, or take it out.",
      ],
      [
        "rollback in somebody else's API",
        {
          api: { existingId: "a1b2c3" },
          services: { flask: { build: "./app", routes: [{ key: "ANY /a", auth: "none" }] } },
          alarms: { notify: topic, rollback: true },
        },
        "alarms.rollback: got true. Allowed: false with api.existingId: whether the stage of somebody else's API sends metrics by " +
          "route cannot be looked up, and by the API's a service would be rolled back for others' errors. Fix: take it out.",
      ],
      [
        "rollback by what $default is called in metrics",
        {
          api: { detailedMetrics: true },
          services: { flask: { build: "./app", routes: ["$default"] } },
          alarms: { notify: topic, rollback: true },
        },
        'services.flask.routes.0: got "$default". Allowed: with alarms.rollback routes with a method and a path: AWS does not say ' +
          "what $default is called in metrics by route. Fix: write ANY / and ANY /{proxy+}.",
      ],
      [
        "a threshold that is none",
        { alarms: { notify: topic, errorPercent: 0 } },
        "alarms.errorPercent: got 0. Allowed: 0.1–99. Fix: use an allowed value, or leave it out for 5.",
      ],
      ...(
        [
          ["errorPercent", 100, "0.1–99", 5],
          ["latencyMilliseconds", 30_000, "1–29000", 3000],
          ["cpuPercent", 100, "1–99", 90],
          ["memoryPercent", 100, "1–99", 90],
        ] as const
      ).map(([key, got, allowed, standard]): [string, object, string] => [
        `${key} that nothing is beyond, so that its alarm would never fire`,
        { alarms: { notify: topic, [key]: got } },
        `alarms.${key}: got ${got}. Allowed: ${allowed}. Fix: use an allowed value, or leave it out for ${standard}.`,
      ]),
      [
        "rollback without a route, where nothing would ever be rolled back",
        {
          services: { flask: { build: "./app", routes: [] } },
          alarms: { notify: topic, rollback: true },
        },
        "alarms.rollback: got true. Allowed: true where a service has a route: by its errors alone a version is judged. Fix: take " +
          "it out, or give a service a route.",
      ],
      [
        "a key that is none",
        { alarms: { notify: topic, treshold: 1 } },
        "alarms.treshold: unknown key. Allowed: notify, rollback, errorPercent, minimumErrors, latencyMilliseconds, cpuPercent, " +
          "memoryPercent, restarts. Fix: take it out.",
      ],
    ];
    for (const [what, values, problem] of cases) {
      it(what, async () => assert.deepEqual(await problemsOf(values), [problem]));
    }

    it("names that are too long for the rule that counts restarts", async () => {
      const services = { ["a".repeat(32)]: { build: "./app" } };
      const long = { services, alarms: { notify: topic } };
      assert.deepEqual(await problemsOf(long, { stack: "pull-request" }), [
        `services.${"a".repeat(32)}: flask-app-fargate-pull-request.${"a".repeat(32)}.restarts, 72 characters, is to be the rule ` +
          "that counts its restarts. Allowed: 64 characters where there are alarms or a dashboard. Fix: shorten the name of the " +
          "service, the stack or the project, or take alarms and dashboard out.",
      ]);
    });
  });
});

function of5Minutes(metricName: string): object {
  const { metric } = ofApi(metricName) as { metric: object };
  return { ...metric, period: 300 };
}
