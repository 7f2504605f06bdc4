import assert from "node:assert/strict";
import fc from "fast-check";
import { Configuration, families, Family } from "../../../tests/engine/support/configurations";
import { Walk } from "./support/walk";

/**
 * Every update ends without a refusal, as `plan --against` foretells it: the same steps, in an order that the prediction
 * allows, and no request fails but where it says so. Short by default; ENGINE_FULL=1 takes every decision forth and back, and
 * looks after each whether anything is left to do. ENGINE_PART=1/4 takes a share of them, and of the walks.
 */
const full = process.env.ENGINE_FULL === "1";
const [part = 1, parts = 1] = (process.env.ENGINE_PART ?? "1/1").split("/").map(Number);
const walks = full ? Math.ceil(10 / parts) : 1;
const seed = Number(process.env.ENGINE_SEED ?? Math.floor(Math.random() * 1_000_000));

/** What `protect` would refuse, by the decision that is made or taken back. */
const replaces: Readonly<Record<string, string[]>> = {
  "another range": ["PrivateDnsNamespace", "VpcLink"],
  "a third zone": ["VpcLink"],
  "a subnet less": ["VpcLink"],
};
/** What interrupts requests: tools/tests/against/interruptions.test.ts holds docs/limits.md to it. */
const interrupts = ["another range"];

describe("plan --against beside Pulumi's engine", () => {
  for (const family of families) {
    describe(family.name, () => {
      const walk = new Walk(family);
      before(() => walk.start());
      after(() => walk.stop());
      let at = "at first";
      const go = async ([name, config]: Decision, settled: boolean): Promise<void> => {
        const { replaced, interrupts: failed } = await walk.to(config, { settled });
        const sides = [at, name];
        at = name;
        const allowed = sides.flatMap((side) => replaces[side] ?? []);
        assert.deepEqual(
          replaced.filter((kind) => !allowed.includes(kind)),
          [],
        );
        assert.equal(
          failed,
          sides.some((side) => interrupts.includes(side)),
        );
      };
      const first: Decision = ["at first", family.base];

      it("comes up as foretold, and then has nothing to change", () => go(first, true));
      for (const round of roundsOf(family)) {
        it(`goes ${round.map(([name]) => `to ${name}`).join(", ")}`, async () => {
          for (const decision of round) await go(decision, full);
        });
      }
      for (let number = 0; family.representative && number < walks; number += 1) {
        it(`goes at random, with ENGINE_SEED=${seed + number}`, async () => {
          for (const decision of randomly(family, seed + number)) await go(decision, full);
          await go(first, true);
        });
      }
      it("is destroyed, but for what docs/limits.md lists", async () => {
        assert.deepEqual(
          await walk.destroyed(),
          leaves[family.name] ?? ["aws:ecs/taskDefinition:TaskDefinition"],
        );
      });
    });
  }
});

/** What costs nothing, and more than the task definitions. */
const leaves: Readonly<Record<string, string[]>> = {
  // The proof of the domain's name, which other certificates may need.
  "everything of its own": ["aws:ecs/taskDefinition:TaskDefinition", "aws:route53/record:Record"],
};

type Decision = readonly [name: string, config: Configuration];

/** In which order a family's configurations are taken. */
function roundsOf({ base, decisions, back = {}, representative }: Family): Decision[][] {
  const named = (name: string): Decision => [name, decisions[name]!];
  if (representative && !full) return representative.map((name) => [named(name)]);
  return Object.keys(decisions)
    .filter((_, i) => (i + 1 - part) % parts === 0)
    .map((name) => [named(name), ["at first", back[name] ?? base]]);
}

/** Ten steps, each to another decision. */
function randomly({ decisions, alone = [] }: Family, seeded: number): Decision[] {
  const names = Object.keys(decisions).filter((name) => !alone.includes(name));
  const ten = fc.shuffledSubarray(names, { minLength: 10, maxLength: 10 });
  return fc.sample(ten, { seed: seeded, numRuns: 1 })[0]!.map((name) => [name, decisions[name]!]);
}
