import assert from "node:assert/strict";
import { run } from "../../../tests/support/stack";
import { estimate } from "../../cost/estimate";
import { prices } from "../../cost/pricing";
import { defaultTraffic } from "../../cost/charges/traffic";

describe("the cost of ECS Exec", () => {
  it("is its endpoint, in each zone, and what sessions log: four a month of 100 KB are assumed", async () => {
    const priced = async (exec: boolean) =>
      estimate(await run({ services: { flask: { build: "./app", exec } } }), prices, {
        ...defaultTraffic,
        requests: 0,
      });
    const [on, off] = [await priced(true), await priced(false)];
    assert.deepEqual(on.unpriced, []);
    const nameOf = ({ resource, what }: (typeof on.lines)[number]): string => `${resource}: ${what}`;
    const known = off.lines.map(nameOf);
    const added = on.lines.filter((each) => !known.includes(nameOf(each)));
    const [gb, months] = [(4 * 100) / 1024 ** 2, 30 / (730 / 24)];
    const wanted: Record<string, number> = {
      "network-ssmmessages: interface endpoint": 730 * 0.011,
      "cluster-sessions: log of sessions": gb * 0.5985,
      "cluster-sessions: log of sessions, kept": gb * months * 0.0315,
    };
    assert.deepEqual(added.map(nameOf).sort(), Object.keys(wanted).sort());
    for (const line of added) {
      const amount = wanted[nameOf(line)]!;
      assert.ok(
        Math.abs(line.monthly - amount) < 1e-9,
        `${nameOf(line)}: ${line.monthly}, by hand ${amount}`,
      );
    }
  });
});
