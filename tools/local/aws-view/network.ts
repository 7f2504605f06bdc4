/** What Amazon EC2 would answer of the network of a local stack. https://docs.aws.amazon.com/cli/latest/reference/ec2/ */
import type { Resource } from "../../../simulate/deployment";
import { list, number, object, properties, text, texts } from "../recorded";
import type { Account } from "./account";
import { type Answers, filterOf } from "./words";

export function network({ ofType }: Account): Answers {
  const inVpc = (type: string, args: readonly string[]): Resource[] => {
    const vpcs = filterOf(args, "vpc-id");
    return ofType(type).filter((each) => vpcs?.includes(text(properties(each).vpcId) ?? "") ?? true);
  };
  return {
    "ec2 describe-subnets": (args) => {
      const ids = filterOf(args, "subnet-id");
      return {
        Subnets: ofType("aws:ec2/subnet:Subnet")
          .filter(({ id }) => ids?.includes(id ?? "") ?? true)
          .map((each) => ({
            SubnetId: each.id,
            VpcId: properties(each).vpcId,
            AvailabilityZone: properties(each).availabilityZone,
            CidrBlock: properties(each).cidrBlock,
            AvailableIpAddressCount: number(each.outputs.availableIpAddressCount) ?? 4091,
          })),
      };
    },
    "ec2 describe-security-group-rules": (args) => {
      const groups = filterOf(args, "group-id");
      const rules = ["Ingress", "Egress"].flatMap((direction) =>
        ofType(`aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`).map((each) => ({
          each,
          isEgress: direction === "Egress",
        })),
      );
      return {
        SecurityGroupRules: rules
          .filter(({ each }) => groups?.includes(text(each.inputs.securityGroupId) ?? "") ?? true)
          .map(({ each: { id, inputs }, isEgress }) => ({
            SecurityGroupRuleId: id,
            GroupId: inputs.securityGroupId,
            IsEgress: isEgress,
            IpProtocol: inputs.ipProtocol,
            FromPort: number(inputs.fromPort) ?? -1,
            ToPort: number(inputs.toPort) ?? -1,
            ...(text(inputs.cidrIpv4) && { CidrIpv4: inputs.cidrIpv4 }),
            ...(text(inputs.prefixListId) && { PrefixListId: inputs.prefixListId }),
            ...(text(inputs.referencedSecurityGroupId) && {
              ReferencedGroupInfo: { GroupId: inputs.referencedSecurityGroupId },
            }),
          })),
      };
    },
    "ec2 describe-vpc-endpoints": (args) => ({
      VpcEndpoints: inVpc("aws:ec2/vpcEndpoint:VpcEndpoint", args).map((each) => ({
        VpcEndpointId: each.id,
        VpcId: each.inputs.vpcId,
        ServiceName: each.inputs.serviceName,
        VpcEndpointType: each.inputs.vpcEndpointType ?? "Gateway",
        State: text(each.outputs.state) ?? "available",
        PolicyDocument: each.inputs.policy,
        PrivateDnsEnabled: each.inputs.privateDnsEnabled === true,
        SubnetIds: texts(each.inputs.subnetIds),
        RouteTableIds: texts(each.inputs.routeTableIds),
        Groups: texts(each.inputs.securityGroupIds).map((GroupId) => ({ GroupId })),
      })),
    }),
    "ec2 describe-route-tables": (args) => {
      const associations = ofType("aws:ec2/routeTableAssociation:RouteTableAssociation");
      const routes = ofType("aws:ec2/route:Route");
      return {
        RouteTables: inVpc("aws:ec2/routeTable:RouteTable", args).map((each) => ({
          RouteTableId: each.id,
          VpcId: each.inputs.vpcId,
          Associations: associations
            .filter(({ inputs }) => inputs.routeTableId === each.id)
            .map(({ id, inputs }) => ({
              RouteTableAssociationId: id,
              Main: false,
              SubnetId: inputs.subnetId,
            })),
          Routes: [
            ...list(each.inputs.routes).map(object),
            ...routes.filter(({ inputs }) => inputs.routeTableId === each.id).map(({ inputs }) => inputs),
          ].map((route) => ({
            DestinationCidrBlock: route.destinationCidrBlock ?? route.cidrBlock,
            ...(text(route.gatewayId) && { GatewayId: route.gatewayId }),
            ...(text(route.natGatewayId) && { NatGatewayId: route.natGatewayId }),
            State: "active",
          })),
        })),
      };
    },
  };
}
