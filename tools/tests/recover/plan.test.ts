import assert from "node:assert/strict";
import { edit } from "../../recover/edit";
import type { Seen } from "../../recover/look";
import { isDone, plan } from "../../recover/plan";
import { type Exported, homeOf, type Resource } from "../../recover/state";
import { knownTypes, wayOf } from "../../recover/types";
import { resources as known } from "../../state/known";
import { root, provider, thing, making, state, nothing, tagged, vpcType, vpcArn, vpc, short } from "./things";

/** As a look at AWS has it. */
const idOf = (type: string, inputs: Record<string, unknown>): string => {
  const way = wayOf(type);
  assert.ok(way?.how === "listed");
  return way.id(inputs, {});
};

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
    const listed = { ...seen, listed: new Map([[making(group), ["sg-1"]]]) };
    const [operation] = listed.listed.keys();
    assert.deepEqual(short(state([{ ...operation!, resource: { ...group, id: "sg-1" } }]), listed), [
      ["adopt", "closed", "sg-1", true],
    ]);
  });

  it("adopts what is called like the beginning of something that the state has", () => {
    const type = "aws:cloudwatch/logGroup:LogGroup";
    const named = (name: string, more: Partial<Resource> = {}): Resource =>
      thing(type, name, { name }, { outputs: { name }, ...more });
    const seen = tagged("arn:aws:logs:eu-west-2:000000000000:log-group:/ecs/shop/jobs/tidy");
    const shorter = named("/ecs/shop/jobs", { id: "/ecs/shop/jobs" });
    const longer = named("/ecs/shop/jobs/tidy");
    assert.deepEqual(short(state([making(longer)], shorter), seen), [
      ["adopt", "/ecs/shop/jobs/tidy", "/ecs/shop/jobs/tidy", true],
    ]);
    assert.deepEqual(short(state([], shorter), seen), [["delete", "network", "/ecs/shop/jobs/tidy", false]]);
  });

  it("adopts what stands in the place of what is deleted already, or is another's of its name", () => {
    const policy = thing("aws:ecr/lifecyclePolicy:LifecyclePolicy", "flask", { repository: "shop" });
    const stage = (apiId: string, more: Partial<Resource> = {}): Resource =>
      thing("aws:apigatewayv2/stage:Stage", "api", { apiId, name: "$default" }, more);
    for (const [wanted, there, id] of [
      [policy, { ...policy, id: "shop", pendingReplacement: true }, "shop"],
      [stage("new"), stage("old", { id: "$default" }), "new/$default"],
    ] as const)
      assert.deepEqual(
        plan(state([making(wanted)], there), nothing).steps.map((step) => step.id),
        [id],
      );
    // The very same is no second one.
    assert.deepEqual(short(state([making(policy)], { ...policy, id: "shop" }), nothing), [
      ["forget", "flask", undefined, true],
    ]);
  });

  it("deletes nothing that is in use, whoever asked for it again", () => {
    const role = thing("aws:iam/role:Role", "flask-task", { name: "flask-task" });
    const wanted = making({ ...role, provider: "urn:there::1" });
    const seen: Seen = { ...nothing, listed: new Map([[wanted, ["flask-task"]]]) };
    const used = { ...role, id: "flask-task", provider: "urn:here::1" };
    assert.deepEqual(short(state([wanted], used), seen), [["forget", "flask-task", undefined, true]]);
    const inputs = { zoneId: "Z1", name: "_a.api.example.com.", type: "CNAME" };
    const proof = thing("aws:route53/record:Record", "api-validation", inputs);
    const again = making(proof);
    const listed = new Map([[again, [idOf(proof.type, inputs)]]]);
    const there = { ...proof, id: "Z1__a.api.example.com_CNAME" };
    assert.deepEqual(short(state([again], there), { ...nothing, listed }), [
      ["forget", "api-validation", undefined, true],
    ]);
  });

  it("leaves a VPC's default group, which nobody can delete, with the tags that it keeps", () => {
    const seen = tagged("arn:aws:ec2:eu-west-2:000000000000:security-group/sg-1");
    const own = { ...vpc, id: "vpc-1", outputs: { defaultSecurityGroupId: "sg-1" } };
    assert.deepEqual(short(state([], own), seen), []);
    const other = { ...own, outputs: { defaultSecurityGroupId: "sg-2" } };
    assert.deepEqual(short(state([], other), seen), [["delete", "network", "sg-1", false]]);
  });

  it("asks before it deletes one of two where Pulumi was to keep it", () => {
    const used = { ...vpc, id: "vpc-2", outputs: { id: "vpc-2" } };
    for (const kept of [{ protect: true }, { retainOnDelete: true }])
      assert.deepEqual(
        short(state([making({ ...vpc, ...kept })], used), tagged(vpcArn("vpc-1"), vpcArn("vpc-2"))),
        [["delete", "network", "vpc-1", false]],
      );
  });

  it("adopts two of one name that are of two types", () => {
    const cluster = making(thing("aws:ecs/cluster:Cluster", "cluster", { name: "shop-dev" }));
    const group = making(thing("aws:scheduler/scheduleGroup:ScheduleGroup", "jobs", { name: "shop-dev" }));
    const place = "eu-west-2:000000000000";
    const seen = tagged(
      `arn:aws:ecs:${place}:cluster/shop-dev`,
      `arn:aws:scheduler:${place}:schedule-group/shop-dev`,
    );
    assert.deepEqual(short(state([cluster, group]), seen), [
      ["adopt", "cluster", "shop-dev", true],
      ["adopt", "jobs", "shop-dev", true],
    ]);
    // One of them is in the state: the other is nobody's.
    const known = { ...group.resource, id: "shop-dev", outputs: { name: "shop-dev" } };
    assert.deepEqual(short(state([], known), seen), [["delete", "network", "shop-dev", false]]);
  });

  it("takes one kind of alarm for no stray of the other, whose ARNs have one form", () => {
    const type = "aws:cloudwatch/compositeAlarm:CompositeAlarm";
    const alarm = making(thing(type, "load", { alarmName: "shop-dev-load" }));
    const seen = tagged("arn:aws:cloudwatch:eu-west-2:000000000000:alarm:shop-dev-load");
    assert.deepEqual(short(state([alarm]), seen), [["adopt", "load", "shop-dev-load", true]]);
    assert.ok(isDone(plan(state([], { ...alarm.resource, id: "shop-dev-load", outputs: {} }), seen)));
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
