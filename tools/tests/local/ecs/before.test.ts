import assert from "node:assert/strict";
import { CloudMap } from "../../../local/cloud-map";
import type { Exit, Launch, RunningTask, TaskRunner } from "../../../local/fargate/runner";
import { ServiceScheduler } from "../../../local/ecs/scheduler";
import { readTopology } from "../../../local/topology";
import { fixture, registryArn, type FixtureOptions } from "../fixture";
import { until } from "../http";
import { probed } from "../fargate/probe";

interface Started extends RunningTask {
  container: string | undefined;
  version: string;
  end: (exit: Exit) => void;
  signals: string[];
  removed: boolean;
}

/** Containers that live in memory and end when they are told to, by signal or by the test. */
function setUp(options: FixtureOptions) {
  const topology = readTopology(fixture(options));
  const [service] = topology.services;
  assert.ok(service);
  const started: Started[] = [];
  const lines: string[] = [];
  const runner: TaskRunner = {
    kind: "processes",
    prepare: () => Promise.reject(new Error("not used")),
    close: () => Promise.resolve(),
    start: ({ container, artifact, output }: Launch) => {
      let end: (exit: Exit) => void = () => undefined;
      const exited = new Promise<Exit>((resolve) => (end = resolve));
      const one: Started = {
        container: container?.name,
        version: artifact.digest,
        address: "127.0.0.1",
        port: 9000,
        end,
        exited,
        signals: [],
        removed: false,
        probe: () => Promise.resolve(probed(true)),
        signal: (signal) => {
          one.signals.push(signal);
          end({ code: 143, reason: `it ended by ${signal}` });
          return Promise.resolve();
        },
        remove: () => {
          one.removed = true;
          return Promise.resolve();
        },
      };
      started.push(one);
      output(`starting ${artifact.digest}`);
      return Promise.resolve(one);
    },
  };
  const registry = new CloudMap(topology.registries);
  const scheduler = new ServiceScheduler(
    service,
    runner,
    registry,
    {
      output: (_, line) => lines.push(line),
      taskChanged: () => undefined,
      rolloutChanged: () => undefined,
    },
    { second: 1, eagerness: 0.5, backoff: () => 0 },
  );
  const deploy = (digest: string) => scheduler.deploy({ digest, dispose: () => Promise.resolve() });
  const befores = (version: string) =>
    started.filter((each) => each.version === version && each.container === "web-before");
  const served = (version: string) =>
    started.filter((each) => each.version === version && each.container === undefined);
  return { topology, scheduler, registry, started, lines, deploy, befores, served };
}

const before = { command: ["migrate"], startTimeout: 10_000 };
const good: Exit = { code: 0, reason: "it ended with code 0" };
const bad: Exit = { code: 3, reason: "it ended with code 3" };

describe("local ECS: what runs before a container", () => {
  it("is read from the dependency by SUCCESS, and nothing is said to be left out", () => {
    const { topology } = setUp({ before: { command: ["migrate"], startTimeout: 60 } });
    const [each, ...others] = topology.services[0]!.task!.before;
    assert.deepEqual(others, []);
    assert.equal(each?.container.name, "web-before");
    assert.deepEqual(each.container.command, ["migrate"]);
    assert.deepEqual([each.condition, each.startTimeout], ["SUCCESS", 60]);
    assert.deepEqual(topology.services[0]!.notModelled, []);
    const unsaid = setUp({ before: { command: ["migrate"] } });
    assert.equal(unsaid.topology.services[0]!.task!.before[0]?.startTimeout, 180);
  });

  it("keeps the task pending and out of Cloud Map until it has ended with 0", async () => {
    const { scheduler, registry, deploy, befores, served, lines } = setUp({ before });
    const rollout = deploy("v1");
    await until(() => befores("v1").length === 1);
    const [task] = scheduler.tasks;
    assert.equal(task?.state, "PENDING");
    assert.deepEqual(registry.discover(registryArn), []);
    assert.deepEqual(served("v1"), []);
    befores("v1")[0]!.end(good);
    await until(() => rollout.state === "COMPLETED");
    assert.equal(befores("v1")[0]!.removed, true);
    assert.equal(served("v1").length, 1);
    assert.deepEqual(lines, ["web-before: starting v1", "starting v1"]);
    scheduler.close();
  });

  it("is run by every task", async () => {
    const { scheduler, deploy, befores } = setUp({ before, desiredCount: 3 });
    const rollout = deploy("v1");
    await until(() => befores("v1").length === 3);
    befores("v1").forEach(({ end }) => end(good));
    await until(() => rollout.state === "COMPLETED");
    scheduler.setDesired(4);
    await until(() => befores("v1").length === 4);
    scheduler.close();
  });

  it("rolls back after three failures, and the old task serves all the while", async () => {
    const { scheduler, registry, deploy, befores, served } = setUp({ before });
    const first = deploy("v1");
    await until(() => befores("v1").length === 1);
    befores("v1")[0]!.end(good);
    await until(() => first.state === "COMPLETED");
    const second = deploy("v2");
    for (let failures = 1; failures <= 3; failures += 1) {
      await until(() => befores("v2").length === failures);
      assert.equal(second.state, "IN_PROGRESS");
      assert.equal(registry.discover(registryArn).length, 1);
      befores("v2")[failures - 1]!.end(bad);
    }
    await until(() => second.state === "FAILED" && scheduler.primary === first);
    assert.equal(
      second.lastFailure,
      "web-before: it ended with code 3, and web starts only once it has ended with 0",
    );
    await until(() => first.state === "COMPLETED");
    assert.deepEqual(served("v2"), []);
    assert.equal(befores("v2").length, 3);
    assert.equal(served("v1").length, 1);
    assert.deepEqual(served("v1")[0]!.signals, []);
    scheduler.close();
  });

  it("has no longer than its own startTimeout", async () => {
    const { scheduler, deploy, befores } = setUp({ before: { command: ["migrate"], startTimeout: 20 } });
    const rollout = deploy("v1");
    await until(() => rollout.state === "FAILED");
    assert.equal(
      rollout.lastFailure,
      "web-before: it did not end within 20 s (startTimeout), and web waits for it",
    );
    assert.ok(befores("v1").length >= 3);
    assert.deepEqual(befores("v1")[0]!.signals, ["SIGTERM"]);
    scheduler.close();
  });

  it("ends with its task, which is no failure", async () => {
    const { scheduler, deploy, befores, served } = setUp({ before, desiredCount: 1 });
    const rollout = deploy("v1");
    await until(() => befores("v1").length === 1);
    scheduler.setDesired(0);
    await until(() => scheduler.tasks.size === 0);
    assert.deepEqual(befores("v1")[0]!.signals, ["SIGTERM"]);
    assert.equal(befores("v1")[0]!.removed, true);
    assert.equal(rollout.failures, 0);
    assert.deepEqual(served("v1"), []);
    scheduler.close();
  });
});
