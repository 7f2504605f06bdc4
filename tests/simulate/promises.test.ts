import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { unknown } from "../../simulate/deployment";
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
      const properties = ["arn", "name", "retentionInDays", "kmsKeyId", "skipDestroy"] as const;
      const group = (name: string) =>
        new aws.cloudwatch.LogGroup(name, {
          name: "mine",
          retentionInDays: 7,
          kmsKeyId: pulumi.secret("key"),
        });
      const { outputs } = await run(
        async () => {
          const read = (resource: aws.cloudwatch.LogGroup) =>
            properties.map((property) => pulumi.output<unknown>(resource[property]));
          const early = read(group("early"));
          const second = group("late");
          await registered(second);
          await new Promise((resolve) => setImmediate(resolve));
          assert.deepEqual(
            properties.filter((property) => made(second, property)),
            [],
          );
          const late = read(second);
          return Object.fromEntries([...early, ...late].map((output, i) => [String(i), output]));
        },
        { preview },
      );
      const expected = preview
        ? [unknown, "mine", 7, "[secret]", unknown]
        : ["arn:aws:logs:eu-west-2:000000000000:log-group:mine", "mine", 7, "[secret]", undefined];
      const both = [...expected, ...expected];
      assert.deepEqual(
        both.map((_, i) => outputs[String(i)]),
        both,
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
