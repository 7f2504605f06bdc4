import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { simulate, type SimulateOptions } from "../../simulate/program";
import { toConfig } from "../../simulate/stack";

const config = toConfig({ "aws:region": "eu-west-2" });
const run = (program: () => unknown, options: SimulateOptions = {}) =>
  simulate({ config, ...options, program });

const made = (resource: object, property: string): boolean =>
  Object.getOwnPropertyDescriptor(resource, property)?.get === undefined;
const registered = (resource: pulumi.Resource): Promise<string> =>
  new Promise((resolve) => resource.urn.apply(resolve));

describe("the outputs of a resource in a simulation", () => {
  it("are made when they are first read, and once", async () => {
    await run(() => {
      const group = new aws.cloudwatch.LogGroup("a", { retentionInDays: 7 });
      assert.ok("retentionInDays" in group && Object.keys(group).includes("retentionInDays"));
      assert.equal(made(group, "retentionInDays"), false);
      assert.equal(group.retentionInDays, group.retentionInDays);
      assert.equal(made(group, "retentionInDays"), true);
      assert.equal(made(group, "kmsKeyId"), false);
    });
  });

  for (const preview of [false, true]) {
    it(`are the same read late, ${preview ? "in a preview" : "in an update"}`, async () => {
      const { outputs } = await run(
        async () => {
          const group = new aws.cloudwatch.LogGroup("a", {
            retentionInDays: 7,
            kmsKeyId: pulumi.secret("key"),
          });
          const early = [group.arn, group.retentionInDays, group.kmsKeyId, group.skipDestroy];
          const late = new aws.cloudwatch.LogGroup("b", {
            retentionInDays: 7,
            kmsKeyId: pulumi.secret("key"),
          });
          await registered(late);
          await new Promise((resolve) => setImmediate(resolve));
          for (const property of ["arn", "retentionInDays", "kmsKeyId", "skipDestroy"])
            assert.equal(made(late, property), false, property);
          return { early, late: [late.arn, late.retentionInDays, late.kmsKeyId, late.skipDestroy] };
        },
        { preview },
      );
      assert.equal((outputs.early as unknown[])[1], 7);
      assert.equal(
        JSON.stringify(outputs.late).replaceAll("-b", "-a").replaceAll("/b", "/a"),
        JSON.stringify(outputs.early),
      );
    });
  }

  it("depend on their resource, read late too", async () => {
    const { resources } = await run(async () => {
      const group = new aws.cloudwatch.LogGroup("a");
      await registered(group);
      new aws.cloudwatch.LogGroup("b", { name: group.arn });
    });
    const [a, b] = ["a", "b"].map((name) => resources.find((resource) => resource.name === name)!);
    assert.deepEqual(b!.propertyDependencies, { name: [a!.urn] });
  });

  it("can be replaced by a subclass", async () => {
    const { outputs } = await run(() => {
      const group = new aws.cloudwatch.LogGroup("a");
      Object.assign(group, { namePrefix: pulumi.output("mine") });
      return { prefix: group.namePrefix };
    });
    assert.deepEqual(outputs, { prefix: "mine" });
  });
});
