import assert from "node:assert/strict";
import { run } from "../../../tests/support/stack";
import { Deployment, Resource } from "../../../simulate/deployment";
import { simulate } from "../../../simulate/program";
import { quantityOf } from "../../cost/charges/charge";
import { Estimate, estimate } from "../../cost/estimate";
import { prices } from "../../cost/pricing";
import { defaultTraffic } from "../../cost/charges/traffic";

const price = (deployment: Deployment): Estimate => estimate(deployment, prices, defaultTraffic);
const unpriced = ({ unpriced: left }: Estimate): string[] =>
  left.map(({ resource, why }) => `${resource}: ${why}`);

describe("estimate", () => {
  let plain: Deployment;
  before(async () => {
    plain = await run();
  });

  /** The deployment with one more resource, as another program would register it. */
  function having(type: string, inputs: Record<string, unknown>, outputs = inputs): Deployment {
    const like = plain.resources.find(({ custom }) => custom)!;
    const urn = `urn:pulumi:dev::flask-app-fargate::${type}::extra`;
    const extra: Resource = { ...like, urn, type, name: "extra", inputs, outputs };
    return { ...plain, resources: [...plain.resources, extra] };
  }
  it("knows every type that the program makes today", async () => {
    const all = await run({
      api: {
        auth: "jwt",
        authorizers: {
          jwt: { type: "jwt", issuer: "https://login.example.com/", audience: ["a"] },
        },
        domain: { name: "api.example.com", only: true, hostedZoneId: "Z0123456789ABCDEFGHIJ" },
        autoDeploy: false,
      },
      services: { flask: { build: "./app", scaling: { min: 1, max: 2 } } },
    });
    assert.deepEqual(unpriced(price(all)), []);
  });

  it("names a Lambda authorizer, whose function is billed elsewhere", async () => {
    const guard = {
      type: "lambda",
      functionArn: "arn:aws:lambda:eu-west-2:111122223333:function:guard",
    };
    const bill = price(await run({ api: { auth: "guard", authorizers: { guard } } }));
    assert.deepEqual(unpriced(bill), [
      "apigatewayv2.Authorizer api-guard: the Lambda function that it calls is billed where that is, by call and duration",
    ]);
  });

  it("names a file system that tasks mount, which is billed where it was made", async () => {
    const volumes = {
      uploads: {
        fileSystemId: "fs-0123456789abcdef0",
        accessPointId: "fsap-0123456789abcdef0",
        securityGroupId: "sg-0123456789abcdef0",
        path: "/uploads",
      },
    };
    const bill = price(await run({ services: { flask: { build: "./app", volumes } } }));
    assert.deepEqual(
      unpriced(bill).map((line) => line.replace(/^.*?: /, "")),
      [
        "the file system fs-0123456789abcdef0 that it mounts is billed where it was made, by what it stores and by what is read and " +
          "written, and how much that is is not known here",
      ],
    );
  });

  it("names what calls between services are billed by", async () => {
    const services = {
      flask: { build: "./app", reach: [{ service: "orders" }] },
      orders: { build: "./app", port: 8000, routes: [] },
    };
    assert.deepEqual(unpriced(price(await run({ services }))), [
      "cluster-orders: other services call it: their DNS queries, and what they send from one Availability " +
        "Zone to another, are billed by use, and how much that is is not known here",
    ]);
  });

  it("names a type that it does not know, and never takes it for 0", () => {
    const bill = price(having("aws:kinesis/stream:Stream", {}));
    assert.deepEqual(unpriced(bill), ["extra: aws:kinesis/stream:Stream is not known here"]);
    assert.equal(bill.totals.total, price(plain).totals.total);
  });

  it("names a price that a Region lacks, and prices the rest", async () => {
    const ireland = price(await run({ "aws:region": "eu-west-1", network: { zones: 2 } }));
    const missing = ireland.unpriced.filter(({ charge }) => charge).map(({ why }) => why);
    assert.ok(missing.includes("access log: no price of access logs of the API in eu-west-1"));
    assert.deepEqual(
      ireland.lines.filter(({ group }) => group === "compute").map(({ monthly }) => monthly.toFixed(4)),
      // 0.25 × 730 × 0.04048 and 0.5 × 730 × 0.004445
      ["7.3876", "1.6224"],
    );
  });

  it("names everything but the global prices in a Region without any", async () => {
    const bill = price(await run({ "aws:region": "ap-south-2", network: { zones: ["local-az1"] } }));
    assert.deepEqual(
      bill.lines.map(({ item }) => item),
      ["route53.zone"],
    );
    assert.ok(bill.unpriced.every(({ charge }) => charge));
  });

  it("prices requests by a route where the API is others', and says where its access log is billed", async () => {
    const shared = await simulate({ stack: "pr" });
    const [line] = price(shared).lines.filter(({ item }) => item === "api.requests");
    assert.equal(line?.monthly, 1.16);
    assert.match(line.resource, /ANY \/pr/);
    assert.deepEqual(unpriced(price(shared)), [
      `${line.resource}: its access log is billed in the API's stack`,
    ]);
    assert.ok(price(shared).lines.every(({ item }) => item !== "logs.vended"));
  });

  it("counts each 512 KB of a request or of its answer", () => {
    const units = (traffic: object): number => {
      const { lines } = estimate(plain, prices, { ...defaultTraffic, ...traffic });
      return quantityOf(lines.find(({ item }) => item === "api.requests")!);
    };
    assert.deepEqual(
      [
        { kbIn: 512, kbOut: 1 },
        { kbIn: 513, kbOut: 1 },
        { kbIn: 1, kbOut: 1025 },
      ].map(units),
      [1, 2, 3],
    );
  });

  it("keeps a log without a retention for a year", () => {
    const forEver = {
      ...plain,
      resources: plain.resources.map((resource) =>
        resource.type === "aws:cloudwatch/logGroup:LogGroup"
          ? { ...resource, inputs: { ...resource.inputs, retentionInDays: undefined } }
          : resource,
      ),
    };
    const kept = price(forEver).lines.filter(({ item }) => item === "logs.stored");
    assert.deepEqual(
      kept.map(({ factors }) => factors[1]),
      [
        [12, "months"],
        [12, "months"],
      ],
    );
  });

  describe("of what goes by requests", () => {
    const linesOf = (bill: Estimate, item: string): [resource: string, quantity: number][] =>
      bill.lines.filter((line) => line.item === item).map((line) => [line.resource, quantityOf(line)]);

    it("has two alarms for each target, each by the metrics that it reads, and the alarm for silence", async () => {
      const scaling = { max: 4, targetRequestsPerTask: 600 };
      const bill = price(await run({ services: { flask: { build: "./app", scaling } } }));
      assert.deepEqual(linesOf(bill, "metrics.alarm"), [
        ["cloudwatch.MetricAlarm flask-quiet", 2],
        ["flask-ECSServiceAverageCPUUtilization", 2],
        ["flask-requests", 4],
      ]);
      assert.deepEqual(unpriced(bill), []);
    });

    it("has the tasks of a service that sleeps for the hours in which it is awake, and the network for all", async () => {
      const asleep = await run({ services: { flask: { build: "./app", sleep: {} } } });
      assert.deepEqual(linesOf(price(asleep), "fargate.x86.vcpu"), [["ecs.Service flask", 0.25 * 174]]);
      const always = estimate(asleep, prices, { ...defaultTraffic, awake: 730 });
      assert.equal(always.totals.compute.toFixed(4), price(plain).totals.compute.toFixed(4));
      assert.equal(price(asleep).totals.fixed.toFixed(2), (price(plain).totals.fixed + 0.3).toFixed(2));
    });

    it("has the fewest tasks of all times where the clock changes the bounds", async () => {
      const schedule = [{ expression: "cron(0 20 * * ? *)", min: 1 }];
      const bill = price(
        await run({ services: { flask: { build: "./app", scaling: { min: 2, max: 4, schedule } } } }),
      );
      assert.deepEqual(linesOf(bill, "fargate.x86.vcpu"), [["ecs.Service flask", 0.25 * 730]]);
    });
  });

  it("charges for a task's storage beyond 20 GiB", () => {
    const larger = {
      ...plain,
      resources: plain.resources.map((resource) =>
        resource.type === "aws:ecs/taskDefinition:TaskDefinition"
          ? { ...resource, inputs: { ...resource.inputs, ephemeralStorage: { sizeInGib: 50 } } }
          : resource,
      ),
    };
    // 30 × 730 × 0.000129
    assert.equal((price(larger).totals.total - price(plain).totals.total).toFixed(4), "2.8251");
  });

  const untold: [what: string, type: string, inputs: Record<string, unknown>, why: RegExp][] = [
    [
      "Container Insights",
      "aws:ecs/cluster:Cluster",
      { settings: [{ name: "containerInsights", value: "enhanced" }] },
      /^extra: Container Insights \(enhanced\) is billed by metric/,
    ],
    ["a log that nobody here writes", "aws:cloudwatch/logGroup:LogGroup", { name: "x" }, /who writes to it/],
    [
      "scaling by what AWS learned",
      "aws:appautoscaling/policy:Policy",
      { policyType: "PredictiveScaling" },
      /scaling of this kind/,
    ],
    [
      "a service of somebody's task",
      "aws:ecs/service:Service",
      { taskDefinition: "arn:x" },
      /task definition is not/,
    ],
  ];
  for (const [what, type, inputs, why] of untold) {
    it(`says why it can't tell what ${what} costs`, () => {
      const [line, ...others] = unpriced(price(having(type, inputs)));
      assert.match(line!, why);
      assert.deepEqual(others, []);
    });
  }

  it("does not depend on what registers first", async () => {
    const services = {
      a: { build: "./app", routes: ["GET /a"] },
      b: { build: "./app", routes: ["GET /b"], logRetentionDays: 7 },
    };
    const two = await run({ services });
    const shuffled = { ...two, resources: [...two.resources].reverse() };
    assert.deepEqual(price(shuffled), price(two));
    const kept = price(two).lines.filter(({ what }) => what === "log of all 2 services, kept");
    // The longest retention: 30 days.
    assert.deepEqual(
      kept.map(({ factors }) => factors[1]![0].toFixed(4)),
      ["0.9863"],
    );
  });
});
