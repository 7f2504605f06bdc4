import { arn, everything, type Grant, own } from "./grant";
import { of } from "./need";

const ec2Creates = [
  "AllocateAddress",
  "CreateInternetGateway",
  "CreateNatGateway",
  "CreateRouteTable",
  "CreateSecurityGroup",
  "CreateSubnet",
  "CreateVpc",
  "CreateVpcEndpoint",
];
const ec2Authorizes = ["AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress"];
const ec2Revokes = ["RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress", "ModifySecurityGroupRules"];

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
  {
    // Not by tags: each asks for the new resource, which has none yet, and for the one it is made in, which may be adopted.
    sid: "CreateNetwork",
    actions: of("ec2", ...ec2Creates),
    on: arn("ec2", "*/*"),
  },
  {
    sid: "TagNewNetwork",
    actions: of("ec2", "CreateTags"),
    on: arn("ec2", "*/*"),
    when: () => ({ StringEquals: { "ec2:CreateAction": [...ec2Creates, ...ec2Authorizes].sort() } }),
  },
  {
    sid: "ChangeOwnNetwork",
    actions: of(
      "ec2",
      ...ec2Authorizes,
      ...ec2Revokes,
      "AssociateRouteTable",
      "AttachInternetGateway",
      "CreateRoute",
      "CreateTags",
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
    // What else these ask for: the new rule; the interface an address leaves; what an endpoint of an adopted VPC is put into.
    sid: "ChangeWhatOwnNetworkTouches",
    actions: of("ec2", ...ec2Authorizes, "DisassociateAddress", "ModifyVpcEndpoint"),
    on: arn("ec2", "security-group-rule/*", "network-interface/*", "route-table/*", "subnet/*"),
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
