import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { loadConfig } from "../config";
import { ConfigurationError } from "../config/problems";
import { sections, serviceSchema, values } from "../config/schema";
import { jobSchema } from "../config/schema-jobs";
import { simulate } from "../simulate/program";
import { toConfig } from "../simulate/stack";
import { keysIn, keysOf, Shape, shapeOf } from "./support/schema-keys";

/** How many documents; `.ci/run` tries 10,000. */
const numRuns = Number(process.env.FUZZ_RUNS ?? 300);

/** Texts that some field takes, and some that none should. */
const texts = [
  ...[
    "./app",
    "./examples/echo",
    "/a",
    "/pr-1",
    "ANY /",
    "GET /a",
    "POST /a/{x}",
    "ANY /a/{x+}",
    "ANY /{proxy+}",
    "$default",
  ],
  ...["none", "iam", "users", "users", "a1b2c3", "dev", "v1", "corp.internal", "api.example.com", "a", "web"],
  ...[
    "https://a.example.com",
    "https://*",
    "*",
    "$request.header.a",
    "${request.path.x}",
    "$context.domainName",
  ],
  ...[
    "vpc-0a",
    "subnet-0a",
    "subnet-0b",
    "rtb-0a",
    "sg-0a",
    "euw2-az1",
    "euw2-az2",
    "10.0.0.0/16",
    "172.16.0.0/20",
  ],
  ...["111122223333.dkr.ecr.eu-west-2.amazonaws.com/a:1", "nginx", "Z0A", "s3://bucket/key", "s3:GetObject"],
  ...["fs-0a1b2c3d", "fsap-0a1b2c3d", "/data", "/var/cache/a", "CMD", "CMD-SHELL", "true", "10001", "0:0"],
  ...[
    "START",
    "HEALTHY",
    "SUCCESS",
    "Europe/London",
    "cron(0 3 * * ? *)",
    "rate(1 hour)",
    "at(2030-01-01T00:00:00)",
  ],
  "arn:aws:secretsmanager:eu-west-2:111122223333:secret:a-AbCdEf",
  "arn:aws:ssm:eu-west-2:111122223333:parameter/a",
  "arn:aws:lambda:eu-west-2:111122223333:function:a",
  "arn:aws:acm:eu-west-2:111122223333:certificate/a",
  ...[
    "",
    " ",
    "GET a",
    "GET /a/",
    "__proto__",
    "constructor",
    "PORT",
    "aws:a",
    "💥",
    "\u0000",
    "a".repeat(300),
    "{}",
    "null",
  ],
];

const ecr = "000000000000.dkr.ecr.eu-west-2.amazonaws.com/a:1";
const secret = "arn:aws:secretsmanager:eu-west-2:000000000000:secret:a-AbCdEf";

/** What fields take that only a rule can tell: else hardly any document with them would be planned. */
const hints: Readonly<Record<string, readonly unknown[]>> = {
  image: [ecr, ecr, "nginx"],
  imageCredentials: [secret],
  secrets: [{ A_KEY: secret }, { A_KEY: "arn:aws:ssm:eu-west-2:000000000000:parameter/a" }],
  environment: [{ A: "a" }, { A_KEY: "b" }],
  actions: [["s3:GetObject"], ["sqs:SendMessage", "dynamodb:GetItem"]],
  resources: [["arn:aws:s3:::a/*"], ["*"]],
  command: [
    ["CMD", "true"],
    ["python3", "-m", "a"],
  ],
  entryPoint: [["/a"]],
  writable: [["/var/cache/a"], ["/a", "/b"]],
  user: ["0", "10001", "app:app"],
  context: ["./app"],
  build: ["./app", "./examples/echo", { context: "./app", args: { A: "b" } }],
  path: ["/data", "/up"],
  expression: ["rate(1 hour)", "cron(0 3 * * ? *)"],
  timezone: ["Europe/London"],
  after: ["30m", "2h"],
  dependsOn: [{ a: "START" }, { users: "START" }],
};

const text = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...texts) },
  { weight: 1, arbitrary: fc.string() },
);
const name = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom("flask", "orders", "users", "a") },
  { weight: 1, arbitrary: fc.oneof(text, fc.constantFrom("A_KEY", "x-a")) },
);
const junk = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom<unknown>(null, {}, [], -1, 1e21, "x"));

/** Values of a shape, mostly of the right kind, sometimes anything. */
function valuesOf(shape: Shape): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 99, arbitrary: rightOf(shape) }, { weight: 1, arbitrary: junk });
}

function rightOf(shape: Shape): fc.Arbitrary<unknown> {
  const choices = shape.anyOf ?? shape.oneOf;
  if (choices) return fc.oneof(...choices.map(rightOf));
  if (shape.enum) return fc.constantFrom(...shape.enum);
  if (shape.const !== undefined) return fc.constant(shape.const);
  switch (shape.type) {
    case "boolean":
      return fc.boolean();
    case "integer":
    case "number":
      return numbers(shape);
    case "array":
      return fc.array(valuesOf(shape.items ?? {}), { minLength: 1, maxLength: 3 });
    case "object":
      return objects(shape);
    case "string":
    case undefined:
      return textsOf(shape);
  }
}

const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 99, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

/** Texts that the field takes by itself, and seldom any. */
function textsOf({ pattern }: Shape): fc.Arbitrary<string> {
  const fitting = texts.filter((candidate) => pattern === undefined || new RegExp(pattern).test(candidate));
  if (fitting.length === 0 || pattern === undefined) return text;
  return fc.oneof({ weight: 30, arbitrary: fc.constantFrom(...fitting) }, { weight: 1, arbitrary: text });
}

function numbers({ minimum = 0, maximum = 100_000 }: Shape): fc.Arbitrary<number> {
  const sizes = [256, 512, 1024, 2048, 4096];
  const inside = [
    minimum,
    Math.min(maximum, minimum + 1),
    ...sizes.filter((n) => n >= minimum && n <= maximum),
  ];
  return fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...inside) },
    { weight: 1, arbitrary: fc.constantFrom(minimum - 1, maximum + 1, 1.5) },
  );
}

function objects({ properties = {}, required = [], additionalProperties }: Shape): fc.Arbitrary<unknown> {
  if (typeof additionalProperties === "object") {
    return fc.dictionary(name, valuesOf(additionalProperties), { minKeys: 1, maxKeys: 2 });
  }
  const entries = Object.entries(properties).map(([key, shape]) =>
    fc.record({
      key: fc.constant(key),
      // Few keys at a time: each may be wrong by itself, and every document would be refused.
      given: required.includes(key)
        ? fc.integer({ min: 0, max: 99 }).map((n) => n > 0)
        : fc.integer({ min: 0, max: 9 }).map((n) => n > 8),
      value: Object.hasOwn(hints, key)
        ? fc.oneof(
            { weight: 9, arbitrary: fc.constantFrom(...hints[key]!) },
            { weight: 1, arbitrary: valuesOf(shape) },
          )
        : valuesOf(shape),
    }),
  );
  return fc.tuple(fc.tuple(...entries), seldom(fc.tuple(name, junk))).map(([fields, extra]) => ({
    ...Object.fromEntries(fields.filter(({ given }) => given).map(({ key, value }) => [key, value])),
    ...(extra && { [extra[0]]: extra[1] }),
  }));
}

/** A service that can run, with any keys beside. */
const service = objects(shapeOf(serviceSchema)).map((value) =>
  "image" in (value as object) ? value : { build: "./app", ...(value as object) },
);
/** A job that can run where there is a service of this name. */
const job = objects(shapeOf(jobSchema)).map((value) =>
  "image" in (value as object) ? value : { service: "flask", command: ["true"], ...(value as object) },
);
const named = (one: fc.Arbitrary<unknown>, names: fc.Arbitrary<string>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 20, arbitrary: fc.dictionary(names, one, { minKeys: 1, maxKeys: 2 }) },
    { weight: 1, arbitrary: junk },
  );
/** Few at a time, as with the keys of an object. */
const sparse = (one: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: one });
const documents = fc.record({
  services: named(service, name),
  jobs: sparse(named(job, fc.constantFrom("migrate", "report", "a"))),
  ...Object.fromEntries(
    Object.entries({ ...sections, ...values }).map(([key, schema]) => [
      key,
      sparse(valuesOf(shapeOf(schema))),
    ]),
  ),
});

describe("any configuration", () => {
  before(() =>
    pulumi.runtime.setMocks(
      {
        newResource: ({ inputs }) => ({ id: "", state: inputs as Record<string, unknown> }),
        call: () => ({}),
      },
      "flask-app-fargate",
      "dev",
      false,
      "organization",
    ),
  );

  it("is generated with every key of the schema, sooner or later", function () {
    this.timeout(120_000);
    const missing = new Set(keysOf());
    assert.ok(missing.size > 150, `${missing.size}`);
    // Always the same documents: what is never made here is not made by chance either.
    for (let seed = 1; seed <= 20 && missing.size > 0; seed += 1) {
      for (const one of fc.sample(documents, { numRuns: 500, seed }))
        for (const key of keysIn(one)) missing.delete(key);
    }
    assert.deepEqual([...missing].sort(), []);
  });

  it(`plans or is refused with a list of problems, never with a stack trace (${numRuns} documents)`, async function () {
    this.timeout(numRuns * 1000);
    const count = { planned: 0, refused: 0 };
    const planned = new Set<string>();
    await fc.assert(
      fc.asyncProperty(documents, async (document) => {
        const config = toConfig({
          "aws:region": "eu-west-2",
          ...(JSON.parse(JSON.stringify(document)) as object),
        });
        try {
          pulumi.runtime.setAllConfig(config);
          loadConfig();
          const { resources } = await simulate({ config, stack: "fuzz" });
          assert.ok(resources.length > 0);
          count.planned += 1;
          keysIn(document, planned);
        } catch (error) {
          isClean(error);
          count.refused += 1;
        }
      }),
      { numRuns },
    );
    // Both have to be tried in earnest.
    for (const each of Object.values(count)) assert.ok(each > numRuns / 20, JSON.stringify(count));
    const never = [...new Set(keysOf())].filter((key) => !planned.has(key)).sort();
    if (process.env.FUZZ_RUNS) console.log(count, `never planned: ${never.join(", ")}`);
  });
});

/** What `pulumi up` shows is the message alone, and it tells what to do. */
function isClean(error: unknown): void {
  assert.ok(pulumi.RunError.isInstance(error), error as Error);
  assert.equal(error.stack, undefined);
  if (error.constructor.name !== ConfigurationError.name) {
    assert.match(error.message, /^(share\.stack: |The stack \S+ |Stacks share |There is no |network\.)/);
    return;
  }
  const [title = "", ...lines] = error.message.split("\n  ");
  assert.match(title, /^\d+ problems? in the configuration of stack (dev|fuzz):$/);
  assert.equal(lines.length, (error as ConfigurationError).problems.length, error.message);
  for (const line of lines) assert.match(line, /^[^:]*(:[^:]*)*: .+\. Allowed: .+\. Fix: .+\.$/s);
}
