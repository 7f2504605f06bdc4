import assert from "node:assert/strict";
import { Deployment, ofType, Resource, unknown } from "../simulate/deployment";
import { find, names, problemsOf, run, waitsFor } from "./support/stack";

const endpoints = "aws:ec2/vpcEndpoint:VpcEndpoint";
const egressRule = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const ingressRule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const securityGroup = "aws:ec2/securityGroup:SecurityGroup";

const existing = {
  vpcId: "vpc-0",
  subnetIds: ["subnet-0a", "subnet-0b"],
  routeTableIds: ["rtb-1", "rtb-2"],
};
const group = (name: string): string => `local-securitygroup-network-${name}`;
const policyOf = ({ inputs }: Resource): unknown => JSON.parse(inputs.policy as string);

/** Every rule as `group: direction port peer`. */
function rules(deployment: Deployment): string[] {
  const peer = ({ referencedSecurityGroupId, prefixListId, cidrIpv4 }: Record<string, unknown>): unknown =>
    referencedSecurityGroupId ?? prefixListId ?? cidrIpv4;
  const lines = (type: string, arrow: string): string[] =>
    ofType(deployment, type).map(({ inputs }) => {
      assert.equal(inputs.ipProtocol, "tcp");
      assert.equal(inputs.fromPort, inputs.toPort);
      return `${String(inputs.securityGroupId)} ${arrow} ${String(peer(inputs))} :${String(inputs.fromPort)}`;
    });
  return [...lines(egressRule, "→"), ...lines(ingressRule, "←")]
    .map((line) => line.replaceAll("local-securitygroup-", ""))
    .sort();
}

describe("network", () => {
  it("closes the VPC's default group where it is asked to, and else leaves it to AWS", async () => {
    const type = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
    const [closed] = ofType(await run({ network: { closeDefaultGroup: true } }), type);
    assert.equal(closed!.name, "network-default");
    assert.deepEqual(closed!.inputs, {
      vpcId: "local-vpc-network",
      ingress: [],
      egress: [],
      tags: { Name: "network-default" },
    });
    assert.deepEqual(ofType(await run(), type), []);
    assert.deepEqual(await problemsOf({ network: { closeDefaultGroup: "yes" } }), [
      'network.closeDefaultGroup: got "yes". Allowed: true, false. Fix: write true.',
    ]);
    assert.deepEqual(
      await problemsOf({
        network: { closeDefaultGroup: true, egress: "nat", existing: { ...existing, routeTableIds: [] } },
      }),
      [
        "network.closeDefaultGroup: set together with network.existing. Allowed: only for a VPC that this program makes. Fix: take it out: the existing VPC decides it.",
      ],
    );
  });

  it("makes a VPC over two zones with private DNS and no NAT gateway", async () => {
    const deployment = await run();
    const vpc = find(deployment, "awsx:ec2:Vpc", "network");
    assert.deepEqual(vpc.inputs, {
      cidrBlock: "10.0.0.0/16",
      availabilityZoneNames: ["eu-west-2a", "eu-west-2b"],
      availabilityZoneCidrMask: 18,
      subnetStrategy: "Auto",
      subnetSpecs: [
        { name: "tasks", cidrMask: 20, type: "Isolated" },
        { name: "edge", cidrMask: 22, type: "Unused" },
      ],
      natGateways: { strategy: "None" },
      enableDnsHostnames: true,
      enableDnsSupport: true,
    });
    assert.deepEqual(names(deployment, "aws:ec2/natGateway:NatGateway"), []);
  });

  it("scales the layout with the address range", async () => {
    const { inputs } = find(await run({ network: { cidr: "10.20.16.0/20" } }), "awsx:ec2:Vpc", "network");
    assert.equal(inputs.cidrBlock, "10.20.16.0/20");
    assert.equal(inputs.availabilityZoneCidrMask, 22);
    assert.deepEqual(inputs.subnetSpecs, [
      { name: "tasks", cidrMask: 24, type: "Isolated" },
      { name: "edge", cidrMask: 26, type: "Unused" },
    ]);
  });

  for (const [natGateways, strategy, count] of [
    ["single", "Single", 1],
    ["onePerZone", "OnePerAz", 2],
  ] as const) {
    it(`makes ${count} NAT gateway(s) with egress nat, ${natGateways}`, async () => {
      const deployment = await run({ network: { egress: "nat", natGateways } });
      const { inputs } = find(deployment, "awsx:ec2:Vpc", "network");
      assert.deepEqual(inputs.natGateways, { strategy });
      assert.deepEqual(inputs.subnetSpecs, [
        { name: "tasks", cidrMask: 20, type: "Private" },
        { name: "edge", cidrMask: 22, type: "Public" },
      ]);
      assert.equal(names(deployment, "aws:ec2/natGateway:NatGateway").length, count);
    });
  }

  it("lets tasks reach what the configuration names, at that port alone", async () => {
    const reach = [
      { to: "sg-0a", port: 5432 },
      { to: "10.1.0.0/16", port: 6379 },
      { to: "pl-0b", port: 443 },
    ];
    const rules = ofType(await run({ network: { reach } }), egressRule).filter(({ name }) =>
      /workload-to-.*-port-/.test(name),
    );
    const tcp = (port: number): object => ({
      description: "network.reach",
      securityGroupId: "local-securitygroup-network-workload",
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
    });
    assert.deepEqual(Object.fromEntries(rules.map(({ name, inputs }) => [name, inputs])), {
      "network-workload-to-sg-0a-port-5432": { ...tcp(5432), referencedSecurityGroupId: "sg-0a" },
      "network-workload-to-10.1.0.0/16-port-6379": { ...tcp(6379), cidrIpv4: "10.1.0.0/16" },
      "network-workload-to-pl-0b-port-443": { ...tcp(443), prefixListId: "pl-0b" },
    });
  });

  it("chooses zones by id, whatever the account calls them", async () => {
    const invokes = {
      "aws:index/getAvailabilityZones:getAvailabilityZones": () => ({
        names: ["us-east-1a", "us-east-1b", "us-east-1c"],
        zoneIds: ["use1-az3", "use1-az6", "use1-az1"],
      }),
    };
    const zones = async (network: object): Promise<unknown> =>
      find(await run({ "aws:region": "us-east-1", network }, { invokes }), "awsx:ec2:Vpc", "network").inputs
        .availabilityZoneNames;
    assert.deepEqual(await zones({}), ["us-east-1c", "us-east-1b"]);
    assert.deepEqual(await zones({ zones: ["use1-az6"] }), ["us-east-1b"]);
    await assert.rejects(
      zones({ zones: ["use1-az3", "use1-az2"] }),
      /network\.zones: got use1-az3, where VPC links have no interface\. Allowed: use1-az1 \(us-east-1c\), use1-az6 \(us-east-1b\)\..*\nnetwork\.zones: got use1-az2, which this account does not have\./,
    );
  });

  it("asks for zones by state and opt-in status", async () => {
    const { invocations } = await run();
    assert.deepEqual(invocations.find(({ token }) => token.endsWith("getAvailabilityZones"))?.inputs, {
      state: "available",
      filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
    });
  });

  it("warns of a Region whose zones are not known, and wants ids there", async () => {
    const deployment = await run({ "aws:region": "eu-central-2", network: { zones: ["local-az1"] } });
    assert.deepEqual(deployment.warnings, [
      "It is not known here in which zones of eu-central-2 VPC links work: network.zones is taken as given.",
    ]);
    await assert.rejects(run({ "aws:region": "eu-central-2" }), {
      message:
        "network.zones: got the count 2, but it is not known here in which zones of eu-central-2 VPC links work. Allowed: a list of zone ids. " +
        "Fix: name ids that AWS documents for VPC links.",
    });
  });

  it("takes the real ids of such a Region, in whose place nothing is made up", async () => {
    const zones = ["euc2-az1", "euc2-az3"];
    const own = await run({ "aws:region": "eu-central-2", network: { zones } });
    assert.deepEqual(find(own, "awsx:ec2:Vpc", "network").inputs.availabilityZoneNames, [
      "eu-central-2a",
      "eu-central-2b",
    ]);
    await run({
      "aws:region": "eu-central-2",
      network: { existing: { ...existing, create: ["ecr.api", "ecr.dkr", "logs", "s3"] } },
    });
  });

  describe("with egress endpoints", () => {
    it("makes the launch's endpoints, with private DNS, in one zone", async () => {
      const deployment = await run();
      assert.deepEqual(names(deployment, endpoints), [
        "network-ecr.api",
        "network-ecr.dkr",
        "network-logs",
        "network-s3",
      ]);
      for (const name of ["ecr.api", "ecr.dkr", "logs"]) {
        const { policy, ...inputs } = find(deployment, endpoints, `network-${name}`).inputs;
        assert.equal(typeof policy, "string");
        assert.deepEqual(inputs, {
          vpcId: "local-vpc-network",
          vpcEndpointType: "Interface",
          serviceName: `com.amazonaws.eu-west-2.${name}`,
          subnetIds: ["local-subnet-network-tasks-1"],
          securityGroupIds: [group("endpoints")],
          privateDnsEnabled: true,
          tags: { Name: `network-${name}` },
        });
      }
    });

    it("makes them in as many zones as asked for", async () => {
      const deployment = await run({ network: { zones: 3, endpointZones: 2 } });
      assert.deepEqual(find(deployment, endpoints, "network-logs").inputs.subnetIds, [
        "local-subnet-network-tasks-1",
        "local-subnet-network-tasks-2",
      ]);
    });

    it("reaches S3 through the tasks' route tables, for image layers alone", async () => {
      const s3 = find(await run(), endpoints, "network-s3");
      const { policy, ...inputs } = s3.inputs;
      assert.ok(policy);
      assert.deepEqual(inputs, {
        vpcId: "local-vpc-network",
        vpcEndpointType: "Gateway",
        serviceName: "com.amazonaws.eu-west-2.s3",
        routeTableIds: ["local-routetable-network-tasks-1", "local-routetable-network-tasks-2"],
        tags: { Name: "network-s3" },
      });
      assert.deepEqual(policyOf(s3), {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: "*",
            Action: ["s3:GetObject"],
            Resource: ["arn:aws:s3:::prod-eu-west-2-starport-layer-bucket/*"],
          },
        ],
      });
    });

    it("lets tasks reach the endpoints and S3, the link reach the tasks, and nothing else", async () => {
      assert.deepEqual(
        rules(await run()),
        [
          "flask ← network-link :80",
          "network-endpoints ← network-workload :443",
          "network-link → network-workload :80",
          "network-workload → network-endpoints :443",
          "network-workload → pl-local-network-s3 :443",
        ].sort(),
      );
    });

    it("adds endpoints and their policies for what services may do", async () => {
      const deployment = await run({
        services: {
          flask: {
            build: "./app",
            secrets: { TOKEN: "arn:aws:secretsmanager:eu-west-2:000000000000:secret:token-AbCdEf:key::" },
            permissions: [
              { actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:eu-west-2:000000000000:jobs"] },
              { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::files/*"] },
            ],
          },
        },
      });
      assert.deepEqual(
        names(deployment, endpoints).map((name) => name.replace("network-", "")),
        ["ecr.api", "ecr.dkr", "logs", "s3", "secretsmanager", "sqs"],
      );
      assert.deepEqual(policyOf(find(deployment, endpoints, "network-sqs")), {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: "*",
            Action: ["sqs:SendMessage"],
            Resource: ["arn:aws:sqs:eu-west-2:000000000000:jobs"],
          },
        ],
      });
      const s3 = policyOf(find(deployment, endpoints, "network-s3")) as {
        Statement: { Resource: string[] }[];
      };
      assert.deepEqual(
        s3.Statement.map(({ Resource }) => Resource),
        [["arn:aws:s3:::prod-eu-west-2-starport-layer-bucket/*"], ["arn:aws:s3:::files/*"]],
      );
    });
  });

  for (const egress of ["nat", "public"]) {
    it(`with egress ${egress} tasks reach the internet over HTTPS, and S3 for free`, async () => {
      const deployment = await run({ network: { egress } });
      assert.deepEqual(names(deployment, endpoints), ["network-s3"]);
      const s3 = find(deployment, endpoints, "network-s3");
      assert.deepEqual(s3.inputs.routeTableIds, [
        "local-routetable-network-tasks-1",
        "local-routetable-network-tasks-2",
      ]);
      assert.deepEqual(
        policyOf(s3),
        {
          Version: "2008-10-17",
          Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
        },
        "said in words: left out, the policy of egress endpoints would stay after a change",
      );
      assert.deepEqual(
        rules(deployment),
        [
          "flask ← network-link :80",
          "network-link → network-workload :80",
          "network-workload → 0.0.0.0/0 :443",
        ].sort(),
      );
    });
  }

  it("lets the link out on each distinct port of the services once", async () => {
    const deployment = await run({
      services: {
        a: { build: "./app", port: 8080, routes: ["GET /a"] },
        b: { build: "./app", port: 8080, routes: ["GET /b"] },
        c: { build: "./app", port: 80, routes: ["GET /c"] },
      },
    });
    assert.deepEqual(
      rules(deployment).filter((rule) => rule.includes("network-link")),
      [
        "a ← network-link :8080",
        "b ← network-link :8080",
        "c ← network-link :80",
        "network-link → network-workload :80",
        "network-link → network-workload :8080",
      ],
    );
  });

  it("never names a group or a rule inline: both would undo what other resources made", async () => {
    const deployment = await run({ network: { egress: "nat" } });
    for (const { name, inputs } of ofType(deployment, securityGroup)) {
      assert.deepEqual(Object.keys(inputs).sort(), ["description", "tags", "vpcId"], name);
    }
  });

  it("keeps the descriptions of groups: another text would replace the group, and the VPC link with it", async () => {
    assert.deepEqual(
      ofType(await run(), securityGroup)
        .map(({ name, inputs }) => `${name}: ${String(inputs.description)}`)
        .sort(),
      [
        "flask: Tasks of one service: reached by the VPC link on its port",
        "network-endpoints: Interface endpoints: reached by the tasks over HTTPS",
        "network-link: VPC link of the HTTP API: reaches the tasks, is reached by nobody",
        "network-workload: Tasks of all services: what they may reach",
      ],
    );
  });

  it("says of each rule what it is for, in what EC2 takes for a description", async () => {
    for (const network of [
      { reach: [{ to: "sg-0a", port: 5432 }] },
      { egress: "nat" },
      {
        existing: {
          ...existing,
          endpoints: ["logs"],
          create: ["ecr.api", "ecr.dkr", "s3"],
          endpointSecurityGroupId: "sg-0e",
        },
      },
    ]) {
      const deployment = await run({ network });
      const all = [...ofType(deployment, egressRule), ...ofType(deployment, ingressRule)];
      assert.ok(all.length >= 3);
      // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html
      for (const { name, inputs } of all) {
        assert.match(String(inputs.description), /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/, name);
      }
    }
  });

  describe("of an existing VPC", () => {
    const create = ["ecr.api", "ecr.dkr", "logs", "s3"];
    const openPolicy = {
      Version: "2008-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
    };

    it("makes no VPC, and the endpoints that are asked for by name, under the names they had", async () => {
      const deployment = await run({ network: { existing: { ...existing, create } } });
      for (const type of ["awsx:ec2:Vpc", "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"]) {
        assert.deepEqual(names(deployment, type), []);
      }
      assert.deepEqual(
        names(deployment, endpoints),
        create.map((name) => `network-${name}`),
      );
      assert.deepEqual(find(deployment, endpoints, "network-s3").inputs.routeTableIds, ["rtb-1", "rtb-2"]);
      assert.deepEqual(find(deployment, endpoints, "network-logs").inputs.subnetIds, ["subnet-0a"]);
      const link = find(deployment, "aws:apigatewayv2/vpcLink:VpcLink", "api");
      assert.deepEqual(link.inputs.subnetIds, ["subnet-0a", "subnet-0b"]);
      const namespace = find(
        deployment,
        "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
        "cluster",
      );
      assert.equal(namespace.inputs.vpc, "vpc-0");
    });

    it("cuts nobody off there: what it makes lets everything through, from every range of the VPC", async () => {
      const invokes = {
        "aws:ec2/getVpc:getVpc": () => ({
          cidrBlock: "10.7.0.0/16",
          cidrBlockAssociations: [
            { cidrBlock: "10.7.0.0/16", state: "associated" },
            { cidrBlock: "100.64.0.0/16", state: "associated" },
            { cidrBlock: "10.9.0.0/16", state: "disassociated" },
          ],
          enableDnsSupport: true,
          enableDnsHostnames: true,
        }),
      };
      const deployment = await run({ network: { existing: { ...existing, create } } }, { invokes });
      for (const endpoint of ofType(deployment, endpoints)) {
        assert.deepEqual(policyOf(endpoint), openPolicy, endpoint.name);
      }
      assert.deepEqual(
        rules(deployment).filter((rule) => rule.startsWith("network-endpoints")),
        [
          "network-endpoints ← 10.7.0.0/16 :443",
          "network-endpoints ← 100.64.0.0/16 :443",
          "network-endpoints ← network-workload :443",
        ],
      );
    });

    it("makes what is named whatever the services need: to stop naming it is what deletes it", async () => {
      const deployment = await run({ network: { existing: { ...existing, create: [...create, "sqs"] } } });
      assert.ok(names(deployment, endpoints).includes("network-sqs"));
    });

    it("uses the endpoints that are there, and has their group admit the tasks", async () => {
      const deployment = await run({
        network: {
          existing: {
            ...existing,
            endpoints: ["s3", "logs", "ecr.api"],
            create: ["ecr.dkr"],
            endpointSecurityGroupId: "sg-0e",
          },
        },
      });
      assert.deepEqual(names(deployment, endpoints), ["network-ecr.dkr"]);
      assert.deepEqual(rules(deployment), [
        "flask ← network-link :80",
        "network-endpoints ← 192.0.2.0/24 :443",
        "network-endpoints ← network-workload :443",
        "network-link → network-workload :80",
        "network-workload → network-endpoints :443",
        "network-workload → pl-local-s3 :443",
        "network-workload → sg-0e :443",
        "sg-0e ← network-workload :443",
      ]);
    });

    it("needs no group of its own when every endpoint is there: a second stack in the VPC", async () => {
      const deployment = await run({
        network: { existing: { ...existing, endpoints: create, endpointSecurityGroupId: "sg-0e" } },
      });
      assert.deepEqual(names(deployment, endpoints), []);
      assert.deepEqual(names(deployment, securityGroup), ["flask", "network-link", "network-workload"]);
    });

    it("has none admit the tasks where none is said to be there", async () => {
      const deployment = await run({ network: { existing: { ...existing, create } } });
      assert.deepEqual(
        [...names(deployment, ingressRule), ...names(deployment, egressRule)].filter((name) =>
          name.includes("existing"),
        ),
        [],
      );
    });

    for (const egress of ["nat", "public"]) {
      it(`demands no endpoint with egress ${egress}, and makes those that are asked for`, async () => {
        const { vpcId, subnetIds } = existing;
        const without = await run({ network: { egress, existing: { vpcId, subnetIds } } });
        assert.deepEqual(names(without, endpoints), []);
        const deployment = await run({
          network: { egress, existing: { ...existing, create: ["s3", "logs"] } },
        });
        assert.deepEqual(names(deployment, endpoints), ["network-logs", "network-s3"]);
        for (const endpoint of ofType(deployment, endpoints))
          assert.deepEqual(policyOf(endpoint), openPolicy);
        assert.deepEqual(
          rules(deployment).filter((rule) => rule.startsWith("network-workload")),
          ["network-workload → 0.0.0.0/0 :443"],
        );
      });

      it(`has endpoints that are there admit the tasks with egress ${egress}: AWS's names lead to them`, async () => {
        const deployment = await run({
          network: {
            egress,
            existing: { ...existing, endpoints: ["s3", "logs"], endpointSecurityGroupId: "sg-0e" },
          },
        });
        assert.deepEqual(
          rules(deployment).filter((rule) => /sg-0e|network-workload →/.test(rule)),
          ["network-workload → 0.0.0.0/0 :443", "sg-0e ← network-workload :443"],
        );
      });
    }

    const named = [
      "network.existing: with egress endpoints tasks need ecr.dkr, s3, named in neither endpoints nor create. Allowed: each in endpoints, if the VPC has it, " +
        "or in create, to make it for everybody in the VPC. Fix: of the VPC's own write endpoints: [logs, ecr.dkr, s3]; of this stack's, also those that an " +
        "earlier version of it made, create: [ecr.api, ecr.dkr, s3] (docs/upgrading.md).",
    ];
    it("stops in preview where an endpoint that tasks need is not named: an earlier version made it", async () => {
      const values = { endpoints: ["logs"], create: ["ecr.api"], endpointSecurityGroupId: "sg-0e" };
      assert.deepEqual(await problemsOf({ network: { existing: { ...existing, ...values } } }), named);
    });

    it("stops there as well with egress nat, where route tables tell that an earlier version made a gateway", async () => {
      const services = {
        flask: { build: "./app", permissions: [{ actions: ["dynamodb:GetItem"], resources: ["*"] }] },
      };
      const fix = (list: string): string =>
        `write create: [${list}] to make what is missing, or to keep what an earlier version of this stack made; else take this out (docs/upgrading.md).`;
      assert.deepEqual(await problemsOf({ network: { egress: "nat", existing } }), [
        `network.existing.routeTableIds: got ["rtb-1","rtb-2"]. Allowed: with egress nat only beside s3 in network.existing.create or endpoints. Fix: ${fix("s3")}`,
      ]);
      assert.deepEqual(
        await problemsOf({ network: { egress: "nat", existing: { ...existing, create: ["s3"] } }, services }),
        [
          'network.existing.routeTableIds: got ["rtb-1","rtb-2"]. Allowed: with egress nat only beside dynamodb in network.existing.create or endpoints. ' +
            `Fix: ${fix("s3, dynamodb")}`,
        ],
      );
    });

    it("refuses lists that contradict themselves or the VPC, all at once", async () => {
      assert.deepEqual(
        await problemsOf({
          network: {
            existing: {
              vpcId: "vpc-0",
              subnetIds: ["subnet-0a", "subnet-0b", "subnet-0c", "subnet-0d"],
              endpoints: ["s3"],
              create: ["s3", "dynamodb", "logs", "logs", "ecr.api", "ecr.dkr"],
              endpointSecurityGroupId: "sg-0e",
            },
          },
        }),
        [
          "network.existing.subnetIds: 4 subnets. Allowed: one in each of euw2-az1, euw2-az2, euw2-az3, where VPC links have an interface. Fix: take some out.",
          "network.existing.create: logs stands there twice. Allowed: each once. Fix: take the repeated one out.",
          "network.existing.create: s3 stands in endpoints as well. Allowed: endpoints that the VPC does not have. Fix: take it out of one of the two: of " +
            "create if somebody else made it.",
          'network.existing.endpointSecurityGroupId: got "sg-0e". Allowed: only with an interface endpoint in network.existing.endpoints, whose group it is. ' +
            "Fix: name the endpoint there, or take this out.",
          "network.existing.routeTableIds: got []. Allowed: one rtb-… or more: without, nothing leads to a gateway endpoint. Fix: name the subnets' route " +
            "tables for s3 and dynamodb.",
        ],
      );
    });

    it("refuses a route table that stands there twice", async () => {
      const routeTableIds = ["rtb-1", "rtb-2", "rtb-1"];
      const create = ["ecr.api", "ecr.dkr", "logs", "s3"];
      const existing = { vpcId: "vpc-0", subnetIds: ["subnet-0a"], routeTableIds, create };
      assert.deepEqual(await problemsOf({ network: { existing } }), [
        "network.existing.routeTableIds: rtb-1 stands there twice. Allowed: each once. Fix: take the repeated one out.",
      ]);
    });

    it("fails in preview on subnets that cannot carry the link, all of them by name", async () => {
      const invokes = {
        "aws:ec2/getSubnet:getSubnet": ({ id }: Record<string, unknown>) => ({
          id,
          vpcId: id === "subnet-0b" ? "vpc-1" : "vpc-0",
          availabilityZone: "eu-west-3b",
          availabilityZoneId: "euw3-az2",
        }),
      };
      await assert.rejects(
        run(
          { "aws:region": "eu-west-3", network: { existing: { ...existing, create } } },
          { invokes, preview: true },
        ),
        (error: Error) => {
          assert.equal(error.stack, undefined, "on Node 20 Pulumi takes half a minute to print one");
          assert.deepEqual(error.message.split("\n"), [
            "network.existing.subnetIds: got subnet-0a in zone euw3-az2 (eu-west-3b), where VPC links have no interface. " +
              "Allowed: subnets in euw3-az1, euw3-az3. Fix: name one of these.",
            "network.existing.subnetIds: got subnet-0b, which lies in vpc-1. Allowed: subnets of vpc-0. Fix: name one of these.",
            "network.existing.subnetIds: got subnet-0b in zone euw3-az2 (eu-west-3b), where VPC links have no interface. " +
              "Allowed: subnets in euw3-az1, euw3-az3. Fix: name one of these.",
            "network.existing.subnetIds: got subnet-0b in zone euw3-az2, where subnet-0a lies too. " +
              "Allowed: one subnet in each zone. Fix: take one out.",
          ]);
          return true;
        },
      );
    });
  });

  it("previews with everything unknown that only AWS can tell", async () => {
    const deployment = await run({}, { preview: true });
    assert.equal(deployment.preview, true);
    const s3 = find(deployment, endpoints, "network-s3");
    assert.equal(s3.inputs.vpcId, unknown);
    assert.equal(s3.inputs.routeTableIds, unknown);
    assert.deepEqual(waitsFor(deployment, s3), ["Vpc network"]);
    assert.deepEqual(
      names(deployment, "aws:ec2/subnet:Subnet"),
      names(await run(), "aws:ec2/subnet:Subnet"),
      "a preview shows the subnets too",
    );
  });

  it("keeps the rules of an endpoint as long as the endpoint: AWS's names lead to it till its end", async () => {
    const deployment = await run({ network: { egress: "endpoints" } });
    for (const name of ["network-logs", "network-ecr.api", "network-ecr.dkr"]) {
      const waited = waitsFor(deployment, find(deployment, "aws:ec2/vpcEndpoint:VpcEndpoint", name));
      for (const rule of ["endpoints-from-workload", "workload-to-endpoints"])
        assert.ok(
          waited.some((one) => one.endsWith(` network-${rule}`)),
          `${name} waits for ${waited.join(", ")}`,
        );
    }
  });
});
