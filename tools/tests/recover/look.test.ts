import assert from "node:assert/strict";
import { look } from "../../recover/look";
import { homeOf, type Resource } from "../../recover/state";
import { wayOf } from "../../recover/types";
import { urn, root, provider, thing, making, state, short } from "./things";

describe("where a stack's things are", () => {
  const other = (name: string, more: Partial<Resource>): Resource => ({
    ...provider,
    urn: urn("pulumi:providers:aws", name),
    ...more,
  });
  const of = (...resources: Resource[]): ReturnType<typeof homeOf> =>
    homeOf({ version: 3, deployment: { manifest: {}, resources } });

  it("says the provider that gives the stack's tags: neither the default one, nor one that is replaced", () => {
    const plain = other("default_7_20_0", { id: "1", inputs: { region: "eu-west-2" } });
    const elsewhere = { ...provider.inputs, region: "us-east-1" };
    const old = other("aws", { id: "2", inputs: elsewhere, delete: true });
    assert.deepEqual(of(root, plain, old, provider), {
      ...{ region: "eu-west-2", tags: { Project: "flask-app-fargate", Stack: "dev" } },
      ...{ provider: `${provider.urn}::1234`, root: root.urn },
    });
  });

  it("is unknown without such a one", () => {
    assert.equal(of(root), undefined);
    assert.equal(of(root, other("default", { inputs: { region: "eu-west-2" } })), undefined);
    assert.equal(of(provider), undefined);
  });
});

describe("what AWS lists", () => {
  const home = homeOf(state([]))!;
  const route = making(
    thing("aws:apigatewayv2/route:Route", "api-ANY /", {
      apiId: "abc",
      routeKey: "ANY /",
      target: "integrations/i1",
    }),
  );
  const answering =
    (answers: Record<string, object | undefined>) =>
    (args: readonly string[]): Promise<Record<string, unknown> | undefined> =>
      Promise.resolve(answers[args[1]!] as Record<string, unknown> | undefined);

  it("is this stack's route only where it leads to this stack's integration", async () => {
    for (const [Target, expected] of [
      ["integrations/i1", ["abc/r1"]],
      ["integrations/other", []],
    ] as const) {
      const aws = answering({
        "get-resources": {},
        "get-routes": { Items: [{ RouteId: "r1", RouteKey: "ANY /", Target }] },
      });
      assert.deepEqual((await look(aws, home, [route], [])).listed.get(route), expected);
    }
  });

  it("is this stack's permission of a function only under the name that Pulumi gave it", () => {
    const way = wayOf("aws:lambda/permission:Permission");
    assert.ok(way?.how === "listed");
    const sourceArn = "arn:aws:execute-api:eu-west-2:000000000000:shared/authorizers/*";
    const statement = (Sid: string): object => ({
      Sid,
      Condition: { ArnLike: { "AWS:SourceArn": sourceArn } },
    });
    const inputs = { function: "keys", sourceArn, statementId: "api-keys-1a2b3c4" };
    const found = way.items({
      Policy: JSON.stringify({ Statement: [statement("api-keys-0000000"), statement("api-keys-1a2b3c4")] }),
    });
    assert.deepEqual(
      found.filter((item) => way.is(inputs, item)).map((item) => way.id(inputs, item)),
      ["keys/api-keys-1a2b3c4"],
    );
  });

  it("is this stack's role only with its tags", async () => {
    const role = making(thing("aws:iam/role:Role", "flask-task", { name: "flask-task-1" }));
    for (const [Stack, expected] of [
      ["dev", ["flask-task-1"]],
      ["prod", []],
    ] as const) {
      const Tags = [
        { Key: "Project", Value: "flask-app-fargate" },
        { Key: "Stack", Value: Stack },
      ];
      const aws = answering({
        "get-resources": {},
        "get-role": { Role: { RoleName: "flask-task-1", Tags } },
      });
      assert.deepEqual((await look(aws, home, [role], [])).listed.get(role), expected);
    }
  });

  it("takes an integration for the stack's own by what it leads to, and for lost where nobody knows it", async () => {
    const type = "aws:apigatewayv2/integration:Integration";
    const registry = thing(
      "aws:servicediscovery/service:Service",
      "flask",
      {},
      { id: "srv", outputs: { arn: "arn:srv" } },
    );
    const known = thing(type, "api-flask", { apiId: "a1" }, { id: "i1" });
    const aws = answering({
      "get-resources": {},
      "get-integrations": {
        Items: [
          { IntegrationId: "i1", IntegrationUri: "arn:srv" },
          { IntegrationId: "i2", IntegrationUri: "arn:srv" },
          { IntegrationId: "i3", IntegrationUri: "arn:another-stack" },
        ],
      },
    });
    const seen = await look(aws, home, [], [registry, known]);
    assert.deepEqual(
      seen.own.map(({ id }) => id),
      ["a1/i1", "a1/i2"],
    );
    assert.deepEqual(short(state([], registry, known), seen), [["delete", "i2", "a1/i2", false]]);
    assert.deepEqual((await look(aws, home, [], [known])).own, []);
  });

  it("takes every policy of a role of the stack for its own", async () => {
    const role = thing("aws:iam/role:Role", "flask-task", {}, { id: "flask-task-1" });
    const policy = { role: "flask-task-1", name: "flask-task-2" };
    const known = thing("aws:iam/rolePolicy:RolePolicy", "flask-task", policy, {
      id: "flask-task-1:flask-task-2",
    });
    const aws = answering({
      "get-resources": {},
      "list-role-policies": { PolicyNames: ["flask-task-2", "flask-task-3"] },
    });
    const seen = await look(aws, home, [], [role, known]);
    assert.deepEqual(short(state([], role, known), seen), [
      ["delete", "flask-task-3", "flask-task-1:flask-task-3", false],
    ]);
  });

  it("is compared as AWS writes it", () => {
    const is = (type: string, inputs: object, item: object): boolean => {
      const way = wayOf(type);
      return way?.how === "listed" && way.is({ ...inputs }, { ...item });
    };
    const egress = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
    const inputs = { ipProtocol: "-1", cidrIpv4: "10.0.0.0/16" };
    const rule = { IsEgress: true, IpProtocol: "-1", FromPort: -1, ToPort: -1, CidrIpv4: "10.0.0.0/16" };
    assert.ok(is(egress, inputs, rule));
    assert.ok(!is(egress, inputs, { ...rule, IsEgress: false }));
    assert.ok(!is(egress, inputs, { ...rule, CidrIpv4: "10.1.0.0/16" }));
    const record = "aws:route53/record:Record";
    const alias = {
      name: "api.example.com",
      type: "A",
      aliases: [{ name: "d-1.execute-api.amazonaws.com" }],
    };
    const set = {
      Name: "api.example.com.",
      Type: "A",
      AliasTarget: { DNSName: "D-1.execute-api.amazonaws.com." },
    };
    assert.ok(is(record, alias, set));
    assert.ok(!is(record, alias, { ...set, AliasTarget: { DNSName: "d-2.execute-api.amazonaws.com." } }));
  });

  it("leaves the others where one answer is denied", async () => {
    const aws = (args: readonly string[]) =>
      args[1] === "get-routes" ? Promise.reject(new Error("AccessDenied")) : Promise.resolve({});
    assert.match(String((await look(aws, home, [route], [])).listed.get(route)), /AccessDenied/);
  });
});
