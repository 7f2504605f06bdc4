// @ts-nocheck
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Problem, Said, unknownKey } from "./problems";

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

/** What of `aws:*` would not be handed on. */
export function checkProvider(problems: Problem[]): void {
  const known = ["region", ...forwarded];
  for (const key of configured().filter((candidate) => !known.includes(candidate))) {
    problems.push(
      Object.hasOwn(refused, key)
        ? { path: `aws:${key}`, ...refused[key]! }
        : unknownKey(`aws:${key}`, key, known),
    );
  }
}
