import assert from "node:assert/strict";
import type { Change } from "../../../simulate/cloud";
import type { Thing } from "../../../simulate/thing";
import { Engine, EngineStack, succeeded } from "../../../tests/engine/support/engine";
import { line, type Step } from "../../../tests/engine/support/events";
import { watch } from "./support/moments";

const orders = { build: "./examples/echo", port: 8000, routes: ["GET /orders"] };
const shop = (flask: object = {}, changed: object = {}): Record<string, unknown> => ({
  "aws:region": "eu-west-2",
  services: { flask: { build: "./app", ...flask }, orders: { ...orders, ...changed } },
});
const reaching = { reach: [{ service: "orders" }] };

describe("a service that others reach, under Pulumi's engine", () => {
  let refused: string | undefined;
  const engine: Engine = new Engine({
    before: ({ method, type, urn }) => {
      if (refused === `${method} ${type} ${urn.split("::").pop()}`)
        throw new Error("its tasks are never healthy");
    },
  });
  let stack: EngineStack;
  before(async () => {
    stack = await engine.stack("dev");
  });
  after(() => engine.stop());

  async function bring(config: Record<string, unknown>): Promise<void> {
    stack.configure(config);
    succeeded(await stack.up());
  }

  /** Whatever was found before is found at every moment of what is done. */
  async function withoutGap<T>(done: () => Promise<T>): Promise<T> {
    const things = engine.cloud.all.map((thing) => ({ ...thing, outputs: { ...thing.outputs } }));
    const changes: Change[] = [];
    engine.cloud.watch = (change) => void changes.push(change);
    const result = await done();
    engine.cloud.watch = undefined;
    const { interruptions, stuck } = watch(things, changes, []);
    assert.deepEqual([interruptions, stuck], [[], []]);
    succeeded(await stack.preview("--expect-no-changes"));
    return result;
  }

  /** The steps of a transition without a gap. */
  async function from(before: Record<string, unknown>, to: Record<string, unknown>): Promise<Step[]> {
    await bring(before);
    stack.configure(to);
    return (await withoutGap(async () => succeeded(await stack.up()))).steps;
  }

  /** The new ones first, then what leads to them, and the old ones last. */
  function inOrder(steps: Step[], ...wanted: string[]): void {
    const done = steps.map(line);
    const places = wanted.map((step) => done.indexOf(step));
    assert.ok(
      places.every((place, i) => place >= 0 && (i === 0 || place > places[i - 1]!)),
      `${wanted.join("\n")}\nis not the order of\n${done.join("\n")}`,
    );
  }
  const moved = [
    "create-replacement aws:servicediscovery/service:Service cluster-orders",
    "create-replacement aws:ecs/service:Service orders",
    "update aws:apigatewayv2/integration:Integration api-orders",
    "delete-replaced aws:ecs/service:Service orders",
    "delete-replaced aws:servicediscovery/service:Service cluster-orders",
  ];

  it("gets a second name in a live stack: new tasks first, then the API and the callers, and the old ones last", async () => {
    const steps = await from(shop(), shop(reaching));
    inOrder(steps, ...moved);
    inOrder(
      steps,
      "create aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule flask--orders-8000",
      "update aws:ecs/service:Service flask",
      "delete-replaced aws:ecs/service:Service orders",
    );
    inOrder(
      steps,
      "create-replacement aws:ecs/service:Service orders",
      "update aws:ecs/service:Service flask",
    );
  });

  it("is followed by its callers to another port", async () => {
    const steps = await from(shop(reaching), shop(reaching, { port: 8001 }));
    inOrder(steps, ...moved);
    inOrder(
      steps,
      "create-replacement aws:ecs/service:Service orders",
      "update aws:ecs/service:Service flask",
      "delete-replaced aws:ecs/service:Service orders",
      "delete aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule flask--orders-8000",
    );
  });

  it("has its first name again when nobody reaches it any more: callers go before what they called", async () => {
    const steps = await from(shop(reaching), shop());
    inOrder(steps, ...moved);
    inOrder(
      steps,
      "update aws:ecs/service:Service flask",
      "delete aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule flask--orders-8000",
    );
  });

  it("is left as it was where its second self never becomes healthy, and completed by the next update", async () => {
    await bring(shop());
    const registriesOf = (type: string): unknown[] =>
      engine.cloud.all
        .filter((thing) => thing.type === type && thing.resource.endsWith("orders"))
        .map(({ inputs }) => inputs.integrationUri ?? inputs.serviceRegistries);
    const integration = "aws:apigatewayv2/integration:Integration";
    const before = registriesOf(integration);
    stack.configure(shop(reaching));
    await withoutGap(async () => {
      refused = "create aws:ecs/service:Service orders";
      const failed = await stack.up();
      assert.notEqual(failed.code, 0);
      assert.match(failed.printed, /its tasks are never healthy/);
      assert.deepEqual(registriesOf(integration), before);
      assert.ok(
        !failed.steps.some(({ name, type }) => name === "flask" && type === "aws:ecs/service:Service"),
      );
      refused = undefined;
      succeeded(await stack.up());
    });
    assert.notDeepEqual(registriesOf(integration), before);
  });

  it("changes in place like every other, and its callers are left alone", async () => {
    const steps = await from(shop(reaching), shop(reaching, { desiredCount: 2 }));
    assert.deepEqual(steps.map(line), ["update aws:ecs/service:Service orders"]);
  });

  it("would be missed, had its tasks moved to another registry in place", async () => {
    await bring(shop(reaching));
    const all = engine.cloud.all;
    const orders = all.find(
      ({ type, resource }) => type === "aws:ecs/service:Service" && resource === "orders",
    )!;
    const move = (registryArn: unknown): Change => {
      const serviceRegistries = { ...(orders.inputs.serviceRegistries as object), registryArn };
      return { op: "update", thing: { ...orders, inputs: { ...orders.inputs, serviceRegistries } } };
    };
    const own = (orders.inputs.serviceRegistries as Thing["inputs"]).registryArn;
    const { interruptions } = watch(all, [move("another"), move(own)], []);
    assert.deepEqual(
      interruptions.map(({ address, why }) => `${address}: ${why}`),
      [
        "local-api/$default GET /orders: no ECS service registers in the integration's Cloud Map service",
        "flask calls ORDERS_URL: no service registers there",
      ],
    );
  });

  it("may reach its caller in turn, from the first update on, and all go together", async () => {
    const both = shop(reaching, { reach: [{ service: "flask" }] });
    await bring(shop());
    stack.configure(both);
    await withoutGap(() => stack.up());
    succeeded(await stack.preview("--expect-no-changes"));
    succeeded(await stack.destroy());
    assert.deepEqual((await stack.state()).resources, []);
  });
});
