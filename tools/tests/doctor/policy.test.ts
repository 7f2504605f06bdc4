import assert from "node:assert/strict";
import { allows } from "../../doctor/judge/policy";

const policy = (...statements: object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (Action: string | string[], Resource: string | string[] = "*") => ({
  Effect: "Allow",
  Principal: "*",
  Action,
  Resource,
});
const repository = "arn:aws:ecr:eu-west-2:111122223333:repository/*";

describe("what an endpoint's policy lets through", () => {
  const rows: [name: string, document: string | undefined, isAllowed: boolean][] = [
    ["no policy", undefined, true],
    ["everything", policy(allow("*")), true],
    ["the action", policy(allow(["ecr:BatchGetImage"], [repository])), true],
    ["the action in other letters", policy(allow("ECR:batchgetimage")), true],
    ["the service", policy(allow("ecr:*", "arn:aws:ecr:*:*:repository/*")), true],
    ["another action", policy(allow("ecr:GetAuthorizationToken")), false],
    ["other resources", policy(allow("ecr:*", "arn:aws:ecr:eu-west-2:444455556666:repository/*")), false],
    ["denied", policy(allow("*"), { ...allow("ecr:*"), Effect: "Deny" }), false],
    [
      "denied to some",
      policy(allow("*"), { ...allow("ecr:*"), Effect: "Deny", Condition: { StringNotEquals: {} } }),
      true,
    ],
    ["one statement that is no list", JSON.stringify({ Statement: allow("*") }), true],
    ["what is no JSON", "{", true],
  ];
  for (const [name, document, isAllowed] of rows)
    it(`${name}: ${isAllowed}`, () =>
      assert.equal(allows(document, "ecr:BatchGetImage", [repository]), isAllowed));
});
