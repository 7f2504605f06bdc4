import assert from "node:assert/strict";
import { Engine, EngineStack } from "./support/engine";
import { line, type Step } from "./support/events";

const base = { "aws:region": "eu-west-2", services: { flask: { build: "./app" } } };
const jwt = { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] };
const lambda = { type: "lambda", functionArn: "arn:aws:lambda:eu-west-2:000000000000:function:keys" };

/** Asserts that these steps were done, in this order. */
function inOrder(steps: Step[], ...wanted: string[]): void {
  const done = steps.map(line);
  const places = wanted.map((step) => done.indexOf(step));
  assert.ok(
    places.every((place, i) => place >= 0 && (i === 0 || place > places[i - 1]!)),
    `${wanted.join("\n")}\nis not the order of\n${done.join("\n")}`,
  );
}

describe("an update that replaces what clients use, under Pulumi's engine", () => {
  const engine = new Engine({ warm: true });
  let stack: EngineStack;
  before(async () => {
    stack = await engine.stack("dev");
  });
  after(() => engine.stop());

  it("has the new stage, and the domain on it, before the old one goes", async () => {
    const domain = { name: "api.example.com", only: true, hostedZoneId: "Z0123456789ABCDEFGHIJ" };
    const steps = await stack.transition(
      { ...base, api: { domain } },
      { ...base, api: { domain, stage: "v1" } },
    );
    inOrder(
      steps,
      "create-replacement aws:apigatewayv2/stage:Stage api",
      "update aws:apigatewayv2/apiMapping:ApiMapping api",
      "delete-replaced aws:apigatewayv2/stage:Stage api",
    );
  });

  it("moves to another namespace with new tasks first, then the integration, and the old ones last", async () => {
    engine.cloud.create("aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace", "corp", {
      name: "corp.internal",
    });
    const steps = await stack.transition(base, { ...base, cluster: { namespace: "corp.internal" } });
    for (const type of [
      "aws:servicediscovery/service:Service cluster-flask",
      "aws:ecs/service:Service flask",
    ])
      inOrder(steps, `create-replacement ${type}`, `delete-replaced ${type}`);
    inOrder(
      steps,
      "create-replacement aws:servicediscovery/service:Service cluster-flask",
      "create-replacement aws:ecs/service:Service flask",
      "update aws:apigatewayv2/integration:Integration api-flask",
      "delete-replaced aws:ecs/service:Service flask",
      "delete-replaced aws:servicediscovery/service:Service cluster-flask",
    );
  });

  it("moves from one namespace of others' to another in place, which docs/limits.md lists as an interruption", async () => {
    for (const name of ["a.internal", "b.internal"])
      engine.cloud.create("aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace", name, { name });
    const within = (namespace: string): Record<string, unknown> => ({ ...base, cluster: { namespace } });
    inOrder(
      await stack.transition(within("a.internal"), within("b.internal")),
      "create-replacement aws:servicediscovery/service:Service cluster-flask",
      "update aws:ecs/service:Service flask",
      "update aws:apigatewayv2/integration:Integration api-flask",
      "delete-replaced aws:servicediscovery/service:Service cluster-flask",
    );
  });

  it("gives the routes the new authorizer before it deletes the one of another type", async () => {
    const guarded = (users: object): Record<string, unknown> => ({
      ...base,
      api: { auth: "users", authorizers: { users } },
    });
    inOrder(
      await stack.transition(guarded(jwt), guarded(lambda)),
      "create-replacement aws:apigatewayv2/authorizer:Authorizer api-users",
      "update aws:apigatewayv2/route:Route api-ANY /",
      "delete-replaced aws:apigatewayv2/authorizer:Authorizer api-users",
    );
  });

  it("lets an authorizer ask another function before it is led there", async () => {
    const asks = (functionArn: string): Record<string, unknown> => ({
      ...base,
      api: { auth: "keys", authorizers: { keys: { ...lambda, functionArn } } },
    });
    inOrder(
      await stack.transition(asks(lambda.functionArn), asks(`${lambda.functionArn}:live`)),
      "create-replacement aws:lambda/permission:Permission api-keys",
      "update aws:apigatewayv2/authorizer:Authorizer api-keys",
      "delete-replaced aws:lambda/permission:Permission api-keys",
    );
  });

  it("publishes a changed auth with an explicit deployment, and leaves the last one behind when it deploys by itself", async () => {
    const explicit = { ...base, api: { autoDeploy: false } };
    const closed = { ...base, api: { autoDeploy: false, auth: "iam" } };
    const deployment = "aws:apigatewayv2/deployment:Deployment";
    inOrder(
      await stack.transition(explicit, closed),
      "update aws:apigatewayv2/route:Route api-ANY /",
      `create-replacement ${deployment} api`,
      "update aws:apigatewayv2/stage:Stage api",
    );
    await stack.transition(closed, { ...base, api: { auth: "iam" } });
    assert.ok(engine.cloud.all.some(({ type }) => type === deployment));
  });

  it("closes the address clients have only when that is said", async () => {
    const domain = { name: "api.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ" };
    const both = { ...base, api: { domain: { ...domain, only: false } } };
    assert.deepEqual(
      (await stack.transition(both, { ...base, api: { domain: { ...domain, only: true } } })).map(line),
      ["update aws:apigatewayv2/api:Api api"],
    );
  });
});
