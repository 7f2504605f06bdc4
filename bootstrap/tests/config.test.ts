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

const deploys = { closesDefaultGroup: false, role: "deploy", shares: [], secrets: [] };

describe("configuration of bootstrap", () => {
  it("takes defaults for all but the repository and the Region", () =>
    assert.deepEqual(load(minimal), {
      region: "eu-west-2",
      project: "flask-app-fargate",
      github: { ...minimal.github, defaultBranch: "main" },
      environments: {
        dev: { stacks: ["dev"], ...deploys },
        production: { stacks: ["prod"], ...deploys },
        "pull-request": { ...deploys, stacks: ["pr-*"], shares: ["dev"] },
        "pull-request-cleanup": {
          stacks: ["pr-*"],
          role: "destroy",
          shares: ["dev"],
          closesDefaultGroup: false,
          secrets: [],
        },
      },
      stateBucket: "",
      oidcProviderArn: "",
      workloadActions: [],
      adopted: {
        vpcs: [],
        subnets: [],
        routeTables: [],
        securityGroups: [],
        hostedZones: [],
        truststores: [],
        functions: [],
      },
      "aws:defaultTags": {},
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

  it("takes names of stacks as the program does", () => {
    const stacks = (...names: string[]): Record<string, unknown> => ({
      ...minimal,
      environments: { dev: { stacks: names } },
    });
    const good = ["a", "dev-2", "a".repeat(40), "pr-*", `${"a".repeat(38)}-*`];
    assert.deepEqual(load(stacks(...good)).environments.dev!.stacks, good);
    for (const name of ["Dev", "dev-", "-dev", "de_v", "pr*", "a".repeat(41)])
      assert.deepEqual(problems(stacks(name)), [
        `environments.dev.stacks.0: got "${name}". Allowed: a stack, 1–40 small letters, digits and -, or a name-* for several.`,
      ]);
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
      dev: { stacks: ["dev", "pr-*"], shares: ["dev"] },
      cleanup: { role: "destroy", stacks: ["pr-*"], secrets: [secret], closesDefaultGroup: true },
    };
    assert.deepEqual(problems({ ...minimal, environments }), [
      'environments.dev.shares: got ["dev"]. Allowed: stacks that are not in stacks of the same environment, whose role may do everything to those.',
      "environments.cleanup.closesDefaultGroup: got true. Allowed: false for role destroy, which makes no VPC.",
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

  it("takes functions by their own ARN: no wildcard, version or alias", () => {
    const adopted = (...functions: string[]): Record<string, unknown> => ({
      ...minimal,
      adopted: { functions },
    });
    const keys = "arn:aws:lambda:eu-west-2:000000000000:function:keys";
    assert.deepEqual(load(adopted(keys)).adopted.functions, [keys]);
    assert.deepEqual(problems(adopted("keys", `${keys}:live`, keys.replace("keys", "*"))), [
      'adopted.functions.0: got "keys". Allowed: arn:aws:lambda:region:account:function:name, without a version or alias.',
      `adopted.functions.1: got "${keys}:live". Allowed: arn:aws:lambda:region:account:function:name, without a version or alias.`,
      'adopted.functions.2: got "arn:aws:lambda:eu-west-2:000000000000:function:*". Allowed: arn:aws:lambda:region:account:function:name, without a version or alias.',
    ]);
  });

  it("takes ids of an adopted network, and no wildcard", () => {
    const adopted = { vpcs: ["vpc-*"], subnets: ["subnet-0a"], routeTables: ["subnet-0a"] };
    assert.deepEqual(problems({ ...minimal, adopted }), [
      'adopted.vpcs.0: got "vpc-*". Allowed: vpc-….',
      'adopted.routeTables.0: got "subnet-0a". Allowed: rtb-….',
    ]);
  });

  it("asks for the bucket's name where the usual one would be too long", () => {
    const long = { ...minimal, "aws:region": "ap-southeast-2", project: "a".repeat(30) };
    assert.deepEqual(problems(long), [
      'stateBucket: got "". Allowed: a name; the one by project, account and Region would have more than the 63 characters that S3 takes.',
    ]);
    assert.equal(load({ ...long, stateBucket: "state" }).stateBucket, "state");
    assert.equal(load({ ...long, project: "a".repeat(29) }).stateBucket, "");
  });

  it("takes no tags that a role would refuse", () => {
    const tagged = (tags: Record<string, string>): Record<string, unknown> => ({
      ...minimal,
      "aws:defaultTags": { tags },
    });
    const tags = { Team: "x", "cost centre": "1" };
    assert.deepEqual(load(tagged(tags))["aws:defaultTags"], tags);
    assert.deepEqual(problems(tagged({ Team: "x", team: "y" })), [
      'aws:defaultTags: got {"Team":"x","team":"y"}. Allowed: no two keys that differ in case alone: on a role they are one.',
    ]);
    const many = (count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag${index}`, ""]));
    load(tagged(many(50)));
    assert.match(problems(tagged(many(51)))[0]!, /Allowed: at most 50 tags\.$/);
    assert.match(problems(tagged({ "a*": "" }))[0]!, /^aws:defaultTags/);
  });
});
