import assert from "node:assert/strict";
import type { RollbackResult, ScalingResult } from "../../../bench/operate/legs";
import { problems, render } from "../../../bench/operate/report";

const rollback: RollbackResult = {
  ...{ rate: 10, noticed: [200, 300], gone: [380, 420], good: 100, falsely: 0 },
  controls: { unwatched: { takenBack: false, failed: 3646 }, deaf: { takenBack: false, failed: 3640 } },
};
const controlled = (which: "unwatched" | "deaf"): RollbackResult => ({
  ...rollback,
  controls: { ...rollback.controls, [which]: { takenBack: true, failed: 9 } },
});
const scaled: ScalingResult = {
  ...{ application: "waits", way: "requests" },
  step: { before: 0.5, after: 0.55, settled: 8, most: 40 },
  day: { flaps: 0, missed: 0, changes: 80, failed: 0.001, taskHours: 180 },
};
const control: ScalingResult = {
  ...scaled,
  way: "cpu",
  step: { ...scaled.step, after: 30, settled: undefined },
};
const passing = { rollback: [rollback], scaling: [control, scaled] };

describe("the report of bench:operate", () => {
  it("has nothing to say of what holds", () => {
    assert.deepEqual(problems(passing), []);
    // Too few requests for a minute to mean anything.
    const quiet = { ...rollback, rate: 1, noticed: [undefined], gone: [] };
    assert.deepEqual(problems({ ...passing, rollback: [quiet] }), []);
  });

  const wrong: [string, Partial<typeof passing>, RegExp][] = [
    [
      "a version that stays",
      { rollback: [{ ...rollback, noticed: [200, undefined] }] },
      /taken back after no s/,
    ],
    [
      "one that stays too long",
      { rollback: [{ ...rollback, noticed: [200, 310] }] },
      /after 310 s, and 300 are/,
    ],
    ["a good one that is taken back", { rollback: [{ ...rollback, falsely: 1 }] }, /1 of 100 good versions/],
    [
      "a control that is taken back",
      { rollback: [controlled("unwatched")] },
      /the control did not serve on: without alarms/,
    ],
    [
      "a deaf alarm that hears",
      { rollback: [controlled("deaf")] },
      /the control did not serve on: with alarms on 5XXError/,
    ],
    [
      "a day of turns",
      { scaling: [{ ...scaled, day: { ...scaled.day, flaps: 1 } }] },
      /1 turns within half an hour, and 0/,
    ],
    [
      "requests that stay slow",
      { scaling: [{ ...scaled, step: { ...scaled.step, after: 0.61 } }] },
      /by requests: requests take 1\.22 times as long/,
    ],
    [
      "what never settles",
      { scaling: [{ ...scaled, step: { ...scaled.step, settled: undefined } }] },
      /by requests: it never settles/,
    ],
    [
      "a task that is missed",
      { scaling: [{ ...scaled, day: { ...scaled.day, missed: 1 } }] },
      /1 times a task/,
    ],
    ["a control that keeps up", { scaling: [{ ...control, step: scaled.step }] }, /The control kept up/],
  ];
  for (const [what, change, expected] of wrong) {
    it(`tells of ${what}`, () => {
      const found = problems({ ...passing, ...change });
      assert.equal(found.length, 1);
      assert.match(found[0]!, expected);
      assert.match(render({ ...passing, ...change }), /Failed:\n- /);
    });
  }

  it("is two tables, and whether it passed", () => {
    const lines = render(passing).split("\n");
    assert.equal(
      lines[4],
      "| 10                | 200–300 s        | 2 of 2   | 380–420 s  | 0 of 100             | 3646 wrong, 3640 wrong |",
    );
    assert.ok(
      lines.some((line) =>
        /^\| waits +\| requests +\| 500 → 550 ms +\| 8 min +\| 40 +\| 0 +\| 0 +\| 180 +\| 0\.10 % +\|$/.test(
          line,
        ),
      ),
    );
    assert.ok(lines.some((line) => /^\| waits +\| cpu +\| 500 → 30000 ms +\| never +\|/.test(line)));
    assert.equal(lines.at(-2), "Passed.");
  });
});
