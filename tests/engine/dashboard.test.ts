import assert from "node:assert/strict";
import type { Thing } from "../../simulate/thing";
import { Engine, EngineStack, succeeded } from "./support/engine";
import { line, type Step } from "./support/events";

const dashboard = "aws:cloudwatch/dashboard:Dashboard";
const rule = "aws:cloudwatch/eventRule:EventRule";
const config = (values: object = {}, services: object = {}): Record<string, unknown> => ({
  "aws:region": "eu-west-2",
  services: { flask: { build: "./app" }, ...services },
  ...values,
});
const shown = config({ dashboard: true });
const lines = (steps: Step[]): string[] => steps.map(line).sort();

describe("a dashboard under Pulumi's engine", () => {
  const engine = new Engine();
  let stack: EngineStack;
  before(async () => {
    stack = await engine.stack("dev", { refreshes: true });
  });
  after(() => engine.stop());

  const page = (): Thing => engine.cloud.all.find(({ type }) => type === dashboard)!;
  const body = (): string => page().inputs.dashboardBody as string;
  const nothingToDo = async (): Promise<void> =>
    assert.deepEqual(succeeded(await stack.preview("--expect-no-changes")).steps.map(line), []);

  it("comes up beside a stack, of which nothing else changes, and names what AWS has made", async () => {
    const steps = await stack.transition(config(), shown);
    assert.deepEqual(lines(steps), [
      `create ${dashboard} dashboard`,
      ...["deploys", "failures"].map((what) => `create ${rule} dashboard-flask-${what}`),
      "create fargate-app:monitoring:Dashboard dashboard",
    ]);
    const api = engine.cloud.all.find(({ type }) => type === "aws:apigatewayv2/api:Api")!;
    assert.ok(body().includes(`"${api.id}"`));
    assert.equal(page().inputs.dashboardName, "flask-app-fargate-dev");
  });

  it("then has nothing to change, in the program or in AWS", nothingToDo);

  it("is changed in place by what is added to the stack", async () => {
    const [{ id }, before] = [page(), body()];
    assert.ok(!before.includes("reports"));
    stack.configure(config({ dashboard: true }, { reports: { build: "./app", routes: ["ANY /reports"] } }));
    const { steps } = succeeded(await stack.up());
    const own = steps.filter(({ type }) => type === dashboard);
    assert.deepEqual(
      own.map((step) => [line(step), step.changed, step.replacedFor]),
      [[`update ${dashboard} dashboard`, ["dashboardBody"], []]],
    );
    assert.equal(page().id, id);
    assert.ok(body().includes("reports"));
    await nothingToDo();
  });

  it("is put back where somebody edited it by hand", async () => {
    const wanted = body();
    const edited = { dashboardBody: JSON.stringify({ widgets: [] }) };
    const thing = page();
    engine.cloud.place({
      ...thing,
      inputs: { ...thing.inputs, ...edited },
      outputs: { ...thing.outputs, ...edited },
    });
    assert.deepEqual(lines(succeeded(await stack.up()).steps), [`update ${dashboard} dashboard`]);
    assert.equal(body(), wanted);
  });

  it("goes with its rules, and nothing else does", async () => {
    stack.configure(shown);
    succeeded(await stack.up());
    stack.configure(config());
    assert.deepEqual(lines(succeeded(await stack.up()).steps), [
      `delete ${dashboard} dashboard`,
      ...["deploys", "failures"].map((what) => `delete ${rule} dashboard-flask-${what}`),
      "delete fargate-app:monitoring:Dashboard dashboard",
    ]);
  });
});
