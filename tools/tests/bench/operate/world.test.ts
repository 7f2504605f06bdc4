import assert from "node:assert/strict";
import { flaps, missed } from "../../../bench/operate/scaling";
import { Random } from "../../../bench/operate/random";
import { RollingService } from "../../../bench/operate/rolling";
import { World, type Version } from "../../../bench/operate/world";
import { after } from "../../../cloudwatch/arrival";
import { MetricStore } from "../../../cloudwatch/store";

const version: Version = { failing: 0, seconds: 0.05, atOnce: 1, cpuSeconds: 0.05 };
const measured = { api: [{ ApiId: "a" }], service: { ClusterName: "c", ServiceName: "s" } };
const makeWorld = () => {
  const store = new MetricStore(after(0));
  const assumptions = { startSeconds: 40, healthSeconds: 35, drainSeconds: 60 };
  return { store, world: new World(store, measured, assumptions, new Random(1)) };
};
const api = (name: string) => ({ namespace: "AWS/ApiGateway", name, dimensions: { ApiId: "a" } });

describe("the modelled service", () => {
  it("answers nobody without a task, serves with one, and queues beyond what one can do", () => {
    const { world } = makeWorld();
    const nobody = world.step(10);
    assert.ok(nobody.requests > 0 && nobody.failed === nobody.requests);
    world.start(version, 1, world.now);
    const one = world.step(10);
    assert.deepEqual([one.failed, Math.max(...one.latencies) < 1], [0, true]);
    let slowest = 0;
    for (let i = 0; i < 60; i++) slowest = Math.max(slowest, ...world.step(40).latencies);
    assert.equal(slowest, 30, "the gateway waits for no longer");
  });

  it("tells CloudWatch what it did, and of no errors where there were none", () => {
    const { world, store } = makeWorld();
    world.start(version, 2, world.now);
    let requests = 0;
    for (let i = 0; i < 6; i++) requests += world.step(10).requests;
    assert.deepEqual(store.query(60, api("Count"), "Sum", 60, 1), [requests]);
    assert.deepEqual(store.query(60, api("5xx"), "Sum", 60, 1), [undefined]);
    const tasks = { namespace: "AWS/ECS", name: "MemoryUtilization", dimensions: measured.service };
    assert.deepEqual(store.query(60, tasks, "SampleCount", 60, 1), [2]);
    const cpu = store.query(60, { ...tasks, name: "CPUUtilization" }, "Average", 60, 1)[0]!;
    assert.ok(Math.abs(cpu - (requests / 60 / 2) * 5) < 0.5, `${cpu}`);
  });

  it("replaces tasks within the limits, and never leaves fewer that serve", () => {
    const { world } = makeWorld();
    const settings = { minimum: 100, maximum: 150, alarmNames: ["errors"], bakeSeconds: 120 };
    const rolling = new RollingService(world, settings, version, 2);
    const next = { ...version };
    rolling.deploy(next, new Map());
    let [most, fewest] = [0, Infinity];
    while (rolling.phase !== "steady" && world.now < 3600) {
      world.step(1);
      rolling.tick(new Map());
      most = Math.max(most, world.wanted());
      fewest = Math.min(fewest, world.serving());
    }
    assert.deepEqual([most, fewest, world.serving(next), world.serving(version)], [3, 2, 2, 0]);
    assert.equal(rolling.rolledBack, undefined);
  });

  it("takes a version back by an alarm, but not by one that fired before", () => {
    for (const [before, taken] of [
      ["OK", true],
      ["ALARM", false],
    ] as const) {
      const { world } = makeWorld();
      const settings = { minimum: 100, maximum: 150, alarmNames: ["errors"], bakeSeconds: 120 };
      const rolling = new RollingService(world, settings, version, 2);
      rolling.deploy({ ...version }, new Map([["errors", before]]));
      for (let i = 0; i < 90; i++) {
        world.step(1);
        rolling.tick(new Map([["errors", world.now > 100 ? "ALARM" : before]]));
      }
      assert.equal(rolling.rolledBack !== undefined, taken);
      assert.equal(world.serving(version), taken ? 2 : 0);
    }
  });

  it("is the same again with the same seed", () => {
    const steps = () => {
      const { world } = makeWorld();
      world.start(version, 2);
      return Array.from({ length: 50 }, () => world.step(20));
    };
    assert.deepEqual(steps(), steps());
  });
});

describe("what is counted of a day", () => {
  const minutes = (wanted: number[]) => wanted.map((tasks, i) => ({ at: i * 60, wanted: tasks }));

  it("is the third turn within half an hour", () => {
    assert.equal(flaps(minutes([2, 3, 4, 5, 4, 3])), 0);
    assert.equal(flaps(minutes([2, 3, 2, 3])), 0);
    assert.equal(flaps(minutes([2, 3, 2, 3, 2])), 1);
    const slow = [
      2,
      ...Array<number>(20).fill(3),
      ...Array<number>(20).fill(2),
      ...Array<number>(20).fill(3),
      2,
    ];
    assert.equal(flaps(minutes(slow)), 0);
  });

  it("is a task that was taken away, and missed within ten minutes", () => {
    const of = (wanted: number[], slow: number) =>
      minutes(wanted).map((minute, i) => ({
        ...minute,
        ...{ requests: 1, failed: 0, serving: minute.wanted, p95: i === slow ? 3 : 1 },
      }));
    const taken = [3, ...Array<number>(15).fill(2)];
    assert.equal(missed(of(taken, 8), 1, 2), 1);
    assert.equal(missed(of(taken, 14), 1, 2), 0);
    assert.equal(missed(of([...taken].reverse(), 8), 1, 2), 0);
  });
});
