import assert from "node:assert/strict";
import { hopNames } from "../../doctor/hops";
import { faults, mend } from "../../local/faults/faults";
import type { LocalStack } from "../../local/stack";
import { get, until } from "./http";
import { record, serve } from "./served";

describe("the faults of the local stack", function () {
  this.timeout(60_000);
  let stack: LocalStack;
  before(async () => (stack = await serve(await record())));
  after(() => stack.close());

  it("are for every hop, and have names of their own", () => {
    assert.deepEqual([...new Set(faults.map(({ hop }) => hop))].sort(), [...hopNames].sort());
    assert.equal(new Set(faults.map(({ name }) => name)).size, faults.length);
    assert.ok(faults.length >= 30);
  });

  for (const { name, title, felt, fits, inject } of faults) {
    if (felt === undefined) continue;
    it(`${name}: ${title}; requests get ${felt} until it is mended`, async () => {
      const service = stack.topology.services.find((each) => each.name === "web")!;
      assert.ok(fits?.(stack.account, service) ?? true, "the stack has what it breaks");
      // After a stage that throttled, its bucket has to fill up again.
      await until(async () => (await get(stack.port, "/")).status === 200);
      inject(stack.account, service);
      await until(async () => (await get(stack.port, "/")).status === felt);
      // The other service has its own tasks.
      mend(stack.account);
      await until(async () => (await get(stack.port, "/")).status === 200);
      await until(() => stack.ecs.schedulers.get(service.urn)?.primary?.state === "COMPLETED");
    });
  }

  it("that fit no stack without what they break are left out there", () => {
    const service = stack.topology.services.find((each) => each.name === "reports")!;
    const not = faults.filter(({ fits }) => fits && !fits(stack.account, service)).map(({ name }) => name);
    assert.deepEqual(not, ["sidecar-exits", "secret-gone", "secret-refused"]);
  });
});
