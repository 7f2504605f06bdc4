import assert from "node:assert/strict";
import { UserError } from "../config/problems";
import { SimulateOptions } from "../simulate/program";
import { toConfig } from "../simulate/stack";
import { find, run } from "./support/stack";

type Invokes = NonNullable<SimulateOptions["invokes"]>;

/** What a preview is refused with: one line for each problem, and no stack trace. */
async function refusal(values: object, invokes: Invokes): Promise<string[]> {
  const error = await run(values, { invokes, preview: true }).then(
    () => assert.fail("it was accepted"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error);
  assert.equal(error.constructor.name, UserError.name, error.message);
  assert.equal(error.stack, undefined, "on Node 20 Pulumi takes half a minute to print one");
  return error.message.split("\n");
}

const fail = (message: string) => (): never => {
  throw new Error(message);
};
/** As the provider words it: https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/tfresource */
const nothing = (token: string, what: string) =>
  fail(`invoking ${token}: 1 error occurred:\n\t* reading ${what}: couldn't find resource\n\n`);

const existing = {
  vpcId: "vpc-0",
  subnetIds: ["subnet-0a"],
  routeTableIds: ["rtb-1"],
  endpoints: ["s3", "logs", "ecr.api"],
  create: ["ecr.dkr"],
  endpointSecurityGroupId: "sg-0e",
};
const volume = {
  fileSystemId: "fs-0123456789abcdef0",
  accessPointId: "fsap-0123456789abcdef0",
  securityGroupId: "sg-0f",
  path: "/data",
};
const vpc = {
  id: "vpc-0",
  cidrBlock: "10.7.0.0/16",
  cidrBlockAssociations: [],
  enableDnsSupport: true,
  enableDnsHostnames: true,
};
const endpoint = {
  id: "vpce-1",
  state: "available",
  privateDnsEnabled: true,
  prefixListId: "pl-1",
  routeTableIds: ["rtb-1"],
  securityGroupIds: ["sg-0e"],
  tags: {},
};
const getEndpoint = "aws:ec2/getVpcEndpoint:getVpcEndpoint";
const notThere = fail("no matching EC2 VPC Endpoint found");

/** Answers of endpoints by the name of their service. */
const endpointsAre = (answers: Record<string, () => unknown>): Invokes => ({
  [getEndpoint]: ({ serviceName }) => {
    const name = String(serviceName).replace("com.amazonaws.eu-west-2.", "");
    return answers[name]?.() ?? (name === "ecr.dkr" ? notThere() : endpoint);
  },
});

describe("a look-up that finds nothing", () => {
  it("names the key, what was looked for and the fix, all of them at once, before anything registers", async () => {
    const words = "reading it: couldn't find resource";
    const tokens = [
      "aws:ec2/getVpc:getVpc",
      "aws:ec2/getSubnet:getSubnet",
      "aws:ec2/getManagedPrefixList:getManagedPrefixList",
      "aws:ec2/getRouteTable:getRouteTable",
      "aws:ec2/getSecurityGroup:getSecurityGroup",
      "aws:apigatewayv2/getApi:getApi",
      "aws:servicediscovery/getDnsNamespace:getDnsNamespace",
    ];
    const invokes = Object.fromEntries(tokens.map((token) => [token, nothing(token, "it")]));
    const lines = await refusal(
      {
        network: {
          existing,
          reach: [
            { to: "pl-0b", port: 443 },
            { to: "sg-0b", port: 5432 },
          ],
        },
        services: { flask: { build: "./app", volumes: { data: volume } } },
        api: { existingId: "a1b2c3" },
        cluster: { namespace: "corp.internal" },
      },
      { ...invokes, [getEndpoint]: notThere },
    );
    assert.deepEqual(lines.sort(), [
      `api.existingId: got a1b2c3, and AWS answered: ${words}. Allowed: an HTTP API of this account and Region. Fix: name one that is there, or take it ` +
        "out for an API of this stack's own.",
      `cluster.namespace: got corp.internal, and AWS answered: ${words}. Allowed: a private DNS namespace of Cloud Map in this account and Region. Fix: ` +
        "name one that is there, or take it out for one of this stack's own.",
      `network.existing.endpointSecurityGroupId: got sg-0e, and AWS answered: ${words}. Allowed: the group of interface endpoints. Fix: name one that is there.`,
      ...["ecr.api", "logs", "s3"].map(
        (name) =>
          `network.existing.endpoints: got ${name}, and AWS answered: no matching EC2 VPC Endpoint found. Allowed: endpoints that vpc-0 has. Fix: take it ` +
          "out, or move it to network.existing.create: it is then made, for everybody in the VPC.",
      ),
      `network.existing.routeTableIds: got rtb-1, and AWS answered: ${words}. Allowed: route tables of vpc-0 in eu-west-2. Fix: name one that is there.`,
      `network.existing.subnetIds: got subnet-0a, and AWS answered: ${words}. Allowed: subnets of vpc-0 in eu-west-2. Fix: name one that is there.`,
      `network.existing.vpcId: got vpc-0, and AWS answered: ${words}. Allowed: a VPC of this account in eu-west-2. Fix: name one that is there.`,
      `network.reach.0.to: got pl-0b, and AWS answered: ${words}. Allowed: a prefix list of eu-west-2. Fix: name one that is there.`,
      `network.reach.1.to: got sg-0b, and AWS answered: ${words}. Allowed: a security group of this account in eu-west-2. Fix: name one that is there.`,
      `services.flask.volumes.data.securityGroupId: got sg-0f, and AWS answered: ${words}. Allowed: the group of mount targets. Fix: name one that is there.`,
    ]);
  });

  it("says so of the zone of a domain, and of one that cannot hold its records", async () => {
    const token = "aws:route53/getZone:getZone";
    const values = { api: { domain: { name: "api.example.com", hostedZoneId: "Z0A", only: true } } };
    assert.deepEqual(await refusal(values, { [token]: nothing(token, "Route 53 Hosted Zone") }), [
      "api.domain.hostedZoneId: got Z0A, and AWS answered: reading Route 53 Hosted Zone: couldn't find resource. Allowed: the public zone of " +
        "api.example.com in this account. Fix: name one that is there, or take it out and write the records where the zone is.",
    ]);
    assert.deepEqual(await refusal(values, { [token]: () => ({ name: "ample.com.", privateZone: true }) }), [
      "api.domain.hostedZoneId: got Z0A, the zone of ample.com. Allowed: the public zone of api.example.com. Fix: name the zone that the domain is in.",
      "api.domain.hostedZoneId: got Z0A, a private zone. Allowed: the public zone of api.example.com: neither clients nor AWS, which validates the " +
        "certificate, ask the other. Fix: name the public one.",
    ]);
    for (const name of ["example.com", "EXAMPLE.com.", "api.example.com"]) {
      await run(values, { invokes: { [token]: () => ({ name, privateZone: false }) } });
    }
  });

  it("tells what is not allowed from what is not there", async () => {
    const token = "aws:apigatewayv2/getApi:getApi";
    const words =
      "operation error ApiGatewayV2: GetApi, AccessDeniedException: User is not authorized to perform: apigateway:GET";
    assert.deepEqual(await refusal({ api: { existingId: "a1b2c3" } }, { [token]: fail(words) }), [
      `api.existingId: got a1b2c3, which these credentials may not look up: ${words}. Allowed: credentials that may. Fix: give them the action that AWS ` +
        "names; roles of bootstrap/ get it by an update there.",
    ]);
  });

  it("says so of the zones, and of who asks", async () => {
    const zones = "aws:index/getAvailabilityZones:getAvailabilityZones";
    assert.deepEqual(await refusal({}, { [zones]: fail("timeout") }), [
      "network.zones: got 2, and AWS answered: timeout. Allowed: zones that the account has. Fix: mend what AWS says.",
    ]);
    const caller = "aws:index/getCallerIdentity:getCallerIdentity";
    assert.deepEqual(await refusal({}, { [caller]: fail("ExpiredToken: the token is expired") }), [
      "aws:region: got eu-west-2, and AWS answered: ExpiredToken: the token is expired. Allowed: credentials of an account there. Fix: aws sts " +
        "get-caller-identity, with the same settings, until that answers.",
    ]);
  });
});

describe("what an existing VPC is said to have", () => {
  const adopted = { network: { existing } };

  it("is looked up by VPC, service and kind", async () => {
    const { invocations } = await run(adopted);
    assert.deepEqual(
      invocations.filter(({ token }) => token === getEndpoint).map(({ inputs }) => inputs),
      [
        ...[
          ["s3", "Gateway"],
          ["logs", "Interface"],
          ["ecr.api", "Interface"],
        ].map(([name, type]) => ({
          vpcId: "vpc-0",
          serviceName: `com.amazonaws.eu-west-2.${name}`,
          filters: [{ name: "vpc-endpoint-type", values: [type] }],
        })),
        {
          vpcId: "vpc-0",
          serviceName: "com.amazonaws.eu-west-2.ecr.dkr",
          filters: [
            { name: "vpc-endpoint-type", values: ["Interface"] },
            { name: "vpc-endpoint-state", values: ["pendingAcceptance", "pending", "available"] },
          ],
        },
      ],
    );
  });

  it("resolves names, or is refused with the command that mends it", async () => {
    const off = (attributes: object): Invokes => ({
      "aws:ec2/getVpc:getVpc": () => ({ ...vpc, ...attributes }),
    });
    const line = (attribute: string, option: string): string =>
      `network.existing.vpcId: got vpc-0, whose ${attribute} is off. Allowed: a VPC where it is on, or the names of endpoints do not lead to them. Fix: aws ` +
      `ec2 modify-vpc-attribute --vpc-id vpc-0 ${option}.`;
    assert.deepEqual(await refusal(adopted, off({ enableDnsSupport: false, enableDnsHostnames: false })), [
      line("enableDnsSupport", "--enable-dns-support"),
      line("enableDnsHostnames", "--enable-dns-hostnames"),
    ]);
    const nat = { network: { egress: "nat", existing: { vpcId: "vpc-0", subnetIds: ["subnet-0a"] } } };
    await run(nat, { invokes: off({ enableDnsHostnames: false }) });
    assert.deepEqual(await refusal(nat, off({ enableDnsSupport: false })), [
      line("enableDnsSupport", "--enable-dns-support"),
    ]);
  });

  it("is an endpoint that works: its state, its private DNS, its group and its routes", async () => {
    const invokes = endpointsAre({
      s3: () => ({ ...endpoint, routeTableIds: ["rtb-2"] }),
      logs: () => ({ ...endpoint, state: "pendingAcceptance", privateDnsEnabled: false }),
      "ecr.api": () => ({ ...endpoint, securityGroupIds: ["sg-0f"] }),
    });
    assert.deepEqual((await refusal(adopted, invokes)).sort(), [
      "network.existing.endpoints: got ecr.api, and vpce-1 is behind sg-0f. Allowed: one that is behind network.existing.endpointSecurityGroupId, or a " +
        "group of network.reach on port 443. Fix: add reach: [{ to: sg-0f, port: 443 }] and have that group admit network-workload.",
      "network.existing.endpoints: got logs, and vpce-1 has no private DNS. Allowed: one that answers by AWS's own names, which the tasks ask for. Fix: " +
        "have private DNS enabled on it.",
      "network.existing.endpoints: got logs, and vpce-1 is pendingAcceptance. Allowed: one that is available. Fix: wait, or accept it.",
      "network.existing.endpoints: got s3, and vpce-1 is not on rtb-1. Allowed: one that is on each of network.existing.routeTableIds. Fix: have it put " +
        "on rtb-1.",
    ]);
    const open = endpointsAre({ "ecr.api": () => ({ ...endpoint, securityGroupIds: ["sg-0f"] }) });
    await run({ network: { existing, reach: [{ to: "sg-0f", port: 443 }] } }, { invokes: open });
  });

  const several = fail("multiple EC2 VPC Endpoints matched; use additional constraints to reduce matches");
  /** Of several, this stack's own are found by their tags. */
  const ownAmongSeveral =
    (...names: string[]) =>
    ({ serviceName, filters }: Record<string, unknown>): unknown => {
      const name = String(serviceName).replace("com.amazonaws.eu-west-2.", "");
      const marks = (filters as { name: string; values: string[] }[]).filter((one) =>
        one.name.startsWith("tag:"),
      );
      if (marks.length === 0) return several();
      assert.deepEqual(marks, [
        { name: "tag:Name", values: [`network-${name}`] },
        { name: "tag:Project", values: ["flask-app-fargate"] },
        { name: "tag:Stack", values: ["dev"] },
      ]);
      return names.includes(name) ? endpoint : notThere();
    };

  it("is warned of where there are several: nothing tells which one answers", async () => {
    const all = { ...existing, create: [], endpoints: ["s3", "logs", "ecr.api", "ecr.dkr"] };
    const deployment = await run(
      { network: { existing: all } },
      {
        invokes: {
          [getEndpoint]: ownAmongSeveral(),
          "aws:ec2/getManagedPrefixList:getManagedPrefixList": ({ name }) => ({ id: "pl-7", name }),
        },
      },
    );
    assert.deepEqual(deployment.warnings, [
      "vpc-0 has several endpoints of s3: it is not known here whether each of network.existing.routeTableIds (rtb-1) leads to one.",
      ...["logs", "ecr.api", "ecr.dkr"].map(
        (name) =>
          `vpc-0 has several endpoints of ${name}: it is not known here whether one that has private DNS admits the tasks.`,
      ),
    ]);
    // Without it no task gets an image's layers.
    const { inputs } = find(
      deployment,
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
      "network-workload-to-s3",
    );
    assert.equal(inputs.prefixListId, "pl-7");
  });

  it("is none of this stack's own: no longer named in create, that would be deleted, for everybody", async () => {
    const line = (name: string, which = "vpce-1"): string =>
      `network.existing.endpoints: got ${name}, and ${which} is this stack's own, which is deleted, for everybody in the VPC, where ` +
      "network.existing.create does not name it. Allowed: endpoints that somebody else made. Fix: move it to network.existing.create.";
    const own = (name: string) => () => ({
      ...endpoint,
      tags: { Project: "flask-app-fargate", Stack: "dev", Name: `network-${name}` },
    });
    assert.deepEqual(await refusal(adopted, endpointsAre({ s3: own("s3"), logs: own("logs") })), [
      line("s3"),
      line("logs"),
    ]);
    const nat = { ...existing, create: [], endpoints: ["s3"], endpointSecurityGroupId: undefined };
    assert.deepEqual(
      await refusal({ network: { egress: "nat", existing: nat } }, endpointsAre({ s3: own("s3") })),
      [line("s3")],
    );
    const among = { [getEndpoint]: ownAmongSeveral("s3", "ecr.dkr") };
    assert.deepEqual(await refusal({ network: { egress: "nat", existing: nat } }, among), [
      line("s3", "one of them"),
    ]);
    // Another stack's is what it is meant for.
    await run(adopted, {
      invokes: endpointsAre({ s3: () => ({ ...endpoint, tags: { ...own("s3")().tags, Stack: "prod" } }) }),
    });
  });

  it("is asked for again by whom it belongs to, and AWS's silence is told", async () => {
    const invokes: Invokes = {
      [getEndpoint]: ({ filters }) =>
        (filters as { name: string }[]).some(({ name }) => name.startsWith("tag:"))
          ? fail("RequestLimitExceeded")()
          : several(),
    };
    const nat = { vpcId: "vpc-0", subnetIds: ["subnet-0a"], create: ["logs"] };
    assert.deepEqual(await refusal({ network: { egress: "nat", existing: nat } }, invokes), [
      "network.existing: got logs, and AWS answered: RequestLimitExceeded. Allowed: endpoints of vpc-0 that can be told apart. Fix: ask again.",
    ]);
  });

  it("is warned of where one more is to be made", async () => {
    const making = { ...existing, endpoints: ["logs", "ecr.api"], create: ["ecr.dkr", "s3"] };
    const answers = (...names: string[]): Invokes => ({
      [getEndpoint]: (inputs) =>
        /\.(s3|ecr\.dkr)$/.test(String(inputs.serviceName)) ? ownAmongSeveral(...names)(inputs) : endpoint,
    });
    const none = await run({ network: { existing: making } }, { invokes: answers("s3", "ecr.dkr") });
    assert.deepEqual(none.warnings, []);
    const { warnings } = await run({ network: { existing: making } }, { invokes: answers() });
    assert.deepEqual(warnings, [
      "vpc-0 has several endpoints of ecr.dkr, and network.existing.create makes one more. AWS refuses it, in the middle of the update, where one of " +
        "them has private DNS: then name ecr.dkr in network.existing.endpoints.",
      "vpc-0 has several endpoints of s3, and network.existing.create makes one more. AWS refuses it, in the middle of the update, where one of rtb-1 " +
        "has a route to one of them already: then name s3 in network.existing.endpoints.",
    ]);
  });
});

const getTable = "aws:ec2/getRouteTable:getRouteTable";

describe("route tables of an existing VPC", () => {
  it("lie in it", async () => {
    const invokes: Invokes = {
      [getTable]: ({ routeTableId = "rtb-1" }) => ({
        id: routeTableId,
        vpcId: routeTableId === "rtb-2" ? "vpc-1" : "vpc-0",
      }),
    };
    await run({ network: { existing } }, { invokes });
    const away = { ...existing, endpoints: ["logs", "ecr.api"], create: ["ecr.dkr", "s3"] };
    assert.deepEqual(
      await refusal({ network: { existing: { ...away, routeTableIds: ["rtb-1", "rtb-2"] } } }, invokes),
      [
        "network.existing.routeTableIds: got rtb-2, which lies in vpc-1. Allowed: route tables of vpc-0 in eu-west-2. Fix: name those of the subnets.",
      ],
    );
  });
});

describe("the way of a subnet in an existing VPC", () => {
  const out = (way: object): object[] => [
    { cidrBlock: "0.0.0.0/0", gatewayId: "", natGatewayId: "", ...way },
  ];
  /** The tables of subnets; those of none of their own go by the main one. */
  const tables =
    (
      own: Record<string, { id: string; routes?: object[] }>,
      main = { id: "rtb-main", routes: [] as object[] },
    ) =>
    ({ subnetId, routeTableId, ...rest }: Record<string, unknown>): unknown => {
      if (routeTableId !== undefined) return { id: routeTableId, vpcId: "vpc-0" };
      if (subnetId === undefined) {
        const filters = [{ name: "association.main", values: ["true"] }];
        assert.deepEqual(rest, { vpcId: "vpc-0", filters });
        return main;
      }
      return (
        own[subnetId as string] ??
        fail("query returned no results. Please change your search criteria and try again")()
      );
    };
  const asked = (egress: string, more: object = {}) => ({
    network: {
      egress,
      existing: { vpcId: "vpc-0", subnetIds: ["subnet-0a", "subnet-0b"], ...more },
    },
  });

  it("leads to S3, whose gateway endpoint is there or made: without it no task gets its image's layers", async () => {
    const there = asked("endpoints", {
      ...{ routeTableIds: ["rtb-1"], endpoints: ["s3", "dynamodb"], create: ["logs", "ecr.api", "ecr.dkr"] },
    });
    const made = asked("endpoints", {
      routeTableIds: ["rtb-1"],
      create: ["s3", "logs", "ecr.api", "ecr.dkr"],
    });
    const invokes: Invokes = {
      ...endpointsAre({
        "ecr.api": notThere,
        logs: notThere,
        dynamodb: () => ({ ...endpoint, routeTableIds: ["rtb-1", "rtb-main"] }),
      }),
      [getTable]: tables({ "subnet-0a": { id: "rtb-1" } }),
    };
    assert.deepEqual(await refusal(there, invokes), [
      "network.existing.endpoints: got s3, and vpce-1 is not on rtb-main, by which subnet-0b goes. Allowed: one that is on the route table of each of " +
        "network.existing.subnetIds. Fix: have it put on rtb-main, or name another subnet.",
    ]);
    const none = { ...invokes, [getEndpoint]: notThere };
    assert.deepEqual(await refusal(made, none), [
      "network.existing.routeTableIds: got rtb-1, and subnet-0b goes by rtb-main. Allowed: with egress endpoints the route table of each of " +
        "network.existing.subnetIds: nothing else leads tasks to s3. Fix: add rtb-main.",
    ]);
    const both = { "subnet-0a": { id: "rtb-1" }, "subnet-0b": { id: "rtb-1" } };
    await run(made, { invokes: { ...none, [getTable]: tables(both) } });
  });

  it("leads out, with egress nat not past those whom nobody answers", async () => {
    const own = (way: object) => ({ "subnet-0a": { id: "rtb-1", routes: out(way) } });
    const igw = { id: "rtb-main", routes: out({ gatewayId: "igw-1" }) };
    assert.deepEqual(
      await refusal(asked("nat"), { [getTable]: tables(own({ natGatewayId: "nat-1" }), igw) }),
      [
        "network.existing.subnetIds: got subnet-0b, whose way out (rtb-main) is the internet gateway igw-1. Allowed: with egress nat subnets behind a NAT " +
          "gateway or its like: nobody answers a task without a public address there. Fix: name private subnets, or set network.egress to public.",
      ],
    );
    const { warnings } = await run(asked("public"), {
      invokes: { [getTable]: tables(own({ gatewayId: "igw-1" })) },
    });
    assert.deepEqual(warnings, [
      "subnet-0b goes by rtb-main, which has no route for 0.0.0.0/0: with egress public tasks there may not reach AWS, and not start.",
    ]);
    const transit = tables(own({ transitGatewayId: "tgw-1" }), {
      id: "rtb-main",
      routes: out({ natGatewayId: "nat-1" }),
    });
    assert.deepEqual((await run(asked("nat"), { invokes: { [getTable]: transit } })).warnings, []);
  });

  it("is not taken for another when AWS did not say", async () => {
    assert.deepEqual(await refusal(asked("nat"), { [getTable]: fail("RequestLimitExceeded") }), [
      ...["subnet-0a", "subnet-0b"].map(
        (id) =>
          `network.existing.subnetIds: got ${id}, and AWS answered: RequestLimitExceeded. Allowed: subnets whose route table can be read. Fix: ask again.`,
      ),
    ]);
  });
});

describe("security groups of others", () => {
  const getGroup = "aws:ec2/getSecurityGroup:getSecurityGroup";
  const getPeering = "aws:ec2/getVpcPeeringConnections:getVpcPeeringConnections";
  const away: Invokes = { [getGroup]: ({ id }) => ({ id, vpcId: "vpc-1" }) };
  const reach = [{ to: "sg-0b", port: 5432 }];
  const values = {
    network: { existing, reach },
    services: { flask: { build: "./app", volumes: { data: volume } } },
  };
  const elsewhere =
    "network.reach.0.to: got sg-0b, which lies in vpc-1. Allowed: a group in vpc-0, where the tasks run, or in a VPC that is peered with it. Fix: name " +
    "one, an address range instead, or have the two peered.";
  const within = [
    "network.existing.endpointSecurityGroupId: got sg-0e, which lies in vpc-1. Allowed: the group of interface endpoints in vpc-0, where the tasks run. " +
      "Fix: name one.",
    "services.flask.volumes.data.securityGroupId: got sg-0f, which lies in vpc-1. Allowed: the group of mount targets in vpc-0, where the tasks run. " +
      "Fix: name one.",
  ];

  it("lie in the tasks' VPC, or in one that is peered with it", async () => {
    const asked: unknown[] = [];
    const peered =
      (...ids: string[]) =>
      (inputs: unknown): unknown => {
        asked.push(inputs);
        return { ids };
      };
    assert.deepEqual((await refusal(values, { ...away, [getPeering]: peered() })).sort(), [
      within[0],
      elsewhere,
      within[1],
    ]);
    assert.deepEqual(asked, [
      {
        filters: [
          { name: "status-code", values: ["active"] },
          { name: "requester-vpc-info.vpc-id", values: ["vpc-0", "vpc-1"] },
          { name: "accepter-vpc-info.vpc-id", values: ["vpc-0", "vpc-1"] },
        ],
      },
    ]);
    // What a peering does not help: endpoints have groups of their own VPC, and mount targets are found by its DNS.
    assert.deepEqual((await refusal(values, { ...away, [getPeering]: peered("pcx-1") })).sort(), within);
    assert.deepEqual((await refusal(values, { ...away, [getPeering]: notThere })).sort(), [
      within[0],
      elsewhere,
      within[1],
    ]);
  });

  it("are those of jobs' own volumes as well", async () => {
    const jobs = {
      migrate: { service: "flask", command: ["all"], volumes: { dump: { ...volume, path: "/dump" } } },
    };
    const lines = await refusal({ ...values, jobs }, { ...away, [getPeering]: () => ({ ids: ["pcx-1"] }) });
    assert.deepEqual(lines.sort(), [
      "jobs.migrate.volumes.dump.securityGroupId: got sg-0f, which lies in vpc-1. Allowed: the group of mount targets in vpc-0, where the tasks run. " +
        "Fix: name one.",
      ...within,
    ]);
  });

  it("are not taken for unreachable when AWS did not say", async () => {
    const lines = await refusal(values, { ...away, [getPeering]: fail("RequestLimitExceeded") });
    assert.deepEqual(
      lines.filter((line) => line.startsWith("network.reach")),
      [
        "network.reach.0.to: got sg-0b, and AWS answered: RequestLimitExceeded. Allowed: a security group of this account in eu-west-2. Fix: ask again " +
          "whether vpc-0 and vpc-1 are peered.",
      ],
    );
  });

  it("are asked for once each, and in a VPC of the stack's own wherever they lie", async () => {
    const several = [...reach, { to: "sg-0b", port: 6379 }];
    const { invocations } = await run({ network: { reach: several } }, { invokes: away });
    assert.deepEqual(
      invocations.filter(({ token }) => token === getGroup).map(({ inputs }) => inputs),
      [{ id: "sg-0b" }],
    );
  });

  it("are held against the VPC of a stack that is shared", async () => {
    const shares = {
      share: { stack: "dev", prefix: "/x" },
      services: { flask: { build: "./app", volumes: { data: volume } } },
    };
    const error = await run(shares, {
      stack: "pr-7",
      stacks: { dev: toConfig({ "aws:region": "eu-west-2" }) },
      invokes: away,
      preview: true,
    }).then(
      () => "",
      (reason: Error) => reason.message,
    );
    assert.match(
      error,
      /^services\.flask\.volumes\.data\.securityGroupId: got sg-0f, which lies in vpc-1\. Allowed: the group of mount targets in local-vpc-\S+, where/,
    );
  });
});

describe("an endpoint to make in an existing VPC", () => {
  const making = {
    network: { existing: { ...existing, endpoints: ["logs", "ecr.api"], create: ["ecr.dkr", "s3"] } },
  };

  it("is refused where AWS would refuse it: a second of the service's name, a second route", async () => {
    const tags = { Project: "flask-app-fargate", Stack: "old", Name: "network-ecr.dkr" };
    const there = { "ecr.dkr": () => ({ ...endpoint, tags }), s3: () => endpoint };
    assert.deepEqual((await refusal(making, endpointsAre(there))).sort(), [
      "network.existing.create: got ecr.dkr, but vpc-0 has vpce-1, which has the service's name in the VPC: AWS gives it to one alone. Allowed: " +
        "endpoints that it does not have. Fix: move it to network.existing.endpoints; it belongs to stack old of flask-app-fargate: if that is this one's " +
        "former name, tag it Project=flask-app-fargate Stack=dev instead.",
      "network.existing.create: got s3, but vpc-0 has vpce-1, whose route is in rtb-1 already. Allowed: endpoints that it does not have. Fix: move it to " +
        "network.existing.endpoints.",
    ]);
  });

  it("is let be where it is this stack's own, under whatever tags, or does no harm", async () => {
    const own = (name: string, Stack = "dev") => ({
      ...endpoint,
      tags: { Project: "flask-app-fargate", Stack, Name: `network-${name}` },
    });
    await run(making, { invokes: endpointsAre({ "ecr.dkr": () => own("ecr.dkr"), s3: () => own("s3") }) });
    await run(
      { ...making, tags: { Stack: "web" } },
      { invokes: endpointsAre({ "ecr.dkr": () => own("ecr.dkr", "web"), s3: notThere }) },
    );
    const harmless = {
      "ecr.dkr": () => ({ ...endpoint, privateDnsEnabled: false }),
      s3: () => ({ ...endpoint, routeTableIds: ["rtb-9"] }),
    };
    await run(making, { invokes: endpointsAre(harmless) });
  });

  it("is not taken for missing when AWS did not say", async () => {
    const lines = await refusal(making, endpointsAre({ s3: fail("RequestLimitExceeded") }));
    assert.deepEqual(lines, [
      "network.existing.create: got s3, and AWS answered: RequestLimitExceeded. Allowed: endpoints that vpc-0 does not have. Fix: ask again.",
    ]);
  });
});

describe("prefix lists of network.reach", () => {
  const token = "aws:ec2/getManagedPrefixList:getManagedPrefixList";
  const list = (name: string, maxEntries: number): Invokes => ({
    [token]: () => ({ name, maxEntries, entries: [] }),
  });
  const reach = [
    { to: "pl-0b", port: 5432 },
    { to: "10.1.0.0/16", port: 5432 },
  ];

  it("count with the entries they may have", async () => {
    await run({ network: { reach } }, { invokes: list("office", 55) });
    assert.deepEqual(await refusal({ network: { reach } }, list("office", 56)), [
      "network.reach: 61 rules with those for AWS, where pl-0b as 56 count. Allowed: 60 in a security group. Fix: name a list that may have fewer entries, " +
        "or have the quota of the account raised and name address ranges.",
    ]);
    await run({ network: { reach } }, { invokes: list("com.amazonaws.global.cloudfront.origin-facing", 0) });
  });

  it("are refused where the tasks reach the same by an endpoint: AWS takes no rule twice", async () => {
    const s3 = list("com.amazonaws.eu-west-2.s3", 0);
    const over443 = { reach: [{ to: "pl-0b", port: 443 }] };
    assert.deepEqual(await refusal({ network: over443 }, s3), [
      "network.reach.0.to: got pl-0b, the addresses of s3. Allowed: what tasks may not reach already: its endpoint is open to them. Fix: take it out.",
    ]);
    await run({ network: { ...over443, egress: "nat" } }, { invokes: s3 });
    await run({ network: { reach } }, { invokes: s3 });
  });
});

describe("the endpoint of API Gateway", () => {
  const permissions = [{ actions: ["execute-api:Invoke"], resources: ["*"] }];
  const services = { flask: { build: "./app", permissions } };
  const what =
    ": the endpoint execute-api reaches private REST APIs alone, and takes HTTP APIs and public REST APIs from everybody in the VPC. For those set " +
    "network.egress to nat or public, without that endpoint.";

  it("is warned of where tasks have no other way, or everybody in the VPC would get it", async () => {
    assert.deepEqual((await run({ services })).warnings, [`services.flask.permissions${what}`]);
    const jobs = {
      call: { service: "flask", command: ["call"], permissions },
      other: { service: "flask", command: ["other"] },
    };
    assert.deepEqual((await run({ services: { flask: { build: "./app" } }, jobs })).warnings, [
      `jobs.call.permissions${what}`,
    ]);
    const create = ["execute-api"];
    const adopted = { vpcId: "vpc-0", subnetIds: ["subnet-0a"], create };
    assert.deepEqual((await run({ services, network: { egress: "nat", existing: adopted } })).warnings, [
      `network.existing.create${what}`,
    ]);
    assert.deepEqual((await run({ services, network: { egress: "nat" } })).warnings, []);
  });
});
