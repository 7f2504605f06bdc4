// @ts-nocheck
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { running, withHealthCheck, withoutCustomHealth, withoutDrain } from "../../bench/edits";
import { readTopology } from "../../local/topology";
import { fixture, registryArn, types, without } from "../local/fixture";

describe("the edits of a bench", () => {
  const recorded = fixture({ environment: { DRAIN_SECONDS: "60" } });
  const container = (deployment: typeof recorded) => {
    const [service] = readTopology(deployment).services;
    assert.ok(service?.task);
    return service.task.container;
  };

  it("take out the drain and nothing else", () => {
    const before = container(recorded);
    assert.deepEqual(container(withoutDrain(recorded)), {
      ...before,
      environment: { ...before.environment, DRAIN_SECONDS: "0" },
    });
  });

  it("take out custom health", () => {
    const health = (deployment: typeof recorded) =>
      readTopology(deployment).registries.get(registryArn)?.customHealth;
    assert.deepEqual([health(recorded), health(withoutCustomHealth(recorded))], [true, false]);
  });

  it("change a health check, and what runs", () => {
    assert.equal(container(withHealthCheck({ interval: 5 })(recorded)).healthCheck?.interval, 5);
    const { command, build } = container(running("/context", ["serve"])(recorded));
    assert.deepEqual(command, ["serve"]);
    assert.deepEqual([build?.context, build?.dockerfile], ["/context", "/context/Dockerfile"]);
  });

  it("refuse a deployment that lacks what they take out", () => {
    assert.throws(() => withoutCustomHealth(without(recorded, types.registry)), /recorded no aws:service/);
  });

  it("leave the recorded deployment as it was", () => {
    withoutDrain(recorded);
    withoutCustomHealth(recorded);
    assert.deepEqual(recorded, fixture({ environment: { DRAIN_SECONDS: "60" } }));
  });
});

describe("npm run bench:rollout", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ["-r", "./tools/preload.cjs", "tools/bench/rollout.ts", ...args], {
      cwd: resolve(__dirname, "../../.."),
      encoding: "utf8",
    });

  it("--help tells the options", () => {
    const { status, stdout } = run("--help");
    assert.equal(status, 0);
    for (const option of ["--minutes", "--short", "--json"]) assert.ok(stdout.includes(option), option);
  });

  const mistakes: [string[], RegExp][] = [
    [["--minutes", "0"], /Allowed is a number from 1 to 120/],
    [["--short", "--minutes", "5"], /exclude each other/],
    [["--fast"], /Known options: --minutes, --short, --json, --help/],
  ];
  for (const [args, expected] of mistakes) {
    it(`refuses ${args.join(" ")}`, () => {
      const { status, stderr } = run(...args);
      assert.equal(status, 1);
      assert.match(stderr, expected);
    });
  }
});
