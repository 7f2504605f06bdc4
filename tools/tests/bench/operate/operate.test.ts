import assert from "node:assert/strict";
import * as legs from "../../../bench/operate/legs";
import { leastRate, problems } from "../../../bench/operate/report";

describe("npm run bench:operate, short", () => {
  it("takes wrong versions back in five minutes and good ones never; without alarms they serve on", async () => {
    const rollback = [legs.rollbackLeg(await legs.recordWatched(), leastRate, { wrong: 3, good: 20 })];
    assert.deepEqual(problems({ rollback, scaling: [] }), []);
  });

  it("is as fast after ten times the traffic where requests are counted; by CPU a service that waits is not", async () => {
    const days = { count: 1, hours: 6 };
    const scaling = [
      legs.scalingLeg(await legs.recordScaled("cpu"), "waits", "cpu", days),
      legs.scalingLeg(await legs.recordScaled("requests"), "waits", "requests", days),
    ];
    assert.deepEqual(problems({ rollback: [], scaling }), []);
  });
});
