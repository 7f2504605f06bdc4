import assert from "node:assert/strict";
import { join } from "node:path";
import { noOptions, type Deployment, type Resource } from "../../../simulate/deployment";
import { ProcessRunner } from "../../local/fargate/processes";
import { startStack, type LocalStack } from "../../local/stack";
import { tinyApp, tinyHealthCheck, type TinyApp } from "./app";
import { fixture } from "./fixture";
import { get, until } from "./http";

/** The fixture's service, with what the program makes of `sleep: {after: 10m}`. */
function sleeping(): Deployment {
  const deployment = fixture({ context: "app", healthCheck: tinyHealthCheck });
  const service = deployment.resources.find(({ type }) => type === "aws:ecs/service:Service")!;
  const cluster = String(service.inputs.cluster).split("/").pop();
  const resourceId = `service/${cluster}/${String(service.outputs.name)}`;
  const add = (type: string, name: string, inputs: Record<string, unknown>, outputs: object = {}): void => {
    const extra: Resource = {
      ...service,
      ...{ urn: `urn:pulumi:test::fixture::${type}::${name}`, type, name, inputs },
      ...{ outputs: { ...inputs, ...outputs }, options: noOptions },
    };
    deployment.resources.push(extra);
  };
  add("aws:appautoscaling/target:Target", "web", { resourceId, minCapacity: 0, maxCapacity: 1 });
  for (const [name, tasks, comparisonOperator, evaluationPeriods] of [
    ["sleep", 0, "LessThanThreshold", 10],
    ["wake", 1, "GreaterThanOrEqualToThreshold", 3],
  ] as const) {
    add(
      "aws:appautoscaling/policy:Policy",
      `web-${name}`,
      { resourceId, stepScalingPolicyConfiguration: { stepAdjustments: [{ scalingAdjustment: tasks }] } },
      { arn: `arn:${name}` },
    );
    const alarmActions = [`arn:${name}`];
    add("aws:cloudwatch/metricAlarm:MetricAlarm", `web-${name}`, {
      ...{ comparisonOperator, evaluationPeriods, alarmActions, metricQueries: [] },
    });
  }
  return deployment;
}

describe("the local stack with a service that sleeps", () => {
  let app: TinyApp;
  let stack: LocalStack | undefined;
  beforeEach(() => (app = tinyApp()));
  afterEach(async () => {
    await stack?.close();
    app.remove();
  });

  it("has no task while nobody asks, answers the first request by 503, and is awake a while later", async () => {
    const said: string[] = [];
    // Ten minutes take six seconds.
    const second = 10;
    stack = await startStack({
      ...{ deployment: sleeping(), project: app.folder, watch: false, second, alarmSeconds: 60 },
      runner: (metadata) =>
        Promise.resolve(
          new ProcessRunner({
            ...{
              project: app.folder,
              state: join(app.folder, ".local"),
              region: "eu-west-2",
              metadata,
              second,
            },
            progress: () => undefined,
          }),
        ),
      scheduler: { eagerness: 0.05, backoff: () => 0.05 },
      events: {
        progress: (message) => said.push(message),
        trouble: () => undefined,
        accessLog: () => undefined,
        output: () => undefined,
        taskChanged: () => undefined,
        rolloutChanged: () => undefined,
      },
    });
    await stack.deployed;
    const { port, ecs } = stack;
    assert.equal((await get(port, "/pid")).status, 200);
    const [scheduler] = ecs.schedulers.values();
    await until(() => scheduler!.tasks.size === 0);
    assert.equal((await get(port, "/pid")).status, 503);
    await until(async () => (await get(port, "/pid")).status === 200);
    assert.deepEqual(said.slice(-2), [
      "web: nobody asked for 10 minutes: it goes to sleep, and the next request wakes it",
      "web: somebody asks: it wakes in 60 s, when its alarm has seen the request",
    ]);
  }).timeout(60_000);
});
