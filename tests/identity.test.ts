import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Deployment } from "../simulate/deployment";
import { simulate } from "../simulate/program";
import { formerIdentities, identity } from "./support/identity";
import { run } from "./support/stack";

/** Everything that some stack may have been deployed with: never taken out of, see docs/rename.md. */
const file = path.join(__dirname, "fixtures/identities.txt");

const configurations: object[] = [
  {},
  { network: { egress: "nat", natGateways: "onePerZone", reach: [{ to: "sg-0a", port: 5432 }] } },
  { network: { egress: "public" } },
  {
    services: {
      vendor: { image: "000000000000.dkr.ecr.eu-west-2.amazonaws.com/vendor:1", port: 8080 },
      arm: {
        image: "000000000000.dkr.ecr.eu-west-2.amazonaws.com/vendor:1",
        architecture: "ARM64",
        routes: ["GET /arm"],
      },
    },
  },
  {
    network: {
      existing: {
        vpcId: "vpc-0",
        subnetIds: ["subnet-0a"],
        routeTableIds: ["rtb-0a"],
        endpoints: ["logs"],
        create: ["ecr.api", "ecr.dkr", "s3"],
        endpointSecurityGroupId: "sg-0a",
      },
    },
  },
  { services: { flask: { build: "./app", sleep: {} } } },
  {
    api: {
      stage: "v1",
      autoDeploy: false,
      domain: { name: "api.example.com", only: true, hostedZoneId: "Z0A" },
      authorizers: {
        users: { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] },
        keys: { type: "lambda", functionArn: "arn:aws:lambda:eu-west-2:000000000000:function:keys" },
      },
    },
    services: {
      flask: {
        build: "./app",
        scaling: {
          ...{ max: 4, targetMemory: 60, targetRequestsPerTask: 600 },
          schedule: [{ expression: "cron(0 7 * * ? *)" }],
        },
        permissions: [{ actions: ["sqs:SendMessage"], resources: ["*"] }],
        before: ["./migrate"],
        routes: ["$default", { key: "ANY /a/{proxy+}", rewrite: { stripPrefix: "/a" } }],
      },
    },
    jobs: {
      migrate: { service: "flask", command: ["./migrate"] },
      report: { service: "flask", command: ["./report"], schedule: "rate(1 day)" },
    },
  },
  {
    api: {
      cors: { allowOrigins: ["*"] },
      auth: "iam",
    },
    services: { flask: { build: "./app", routes: ["ANY /a/{proxy+}"] } },
  },
  {
    services: {
      flask: { build: "./app", reach: [{ service: "orders" }] },
      orders: { build: "./examples/echo", port: 8000, routes: [] },
    },
  },
  {
    api: { detailedMetrics: true },
    services: {
      flask: { build: "./app", routes: ["ANY /a", "GET /b", "GET /c", "GET /d", "GET /e", "GET /f"] },
    },
    alarms: { notify: "oncall@example.com", rollback: true },
    dashboard: true,
  },
];

describe("the identity of resources", () => {
  it("never changes without an alias: another one is another resource, and replaces the old one", async () => {
    const registered = new Set<string>();
    const former = new Set<string>();
    for (const values of [
      ...configurations,
      { share: { stack: "dev" }, services: { flask: { build: "./app", routes: ["GET /b"] } } },
    ]) {
      const { resources } = await run(values, "share" in values ? { stack: "pr-7" } : {});
      for (const resource of resources.filter(({ type }) => type !== "pulumi:pulumi:Stack")) {
        registered.add(identity(resource));
        formerIdentities(resource).forEach((one) => former.add(one));
      }
    }
    const known = fs.readFileSync(file, "utf8").trim().split("\n");
    if (process.env.NEW_IDENTITIES) {
      fs.writeFileSync(file, `${[...new Set([...known, ...registered])].sort().join("\n")}\n`);
      return;
    }
    assert.deepEqual(
      known.filter((one) => !registered.has(one) && !former.has(one)),
      [],
      "These would be deleted, and made anew under another name: give what they became an alias, see docs/rename.md.",
    );
    assert.deepEqual(
      [...registered].filter((one) => !known.includes(one)),
      [],
      'These are new: write them down with NEW_IDENTITIES=1 npm test -- --grep "the identity of resources".',
    );
  });

  it("is kept by an alias when a resource is renamed, moves to another component, or its component is renamed", async () => {
    class Group extends pulumi.ComponentResource {
      constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
        super("test:index:Group", name, {}, opts);
      }
    }
    const logs = (program: () => void): Promise<Deployment> => simulate({ program });
    const before = await logs(() => {
      const group = new Group("group");
      new aws.cloudwatch.LogGroup("log", {}, { parent: group });
      new aws.cloudwatch.LogGroup("outside");
    });
    const after = await logs(() => {
      const group = new Group("logs", { aliases: [{ name: "group" }] });
      new aws.cloudwatch.LogGroup("access", {}, { parent: group, aliases: [{ name: "log" }] });
      new aws.cloudwatch.LogGroup(
        "outside",
        {},
        { parent: group, aliases: [{ parent: pulumi.rootStackResource }] },
      );
    });
    const known = after.resources.flatMap((resource) => [identity(resource), ...formerIdentities(resource)]);
    assert.deepEqual(
      before.resources.map(identity).filter((one) => !known.includes(one)),
      [],
    );
    const without = await logs(() => {
      new aws.cloudwatch.LogGroup("access", {}, { parent: new Group("logs") });
    });
    assert.deepEqual(without.resources.flatMap(formerIdentities), []);
  });
});
