import {
  arn,
  both,
  everything,
  type Grant,
  own,
  ownFromNobody,
  ownStill,
  ownTags,
  type Scope,
} from "./grant";
import { of } from "./need";

/** What these make lies in nothing that they make as well, so that the tags asked for open no VPC or subnet of others. */
const makes: Readonly<Record<string, { actions: readonly string[]; types: readonly string[] }>> = {
  Vpc: { actions: ["CreateVpc"], types: ["vpc"] },
  Network: {
    actions: [
      "AllocateAddress",
      "CreateInternetGateway",
      "CreateRouteTable",
      "CreateSecurityGroup",
      "CreateSubnet",
    ],
    types: ["elastic-ip", "internet-gateway", "route-table", "security-group", "subnet"],
  },
  Ways: { actions: ["CreateNatGateway", "CreateVpcEndpoint"], types: ["natgateway", "vpc-endpoint"] },
};
const ec2Creates = Object.values(makes).flatMap(({ actions }) => actions);
/** And what of others is asked for: the VPC, and what a gateway or an endpoint is put into. */
const ec2CreatesWithin = ec2Creates.filter(
  (action) => !["AllocateAddress", "CreateInternetGateway", "CreateVpc"].includes(action),
);
const ec2Authorizes = ["AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress"];
const ec2Revokes = ["RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress", "ModifySecurityGroupRules"];

const adoptedNetwork = (scope: Scope): readonly string[] =>
  arn(
    "ec2",
    ...scope.vpcs.map((id) => `vpc/${id}`),
    ...scope.subnets.map((id) => `subnet/${id}`),
    ...scope.routeTables.map((id) => `route-table/${id}`),
  )(scope);

export const network: Grant[] = [
  {
    // None of these knows resources.
    sid: "ReadNetwork",
    actions: of(
      "ec2",
      "DescribeAddresses",
      "DescribeAddressesAttribute",
      "DescribeAvailabilityZones",
      "DescribeInternetGateways",
      "DescribeManagedPrefixLists",
      "DescribeNatGateways",
      "DescribeNetworkAcls",
      "DescribeNetworkInterfaces",
      "DescribePrefixLists",
      "DescribeRegions",
      "DescribeRouteTables",
      "DescribeSecurityGroupRules",
      "DescribeSecurityGroups",
      "DescribeSubnets",
      "DescribeVpcEndpoints",
      "DescribeVpcPeeringConnections",
      "DescribeVpcs",
    ),
    on: everything,
  },
  {
    // Those of AWS have no account.
    sid: "ReadPrefixLists",
    actions: of("ec2", "GetManagedPrefixListEntries"),
    on: ({ partition, region }) => [`arn:${partition}:ec2:${region}:*:prefix-list/*`],
  },
  { sid: "ReadVpc", actions: of("ec2", "DescribeVpcAttribute"), on: arn("ec2", "vpc/*") },
  ...Object.entries(makes).map(([name, { actions, types }]): Grant => ({
    sid: `New${name}`,
    actions: of("ec2", ...actions),
    on: arn("ec2", ...types.map((type) => `${type}/*`)),
    when: ownTags,
  })),
  {
    sid: "NewRules",
    actions: of("ec2", ...ec2Authorizes),
    on: arn("ec2", "security-group-rule/*"),
    when: ownTags,
  },
  {
    sid: "TagNewNetwork",
    actions: of("ec2", "CreateTags"),
    on: arn("ec2", "*/*"),
    when: both(ownTags, () => ({
      StringEquals: { "ec2:CreateAction": [...ec2Creates, ...ec2Authorizes].sort() },
    })),
  },
  {
    // AWS makes the default group with the VPC, without tags; once it is tagged, its rules are the stack's to take away. No key
    // tells the VPC of a stack that is still to be made, so this is any group that has no tag Project.
    sid: "TakeDefaultGroup",
    actions: of("ec2", "CreateTags"),
    on: (scope) => (scope.closesDefaultGroup ? arn("ec2", "security-group/*")(scope) : []),
    when: ownFromNobody,
  },
  { sid: "TagOwnNetwork", actions: of("ec2", "CreateTags"), on: arn("ec2", "*/*"), when: ownStill },
  {
    sid: "ChangeOwnNetwork",
    actions: of(
      "ec2",
      ...ec2Authorizes,
      ...ec2CreatesWithin,
      ...ec2Revokes,
      "AssociateRouteTable",
      "AttachInternetGateway",
      "CreateRoute",
      "DeleteInternetGateway",
      "DeleteNatGateway",
      "DeleteRoute",
      "DeleteRouteTable",
      "DeleteSecurityGroup",
      "DeleteSubnet",
      "DeleteTags",
      "DeleteVpc",
      "DeleteVpcEndpoints",
      "DetachInternetGateway",
      "DisassociateAddress",
      "DisassociateRouteTable",
      "ModifySubnetAttribute",
      "ModifyVpcAttribute",
      "ModifyVpcEndpoint",
      "ReleaseAddress",
      "ReplaceRoute",
      "ReplaceRouteTableAssociation",
    ),
    on: arn("ec2", "*/*"),
    when: own,
  },
  {
    // The interface that an address leaves, a gateway's, which AWS makes without tags.
    sid: "LeaveInterfaces",
    actions: of("ec2", "DisassociateAddress"),
    on: arn("ec2", "network-interface/*"),
  },
  {
    sid: "WithinAdoptedNetwork",
    actions: of("ec2", "CreateSecurityGroup", "CreateVpcEndpoint", "ModifyVpcEndpoint"),
    on: adoptedNetwork,
  },
  {
    // AWS's zone, whose id nobody knows beforehand; which VPC, this key tells of as far as the Region.
    // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html
    sid: "EndpointNames",
    actions: of("route53", "AssociateVPCWithHostedZone"),
    on: ({ partition }) => [`arn:${partition}:route53:::hostedzone/*`],
    when: ({ region }) => ({
      "ForAllValues:StringLike": { "route53:VPCs": [`VPCId=*,VPCRegion=${region}`] },
    }),
  },
  {
    sid: "ChangeAdoptedGroups",
    actions: of("ec2", ...ec2Authorizes, ...ec2Revokes),
    on: (scope) => scope.securityGroups.flatMap((id) => arn("ec2", `security-group/${id}`)(scope)),
  },
];
