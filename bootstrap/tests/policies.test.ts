import assert from "node:assert/strict";
import {
  deployBoundary,
  deployPolicies,
  destroyBoundary,
  destroyPolicies,
  Policy,
  previewPolicies,
  toText,
  workloadBoundary,
} from "../iam/policies";
import { deployActions, previewActions } from "../iam/needs";
import { scope, sharing, state } from "./support/scope";

const development = scope("dev", "pr-*");
const pullRequest = sharing(["pr-*"], "dev");
const previews = (): Policy[] => Object.values(previewPolicies(scope("dev", "prod", "pr-*"), state));
const all: Record<string, Policy> = {
  ...deployPolicies(development, state),
  ...Object.fromEntries(
    Object.entries(deployPolicies(pullRequest, state)).map(([name, policy]) => [`sharing ${name}`, policy]),
  ),
  ...Object.fromEntries(
    Object.entries(previewPolicies(scope("dev", "prod", "pr-*"), state)).map(([name, policy]) => [
      `preview ${name}`,
      policy,
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(destroyPolicies(pullRequest, state)).map(([name, policy]) => [`destroy ${name}`, policy]),
  ),
  "boundary of a role that destroys": destroyBoundary(pullRequest, state),
  "boundary of a deploy role that shares": deployBoundary(pullRequest, state),
  "boundary of a deploy role": deployBoundary(development, state),
  "boundary of the workloads": workloadBoundary(development, state, {
    secrets: ["arn:aws:ssm:ap-southeast-2:000000000000:parameter/dev/*"],
    actions: ["s3:GetObject", "dynamodb:*"],
  }),
};
/** All that a deploy role does in IAM: to roles under the program's own paths, and service-linked ones by name. */
const ourRoles = [
  "iam:CreateRole",
  "iam:CreateServiceLinkedRole",
  "iam:DeleteRole",
  "iam:DeleteRolePolicy",
  "iam:PassRole",
  "iam:PutRolePermissionsBoundary",
  "iam:PutRolePolicy",
  "iam:TagRole",
  "iam:UntagRole",
  "iam:UpdateAssumeRolePolicy",
  "iam:UpdateRoleDescription",
];

describe("policies", () => {
  for (const [name, policy] of Object.entries(all)) {
    it(`${name}: fits into a managed policy`, () => {
      assert.ok(policy.Statement.length > 0);
      assert.doesNotThrow(() => toText(name, policy));
    });

    it(`${name}: names each statement once`, () => {
      const names = policy.Statement.map(({ Sid }) => Sid);
      assert.deepEqual(names, [...new Set(names)]);
    });

    it(`${name}: has nothing administrative`, () => {
      const actions = policy.Statement.filter(({ Effect }) => Effect === "Allow").flatMap(
        ({ Action }) => Action,
      );
      const forbidden =
        /^\*|^(iam|sts|kms|s3|lambda|organizations|account|billing|sso):\*|^(organizations|account|aws-portal|billing|budgets|sso|identitystore|cloudtrail|config|cloudformation):|^sts:Assume|^kms:(Put|Create|Schedule|Disable)|^s3:(Put|Delete)Bucket|^iam:\w*(User|Group|AccessKey|LoginProfile|MFA|SAML|OpenID|Account|Attach(Role|User|Group)Policy|PolicyVersion|CreatePolicy)/i;
      assert.deepEqual(
        actions.filter((action) => forbidden.test(action)),
        [],
      );
      const writes = actions.filter((action) => /^iam:(?!Get|List)/.test(action));
      assert.deepEqual(
        writes.filter((action) => !ourRoles.includes(action)),
        [],
      );
    });
  }

  it("refuse to become too long", () => {
    const many = Array.from({ length: 40 }, (_, i) => `stack-${i}`);
    assert.throws(
      () => toText("x", deployPolicies(scope(...many), state).containers!),
      /^Error: Policy x has \d+ characters, and IAM takes 6144\. Name fewer stacks in an environment, or adopt less\.$/,
    );
  });

  it("of a deploy role stay within its boundary, action for action", () => {
    const wall = deployBoundary(development, state).Statement.flatMap(({ Action }) => Action);
    const within = (action: string): boolean =>
      wall.includes(action) || wall.includes(`${action.split(":")[0]}:*`);
    assert.deepEqual(
      deployActions.filter((action) => !within(action)),
      [],
    );
  });

  it("of a role that destroys make nothing", () => {
    const policies = Object.values(destroyPolicies(pullRequest, state));
    const actions = [
      ...new Set(policies.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action))),
    ];
    const making = /:(Create|Put|Register|Authorize|Allocate|Associate|Pass|Tag|Add|Request|POST|PATCH|PUT)/;
    assert.deepEqual(
      actions.filter((action) => making.test(action)).sort(),
      // What AWS asks for when a scaling policy, a cluster's providers or a stage's log delivery is taken away; and state.
      [
        "cloudwatch:PutMetricAlarm",
        "ecs:PutClusterCapacityProviders",
        "logs:CreateLogDelivery",
        "logs:PutResourcePolicy",
        "s3:PutObject",
      ],
    );
  });

  it("of the preview role only read, and only what it needs", () => {
    const actions = new Set(previews().flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action)));
    const stateOnly = ["kms:Decrypt", "s3:GetObject", "s3:ListBucket"];
    assert.deepEqual([...actions].sort(), [...new Set([...previewActions, ...stateOnly])].sort());
  });
});
