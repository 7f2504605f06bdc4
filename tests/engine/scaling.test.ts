import assert from "node:assert/strict";
import type { Thing } from "../../simulate/thing";
import { Engine, EngineStack, succeeded } from "./support/engine";
import { line, type Step } from "./support/events";

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

/** What Application Auto Scaling does to a thing of the stack, of which Pulumi knows nothing. */
function setByAws({ cloud }: Engine, type: string, values: object): void {
  const thing = one({ cloud }, type);
  cloud.place({
    ...thing,
    inputs: { ...thing.inputs, ...values },
    outputs: { ...thing.outputs, ...values },
  });
}
const one = ({ cloud }: Pick<Engine, "cloud">, type: string): Thing =>
  cloud.all.find((thing) => thing.type === type)!;

describe("scaling and sleep under Pulumi's engine", () => {
  const engine = new Engine({ warm: true });
  let stack: EngineStack;
  before(async () => {
    stack = await engine.stack("dev");
  });
  after(() => engine.stop());

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
});

/** The project file has AWS asked before each: Pulumi.yaml, options. */
describe("plain pulumi up, preview and destroy", () => {
  const engine = new Engine({ warm: true });
  let stack: EngineStack;
  before(async () => {
    stack = await engine.stack("dev", { config: flask({ sleep: {} }), refreshes: true });
    succeeded(await stack.up());
  });
  after(() => engine.stop());

  const count = (): unknown => one(engine, ecsService).inputs.desiredCount;
  const deploy = async (service: object): Promise<string[] | undefined> => {
    stack.configure(flask(service));
    const { steps } = succeeded(await stack.up());
    return steps.find(({ type }) => type === ecsService)?.changed;
  };
  const nothingToDo = async (): Promise<void> => {
    const { steps, all } = succeeded(await stack.preview("--expect-no-changes"));
    assert.deepEqual(steps.map(line), []);
    assert.ok(all.some(({ op }) => op === "refresh"));
  };

  it("show nothing to do while the service is awake", nothingToDo);

  it("wake a service that is asleep with the new version, and wait for it", async () => {
    setByAws(engine, ecsService, { desiredCount: 0 });
    assert.deepEqual(await deploy({ sleep: {}, memory: 1024 }), ["desiredCount", "taskDefinition"]);
    assert.equal(count(), 1);
    assert.equal(one(engine, ecsService).inputs.waitForSteadyState, true);
    await nothingToDo();
  });

  it("say of one that is asleep, and has not changed, that it would be woken", async () => {
    setByAws(engine, ecsService, { desiredCount: 0 });
    const { steps, printed } = succeeded(await stack.preview("--diff"));
    assert.deepEqual(
      steps.map((step) => [line(step), step.changed]),
      [[`update ${ecsService} flask`, ["desiredCount"]]],
    );
    assert.match(printed, /desiredCount: 0 => 1/);
    assert.equal(count(), 0);
    succeeded(await stack.up());
    assert.equal(count(), 1);
    await nothingToDo();
  });

  it("leave one asleep with --refresh=false, and say nothing of it", async () => {
    setByAws(engine, ecsService, { desiredCount: 0 });
    assert.deepEqual(succeeded(await stack.preview("--expect-no-changes", "--refresh=false")).steps, []);
    stack.configure(flask({ sleep: {}, memory: 2048 }));
    const { steps } = succeeded(await stack.up("--refresh=false"));
    assert.deepEqual(steps.find(({ type }) => type === ecsService)?.changed, ["taskDefinition"]);
  });

  it("wake one whose sleep is taken out", async () => {
    setByAws(engine, ecsService, { desiredCount: 0 });
    assert.deepEqual(await deploy({ memory: 2048 }), ["desiredCount"]);
    assert.equal(count(), 1);
    await nothingToDo();
  });

  const schedule = [{ expression: "cron(0 7 * * ? *)", min: 4, max: 8 }];
  it("leave the number that scaling has set, and the bounds that the clock has", async () => {
    const scaling = { min: 2, max: 4, schedule };
    await deploy({ scaling });
    setByAws(engine, "aws:appautoscaling/target:Target", { minCapacity: 4, maxCapacity: 8 });
    setByAws(engine, ecsService, { desiredCount: 6 });
    await nothingToDo();
    assert.deepEqual(await deploy({ scaling, memory: 1024 }), ["taskDefinition"]);
    const { minCapacity, maxCapacity } = one(engine, "aws:appautoscaling/target:Target").inputs;
    assert.deepEqual([count(), minCapacity, maxCapacity], [6, 4, 8]);
    await nothingToDo();
  });

  it("set the bounds and the number back where the schedule and scaling are taken out", async () => {
    await deploy({ scaling: { min: 2, max: 4, schedule }, memory: 1024 });
    setByAws(engine, "aws:appautoscaling/target:Target", { minCapacity: 4, maxCapacity: 8 });
    setByAws(engine, ecsService, { desiredCount: 6 });
    await deploy({ scaling: { min: 2, max: 4 }, memory: 1024 });
    const { minCapacity, maxCapacity } = one(engine, "aws:appautoscaling/target:Target").inputs;
    assert.deepEqual([minCapacity, maxCapacity], [2, 4]);
    assert.deepEqual(await deploy({ memory: 1024 }), ["deploymentMaximumPercent", "desiredCount"]);
    assert.equal(count(), 1);
    await nothingToDo();
  });

  it("make again what somebody has deleted by hand", async () => {
    const type = "aws:cloudwatch/logGroup:LogGroup";
    const { id } = engine.cloud.all.find((thing) => thing.type === type && thing.resource === "flask")!;
    engine.cloud.delete(type, id);
    const { steps } = succeeded(await stack.up());
    assert.ok(lines(steps).includes(`create ${type} flask`));
    await nothingToDo();
  });

  it("destroy a stack with a service that is asleep", async () => {
    setByAws(engine, ecsService, { desiredCount: 0 });
    succeeded(await stack.destroy());
    assert.deepEqual((await stack.state()).resources, []);
  });
});
