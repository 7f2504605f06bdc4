import assert from "node:assert/strict";
import type { ServiceScheduler } from "../../../local/ecs/scheduler";
import type { FixtureOptions } from "../fixture";
import { until } from "../http";
import { setUp } from "./scheduled";

describe("the service scheduler", () => {
  const schedulers: ServiceScheduler[] = [];
  const start = (options: FixtureOptions, settings?: Parameters<typeof setUp>[1]) => {
    const made = setUp(options, settings);
    schedulers.push(made.scheduler);
    return made;
  };
  afterEach(() => {
    for (const scheduler of schedulers.splice(0)) scheduler.close();
  });

  it("replaces a task that is killed, and did not ask for it", async () => {
    const { scheduler, roll, notes, versions } = start({ desiredCount: 2 });
    await roll("v1");
    const [task] = scheduler.tasks;
    await task!.kill();
    await until(() => task!.state === "STOPPED" && versions().length === 2);
    assert.equal(task!.stopRequested, false);
    assert.ok(!scheduler.tasks.has(task!));
    assert.deepEqual(
      notes.filter((note) => note.startsWith("SIG")),
      ["SIGKILL v1"],
    );
  });

  it("tells how many tasks are wanted", () => {
    const { scheduler } = start({ desiredCount: 2 });
    assert.equal(scheduler.desiredCount, 2);
    scheduler.setDesired(3);
    assert.equal(scheduler.desiredCount, 3);
  });

  it("starts the desired tasks, spread over the zones, and registers them", async () => {
    const { scheduler, roll, discovered } = start({ desiredCount: 4 });
    await roll("v1");
    assert.deepEqual([...scheduler.tasks].map(({ zone }) => zone).sort(), [
      "eu-west-2a",
      "eu-west-2a",
      "eu-west-2b",
      "eu-west-2b",
    ]);
    assert.equal(discovered(), 4);
  });

  describe("what no time makes healthy", () => {
    const cases = [
      ["uncheckable", /^The image has no `curl`, so its health check can never succeed\. Fix: /],
      ["no module", /^`ModuleNotFoundError: No module named 'fastapi'`: the image lacks it\. Fix: /],
    ] as const;
    for (const [version, advice] of cases) {
      it(`ends the wait with its first task, and says why: ${version}`, async () => {
        // A second that is long: none of a health check's times has passed.
        const { roll, explained, states } = start({ desiredCount: 2 }, { second: 100_000 });
        const rollout = await roll(version, "FAILED");
        assert.match(rollout.advice.at(-1) ?? "", advice);
        assert.equal(explained.filter((message) => advice.test(message)).length, 1);
        assert.deepEqual(states, [`${version} IN_PROGRESS`, `${version} FAILED`]);
      });
    }

    it("is tried as often as on AWS where ECS's own timing is asked for", async () => {
      const { roll, runner } = start({ desiredCount: 1 }, { second: 1, eagerness: Infinity });
      const rollout = await roll("no module", "FAILED");
      assert.deepEqual([rollout.failures, runner.started.length], [3, 3]);
    });

    it("goes back to what ran before", async () => {
      const { roll, versions } = start({ desiredCount: 1 });
      await roll("v1");
      await roll("no module", "FAILED");
      await until(() => versions().join() === "v1");
    });
  });

  describe("a task that ends before its drain", () => {
    const explainedBy = async (environment: Record<string, string>) => {
      const { roll, explained } = start({ desiredCount: 1, environment }, { second: 1000 });
      await roll("v1");
      await roll("v2");
      return explained;
    };
    it("is said once, with what AWS would lose", async () => {
      assert.deepEqual(await explainedBy({ DRAIN_SECONDS: "60" }), [
        "It ended at once after SIGTERM: on AWS this loses requests, as the gateway still sends some to it. DRAIN_SECONDS is 60. " +
          "Fix: serve on for DRAIN_SECONDS and then end, or let the companion hold SIGTERM back: `companion: true`.",
      ]);
    });
    it("is nothing to speak of without a drain", async () => {
      assert.deepEqual(await explainedBy({}), []);
    });
  });

  it("starts nothing when nothing is desired, and scales", async () => {
    const { scheduler, roll, versions, discovered } = start({ desiredCount: 0 });
    await roll("v1");
    assert.equal(scheduler.tasks.size, 0);
    scheduler.setDesired(3);
    await until(() => versions().length === 3);
    scheduler.setDesired(1);
    await until(() => scheduler.tasks.size === 1);
    assert.equal(discovered(), 1);
  });

  const limits: [desired: number, minimum: number, maximum: number, fewest: number, most: number][] = [
    [1, 100, 200, 1, 2],
    [2, 100, 150, 2, 3],
    [4, 100, 125, 4, 5],
    [4, 50, 100, 2, 4],
    [3, 50, 100, 2, 3],
    [3, 100, 150, 3, 4],
    [1, 0, 100, 0, 1],
  ];
  for (const [desired, minimum, maximum, fewest, most] of limits) {
    it(`rolls ${desired} within ${minimum} and ${maximum} percent: ${fewest} to ${most} tasks`, async () => {
      const { roll, versions, limits: seen } = start({ desiredCount: desired, minimum, maximum });
      await roll("v1");
      await roll("v2");
      assert.deepEqual(versions(), Array<string>(desired).fill("v2"));
      assert.deepEqual(seen(), { most, fewest });
    });
  }

  it("stops in ECS's order: deregistered, SIGTERM at once, SIGKILL after stopTimeout, removed", async () => {
    const polite = start({});
    await polite.roll("v1");
    await polite.roll("v2");
    await until(() => polite.notes.length === 3);
    assert.deepEqual(polite.notes, ["deregistered", "SIGTERM v1", "removed v1"]);

    const deaf = start({});
    await deaf.roll("deaf");
    await deaf.roll("v2");
    await until(() => deaf.notes.length === 4);
    assert.deepEqual(deaf.notes, ["deregistered", "SIGTERM deaf", "SIGKILL deaf", "removed deaf"]);
  });

  it("replaces a task that dies, and one whose health check fails", async () => {
    const { scheduler, runner, roll, versions, discovered } = start({ desiredCount: 2 });
    await roll("v1");
    runner.started[0]?.end({ code: 137, reason: "killed" });
    await until(() => runner.started.length === 3 && versions().length === 2);
    const sick = runner.started[1];
    assert.ok(sick);
    sick.well = false;
    await until(() => runner.started.length === 4 && versions().length === 2);
    assert.ok(![...scheduler.tasks].some(({ id }) => id === sick.id));
    assert.equal(discovered(), 2);
  });

  for (const version of ["broken", "crash", "missing"]) {
    it(`rolls back after three tasks of a version that is ${version}`, async () => {
      const {
        roll,
        states,
        versions,
        runner,
        limits: seen,
        disposed,
      } = start({ desiredCount: 2, maximum: 150 });
      const good = await roll("v1");
      const before = [...runner.started];
      const bad = await roll(version, "FAILED");
      await until(() => good.state === "COMPLETED");
      assert.equal(bad.failures, 3);
      assert.deepEqual(states, [
        "v1 IN_PROGRESS",
        "v1 COMPLETED",
        `${version} IN_PROGRESS`,
        `${version} FAILED`,
        "v1 IN_PROGRESS",
        "v1 COMPLETED",
      ]);
      assert.deepEqual(versions(), ["v1", "v1"]);
      assert.equal(seen().fewest, 2, "the good tasks should serve throughout");
      // The old tasks were kept, not started again.
      assert.deepEqual(
        runner.started.filter((task) => task.version === "v1"),
        before,
      );
      await until(() => disposed.includes(version));
      assert.ok(!disposed.includes("v1"));
    });
  }

  it("has nothing to roll back to on a first failed deployment", async () => {
    const { roll, scheduler, states } = start({});
    const rollout = await roll("crash", "FAILED");
    assert.equal(rollout.lastFailure, "it ended with code 1");
    await until(() => scheduler.tasks.size === 0);
    assert.deepEqual(states, ["crash IN_PROGRESS", "crash FAILED"]);
  });

  it("leaves a rollout behind when a newer one comes, and disposes of what nobody needs", async () => {
    const { scheduler, artifact, roll, versions, disposed } = start({ desiredCount: 2 });
    await roll("v1");
    scheduler.deploy(artifact("v2"));
    await roll("v3");
    assert.deepEqual(versions(), ["v3", "v3"]);
    await until(() => disposed.length === 2);
    assert.deepEqual(disposed.sort(), ["v1", "v2"]);
  });

  it("takes containers without a health check for healthy when they run", async () => {
    const { roll, discovered } = start({ healthCheck: null, desiredCount: 2 });
    await roll("v1");
    assert.equal(discovered(), 2);
  });
});
