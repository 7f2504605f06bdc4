import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { after, arriving, latestSeconds } from "../../cloudwatch/arrival";

const anySeed = fc.integer({ min: 1, max: 1000 });
const anyTime = fc.integer({ min: 0, max: 100_000 });
const endOf = (at: number): number => (Math.floor(at / 60) + 1) * 60;

describe("when metrics arrive", () => {
  it("is after the minute's end, at the latest a minute later, and the same with the same seed", () => {
    const namespaces = fc.constantFrom("AWS/ApiGateway", "AWS/ECS", "AWS/Events", "Custom");
    fc.assert(
      fc.property(anySeed, anyTime, namespaces, (seed, at, namespace) => {
        const late = arriving(seed)(namespace, "m", at) - endOf(at);
        assert.ok(late >= 5 && late <= latestSeconds, `${late}`);
        assert.equal(arriving(seed)(namespace, "m", at) - endOf(at), late);
      }),
    );
  });

  it("differs between the parts of a gateway's minute, between metrics and minutes; a service's minute is one", () => {
    const arrives = arriving(1);
    const ofGateway = (metric: string, from: number): number[] =>
      [0, 10, 20].map((more) => arrives("AWS/ApiGateway", metric, from + more));
    const all = [...ofGateway("Count", 0), ...ofGateway("5xx", 0), ...ofGateway("Count", 60)];
    assert.equal(new Set(all).size, 9);
    assert.equal(new Set([0, 10, 20, 59].map((at) => arrives("AWS/ECS", "m", at))).size, 1);
  });

  it("spreads over all of its time", () => {
    const late = Array.from(
      { length: 600 },
      (_, i) => arriving(3)("AWS/ApiGateway", "m", i * 60) - endOf(i * 60),
    );
    for (let from = 5; from < 60; from += 11) {
      const share = late.filter((one) => one >= from && one < from + 11).length / late.length;
      assert.ok(share > 0.1 && share < 0.3, `${from}: ${share}`);
    }
  });

  it("may be the same for all", () => {
    assert.equal(after(90)("AWS/ECS", "m", 61), 210);
  });
});
