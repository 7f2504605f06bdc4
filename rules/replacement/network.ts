import { Inputs, Replacement, Replacements, rows, Rule } from "./schema";

/** A rule keeps its kind of source: sourceAttributeName in ModifyPlan. */
const source: Rule = {
  replaces: "a change to or from another kind of source",
  when: (before, after) => before === undefined || after === undefined,
};
const securityGroupRule = (file: string): Replacement =>
  rows(file, ["securityGroupId"], ["description", "fromPort", "ipProtocol", "tags", "toPort"], {
    cidrIpv4: source,
    cidrIpv6: source,
    prefixListId: source,
    referencedSecurityGroupId: source,
  });

/** The network, and what lets traffic through it. */
export const network: Replacements = {
  "aws:ec2/eip:Eip": rows("ec2/ec2_eip.go", [], ["tags"]),
  "aws:ec2/internetGateway:InternetGateway": rows("ec2/vpc_internet_gateway.go", [], ["tags", "vpcId"]),
  "aws:ec2/natGateway:NatGateway": rows("ec2/vpc_nat_gateway.go", ["allocationId", "subnetId"], ["tags"]),
  "aws:ec2/route:Route": rows(
    "ec2/vpc_route.go",
    ["destinationCidrBlock", "routeTableId"],
    ["gatewayId", "natGatewayId"],
  ),
  "aws:ec2/routeTable:RouteTable": rows("ec2/vpc_route_table.go", ["vpcId"], ["tags"]),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": rows(
    "ec2/vpc_route_table_association.go",
    ["subnetId"],
    ["routeTableId"],
  ),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": rows(
    "ec2/vpc_default_security_group.go",
    ["vpcId"],
    ["egress", "ingress", "tags"],
  ),
  "aws:ec2/securityGroup:SecurityGroup": rows(
    "ec2/vpc_security_group.go",
    ["description", "name", "vpcId"],
    ["tags"],
  ),
  "aws:ec2/subnet:Subnet": rows(
    "ec2/vpc_subnet.go",
    ["availabilityZone", "cidrBlock", "vpcId"],
    ["assignIpv6AddressOnCreation", "mapPublicIpOnLaunch", "tags"],
  ),
  "aws:ec2/vpc:Vpc": rows("ec2/vpc_.go", ["cidrBlock"], ["enableDnsHostnames", "enableDnsSupport", "tags"]),
  "aws:ec2/vpcEndpoint:VpcEndpoint": rows(
    "ec2/vpc_endpoint.go",
    ["serviceName", "vpcEndpointType", "vpcId"],
    ["policy", "routeTableIds", "securityGroupIds", "subnetIds", "tags"],
    {
      privateDnsEnabled: {
        replaces: "of all but interface endpoints",
        when: (_before: unknown, _after: unknown, { vpcEndpointType }: Inputs) =>
          vpcEndpointType !== "Interface",
      },
    },
  ),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupRule(
    "ec2/vpc_security_group_egress_rule.go",
  ),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupRule(
    "ec2/vpc_security_group_ingress_rule.go",
  ),
};
