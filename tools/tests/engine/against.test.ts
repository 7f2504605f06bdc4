import assert from "node:assert/strict";
import fc from "fast-check";
import { Configuration, families, Family } from "../../../tests/engine/support/configurations";
import { shareOf, short } from "./support/share";
import { Walk } from "./support/walk";

/**
 * Every update ends without a refusal, as `plan --against` foretells it: the same steps, in an order that the prediction
 * allows, and no request fails but where it says so. Every decision is taken forth and back, and after each it is looked
 * whether anything is left to do. A short run takes those that are different in kind, one after the other.
 */
const walks = short ? [0] : shareOf(Array.from({ length: 10 }, (_, i) => i));
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
          for (const decision of round) await go(decision, !short);
        });
      }
      for (const number of family.representative ? walks : []) {
        it(`goes at random, with ENGINE_SEED=${seed + number}`, async () => {
          for (const decision of randomly(family, seed + number)) await go(decision, !short);
          await go(first, true);
        });
      }
      it("is destroyed, but for what docs/limits.md lists", async () => {
        // What costs nothing: task definitions, and the proof of a domain's name, which other certificates may need.
        const proven = walk.configurations.some((config) => JSON.stringify(config).includes("hostedZoneId"));
        const left = [
          "aws:ecs/taskDefinition:TaskDefinition",
          ...(proven ? ["aws:route53/record:Record"] : []),
        ];
        assert.deepEqual(await walk.destroyed(), left);
      });
    });
  }
});

type Decision = readonly [name: string, config: Configuration];

/** In which order a family's configurations are taken. */
function roundsOf({ base, decisions, back = {}, representative }: Family): Decision[][] {
  const named = (name: string): Decision => [name, decisions[name]!];
  if (representative && short) return representative.map((name) => [named(name)]);
  return shareOf(Object.keys(decisions)).map((name) => [named(name), ["at first", back[name] ?? base]]);
}

/** Ten steps, each to another decision. */
function randomly({ decisions, alone = [] }: Family, seeded: number): Decision[] {
  const names = Object.keys(decisions).filter((name) => !alone.includes(name));
  const ten = fc.shuffledSubarray(names, { minLength: 10, maxLength: 10 });
  return fc.sample(ten, { seed: seeded, numRuns: 1 })[0]!.map((name) => [name, decisions[name]!]);
}
