import assert from "node:assert/strict";
import { Engine, EngineStack, line, Step, succeeded } from "./support/engine";

const flask = (service: object = {}): Record<string, unknown> => ({
  "aws:region": "eu-west-2",
  services: { flask: { build: "./app", ...service } },
});
const lines = (steps: Step[]): string[] => steps.map(line).sort();

/** What stands beside the ECS service, with its alarm. */
const byAlarm = (what: string): string[] => [
  `aws:appautoscaling/policy:Policy flask-${what}`,
  `aws:cloudwatch/metricAlarm:MetricAlarm flask-${what}`,
];
const target = "aws:appautoscaling/target:Target flask";
const ecsService = "aws:ecs/service:Service";

describe("scaling and sleep under Pulumi's engine", () => {
  const engine = new Engine();
  let stack: EngineStack;
  before(async () => {
    stack = await engine.stack("dev");
  });
  after(() => engine.stop());

  /** What Application Auto Scaling does to a thing of the stack, of which Pulumi knows nothing. */
  const setByAws = (type: string, values: object): void => {
    const thing = engine.cloud.all.find((each) => each.type === type)!;
    engine.cloud.place({
      ...thing,
      inputs: { ...thing.inputs, ...values },
      outputs: { ...thing.outputs, ...values },
    });
  };

  it("that come and go change nothing of the tasks", async () => {
    const there = await stack.transition(flask(), flask({ sleep: {} }));
    assert.deepEqual(
      lines(there),
      [target, ...byAlarm("sleep"), ...byAlarm("wake")].map((one) => `create ${one}`).sort(),
    );
    const back = await stack.transition(flask({ sleep: {} }), flask());
    assert.deepEqual(
      lines(back),
      [target, ...byAlarm("sleep"), ...byAlarm("wake")].map((one) => `delete ${one}`).sort(),
    );
  });

  it("a service that is asleep: a plain preview finds nothing to do, and an update after a refresh wakes it with the new version", async () => {
    await stack.transition(flask(), flask({ sleep: {} }));
    setByAws(ecsService, { desiredCount: 0 });
    assert.deepEqual(succeeded(await stack.preview("--expect-no-changes")).steps, []);

    stack.configure(flask({ sleep: {}, memory: 1024 }));
    const blind = succeeded(await stack.up()).steps.find(({ type }) => type === ecsService);
    assert.deepEqual(blind?.changed, ["taskDefinition"], "it stays asleep, as nobody knows of it");

    setByAws(ecsService, { desiredCount: 0 });
    stack.configure(flask({ sleep: {}, memory: 2048 }));
    const seen = succeeded(await stack.up("--refresh")).steps.filter(
      ({ op, type }) => op === "update" && type === ecsService,
    );
    assert.deepEqual(seen.at(-1)?.changed, ["desiredCount", "taskDefinition"]);
    const service = engine.cloud.all.find(({ type }) => type === ecsService)!;
    assert.equal(service.inputs.desiredCount, 1);
  });

  it("bounds that the clock has set stay through an update after a refresh", async () => {
    const schedule = [{ expression: "cron(0 7 * * ? *)", min: 4, max: 8 }];
    const scaled = (memory: number): Record<string, unknown> =>
      flask({ memory, scaling: { min: 2, max: 4, schedule } });
    await stack.transition(flask(), scaled(512));
    setByAws("aws:appautoscaling/target:Target", { minCapacity: 4, maxCapacity: 8 });
    stack.configure(scaled(1024));
    succeeded(await stack.up("--refresh"));
    const { inputs } = engine.cloud.all.find(({ type }) => type === "aws:appautoscaling/target:Target")!;
    assert.deepEqual([inputs.minCapacity, inputs.maxCapacity], [4, 8]);
    assert.deepEqual(succeeded(await stack.preview("--expect-no-changes")).steps, []);
  });
});
