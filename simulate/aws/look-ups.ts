import { endpointServiceName, gatewayEndpoints } from "../../rules/endpoints";
import { partitionOf, vpcLinkZones } from "../../rules/zones";
import { account, type Inputs, text, type Where } from "./account";

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);

const adoptedVpc = ({ configured }: Where): string => text(configured?.network?.existing?.vpcId);

/**
 * The zones of a Region as this pretended account names them: a, b, c in the order of their ids. Of a Region that is not
 * known here those alone that the configuration names.
 */
function zonesOf({ region, configured }: Where): { names: string[]; zoneIds: string[] } {
  const zoneIds = knownZones(region) ?? texts(configured?.network?.zones);
  return { names: zoneIds.map((_, i) => `${region}${"abcdefgh"[i]}`), zoneIds };
}

/** Those with VPC links, and those that AWS counts between them. */
function knownZones(region: string): string[] | undefined {
  const supported = vpcLinkZones[region];
  const prefix = /^(.*)-az\d+$/.exec(supported?.[0] ?? "")?.[1];
  if (!supported || prefix === undefined) return undefined;
  const first = [1, 2, 3].map((number) => `${prefix}-az${number}`);
  return [...new Set([...first, ...supported])].sort();
}

/** A subnet of the configured VPC lies in the zone of its place among them, where the link can be. */
function subnetOf({ region, configured }: Where, id: string): Inputs {
  const { vpcId, subnetIds } = configured?.network?.existing ?? {};
  const place = Math.max(0, texts(subnetIds).indexOf(id));
  const zoneId = vpcLinkZones[region]?.[place] ?? `${region}-subnet-${place + 1}`;
  const { names, zoneIds } = zonesOf({ region });
  return {
    id,
    vpcId: text(vpcId),
    availabilityZone: names[zoneIds.indexOf(zoneId)] ?? zoneId,
    availabilityZoneId: zoneId,
  };
}

/** By which the subnets of the configured VPC go. */
const routeTables = ({ configured }: Where): string[] => {
  const named = texts(configured?.network?.existing?.routeTableIds);
  return named.length > 0 ? named : ["rtb-local"];
};

/** A route table has what the configured egress takes. */
function routeTableOf(where: Where, { routeTableId }: Inputs): Inputs {
  const egress = where.configured?.network?.egress;
  const ways = { nat: { natGatewayId: "nat-local" }, public: { gatewayId: "igw-local" } } as const;
  const way = egress === "nat" || egress === "public" ? ways[egress] : undefined;
  return {
    id: text(routeTableId) || routeTables(where)[0],
    vpcId: adoptedVpc(where),
    routes: way ? [{ cidrBlock: "0.0.0.0/0", gatewayId: "", natGatewayId: "", ...way }] : [],
  };
}

/** An endpoint is there as the configuration says, and fits it; what it makes is not there yet. */
function endpointOf(where: Where, { serviceName, vpcId }: Inputs): Inputs {
  const { region, configured } = where;
  const existing = configured?.network?.existing ?? {};
  const name = texts(existing.endpoints).find((one) => endpointServiceName(region, one) === serviceName);
  if (name === undefined) throw new Error("no matching EC2 VPC Endpoint found");
  const isGateway = gatewayEndpoints.includes(name);
  return {
    id: `local-vpcendpoint-${name}`,
    vpcId,
    serviceName,
    state: "available",
    vpcEndpointType: isGateway ? "Gateway" : "Interface",
    prefixListId: isGateway ? `pl-local-${name}` : "",
    routeTableIds: isGateway ? routeTables(where) : [],
    securityGroupIds: isGateway ? [] : [text(existing.endpointSecurityGroupId)],
    privateDnsEnabled: !isGateway,
    tags: {},
  };
}

/** By token. */
export const lookUps: Record<string, (inputs: Inputs, where: Where) => unknown> = {
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    accountId: account,
    arn: `arn:aws:iam::${account}:user/local`,
    userId: "local",
    id: account,
  }),
  "aws:index/getAvailabilityZones:getAvailabilityZones": (_, where) => ({
    ...zonesOf(where),
    id: where.region,
  }),
  "aws:ecr/getAuthorizationToken:getAuthorizationToken": (_, { region }) => ({
    userName: "AWS",
    password: "local-token",
    id: region,
  }),
  "aws:apigatewayv2/getApi:getApi": (inputs, { region }) => ({
    ...inputs,
    apiEndpoint: `https://${text(inputs.apiId)}.execute-api.${region}.amazonaws.com`,
    executionArn: `arn:${partitionOf(region)}:execute-api:${region}:${account}:${text(inputs.apiId)}`,
    protocolType: "HTTP",
    disableExecuteApiEndpoint: false,
    corsConfigurations: [],
  }),
  "aws:servicediscovery/getDnsNamespace:getDnsNamespace": (inputs, { region }) => ({
    ...inputs,
    // Another name is another namespace.
    id: `ns-local-${text(inputs.name)}`,
    arn: `arn:aws:servicediscovery:${region}:${account}:namespace/ns-local-${text(inputs.name)}`,
  }),
  // A range for documentation (RFC 5737): what the VPC's own is, nobody here knows.
  "aws:ec2/getVpc:getVpc": ({ id }) => ({
    id,
    cidrBlock: "192.0.2.0/24",
    cidrBlockAssociations: [],
    enableDnsSupport: true,
    enableDnsHostnames: true,
  }),
  "aws:ec2/getSubnet:getSubnet": ({ id }, where) => subnetOf(where, text(id)),
  "aws:ec2/getRouteTable:getRouteTable": (inputs, where) => routeTableOf(where, inputs),
  // Where there is no adopted VPC, nobody here knows which one it lies in.
  "aws:ec2/getSecurityGroup:getSecurityGroup": ({ id }, where) => ({ id, vpcId: adoptedVpc(where) }),
  "aws:ec2/getVpcEndpoint:getVpcEndpoint": (inputs, where) => endpointOf(where, inputs),
  // How many entries it may have, nobody here knows: it counts as one.
  "aws:ec2/getManagedPrefixList:getManagedPrefixList": ({ id }) => ({
    id,
    name: "local",
    maxEntries: 1,
    entries: [],
  }),
  "aws:route53/getZone:getZone": ({ zoneId }, { configured }) => ({
    zoneId,
    name: text(configured?.api?.domain?.name),
    privateZone: false,
  }),
};
