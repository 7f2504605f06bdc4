import { type Needs, none, of } from "./need";

const ec2Tags = of("ec2", "CreateTags", "DeleteTags");

/** Lingering ones of a group or subnet are looked for before it is deleted (ec2/vpc_security_group.go, vpc_subnet.go). */
const interfaces = of("ec2", "DescribeNetworkInterfaces");

/**
 * Private DNS associates AWS's own hosted zone with the VPC. Likely, not certain: older editions of the Service Authorization
 * Reference name it as a dependent action of CreateVpcEndpoint, and https://github.com/hasura/ddn-docs/pull/1075 met it in 2026;
 * today's reference and CloudFormation's handler do not name it.
 */
const privateNames = of("route53", "AssociateVPCWithHostedZone");

export const network: Readonly<Record<string, Needs>> = {
  "aws:ec2/vpc:Vpc": {
    like: "AWS::EC2::VPC",
    create: of(
      "ec2",
      "CreateVpc",
      "CreateTags",
      "ModifyVpcAttribute",
      "DescribeVpcs",
      "DescribeVpcAttribute",
    ),
    // ec2/vpc_.go also reads the default network ACL, the main route table and the default group.
    read: of(
      "ec2",
      "DescribeVpcs",
      "DescribeVpcAttribute",
      "DescribeNetworkAcls",
      "DescribeRouteTables",
      "DescribeSecurityGroups",
    ),
    update: [...of("ec2", "ModifyVpcAttribute", "DescribeVpcAttribute"), ...ec2Tags],
    delete: of("ec2", "DeleteVpc", "DescribeVpcs"),
  },
  "aws:ec2/internetGateway:InternetGateway": {
    like: "AWS::EC2::InternetGateway",
    create: of(
      "ec2",
      "CreateInternetGateway",
      "AttachInternetGateway",
      "CreateTags",
      "DescribeInternetGateways",
    ),
    read: of("ec2", "DescribeInternetGateways"),
    update: ec2Tags,
    delete: of("ec2", "DetachInternetGateway", "DeleteInternetGateway", "DescribeInternetGateways"),
  },
  "aws:ec2/subnet:Subnet": {
    like: "AWS::EC2::Subnet",
    create: of("ec2", "CreateSubnet", "ModifySubnetAttribute", "CreateTags", "DescribeSubnets"),
    read: of("ec2", "DescribeSubnets"),
    update: [...of("ec2", "ModifySubnetAttribute"), ...ec2Tags],
    delete: [...of("ec2", "DeleteSubnet", "DescribeSubnets"), ...interfaces],
  },
  "aws:ec2/routeTable:RouteTable": {
    like: "AWS::EC2::RouteTable",
    create: of("ec2", "CreateRouteTable", "CreateTags", "DescribeRouteTables"),
    read: of("ec2", "DescribeRouteTables"),
    update: ec2Tags,
    // ec2/vpc_route_table.go takes away associations that are left.
    delete: of("ec2", "DeleteRouteTable", "DisassociateRouteTable", "DescribeRouteTables"),
  },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    like: "AWS::EC2::SubnetRouteTableAssociation",
    create: of("ec2", "AssociateRouteTable", "DescribeRouteTables", "DescribeSubnets"),
    read: of("ec2", "DescribeRouteTables"),
    update: of("ec2", "ReplaceRouteTableAssociation"),
    delete: of("ec2", "DisassociateRouteTable"),
  },
  "aws:ec2/route:Route": {
    like: "AWS::EC2::Route",
    create: of("ec2", "CreateRoute", "DescribeRouteTables"),
    read: of("ec2", "DescribeRouteTables"),
    update: of("ec2", "ReplaceRoute"),
    delete: of("ec2", "DeleteRoute"),
  },
  "aws:ec2/eip:Eip": {
    like: "AWS::EC2::EIP",
    create: of("ec2", "AllocateAddress", "CreateTags", "DescribeAddresses"),
    // ec2/ec2_eip.go reads the reverse DNS name as well.
    read: of("ec2", "DescribeAddresses", "DescribeAddressesAttribute"),
    update: ec2Tags,
    delete: of("ec2", "DisassociateAddress", "ReleaseAddress"),
  },
  "aws:ec2/natGateway:NatGateway": {
    like: "AWS::EC2::NatGateway",
    create: of("ec2", "CreateNatGateway", "CreateTags", "DescribeNatGateways"),
    read: of("ec2", "DescribeNatGateways"),
    update: ec2Tags,
    delete: of("ec2", "DeleteNatGateway"),
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    like: "AWS::EC2::SecurityGroup",
    // The provider takes the default egress rule away.
    create: of(
      "ec2",
      "CreateSecurityGroup",
      "CreateTags",
      "RevokeSecurityGroupEgress",
      "DescribeSecurityGroups",
    ),
    read: of("ec2", "DescribeSecurityGroups"),
    update: ec2Tags,
    delete: [...of("ec2", "DeleteSecurityGroup"), ...interfaces],
  },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    // ec2/vpc_default_security_group.go tags it, and then takes its rules away. It goes with the VPC.
    create: of(
      "ec2",
      "DescribeSecurityGroups",
      "CreateTags",
      "RevokeSecurityGroupIngress",
      "RevokeSecurityGroupEgress",
    ),
    read: of("ec2", "DescribeSecurityGroups"),
    update: [...of("ec2", "RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress"), ...ec2Tags],
    delete: none,
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    like: "AWS::EC2::SecurityGroupIngress",
    create: of("ec2", "AuthorizeSecurityGroupIngress", "CreateTags"),
    read: of("ec2", "DescribeSecurityGroupRules"),
    update: [...of("ec2", "ModifySecurityGroupRules"), ...ec2Tags],
    delete: of("ec2", "RevokeSecurityGroupIngress"),
  },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
    like: "AWS::EC2::SecurityGroupEgress",
    create: of("ec2", "AuthorizeSecurityGroupEgress", "CreateTags"),
    read: of("ec2", "DescribeSecurityGroupRules"),
    update: [...of("ec2", "ModifySecurityGroupRules"), ...ec2Tags],
    delete: of("ec2", "RevokeSecurityGroupEgress"),
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    like: "AWS::EC2::VPCEndpoint",
    create: [...of("ec2", "CreateVpcEndpoint", "CreateTags", "DescribeVpcEndpoints"), ...privateNames],
    // ec2/vpc_endpoint.go also reads the prefix list, and for subnet_configuration the interfaces.
    read: [...of("ec2", "DescribeVpcEndpoints", "DescribePrefixLists"), ...interfaces],
    update: [...of("ec2", "ModifyVpcEndpoint"), ...ec2Tags, ...privateNames],
    delete: of("ec2", "DeleteVpcEndpoints"),
  },
};
