import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { isConfigSecret } from "./secret";
import { unknownKey } from "./near-names";
import { isObject, Problem, Said } from "./problems";

/**
 * What `aws:*` may hold. An explicit provider ignores the stack's `aws:*` configuration, so each value is handed on by
 * name; one that were dropped in silence could send the stack to the wrong account.
 * https://www.pulumi.com/registry/packages/aws/installation-configuration/#configuration-options
 */
export const forwarded = [
  "accessKey",
  "allowedAccountIds",
  "assumeRoles",
  "assumeRoleWithWebIdentity",
  "customCaBundle",
  "ec2MetadataServiceEndpoint",
  "ec2MetadataServiceEndpointMode",
  "endpoints",
  "forbiddenAccountIds",
  "httpProxy",
  "httpsProxy",
  "ignoreTags",
  "insecure",
  "maxRetries",
  "noProxy",
  "profile",
  "retryMode",
  "s3UsEast1RegionalEndpoint",
  "s3UsePathStyle",
  "secretKey",
  "sharedConfigFiles",
  "sharedCredentialsFiles",
  "skipCredentialsValidation",
  "skipMetadataApiCheck",
  "skipRegionValidation",
  "stsRegion",
  "token",
  "tokenBucketRateLimiterCapacity",
  "useDualstackEndpoint",
  "useFipsEndpoint",
] as const satisfies readonly (keyof aws.ProviderArgs)[];

/** The keys of `aws:*` that the stack sets. */
export const configured = (): string[] =>
  Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith("aws:"))
    .map((key) => key.slice("aws:".length));

/** What the provider takes and this program must not hand on. */
const refused: Readonly<Record<string, Omit<Problem, "path">>> = {
  defaultTags: {
    got: new Said("the program sets the provider's default tags"),
    allowed: "tags of this project",
    fix: "write them below tags:",
  },
  skipRequestingAccountId: {
    got: new Said("without the account's id each refresh finds every security group rule changed"),
    allowed: "nothing: the provider asks for the id, which any credentials may",
    fix: "take it out",
  },
};

interface Kind {
  fits: (value: unknown) => boolean;
  allowed: string;
  /** As it is written in the stack's file. */
  example: string;
}

const listOf = (fits: Kind["fits"], allowed: string, example: string): Kind => ({
  fits: (value) => Array.isArray(value) && value.every(fits),
  allowed,
  example,
});
const flag: Kind = {
  fits: (value) => typeof value === "boolean",
  allowed: "true, false",
  example: "true",
};
const count: Kind = {
  fits: (value) => Number.isInteger(value) && (value as number) >= 0,
  allowed: "a whole number, 0 or more",
  example: "5",
};
const accounts = listOf(
  // Without quotes YAML reads a number, and loses the zeros that it begins with.
  (value) =>
    /^\d{12}$/.test(typeof value === "number" ? String(value) : typeof value === "string" ? value : ""),
  "a list of account ids of 12 digits, in quotes",
  '["111122223333"]',
);
const files = listOf(
  (value) => typeof value === "string" && value !== "",
  "a list of files",
  '["~/.aws/config"]',
);
const objects = (example: string): Kind => listOf(isObject, "a list of objects", example);
const object = (example: string): Kind => ({ fits: isObject, allowed: "an object", example });

/**
 * What is no text. Pulumi hands it over as JSON, and the provider's own getters throw what is none of it with the value in
 * the message, also one that is encrypted.
 */
const kinds: Readonly<Partial<Record<(typeof forwarded)[number], Kind>>> = {
  allowedAccountIds: accounts,
  assumeRoles: objects("[{ roleArn: arn:aws:iam::111122223333:role/deploy }]"),
  assumeRoleWithWebIdentity: object(
    "{ roleArn: arn:aws:iam::111122223333:role/deploy, webIdentityTokenFile: token }",
  ),
  endpoints: objects("[{ s3: https://s3.example.com }]"),
  forbiddenAccountIds: accounts,
  ignoreTags: object("{ keys: [Owner] }"),
  insecure: flag,
  maxRetries: count,
  s3UsePathStyle: flag,
  sharedConfigFiles: files,
  sharedCredentialsFiles: files,
  skipCredentialsValidation: flag,
  skipMetadataApiCheck: flag,
  skipRegionValidation: flag,
  tokenBucketRateLimiterCapacity: count,
  useDualstackEndpoint: flag,
  useFipsEndpoint: flag,
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function checkKinds(problems: Problem[]): void {
  const all = pulumi.runtime.allConfig();
  for (const [key, { fits, allowed, example }] of Object.entries(kinds)) {
    const path = `aws:${key}`;
    const text = all[path];
    if (text === undefined || fits(parsed(text))) continue;
    problems.push({
      path,
      got: isConfigSecret(path) ? new Said("its encrypted value, which is not shown, is none") : parsed(text),
      allowed,
      fix: `write for example ${path}: ${example}`,
    });
  }
}

/** What of `aws:*` would not be handed on, or cannot be. */
export function checkProvider(problems: Problem[]): void {
  const known = ["region", ...forwarded];
  for (const key of configured().filter((candidate) => !known.includes(candidate))) {
    problems.push(
      Object.hasOwn(refused, key)
        ? { path: `aws:${key}`, ...refused[key]! }
        : unknownKey(`aws:${key}`, key, known),
    );
  }
  checkKinds(problems);
}
