import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { loadConfig } from "../config";
import { minimal } from "./support/run";

function load(config: Record<string, unknown>): ReturnType<typeof loadConfig> {
  const values = Object.entries(config).map(([key, value]) => [
    key.includes(":") ? key : `${pulumi.getProject()}:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(Object.fromEntries(values) as Record<string, string>);
  return loadConfig();
}

function problems(config: Record<string, unknown>): string[] {
  try {
    load(config);
  } catch (error) {
    assert.ok(error instanceof pulumi.RunError);
    return error.message.split("\n  ").slice(1);
  }
  return assert.fail("the configuration was accepted");
}

const deploys = { role: "deploy", shares: [], secrets: [] };

describe("configuration of bootstrap", () => {
  it("takes defaults for all but the repository and the Region", () =>
    assert.deepEqual(load(minimal), {
      region: "eu-west-2",
      project: "flask-app-fargate",
      github: { ...minimal.github, defaultBranch: "main" },
      environments: {
        dev: { stacks: ["dev"], ...deploys },
        production: { stacks: ["prod"], ...deploys },
        "pull-request": { stacks: ["dev", "pr-*"], ...deploys },
        "pull-request-cleanup": { stacks: ["pr-*"], role: "destroy", shares: ["dev"], secrets: [] },
      },
      stateBucket: "",
      oidcProviderArn: "",
      workloadActions: [],
      adopted: { securityGroups: [], hostedZones: [], truststores: [] },
    }));

  it("names every problem at once", () =>
    assert.deepEqual(problems({ "aws:region": "london", github: { owner: "octocat", repo: "shop" } }), [
      'region: got "london". Allowed: a Region such as eu-west-2.',
      "github.repository: got nothing. Allowed: a name as GitHub allows it.",
      "github.ownerId: got nothing. Allowed: the number that `gh api repos/OWNER/REPOSITORY --jq .owner.id` shows.",
      "github.repositoryId: got nothing. Allowed: the number that `gh api repos/OWNER/REPOSITORY --jq .id` shows.",
      "github: got the unknown key repo. Fix: take it out, or see Pulumi.yaml.",
    ]));

  it("lets no other repository, branch or stack in by a wildcard", () => {
    const refused = (config: object): void => assert.equal(problems({ ...minimal, ...config }).length, 1);
    refused({ github: { ...minimal.github, repository: "*" } });
    refused({ github: { ...minimal.github, owner: "octo*" } });
    refused({ github: { ...minimal.github, defaultBranch: "release/*" } });
    refused({ environments: { dev: { stacks: ["*"] } } });
    refused({ environments: { dev: { stacks: ["*-dev"] } } });
    refused({ environments: { "Dev:*": { stacks: ["dev"] } } });
  });

  it("lets nothing administrative into the workloads' boundary", () => {
    for (const action of [
      "*",
      "s3:*:x",
      "iam:CreateUser",
      "sts:AssumeRole",
      "kms:Decrypt",
      "s3 GetObject",
      "ssm:Get*",
    ])
      assert.equal(problems({ ...minimal, workloadActions: [action] }).length, 1, action);
    assert.deepEqual(load({ ...minimal, workloadActions: ["s3:Get*", "sqs:SendMessage"] }).workloadActions, [
      "s3:Get*",
      "sqs:SendMessage",
    ]);
  });

  it("refuses what an environment's role has no use for", () => {
    const secret = "arn:aws:ssm:eu-west-2:000000000000:parameter/x";
    const environments = {
      dev: { stacks: ["dev"], shares: ["prod"] },
      cleanup: { role: "destroy", stacks: ["pr-*"], secrets: [secret] },
    };
    assert.deepEqual(problems({ ...minimal, environments }), [
      'environments.dev.shares: got ["prod"]. Allowed: nothing but for role destroy; a role that deploys has them in stacks.',
      `environments.cleanup.secrets: got ["${secret}"]. Allowed: nothing for role destroy, which starts no tasks.`,
    ]);
  });

  it("takes secrets by their ARN, and no wildcard for all of them", () => {
    const environment = (secret: string): Record<string, unknown> => ({
      ...minimal,
      environments: { dev: { stacks: ["dev"], secrets: [secret] } },
    });
    const arn = (rest: string): string => `arn:aws:${rest}`;
    for (const secret of [
      arn("secretsmanager:eu-west-2:000000000000:secret:dev/token-AbCdEf"),
      arn("ssm:eu-west-2:000000000000:parameter/dev/*"),
    ])
      assert.deepEqual(load(environment(secret)).environments.dev!.secrets, [secret]);
    for (const secret of [
      "*",
      arn("secretsmanager:eu-west-2:000000000000:secret:*"),
      arn("ssm:*:000000000000:parameter/dev"),
      arn("s3:::bucket/key"),
    ])
      assert.equal(problems(environment(secret)).length, 1, secret);
  });

  it("takes no other provider than GitHub's", () => {
    const oidcProviderArn = "arn:aws:iam::000000000000:oidc-provider/example.com";
    assert.equal(problems({ ...minimal, oidcProviderArn }).length, 1);
  });
});
