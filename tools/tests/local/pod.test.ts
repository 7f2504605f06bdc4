import assert from "node:assert/strict";
import type { ContainerView } from "../../local/ecs/services";
import { watchTask, type Health } from "../../local/ecs/health";
import { startPod, type Part } from "../../local/fargate/pod";
import { pauseProgram } from "../../local/fargate/pause";
import type { Exit } from "../../local/fargate/runner";
import { until } from "./http";

const check = { command: ["CMD", "true"], interval: 5, timeout: 2, retries: 2, startPeriod: 0 };
const view = (name: string, dependsOn: ContainerView["dependsOn"] = [], more: Partial<ContainerView> = {}) =>
  ({
    name,
    dependsOn,
    essential: name === "app",
    stopTimeout: 10,
    startTimeout: undefined,
    ...more,
  }) as ContainerView;
const after = (container: string, condition: ContainerView["dependsOn"][number]["condition"] = "START") => ({
  container,
  condition,
});

/** Containers that do what a test tells them, and a record of what was done to them. */
function stage() {
  const events: string[] = [];
  const ends = new Map<string, (exit: Exit) => void>();
  const healthy = new Set<string>();
  const deaf = new Set<string>();
  const end = (name: string, code: number) =>
    ends.get(name)?.({ code, reason: `it ended with code ${code}` });
  const start = ({ name }: ContainerView): Promise<Part> => {
    events.push(`start ${name}`);
    const exited = new Promise<Exit>((resolve) => ends.set(name, resolve));
    return Promise.resolve({
      exited,
      probe: () => Promise.resolve(healthy.has(name)),
      signal: (signal) => {
        events.push(`${signal} ${name}`);
        if (signal === "SIGKILL" || !deaf.has(name)) setTimeout(() => end(name, 0), 1);
        return Promise.resolve();
      },
      remove: () => {
        events.push(`remove ${name}`);
        return Promise.resolve();
      },
    });
  };
  const early = new AbortController();
  const settings = { second: 10, eagerness: 0.1, signal: early.signal };
  return { events, healthy, deaf, end, start, early, settings };
}

describe("the containers of one task", () => {
  it("start one after the other, and stop in the reverse order", async () => {
    const { events, start, settings } = stage();
    const pod = await startPod(
      [view("app", [after("log")]), view("log"), view("late", [after("app")])],
      start,
      settings,
    );
    assert.deepEqual(events, ["start log", "start app", "start late"]);
    await pod.signal("SIGTERM");
    await pod.exited;
    assert.deepEqual(events.slice(3), ["SIGTERM late", "SIGTERM app", "SIGTERM log"]);
  });

  it("are killed each when its own time is over", async () => {
    const { events, deaf, start, settings } = stage();
    deaf.add("app");
    const pod = await startPod([view("app", [after("log")]), view("log")], start, settings);
    await pod.signal("SIGTERM");
    await pod.exited;
    assert.deepEqual(events.slice(2), ["SIGTERM app", "SIGKILL app", "SIGTERM log"]);
  });

  it("wait for health", async () => {
    const { events, healthy, start, settings } = stage();
    const all = [
      view("app", [after("db", "HEALTHY")]),
      view("db", [], { healthCheck: { ...check, startPeriod: 300 } }),
    ];
    const starting = startPod(all, start, settings);
    await until(() => events.length === 1);
    await new Promise((done) => setTimeout(done, 20));
    assert.deepEqual(events, ["start db"]);
    healthy.add("db");
    const pod = await starting;
    assert.deepEqual(events, ["start db", "start app"]);
    assert.equal(await pod.probe(1, "app"), false);
    assert.equal(await pod.probe(1, "db"), true);
  });

  for (const [condition, code, outcome] of [
    ["SUCCESS", 0, undefined],
    ["SUCCESS", 3, "init: it ended with code 3"],
    ["COMPLETE", 3, undefined],
  ] as const) {
    it(`wait for an end: ${condition} with code ${code}`, async () => {
      const { events, end, start, settings } = stage();
      const starting = startPod([view("app", [after("init", condition)]), view("init")], start, settings);
      await until(() => events.length === 1);
      end("init", code);
      if (outcome === undefined) {
        await starting;
        assert.deepEqual(events, ["start init", "start app"]);
      } else {
        await assert.rejects(starting, { message: outcome });
        assert.deepEqual(events, ["start init", "remove init"], "the application never starts");
      }
    });
  }

  it("give up when what they wait for takes too long, is never healthy, or the task is stopped", async () => {
    const slow = view("init", [], { startTimeout: 2 });
    await assert.rejects(startPod([view("app", [after("init", "SUCCESS")]), slow], ...args(stage())), {
      message: "init was not SUCCESS within 2 s, and app waits for it",
    });
    const sick = view("db", [], { healthCheck: check });
    await assert.rejects(startPod([view("app", [after("db", "HEALTHY")]), sick], ...args(stage())), {
      message: "db: its health check failed",
    });
    const told = stage();
    const starting = startPod([view("app", [after("init", "SUCCESS")]), view("init")], ...args(told));
    await until(() => told.events.length === 1);
    told.early.abort();
    await assert.rejects(starting, /stopped while it started/);
    assert.deepEqual(told.events, ["start init", "remove init"]);
  });
  const args = ({ start, settings }: ReturnType<typeof stage>) => [start, settings] as const;

  it("end with an essential one, not with another", async () => {
    const { end, start, settings } = stage();
    const pod = await startPod([view("app"), view("log")], start, settings);
    end("log", 1);
    const first = await Promise.race([
      pod.exited,
      new Promise((done) => setTimeout(() => done("runs on"), 20)),
    ]);
    assert.equal(first, "runs on");
    end("app", 2);
    assert.deepEqual(await pod.exited, { code: 2, reason: "app: it ended with code 2" });
  });

  describe("are a healthy task", () => {
    const health = async (checks: (boolean | undefined)[], checked = true): Promise<Health[]> => {
      const states: Health[] = [];
      const watched = checks.map((answer) => ({
        check: answer === undefined ? undefined : check,
        probe: () => Promise.resolve(answer ?? false),
      }));
      const end = watchTask(watched, checked, (state) => states.push(state), { second: 2, eagerness: 0.5 });
      await new Promise((done) => setTimeout(done, 60));
      end();
      return states;
    };
    it("when all essential ones are", async () => assert.deepEqual(await health([true, true]), ["HEALTHY"]));
    it("not when one is not", async () => assert.deepEqual(await health([true, false]), ["UNHEALTHY"]));
    it("never when an essential one has no check", async () =>
      assert.deepEqual(await health([true, undefined]), []));
    it("once it runs, when none has a check", async () =>
      assert.deepEqual(await health([undefined], false), ["HEALTHY"]));
  });
});

describe("the program that holds a task's address", () => {
  it("is an ELF of one segment for the engine's processor", () => {
    for (const [architecture, machine, entry] of [
      ["amd64", 62, "b8220000000f05ebf7"],
      ["arm64", 183, "000080d2010080d2020080d2030080d2280980d2010000d4faffff17"],
    ] as const) {
      const file = pauseProgram(architecture);
      assert.equal(file.subarray(0, 4).toString("latin1"), "\x7fELF");
      assert.equal(file.readUInt16LE(18), machine);
      assert.equal(file.readBigUInt64LE(24), 0x400078n);
      assert.equal(file.subarray(120).toString("hex"), entry);
    }
    assert.throws(() => pauseProgram("s390x"), /no pause program for the processor s390x/);
  });
});
