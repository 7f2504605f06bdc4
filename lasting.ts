import * as pulumi from "@pulumi/pulumi";

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
