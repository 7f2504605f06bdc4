import assert from "node:assert/strict";
import * as fc from "fast-check";
import { reachOf, scheduledBounds } from "../../rules/scaling";

const at = { expression: "cron(0 7 * * ? *)", timezone: "UTC" };

describe("rules of scaling", () => {
  describe("by the clock", () => {
    it("sets both numbers each time, those that always hold in the place of what is left out", () => {
      const schedule = [{ ...at, min: 4, max: 8 }, { ...at, min: 3 }, { ...at, max: 9 }, at];
      assert.deepEqual(scheduledBounds({ min: 2, max: 5, schedule }), [
        { min: 4, max: 8 },
        { min: 3, max: 5 },
        { min: 2, max: 9 },
        { min: 2, max: 5 },
      ]);
    });

    it("reaches from the fewest of all times to the most", () => {
      const schedule = [{ ...at, min: 4, max: 8 }, { ...at, min: 1 }];
      assert.deepEqual(reachOf({ min: 2, max: 5, schedule }), { min: 1, max: 8 });
      assert.deepEqual(reachOf({ min: 2, max: 5, schedule: [] }), { min: 2, max: 5 });
    });

    it("stays within its reach, whatever the schedule", () => {
      const tasks = fc.option(fc.integer({ min: 1, max: 1000 }), { nil: undefined });
      const entries = fc.array(fc.record({ min: tasks, max: tasks }));
      fc.assert(
        fc.property(entries, (schedule) => {
          const scaling = { min: 2, max: 5, schedule: schedule.map((entry) => ({ ...at, ...entry })) };
          const reach = reachOf(scaling);
          for (const { min, max } of [scaling, ...scheduledBounds(scaling)])
            assert.ok(reach.min <= min && max <= reach.max);
        }),
      );
    });
  });
});
