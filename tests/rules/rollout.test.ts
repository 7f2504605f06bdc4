import assert from "node:assert/strict";
import fc from "fast-check";
import {
  assumedCacheSeconds,
  defaultDrainSeconds,
  defaultHealthInterval,
  deploymentPercent,
  deploymentTimeoutMinutes,
  discoveryLagSeconds,
  longestRequestSeconds,
  lossRisks,
  maximumDrainSeconds,
  stopTimeout,
} from "../../rules/rollout";

describe("the time a task has to stop", () => {
  it("holds the drain, the longest request and 5 s, and never more than the 120 s that Fargate grants", () => {
    assert.equal(longestRequestSeconds, 30);
    assert.equal(maximumDrainSeconds, 85);
    for (let drain = 0; drain <= maximumDrainSeconds; drain++) {
      assert.equal(stopTimeout(drain), drain + 35);
      assert.ok(stopTimeout(drain) <= 120);
    }
    assert.equal(stopTimeout(60), 95);
    assert.ok(stopTimeout(maximumDrainSeconds + 1) > 120);
  });
});

describe("the bounds of a deployment", () => {
  /** As ECS applies them: the upper bound is rounded down, the lower one up. */
  const most = (tasks: number): number => Math.floor((tasks * deploymentPercent(tasks).maximum) / 100);
  const least = (tasks: number): number => Math.ceil((tasks * deploymentPercent(tasks).minimum) / 100);

  it("leave room for exactly one task more, up to 199 tasks", () => {
    for (let tasks = 1; tasks < 200; tasks++) assert.equal(most(tasks), tasks + 1, `${tasks} tasks`);
  });

  it("leave no more room than one percent from 200 tasks on, where one percent is two tasks", () => {
    for (let tasks = 200; tasks <= 1000; tasks++) {
      assert.equal(deploymentPercent(tasks).maximum, 101);
      assert.equal(most(tasks), tasks + Math.floor(tasks / 100), `${tasks} tasks`);
    }
    assert.equal(most(200), 202);
  });

  it("are the smallest percentage that leaves room for a task", () => {
    for (let tasks = 1; tasks <= 1000; tasks++) {
      const smaller = deploymentPercent(tasks).maximum - 1;
      assert.equal(Math.floor((tasks * smaller) / 100), tasks, `${tasks} tasks`);
    }
  });

  it("never take a task away before another one serves", () => {
    for (let tasks = 0; tasks <= 1000; tasks++) assert.equal(least(tasks), tasks);
  });

  it("are those of the walkthrough's single task, also for none", () => {
    assert.deepEqual(deploymentPercent(1), { minimum: 100, maximum: 200 });
    assert.deepEqual(deploymentPercent(0), { minimum: 100, maximum: 200 });
    assert.deepEqual(deploymentPercent(2), { minimum: 100, maximum: 150 });
    assert.deepEqual(deploymentPercent(3), { minimum: 100, maximum: 134 });
  });
});

describe("the time a deployment may take", () => {
  it("is twenty minutes at least, and half as much again as its tasks need one by one", () => {
    assert.equal(deploymentTimeoutMinutes(0, stopTimeout(60), 45), 20);
    assert.equal(deploymentTimeoutMinutes(1, stopTimeout(60), 45), 20);
    // (120 to pull and start + 45 until healthy + 30 until discovered + 95 to stop) × 1.5 = 435 s a task.
    assert.equal(deploymentTimeoutMinutes(2, stopTimeout(60), 45), 20);
    assert.equal(deploymentTimeoutMinutes(3, stopTimeout(60), 45), 22);
    assert.equal(deploymentTimeoutMinutes(10, stopTimeout(60), 45), 73);
    // (120 + 30) × 1.5 is 225 s a task, and of 40 tasks 150 min to the second.
    assert.equal(deploymentTimeoutMinutes(40, 0, 0), 150);
  });

  it("never shrinks when anything takes longer", () => {
    const amount = fc.integer({ min: 0, max: 85 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), amount, amount, (tasks, drain, healthy) => {
        const minutes = deploymentTimeoutMinutes(tasks, stopTimeout(drain), healthy);
        assert.ok(Number.isInteger(minutes));
        assert.ok(deploymentTimeoutMinutes(tasks + 1, stopTimeout(drain), healthy) >= minutes);
        assert.ok(deploymentTimeoutMinutes(tasks, stopTimeout(drain + 1), healthy) >= minutes);
        assert.ok(deploymentTimeoutMinutes(tasks, stopTimeout(drain), healthy + 1) >= minutes);
        assert.ok(minutes * 60 >= tasks * (stopTimeout(drain) + healthy));
      }),
    );
  });
});

describe("the risk of losing requests", () => {
  const safe = {
    tasks: 2,
    drainSeconds: defaultDrainSeconds,
    interval: defaultHealthInterval,
    drains: true,
    spot: false,
  };

  it("is none with the defaults and two tasks: the drain outlasts the cache, a check the lag", () => {
    assert.deepEqual(lossRisks(safe), []);
    assert.ok(defaultDrainSeconds > assumedCacheSeconds);
    assert.ok(defaultHealthInterval > discoveryLagSeconds);
  });

  for (const [change, sentence] of [
    [
      { tasks: 1 },
      "One task: a crash or a deployment leaves nobody discoverable for a while. Run two or more.",
    ],
    [
      { drainSeconds: 44 },
      "A drain of 44 s: the gateway may send requests for longer (assumed: 45 s). Raise drainSeconds.",
    ],
    [
      { interval: 5 },
      "A health check every 5 s: tasks can be replaced before their successors are discoverable (up to 30 s). Raise healthCheck.interval.",
    ],
    [
      { drains: false },
      "An image that is not built here: it must go on serving for DRAIN_SECONDS after SIGTERM. Or let the companion do it.",
    ],
    [{ spot: true }, "Fargate Spot: AWS can take all Spot tasks at once, with two minutes' notice."],
  ] as const) {
    it(`is named: ${JSON.stringify(change)}`, () =>
      assert.deepEqual(lossRisks({ ...safe, ...change }), [sentence]));
  }

  it("begins below the time that is known, not at it", () => {
    assert.deepEqual(lossRisks({ ...safe, drainSeconds: 45, interval: 30 }), []);
    assert.equal(lossRisks({ ...safe, drainSeconds: 44 }).length, 1);
    assert.equal(lossRisks({ ...safe, interval: 29 }).length, 1);
    assert.deepEqual([assumedCacheSeconds, discoveryLagSeconds], [45, 30]);
    assert.deepEqual([defaultDrainSeconds, defaultHealthInterval], [60, 35]);
  });

  it("lists every reason at once", () => {
    const worst = { tasks: 1, drainSeconds: 0, interval: 5, drains: false, spot: true };
    assert.equal(lossRisks(worst).length, 5);
  });
});
