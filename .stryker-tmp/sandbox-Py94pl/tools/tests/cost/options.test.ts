// @ts-nocheck
import assert from "node:assert/strict";
import { readStack, toConfig } from "../../../simulate/stack";
import { Option, optionsOf } from "../../cost/options";

const optionsFor = (values: object): ReturnType<typeof optionsOf> =>
  optionsOf("dev", toConfig({ "aws:region": "eu-west-2", ...values }));
const names = ({ options }: { options: Option[] }): string[] =>
  options.map(({ name, isCurrent }) => (isCurrent ? `* ${name}` : name));

describe("the ways to AWS", function () {
  this.timeout(120_000);
  it("are each way once, the stack's own first", async () => {
    assert.deepEqual(names(await optionsFor({})), [
      "* endpoints in 1 zone",
      "endpoints in 2 zones",
      "NAT gateway in 1 zone",
      "NAT gateways in 2 zones",
      "public addresses",
    ]);
    const one = await optionsFor({
      network: { zones: ["euw2-az1"], egress: "nat", natGateways: "onePerZone" },
    });
    assert.deepEqual(names(one), ["* NAT gateway in 1 zone", "endpoints in 1 zone", "public addresses"]);
    const middle = await optionsFor({ network: { zones: 3, endpointZones: 2 } });
    assert.deepEqual(names(middle).slice(0, 3), [
      "* endpoints in 2 zones",
      "endpoints in 1 zone",
      "endpoints in 3 zones",
    ]);
  });

  it("leave out what the program refuses, with its words", async () => {
    const services = { web: { image: "docker.io/library/nginx:1" } };
    const { options, refused } = await optionsFor({ network: { egress: "public" }, services });
    assert.deepEqual(names({ options }), [
      "* public addresses",
      "NAT gateway in 1 zone",
      "NAT gateways in 2 zones",
    ]);
    assert.deepEqual(
      refused.map(({ name }) => name),
      ["endpoints in 1 zone", "endpoints in 2 zones"],
    );
    assert.match(refused[0]!.why, /^services\.web\.image: got "docker\.io/);
  });

  it("are only its own for a VPC that is adopted", async () => {
    const create = ["ecr.api", "ecr.dkr", "logs", "s3"];
    const existing = { vpcId: "vpc-0", subnetIds: ["subnet-0a"], routeTableIds: ["rtb-0"], create };
    assert.deepEqual(names(await optionsFor({ network: { existing } })), ["* the existing VPC"]);
  });

  it("are none for a stack in another's network", async () => {
    const { options, refused } = await optionsOf("pr", readStack("pr"));
    assert.deepEqual(names({ options }), ["* the network of dev"]);
    assert.deepEqual(refused, []);
  });
});
