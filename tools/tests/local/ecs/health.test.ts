import assert from "node:assert/strict";
import { watchHealth, type Health, type HealthSettings, taskHealth } from "../../../local/ecs/health";
import { until } from "../http";

const check = { command: ["CMD", "true"], interval: 35, timeout: 3, retries: 2, startPeriod: 0 };

describe("a container's health", () => {
  const ends: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });
  const watch = (answers: boolean[], settings: HealthSettings) => {
    const began = performance.now();
    const probes: { after: number; timeout: number }[] = [];
    const states: Health[] = [];
    const probe = (timeout: number) => {
      probes.push({ after: performance.now() - began, timeout });
      return Promise.resolve(answers.shift() ?? true);
    };
    ends.push(watchHealth(check, probe, (health) => states.push(health), settings));
    return { probes, states };
  };

  it("is first checked one interval after the start, where nobody is in a hurry", async () => {
    const { probes, states } = watch([], { second: 2, eagerness: Infinity });
    assert.equal(probes.length, 0);
    await until(() => states.length === 1);
    assert.deepEqual(states, ["HEALTHY"]);
    // Timers may be a millisecond early.
    assert.ok((probes[0]?.after ?? 0) >= 35 * 2 - 1);
    assert.equal(probes[0]?.timeout, 3000, "commands take real time");
  });

  it("is UNHEALTHY after so many failures in a row, also without hurry", async () => {
    const { probes, states } = watch([false, false], { second: 1, eagerness: Infinity });
    await until(() => states.length === 1);
    assert.deepEqual(states, ["UNHEALTHY"]);
    assert.equal(probes.length, 2);
  });

  it("is checked at once for whoever waits", () => {
    const { probes } = watch([], { second: 1, eagerness: 0.5 });
    assert.equal(probes.length, 1);
  });

  it("is checked the less often the longer it fails, yet never found a tenth too late", async () => {
    const { probes, states } = watch(Array<boolean>(100).fill(false), { second: 20, eagerness: 0.5 });
    await until(() => states.length === 1);
    assert.deepEqual(states, ["UNHEALTHY"]);
    // In the 70 seconds that two failures take on AWS; of half a second each there were 140.
    assert.ok(probes.at(-1)!.after >= 70 * 20 - 10, "not sooner than on AWS");
    assert.ok(probes.length < 60, String(probes.length));
    assert.ok(probes.at(-1)!.after - probes.at(-2)!.after > 4 * 20);
  });
});

describe("the health of a task", () => {
  const container = (health: Health, more: object = {}) => ({
    essential: true,
    check: true,
    health,
    ...more,
  });
  const table: [string, Parameters<typeof taskHealth>[0], Health][] = [
    ["one that is healthy", [container("HEALTHY")], "HEALTHY"],
    ["UNHEALTHY before UNKNOWN", [container("UNKNOWN"), container("UNHEALTHY")], "UNHEALTHY"],
    ["UNKNOWN before HEALTHY", [container("HEALTHY"), container("UNKNOWN")], "UNKNOWN"],
    [
      "an essential one without a check",
      [container("HEALTHY"), container("UNKNOWN", { check: false })],
      "UNKNOWN",
    ],
    [
      "one that is not essential, which counts for nothing",
      [container("HEALTHY"), container("UNHEALTHY", { essential: false })],
      "HEALTHY",
    ],
    ["no check at all", [container("UNKNOWN", { check: false })], "HEALTHY"],
  ];
  for (const [name, containers, expected] of table) {
    it(`is ${expected}: ${name}`, () => assert.equal(taskHealth(containers), expected));
  }
});
