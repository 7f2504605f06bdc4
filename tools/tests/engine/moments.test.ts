import assert from "node:assert/strict";
import type { Change } from "../../../simulate/cloud";
import type { Thing } from "../../../simulate/thing";
import type { Deployment } from "../../../simulate/deployment";
import { simulate } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";
import { watch } from "./support/moments";

/** The check itself: an update in a wrong order is found, and named by its step. */

const types = {
  stage: "aws:apigatewayv2/stage:Stage",
  route: "aws:apigatewayv2/route:Route",
  authorizer: "aws:apigatewayv2/authorizer:Authorizer",
  integration: "aws:apigatewayv2/integration:Integration",
  deployment: "aws:apigatewayv2/deployment:Deployment",
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  service: "aws:ecs/service:Service",
};

async function account(sections: Record<string, unknown> = {}): Promise<{
  things: Thing[];
  looked: Deployment["invocations"];
  one: (type: string, name?: string) => Thing;
}> {
  const config = { "aws:region": "eu-west-2", services: { flask: { build: "./app" } }, ...sections };
  const { resources, invocations } = await simulate({ stack: "dev", config: toConfig(config) });
  const things = resources
    .filter(({ custom, type }) => custom && !type.startsWith("pulumi:"))
    .map(({ type, name, id = "", inputs, outputs }) => {
      const computed = Object.entries(outputs).filter(([key]) => !(key in inputs));
      return { type, resource: name, id, inputs, outputs: Object.fromEntries(computed) };
    });
  const one = (type: string, name?: string): Thing =>
    things.find((thing) => thing.type === type && (name === undefined || thing.resource === name))!;
  return { things, looked: invocations, one };
}

const create = (thing: Thing): Change => ({ op: "create", thing });
const remove = (thing: Thing): Change => ({ op: "delete", thing });
const update = (thing: Thing, inputs: object): Change => ({
  op: "update",
  thing: { ...thing, inputs: { ...thing.inputs, ...inputs } },
});

describe("moments of an update", () => {
  const domain = { name: "api.example.com", only: true, hostedZoneId: "Z0123456789ABCDEFGHIJ" };
  const there = "api.example.com/ ANY /";

  it("are all servable where the new stage is there before the old one goes", async () => {
    const { things, looked, one } = await account({ api: { domain } });
    const old = one(types.stage);
    const stage = { ...old, id: "v1", inputs: { ...old.inputs, name: "v1" } };
    const moved = update(one("aws:apigatewayv2/apiMapping:ApiMapping"), { stage: "v1" });
    const good = watch(things, [create(stage), moved, remove(old)], looked);
    assert.deepEqual(good, { moments: 3, interruptions: [], opened: [], ended: [], stuck: [] });
    const bad = watch(things, [remove(old), create(stage), moved], looked);
    assert.deepEqual(bad.interruptions, [
      { address: there, since: `delete ${types.stage} api`, why: "nothing is served there" },
      {
        address: "api.example.com/ ANY /{proxy+}",
        since: `delete ${types.stage} api`,
        why: "nothing is served there",
      },
    ]);
  });

  it("tell of addresses that clients had and lose", async () => {
    const { things, looked, one } = await account();
    const old = one(types.stage);
    const stage = { ...old, id: "v1", inputs: { ...old.inputs, name: "v1" } };
    const { interruptions, ended } = watch(things, [create(stage), remove(old)], looked);
    assert.deepEqual(interruptions, []);
    assert.deepEqual(ended, ["local-api/$default"]);
  });

  it("fail where the rule that admits the old tasks goes first, or that of the new ones comes last", async () => {
    const { things, looked, one } = await account();
    const rules = things.filter(({ type }) => type === types.ingress);
    const old = rules.find(({ resource }) => resource === "flask-from-link-80")!;
    const rolled = update(one(types.service), {});
    const since = (changes: Change[]): string[] => [
      ...new Set(watch(things, changes, looked).interruptions.map(({ since }) => since)),
    ];
    assert.deepEqual(since([rolled]), []);
    assert.deepEqual(since([remove(old), rolled, create(old)]), [
      `delete ${types.ingress} flask-from-link-80`,
    ]);
    const other = one(types.service);
    const [registries] = [other.inputs.serviceRegistries].flat() as object[];
    const onAnother = update(other, {
      serviceRegistries: { ...registries, containerPort: 8000, port: 8000 },
    });
    assert.deepEqual(since([onAnother]), [`during update ${types.service} flask`]);
  });

  it("fail without a running task, and without the authorizer of a route", async () => {
    const guarded = { authorizers: { keys: { type: "lambda", functionArn } }, auth: "keys" };
    const { things, looked, one } = await account({ api: guarded });
    const why = (changes: Change[]): string[] => [
      ...new Set(watch(things, changes, looked).interruptions.map((interruption) => interruption.why)),
    ];
    const tasks = one(types.service);
    assert.deepEqual(why([update(tasks, { desiredCount: 0 }), update(tasks, {})]), ["no task runs"]);
    const authorizer = one(types.authorizer);
    assert.deepEqual(why([remove(authorizer), create(authorizer)]), [
      "the route's authorizer does not exist",
    ]);
  });

  it("tell of a service whose tasks would not be replaced, and of what they lack", async () => {
    const secret = "arn:aws:secretsmanager:eu-west-2:000000000000:secret:hub-AbCdEf";
    const flask = { build: "./app", secrets: { TOKEN: secret } };
    const { things, looked, one } = await account({ services: { flask } });
    const lacks = (change: Change, ...more: Change[]): string[] =>
      watch(things, [change, ...more], looked).stuck.map(({ since, why }) => `${since}: ${why}`);
    const named = (type: string, name: string): Thing => one(`aws:${type}`, name);
    const bare = await account();
    const policy = one("aws:iam/rolePolicy:RolePolicy", "flask-execution");
    const narrow = update(policy, bare.one(policy.type, policy.resource).inputs);
    const denied = `its execution role may not secretsmanager:GetSecretValue ${secret}`;
    assert.deepEqual(lacks(narrow), [`update ${policy.type} flask-execution: ${denied}`]);
    // What the tasks of after need is there before they start, and what those of before needed may go then.
    const definition = one("aws:ecs/taskDefinition:TaskDefinition");
    const arn = `${String(definition.outputs.arn).slice(0, -1)}2`;
    const free = bare.one(definition.type).inputs;
    const next = { ...definition, id: "2", inputs: free, outputs: { ...definition.outputs, arn } };
    const moved = update(one(types.service), { taskDefinition: arn });
    assert.deepEqual(lacks(create(next), moved, narrow), []);
    const ways: [Thing, string][] = [
      [
        named("cloudwatch/logGroup:LogGroup", "flask"),
        "its log group /ecs/flask-app-fargate/dev/flask does not exist",
      ],
      [named("iam/role:Role", "flask-execution"), "its execution role does not exist"],
      [named("iam/role:Role", "flask-task"), "its task role does not exist"],
      [named("ec2/vpcEndpoint:VpcEndpoint", "network-ecr.dkr"), "network-tasks-1 has no way to ecr.dkr"],
      [named("ec2/vpcEndpoint:VpcEndpoint", "network-s3"), "network-tasks-1 has no way to s3"],
      [
        named("vpc/securityGroupEgressRule:SecurityGroupEgressRule", "network-workload-to-endpoints"),
        "no egress rule lets its tasks to the endpoint ecr.api",
      ],
      [
        named("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "network-endpoints-from-workload"),
        "no ingress rule lets its tasks to the endpoint ecr.api",
      ],
    ];
    for (const [thing, why] of ways)
      assert.deepEqual(lacks(remove(thing)), [`delete ${thing.type} ${thing.resource}: ${why}`]);
    const closed = update(named("ec2/vpcEndpoint:VpcEndpoint", "network-secretsmanager"), {
      policy: JSON.stringify({ Statement: [] }),
    });
    assert.match(lacks(closed).join(), /the endpoint secretsmanager does not let .* through$/);
  });

  it("tell of a default route that leads nowhere", async () => {
    for (const egress of ["nat", "public"]) {
      const { things, looked, one } = await account({ network: { egress } });
      const stuck = (changes: Change[]): string[] =>
        watch(things, changes, looked).stuck.map(({ why }) => why);
      assert.deepEqual(stuck([update(one(types.service), {})]), []);
      const [reason = ""] = stuck([remove(one("aws:ec2/route:Route", "network-tasks-1"))]);
      assert.match(reason, /^network-tasks-1 has no way to /, egress);
    }
  });

  it("tell of a closed route that everybody may call in between", async () => {
    const { things, looked, one } = await account({ api: { auth: "iam" } });
    const route = one(types.route, "api-ANY /");
    const changes = [update(route, { authorizationType: "NONE" }), update(route, {})];
    assert.deepEqual(watch(things, changes, looked).opened, [
      {
        address: "local-api/$default ANY /",
        since: `update ${types.route} api-ANY /`,
        why: "everybody may call it",
      },
    ]);
  });

  it("go on by what was deployed, where deployments are explicit", async () => {
    const { things, looked, one } = await account({ api: { autoDeploy: false } });
    const [integration, deployment] = [one(types.integration), one(types.deployment)];
    const gone = update(integration, { integrationUri: "arn:aws:servicediscovery:::service/gone" });
    const next = { ...deployment, id: "next" };
    const publish = update(one(types.stage), { deploymentId: "next" });
    const since = (changes: Change[]): string[] => [
      ...new Set(watch(things, changes, looked).interruptions.map(({ since }) => since)),
    ];
    assert.deepEqual(since([gone, update(integration, {})]), []);
    assert.deepEqual(since([gone, create(next), publish]), [`update ${types.stage} api`]);
  });
});

const functionArn = "arn:aws:lambda:eu-west-2:000000000000:function:keys";
