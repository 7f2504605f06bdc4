import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ofType, unknown } from "../../simulate/deployment";
import { simulate, type SimulateOptions } from "../../simulate/program";
import { readStack, stackNames, toConfig } from "../../simulate/stack";

const config = toConfig({ "aws:region": "eu-west-2" });
const logGroup = (name: string, args: aws.cloudwatch.LogGroupArgs = {}) =>
  new aws.cloudwatch.LogGroup(name, args);

/** Runs a small program instead of index.ts. */
const run = (program: () => unknown, options: SimulateOptions = {}) =>
  simulate({ config, ...options, program });

/** Those of mocha and of tests/support: a simulation takes their place while it runs. */
let listeners: NodeJS.UnhandledRejectionListener[];
before(() => {
  listeners = process.listeners("unhandledRejection");
});

/** What a good program records: shows that a failure left nothing behind. */
const assertStillWorks = async (): Promise<void> => {
  const { resources, outputs } = await run(() => ({ id: logGroup("fine").id }));
  assert.deepEqual(
    resources.map(({ name }) => name),
    ["flask-app-fargate-dev", "fine"],
  );
  assert.deepEqual(outputs, { id: "local-loggroup-fine" });
  assert.deepEqual(process.listeners("unhandledRejection"), listeners);
};

describe("a simulation fails, and the next one works,", () => {
  const broken: [what: string, program: () => unknown, message: string | RegExp][] = [
    [
      "when the program throws",
      () => {
        throw new Error("thrown by the program");
      },
      "thrown by the program",
    ],
    [
      "when the program's promise is rejected",
      () => Promise.reject(new pulumi.RunError("rejected by the program")),
      "rejected by the program",
    ],
    [
      "when a resource is of a type that the simulation does not know",
      () => ({ arn: new aws.kinesis.Stream("news").arn }),
      /simulate\/aws\/resources\.ts does not know what AWS answers for aws:kinesis\/stream:Stream \(news\): describe it there\./,
    ],
    [
      "when such a resource is awaited by nobody",
      () => {
        new aws.kinesis.Stream("news");
      },
      /aws:kinesis\/stream:Stream \(news\)/,
    ],
    [
      "when a look-up is one that the simulation does not know",
      async () => {
        await aws.ec2.getAmi({});
      },
      // Pulumi passes on the `details` of an error, which only those of gRPC have, so the message may get lost.
      /^simulate\/aws\/look-ups\.ts does not know what AWS answers to aws:ec2\/getAmi:getAmi: describe it there\.$/,
    ],
    [
      "when a look-up that fails is awaited by nobody",
      () => {
        aws.ec2.getAmiOutput({});
      },
      /aws:ec2\/getAmi:getAmi/,
    ],
    [
      "when a promise that nobody awaits is rejected",
      () => {
        void Promise.reject(new Error("nobody awaits this"));
      },
      "nobody awaits this",
    ],
    [
      "when an input is rejected",
      () => {
        logGroup("late", { name: Promise.reject(new Error("no name")) });
      },
      /no name/,
    ],
    [
      "when an apply throws and nobody awaits it",
      () => {
        logGroup("fine").arn.apply(() => {
          throw new Error("thrown in an apply");
        });
      },
      "thrown in an apply",
    ],
    [
      "when two resources have one URN",
      () => {
        logGroup("twin");
        logGroup("twin");
      },
      /Two resources are urn:pulumi:dev::flask-app-fargate::.*aws:cloudwatch\/logGroup:LogGroup::twin/,
    ],
  ];
  for (const [what, program, message] of broken) {
    it(what, async () => {
      await assert.rejects(run(program), (error: Error) => {
        if (typeof message === "string") assert.equal(error.message, message);
        else assert.match(error.message, message);
        return true;
      });
      await assertStillWorks();
    });
  }

  it("with a stack trace that leads to the bug, where it is one", async () => {
    const { stackTraceLimit } = Error;
    const program = (): unknown => (undefined as unknown as { missing: () => unknown }).missing();
    await assert.rejects(run(program), (error: Error) => {
      assert.match(error.stack ?? "", /TypeError: .*\n(.*\n)*? +at .*program\.test\.ts:\d+/);
      return true;
    });
    assert.equal(Error.stackTraceLimit, stackTraceLimit);
  });

  it("when it never settles", async () => {
    const program = () => logGroup("stuck", { name: new Promise<string>(() => undefined) });
    await assert.rejects(
      run(program, { deadline: 300 }),
      /^Error: The program never settled\. The Pulumi runtime detected that \d+ promises were still active/,
    );
    await assertStillWorks();
  });

  it("not while it goes on registering, however long that takes", async () => {
    const deployment = await run(
      async () => {
        for (let i = 0; i < 8; i++) {
          await new Promise((resolve) => setTimeout(resolve, 300));
          await new Promise((resolve) => logGroup(`group-${i}`).id.apply(resolve));
        }
      },
      { deadline: 1500 },
    );
    assert.equal(deployment.resources.filter(({ name }) => name.startsWith("group-")).length, 8);
  });

  it("when the entry point never settles", async () => {
    await assert.rejects(
      run(() => new Promise(() => undefined), { deadline: 300 }),
      /^Error: The program never settled\./,
    );
    await assertStillWorks();
  });

  it("not when it takes longer than the deadline and goes on", async () => {
    // Each waits for the one before, and a while: together they take far longer than nothing may happen.
    const program = async (): Promise<void> => {
      for (let i = 0; i < 20; i += 1) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        logGroup(`slow-${i}`, {});
      }
    };
    assert.equal(
      ofType(await run(program, { deadline: 500 }), "aws:cloudwatch/logGroup:LogGroup").length,
      20,
    );
  });

  it("when the configuration is wrong, with the message alone", async () => {
    const wrong = toConfig({ "aws:region": "eu-west-2", network: { egress: "ipv4" } });
    await assert.rejects(simulate({ config: wrong }), (error) => {
      assert.ok(pulumi.RunError.isInstance(error));
      assert.equal(
        error.message,
        "1 problem in the configuration of stack dev:\n" +
          '  network.egress: got "ipv4". Allowed: endpoints, nat, public. ' +
          'Fix: use an allowed value, or leave it out for "endpoints".',
      );
      return true;
    });
    await assertStillWorks();
  });
});

describe("a simulation", () => {
  it("records a resource that registers in a late turn", async () => {
    const { resources } = await run(() => {
      logGroup("early").id.apply(async () => {
        await new Promise((resolve) => setImmediate(resolve));
        logGroup("late");
      });
    });
    assert.deepEqual(
      resources.map(({ name }) => name),
      ["flask-app-fargate-dev", "early", "late"],
    );
  });

  it("of one stack is the same every time", async () => {
    for (const preview of [false, true]) {
      const first = await simulate({ stack: "prod", preview });
      assert.deepEqual(await simulate({ stack: "prod", preview }), first);
    }
  });

  it("runs after the one that was asked for before", async () => {
    const [dev, prod] = await Promise.all([simulate({ stack: "dev" }), simulate({ stack: "prod" })]);
    assert.deepEqual([dev.stack, prod.stack], ["dev", "prod"]);
    assert.deepEqual(dev, await simulate({ stack: "dev" }));
    assert.deepEqual(prod, await simulate({ stack: "prod" }));
  });

  it("records parent, options, dependencies and provider of a resource", async () => {
    const { resources } = await run(() => {
      const provider = new aws.Provider("explicit", { region: "eu-west-2" });
      const group = new pulumi.ComponentResource("test:index:Group", "group", {}, { provider });
      const first = new aws.cloudwatch.LogGroup("first", {}, { parent: group });
      const second = new aws.cloudwatch.LogGroup("second", {}, { parent: group });
      new aws.cloudwatch.LogGroup(
        "third",
        { name: pulumi.interpolate`${first.name}-more` },
        {
          parent: group,
          dependsOn: second,
          protect: true,
          ignoreChanges: ["tags"],
          replaceOnChanges: ["name"],
          retainOnDelete: true,
          deleteBeforeReplace: true,
          customTimeouts: { create: "5m" },
        },
      );
    });
    const [stack, provider, group, first, second, third] = resources;
    const urn = (rest: string): string => `urn:pulumi:dev::flask-app-fargate::${rest}`;
    assert.deepEqual(
      resources.map((resource) => resource.urn),
      [
        urn("pulumi:pulumi:Stack::flask-app-fargate-dev"),
        urn("pulumi:pulumi:Stack$pulumi:providers:aws::explicit"),
        urn("pulumi:pulumi:Stack$test:index:Group::group"),
        urn("test:index:Group$aws:cloudwatch/logGroup:LogGroup::first"),
        urn("test:index:Group$aws:cloudwatch/logGroup:LogGroup::second"),
        urn("test:index:Group$aws:cloudwatch/logGroup:LogGroup::third"),
      ],
    );
    assert.deepEqual([stack?.parent, group?.parent, third?.parent], ["", stack?.urn, group?.urn]);
    assert.deepEqual([group?.custom, group?.id, third?.custom], [false, undefined, true]);
    assert.deepEqual(third?.inputs, { name: "first-local-more" });
    assert.deepEqual([...third.dependencies].sort(), [first?.urn, second?.urn]);
    assert.deepEqual(third.propertyDependencies, { name: [first?.urn] });
    assert.equal(third.provider, `${provider?.urn}::local-explicit`);
    assert.deepEqual(third.options, {
      protect: true,
      ignoreChanges: ["tags"],
      replaceOnChanges: ["name"],
      import: "",
      aliases: [],
      retainOnDelete: true,
      deleteBeforeReplace: true,
      customTimeouts: { create: "5m", update: "", delete: "" },
    });
  });

  it("leaves stack traces as they were", async () => {
    const traces = (): object => Object.assign({ prepareStackTrace: undefined }, Error);
    const before = traces();
    await run(() => logGroup("a"));
    assert.deepEqual(traces(), before);
    await assert.rejects(run(() => Promise.reject(new Error("wrong"))));
    assert.deepEqual(traces(), before);
  });

  it("records look-ups and warnings, and leaves the console as it was", async () => {
    const { warn } = console;
    const { invocations, warnings } = await run(async () => {
      await aws.getCallerIdentity({});
      await pulumi.log.warn("take care");
    });
    assert.deepEqual(invocations, [
      {
        token: "aws:index/getCallerIdentity:getCallerIdentity",
        inputs: {},
        result: {
          accountId: "000000000000",
          arn: "arn:aws:iam::000000000000:user/local",
          userId: "local",
          id: "000000000000",
        },
        provider: "",
      },
    ]);
    assert.deepEqual(warnings, ["take care"]);
    assert.equal(console.warn, warn);
  });

  it("keeps secrets out of the stack's outputs", async () => {
    const { outputs } = await run(() => ({ open: "plain", closed: { key: pulumi.secret("hidden") } }));
    assert.deepEqual(outputs, { open: "plain", closed: "[secret]" });
  });

  it("unwraps secrets and names the inputs that hold one", async () => {
    const { resources } = await run(() => {
      logGroup("open", { name: "plain" });
      logGroup("closed", { name: pulumi.secret("hidden"), tags: { a: "b", key: pulumi.secret("value") } });
    });
    const [, open, closed] = resources;
    assert.deepEqual([open?.inputs, open?.secretInputs], [{ name: "plain" }, []]);
    assert.deepEqual(closed?.inputs, { name: "hidden", tags: { a: "b", key: "value" } });
    assert.deepEqual([...closed.secretInputs].sort(), ["name", "tags"]);
  });

  it("in preview leaves unknown what only AWS can tell", async () => {
    const program = () => {
      const first = logGroup("first", { name: "given" });
      logGroup("second", { name: first.arn, retentionInDays: 7 });
      return { arn: first.arn, name: first.name };
    };
    const preview = await run(program, { preview: true });
    const second = preview.resources[2];
    assert.deepEqual(preview.outputs, { arn: unknown, name: "given" });
    assert.deepEqual(second?.inputs, { name: unknown, retentionInDays: 7 });
    assert.equal(second.id, undefined);
    assert.equal(second.outputs.id, unknown);

    const update = await run(program);
    const arn = "arn:aws:logs:eu-west-2:000000000000:log-group:given";
    assert.deepEqual(update.outputs, { arn, name: "given" });
    assert.deepEqual(update.resources[2]?.inputs, { name: arn, retentionInDays: 7 });
    assert.equal(update.resources[2]?.id, "local-loggroup-second");
  });

  it("answers look-ups as the caller says", async () => {
    const token = "aws:index/getCallerIdentity:getCallerIdentity";
    const { outputs } = await run(async () => ({ account: (await aws.getCallerIdentity({})).accountId }), {
      invokes: { [token]: () => ({ accountId: "123456789012" }) },
    });
    assert.deepEqual(outputs, { account: "123456789012" });
  });

  it("resolves the children of awsx.ec2.Vpc in an update, and leaves them unknown in a preview", async () => {
    const update = ofType(
      await simulate({ stack: "dev" }),
      "aws:ec2/routeTableAssociation:RouteTableAssociation",
    );
    assert.deepEqual(update[0]?.inputs, {
      routeTableId: "local-routetable-network-tasks-1",
      subnetId: "local-subnet-network-tasks-1",
    });
    const preview = await simulate({ stack: "dev", preview: true });
    const [first] = ofType(preview, "aws:ec2/routeTableAssociation:RouteTableAssociation");
    assert.deepEqual(first?.inputs, { routeTableId: unknown, subnetId: unknown });
    assert.deepEqual(Object.keys(first.propertyDependencies), ["routeTableId", "subnetId"]);
  });
});

describe("a stack's configuration", () => {
  it("is its file over the defaults of Pulumi.yaml, which the engine would merge", () => {
    assert.deepEqual(readStack("dev"), {
      "flask-app-fargate:services": "{}",
      "flask-app-fargate:cluster": "{}",
      "flask-app-fargate:dashboard": "false",
      "flask-app-fargate:iam": "{}",
      "flask-app-fargate:network": "{}",
      "flask-app-fargate:api": "{}",
      "flask-app-fargate:registry": '{"forceDelete":true}',
      "flask-app-fargate:share": "{}",
      "flask-app-fargate:protect": "false",
      "flask-app-fargate:tags": "{}",
      "aws:region": "eu-west-2",
    });
  });

  it("gives a key without a namespace the project's own, and keeps text as it is", () => {
    assert.deepEqual(toConfig({ "aws:region": "us-east-1", tags: { Team: "web" }, "other:key": "text" }), {
      "flask-app-fargate:services": "{}",
      "flask-app-fargate:cluster": "{}",
      "flask-app-fargate:dashboard": "false",
      "flask-app-fargate:iam": "{}",
      "flask-app-fargate:network": "{}",
      "flask-app-fargate:api": "{}",
      "flask-app-fargate:registry": "{}",
      "flask-app-fargate:share": "{}",
      "flask-app-fargate:protect": "false",
      "flask-app-fargate:tags": '{"Team":"web"}',
      "aws:region": "us-east-1",
      "other:key": "text",
    });
  });

  it("exists for the stacks that have a file; another is refused with their names", () => {
    assert.deepEqual(stackNames(), ["cheap", "dev", "pr", "prod", "shop"]);
    assert.throws(() => readStack("test"), {
      message:
        "There is no Pulumi.test.yaml. Stacks of this project: cheap, dev, pr, prod, shop; of its examples: fastapi, go, monorepo, nginx.",
    });
  });
});
