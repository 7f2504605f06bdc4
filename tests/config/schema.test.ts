import assert from "node:assert/strict";
import { z } from "zod";
import { type Field, fieldsOf } from "../../config/described";
import { sections, serviceSchema, values } from "../../config/schema";
import { jobSchema } from "../../config/schema-jobs";

/** What of a field limits its values or its length, and which value it has where nothing is said. */
type Limit = "minimum" | "maximum" | "minLength" | "maxLength" | "minItems" | "maxItems" | "default";
type Limits = Partial<Record<Limit, unknown>> & { enum?: unknown[] };

/** Each field that has some, by its path: the least, the most, and the default. */
function limitsIn(path: string, field: Field & Limits): [string, string][] {
  const { minimum, minLength, minItems, maximum, maxLength, maxItems } = field;
  const least = minimum ?? minLength ?? minItems;
  const most = maximum ?? maxLength ?? maxItems;
  const range = least === undefined && most === undefined ? [] : [`${shown(least)}–${shown(most)}`];
  const words = field.enum && field.enum.length < 10 ? [field.enum.join(" or ")] : [];
  const standard = "default" in field ? [`= ${JSON.stringify(field.default)}`] : [];
  const inner: [string, Field | boolean | undefined][] = [
    ...Object.entries(field.properties ?? {}).map(([key, value]): [string, Field] => [
      `${path}.${key}`,
      value,
    ]),
    [`${path}[]`, field.items],
    [`${path}.*`, field.additionalProperties],
    ...[...(field.oneOf ?? []), ...(field.anyOf ?? [])].map((value): [string, Field] => [path, value]),
  ];
  return [
    ...[...range, ...words, ...standard].map((text): [string, string] => [path, text]),
    ...inner.flatMap(([at, value]) => (typeof value === "object" ? limitsIn(at, value) : [])),
  ];
}

const shown = (limit: unknown): string =>
  typeof limit === "number" && Number.isSafeInteger(limit) && limit < Number.MAX_SAFE_INTEGER
    ? `${limit}`
    : "";

const table = Object.entries({ ...sections, ...values, services: serviceSchema, jobs: jobSchema })
  .flatMap(([name, schema]) => limitsIn(name, fieldsOf(schema as z.ZodType)))
  .reduce(
    (lines, [path, text]) => lines.set(path, [...(lines.get(path) ?? []), text]),
    new Map<string, string[]>(),
  );

const expected = `
network.cidr: = "10.0.0.0/16"
network.zones: = 2, 1–4, 1–4
network.egress: endpoints or nat or public, = "endpoints"
network.endpointZones: 1–4, = 1
network.natGateways: single or onePerZone, = "single"
network.reach: = []
network.reach[].port: 1–65535
network.closeDefaultGroup: = false
network.existing.subnetIds: 1–10
network.existing.routeTableIds: = []
network.existing.endpoints: = []
network.existing.create: = []
api.stage: = "$default"
api.autoDeploy: = true
api.authorizers: = {}
api.authorizers.*.audience: 1–50
api.authorizers.*.identitySources: = ["$request.header.Authorization"]
api.authorizers.*.cacheSeconds: 0–3600, = 300
api.authorizers.*.simpleResponses: = true
api.authorizers.*.kind: jwt or lambda
api.cors.allowOrigins: 1–
api.cors.allowMethods: 1–, = ["*"]
api.cors.allowMethods[]: GET or POST or PUT or PATCH or DELETE or HEAD or OPTIONS or *
api.cors.allowHeaders: = []
api.cors.exposeHeaders: = []
api.cors.allowCredentials: = false
api.cors.maxAge: -1–86400
api.throttle: = {}
api.throttle.rate: 1–10000, = 1000
api.throttle.burst: 1–5000, = 500
api.accessLogs: = {}
api.accessLogs.retentionDays: = 30
registry.forceDelete: = false
dashboard: = false
protect: = false
tags: = {}
services.build.dockerfile: = "Dockerfile"
services.build.args: = {}
services.build.cacheFrom: = []
services.command: 1–
services.entryPoint: 1–
services.user: = "10001"
services.readOnlyRoot: = true
services.writable: = []
services.ephemeralStorage: 21–200
services.ulimits: = {}
services.ulimits.nofile: 1024–1048576
services.port: 1–65535, = 80
services.cpu: = 256
services.memory: = 512
services.architecture: X86_64 or ARM64, = "X86_64"
services.desiredCount: 0–1000, = 1
services.scaling.min: 1–1000, = 2
services.scaling.max: 1–1000
services.scaling.targetCpu: 10–95, = 60
services.scaling.targetMemory: 10–95
services.spot: 0–100, = 0
services.routes: –300, = [{"key":"ANY /","scopes":[]},{"key":"ANY /{proxy+}","scopes":[]}]
services.routes[].scopes: –10, = []
services.routes[].throttle.rate: 1–10000
services.routes[].throttle.burst: 1–5000
services.routes[].rewrite.headers: = {}
services.routes[].rewrite.headers.*: 1–
services.routes[].rewrite.query: = {}
services.routes[].rewrite.query.*: 1–
services.healthCheck: = {}
services.healthCheck.interval: 5–300, = 35
services.healthCheck.timeout: 2–60, = 3
services.healthCheck.retries: 1–10, = 3
services.healthCheck.startPeriod: 0–300, = 30
services.before.command: 1–
services.before.timeout: 2–120, = 120
services.drainSeconds: 0–85, = 60
services.environment: = {}
services.secrets: = {}
services.permissions: = []
services.permissions[].actions: 1–
services.permissions[].resources: 1–
services.reach: = []
services.reach[].service: 1–
services.sidecars: = {}
services.sidecars.*.command: 1–
services.sidecars.*.environment: = {}
services.sidecars.*.secrets: = {}
services.sidecars.*.healthCheck.interval: 5–300, = 30
services.sidecars.*.healthCheck.timeout: 2–60, = 5
services.sidecars.*.healthCheck.retries: 1–10, = 3
services.sidecars.*.healthCheck.startPeriod: 0–300, = 0
services.sidecars.*.dependsOn: = {}
services.sidecars.*.dependsOn.*: START or HEALTHY or COMPLETE or SUCCESS
services.sidecars.*.essential: = false
services.sidecars.*.memory: 6–249856
services.sidecars.*.readOnlyRoot: = true
services.sidecars.*.startTimeout: 2–120
services.sidecars.*.stopTimeout: 2–120, = 20
services.dependsOn: = {}
services.dependsOn.*: START or HEALTHY or COMPLETE or SUCCESS
services.volumes: = {}
services.volumes.*.readOnly: = false
services.exec: = false
services.logRetentionDays: = 30
jobs.service: 1–
jobs.command: 1–
jobs.entryPoint: 1–
jobs.ephemeralStorage: 21–200
jobs.ulimits.nofile: 1024–1048576
jobs.sidecars.*.command: 1–
jobs.sidecars.*.environment: = {}
jobs.sidecars.*.secrets: = {}
jobs.sidecars.*.healthCheck.interval: 5–300, = 30
jobs.sidecars.*.healthCheck.timeout: 2–60, = 5
jobs.sidecars.*.healthCheck.retries: 1–10, = 3
jobs.sidecars.*.healthCheck.startPeriod: 0–300, = 0
jobs.sidecars.*.dependsOn: = {}
jobs.sidecars.*.dependsOn.*: START or HEALTHY or COMPLETE or SUCCESS
jobs.sidecars.*.essential: = false
jobs.sidecars.*.memory: 6–249856
jobs.sidecars.*.readOnlyRoot: = true
jobs.sidecars.*.startTimeout: 2–120
jobs.sidecars.*.stopTimeout: 2–120, = 20
jobs.dependsOn.*: START or HEALTHY or COMPLETE or SUCCESS
jobs.volumes.*.readOnly: = false
jobs.architecture: X86_64 or ARM64
jobs.environment: = {}
jobs.secrets: = {}
jobs.permissions[].actions: 1–
jobs.permissions[].resources: 1–
jobs.schedule.timezone: = "UTC"
jobs.schedule.enabled: = true
jobs.schedule.retries: 0–185, = 3
jobs.schedule.maximumAgeSeconds: 60–86400, = 3600
`;

/** The patterns of a field and of what it holds. */
const patternsIn = (field: Field & { pattern?: string; propertyNames?: Field }): string[] => [
  ...(field.pattern === undefined ? [] : [field.pattern]),
  ...[
    ...Object.values(field.properties ?? {}),
    ...[
      field.items,
      field.additionalProperties,
      field.propertyNames,
      ...(field.oneOf ?? []),
      ...(field.anyOf ?? []),
    ],
  ].flatMap((value) => (typeof value === "object" ? patternsIn(value) : [])),
];

describe("fields of the configuration", () => {
  it("are held by their patterns from the first character to the last", () => {
    const all = Object.values({ ...sections, ...values, services: serviceSchema, jobs: jobSchema });
    const patterns = all.flatMap((schema) => patternsIn(fieldsOf(schema as z.ZodType)));
    assert.ok(patterns.length > 30, `${patterns.length}`);
    assert.deepEqual(
      // Of a path that begins with / the rest is judged elsewhere.
      patterns.filter((pattern) => !/^\^.*\$$/s.test(pattern) && pattern !== "^\\/.*"),
      [],
    );
  });

  it("take the days that CloudWatch Logs takes", () => {
    const { enum: days } = fieldsOf(serviceSchema).properties!.logRetentionDays as { enum?: number[] };
    assert.deepEqual(
      days?.join(" "),
      "1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653",
    );
  });

  it("have these limits and defaults: whoever changes one changes what deployed stacks mean", () => {
    const lines = expected.trim().split("\n");
    const paths = lines.map((line) => line.split(": ")[0]!);
    assert.deepEqual(
      paths.map((path) => `${path}: ${(table.get(path) ?? []).join(", ")}`),
      lines,
    );
  });
});
