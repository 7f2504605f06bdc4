import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { grants } from "../iam/grants";
import { deployActions, previewActions, resources } from "../iam/needs";
import { notNeeded } from "../iam/not-needed";

/** Permissions of the handlers of CloudFormation's resource types, by type and handler. */
const cloudFormation = JSON.parse(
  fs.readFileSync(path.join(__dirname, "fixtures", "cfn.json"), "utf8"),
) as Record<string, Record<string, string[]>>;
/** What terraform-provider-aws reads of a resource, and CloudFormation does not: found in its internal/service. */
const providerReads = JSON.parse(
  fs.readFileSync(path.join(__dirname, "fixtures", "provider-reads.json"), "utf8"),
) as Record<string, { source: string; reads: string[] }>;
/** IAM reads names of actions in any case, and CloudFormation writes them so. */
const needed = new Set(deployActions.map((action) => action.toLowerCase()));
const isNeeded = (action: string): boolean => needed.has(action.toLowerCase());
const refusals = (action: string): unknown[] => notNeeded.filter(({ actions }) => actions.test(action));

describe("what the program needs", () => {
  for (const [type, needs] of Object.entries(resources)) {
    if (needs.like === undefined) continue;
    const handlers = cloudFormation[needs.like];
    it(`${type}: has what CloudFormation's ${needs.like} takes, or says why not`, () => {
      assert.ok(handlers, `${needs.like} is not in the fixture`);
      const missing = Object.values(handlers)
        .flat()
        .filter((action) => !isNeeded(action) && refusals(action).length === 0);
      assert.deepEqual(missing, []);
      const unread = (handlers.read ?? []).filter(
        (action) =>
          /:(Describe|Get|List)/.test(action) &&
          !previewActions.includes(action) &&
          refusals(action).length === 0,
      );
      assert.deepEqual(unread, []);
    });
  }

  for (const [type, { source, reads }] of Object.entries(providerReads)) {
    it(`${type}: reads what the provider's ${source} does besides`, () => {
      const known = resources[type]?.read ?? [];
      assert.deepEqual(
        reads.filter((action) => !known.includes(action)),
        [],
      );
    });
  }

  it("names a CloudFormation type for all but what CloudFormation has not", () => {
    const without = Object.entries(resources).filter(([, { like }]) => like === undefined);
    assert.deepEqual(
      without.map(([type]) => type),
      [
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        "aws:ecr/lifecyclePolicy:LifecyclePolicy",
        "docker:index/image:Image",
        "aws:appautoscaling/scheduledAction:ScheduledAction",
        "aws:acm/certificateValidation:CertificateValidation",
      ],
    );
  });

  it("explains away nothing that it needs, and nothing that nobody asks for", () => {
    const asked = Object.values(cloudFormation).flatMap((handlers) => Object.values(handlers).flat());
    for (const { why, actions } of notNeeded) {
      assert.deepEqual(
        deployActions.filter((action) => actions.test(action)),
        [],
        why,
      );
      assert.ok(
        asked.some((action) => actions.test(action)),
        why,
      );
    }
  });

  it("is granted, action for action, and nothing else is", () => {
    const granted = [
      ...new Set(
        Object.values(grants)
          .flat()
          .flatMap(({ actions }) => actions),
      ),
    ].sort();
    assert.deepEqual(granted, deployActions);
  });

  it("changes nothing in a preview", () => {
    const verbs = new Set(previewActions.map((action) => /:(GET|[A-Z][a-z]+)/.exec(action)?.[1]));
    assert.deepEqual([...verbs].sort(), ["Describe", "GET", "Get", "List"]);
  });
});
