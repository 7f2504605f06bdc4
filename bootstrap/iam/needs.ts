/**
 * What the program needs of IAM, by what it registers: pure knowledge, from which the policies are derived (policies.ts).
 *
 * Sources, for every type:
 * - the permissions of its CloudFormation resource type's handlers, as published in AWS's resource schemas
 *   (../tests/fixtures/cfn.json, from those that cfn-lint 1.58 carries; a test compares, and each difference is explained in not-needed.ts);
 * - what terraform-provider-aws, which Pulumi's AWS provider is built on, calls besides: named at the entry. Read in
 *   https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service
 * - https://docs.aws.amazon.com/service-authorization/latest/reference/ for the actions' names.
 */

import { type Needs, of } from "./need";
import { api } from "./needs-api";
import { containers } from "./needs-containers";
import { jobRun, jobs } from "./needs-jobs";
import { monitoring } from "./needs-monitoring";
import { network } from "./needs-network";

/** By Pulumi type: every type that the program can register. */
export const resources: Readonly<Record<string, Needs>> = {
  ...network,
  ...containers,
  ...jobs,
  ...monitoring,
  ...api,
};

/** What a look-up of the program reads. */
export const lookUps: Readonly<Record<string, readonly string[]>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": of("sts", "GetCallerIdentity"),
  "aws:index/getAvailabilityZones:getAvailabilityZones": of("ec2", "DescribeAvailabilityZones"),
  "aws:ecr/getAuthorizationToken:getAuthorizationToken": of("ecr", "GetAuthorizationToken"),
  "aws:ec2/getManagedPrefixList:getManagedPrefixList": of(
    "ec2",
    "DescribeManagedPrefixLists",
    "GetManagedPrefixListEntries",
  ),
  // vpc_route_table_data_source.go reads the interfaces that routes lead to.
  "aws:ec2/getRouteTable:getRouteTable": of("ec2", "DescribeRouteTables", "DescribeNetworkInterfaces"),
  "aws:ec2/getSecurityGroup:getSecurityGroup": of("ec2", "DescribeSecurityGroups"),
  "aws:ec2/getVpcPeeringConnections:getVpcPeeringConnections": of("ec2", "DescribeVpcPeeringConnections"),
  "aws:ec2/getSubnet:getSubnet": of("ec2", "DescribeSubnets"),
  // vpc_data_source.go also reads the main route table.
  "aws:ec2/getVpc:getVpc": of("ec2", "DescribeVpcs", "DescribeVpcAttribute", "DescribeRouteTables"),
  "aws:ec2/getVpcEndpoint:getVpcEndpoint": of("ec2", "DescribeVpcEndpoints", "DescribePrefixLists"),
  "aws:apigatewayv2/getApi:getApi": of("apigateway", "GET"),
  // zone_data_source.go reads the name servers of a private zone, which is then refused by name.
  "aws:route53/getZone:getZone": of(
    "route53",
    "GetHostedZone",
    "ListTagsForResource",
    "ListResourceRecordSets",
  ),
  // dns_namespace_data_source.go: lists them, then reads the one of that name.
  "aws:servicediscovery/getDnsNamespace:getDnsNamespace": of(
    "servicediscovery",
    "ListNamespaces",
    "GetNamespace",
    "ListTagsForResource",
  ),
};

/** What the second look of `npm run deploy` reads (tools/deploy). */
export const secondLook: readonly string[] = [
  ...of("ecs", "DescribeServices", "ListServiceDeployments", "DescribeServiceRevisions", "ListTasks"),
  ...of("ecs", "DescribeTasks"),
  ...of("logs", "GetLogEvents"),
];

const unique = (actions: readonly string[]): readonly string[] => [...new Set(actions)].sort();

/** Every action that updating or destroying a stack takes. */
export const deployActions: readonly string[] = unique([
  ...Object.values(resources).flatMap((needs) => [
    ...needs.create,
    ...needs.read,
    ...needs.update,
    ...needs.delete,
  ]),
  ...Object.values(lookUps).flat(),
  ...secondLook,
  ...jobRun,
]);

/** Every action that destroying a stack takes: the program does not run, so nothing is looked up but who asks. */
export const destroyActions: readonly string[] = unique([
  ...Object.values(resources).flatMap((needs) => [...needs.read, ...needs.delete]),
  ...lookUps["aws:index/getCallerIdentity:getCallerIdentity"]!,
]);

/** Every action that a preview or a refresh takes. */
export const previewActions: readonly string[] = unique([
  ...Object.values(resources).flatMap(({ read }) => read),
  ...Object.values(lookUps).flat(),
]);
