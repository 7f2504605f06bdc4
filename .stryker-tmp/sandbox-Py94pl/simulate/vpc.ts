/**
 * What awsx.ec2.Vpc makes. Mocks show the component as one opaque record, and who reads that would price and route nothing;
 * so its children are derived here, as the real component (awsx 3.9) makes them: simulate/fixtures/awsx-vpc.json holds its
 * answers for each egress mode over one to three zones, and a test compares.
 */
// @ts-nocheck


export interface VpcInputs {
  cidrBlock: string;
  availabilityZoneNames: string[];
  availabilityZoneCidrMask: number;
  subnetSpecs: { name: string; cidrMask: number; type: "Isolated" | "Private" | "Public" | "Unused" }[];
  natGateways: { strategy: "None" | "Single" | "OnePerAz" };
  enableDnsHostnames: boolean;
  enableDnsSupport: boolean;
}

/** Refers to the id of another child; resolved by whoever registers it. */
export interface ChildId {
  idOf: { type: string; name: string };
}

export interface Child {
  type: string;
  name: string;
  /** Type and name of the child it hangs under; undefined for the component itself. */
  parent: { type: string; name: string } | undefined;
  inputs: Record<string, unknown>;
}

const types = {
  vpc: "aws:ec2/vpc:Vpc",
  internetGateway: "aws:ec2/internetGateway:InternetGateway",
  subnet: "aws:ec2/subnet:Subnet",
  routeTable: "aws:ec2/routeTable:RouteTable",
  association: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  route: "aws:ec2/route:Route",
  address: "aws:ec2/eip:Eip",
  natGateway: "aws:ec2/natGateway:NatGateway",
} as const;

/** The children of a VPC component, parents before their children. */
export function expandVpc(vpc: string, inputs: VpcInputs): Child[] {
  const { natGateways, availabilityZoneNames: zones } = inputs;
  const children: Child[] = [];
  const add = (kind: keyof typeof types, name: string, parent: Child | undefined, values: object): Child => {
    const tags = kind === "association" || kind === "route" ? {} : { tags: { Name: name } };
    const child = { type: types[kind], name, parent, inputs: { ...tags, ...values } };
    children.push(child);
    return child;
  };
  const id = ({ type, name }: Child): ChildId => ({ idOf: { type, name } });

  const { cidrBlock, enableDnsHostnames, enableDnsSupport } = inputs;
  const self = add("vpc", vpc, undefined, { cidrBlock, enableDnsHostnames, enableDnsSupport });
  // awsx makes one even when no subnet routes to it.
  const internet = add("internetGateway", vpc, self, { vpcId: id(self) });

  const placed = zones.flatMap((zone, i) =>
    layOut(inputs, i).map((subnet) => ({ ...subnet, zone, number: i + 1 })),
  );
  const byType = [...placed].sort((a, b) => a.number - b.number || rank(a.type) - rank(b.type));
  const gateways = new Map<number, Child>();
  for (const { name, type, cidr, zone, number } of byType) {
    const subnetName = `${vpc}-${name}-${number}`;
    const tags = { Name: subnetName, SubnetType: type };
    const subnet = add("subnet", subnetName, self, {
      vpcId: id(self),
      availabilityZone: zone,
      cidrBlock: cidr,
      mapPublicIpOnLaunch: type === "Public",
      assignIpv6AddressOnCreation: false,
      tags,
    });
    const routeTable = add("routeTable", subnetName, subnet, { vpcId: id(self), tags });
    add("association", subnetName, routeTable, { routeTableId: id(routeTable), subnetId: id(subnet) });
    if (type === "Public") {
      add("route", subnetName, routeTable, {
        routeTableId: id(routeTable),
        destinationCidrBlock: "0.0.0.0/0",
        gatewayId: id(internet),
      });
      const wanted = { None: 0, Single: 1, OnePerAz: zones.length }[natGateways.strategy];
      if (number <= wanted) {
        const address = add("address", `${vpc}-${number}`, subnet, {});
        gateways.set(
          number,
          add("natGateway", `${vpc}-${number}`, subnet, { subnetId: id(subnet), allocationId: id(address) }),
        );
      }
    }
    const gateway = gateways.get(number) ?? gateways.get(1);
    if (type === "Private" && gateway) {
      add("route", subnetName, routeTable, {
        routeTableId: id(routeTable),
        destinationCidrBlock: "0.0.0.0/0",
        natGatewayId: id(gateway),
      });
    }
  }
  return children;
}

/** Public subnets first: NAT gateways live there. */
const rank = (type: string): number => (type === "Public" ? 0 : 1);

/** Ids of the component's outputs, by name of the output. */
export function vpcOutputs<T>(children: Child[], id: (child: Child) => T): Record<string, unknown> {
  const subnets = (type: string): T[] =>
    children
      .filter(
        (child) =>
          child.type === types.subnet && (child.inputs.tags as { SubnetType: string }).SubnetType === type,
      )
      .map(id);
  const all = (type: string): Child[] => children.filter((child) => child.type === type);
  const child = ({ idOf }: ChildId): T =>
    id(children.find((c) => c.type === idOf.type && c.name === idOf.name)!);
  return {
    vpcId: id(all(types.vpc)[0]!),
    publicSubnetIds: subnets("Public"),
    privateSubnetIds: subnets("Private"),
    isolatedSubnetIds: subnets("Isolated"),
    routeTables: all(types.routeTable).map((table) => ({ id: id(table) })),
    routeTableAssociations: all(types.association).map((association) => ({
      id: id(association),
      subnetId: child(association.inputs.subnetId as ChildId),
      routeTableId: child(association.inputs.routeTableId as ChildId),
    })),
  };
}

/** The "Auto" strategy: each zone gets its block, and in it each spec the next range aligned to its own size. */
function layOut(
  { cidrBlock, availabilityZoneCidrMask, subnetSpecs }: VpcInputs,
  zone: number,
): { name: string; type: "Isolated" | "Private" | "Public"; cidr: string }[] {
  let next = toNumber(cidrBlock.split("/")[0]!) + zone * 2 ** (32 - availabilityZoneCidrMask);
  return subnetSpecs.flatMap(({ name, type, cidrMask }) => {
    const size = 2 ** (32 - cidrMask);
    const start = Math.ceil(next / size) * size;
    next = start + size;
    return type === "Unused" ? [] : [{ name, type, cidr: `${toAddress(start)}/${cidrMask}` }];
  });
}

const toNumber = (address: string): number =>
  address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
const toAddress = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
