// @ts-nocheck
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { ofType } from "../../simulate/deployment";
import { simulate } from "../../simulate/program";
import { toConfig } from "../../simulate/stack";
import { type Child, expandVpc, type VpcInputs, vpcOutputs } from "../../simulate/vpc";

interface Recorded {
  args: VpcInputs;
  children: { type: string; name: string; inputs: Record<string, unknown> }[];
  outputs: Record<string, unknown>;
}

const fixture = path.resolve(__dirname, "../../simulate/fixtures/awsx-vpc.json");
const recorded = JSON.parse(fs.readFileSync(fixture, "utf8")) as Record<string, Recorded>;

/** The fixture was made with mocks that answer this id. */
const id = ({ name }: Pick<Child, "name">): string => `${name}-id`;

const resolved = (inputs: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(inputs).map(([key, value]) => {
      const reference = (value as { idOf?: { name: string } } | null)?.idOf;
      return [key, reference ? id(reference) : value];
    }),
  );
const byTypeAndName = (children: Recorded["children"]): Recorded["children"] =>
  [...children].sort((a, b) => (`${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1));

describe("the children of awsx.ec2.Vpc", () => {
  it("are compared for every egress over one to three zones", () => {
    assert.deepEqual(
      Object.keys(recorded).sort(),
      ["endpoints", "nat-one-per-az", "nat-single", "public"].flatMap((egress) =>
        [1, 2, 3].map((zones) => `${egress}-${zones}`),
      ),
    );
  });

  for (const [name, { args, children, outputs }] of Object.entries(recorded)) {
    describe(name, () => {
      const expanded = expandVpc("network", args);

      it("are those that the real component makes, with the same inputs", () => {
        const ours = expanded.map(({ type, name: child, inputs }) => {
          const { allocationId, ...others } = resolved(inputs);
          // The mocks that made the fixture answered no allocation id for an address, so the real NAT gateways lack it there.
          if (type === "aws:ec2/natGateway:NatGateway") assert.equal(allocationId, `${child}-id`);
          return { type, name: child, inputs: others };
        });
        const theirs = children.filter(({ type }) => type !== "awsx:ec2:Vpc");
        assert.deepEqual(byTypeAndName(ours), byTypeAndName(theirs));
      });

      it("give the component the same outputs", () => {
        const { routeTables, routeTableAssociations, ...ids } = vpcOutputs(expanded, id);
        const { routeTables: theirTables, ...others } = outputs;
        // The program does not read the layout, and nobody computes it here.
        assert.deepEqual({ ...ids, subnetLayout: others.subnetLayout }, others);
        assert.deepEqual(
          (routeTables as { id: string }[]).map((table) => table.id),
          theirTables,
        );
        // The fixture leaves these out; what they must say follows from the associations it has.
        assert.deepEqual(
          routeTableAssociations,
          expanded
            .filter(({ type }) => type === "aws:ec2/routeTableAssociation:RouteTableAssociation")
            .map((association) => ({ id: id(association), ...resolved(association.inputs) })),
        );
      });

      it("come after their parents and what they refer to, each once", () => {
        const seen = new Set<string>();
        for (const { type, name: child, parent, inputs } of expanded) {
          const references = Object.values(inputs).flatMap(
            (value) => (value as { idOf?: { type: string; name: string } } | null)?.idOf ?? [],
          );
          for (const needed of [...(parent ? [parent] : []), ...references]) {
            assert.ok(seen.has(`${needed.type} ${needed.name}`), `${child} before ${needed.name}`);
          }
          assert.ok(!seen.has(`${type} ${child}`), child);
          seen.add(`${type} ${child}`);
        }
      });
    });
  }
});

describe("the layout of the network", () => {
  const egresses = ["endpoints", "nat", "public"] as const;

  /** Address ranges of a stack's subnets, by name. */
  const rangesOf = async (network: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const config = toConfig({ "aws:region": "eu-west-2", network });
    const subnets = ofType(await simulate({ config }), "aws:ec2/subnet:Subnet");
    return Object.fromEntries(
      subnets.map(({ name, inputs }) => [name, [inputs.availabilityZone, inputs.cidrBlock]]),
    );
  };

  // The only way to read off that neither moves a subnet: these are the addresses of all of them.
  const tasks = {
    "network-tasks-1": ["eu-west-2a", "10.0.0.0/20"],
    "network-tasks-2": ["eu-west-2b", "10.0.64.0/20"],
    "network-tasks-3": ["eu-west-2c", "10.0.128.0/20"],
  };
  const edge = {
    "network-edge-1": ["eu-west-2a", "10.0.16.0/22"],
    "network-edge-2": ["eu-west-2b", "10.0.80.0/22"],
    "network-edge-3": ["eu-west-2c", "10.0.144.0/22"],
  };

  for (const egress of egresses) {
    for (const zones of [1, 2, 3]) {
      it(`has every subnet where it always is, with egress ${egress} over ${zones} of three zones`, async () => {
        const all = { ...tasks, ...(egress === "nat" ? edge : {}) };
        const expected = Object.entries(all).filter(([name]) => Number(name.slice(-1)) <= zones);
        assert.deepEqual(await rangesOf({ egress, zones }), Object.fromEntries(expected));
      });
    }
  }

  it("is the same with a NAT gateway in each zone", async () => {
    assert.deepEqual(await rangesOf({ egress: "nat", zones: 3, natGateways: "onePerZone" }), {
      ...tasks,
      ...edge,
    });
  });

  it("scales with the range of the VPC", async () => {
    assert.deepEqual(await rangesOf({ egress: "nat", zones: 2, cidr: "192.168.16.0/20" }), {
      "network-tasks-1": ["eu-west-2a", "192.168.16.0/24"],
      "network-edge-1": ["eu-west-2a", "192.168.17.0/26"],
      "network-tasks-2": ["eu-west-2b", "192.168.20.0/24"],
      "network-edge-2": ["eu-west-2b", "192.168.21.0/26"],
    });
  });
});
