import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { Policy } from "../iam/policies";
import { minimal, Registered, Run, run } from "./support/run";

const ofType = ({ resources }: Run, type: string): Registered[] =>
  resources.filter((resource) => resource.type === type);
/** What waits for nothing is registered in any order. */
const byName = (resources: Registered[]): Registered[] =>
  [...resources].sort((a, b) => (a.name < b.name ? -1 : 1));
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

  it("keeps state in a private, encrypted, versioned bucket, and who accessed it in another; protects both and the key", () => {
    const name = "flask-app-fargate-state-000000000000-eu-west-2";
    const about = (type: string): unknown[] =>
      byName(ofType(made, `aws:s3/${type}`)).map(({ inputs: { bucket, ...rest } }) => [bucket, rest]);
    const both = (inputs: object): unknown[] => ["state-id", "state-log-id"].map((id) => [id, inputs]);
    assert.deepEqual(
      made.resources.filter(({ protect }) => protect).map(({ type }) => type),
      ["aws:kms/key:Key", "aws:s3/bucket:Bucket", "aws:s3/bucket:Bucket"],
    );
    assert.deepEqual(
      ofType(made, "aws:s3/bucket:Bucket").map(({ inputs }) => inputs),
      [{ bucket: name }, { bucket: `${name}-logs` }],
    );
    assert.deepEqual(
      about("bucketPublicAccessBlock:BucketPublicAccessBlock"),
      both({
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      }),
    );
    assert.deepEqual(
      about("bucketVersioning:BucketVersioning"),
      both({ versioningConfiguration: { status: "Enabled" } }),
    );
    assert.deepEqual(
      about("bucketOwnershipControls:BucketOwnershipControls"),
      both({ rule: { objectOwnership: "BucketOwnerEnforced" } }),
    );
    const key = "arn:aws:kms:eu-west-2:000000000000:state";
    const encrypted = (rule: object): object => ({ rules: [rule] });
    assert.deepEqual(
      about("bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"),
      [
        [
          "state-id",
          encrypted({
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key },
            bucketKeyEnabled: true,
          }),
        ],
        ["state-log-id", encrypted({ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } })],
      ],
    );
    const rule = {
      status: "Enabled",
      filter: { prefix: "" },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
    };
    assert.deepEqual(about("bucketLifecycleConfiguration:BucketLifecycleConfiguration"), [
      [
        "state-id",
        { rules: [{ ...rule, id: "old-versions", noncurrentVersionExpiration: { noncurrentDays: 90 } }] },
      ],
      [
        "state-log-id",
        {
          rules: [
            {
              ...rule,
              id: "old-logs",
              expiration: { days: 365 },
              noncurrentVersionExpiration: { noncurrentDays: 30 },
            },
          ],
        },
      ],
    ]);
    const arn = `arn:aws:s3:::${name}`;
    const tlsOnly = (bucket: string): object => ({
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [bucket, `${bucket}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    assert.deepEqual(
      byName(ofType(made, "aws:s3/bucketPolicy:BucketPolicy")).map(({ inputs }) => [
        inputs.bucket,
        (JSON.parse(inputs.policy as string) as Policy).Statement,
      ]),
      [
        ["state-id", [tlsOnly(arn)]],
        [
          "state-log-id",
          [
            tlsOnly(`${arn}-logs`),
            {
              Sid: "AccessLog",
              Effect: "Allow",
              Principal: { Service: "logging.s3.amazonaws.com" },
              Action: "s3:PutObject",
              Resource: `${arn}-logs/state/*`,
              Condition: {
                ArnLike: { "aws:SourceArn": arn },
                StringEquals: { "aws:SourceAccount": "000000000000" },
              },
            },
          ],
        ],
      ],
    );
    assert.deepEqual(about("bucketLogging:BucketLogging"), [
      ["state-id", { targetBucket: "state-log-id", targetPrefix: "state/" }],
    ]);
    const { enableKeyRotation } = ofType(made, "aws:kms/key:Key")[0]!.inputs;
    assert.equal(enableKeyRotation, true);
  });

  it("names the bucket of the access log within S3's limit", async () => {
    const stateBucket = "a".repeat(63);
    const result = await run({ ...minimal, stateBucket });
    assert.deepEqual(
      ofType(result, "aws:s3/bucket:Bucket").map(({ inputs }) => inputs.bucket),
      [stateBucket, `${"a".repeat(58)}-logs`],
    );
  });

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
