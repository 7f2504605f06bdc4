import { at, Inputs, read, Replacement, Replacements, Rule } from "./schema";

/** A rule keeps its kind of source: sourceAttributeName in ModifyPlan. */
const source: Rule = {
  replaces: "a change to or from another kind of source",
  when: (before, after) => before === undefined || after === undefined,
};

/** Both directions have the schema of vpc_security_group_ingress_rule.go. */
const securityGroupRule: Replacement = read(
  at("00a322094b4b9ade8a81b244345dbcf4b52ee8d6", "ec2/vpc_security_group_ingress_rule.go"),
  {
    replaces: { securityGroupId: "security_group_id" },
    inPlace: {
      description: "description",
      fromPort: "from_port",
      ipProtocol: "ip_protocol",
      tags: "tags",
      toPort: "to_port",
    },
    rules: {
      cidrIpv4: ["cidr_ipv4", source],
      cidrIpv6: ["cidr_ipv6", source],
      prefixListId: ["prefix_list_id", source],
      referencedSecurityGroupId: ["referenced_security_group_id", source],
    },
  },
);

/** The network, and what lets traffic through it. */
export const network: Replacements = {
  "aws:ec2/eip:Eip": read(at("01606926a0c0ab9174aec440f976a48b0baee722", "ec2/ec2_eip.go"), {
    inPlace: { tags: "names.AttrTags" },
  }),
  "aws:ec2/internetGateway:InternetGateway": read(
    at("08923b68b5ad6fcfdd38362fb5247e39a9b07add", "ec2/vpc_internet_gateway.go"),
    { inPlace: { tags: "tags", vpcId: "vpc_id" } },
  ),
  "aws:ec2/natGateway:NatGateway": read(
    at("04088eaa54948421bf1ef7494ae2b2c01d9243e3", "ec2/vpc_nat_gateway.go"),
    {
      replaces: { allocationId: "allocation_id", subnetId: "names.AttrSubnetID" },
      inPlace: { tags: "names.AttrTags" },
    },
  ),
  "aws:ec2/route:Route": read(at("0128541e0711766f28540143a9d73738aced60aa", "ec2/vpc_route.go"), {
    replaces: { destinationCidrBlock: "routeDestinationCIDRBlock", routeTableId: "route_table_id" },
    inPlace: { gatewayId: "gateway_id", natGatewayId: "nat_gateway_id" },
  }),
  "aws:ec2/routeTable:RouteTable": read(
    at("022092419b7cda11527df3c6b51cbfe1876c1722", "ec2/vpc_route_table.go"),
    { replaces: { vpcId: "vpc_id" }, inPlace: { tags: "names.AttrTags" } },
  ),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": read(
    at("0be71beb458ad8875e0acc5c91519c0ceeb214aa", "ec2/vpc_route_table_association.go"),
    { replaces: { subnetId: "subnet_id" }, inPlace: { routeTableId: "route_table_id" } },
  ),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": read(
    at("01f431114674c27cf790fafb67ac274bf8f765e1", "ec2/vpc_default_security_group.go"),
    {
      replaces: { vpcId: "names.AttrVPCID" },
      inPlace: { egress: "egress", ingress: "ingress", tags: "names.AttrTags" },
    },
  ),
  "aws:ec2/securityGroup:SecurityGroup": read(
    at("01606926a0c0ab9174aec440f976a48b0baee722", "ec2/vpc_security_group.go"),
    {
      replaces: { description: "names.AttrDescription", name: "names.AttrName", vpcId: "names.AttrVPCID" },
      inPlace: { tags: "names.AttrTags" },
    },
  ),
  "aws:ec2/subnet:Subnet": read(at("00cda125a19d31754cb0d073cf551264c57955cb", "ec2/vpc_subnet.go"), {
    replaces: {
      availabilityZone: "names.AttrAvailabilityZone",
      cidrBlock: "names.AttrCIDRBlock",
      vpcId: "names.AttrVPCID",
    },
    inPlace: {
      assignIpv6AddressOnCreation: "assign_ipv6_address_on_creation",
      mapPublicIpOnLaunch: "map_public_ip_on_launch",
      tags: "names.AttrTags",
    },
  }),
  "aws:ec2/vpc:Vpc": read(at("00081ce41cc691433ac19bf42227cdabffd0454d", "ec2/vpc_.go"), {
    replaces: { cidrBlock: "names.AttrCIDRBlock" },
    inPlace: {
      enableDnsHostnames: "enable_dns_hostnames",
      enableDnsSupport: "enable_dns_support",
      tags: "names.AttrTags",
    },
  }),
  "aws:ec2/vpcEndpoint:VpcEndpoint": read(
    at("008db85aad5e56627b1eecab8830464a282552ed", "ec2/vpc_endpoint.go"),
    {
      replaces: {
        serviceName: "names.AttrServiceName",
        vpcEndpointType: "vpc_endpoint_type",
        vpcId: "names.AttrVPCID",
      },
      inPlace: {
        policy: "names.AttrPolicy",
        routeTableIds: "route_table_ids",
        securityGroupIds: "names.AttrSecurityGroupIDs",
        subnetIds: "names.AttrSubnetIDs",
        tags: "names.AttrTags",
      },
      rules: {
        // CustomizeDiff
        privateDnsEnabled: [
          "private_dns_enabled",
          {
            replaces: "of all but interface endpoints",
            when: (_before: unknown, _after: unknown, { vpcEndpointType }: Inputs) =>
              vpcEndpointType !== "Interface",
          },
        ],
      },
    },
  ),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupRule,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupRule,
};
