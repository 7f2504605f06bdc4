import assert from "node:assert/strict";
import { act, mostTasks } from "../../console/actions";
import { Refused } from "../../console/server";
import { get, until } from "../local/http";
import { registryArn } from "../local/fixture";
import { setStage, type Staged } from "./stage";

describe("the console's buttons", function () {
  let staged: Staged;
  let troubles: string[];
  before(async () => {
    staged = await setStage({}, { registry: { discoveryCacheSeconds: 60 } });
    await staged.stack.deployed;
  });
  after(() => staged.close());
  beforeEach(() => (troubles = []));

  const service = () => staged.stack.topology.services[0]!;
  const scheduler = () => staged.stack.ecs.schedulers.get(service().urn)!;
  const press = (body: Record<string, unknown>): Promise<string> =>
    act(staged.stack, { service: service().urn, ...body }, (message) => troubles.push(message));
  const settled = (): Promise<void> =>
    until(
      () =>
        scheduler().primary?.state === "COMPLETED" &&
        scheduler().tasks.size === scheduler().desiredCount &&
        [...scheduler().tasks].every((task) => task.healthy),
    );
  const running = () => [...scheduler().tasks][0]!;
  afterEach(settled);

  it("roll out the same code", async () => {
    const { id } = running();
    const number = scheduler().primary!.number;
    assert.equal(await press({ action: "roll out" }), "web: a rollout of the same code was asked for");
    await until(() => scheduler().primary!.number === number + 1);
    await settled();
    assert.notEqual(running().id, id);
  });

  it("roll out a version that never becomes healthy, which is rolled back", async () => {
    const good = scheduler().primary!;
    await press({ action: "roll out broken" });
    await until(() => scheduler().primary!.number > good.number);
    const broken = scheduler().primary!;
    await until(() => broken.state === "FAILED" && scheduler().primary === good);
    assert.equal(broken.lastFailure, "its health check failed");
    assert.match(broken.advice.join(), /broken on purpose/);
    assert.equal((await get(staged.stack.port, "/")).body, "v1");
  });

  it("kill a task, which is replaced", async () => {
    const { id } = running();
    assert.equal(await press({ action: "kill", task: id }), `web/${id.slice(0, 8)}: the task was killed`);
    await until(() => staged.stack.ecs.task(id) === undefined);
    await settled();
    await assert.rejects(press({ action: "kill", task: id }), /does not run any more/);
  });

  it("break the version that runs: its tasks answer 500, are replaced and are not healthy, until it is mended", async () => {
    staged.stack.registry.expire();
    const { id } = running();
    assert.match(await press({ action: "break" }), /^web: version \d+ is broken on purpose/);
    assert.equal((await get(staged.stack.port, "/")).status, 500);
    await until(() => staged.stack.ecs.task(id) === undefined);
    staged.stack.registry.expire();
    assert.equal((await get(staged.stack.port, "/")).status, 503);
    assert.match(await press({ action: "mend" }), /^web: version \d+ is mended$/);
    await settled();
    staged.stack.registry.expire();
    assert.equal((await get(staged.stack.port, "/")).body, "v1");
  });

  it("scale, as far as this machine may", async () => {
    assert.equal(await press({ action: "scale", count: 2 }), "web: 2 tasks are wanted");
    await until(() => [...scheduler().tasks].filter((task) => task.healthy).length === 2);
    assert.equal(await press({ action: "scale", count: 1 }), "web: 1 task is wanted");
    for (const count of [-1, mostTasks + 1, 1.5, "2", undefined])
      await assert.rejects(press({ action: "scale", count }), /from 0 to 20/);
  });

  it("take a security group's rule away, and put it back", async () => {
    assert.equal(await press({ action: "cut" }), "web: the security group's rule ingress is taken away");
    staged.stack.registry.expire();
    assert.equal((await get(staged.stack.port, "/")).status, 503);
    await assert.rejects(press({ action: "cut" }), /taken away already/);
    assert.equal(await press({ action: "restore" }), "web: the security group's rule ingress is put back");
    assert.equal((await get(staged.stack.port, "/")).body, "v1");
  });

  it("expire the gateway's cache", async () => {
    await get(staged.stack.port, "/");
    assert.equal(staged.stack.registry.look(registryArn).remembered.length, 1);
    assert.match(await press({ action: "expire" }), /expired/);
    assert.deepEqual(staged.stack.registry.look(registryArn).remembered, []);
  });

  const mistakes: [Record<string, unknown>, RegExp][] = [
    [{ action: "delete" }, /^Allowed are the actions roll out, .*, kill, expire\.$/],
    [{ action: "constructor" }, /Allowed are/],
    [{ action: ["break"] }, /Allowed are/],
    [{}, /Allowed are/],
    [{ action: "break", service: "nobody" }, /no such service/],
    [{ action: "kill", task: "nobody" }, /does not run/],
    [{ action: "kill", task: { id: 1 } }, /does not run/],
  ];
  for (const [body, says] of mistakes) {
    it(`do nothing that is not one of them: ${JSON.stringify(body)}`, async () => {
      await assert.rejects(
        press(body),
        (error: Error) => error instanceof Refused && says.test(error.message),
      );
    });
  }

  it("say what goes wrong later", async () => {
    const prepare = staged.stack.broken.prepare.bind(staged.stack.broken);
    staged.stack.broken.prepare = () => Promise.reject(new Error("it cannot be built"));
    try {
      await press({ action: "roll out" });
      await until(() => troubles.length === 1);
    } finally {
      staged.stack.broken.prepare = prepare;
    }
    assert.deepEqual(troubles, ["it cannot be built\nThe old version keeps running."]);
  });
});

describe("the console's buttons, where there is nothing to press", () => {
  it("say so", async () => {
    const staged = await setStage();
    try {
      const press = (body: Record<string, unknown>) => act(staged.stack, body, () => undefined);
      await assert.rejects(press({ action: "expire" }), /There is no cache/);
      const { urn } = staged.stack.topology.services[0]!;
      const scheduler = staged.stack.ecs.schedulers.get(urn)!;
      if (!scheduler.primary)
        await assert.rejects(press({ action: "break", service: urn }), /no version yet/);
    } finally {
      await staged.close();
    }
  });
});
