/** The stacks of this project, healthy: what their state alone has of them is enough to look at all. */
import assert from "node:assert/strict";
import { withReferences } from "../../../simulate/deployment";
import { simulate } from "../../../simulate/program";
import { stackNames } from "../../../simulate/stack";
import { diagnose } from "../../doctor/diagnose";
import { expectedOf } from "../../doctor/expected";
import { awsOf } from "../../local/aws-view";
import { resolve } from "../../local/aws-view/outside";
import { until } from "../local/http";
import { serve } from "../local/served";

describe("the doctor of a healthy stack", function () {
  this.timeout(60_000);
  for (const name of stackNames())
    it(`${name}: nothing wrong`, async () => {
      const own = await simulate({ stack: name });
      const stack = await serve({ ...own, resources: withReferences(own) });
      try {
        const { account } = stack;
        // A state has nothing of the stacks that it refers to.
        const expected = expectedOf(name, own.region, own.resources, own.outputs);
        const look = () =>
          diagnose(
            expected,
            { route: undefined, service: undefined },
            {
              aws: awsOf(account),
              outside: {
                resolve: (host) => Promise.resolve(resolve(account, host)),
                reach: () => Promise.resolve(),
              },
              limits: { each: 5_000, atOnce: 8 },
              now: Date.now(),
            },
          );
        await until(async () => (await look()).first === undefined).catch(() => undefined);
        const { findings } = await look();
        assert.deepEqual(
          findings.filter(({ verdict }) => verdict !== "fine"),
          [],
        );
        const services = Object.keys(own.outputs.services as object).sort();
        const judged = findings.filter(({ hop }) => hop === "tasks").map(({ of }) => of);
        assert.deepEqual(judged.sort(), services);
      } finally {
        await stack.close();
      }
    });
});
