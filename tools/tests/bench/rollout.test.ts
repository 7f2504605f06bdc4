import assert from "node:assert/strict";
import type { Deployment } from "../../../simulate/deployment";
import { withHealthCheck, withoutCustomHealth, withoutDrain } from "../../bench/edits";
import { runRollouts, type RollOptions } from "../../bench/legs";
import { assumptions, plain, recordDeployment } from "../../bench/system";

/** Counts and states only: how long anything takes here says nothing. `npm run bench:rollout` is the long version. */
describe("rolling under load, by the program's own parameters", function () {
  this.timeout(150_000);
  let deployment: Deployment;
  before(async () => {
    // However slow this machine starts a task, it is waited for: no rollout fails here but by intent.
    deployment = withHealthCheck({ startPeriod: 1200 })(await recordDeployment());
  });
  const run = (changes: Partial<RollOptions> = {}) =>
    runRollouts({
      deployment,
      second: 50,
      rate: 100,
      ...assumptions,
      rollouts: 1,
      progress: () => undefined,
      ...changes,
    });

  it("loses nothing", async () => {
    const { rolling, rollouts } = await run();
    assert.deepEqual(rolling.reasons, []);
    assert.equal(rolling.lost + rolling.inFlightOnKilled + rolling.sentToKilled, 0);
    assert.ok(rolling.sent > 100, `${rolling.sent} requests are no load`);
    assert.equal(rollouts, 1);
  });

  it("loses requests without the drain", async () => {
    const { rolling } = await run({ deployment: withoutDrain(deployment), rollouts: 3, hasty: true });
    assert.ok(rolling.lost > 0);
    assert.ok(rolling.reasons.every(({ reason }) => reason.startsWith("503: ")));
  });

  it("loses nothing of a server that ends at once on SIGTERM, with the companion, and loses without", async () => {
    const companion = withHealthCheck({ startPeriod: 1200 })(await recordDeployment(2, { companion: true }));
    const held = await run({ deployment: companion, command: plain });
    assert.deepEqual(held.rolling.reasons, []);
    assert.equal(held.rolling.lost + held.rolling.inFlightOnKilled + held.rolling.sentToKilled, 0);
    assert.ok(held.rolling.sent > 100, `${held.rolling.sent} requests are no load`);
    const { rolling } = await run({ command: plain, rollouts: 3, hasty: true });
    assert.ok(rolling.lost > 0);
  });

  it("loses requests without custom health: they go to a version that is never healthy", async () => {
    const changed = withoutCustomHealth(deployment);
    const { broken } = await run({ deployment: changed, rollouts: 0, broken: true, hasty: true });
    assert.ok(broken && broken.lost > 0);
  });
});
