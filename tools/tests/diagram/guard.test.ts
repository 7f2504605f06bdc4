import assert from "node:assert/strict";
import type { Deployment, Resource } from "../../../simulate/deployment";
import { simulate } from "../../../simulate/program";
import { guardLines } from "../../diagram/boxes";
import { readDiagram } from "../../diagram/model";

describe("who may connect, in an architecture diagram", () => {
  let shop: Deployment;
  before(async () => (shop = await simulate({ stack: "shop" })));

  it("draws that only the link may connect", () => {
    const { nodes, description } = readDiagram(shop);
    const guards = nodes.flatMap(({ id, guard }) => (guard ? [[id, ...guardLines(guard)]] : []));
    assert.deepEqual(guards, [
      ["link-0", "group network-link", "admits nobody"],
      ["service-echo", "group echo", "admits only network-link"],
      ["service-flask", "group flask", "admits only network-link"],
    ]);
    assert.match(
      description,
      /Admission: VPC link admits nobody, echo admits only network-link, flask admits/,
    );
  });

  it("says so of whoever is let in besides, by whichever of its groups", () => {
    const rule = (name: string, group: string, source: object): Resource => ({
      ...shop.resources.find((resource) => resource.name === "echo-from-link-8080")!,
      name,
      urn: `urn:pulumi:shop::p::${name}::${name}`,
      inputs: { securityGroupId: idOf(group), ipProtocol: "tcp", fromPort: 8080, toPort: 8080, ...source },
    });
    const idOf = (group: string): string =>
      shop.resources.find(
        ({ type, name }) => type === "aws:ec2/securityGroup:SecurityGroup" && name === group,
      )!.id!;
    const admitted = (...more: Resource[]) =>
      readDiagram({ ...shop, resources: [...shop.resources, ...more] }).nodes.find(
        ({ id }) => id === "service-echo",
      )?.guard?.admits;
    assert.deepEqual(admitted(), ["network-link"]);
    assert.deepEqual(admitted(rule("a", "echo", { cidrIpv4: "0.0.0.0/0" })), ["0.0.0.0/0", "network-link"]);
    assert.deepEqual(admitted(rule("b", "echo", { referencedSecurityGroupId: idOf("flask") })), [
      "flask",
      "network-link",
    ]);
    assert.deepEqual(admitted(rule("c", "network-workload", { prefixListId: "pl-1" })), [
      "network-link",
      "pl-1",
    ]);
    assert.deepEqual(admitted(rule("d", "echo", { referencedSecurityGroupId: "sg-0else" })), [
      "network-link",
      "sg-0else",
    ]);
  });
});
