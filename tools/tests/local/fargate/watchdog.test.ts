import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { isAlive } from "../../../local/fargate/copies";
import { until } from "../http";

const watchdog = resolve(__dirname, "../../../local/fargate/watchdog");

/** Starts three process groups of two processes each; the third is released, as one that has ended. */
const program = `
const { spawn } = require("node:child_process");
const { guard, release } = require(${JSON.stringify(watchdog)});
const groups = [1, 2, 3].map(() => spawn("/bin/sh", ["-c", "sleep 300 & wait"], { detached: true, stdio: "ignore" }).pid);
groups.forEach(guard);
release(groups[2]);
console.log(groups.join(" "));
setInterval(() => undefined, 1000);
`;

const hasMembers = (group: number): boolean => {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
};

describe("the watchdog", () => {
  for (const signal of ["SIGKILL", "SIGTERM"] as const) {
    it(`ends what a process started that got ${signal}, and nobody else`, async () => {
      const child = spawn(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", program], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let output = "";
      child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
      await until(() => output.endsWith("\n"));
      const groups = output.trim().split(" ").map(Number);
      const [first = 0, second = 0, released = 0] = groups;
      try {
        assert.deepEqual(groups.map(isAlive), [true, true, true]);
        child.kill(signal);
        await until(() => !hasMembers(first) && !hasMembers(second));
        assert.ok(isAlive(released));
      } finally {
        for (const group of groups) if (isAlive(group)) process.kill(-group, "SIGKILL");
      }
    });
  }

  it("does not keep a process alive that has nothing to do", async () => {
    const idle = program.replace(/setInterval.*/, "").replace("groups.forEach(guard)", "guard(groups[0])");
    const child = spawn(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", idle], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const code = new Promise((done) => child.on("exit", done));
    // Children of Node keep it alive until they are unreferenced: these end first.
    await until(() => output.endsWith("\n"));
    for (const group of output.trim().split(" ").map(Number)) process.kill(-group, "SIGKILL");
    assert.equal(await code, 0);
  });
});
