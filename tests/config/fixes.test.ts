import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { z } from "zod";
import { fieldsOf } from "../../config/described";
import { explain, readFields } from "../../config/fields";
import { unknownKey } from "../../config/near-names";
import { Problem } from "../../config/problems";
import { sections, serviceSchema } from "../../config/schema";

/** What people write in the place of a list, a number or an object. */
const mistakes: [schema: z.ZodObject, at: string, raw: unknown, fix: string][] = [
  [serviceSchema, "port", "8000", "write 8000, without quotes"],
  [serviceSchema, "port", "80800", "use an allowed value, or leave it out for 80"],
  [serviceSchema, "port", "8000/tcp", "write a number, without a unit"],
  [serviceSchema, "memory", "1GB", "write a number, without a unit"],
  [serviceSchema, "memory", "1024", "write 1024, without quotes"],
  [serviceSchema, "desiredCount", "two", "use an allowed value, or leave it out for 1"],
  [serviceSchema, "healthCheck", "/healthz", 'write { path: "/healthz" }'],
  [serviceSchema, "healthCheck", 8000, "use an allowed value"],
  [serviceSchema, "sleep", "1h", 'write { after: "1h" }'],
  [serviceSchema, "routes", "ANY /", 'write [{ key: "ANY /" }]'],
  [serviceSchema, "command", "uvicorn main:app", 'write ["uvicorn","main:app"]'],
  [
    serviceSchema,
    "command",
    "uvicorn main:app --port $PORT",
    'write ["sh","-c","uvicorn main:app --port $PORT"]',
  ],
  [serviceSchema, "command", "A=b app", 'write ["sh","-c","A=b app"]'],
  [serviceSchema, "entryPoint", "tini --", 'write ["tini","--"]'],
  [serviceSchema, "writable", "/data", 'write ["/data"]'],
  [serviceSchema, "environment", ["A=b", "C=d=e"], 'write { A: "b", C: "d=e" }'],
  [serviceSchema, "environment", ["A=b", "C"], "use an allowed value"],
  [serviceSchema, "environment", [], "use an allowed value"],
  [serviceSchema, "before", "flask db upgrade", 'write { command: ["flask","db","upgrade"] }'],
  [serviceSchema, "readOnlyRoot", "no", "write false"],
  [serviceSchema, "companion", "yes", "write true"],
  [serviceSchema, "exec", "On", "write true"],
  [serviceSchema, "architecture", "arm64", 'write "ARM64"'],
  [serviceSchema, "architecture", "x86-64", 'write "X86_64"'],
  [serviceSchema, "architecture", "amd65", 'use an allowed value, or leave it out for "X86_64"'],
  [serviceSchema, "user", 10001, 'write "10001", in quotes'],
  [sections.network, "egress", "NAT", 'write "nat"'],
  [sections.api, "cors", "https://a.example", 'write { allowOrigins: ["https://a.example"] }'],
];

/** The fix, or undefined where nothing is wrong. */
function fixFor(schema: z.ZodObject, key: string, raw: unknown): string | undefined {
  const result = (schema.shape[key] as z.ZodType).safeParse(raw);
  if (result.success) return undefined;
  return explain(result.error, raw, key, fieldsOf(schema).properties?.[key])[0]?.fix;
}

describe("the fix of a value that does not fit", () => {
  for (const [schema, key, raw, fix] of mistakes) {
    it(`${key}: ${JSON.stringify(raw)} → ${fix}`, () => assert.equal(fixFor(schema, key, raw), fix));

    const [, written] = /^write (.+?)(?:, (?:without|in) quotes)?$/.exec(fix) ?? [];
    if (written !== undefined && !written.startsWith("a number"))
      it(`${key}: ${written} is taken, as YAML`, () => {
        const problems: Problem[] = [];
        readFields(schema, parse(`${key}: ${written}`), "s", problems);
        assert.deepEqual(
          problems.filter(({ path }) => path === `s.${key}` || path.startsWith(`s.${key}.`)),
          [],
        );
      });
  }

  it("of health checks written as a line is a shell's", () => {
    const raw = { command: "curl -f localhost" };
    assert.equal(fixFor(serviceSchema, "healthCheck", raw), 'write ["CMD-SHELL","curl -f localhost"]');
  });

  it("is never a value that is refused again", () => {
    const scalar = fc.oneof(
      fc.string(),
      fc.integer().map(String),
      fc.constantFrom("yes", "OFF", "8000", "/a", "a b", "arm64", "-1", "1e3", "0x1"),
      fc.integer(),
      fc.boolean(),
    );
    const keys = [
      "port",
      "desiredCount",
      "command",
      "architecture",
      "readOnlyRoot",
      "exec",
      "companion",
      "spot",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...keys), scalar, (key, raw) => {
        const fix = fixFor(serviceSchema, key, raw);
        const [, written] = /^write (.+?)(?:, (?:without|in) quotes)?$/s.exec(fix ?? "") ?? [];
        if (written === undefined || written.startsWith("a number")) return;
        assert.equal(fixFor(serviceSchema, key, parse(written)), undefined, `${JSON.stringify(raw)}: ${fix}`);
      }),
    );
  });

  it("is copied whole or not at all", () => {
    assert.equal(fixFor(serviceSchema, "command", `run ${"x".repeat(500)}`), "use an allowed value");
  });
});

describe("the fix of an unknown key whose own has another shape", () => {
  const table: [key: string, known: string[], fix: string][] = [
    ["dockerfile", Object.keys(serviceSchema.shape), "write `build: { context: …, dockerfile: … }`"],
    ["healthCheckPath", Object.keys(serviceSchema.shape), "write `healthCheck: { path: … }`"],
    ["healthCheckPath", ["path"], "write path"],
    ["subnets", Object.keys(sections.network.shape), "write `existing: { vpcId: …, subnetIds: [ … ] }`"],
    ["subnets", ["vpcId", "subnetIds"], "write subnetIds"],
    ["assignPublicIp", Object.keys(sections.network.shape), "write `egress: public`"],
  ];
  for (const [key, known, fix] of table)
    it(`${key} among ${known.length}: ${fix}`, () => assert.equal(unknownKey("a", key, known).fix, fix));
});
