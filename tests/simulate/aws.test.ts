import assert from "node:assert/strict";
import { answer, lookUp } from "../../simulate/aws";
import { account } from "../../simulate/aws/account";
import { simulate } from "../../simulate/program";

const where = { region: "eu-west-2" };

describe("what AWS would answer", () => {
  it("looks fake: every id of a whole stack is local, every ARN of account 000000000000", async () => {
    assert.equal(account, "000000000000");
    const { resources } = await simulate({ stack: "prod" });
    const ids = resources.filter(({ custom }) => custom).map(({ id }) => id ?? "nothing");
    assert.ok(ids.length > 40);
    for (const id of ids) assert.match(id, /^local-|^arn:aws:ecs:eu-west-2:000000000000:(cluster|service)\//);
    assert.equal(new Set(ids).size, ids.length, "an id should belong to one resource");

    const arns = JSON.stringify(resources.map(({ outputs }) => outputs)).match(/arn:aws:[\w:/.*-]+/g) ?? [];
    assert.ok(arns.length > 20);
    for (const arn of arns) {
      const owner = arn.split(":")[4];
      // Buckets have no account, and that of ECR's layers is AWS's.
      assert.equal(owner, arn.startsWith("arn:aws:s3:::") ? "" : account, arn);
    }
  });

  const table: [
    type: string,
    inputs: Record<string, unknown>,
    id: string,
    outputs: Record<string, unknown>,
  ][] = [
    ["aws:ec2/subnet:Subnet", {}, "local-subnet-x", {}],
    [
      "aws:ec2/securityGroup:SecurityGroup",
      {},
      "local-securitygroup-x",
      { name: "x-local", arn: "arn:aws:ec2:eu-west-2:000000000000:security-group/local-x" },
    ],
    [
      "aws:ecr/repository:Repository",
      { name: "app" },
      "local-repository-x",
      {
        name: "app",
        registryId: "000000000000",
        arn: "arn:aws:ecr:eu-west-2:000000000000:repository/app",
        repositoryUrl: "000000000000.dkr.ecr.eu-west-2.amazonaws.com/app",
      },
    ],
    [
      "aws:ecs/service:Service",
      { cluster: "arn:aws:ecs:eu-west-2:000000000000:cluster/c", name: "web" },
      "arn:aws:ecs:eu-west-2:000000000000:service/c/web",
      { name: "web", arn: "arn:aws:ecs:eu-west-2:000000000000:service/c/web" },
    ],
    ["aws:ec2/vpcEndpoint:VpcEndpoint", { vpcEndpointType: "Interface" }, "local-vpcendpoint-x", {}],
    [
      "aws:ec2/vpcEndpoint:VpcEndpoint",
      { vpcEndpointType: "Gateway" },
      "local-vpcendpoint-x",
      { prefixListId: "pl-local-x" },
    ],
    [
      "aws:apigatewayv2/api:Api",
      {},
      "local-x",
      {
        name: "x-local",
        arn: "arn:aws:apigateway:eu-west-2:000000000000:/apis/local-x",
        executionArn: "arn:aws:execute-api:eu-west-2:000000000000:local-x",
        apiEndpoint: "https://local-x.execute-api.eu-west-2.amazonaws.com",
      },
    ],
    [
      "aws:apigatewayv2/stage:Stage",
      { apiId: "local-api", name: "$default" },
      "local-stage-x",
      { invokeUrl: "https://local-api.execute-api.eu-west-2.amazonaws.com/" },
    ],
    [
      "aws:apigatewayv2/stage:Stage",
      { apiId: "local-api", name: "v1" },
      "local-stage-x",
      { invokeUrl: "https://local-api.execute-api.eu-west-2.amazonaws.com/v1" },
    ],
  ];
  for (const [type, inputs, id, outputs] of table) {
    it(`to ${type} ${JSON.stringify(inputs)}`, () => {
      assert.deepEqual(answer(type, "x", inputs, where), { id, outputs });
    });
  }

  it("changes an image's digest with its name alone, never to the name it is pushed by", () => {
    const digest = (imageName: string): unknown =>
      answer("docker:index/image:Image", "x", { imageName }, where).outputs.repoDigest;
    const url = "000000000000.dkr.ecr.eu-west-2.amazonaws.com/app";
    assert.match(String(digest(`${url}:latest`)), new RegExp(`^${url}@sha256:[0-9a-f]{64}$`));
    assert.equal(digest(`${url}:latest`), digest(`${url}:latest`));
    assert.notEqual(digest(`${url}:latest`), digest(`${url}:other`));
  });

  it("is not made up for a type or a look-up that nobody has described", () => {
    assert.throws(() => answer("aws:kinesis/stream:Stream", "jobs", {}, where), {
      message:
        "simulate/aws/resources.ts does not know what AWS answers for aws:kinesis/stream:Stream (jobs): describe it there.",
    });
    assert.throws(() => lookUp("aws:sqs/getQueue:getQueue", {}, where), {
      message:
        "simulate/aws/look-ups.ts does not know what AWS answers to aws:sqs/getQueue:getQueue: describe it there.",
    });
  });

  it("names the zones of a Region by letters, also those without VPC links", () => {
    const zones = (region: string): unknown =>
      lookUp("aws:index/getAvailabilityZones:getAvailabilityZones", {}, { region });
    assert.deepEqual(zones("eu-west-2"), {
      names: ["eu-west-2a", "eu-west-2b", "eu-west-2c"],
      zoneIds: ["euw2-az1", "euw2-az2", "euw2-az3"],
      id: "eu-west-2",
    });
    assert.deepEqual(zones("us-east-1"), {
      names: "abcdef".split("").map((letter) => `us-east-1${letter}`),
      zoneIds: [1, 2, 3, 4, 5, 6].map((number) => `use1-az${number}`),
      id: "us-east-1",
    });
  });

  it("has all zones that VPC links know, also where AWS counts past three", () => {
    const { zoneIds } = lookUp(
      "aws:index/getAvailabilityZones:getAvailabilityZones",
      {},
      { region: "ap-northeast-1" },
    ) as { zoneIds: string[] };
    assert.deepEqual(zoneIds, ["apne1-az1", "apne1-az2", "apne1-az3", "apne1-az4"]);
  });

  describe("about what the configuration names of others'", () => {
    const names = ["subnet-0c", "subnet-0a", "subnet-0b"];
    const existing = {
      vpcId: "vpc-0123456789abcdef0",
      subnetIds: names,
      routeTableIds: ["rtb-1"],
      endpoints: ["s3", "logs"],
      endpointSecurityGroupId: "sg-0e",
    };
    const configured = { network: { existing }, api: { domain: { name: "api.example.com" } } };

    it("is what it says: subnets of that VPC, each in a zone where a VPC link can be", () => {
      const subnets = (region: string): unknown[] =>
        names.map((id) => lookUp("aws:ec2/getSubnet:getSubnet", { id }, { region, configured }));
      assert.deepEqual(
        subnets("ca-central-1").slice(0, 2),
        [1, 2].map((number, i) => ({
          id: names[i],
          vpcId: existing.vpcId,
          availabilityZone: `ca-central-1${"ab"[i]}`,
          availabilityZoneId: `cac1-az${number}`,
        })),
      );
      assert.deepEqual(
        (subnets("eu-west-3") as { availabilityZoneId: string }[])
          .map(({ availabilityZoneId }) => availabilityZoneId)
          .slice(0, 2),
        ["euw3-az1", "euw3-az3"],
      );
      // Of a Region without a table no zone is known: each has one of its own.
      const unknown = subnets("eu-central-2") as { availabilityZoneId: string }[];
      assert.equal(new Set(unknown.map(({ availabilityZoneId }) => availabilityZoneId)).size, 3);
    });

    it("is that its endpoints are there and fit, and no others", () => {
      const ask = (name: string): unknown =>
        lookUp(
          "aws:ec2/getVpcEndpoint:getVpcEndpoint",
          { vpcId: existing.vpcId, serviceName: `com.amazonaws.eu-west-2.${name}` },
          { ...where, configured },
        );
      assert.deepEqual(ask("s3"), {
        id: "local-vpcendpoint-s3",
        vpcId: existing.vpcId,
        serviceName: "com.amazonaws.eu-west-2.s3",
        state: "available",
        vpcEndpointType: "Gateway",
        prefixListId: "pl-local-s3",
        routeTableIds: ["rtb-1"],
        securityGroupIds: [],
        privateDnsEnabled: false,
        tags: {},
      });
      const { securityGroupIds, privateDnsEnabled } = ask("logs") as Record<string, unknown>;
      assert.deepEqual([securityGroupIds, privateDnsEnabled], [["sg-0e"], true]);
      assert.throws(() => ask("sqs"), { message: "no matching EC2 VPC Endpoint found" });
    });

    it("is that route tables and security groups lie in that VPC, if there is one", () => {
      const told = (token: string, inputs: Record<string, unknown>): unknown =>
        lookUp(`aws:ec2/${token}:${token}`, inputs, { ...where, configured });
      assert.deepEqual(told("getRouteTable", { routeTableId: "rtb-2" }), {
        id: "rtb-2",
        vpcId: existing.vpcId,
        routes: [],
      });
      const table = "aws:ec2/getRouteTable:getRouteTable";
      const ways = (egress: string): unknown =>
        lookUp(table, { subnetId: "subnet-1" }, { ...where, configured: { network: { egress, existing } } });
      const out = { cidrBlock: "0.0.0.0/0", gatewayId: "", natGatewayId: "" };
      const of = (...routes: object[]): object => ({ id: "rtb-1", vpcId: existing.vpcId, routes });
      assert.deepEqual(ways("endpoints"), of());
      assert.deepEqual(ways("nat"), of({ ...out, natGatewayId: "nat-local" }));
      assert.deepEqual(ways("public"), of({ ...out, gatewayId: "igw-local" }));
      assert.deepEqual(told("getSecurityGroup", { id: "sg-1" }), { id: "sg-1", vpcId: existing.vpcId });
      assert.deepEqual(lookUp("aws:ec2/getSecurityGroup:getSecurityGroup", { id: "sg-1" }, where), {
        id: "sg-1",
        vpcId: "",
      });
    });

    it("is that a hosted zone is the domain's", () =>
      assert.deepEqual(lookUp("aws:route53/getZone:getZone", { zoneId: "Z0A" }, { ...where, configured }), {
        zoneId: "Z0A",
        name: "api.example.com",
        privateZone: false,
      }));
  });

  it("is what the caller says, where the caller says something", () => {
    const token = "aws:ec2/getVpc:getVpc";
    const given = {
      ...where,
      invokes: { [token]: ({ id }: Record<string, unknown>) => ({ id, known: true }) },
    };
    assert.deepEqual(lookUp(token, { id: "vpc-1" }, given), { id: "vpc-1", known: true });
  });
});
