// @ts-nocheck
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { StackConfig } from "./config";
import { LookUps } from "./config/look-ups";
import { configured, forwarded } from "./config/checks-provider";

const credentials: readonly string[] = ["accessKey", "secretKey", "token"];

/** The one AWS provider of the stack: its Region, its default tags, and whatever else `aws:*` says. */
export function awsProvider({ project, stack, region, tags }: StackConfig): aws.Provider {
  const keys = configured();
  const args: Record<string, unknown> = {};
  for (const key of forwarded.filter((candidate) => keys.includes(candidate))) {
    const value: unknown = (aws.config as Record<string, unknown>)[key];
    args[key] = credentials.includes(key) ? pulumi.secret(value) : value;
  }
  return new aws.Provider("aws", {
    ...args,
    region: region as aws.Region,
    defaultTags: { tags: { Project: project, Stack: stack, ManagedBy: "Pulumi", ...tags } },
  });
}

/**
 * AWS account id of whoever runs the program.
 *
 * @throws UserError where AWS does not know them
 */
export async function findAccount({ region }: StackConfig, opts: pulumi.InvokeOptions): Promise<string> {
  const lookUps = new LookUps();
  const caller = await lookUps.find(
    {
      path: "aws:region",
      got: region,
      allowed: "credentials of an account there",
      fix: "aws sts get-caller-identity, with the same settings, until that answers",
    },
    () => aws.getCallerIdentity({}, opts),
  );
  lookUps.check();
  return caller!.accountId;
}

/** What holds data, or is known to others by an address that a new one would not have, or takes minutes to make anew. */
const lasting: readonly string[] = [
  "aws:apigatewayv2/api:Api",
  "aws:apigatewayv2/domainName:DomainName",
  "aws:apigatewayv2/vpcLink:VpcLink",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:ecr/repository:Repository",
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
];

/**
 * From here on refuses, in preview, to delete or replace what lasts. What is in the way of deleting a VPC or a cluster is
 * among it, so those need no protection of their own.
 * https://www.pulumi.com/docs/iac/concepts/resources/options/protect/
 */
export function protectLasting(): void {
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
    lasting.includes(type) ? { props, opts: pulumi.mergeOptions(opts, { protect: true }) } : undefined,
  );
}
