import assert from "node:assert/strict";
import type { ContainerView } from "../../../local/ecs/views";
import { startContainers, type RunningContainer } from "../../../local/fargate/containers-of-task";
import { pauseProgram } from "../../../local/fargate/pause";
import type { Exit } from "../../../local/fargate/runner";
import { until } from "../http";

const healthCheck = { command: ["CMD", "true"], interval: 5, timeout: 2, retries: 2, startPeriod: 0 };

/** An application that waits for the health of its sidecar. */
function task(sidecar: Partial<ContainerView>, healthy: () => boolean) {
  const events: string[] = [];
  const ends = new Map<string, (exit: Exit) => void>();
  const start = ({ name }: ContainerView): Promise<RunningContainer> => {
    events.push(`start ${name}`);
    const exited = new Promise<Exit>((resolve) => ends.set(name, resolve));
    return Promise.resolve({
      exited,
      probe: () => Promise.resolve(healthy()),
      signal: (signal) => {
        events.push(`${signal} ${name}`);
        ends.get(name)?.({ code: 0, reason: "it ended with code 0" });
        return Promise.resolve();
      },
    });
  };
  const views = [
    { name: "app", essential: true, stopTimeout: 5, dependsOn: [{ container: "db", condition: "HEALTHY" }] },
    { name: "db", essential: false, stopTimeout: 5, dependsOn: [], healthCheck, ...sidecar },
  ] as unknown as ContainerView[];
  const early = new AbortController();
  const { signal } = early;
  const running = startContainers({ containers: views, checked: "app", start, second: 10, signal });
  running.catch(() => undefined);
  return { running, events, early, end: (name: string) => ends.get(name)?.({ code: 1, reason: "it ended" }) };
}

describe("a container that others wait for the health of", () => {
  it("is healthy before they start, and stops after them", async () => {
    let healthy = false;
    const { running, events } = task({ healthCheck: { ...healthCheck, startPeriod: 300 } }, () => healthy);
    await until(() => events.length === 1);
    await new Promise((done) => setTimeout(done, 30));
    assert.deepEqual(events, ["start db"]);
    healthy = true;
    const whole = await running;
    await whole.signal("SIGTERM");
    await whole.exited;
    assert.deepEqual(events, ["start db", "start app", "SIGTERM app", "SIGTERM db"]);
  });

  for (const [what, sidecar, message] of [
    ["fails its check", {}, "db: its health check failed"],
    [
      "has no check",
      { healthCheck: undefined },
      "its container db has no health check, so it never becomes healthy",
    ],
    [
      "takes too long",
      { startTimeout: 2, healthCheck: { ...healthCheck, startPeriod: 300 } },
      "its container db did not get there within 2 s (startTimeout), and others wait for it",
    ],
  ] as const) {
    it(`ends the task when it ${what}`, async () => {
      const { running, events } = task(sidecar, () => false);
      await assert.rejects(running, { message });
      assert.deepEqual(events, ["start db", "SIGKILL db"], "the application never starts");
    });
  }

  it("ends the task when it ends, or when the task is told to stop", async () => {
    const patient = { healthCheck: { ...healthCheck, startPeriod: 300 } };
    const ended = task(patient, () => false);
    await until(() => ended.events.length === 1);
    ended.end("db");
    await assert.rejects(ended.running, { message: "db: it ended before it was healthy" });
    const stopped = task(patient, () => false);
    await until(() => stopped.events.length === 1);
    stopped.early.abort();
    await assert.rejects(stopped.running, { message: "it was stopped" });
  });
});

describe("the program that holds a task's address", () => {
  it("is an ELF of one segment for the engine's processor", () => {
    for (const [architecture, machine, code] of [
      ["amd64", 62, "b8220000000f05ebf7"],
      ["arm64", 183, "000080d2010080d2020080d2030080d2280980d2010000d4faffff17"],
    ] as const) {
      const file = pauseProgram(architecture);
      assert.equal(file.subarray(0, 4).toString("latin1"), "\x7fELF");
      assert.equal(file.readUInt16LE(18), machine);
      assert.equal(file.readBigUInt64LE(24), 0x400078n);
      assert.equal(file.subarray(120).toString("hex"), code);
    }
    assert.throws(() => pauseProgram("s390x"), /no pause program for the processor s390x/);
  });
});
