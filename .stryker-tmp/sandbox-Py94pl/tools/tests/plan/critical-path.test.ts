// @ts-nocheck
import assert from "node:assert/strict";
import fc from "fast-check";
import { simulate } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";
import { noOptions, type Resource } from "../../../simulate/deployment";
import { creationTime } from "../../plan/creation-times";
import { criticalPath } from "../../plan/critical-path";
import { renderCriticalPath } from "../../plan/critical-path-text";

type Given = Partial<Omit<Resource, "options">> & { urn: string };

const link = "aws:apigatewayv2/vpcLink:VpcLink";
const group = "aws:ec2/securityGroup:SecurityGroup";

const resource = (given: Given): Resource => ({
  type: group,
  name: given.urn,
  parent: "",
  custom: true,
  id: undefined,
  inputs: {},
  outputs: {},
  secretInputs: [],
  dependencies: [],
  propertyDependencies: {},
  provider: "",
  options: noOptions,
  ...given,
});

const pathOf = (...given: Given[]): ReturnType<typeof criticalPath> =>
  criticalPath({ resources: given.map(resource) });

describe("critical path", () => {
  const second = creationTime(group, {}).seconds;
  const linkSeconds = creationTime(link, {}).seconds;

  it("is the chain with the longest sum, with the reason for each wait", () => {
    const { seconds, steps, work } = pathOf(
      { urn: "a" },
      { urn: "b", dependencies: ["a"], propertyDependencies: { vpcId: ["a"] } },
      { urn: "link", type: link, dependencies: ["b", "a"], propertyDependencies: { subnetIds: ["a"] } },
      { urn: "aside", dependencies: ["a"] },
    );
    assert.equal(seconds, 2 * second + linkSeconds);
    assert.equal(work, 3 * second + linkSeconds);
    assert.deepEqual(
      steps.map(({ urn, begins, waitsFor }) => ({ urn, begins, waitsFor })),
      [
        { urn: "a", begins: 0, waitsFor: [] },
        { urn: "b", begins: second, waitsFor: [{ urn: "a", by: ["vpcId"], until: second }] },
        {
          urn: "link",
          begins: 2 * second,
          waitsFor: [
            { urn: "b", by: ["dependsOn"], until: 2 * second },
            { urn: "a", by: ["subnetIds"], until: second },
          ],
        },
      ],
    );
  });

  it("waits for a parent that is a resource, and not for one that is a component", () => {
    assert.equal(pathOf({ urn: "a", type: link }, { urn: "b", parent: "a" }).seconds, linkSeconds + second);
    assert.equal(
      pathOf({ urn: "c", custom: false, type: "x:y:Z" }, { urn: "a", type: link }, { urn: "b", parent: "c" })
        .seconds,
      linkSeconds,
    );
  });

  it("waits for all that a remote component makes, whose parts wait for its arguments", () => {
    const { steps } = pathOf(
      { urn: "before" },
      { urn: "vpc", custom: false, type: "awsx:ec2:Vpc", dependencies: ["before"] },
      { urn: "part", parent: "vpc" },
      { urn: "nested", type: link, parent: "part" },
      { urn: "reader", dependencies: ["vpc"], propertyDependencies: { vpcId: ["vpc"] } },
    );
    assert.deepEqual(
      steps.map(({ urn }) => urn),
      ["before", "part", "nested", "reader"],
    );
  });

  it("takes what other stacks have made as there", () => {
    assert.equal(pathOf({ urn: "a", dependencies: ["elsewhere"] }).seconds, second);
    assert.deepEqual(pathOf(), { seconds: 0, steps: [], work: 0 });
  });

  it("refuses a cycle", () => {
    assert.throws(
      () => pathOf({ urn: "a", dependencies: ["b"] }, { urn: "b", dependencies: ["a"] }),
      /a → b → a/,
    );
  });

  it("never gets shorter by one more dependency, nor longer than all the work", () => {
    const graphs = fc
      .array(fc.record({ slow: fc.boolean(), on: fc.array(fc.nat(), { maxLength: 3 }) }), {
        minLength: 2,
        maxLength: 20,
      })
      .chain((nodes) => fc.tuple(fc.constant(nodes), fc.nat(nodes.length - 2), fc.nat()));
    fc.assert(
      fc.property(graphs, ([nodes, from, offset]) => {
        // Each depends on earlier ones only, so there is no cycle.
        const given = nodes.map(({ slow, on }, i): Given => ({
          urn: String(i),
          type: slow ? link : group,
          dependencies: i === 0 ? [] : on.map((other) => String(other % i)),
        }));
        const later = from + 1 + (offset % (nodes.length - from - 1));
        const more = given.map((each, i) =>
          i === later ? { ...each, dependencies: [...each.dependencies!, String(from)] } : each,
        );
        const before = pathOf(...given);
        const after = pathOf(...more);
        assert.ok(after.seconds >= before.seconds);
        assert.ok(after.seconds <= after.work);
        assert.equal(after.work, before.work);
        assert.equal(
          before.seconds,
          before.steps.reduce((sum, { seconds }) => sum + seconds, 0),
        );
      }),
    );
  });
});

describe("critical path of this program", () => {
  const chain = async (values: Record<string, unknown>): Promise<string[]> => {
    const config = toConfig({ "aws:region": "eu-west-2", ...values });
    return criticalPath(await simulate({ config, preview: true })).steps.map(({ urn }) =>
      urn.split("$").pop()!,
    );
  };

  it("leads through the VPC link, beside which tasks and endpoints are made", async () => {
    assert.deepEqual((await chain({})).slice(-4), [
      "aws:ec2/securityGroup:SecurityGroup::network-link",
      "aws:apigatewayv2/vpcLink:VpcLink::api",
      "aws:apigatewayv2/integration:Integration::api-flask",
      "aws:apigatewayv2/route:Route::api-ANY /",
    ]);
  });

  it("has the NAT gateways before the link, because awsx answers when all of the VPC is there", async () => {
    const steps = await chain({ network: { egress: "nat" } });
    const [nat, vpcLink] = ["natGateway:NatGateway", "vpcLink:VpcLink"].map((type) =>
      steps.findIndex((step) => step.includes(type)),
    );
    assert.ok(nat! >= 0 && nat! < vpcLink!, steps.join("\n"));
  });

  it("says how long, through what and why", async () => {
    const text = renderCriticalPath(
      await simulate({ config: toConfig({ "aws:region": "eu-west-2" }), preview: true }),
    );
    assert.match(
      text,
      /^Critical path of a first deployment: about \d+:\d\d; one after the other it would be \d+:\d\d\n/,
    );
    assert.match(
      text,
      /\n +\d:\d\d +\+200 s {2}api +apigatewayv2\.VpcLink +derived +after network-link \(securityGroupIds\), and 1 more\n/,
    );
  });
});

describe("creation times", () => {
  it("name a public log for whatever is not guessed", () => {
    const types = [link, "aws:ec2/vpc:Vpc", "aws:ecs/service:Service", "aws:ec2/natGateway:NatGateway"];
    for (const type of types)
      assert.match(creationTime(type, {}).source ?? "", /^https:\/\/github\.com\/.+\/issues\/\d+$/);
    assert.deepEqual(creationTime(group, {}), { seconds: 2, confidence: "guessed" });
  });

  it("tell an interface endpoint from a gateway", () => {
    const seconds = (vpcEndpointType: string): number =>
      creationTime("aws:ec2/vpcEndpoint:VpcEndpoint", { vpcEndpointType }).seconds;
    assert.ok(seconds("Interface") > seconds("Gateway"));
  });
});
