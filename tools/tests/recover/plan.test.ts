import assert from "node:assert/strict";
import { edit } from "../../recover/edit";
import { look, type Seen } from "../../recover/look";
import { isDone, plan } from "../../recover/plan";
import { type Exported, homeOf, type Operation, type Resource } from "../../recover/state";
import { knownTypes, wayOf } from "../../recover/types";
import { resources as known } from "../../state/known";

const urn = (type: string, name: string): string => `urn:pulumi:dev::flask-app-fargate::${type}::${name}`;
const root: Resource = {
  urn: urn("pulumi:pulumi:Stack", "flask-app-fargate-dev"),
  type: "pulumi:pulumi:Stack",
};
const provider: Resource = {
  ...{ urn: urn("pulumi:providers:aws", "aws"), type: "pulumi:providers:aws", custom: true, id: "1234" },
  inputs: {
    region: "eu-west-2",
    defaultTags: JSON.stringify({ tags: { Project: "flask-app-fargate", Stack: "dev" } }),
  },
};
const thing = (type: string, name: string, inputs: object, more: Partial<Resource> = {}): Resource => ({
  ...{ urn: urn(type, name), type, custom: true, inputs: { ...inputs }, parent: root.urn, ...more },
});
const making = (resource: Resource, type = "creating"): Operation => ({ type, resource });
const state = (pending_operations: Operation[], ...resources: Resource[]): Exported => ({
  version: 3,
  deployment: { manifest: {}, resources: [root, provider, ...resources], pending_operations },
});
const nothing: Seen = { tagged: [], listed: new Map(), own: [] };
const tagged = (...arns: string[]): Seen => ({
  ...nothing,
  tagged: arns.map((arn) => ({ arn, tags: { Project: "flask-app-fargate", Stack: "dev", Name: "network" } })),
});
const vpcType = "aws:ec2/vpc:Vpc";
const vpcArn = (id: string): string => `arn:aws:ec2:eu-west-2:000000000000:vpc/${id}`;
const vpc = thing(vpcType, "network", { tags: { Name: "network" } });
const short = (...asked: Parameters<typeof plan>): unknown[] =>
  plan(...asked).steps.map(({ what, name, id, certain }) => [what, name, id, certain]);

describe("the plan of npm run recover", () => {
  it("has a row for every type that the program makes", () => {
    assert.deepEqual([...knownTypes].sort(), [...known].sort());
  });

  it("adopts what carries the stack's tags and its own", () => {
    assert.deepEqual(short(state([making(vpc)]), tagged(vpcArn("vpc-1"))), [
      ["adopt", "network", "vpc-1", true],
    ]);
  });

  it("forgets what AWS does not have, and what has another name", () => {
    assert.deepEqual(short(state([making(vpc)]), nothing), [["forget", "network", undefined, true]]);
    const other = thing(vpcType, "network", { tags: { Name: "other" } });
    assert.deepEqual(short(state([making(other)]), tagged(vpcArn("vpc-1"))), [
      ["forget", "network", undefined, true],
      ["delete", "network", "vpc-1", false],
    ]);
  });

  it("deletes the one that nobody uses, where an update in between made a second", () => {
    const used = { ...vpc, id: "vpc-2", outputs: { id: "vpc-2" } };
    assert.deepEqual(short(state([making(vpc)], used), tagged(vpcArn("vpc-1"), vpcArn("vpc-2"))), [
      ["delete", "network", "vpc-1", true],
    ]);
  });

  it("gives each of two operations a thing of its own, and no third the same", () => {
    const operations = [making(vpc), making({ ...vpc }), making({ ...vpc })];
    assert.deepEqual(short(state(operations), tagged(vpcArn("vpc-1"), vpcArn("vpc-2"))), [
      ["adopt", "network", "vpc-1", true],
      ["delete", "network", "vpc-2", true],
      ["forget", "network", undefined, true],
    ]);
  });

  it("leaves the default group of the stack's own VPC alone, which EC2 lists as a group", () => {
    const group = thing(
      "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
      "closed",
      {},
      { id: "sg-1", outputs: {} },
    );
    const seen = tagged("arn:aws:ec2:eu-west-2:000000000000:security-group/sg-1");
    assert.ok(isDone(plan(state([], group), seen)));
  });

  it("tells a cluster from an API of its name", () => {
    const name = "flask-app-fargate-dev";
    const api = thing("aws:apigatewayv2/api:Api", "api", { name }, { id: "abc", outputs: { name } });
    const cluster = thing("aws:ecs/cluster:Cluster", "cluster", { name });
    const seen = tagged(`arn:aws:ecs:eu-west-2:000000000000:cluster/${name}`);
    assert.deepEqual(short(state([making(cluster)], api), seen), [["adopt", "cluster", name, true]]);
  });

  it("decides nothing where AWS refused to answer, or the type is new", () => {
    const role = making(thing("aws:iam/role:Role", "flask-task", { name: "flask-task-1" }));
    const denied: Seen = { ...nothing, listed: new Map([[role, new Error("AccessDenied")]]) };
    const bucket = making(thing("aws:s3/bucket:Bucket", "files", {}));
    assert.deepEqual(
      plan(state([role, bucket]), denied).steps.map(({ what, because }) => [what, because]),
      [
        ["cannot", "AccessDenied"],
        ["cannot", "how it is found at AWS is not known here"],
      ],
    );
  });

  it("makes again what does no harm twice, and passes by components and providers", () => {
    const revision = making(thing("aws:ecs/taskDefinition:TaskDefinition", "flask", { family: "flask" }));
    const component = making({ ...thing("fargate-app:api:HttpApi", "api", {}), custom: false });
    assert.deepEqual(short(state([revision, component, making(provider)]), nothing), [
      ["forget", "flask", undefined, true],
    ]);
  });

  it("reads again what was changed or deleted, and what an adoption left unread", () => {
    const group = thing(
      "aws:cloudwatch/logGroup:LogGroup",
      "api",
      { name: "/api" },
      { id: "/api", outputs: {} },
    );
    const unread = { ...vpc, id: "vpc-1" };
    const { steps, reread } = plan(
      state([making(group, "deleting")], group, unread),
      tagged(vpcArn("vpc-1")),
    );
    assert.deepEqual([steps, reread], [[], [group.urn, vpc.urn]]);
  });

  it("counts what it does not judge", () => {
    const { steps, others } = plan(
      state([]),
      tagged(
        "arn:aws:ecs:eu-west-2:000000000000:task/dev/1",
        "arn:aws:ecs:eu-west-2:000000000000:task/dev/2",
      ),
    );
    assert.deepEqual([steps, others], [[], { "ecs:task": 2 }]);
  });
});

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

describe("the state that npm run recover writes", () => {
  const home = homeOf(state([]))!;
  const written = (exported: Exported, seen: Seen): ReturnType<typeof edit> =>
    edit(exported, plan(exported, seen).steps, home);

  it("has what was adopted, and no pending operation", () => {
    const { state: after, adopted, doomed } = written(state([making(vpc)]), tagged(vpcArn("vpc-1")));
    assert.deepEqual(after.deployment.resources, [root, provider, { ...vpc, id: "vpc-1" }]);
    assert.deepEqual([adopted, doomed, "pending_operations" in after.deployment], [[vpc.urn], [], false]);
  });

  it("has what is to be deleted under a name of its own, unprotected", () => {
    const used = { ...vpc, id: "vpc-2", outputs: {} };
    const spare = { ...vpc, protect: true, retainOnDelete: true };
    const { state: after, doomed } = written(state([making(spare)], used), tagged(vpcArn("vpc-1")));
    assert.deepEqual(doomed, [`${vpc.urn}-spare`]);
    assert.deepEqual(after.deployment.resources!.at(-1), { ...vpc, urn: doomed[0], id: "vpc-1" });
  });

  it("lets what depends on it go before a stray", () => {
    const seen = tagged("arn:aws:ec2:eu-west-2:000000000000:subnet/subnet-1", vpcArn("vpc-1"));
    const { state: after } = written(state([]), seen);
    const [first, second] = after.deployment.resources!.slice(2);
    assert.deepEqual([first!.id, second!.id, second!.dependencies], ["vpc-1", "subnet-1", [first!.urn]]);
  });

  it("puts the new one in the place of what was deleted to be made anew", () => {
    const gone = { ...vpc, id: "vpc-0", pendingReplacement: true };
    const { state: after } = written(state([making(vpc)], gone), tagged(vpcArn("vpc-1")));
    assert.deepEqual(after.deployment.resources, [root, provider, { ...vpc, id: "vpc-1" }]);
  });
});
