import assert from "node:assert/strict";
import { base, Update } from "./support/faulty";

describe("what AWS made while it answered with an error, under Pulumi's engine", () => {
  /** Whether it is found, and what the next update comes to if nobody looks. */
  const kinds: [type: string, found: boolean, next: RegExp | undefined][] = [
    ["aws:ec2/securityGroup:SecurityGroup", true, undefined],
    ["aws:apigatewayv2/integration:Integration", true, undefined],
    ["aws:iam/rolePolicy:RolePolicy", true, undefined],
    ["aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", false, undefined],
    ["aws:apigatewayv2/route:Route", false, /ConflictException: Route with key already exists/],
  ];
  let update: Update;
  before(async () => {
    update = await Update.of(undefined, base);
  });
  after(() => update.stop());

  for (const [type, found, next] of kinds) {
    const comes = next ? "stops the next update" : found ? "is found and deleted" : "is written over";
    it(`${comes}: ${type}`, async () => {
      const code = await update.cutOff({ step: `create ${type}`, how: "refused", when: "after AWS did it" });
      assert.notEqual(code, 0);
      assert.equal(update.struck?.type, type);
      const looked = await update.recover("--dry-run");
      assert.equal(looked.code, found ? 1 : 0, looked.printed);
      if (found) {
        const left = await update.recover("--yes");
        assert.equal(left.code, 1, left.printed);
        assert.match(left.printed, /Left at AWS, and not in the state:/);
        const asked = await update.recover();
        assert.equal(asked.code, 0, asked.printed);
      }
      if (next) {
        const { engine, stack } = update;
        const stopped = await stack.up();
        assert.notEqual(stopped.code, 0);
        assert.match(stopped.printed, next);
        const made = engine.cloud.all.filter((thing) => thing.type === type);
        const known = (await stack.state()).resources.map(({ id }) => id);
        for (const { id } of made) if (!known.includes(id)) engine.cloud.delete(type, id);
      }
      await update.converges(type);
    });
  }
});
