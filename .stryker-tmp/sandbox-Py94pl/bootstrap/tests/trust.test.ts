// @ts-nocheck
import assert from "node:assert/strict";
import { trustEnvironment, trustPreview } from "../iam/trust";

const provider = "arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com";
const repository = {
  owner: "octocat",
  repository: "shop",
  ownerId: 583231,
  repositoryId: 1296269,
  defaultBranch: "main",
};
const trusts = (subjects: string[]): object => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Federated: provider },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
          "token.actions.githubusercontent.com:sub": subjects,
        },
      },
    },
  ],
});

describe("trust", () => {
  it("of a deploy role: the jobs of one environment of one repository, in both forms of the subject", () =>
    assert.deepEqual(
      trustEnvironment(repository, "production", provider),
      trusts([
        "repo:octocat/shop:environment:production",
        "repo:octocat@583231/shop@1296269:environment:production",
      ]),
    ));

  it("of the preview role: pull requests, and the default branch", () =>
    assert.deepEqual(
      trustPreview(repository, provider),
      trusts([
        "repo:octocat/shop:pull_request",
        "repo:octocat@583231/shop@1296269:pull_request",
        "repo:octocat/shop:ref:refs/heads/main",
        "repo:octocat@583231/shop@1296269:ref:refs/heads/main",
      ]),
    ));
});
