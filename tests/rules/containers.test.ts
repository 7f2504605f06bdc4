import assert from "node:assert/strict";
import fc from "fast-check";
import {
  circleOf,
  Condition,
  dependantsOf,
  ends,
  stopSeconds,
  Waiting,
  waitsFor,
} from "../../rules/containers";

const waiting = (
  name: string,
  ...others: (string | [string, Condition])[]
): Waiting & { stopTimeout: number } => ({
  name,
  stopTimeout: 10,
  dependsOn: others.map((other) =>
    typeof other === "string"
      ? { container: other, condition: "START" }
      : { container: other[0], condition: other[1] },
  ),
});

describe("the order of containers", () => {
  for (const [what, containers, circle] of [
    ["none", [waiting("a", "b"), waiting("b")], undefined],
    ["itself", [waiting("a", "a")], ["a", "a"]],
    ["two", [waiting("a", "b"), waiting("b", "a")], ["a", "b", "a"]],
    ["one that others lead to", [waiting("a", "b"), waiting("b", "c"), waiting("c", "b")], ["b", "c", "b"]],
    ["one that nothing leads to", [waiting("a"), waiting("b", "c"), waiting("c", "b")], ["b", "c", "b"]],
    ["the second way", [waiting("a", "b", "c"), waiting("b"), waiting("c", "a")], ["a", "c", "a"]],
    [
      "two ways to one",
      [waiting("a", "b", "c"), waiting("b", "d"), waiting("c", "d"), waiting("d")],
      undefined,
    ],
  ] as const) {
    it(`finds a circle: ${what}`, () => assert.deepEqual(circleOf(containers), circle));
  }

  it("knows who waits for whom, by others too, and in a circle", () => {
    const all = [waiting("a", "b"), waiting("b", "c"), waiting("c"), waiting("d", "d")];
    assert.equal(waitsFor(all, "a", "c"), true);
    assert.equal(waitsFor(all, "c", "a"), false);
    assert.equal(waitsFor(all, "d", "a"), false);
    assert.equal(waitsFor(all, "d", "b"), false);
    assert.equal(waitsFor(all, "a", "nobody"), false);
    assert.deepEqual(
      dependantsOf(all, "b").map(({ name }) => name),
      ["a"],
    );
  });

  for (const [what, containers, seconds] of [
    ["one", [waiting("a")], 10],
    ["side by side", [waiting("a"), waiting("b")], 10],
    ["one after the other", [waiting("a", "b"), waiting("b", "c"), waiting("c")], 30],
    ["one that has ended by then", [waiting("a", ["b", "SUCCESS"]), waiting("b")], 10],
    ["one that has failed by then", [waiting("a", ["b", "COMPLETE"]), waiting("b")], 10],
    ["the longer way", [waiting("a", "b", "c"), waiting("b", "c"), waiting("c")], 30],
    ["nothing", [], 0],
  ] as const) {
    it(`takes ${seconds} s to stop: ${what}`, () => assert.equal(stopSeconds(containers), seconds));
  }

  it("stops within the sum of all, and not before the slowest", () => {
    // Dependencies on later ones alone: no circle.
    const chains = fc
      .array(
        fc.record({
          stopTimeout: fc.integer({ min: 2, max: 120 }),
          links: fc.array(
            fc.tuple(fc.nat(9), fc.constantFrom<Condition>("START", "HEALTHY", "COMPLETE", "SUCCESS")),
          ),
        }),
        { minLength: 1, maxLength: 8 },
      )
      .map((all) =>
        all.map(({ stopTimeout, links }, i) => ({
          name: String(i),
          stopTimeout,
          dependsOn: links
            .filter(([to]) => to > i && to < all.length)
            .map(([to, condition]) => ({ container: String(to), condition })),
        })),
      );
    fc.assert(
      fc.property(chains, (containers) => {
        assert.equal(circleOf(containers), undefined);
        const ended = new Set(
          containers.flatMap(({ dependsOn }) =>
            dependsOn.filter(({ condition }) => ends(condition)).map(({ container }) => container),
          ),
        );
        const left = containers.filter(({ name }) => !ended.has(name)).map(({ stopTimeout }) => stopTimeout);
        const seconds = stopSeconds(containers);
        assert.ok(seconds <= left.reduce((sum, one) => sum + one, 0));
        assert.ok(seconds >= Math.max(...left));
      }),
    );
  });
});
