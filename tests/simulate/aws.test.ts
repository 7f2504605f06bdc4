import assert from "node:assert/strict";
import { account, answer, lookUp } from "../../simulate/aws";
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
    assert.throws(() => answer("aws:sqs/queue:Queue", "jobs", {}, where), {
      message:
        "simulate/aws.ts does not know what AWS answers for aws:sqs/queue:Queue (jobs): describe it there.",
    });
    assert.throws(() => lookUp("aws:sqs/getQueue:getQueue", {}, where), {
      message: "simulate/aws.ts does not know what AWS answers to aws:sqs/getQueue:getQueue: describe it there.",
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

  it("is what the caller says, where the caller says something", () => {
    const token = "aws:ec2/getVpc:getVpc";
    const given = {
      ...where,
      invokes: { [token]: ({ id }: Record<string, unknown>) => ({ id, known: true }) },
    };
    assert.deepEqual(lookUp(token, { id: "vpc-1" }, given), { id: "vpc-1", known: true });
  });
});
