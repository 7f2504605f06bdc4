import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { Policy } from "../iam/policies";
import { byName, minimal, ofType, Run, run } from "./support/run";

const named = (result: Run, type: string, name: string): Record<string, unknown> => {
  const found = ofType(result, type).filter((resource) => resource.inputs.name === name);
  assert.equal(found.length, 1, `${type} ${name}`);
  return found[0]!.inputs;
};
const policy = (result: Run, name: string): Policy =>
  JSON.parse(named(result, "aws:iam/policy:Policy", name).policy as string) as Policy;

describe("bootstrap", () => {
  let made: Run;
  before(async () => {
    made = await run();
  });

  it("puts out the repository's variables", () =>
    assert.deepEqual(made.outputs, {
      AWS_REGION: "eu-west-2",
      PULUMI_BACKEND_URL: "s3://flask-app-fargate-state-000000000000-eu-west-2?region=eu-west-2",
      PULUMI_SECRETS_PROVIDER: "awskms://alias/flask-app-fargate-state?region=eu-west-2",
      PERMISSIONS_BOUNDARY_DEV: "arn:aws:iam::000000000000:policy/flask-app-fargate-workloads-dev",
      PERMISSIONS_BOUNDARY_PRODUCTION:
        "arn:aws:iam::000000000000:policy/flask-app-fargate-workloads-production",
      PERMISSIONS_BOUNDARY_PULL_REQUEST:
        "arn:aws:iam::000000000000:policy/flask-app-fargate-workloads-pull-request",
      PREVIEW_ROLE: "arn:aws:iam::000000000000:role/flask-app-fargate-preview",
      DEPLOY_ROLE_DEV: "arn:aws:iam::000000000000:role/flask-app-fargate-deploy-dev",
      DEPLOY_ROLE_PRODUCTION: "arn:aws:iam::000000000000:role/flask-app-fargate-deploy-production",
      DEPLOY_ROLE_PULL_REQUEST: "arn:aws:iam::000000000000:role/flask-app-fargate-deploy-pull-request",
      DESTROY_ROLE_PULL_REQUEST_CLEANUP:
        "arn:aws:iam::000000000000:role/flask-app-fargate-destroy-pull-request-cleanup",
    }));

  it("changes no policy but in what it says when an environment gets another stack", async () => {
    const more = await run({
      ...minimal,
      environments: {
        dev: { stacks: ["dev", "shop"] },
        production: { stacks: ["prod"] },
        "pull-request": { stacks: ["pr-*"], shares: ["dev"] },
        "pull-request-cleanup": { role: "destroy", stacks: ["pr-*"], shares: ["dev"] },
      },
    });
    const fixed = (result: Run): unknown[] =>
      byName(ofType(result, "aws:iam/policy:Policy")).map(({ name, inputs: { policy: text, ...rest } }) => {
        assert.equal(typeof text, "string");
        return [name, rest];
      });
    // Another name or description is another policy, and AWS deletes none that a role has.
    assert.deepEqual(fixed(more), fixed(made));
    assert.notEqual(
      named(more, "aws:iam/policy:Policy", "flask-app-fargate-workloads-dev").policy,
      named(made, "aws:iam/policy:Policy", "flask-app-fargate-workloads-dev").policy,
    );
    for (const { name, inputs, ignoreChanges } of ofType(made, "aws:iam/policy:Policy"))
      assert.deepEqual(ignoreChanges, inputs.description === undefined ? [] : ["description"], name);
  });

  it("gives each role its policies, and those that change something a boundary", () => {
    const roles = ofType(made, "aws:iam/role:Role").map(({ name, inputs }) => [
      inputs.name,
      inputs.permissionsBoundary,
      ofType(made, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        .filter((attachment) => attachment.inputs.role === inputs.name)
        .map((attachment) => attachment.name.slice(name.length + 1)),
    ]);
    const policies = [
      "network",
      "containers",
      "scaling",
      "jobs",
      "discovery",
      "identity",
      "api",
      "domain",
      "state",
    ];
    const arn = "arn:aws:iam::000000000000:policy";
    assert.deepEqual(roles, [
      ["flask-app-fargate-preview", undefined, policies],
      ["flask-app-fargate-deploy-dev", `${arn}/flask-app-fargate-deploy-dev-boundary`, policies],
      [
        "flask-app-fargate-deploy-production",
        `${arn}/flask-app-fargate-deploy-production-boundary`,
        policies,
      ],
      [
        "flask-app-fargate-deploy-pull-request",
        `${arn}/flask-app-fargate-deploy-pull-request-boundary`,
        policies,
      ],
      [
        "flask-app-fargate-destroy-pull-request-cleanup",
        `${arn}/flask-app-fargate-destroy-pull-request-cleanup-boundary`,
        policies,
      ],
    ]);
  });

  it("derives them for the environment's own stacks", () => {
    assert.deepEqual(policy(made, "flask-app-fargate-deploy-production-identity").Statement[2], {
      Sid: "PassRoles",
      Effect: "Allow",
      Action: ["iam:PassRole"],
      Resource: ["arn:aws:iam::000000000000:role/flask-app-fargate/prod/*"],
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    });
    assert.deepEqual(policy(made, "flask-app-fargate-deploy-pull-request-identity").Statement[0], {
      Sid: "BoundedRoles",
      Effect: "Allow",
      Action: [
        "iam:CreateRole",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
        "iam:UpdateAssumeRolePolicy",
      ],
      Resource: ["arn:aws:iam::000000000000:role/flask-app-fargate/pr-*/*"],
      Condition: {
        StringEquals: {
          "iam:PermissionsBoundary":
            "arn:aws:iam::000000000000:policy/flask-app-fargate-workloads-pull-request",
        },
      },
    });
    const bucket = "arn:aws:s3:::flask-app-fargate-state-000000000000-eu-west-2";
    assert.deepEqual(policy(made, "flask-app-fargate-deploy-production-state").Statement, [
      { Sid: "ListState", Effect: "Allow", Action: ["s3:ListBucket"], Resource: [bucket] },
      {
        Sid: "Backend",
        Effect: "Allow",
        Action: ["s3:GetObject"],
        Resource: [`${bucket}/.pulumi/meta.yaml`],
      },
      {
        Sid: "State",
        Effect: "Allow",
        Action: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
        Resource: [
          `${bucket}/.pulumi/stacks/flask-app-fargate/prod.*`,
          `${bucket}/.pulumi/history/flask-app-fargate/prod/*`,
          `${bucket}/.pulumi/backups/flask-app-fargate/prod/*`,
          `${bucket}/.pulumi/locks/organization/flask-app-fargate/prod/*`,
        ],
      },
      {
        Sid: "StateKey",
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
        Resource: ["arn:aws:kms:eu-west-2:000000000000:state"],
      },
    ]);
  });

  it("lets pull requests read dev's state, and write their own alone", () => {
    const about = policy(made, "flask-app-fargate-deploy-pull-request-state").Statement.filter(({ Sid }) =>
      Sid.endsWith("State"),
    );
    const bucket = "arn:aws:s3:::flask-app-fargate-state-000000000000-eu-west-2";
    assert.deepEqual(
      about.map(({ Sid, Action, Resource }) => [Sid, Action, Resource]),
      [
        ["ListState", ["s3:ListBucket"], [bucket]],
        [
          "State",
          ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
          [
            `${bucket}/.pulumi/stacks/flask-app-fargate/pr-*.*`,
            `${bucket}/.pulumi/history/flask-app-fargate/pr-*/*`,
            `${bucket}/.pulumi/backups/flask-app-fargate/pr-*/*`,
            `${bucket}/.pulumi/locks/organization/flask-app-fargate/pr-*/*`,
          ],
        ],
        ["SharedState", ["s3:GetObject"], [`${bucket}/.pulumi/stacks/flask-app-fargate/dev.*`]],
      ],
    );
  });

  it("trusts an OIDC provider that is there already", async () => {
    const oidcProviderArn = "arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com";
    const result = await run({ ...minimal, oidcProviderArn });
    assert.deepEqual(ofType(result, "aws:iam/openIdConnectProvider:OpenIdConnectProvider"), []);
    const trust = JSON.parse(
      named(result, "aws:iam/role:Role", "flask-app-fargate-preview").assumeRolePolicy as string,
    ) as { Statement: { Principal: unknown }[] };
    assert.deepEqual(trust.Statement[0]!.Principal, { Federated: oidcProviderArn });
  });

  it("makes one role for each environment that is configured", async () => {
    const result = await run({ ...minimal, environments: { staging: { stacks: ["staging"] } } });
    assert.deepEqual(
      ofType(result, "aws:iam/role:Role").map(({ inputs }) => inputs.name),
      ["flask-app-fargate-preview", "flask-app-fargate-deploy-staging"],
    );
  });

  it("makes a boundary of each environment's own secrets", async () => {
    const secret = "arn:aws:secretsmanager:eu-west-2:000000000000:secret:shop-AbCdEf";
    const result = await run({
      ...minimal,
      environments: { dev: { stacks: ["dev"] }, production: { stacks: ["prod"], secrets: [secret] } },
    });
    const read = (environment: string): string[][] =>
      policy(result, `flask-app-fargate-workloads-${environment}`)
        .Statement.filter(({ Action }) => Action.includes("secretsmanager:GetSecretValue"))
        .map(({ Resource }) => [...Resource]);
    assert.deepEqual(read("production"), [[secret]]);
    assert.deepEqual(read("dev"), []);
  });

  it("puts out exactly what the workflows and the documents' commands read, for the environments that they name", () => {
    const folder = path.resolve(__dirname, "../../.github/workflows");
    const texts = fs.readdirSync(folder).map((file) => fs.readFileSync(path.join(folder, file), "utf8"));
    const read = texts.flatMap((text) => [...text.matchAll(/\bvars\.(\w+)/g)].map(([, name]) => name!));
    const setUp = fs.readFileSync(path.resolve(__dirname, "../../docs/pull-requests.md"), "utf8");
    const typed = [...setUp.matchAll(/\bgh variable get (\w+)/g)].map(([, name]) => name!);
    // The machine that builds images is nothing of AWS.
    const wanted = [...Object.keys(made.outputs), "IMAGE_RUNNER"];
    assert.deepEqual([...new Set([...read, ...typed])].sort(), wanted.sort());

    const jobs = texts.flatMap((text) => Object.values((parse(text) as { jobs: Record<string, Job> }).jobs));
    const environments = jobs.flatMap(({ environment }) =>
      environment === undefined ? [] : [typeof environment === "string" ? environment : environment.name],
    );
    assert.deepEqual([...new Set(environments)].sort(), [
      "dev",
      "production",
      "pull-request",
      "pull-request-cleanup",
    ]);
  });
});

interface Job {
  environment?: string | { name: string };
}
