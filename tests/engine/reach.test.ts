import assert from "node:assert/strict";
import { Thing } from "../../simulate/cloud";
import { Engine, EngineStack, line, Step, succeeded } from "./support/engine";

const orders = { build: "./examples/echo", port: 8000, routes: ["GET /orders"] };
const shop = (flask: object = {}, changed: object = {}): Record<string, unknown> => ({
  "aws:region": "eu-west-2",
  services: { flask: { build: "./app", ...flask }, orders: { ...orders, ...changed } },
});
const reaching = { reach: [{ service: "orders" }] };

type Of = (type: string) => Thing[];
type Variables = { environment?: { name: string; value: string }[] }[];

/**
 * What finds nobody in an account as it is. A deployment of ECS has its new tasks in the registry that the service names by
 * then, and its old ones nowhere: a registry that no service names is empty.
 */
function unserved(all: readonly Thing[]): string[] {
  const of: Of = (type) => all.filter((thing) => thing.type === type);
  const services = of("aws:ecs/service:Service");
  const registries = of("aws:servicediscovery/service:Service");
  const registered = (arn: unknown): boolean =>
    registries.some(({ outputs }) => outputs.arn === arn) &&
    services.some(({ inputs }) => (inputs.serviceRegistries as { registryArn: string }).registryArn === arn);
  const routes = of("aws:apigatewayv2/integration:Integration")
    .filter(({ inputs }) => !registered(inputs.integrationUri))
    .map(({ resource }) => `integration ${resource}`);
  return [...routes, ...services.flatMap((service) => unreachable(service, of, registered))];
}

/** The addresses that a service's tasks are told, and at which nobody answers. */
function unreachable(service: Thing, of: Of, registered: (arn: unknown) => boolean): string[] {
  const definition = of("aws:ecs/taskDefinition:TaskDefinition").find(
    ({ outputs }) => outputs.arn === service.inputs.taskDefinition,
  );
  const containers = JSON.parse(String(definition?.inputs.containerDefinitions)) as Variables;
  return containers
    .flatMap(({ environment = [] }) => environment)
    .filter(({ name }) => name.endsWith("_URL"))
    .filter(({ value }) => {
      const { hostname, port } = new URL(value);
      const [label] = hostname.split(".");
      const registry = of("aws:servicediscovery/service:Service").find(({ inputs }) => inputs.name === label);
      return (
        !registry || !registered(registry.outputs.arn) || !admitted(service, registry, Number(port || 80), of)
      );
    })
    .map(({ value }) => `${service.resource} at ${value}`);
}

/** Whether the rules on both sides let a service's tasks through to those in a registry. */
function admitted(from: Thing, registry: Thing, port: number, of: Of): boolean {
  const groupsOf = ({ inputs }: Thing): string[] =>
    (inputs.networkConfiguration as { securityGroups: string[] }).securityGroups;
  const callee = of("aws:ecs/service:Service").find(
    ({ inputs }) =>
      (inputs.serviceRegistries as { registryArn: string }).registryArn === registry.outputs.arn,
  )!;
  const permits = (direction: string, own: Thing, peer: Thing): boolean =>
    of(`aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`).some(
      ({ inputs }) =>
        groupsOf(own).includes(String(inputs.securityGroupId)) &&
        groupsOf(peer).includes(String(inputs.referencedSecurityGroupId)) &&
        inputs.fromPort === port,
    );
  return permits("Egress", from, callee) && permits("Ingress", callee, from);
}

describe("a service that others reach, under Pulumi's engine", () => {
  let watched = false;
  const lost = new Set<string>();
  const look = (): void => {
    if (watched) for (const nobody of unserved(engine.cloud.all)) lost.add(nobody);
  };
  let refused: string | undefined;
  const engine: Engine = new Engine({
    before: ({ method, type, urn }) => {
      look();
      if (refused === `${method} ${type} ${urn.split("::").pop()}`)
        throw new Error("its tasks are never healthy");
    },
  });
  let stack: EngineStack;
  before(async () => {
    stack = await engine.stack("dev");
  });
  after(() => engine.stop());

  /** The steps of a transition in which whatever was found before is found at every moment. */
  async function withoutGap(from: Record<string, unknown>, to: Record<string, unknown>): Promise<Step[]> {
    watched = false;
    lost.clear();
    stack.configure(from);
    succeeded(await stack.up());
    watched = true;
    stack.configure(to);
    const { steps } = succeeded(await stack.up());
    look();
    assert.deepEqual([...lost], []);
    succeeded(await stack.preview("--expect-no-changes"));
    return steps;
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
    const steps = await withoutGap(shop(), shop(reaching));
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
    const steps = await withoutGap(shop(reaching), shop(reaching, { port: 8001 }));
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
    const steps = await withoutGap(shop(reaching), shop());
    inOrder(steps, ...moved);
    inOrder(
      steps,
      "update aws:ecs/service:Service flask",
      "delete aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule flask--orders-8000",
    );
  });

  it("is left as it was where its second self never becomes healthy, and completed by the next update", async () => {
    watched = false;
    lost.clear();
    stack.configure(shop());
    succeeded(await stack.up());
    const registriesOf = (type: string): unknown[] =>
      engine.cloud.all
        .filter((thing) => thing.type === type && thing.resource.endsWith("orders"))
        .map(({ inputs }) => inputs.integrationUri ?? inputs.serviceRegistries);
    const integration = "aws:apigatewayv2/integration:Integration";
    const before = registriesOf(integration);
    watched = true;
    refused = "create aws:ecs/service:Service orders";
    stack.configure(shop(reaching));
    const failed = await stack.up();
    assert.notEqual(failed.code, 0);
    assert.match(failed.printed, /its tasks are never healthy/);
    assert.deepEqual(registriesOf(integration), before);
    assert.ok(!failed.steps.some(({ name, type }) => name === "flask" && type === "aws:ecs/service:Service"));
    refused = undefined;
    succeeded(await stack.up());
    look();
    assert.deepEqual([...lost], []);
    assert.notDeepEqual(registriesOf(integration), before);
    succeeded(await stack.preview("--expect-no-changes"));
  });

  it("changes in place like every other, and its callers are left alone", async () => {
    const steps = await withoutGap(shop(reaching), shop(reaching, { desiredCount: 2 }));
    assert.deepEqual(steps.map(line), ["update aws:ecs/service:Service orders"]);
  });

  it("would be missed, had its tasks moved to another registry in place", async () => {
    watched = false;
    stack.configure(shop(reaching));
    succeeded(await stack.up());
    assert.deepEqual(unserved(engine.cloud.all), []);
    const alone = engine.cloud.all.map((thing) =>
      thing.type === "aws:ecs/service:Service" && thing.resource === "orders"
        ? { ...thing, inputs: { ...thing.inputs, serviceRegistries: { registryArn: "another" } } }
        : thing,
    );
    assert.deepEqual(unserved(alone), [
      "integration api-orders",
      "flask at http://orders-8000.dev.flask-app-fargate.internal:8000",
    ]);
  });

  it("may reach its caller in turn, from the first update on, and all go together", async () => {
    const both = shop(reaching, { reach: [{ service: "flask" }] });
    watched = false;
    stack.configure(both);
    succeeded(await stack.up());
    assert.deepEqual(unserved(engine.cloud.all), []);
    succeeded(await stack.preview("--expect-no-changes"));
    succeeded(await stack.destroy());
    assert.deepEqual((await stack.state()).resources, []);
  });
});
