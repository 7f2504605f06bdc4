import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { autonamed, doesReplace, replacements, unclassified } from "../../rules/replacement";
import { simulate } from "../../simulate/program";
import { stackNames } from "../../simulate/stack";
import { taggable } from "../../simulate/tags";

/** What @pulumi/aws says of a type in its declarations. */
function declared(type: string): { takes: (input: string) => boolean; needsName: boolean; tags: boolean } {
  const file = `${type.split(":")[1]}.d.ts`;
  const root = path.dirname(require.resolve(`@pulumi/${type.split(":")[0]}/package.json`));
  const text = fs.readFileSync(path.join(root, file.replace("index/", "")), "utf8");
  const args = text.slice(text.search(/export interface \w+Args /));
  return {
    takes: (input) => new RegExp(`^    ${input}\\??:`, "m").test(args),
    needsName: /^ {4}name:/m.test(args),
    tags: text.includes("readonly tagsAll"),
  };
}

const types = Object.keys(replacements);

/** Names that Pulumi chose itself, and those of a provider without a schema of Terraform's. */
const renamed: readonly (readonly [input: string, attribute: string])[] = [
  ["function", "function_name"],
  ["name", "alarm_name"],
  ["topic", "topic_arn"],
];
const schemaless = "diffUpdates";

/** Whether an attribute is an input's: in snake case, by its constant, or in the singular. */
function names(attribute: string, input: string): boolean {
  if (attribute === schemaless) return true;
  if (renamed.some(([ours, theirs]) => ours === input && theirs === attribute)) return true;
  const plain = attribute
    .replace(/^names\.Attr|^route(?=Destination)/, "")
    .replaceAll("_", "")
    .toLowerCase();
  const plurals = [plain, `${plain}s`, `${plain}es`, plain.replace(/y$/, "ies")];
  return plurals.includes(input.toLowerCase());
}

describe("replacement", () => {
  it("has a row for every input that a committed stack sets; every other test looks at what it sets itself", async () => {
    for (const stack of stackNames()) {
      const { resources } = await simulate({ stack });
      for (const { type, custom, inputs, name } of resources) {
        if (!custom || type.startsWith("pulumi:")) continue;
        assert.deepEqual(unclassified(type, inputs), [], `${type} ${name}`);
      }
    }
  });

  it("has rows only for inputs that the installed packages take", () => {
    for (const type of types) {
      const { takes } = declared(type);
      const unknown = Object.keys(replacements[type]!.inputs).filter((input) => !takes(input));
      assert.deepEqual(unknown, [], type);
    }
  });

  it("knows as autonamed, and as taggable, what the installed package does", () => {
    for (const type of types.filter((candidate) => candidate.startsWith("aws:"))) {
      const { takes, needsName, tags } = declared(type);
      assert.equal(autonamed.includes(type), takes("name") && !needsName, `${type} is autonamed`);
      assert.equal(taggable(type), tags, `${type} is taggable`);
    }
  });

  it("has the provider's own name of every input, in a file at a commit", () => {
    for (const type of types) {
      const { source, attributes, inputs, later } = replacements[type]!;
      assert.match(source, /\/blob\/[0-9a-f]{40}\/.*\.go$/, type);
      assert.deepEqual(Object.keys(attributes).sort(), Object.keys(inputs).sort(), type);
      for (const [input, attribute] of Object.entries(attributes))
        assert.ok(names(attribute, input), `${attribute} is not ${input} of ${type}`);
      assert.deepEqual(
        Object.keys(later).filter((input) => !(input in inputs)),
        [],
        type,
      );
    }
  });

  it("throws for what nobody has classified", () => {
    assert.throws(
      () => doesReplace("aws:ecs/service:Service", "launchType", "EC2", "FARGATE", {}),
      /launchType/,
    );
    assert.throws(() => doesReplace("aws:ec2/instance:Instance", "ami", "a", "b", {}), /aws:ec2\/instance/);
    assert.throws(() => doesReplace("aws:iam/role:Role", "toString", 1, 2, {}), /toString/);
    assert.deepEqual(unclassified("aws:iam/role:Role", { path: "/", constructor: 1 }), ["constructor"]);
  });

  const service = "aws:ecs/service:Service";
  const discovery = "aws:servicediscovery/service:Service";
  const dns = (namespaceId: string, type: string, ttl: number): object => ({
    namespaceId,
    dnsRecords: [{ type, ttl }],
    routingPolicy: "MULTIVALUE",
  });
  const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
  const endpoint = "aws:ec2/vpcEndpoint:VpcEndpoint";
  const cases: [
    type: string,
    input: string,
    before: unknown,
    after: unknown,
    resource: object,
    replaces: boolean,
  ][] = [
    ["aws:apigatewayv2/stage:Stage", "name", "$default", "v1", {}, true],
    ["aws:apigatewayv2/stage:Stage", "autoDeploy", true, false, {}, false],
    ["aws:apigatewayv2/route:Route", "routeKey", "GET /a", "GET /b", {}, false],
    ["aws:apigatewayv2/vpcLink:VpcLink", "subnetIds", ["a"], ["a", "b"], {}, true],
    [service, "desiredCount", 1, 2, {}, false],
    [service, "capacityProviderStrategies", [{ weight: 1 }], [{ weight: 2 }], {}, false],
    [service, "capacityProviderStrategies", [], [{ weight: 2 }], {}, false],
    [discovery, "dnsConfig", dns("a", "SRV", 10), dns("a", "SRV", 20), {}, false],
    [discovery, "dnsConfig", dns("a", "SRV", 10), dns("b", "SRV", 10), {}, true],
    [discovery, "dnsConfig", dns("a", "SRV", 10), dns("a", "A", 10), {}, true],
    [ingress, "cidrIpv4", "10.0.0.0/16", "10.1.0.0/16", {}, false],
    [ingress, "cidrIpv4", "10.0.0.0/16", undefined, {}, true],
    [endpoint, "privateDnsEnabled", true, false, { vpcEndpointType: "Interface" }, false],
    [endpoint, "privateDnsEnabled", true, false, { vpcEndpointType: "Gateway" }, true],
  ];
  for (const [type, input, before, after, resource, replaces] of cases) {
    const told = `${input} of ${type}: ${JSON.stringify(before)} → ${JSON.stringify(after)}, ${JSON.stringify(resource)}`;
    it(`${told} ${replaces ? "replaces" : "is in place"}`, () => {
      assert.equal(doesReplace(type, input, before, after, resource as Record<string, unknown>), replaces);
    });
  }
});
