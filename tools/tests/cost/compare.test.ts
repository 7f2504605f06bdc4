import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parse } from "yaml";
import { run } from "../../../tests/support/stack";
import { simulate } from "../../../simulate/program";
import { readStack, toConfig } from "../../../simulate/stack";
import { breakEven, compare, Comparison, totalOf } from "../../cost/compare";
import { Door, doorNames, estimateBehind } from "../../cost/doors";
import { estimate } from "../../cost/estimate";
import { Option, optionsOf } from "../../cost/options";
import { prices } from "../../cost/pricing";
import { reportOf } from "../../cost/report";
import { defaultTraffic } from "../../cost/charges/traffic";

const doors = Object.keys(doorNames) as Door[];
const optionsFor = (values: object): ReturnType<typeof optionsOf> =>
  optionsOf("dev", toConfig({ "aws:region": "eu-west-2", ...values }));

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

describe("a load balancer", () => {
  it("evaluates rules, which cost more than connections beyond sixty", async () => {
    const routes = Array.from({ length: 80 }, (_, i) => `GET /${i}`);
    const deployment = await run({ services: { flask: { build: "./app", routes } } });
    const { lines } = estimateBehind("alb", deployment, prices, { ...defaultTraffic, kbIn: 0, kbOut: 1 });
    const [units] = lines.find(({ item }) => item === "alb.lcu")!.factors[0]!;
    // 0.3805 requests a second, each of 70 rules beyond the free ten, of 1,000.
    assert.ok(Math.abs(units - ((1e6 / 2_628_000) * 70) / 1000) < 1e-9, String(units));
  });

  it("has an address in each zone of the services, and in two at least", async () => {
    const addresses = async (zones: number): Promise<string> => {
      const { lines } = estimateBehind("alb", await run({ network: { zones } }), prices, defaultTraffic);
      return lines.find(({ what }) => what === "its public IPv4 addresses")!.monthly.toFixed(2);
    };
    // 3 × 730 × 0.005, and 2 ×
    assert.deepEqual([await addresses(3), await addresses(1)], ["10.95", "7.30"]);
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
    assert.ok(Math.abs(rows[0]!.totals.cloudMap.usd - cheapest.saves - now) < 1e-9);
    assert.deepEqual(Object.keys(points), ["alb", "express"]);
    const at = (door: Door, requests: number): number =>
      totalOf(found.options[0]!, door, prices, { ...defaultTraffic, requests, accessLogKb: 0 }).usd;
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

  const compared = async (values: object, traffic: object = {}): Promise<Comparison> =>
    compare(await optionsFor(values), prices, { ...defaultTraffic, ...traffic });
  const adviceOf = async (values: object, table = prices): Promise<string[]> => {
    const found = await optionsFor(values);
    const bill = estimate(found.options[0]!.deployment, table, defaultTraffic);
    return reportOf(bill, compare(found, table, defaultTraffic), table).advice;
  };

  it("meets the load balancer where neither writes an access log, in every stack alike", async () => {
    const { breakEven: points } = await compared({});
    // 730 × (0.02646 + 2 × 0.005) − 0.50 of the namespace, for what a request costs more: 1.16 less 730 × 0.0084 of a unit
    // for each 25 a second.
    const more = 1.16e-6 - (730 * 0.0084) / (25 * 730 * 3600);
    assert.ok(Math.abs(points.alb! - (730 * 0.03646 - 0.5) / more) < 1, String(points.alb));
    assert.equal(Math.round(points.alb! / 1e5), 245);
    assert.deepEqual((await compared({}, { accessLogKb: 9 })).breakEven, points);
    const shared = compare(await optionsOf("pr", readStack("pr")), prices, defaultTraffic);
    // Its namespace is dev's, so the load balancer saves none.
    assert.ok(Math.abs(shared.breakEven.alb! - (730 * 0.03646) / more) < 1, String(shared.breakEven.alb));
  });

  it("compares what is priced where the same is missing on both sides", async () => {
    const values = {
      services: { flask: { build: "./app", architecture: "ARM64", spot: 50, desiredCount: 4 } },
    };
    const { rows, cheapest, notCompared, breakEven: points } = await compared(values);
    assert.ok(
      rows.every(({ totals }) => doors.every((door) => totals[door].atLeast && totals[door].usd > 20)),
    );
    // Of a gateway's own price nothing is known, anywhere.
    assert.deepEqual(
      [notCompared, cheapest.notCompared, cheapest.name],
      [["gateway"], [], "public addresses"],
    );
    assert.equal(Math.round(points.alb! / 1e5), 245);
  });

  it("counts an ECS Gateway with a load balancer of its own, as the least", async () => {
    const { rows, breakEven: points } = await compared({});
    for (const { totals } of rows) {
      assert.deepEqual(totals.gateway, { ...totals.alb, atLeast: true });
    }
    assert.equal(points.gateway, undefined);
  });

  it("does not miss the price of an access log behind a door that has none", async () => {
    const { "logs.vended": vended, ...others } = prices.regions["eu-west-2"]!;
    assert.ok(vended);
    const without = { ...prices, regions: { ...prices.regions, "eu-west-2": others } };
    const { rows } = compare(await optionsFor({}), without, defaultTraffic);
    assert.deepEqual(
      doors.map((door) => rows[0]!.totals[door].atLeast),
      [true, false, true, false, true],
    );
  });

  it("refuses only where the two sides lack different prices", async () => {
    const { "alb.hour": balancer, "endpoint.hour": endpoint, ...others } = prices.regions["eu-west-1"]!;
    assert.ok(balancer && endpoint);
    const without = { ...prices, regions: { ...prices.regions, "eu-west-1": others } };
    const {
      rows,
      breakEven: points,
      cheapest,
      notCompared,
    } = compare(
      await optionsFor({ "aws:region": "eu-west-1", network: { egress: "nat" } }),
      without,
      defaultTraffic,
    );
    assert.ok(rows.every(({ totals }) => totals.cloudMap.atLeast));
    assert.deepEqual([points, notCompared], [{}, ["alb", "internalAlb", "express", "gateway"]]);
    // Endpoints have no price there.
    assert.deepEqual(cheapest.notCompared, ["endpoints in 1 zone", "endpoints in 2 zones"]);
    assert.equal(cheapest.name, "public addresses");
    assert.deepEqual(await adviceOf({ "aws:region": "eu-west-1" }, without), [
      "No other way to AWS that is compared keeps this availability for less than endpoints in 1 zone. Not compared, as " +
        "this Region lacks a price that only one side takes: endpoints in 2 zones, NAT gateway in 1 zone, " +
        "NAT gateways in 2 zones, public addresses.",
      "A public load balancer is not compared: this Region lacks a price that only one side takes.",
    ]);
  });

  it("says up to how many tasks public addresses are the cheapest, where scaling makes more", async () => {
    const scaled = (max: number): object => ({
      services: { flask: { build: "./app", scaling: { min: 2, max } } },
    });
    // Three endpoints for 24.09 USD are less than seven addresses of 3.65.
    assert.equal((await compared(scaled(6))).cheapest.upToTasks, undefined);
    assert.equal((await compared(scaled(7))).cheapest.upToTasks, 6);
    // They survive the loss of a zone, and so do endpoints in both: 48.18 USD, which is less than fourteen addresses.
    assert.equal((await compared({ ...scaled(20), network: { egress: "public" } })).cheapest.upToTasks, 13);
    assert.match((await adviceOf(scaled(20)))[0]!, / That holds up to 6 tasks, and scaling makes more\. /);
    assert.doesNotMatch((await adviceOf(scaled(6)))[0]!, /up to/);
  });

  it("compares no network that is not the stack's", async () => {
    const create = ["ecr.api", "ecr.dkr", "logs", "s3"];
    const existing = { vpcId: "vpc-0", subnetIds: ["subnet-0a"], routeTableIds: ["rtb-0"], create };
    assert.equal(
      (await adviceOf({ network: { existing } }))[0],
      "The network is not this stack's: other ways to AWS are not compared.",
    );
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
            totalOf(found[i]!, door, prices, { ...defaultTraffic, requests: of }).usd;
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
