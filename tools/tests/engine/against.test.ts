import assert from "node:assert/strict";
import { simulate } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";
import { Engine, EngineStack, line, Step } from "../../../tests/engine/support/engine";
import { Deployed, toDeployed } from "../../against/deployed";
import { Update, updateFrom } from "../../against/update";

/**
 * What `plan --against` says is what Pulumi's engine then does: the same steps, and in an order that the prediction allows.
 */

const region = { "aws:region": "eu-west-2" };
const flask = (service: object = {}): Record<string, unknown> => ({
  ...region,
  services: { flask: { build: "./app", ...service } },
});
const echo = { build: "./examples/echo", port: 8080, routes: ["GET /echo"] };
const both = (service: object = {}): Record<string, unknown> => ({
  ...region,
  services: { flask: { build: "./app", ...service }, echo },
});

/** Each but the first is reached from the one before, and the first from the last. */
const configurations: [name: string, config: Record<string, unknown>][] = [
  ["one service", flask()],
  ["two tasks", flask({ desiredCount: 2 })],
  ["more memory", flask({ desiredCount: 2, memory: 1024 })],
  ["another port", flask({ port: 8000 })],
  ["an environment", flask({ environment: { MODE: "fast" } })],
  ["permissions", flask({ permissions: [{ actions: ["sqs:SendMessage"], resources: ["*"] }] })],
  ["scaling", flask({ scaling: { max: 4 } })],
  ["two services", both()],
  [
    "tokens",
    {
      ...both(),
      api: {
        authorizers: { users: { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] } },
        auth: "users",
      },
    },
  ],
  ["requests signed", { ...both(), api: { auth: "iam" } }],
  ["pages", { ...both(), api: { cors: { allowOrigins: ["https://example.com"] } } }],
  ["a stage", { ...both(), api: { stage: "v1" } }],
  ["explicit deployments", { ...both(), api: { stage: "v1", autoDeploy: false } }],
  ["a namespace", { ...flask(), cluster: { namespace: "inner.example" } }],
  ["a NAT gateway", { ...flask(), network: { egress: "nat" } }],
  ["public addresses", { ...flask(), network: { egress: "public" } }],
  ["another range", { ...flask(), network: { cidr: "10.1.0.0/16" } }],
  ["tags", { ...flask(), tags: { Owner: "shop" } }],
  ["reach", { ...flask(), network: { reach: [{ to: "10.9.0.0/24", port: 5432 }] } }],
];

const described = async (config: Record<string, unknown>): Promise<Deployed[]> =>
  toDeployed(await simulate({ stack: "dev", config: toConfig(config) }));

/** The engine's lines for each step that is foretold. */
function expected({ steps }: Update): string[] {
  return steps
    .flatMap(({ op, resource: { type, name }, before }) => {
      const ops = op === "replace" ? ["create-replacement", "replace", "delete-replaced"] : [op];
      return ops.map(
        (one) => `${one} ${type} ${one === "delete-replaced" ? (before ?? { name }).name : name}`,
      );
    })
    .sort();
}

/** Without components, and without the providers that Pulumi makes by itself, which have no options here. */
const made = (steps: Step[]): Step[] =>
  steps.filter(
    ({ type, name }) =>
      type.includes("/") || (type.startsWith("pulumi:providers:") && !name.startsWith("default_")),
  );
const told = (steps: Step[]): string[] => steps.map(line).sort();

/** Pairs that must come one after the other, by the prediction. */
function inOrder(update: Update, steps: Step[]): string[] {
  const at = (op: string, urn: string): number =>
    steps.findIndex((step) => step.op === op && step.urn === urn);
  const madeAt = (urn: string): number =>
    Math.max(at("create", urn), at("update", urn), at("create-replacement", urn), at("import", urn));
  const wrong: string[] = [];
  for (const { op, resource, before, deletesFirst } of update.steps) {
    const { urn } = resource;
    if (op === "delete") {
      for (const other of update.steps)
        if (other.op === "delete" && other.resource.dependencies.includes(urn))
          if (at("delete", other.resource.urn) > at("delete", urn))
            wrong.push(`${urn} is deleted before its user`);
      continue;
    }
    for (const needed of resource.dependencies) {
      const [made, user] = [madeAt(needed), madeAt(urn)];
      if (made >= 0 && user >= 0 && made > user) wrong.push(`${urn} before what it needs, ${needed}`);
    }
    if (op !== "replace") continue;
    const first = at("delete-replaced", before!.urn) < at("create-replacement", urn);
    if (first !== deletesFirst) wrong.push(`${urn} is ${first ? "" : "not "}deleted first`);
  }
  return wrong;
}

describe("plan --against beside Pulumi's engine", () => {
  const engine = new Engine();
  let stack: EngineStack;
  before(async () => {
    stack = await engine.stack("dev");
  });
  after(() => engine.stop());

  it("foretells a first deployment", async () => {
    const [, config] = configurations[0]!;
    stack.configure(config);
    const { code, steps, printed } = await stack.up();
    assert.equal(code, 0, printed);
    assert.deepEqual(told(made(steps)), expected(updateFrom([], await described(config))));
  });

  for (const [i, [name, config]] of [...configurations.slice(1), configurations[0]!].entries()) {
    it(`foretells the step to ${name}`, async () => {
      const update = updateFrom(await described(configurations[i]![1]), await described(config));
      stack.configure(config);
      const { code, steps, printed } = await stack.up();
      assert.equal(code, 0, printed);
      assert.deepEqual(told(made(steps)), expected(update));
      assert.deepEqual(inOrder(update, steps), []);
    });
  }
});
