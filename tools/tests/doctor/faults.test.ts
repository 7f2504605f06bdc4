/** Every fault of the local stack, and where the doctor says it broke. */
import assert from "node:assert/strict";
import { withReferences } from "../../../simulate/deployment";
import { actionOf } from "../../aws/ask";
import { diagnose } from "../../doctor/diagnose";
import { expectedOf } from "../../doctor/expected";
import { actions } from "../../doctor/needs";
import { awsOf } from "../../local/aws-view";
import { reach, resolve } from "../../local/aws-view/outside";
import { faults, mend } from "../../local/faults/faults";
import type { LocalStack } from "../../local/stack";
import { get, until } from "../local/http";
import { record, serve } from "../local/served";

describe("the doctor of the local stack", function () {
  this.timeout(60_000);
  let stack: LocalStack;
  before(async () => (stack = await serve(await record())));
  after(() => stack.close());

  const asked = new Set<string>();
  const look = async () => {
    const { account } = stack;
    const { recorded } = account;
    return diagnose(
      expectedOf("sick", recorded.region, withReferences(recorded), recorded.outputs),
      { route: undefined, service: undefined },
      {
        aws: (args) => {
          asked.add(actionOf(args));
          return awsOf(account)(args);
        },
        outside: {
          resolve: (name) => Promise.resolve(resolve(account, name)),
          // eslint-disable-next-line @typescript-eslint/require-await
          reach: async (url) => reach(account, url),
        },
        limits: { each: 5_000, atOnce: 8 },
        now: Date.now(),
      },
    );
  };
  const healthy = async (): Promise<void> => {
    await until(async () => (await get(stack.port, "/")).status === 200);
    await until(async () => (await look()).first === undefined);
  };

  it("says that nothing is wrong with a healthy one", async () => {
    await healthy();
    const { findings, needs } = await look();
    assert.deepEqual([...new Set(findings.map(({ verdict }) => verdict))], ["fine"]);
    assert.deepEqual(needs, []);
    assert.deepEqual([...asked].sort(), actions, "what its help says that it needs");
  });

  for (const { name, title, hop, felt, inject } of faults) {
    it(`${name}: ${title} → ${hop}`, async () => {
      const service = stack.topology.services.find((each) => each.name === "web")!;
      await healthy();
      inject(stack.account, service);
      if (felt !== undefined) await until(async () => (await get(stack.port, "/")).status === felt);
      // What ECS has not noticed yet nobody can be told.
      await until(async () => (await look()).first?.hop === hop).catch(() => undefined);
      const { first } = await look();
      assert.equal(first?.hop, hop, JSON.stringify(first));
      assert.ok(first.evidence.length > 0 || first.says !== "", "evidence");
      assert.ok(
        first.fix.some((line) => !line.startsWith("#")),
        `a command: ${first.fix.join("\n")}`,
      );
      mend(stack.account);
    });
  }
});
