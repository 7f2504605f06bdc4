import assert from "node:assert/strict";
import { run } from "./support/stack";

/**
 * Resources whose name the program gives, where Pulumi would otherwise make one up: the provider's bridge deletes them before
 * it makes their replacement, unless told otherwise. See "What replaces a resource" in docs/decisions.md.
 */
const named: Readonly<Record<string, false | undefined>> = {
  // Every input that replaces these makes them another thing.
  "aws:apigatewayv2/authorizer:Authorizer": false,
  "aws:apigatewayv2/stage:Stage": false,
  "aws:appautoscaling/scheduledAction:ScheduledAction": false,
  "aws:ecs/service:Service": false,
  "aws:servicediscovery/service:Service": false,
  // These find their name taken, or are never replaced: their names are made of what never changes.
  "aws:cloudwatch/logGroup:LogGroup": undefined,
  "aws:ecs/cluster:Cluster": undefined,
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": undefined,
  // What the name of a record says is not the record's own: Pulumi makes up none.
  "aws:route53/record:Record": undefined,
};

describe("replacements", () => {
  it("delete first only where the new resource would find its name taken", async () => {
    const { resources } = await run({
      api: {
        stage: "v1",
        domain: { name: "api.example.com", only: true, hostedZoneId: "Z0A" },
        authorizers: {
          users: { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] },
          keys: { type: "lambda", functionArn: "arn:aws:lambda:eu-west-2:000000000000:function:keys" },
        },
      },
      services: {
        flask: {
          build: "./app",
          scaling: { max: 4, schedule: [{ expression: "cron(0 7 * * ? *)", min: 4 }] },
        },
      },
    });
    const found = Object.fromEntries(
      resources
        .filter(({ type, inputs }) => type.startsWith("aws:") && "name" in inputs)
        .map(({ type, options }) => [type, options.deleteBeforeReplace]),
    );
    assert.deepEqual(found, named);
  });

  it("delete the old lifecycle policy first: a repository has one, and the new one would go with it", async () => {
    const { resources } = await run();
    const policy = resources.find(({ type }) => type === "aws:ecr/lifecyclePolicy:LifecyclePolicy");
    assert.equal(policy?.options.deleteBeforeReplace, true);
  });

  it("leave the namespace for another one without an interruption: nothing keeps its name, and the route follows the tasks", async () => {
    const before = await run();
    const after = await run({ cluster: { namespace: "corp.internal" } });
    const nameOf = (deployment: typeof before, type: string): unknown =>
      deployment.resources.find((resource) => resource.type === type)?.inputs.name;
    for (const type of ["aws:ecs/service:Service", "aws:servicediscovery/service:Service"]) {
      assert.equal(nameOf(before, type), "flask");
      assert.equal(nameOf(after, type), "dev--flask");
    }
  });
});
