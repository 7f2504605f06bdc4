import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  costOf,
  gapsText,
  itemNames,
  missingIn,
  Price,
  priceOf,
  prices,
  pricesSchema,
} from "../../cost/pricing";

const price: Price = {
  price: 0.5,
  unit: "zone-month",
  source: "a page of AWS",
  date: "2026-09-01",
  confidence: "high",
};
const london = prices.regions["eu-west-2"]!;
const withEntry = (entry: object): unknown => ({
  ...prices,
  global: { ...prices.global, "route53.zone": { ...price, ...entry } },
});

describe("the prices", () => {
  it("are recorded for the Regions that people use most, whole for N. Virginia alone", () => {
    assert.deepEqual(Object.keys(prices.regions), [
      ...["ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1"],
      ...["eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1"],
      ...["us-east-1", "us-east-2", "us-west-1", "us-west-2"],
    ]);
    assert.deepEqual(
      Object.keys(prices.regions).filter((region) => missingIn(prices, region).length === 0),
      ["us-east-1"],
    );
    assert.equal(priceOf(prices, "eu-west-2", "endpoint.hour")?.price, 0.011);
    assert.equal(priceOf(prices, "us-east-1", "endpoint.hour")?.price, 0.01);
    assert.equal(priceOf(prices, "ap-northeast-1", "endpoint.hour")?.price, 0.014);
    assert.equal(priceOf(prices, "eu-west-1", "endpoint.hour")?.price, 0.011);
    assert.equal(priceOf(prices, "sa-east-1", "endpoint.hour")?.price, 0.021);
    assert.equal(priceOf(prices, "eu-west-1", "ecr.stored"), undefined);
    assert.equal(priceOf(prices, "ap-south-2", "endpoint.hour"), undefined);
    assert.equal(priceOf(prices, "ap-south-2", "route53.zone")?.price, 0.5);
  });

  it("have what every stack takes, in every Region: tasks, the HTTP API, endpoints, NAT gateways, addresses, load balancers, logs kept", () => {
    for (const [region, table] of Object.entries(prices.regions)) {
      for (const item of [
        ...([
          "fargate.x86.vcpu",
          "fargate.x86.memory",
          "fargate.spot.x86.vcpu",
          "fargate.spot.x86.memory",
        ] as const),
        ...(["api.requests", "endpoint.hour", "endpoint.gb", "nat.hour", "ipv4.hour", "alb.hour"] as const),
        "logs.stored" as const,
      ]) {
        assert.ok(table[item], `${item} in ${region}`);
      }
    }
  });

  it("of a Region with gaps say which", () => {
    const all = Object.keys(itemNames) as (keyof typeof itemNames)[];
    assert.equal(
      gapsText(prices, "eu-west-2", ["fargate.x86.vcpu", "fargate.spot.arm.memory", "fargate.spot.arm.vcpu"]),
      "No price is recorded in eu-west-2 of: vCPU of ARM64 Spot tasks, memory of ARM64 Spot tasks. They are in no total. " +
        "Fix: npm run prices:update -- --region eu-west-2, which reads the AWS Price List.",
    );
    assert.equal(gapsText(prices, "eu-west-2", ["fargate.x86.vcpu", "route53.zone"]), undefined);
    assert.equal(gapsText(prices, "us-east-1", all), undefined);
    assert.equal(
      gapsText(prices, "ap-south-2", []),
      "No prices of ap-south-2 are recorded here. Fix: npm run prices:update -- --region ap-south-2.",
    );
    for (const region of Object.keys(prices.regions)) {
      const gaps = gapsText(prices, region, all) ?? "";
      for (const [item, name] of Object.entries(itemNames)) {
        const isMissing = !(item in prices.regions[region]!);
        assert.equal(new RegExp(`[:,] ${name}[,.]`).test(gaps), isMissing, `${item} in ${region}`);
      }
    }
  });

  it("are sure only where their source has a name", () => {
    for (const entry of [...Object.values(prices.regions), prices.global].flatMap(Object.values<Price>)) {
      const isNamed = /^(github\.com\/[\w.-]+\/[\w.-]+, \S+: |AWS Price List, )/.test(entry.source);
      assert.ok(entry.confidence !== "high" || isNamed, entry.source);
    }
  });

  const refused: [what: string, value: unknown][] = [
    ["an item that nobody knows", { ...prices, global: { ...prices.global, "route53.zones": price } }],
    ["a unit of another item", withEntry({ unit: "GB" })],
    ["tiers that fall back", withEntry({ tiers: [25, 10].map((from) => ({ from, price: 0.1 })) })],
    ["a tier from 0", withEntry({ tiers: [{ from: 0, price: 0.1 }] })],
    ["a price below 0", withEntry({ price: -1 })],
    ["a date that is none", withEntry({ date: "September" })],
    ["a confidence of another scale", withEntry({ confidence: "certain" })],
    ["no source", withEntry({ source: undefined })],
    ["a place that is no Region", { ...prices, regions: { ...prices.regions, London: london } }],
  ];
  for (const [what, value] of refused) {
    it(`refuse ${what}`, () => assert.equal(pricesSchema.safeParse(value).success, false));
  }
  it("take the entry that those are made from", () =>
    assert.ok(pricesSchema.safeParse(withEntry({ tiers: [{ from: 25, price: 0.1 }] })).success));
});

describe("costOf", () => {
  it("charges each part of a quantity at the price of its tier", () => {
    const requests = london["api.requests"]!;
    assert.equal(costOf(requests, 0), 0);
    assert.equal(costOf(requests, 10), 11.6);
    assert.equal(costOf(requests, 300), 348);
    // 300 × 1.16 + 100 × 1.04
    assert.equal(costOf(requests, 400), 452);
    // 10,240 × 0.09 + 40,960 × 0.085 + 8,800 × 0.07
    assert.ok(Math.abs(costOf(london["transfer.out"]!, 60_000) - (921.6 + 3481.6 + 616)) < 1e-9);
  });

  const tiered = fc
    .record({
      steps: fc.uniqueArray(fc.integer({ min: 1, max: 1e6 }), { maxLength: 4 }),
      unitPrices: fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 5, maxLength: 5 }),
    })
    .map(({ steps, unitPrices }): Price => {
      const tiers = steps
        .sort((a, b) => a - b)
        .map((from, i) => ({ from, price: unitPrices[i + 1]! / 1000 }));
      return { ...price, price: unitPrices[0]! / 1000, ...(tiers.length > 0 && { tiers }) };
    });

  it("never falls, and has no step where a tier begins", () => {
    fc.assert(
      fc.property(
        tiered,
        fc.double({ min: 0, max: 2e6, noNaN: true }),
        fc.double({ min: 0, max: 10, noNaN: true }),
        (of, quantity, more) => {
          const highest = Math.max(of.price, ...(of.tiers ?? []).map((tier) => tier.price));
          const added = costOf(of, quantity + more) - costOf(of, quantity);
          assert.ok(added >= -1e-6 && added <= more * highest + 1e-6, `${added}`);
        },
      ),
    );
    for (const of of [...Object.values(london), ...Object.values(prices.global)]) {
      for (const { from } of of.tiers ?? []) {
        assert.ok(Math.abs(costOf(of, from + 1e-9) - costOf(of, from - 1e-9)) < 1e-6);
      }
    }
  });
});
