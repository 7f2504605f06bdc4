import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { StackConfig } from "./config";
import { ConfigurationError, Problem, unknownKey } from "./problems";

/**
 * What `aws:*` may hold. An explicit provider ignores the stack's `aws:*` configuration, so each value is handed on by
 * name; one that were dropped in silence could send the stack to the wrong account.
 * https://www.pulumi.com/registry/packages/aws/installation-configuration/#configuration-options
 */
const forwarded = [
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
  "skipRequestingAccountId",
  "stsRegion",
  "token",
  "tokenBucketRateLimiterCapacity",
  "useDualstackEndpoint",
  "useFipsEndpoint",
] as const satisfies readonly (keyof aws.ProviderArgs)[];

const credentials: readonly string[] = ["accessKey", "secretKey", "token"];

/**
 * The one AWS provider of the stack: its Region, its default tags, and whatever else `aws:*` says.
 *
 * @throws ConfigurationError for an `aws:*` key that it would not hand on
 */
export function awsProvider({ project, stack, region, tags }: StackConfig): aws.Provider {
  const keys = Object.keys(pulumi.runtime.allConfig()).filter((key) => key.startsWith("aws:"));
  const known: readonly string[] = ["region", ...forwarded];
  const problems: Problem[] = keys
    .map((key) => key.slice("aws:".length))
    .filter((key) => !known.includes(key))
    .map((key) =>
      key === "defaultTags"
        ? {
            path: "aws:defaultTags",
            got: undefined,
            allowed: "tags of this project",
            fix: "write them below tags:",
          }
        : unknownKey(`aws:${key}`, key, known),
    );
  if (problems.length > 0) throw new ConfigurationError(problems, stack);

  const args: Record<string, unknown> = {};
  for (const key of forwarded.filter((candidate) => keys.includes(`aws:${candidate}`))) {
    const value: unknown = (aws.config as Record<string, unknown>)[key];
    args[key] = credentials.includes(key) ? pulumi.secret(value) : value;
  }
  return new aws.Provider("aws", {
    ...args,
    region: region as aws.Region,
    defaultTags: { tags: { Project: project, Stack: stack, ManagedBy: "Pulumi", ...tags } },
  });
}
