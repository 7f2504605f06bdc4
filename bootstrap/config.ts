import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { type Adopted } from "./iam/grant";
import { issuer } from "./iam/trust";
import { maximumBucketName } from "./state";

/** The stack's configuration: shape, defaults, and every problem at once. What is allowed is each schema's own message. */

const text = (allowed: string, pattern: RegExp): z.ZodString =>
  z.string({ error: allowed }).regex(pattern, { error: allowed });
const number = (allowed: string): z.ZodInt => z.int({ error: allowed }).positive({ error: allowed });
const name = text("a name as GitHub allows it", /^[A-Za-z0-9_.-]{1,100}$/);

const github = z.strictObject({
  owner: name,
  repository: name,
  ownerId: number("the number that `gh api repos/OWNER/REPOSITORY --jq .owner.id` shows"),
  repositoryId: number("the number that `gh api repos/OWNER/REPOSITORY --jq .id` shows"),
  defaultBranch: text("a branch, without *", /^[\w./-]+$/).default("main"),
});

// A * only behind a name, for stacks that come and go.
const stacks = z.array(
  // As the program takes them (../config.ts).
  text(
    "a stack, 1–40 small letters, digits and -, or a name-* for several",
    /^(?!.{41})[a-z0-9](?:[a-z0-9-]*[a-z0-9]|[a-z0-9-]*-\*)?$/,
  ),
);

const environment = z
  .strictObject({
    stacks: stacks.min(1, { error: "at least one stack" }),
    /** What its jobs do with them. */
    role: z.enum(["deploy", "destroy"], { error: "deploy, or destroy" }).default("deploy"),
    /** Stacks whose network, cluster and API those use, and which stay what others deploy. */
    shares: stacks.default([]),
    /** Whether they have `network.closeDefaultGroup`. */
    closesDefaultGroup: z.boolean({ error: "true, false" }).default(false),
    secrets: z
      // A * only behind a name, for those that are named alike.
      .array(
        text(
          "an ARN of Secrets Manager or Parameter Store, a * only at the end and behind a name",
          /^arn:aws[a-z-]*:(?:secretsmanager:[a-z0-9-]+:\d{12}:secret:|ssm:[a-z0-9-]+:\d{12}:parameter\/)[\w+=.@/-]+\*?$/,
        ),
      )
      .default([]),
  })
  .refine(({ stacks, shares }) => !shares.some((shared) => stacks.includes(shared)), {
    path: ["shares"],
    error: "stacks that are not in stacks of the same environment, whose role may do everything to those",
  })
  .refine(({ role, closesDefaultGroup }) => role === "deploy" || !closesDefaultGroup, {
    path: ["closesDefaultGroup"],
    error: "false for role destroy, which makes no VPC",
  })
  .refine(({ role, secrets }) => role === "deploy" || secrets.length === 0, {
    path: ["secrets"],
    error: "nothing for role destroy, which starts no tasks",
  });

const environments = z.record(
  text("names of small letters, digits and -", /^[a-z0-9][a-z0-9-]{0,30}$/),
  environment,
  { error: "{environment: {stacks: [stack], role, shares: [stack], closesDefaultGroup, secrets: [ARN]}}" },
);

/** What tasks never get: it would lead to other identities, or to the account; and secrets are for each environment to name. */
const administrative = "iam|sts|kms|organizations|account|billing|sso|cloudformation|secretsmanager|ssm";

const list = (allowed: string, pattern: RegExp) => z.array(text(allowed, pattern)).default([]);
const adopted = z.strictObject({
  vpcs: list("vpc-…", /^vpc-[0-9a-f]+$/),
  subnets: list("subnet-…", /^subnet-[0-9a-f]+$/),
  routeTables: list("rtb-…", /^rtb-[0-9a-f]+$/),
  securityGroups: list("sg-…", /^sg-[0-9a-f]+$/),
  hostedZones: list("Z…", /^Z[A-Z0-9]+$/),
  truststores: list("arn:aws:s3:::bucket/key", /^arn:aws[a-z-]*:s3:::[^*/]+\/[^*]+$/),
  functions: list(
    "arn:aws:lambda:region:account:function:name, without a version or alias",
    /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]{1,64}$/,
  ),
}) satisfies z.ZodType<Adopted>;

/** Tags of bootstrap's own resources, roles among them. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
const defaultTags = z
  .record(
    text("1 to 128 letters, digits, spaces and _.:/=+-@", /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u),
    z.string(),
  )
  .refine((tags) => Object.keys(tags).length <= 50, { error: "at most 50 tags" })
  .refine(
    (tags) => new Set(Object.keys(tags).map((key) => key.toLowerCase())).size === Object.keys(tags).length,
    {
      error: "no two keys that differ in case alone: on a role they are one",
    },
  );

const accountDigits = 12;
const defaultBucket = (project: string, region: string): string =>
  `${project}-state-${"0".repeat(accountDigits)}-${region}`;

const schema = z
  .strictObject({
    region: text("a Region such as eu-west-2", /^[a-z]{2}(-[a-z]+)+-\d$/),
    project: text("small letters, digits and -, at most 39", /^[a-z0-9][a-z0-9-]{0,38}$/),
    github,
    environments,
    stateBucket: text("a bucket's name without dots, or nothing", /^([a-z0-9][a-z0-9-]{1,61}[a-z0-9])?$/),
    oidcProviderArn: text(
      `arn:aws:iam::…:oidc-provider/${issuer}, or nothing`,
      new RegExp(`^(arn:aws[a-z-]*:iam::\\d{12}:oidc-provider/${issuer.replaceAll(".", "\\.")})?$`),
    ),
    workloadActions: z.array(
      text(
        "service:Action, a * only at the end, and nothing administrative; secrets stand in environments.<name>.secrets",
        new RegExp(`^(?!(?:${administrative}):)[a-z0-9-]+:[A-Za-z]+\\*?$`),
      ),
    ),
    adopted,
    "aws:defaultTags": defaultTags,
  })
  .refine(
    ({ stateBucket, project, region }) =>
      stateBucket !== "" || defaultBucket(project, region).length <= maximumBucketName,
    {
      path: ["stateBucket"],
      error: `a name; the one by project, account and Region would have more than the ${maximumBucketName} characters that S3 takes`,
    },
  );

export type BootstrapConfig = z.infer<typeof schema>;

/** What the workflows deploy: see .github/workflows. */
const defaultEnvironments: z.input<typeof environments> = {
  dev: { stacks: ["dev"] },
  production: { stacks: ["prod"] },
  "pull-request": { stacks: ["pr-*"], shares: ["dev"] },
  "pull-request-cleanup": { role: "destroy", stacks: ["pr-*"], shares: ["dev"] },
};

/**
 * Reads the configuration before anything registers.
 *
 * @throws pulumi.RunError that lists every problem
 */
export function loadConfig(): BootstrapConfig {
  const config = new pulumi.Config();
  const given = config.getObject<object>("environments") ?? {};
  const raw = {
    region: new pulumi.Config("aws").get("region"),
    project: config.get("project") ?? "flask-app-fargate",
    github: config.getObject<object>("github") ?? {},
    environments: Object.keys(given).length === 0 ? defaultEnvironments : given,
    stateBucket: config.get("stateBucket") ?? "",
    oidcProviderArn: config.get("oidcProviderArn") ?? "",
    workloadActions: config.getObject<unknown>("workloadActions") ?? [],
    adopted: config.getObject<object>("adopted") ?? {},
    "aws:defaultTags": new pulumi.Config("aws").getObject<{ tags?: unknown }>("defaultTags")?.tags ?? {},
  };
  const read = schema.safeParse(raw);
  if (read.success) return read.data;
  const problems = read.error.issues.flatMap((issue) => explain(issue, raw));
  throw new pulumi.RunError(
    [`The configuration of ${pulumi.getProject()} has problems:`, ...problems].join("\n  "),
  );
}

function explain(issue: z.core.$ZodIssue, raw: unknown): string[] {
  const at = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map(
      (key) => `${at}: got the unknown key ${key}. Fix: take it out, or see Pulumi.yaml.`,
    );
  }
  const value = issue.path.reduce<unknown>(
    (inner, step) => (inner as Record<PropertyKey, unknown> | undefined)?.[step],
    raw,
  );
  const got = value === undefined ? "nothing" : JSON.stringify(value);
  const allowed = issue.code === "invalid_key" ? issue.issues[0]!.message : issue.message;
  return [`${at}: got ${got}. Allowed: ${allowed}.`];
}
