import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parse } from "yaml";
import { run } from "../../../tests/support/stack";
import { simulate } from "../../../simulate/program";
import { readStack, toConfig } from "../../../simulate/stack";
import { breakEven, compare, Option, optionsOf, totalOf } from "../../cost/compare";
import { Door, doorNames, estimateBehind } from "../../cost/doors";
import { estimate } from "../../cost/estimate";
import { prices } from "../../cost/pricing";
import { defaultTraffic } from "../../cost/traffic";

const doors = Object.keys(doorNames) as Door[];
const optionsFor = (values: object): ReturnType<typeof optionsOf> =>
  optionsOf("dev", toConfig({ "aws:region": "eu-west-2", ...values }));
const names = ({ options }: { options: Option[] }): string[] =>
  options.map(({ name, isCurrent }) => (isCurrent ? `* ${name}` : name));

describe("the ways to AWS", function () {
  this.timeout(120_000);
  it("are each way once, the stack's own first", async () => {
    assert.deepEqual(names(await optionsFor({})), [
      "* endpoints in 1 zone",
      "endpoints in 2 zones",
      "NAT gateway in 1 zone",
      "NAT gateways in 2 zones",
      "public addresses",
    ]);
    const one = await optionsFor({
      network: { zones: ["euw2-az1"], egress: "nat", natGateways: "onePerZone" },
    });
    assert.deepEqual(names(one), ["* NAT gateway in 1 zone", "endpoints in 1 zone", "public addresses"]);
    const middle = await optionsFor({ network: { zones: 3, endpointZones: 2 } });
    assert.deepEqual(names(middle).slice(0, 3), [
      "* endpoints in 2 zones",
      "endpoints in 1 zone",
      "endpoints in 3 zones",
    ]);
  });

  it("leave out what the program refuses, with its words", async () => {
    const services = { web: { image: "docker.io/library/nginx:1" } };
    const { options, refused } = await optionsFor({ network: { egress: "public" }, services });
    assert.deepEqual(names({ options }), [
      "* public addresses",
      "NAT gateway in 1 zone",
      "NAT gateways in 2 zones",
    ]);
    assert.deepEqual(
      refused.map(({ name }) => name),
      ["endpoints in 1 zone", "endpoints in 2 zones"],
    );
    assert.match(refused[0]!.why, /^services\.web\.image: got "docker\.io/);
  });

  it("are only its own for a VPC that is adopted", async () => {
    const existing = { vpcId: "vpc-0", subnetIds: ["subnet-0a"], routeTableIds: ["rtb-0"] };
    assert.deepEqual(names(await optionsFor({ network: { existing } })), ["* endpoints in 1 zone"]);
  });

  it("are none for a stack in another's network", async () => {
    const { options, refused } = await optionsOf("pr", readStack("pr"));
    assert.deepEqual(names({ options }), ["* the network of dev"]);
    assert.deepEqual(refused, []);
  });
});

describe("the doors", () => {
  it("have bills by hand", async () => {
    const deployment = await run();
    const traffic = { ...defaultTraffic, requests: 100_000_000 };
    const own = estimate(deployment, prices, traffic).totals.total;
    const behind = (door: Door): number => estimateBehind(door, deployment, prices, traffic).totals.total;
    // 38.0518 connections a second of 25, which is more than the 1.3064 GB an hour that make 1.3064 units.
    const capacity = (100e6 / 2_628_000 / 25) * 730 * 0.0084;
    const accessLog = ((100e6 * 0.6) / 1024 ** 2) * (0.5985 + (30 / (730 / 24)) * 0.0315);
    const same = (got: number, wanted: number): void =>
      assert.ok(Math.abs(got - wanted) < 1e-6, `${got} ${wanted}`);
    // 730 × 0.02646 and 2 × 730 × 0.005
    same(behind("alb"), own - 116 - accessLog - 0.5 + 19.3158 + 7.3 + capacity);
    same(behind("internalAlb"), own - 0.5 + 19.3158 + capacity);
    same(behind("express"), own - 116 - accessLog - 0.5 + (19.3158 + 7.3) / 25 + capacity);
  });

  it("count bytes and rules where those are the dearest", async () => {
    const routes = Array.from({ length: 40 }, (_, i) => `GET /${i}`);
    const deployment = await run({ services: { flask: { build: "./app", routes } } });
    const units = (traffic: object): number => {
      const { lines } = estimateBehind("alb", deployment, prices, { ...defaultTraffic, ...traffic });
      return lines.find(({ item }) => item === "alb.lcu")!.factors[0]![0];
    };
    // 1,000 KB of each request: 953.7 GB in 730 hours.
    assert.ok(Math.abs(units({ kbIn: 500, kbOut: 500 }) - 1e9 / 1024 ** 2 / 730) < 1e-9);
    // Connections: 0.3805 a second of 25. Thirty rules beyond the free ones: 11.4 a second of 1,000, which is less.
    assert.ok(Math.abs(units({ kbIn: 0, kbOut: 1 }) - 1e6 / 2_628_000 / 25) < 1e-9);
  });
});

describe("breakEven", () => {
  it("finds where two lines meet, and nothing where they don't", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 1000 }),
        (ahead, slope, steeper) => {
          const point = breakEven(
            (n) => ((slope + steeper) * n) / 1e6,
            (n) => ahead + (slope * n) / 1e6,
          )!;
          assert.ok(Math.abs(point - (ahead / steeper) * 1e6) < 1);
        },
      ),
    );
    const flat = (): number => 1;
    assert.equal(
      breakEven(flat, (n) => 2 + n),
      undefined,
    );
    assert.equal(
      breakEven((n) => 2 + n, flat),
      undefined,
    );
    assert.equal(
      breakEven(flat, () => undefined),
      undefined,
    );
  });
});

describe("compare", function () {
  this.timeout(120_000);
  it("recommends what keeps the availability of prod, as configuration that the program takes", async () => {
    const found = await optionsOf("prod", readStack("prod"));
    const { cheapest, breakEven: points, rows } = compare(found, prices, defaultTraffic);
    // Endpoints in one zone would cost less than those in two, and not survive the loss of that zone.
    assert.deepEqual([cheapest.name, cheapest.isCurrent], ["public addresses", false]);
    const { config } = parse(cheapest.paste) as { config: Record<string, unknown> };
    const prod = readStack("prod");
    const key = "flask-app-fargate:network";
    const changed = await simulate({
      stack: "prod",
      config: { ...prod, [key]: JSON.stringify(config[key]) },
    });
    const now = estimate(changed, prices, defaultTraffic).totals.total;
    assert.ok(Math.abs(rows[0]!.totals.cloudMap! - cheapest.saves! - now) < 1e-9);
    assert.deepEqual(Object.keys(points), ["alb", "express"]);
    const at = (door: Door, requests: number): number =>
      totalOf(found.options[0]!, door, prices, { ...defaultTraffic, requests })!;
    assert.ok(at("cloudMap", points.alb! * 0.999) < at("alb", points.alb! * 0.999));
    assert.ok(at("cloudMap", points.alb! * 1.001) > at("alb", points.alb! * 1.001));
  });

  it("keeps one zone's endpoints out where NAT gateways in two zones are the stack's", async () => {
    const found = await optionsFor({ network: { egress: "nat", natGateways: "onePerZone" } });
    const withoutPublic = {
      ...found,
      options: found.options.filter(({ name }) => name !== "public addresses"),
    };
    assert.equal(compare(withoutPublic, prices, defaultTraffic).cheapest.name, "endpoints in 2 zones");
  });

  it("has no total where a price is missing", async () => {
    const found = await optionsFor({ "aws:region": "eu-west-1" });
    const { rows, breakEven: points, cheapest } = compare(found, prices, defaultTraffic);
    assert.deepEqual(rows[0]!.totals, Object.fromEntries(doors.map((door) => [door, undefined])));
    assert.deepEqual([points, cheapest.saves], [{}, undefined]);
  });
});

describe("cost", function () {
  this.timeout(120_000);
  let found: Option[];
  before(async () => {
    found = (await optionsFor({})).options;
  });

  it("never falls with more requests, on any way and behind any door", () => {
    const amount = fc.integer({ min: 0, max: 2e9 });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: found.length - 1 }),
        fc.constantFrom(...doors),
        amount,
        amount,
        (i, door, requests, more) => {
          const total = (of: number): number =>
            totalOf(found[i]!, door, prices, { ...defaultTraffic, requests: of })!;
          assert.ok(total(requests + more) >= total(requests) - 1e-9);
        },
      ),
    );
  });

  it("never falls with another service", async () => {
    const service = fc.record({
      build: fc.constant("./app"),
      desiredCount: fc.integer({ min: 0, max: 5 }),
      cpu: fc.constantFrom(256, 512),
      memory: fc.constant(1024),
      spot: fc.constantFrom(0, 50, 100),
      architecture: fc.constantFrom("X86_64", "ARM64"),
      logRetentionDays: fc.constantFrom(1, 30, 3653),
    });
    const network = fc.constantFrom(
      {},
      { egress: "nat" },
      { egress: "public" },
      { zones: 3, endpointZones: 3 },
    );
    const total = async (values: object, requests: number): Promise<number> =>
      estimate(await run(values), prices, { ...defaultTraffic, requests }).totals.total;
    await fc.assert(
      fc.asyncProperty(
        fc.array(service, { minLength: 2, maxLength: 4 }),
        network,
        fc.integer({ min: 0, max: 1e9 }),
        async (list, way, requests) => {
          const services = Object.fromEntries(
            list.map((one, i) => [`s${i}`, { ...one, routes: [`GET /${i}`] }]),
          );
          const fewer = Object.fromEntries(Object.entries(services).slice(1));
          const more = await total({ network: way, services }, requests);
          assert.ok(more >= (await total({ network: way, services: fewer }, requests)) - 1e-9);
        },
      ),
      { numRuns: 6 },
    );
  });
});
