import assert from "node:assert/strict";
import { until } from "../http";
import { setUp } from "./scheduled";

describe("a deployment that alarms watch", () => {
  const made: { close(): void }[] = [];
  const start = (bakeSeconds: number, rollback = true) => {
    const all = setUp({ desiredCount: 2 }, {}, { alarms: { names: ["errors"], rollback, bakeSeconds } });
    made.push(all.scheduler);
    return all;
  };
  afterEach(() => made.splice(0).forEach((one) => one.close()));

  it("is taken back when one fires while its tasks come, and once they have come", async () => {
    const { scheduler, roll, artifact, versions, states } = start(20);
    await roll("v1");
    // Baked: the one to go back to.
    await new Promise((resolve) => setTimeout(resolve, 60));
    scheduler.deploy(artifact("v2"));
    scheduler.alarmed("errors");
    await until(() => states.at(-1) === "v1 COMPLETED");
    assert.deepEqual(states.slice(-3), ["v2 FAILED", "v1 IN_PROGRESS", "v1 COMPLETED"]);
    const third = await roll("v3");
    scheduler.alarmed("errors");
    assert.deepEqual([third.state, third.lastFailure], ["FAILED", "the alarm errors fired"]);
    await until(() => versions().join() === "v1,v1" && scheduler.tasks.size === 2);
  });

  it("is left alone once it is baked, and while it goes back", async () => {
    const { scheduler, roll, artifact, versions, states } = start(20);
    await roll("v1");
    await new Promise((resolve) => setTimeout(resolve, 60));
    scheduler.alarmed("errors");
    assert.equal(scheduler.primary?.state, "COMPLETED");
    scheduler.deploy(artifact("v2"));
    scheduler.alarmed("errors");
    scheduler.alarmed("errors");
    await until(() => versions().join() === "v1,v1");
    assert.deepEqual(states.filter((state) => state === "v2 FAILED").length, 1);
    assert.ok(!states.includes("v1 FAILED"));
  });

  it("has nothing to go back to when it is the first, or the one before never baked", async () => {
    const { scheduler, roll, versions } = start(100_000);
    const first = await roll("v1");
    scheduler.alarmed("errors");
    assert.equal(first.state, "FAILED");
    const second = await roll("v2");
    scheduler.alarmed("errors");
    assert.equal(second.state, "FAILED");
    assert.deepEqual(versions(), ["v2", "v2"]);
  });

  it("fails and stays where the alarms do not take back", async () => {
    const { scheduler, roll, versions } = start(10, false);
    await roll("v1");
    await new Promise((resolve) => setTimeout(resolve, 50));
    const second = await roll("v2");
    scheduler.alarmed("errors");
    assert.equal(second.state, "FAILED");
    assert.deepEqual(versions(), ["v2", "v2"]);
  });
});
