import assert from "node:assert/strict";
import { deployPolicies, destroyPolicies, Policy, previewPolicies } from "../../iam/policies";
import { allows, Request } from "./evaluate";
import { scope, sharing, state } from "./scope";

/** The roles' policies, and the parts of requests as AWS would get them. */
export const development = scope("dev", "pr-*");
export const pullRequest = sharing(["pr-*"], "dev");
export const production = scope("prod");
export const deploys = (where = development): Policy[] => Object.values(deployPolicies(where, state));
export const previews = (): Policy[] =>
  Object.values(previewPolicies(sharing(["dev", "prod", "pr-*"], "dev"), state));
export const destroys = (): Policy[] => Object.values(destroyPolicies(pullRequest, state));
export const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:ap-southeast-2:000000000000:${resource}`;
export const role = (path: string): string => `arn:aws:iam::000000000000:role/${path}`;
export const stateOf = (key: string): string => `${state.bucketArn}/.pulumi/${key}`;
export const tagged = (stack: string, project = "flask-app-fargate"): Request["context"] => ({
  "aws:ResourceTag/Project": project,
  "aws:ResourceTag/Stack": stack,
});
export const asks = (stack: string): Request["context"] => ({
  "aws:RequestTag/Project": "flask-app-fargate",
  "aws:RequestTag/Stack": stack,
});
export const boundary = { "iam:PermissionsBoundary": development.workloadBoundary };

/** What a role may do or not: a name, its policies, the request, and whether it is allowed. */
export type Case = [what: string, policies: () => Policy[], request: Request, expected: boolean];

export function check(cases: readonly Case[]): void {
  for (const [what, policies, request, expected] of cases)
    it(what, () => assert.equal(allows(policies(), request), expected));
}
