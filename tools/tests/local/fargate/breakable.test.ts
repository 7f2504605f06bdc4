import assert from "node:assert/strict";
import { request } from "undici";
import { Breakable } from "../../../local/fargate/breakable";
import type { Artifact, Exit, Launch, RunningTask, TaskRunner } from "../../../local/fargate/runner";
import { probed } from "./probe";

describe("versions that are broken on purpose", () => {
  let end: (exit: Exit) => void;
  let breakable: Breakable;
  let closed: boolean;
  const artifact = (digest: string): Artifact => ({ digest, dispose: () => Promise.resolve() });
  const [one, two] = [artifact("one"), artifact("two")];
  const runner: TaskRunner = {
    kind: "processes",
    prepare: () => Promise.resolve(one),
    start: (): Promise<RunningTask> =>
      Promise.resolve({
        address: "127.0.0.1",
        port: 8000,
        exited: new Promise((resolve) => (end = resolve)),
        probe: (_, container) => Promise.resolve(probed(true, { command: container ?? "own" })),
        signal: () => Promise.resolve(),
        remove: () => Promise.resolve(),
      }),
    close: () => {
      closed = true;
      return Promise.resolve();
    },
  };
  const launch = (taskId: string, of: Artifact, more: Partial<Launch> = {}): Promise<RunningTask> =>
    breakable.start({ taskId, artifact: of, ...more } as Launch);
  const instance = (id: string) => ({ id, address: "127.0.0.1", port: 8000, zone: "a", service: "s" });
  beforeEach(() => {
    closed = false;
    breakable = new Breakable(runner);
  });
  afterEach(() => breakable.close());

  it("fail their health checks, and only theirs, until they are mended", async () => {
    const [first, second] = [await launch("1", one), await launch("2", two)];
    await breakable.break(one);
    assert.deepEqual(await first.probe(1000, "web"), {
      healthy: false,
      command: "web",
      code: 1,
      output: "this version was broken on purpose, from the console: mend it there, or roll out another",
      hopeless: true,
    });
    assert.equal((await second.probe(1000)).healthy, true);
    assert.deepEqual([breakable.isBroken(one), breakable.isBroken(two)], [true, false]);
    breakable.mend(one);
    assert.deepEqual(await first.probe(1000, "web"), probed(true, { command: "web" }));
  });

  it("answer 500, and only they", async () => {
    await launch("1", one);
    await launch("2", two);
    await breakable.break(one);
    const there = breakable.reach(instance("1"));
    const { statusCode, body } = await request(`http://${there.address}:${there.port}/a`, {
      method: "POST",
      body: "b",
    });
    assert.equal(statusCode, 500);
    assert.match(((await body.json()) as { message: string }).message, /broken on purpose/);
    assert.deepEqual({ ...there, port: 8000 }, instance("1"));
    assert.deepEqual(breakable.reach(instance("2")), instance("2"));
    assert.deepEqual(breakable.reach(instance("unknown")), instance("unknown"));
    breakable.mend(one);
    assert.deepEqual(breakable.reach(instance("1")), instance("1"));
  });

  it("are forgotten with their tasks, and what runs before a task is left alone", async () => {
    const before = await launch("1", one, { container: {} as Launch["container"] });
    await breakable.break(one);
    assert.equal((await before.probe(1000)).healthy, true);
    await launch("1", one);
    end({ code: 0, reason: "" });
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(breakable.reach(instance("1")), instance("1"));
  });

  it("leave nothing behind", async () => {
    await breakable.break(one);
    await launch("1", one);
    const { port } = breakable.reach(instance("1"));
    await breakable.close();
    assert.ok(closed);
    await assert.rejects(request(`http://127.0.0.1:${port}/`));
  });
});
