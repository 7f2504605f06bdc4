import assert from "node:assert/strict";
import { serviceSchema } from "../../config/schema";
import { withBefore } from "../../service/before";
import * as task from "../../service/task";
import { find, problemsOf, run } from "../support/stack";

const context = { name: "flask", region: "eu-west-2", image: "repo@sha256:0", logGroup: "/ecs/flask" };
const definitions = task.containerDefinitions(
  serviceSchema.parse({ build: "./app", secrets: {}, environment: { MODE: "x" } }),
  context,
) as Record<string, unknown>[];
const command = ["python", "-m", "flask", "db", "upgrade"];
const flask = (values: object): object => ({ services: { flask: { build: "./app", ...values } } });
const service = "aws:ecs/service:Service";
const definition = "aws:ecs/taskDefinition:TaskDefinition";

describe("before a service's container", () => {
  it("runs a container of the same image, and waits until it has succeeded", () => {
    const [own, before, ...others] = withBefore({ command, timeout: 90 }, "flask", definitions) as Record<
      string,
      unknown
    >[];
    assert.deepEqual(own, {
      ...definitions[0],
      dependsOn: [{ containerName: "flask-before", condition: "SUCCESS" }],
    });
    const {
      image,
      user,
      readonlyRootFilesystem,
      linuxParameters,
      environment,
      mountPoints,
      logConfiguration,
    } = definitions[0]!;
    assert.deepEqual(before, {
      name: "flask-before",
      image,
      essential: false,
      user,
      readonlyRootFilesystem,
      linuxParameters,
      environment,
      mountPoints,
      logConfiguration,
      command,
      startTimeout: 90,
    });
    assert.deepEqual(others, []);
  });

  it("keeps what the container waits for besides, and leaves others alone", () => {
    const other = { name: "companion", dependsOn: [{ containerName: "flask", condition: "START" }] };
    const waiting = { ...definitions[0], dependsOn: [{ containerName: "collector", condition: "START" }] };
    const [own, before, last] = withBefore({ command, timeout: 90 }, "flask", [waiting, other]) as {
      name: string;
      dependsOn?: object[];
    }[];
    assert.deepEqual(own?.dependsOn, [
      { containerName: "collector", condition: "START" },
      { containerName: "flask-before", condition: "SUCCESS" },
    ]);
    assert.equal(before?.name, "flask-before");
    assert.equal(before.dependsOn, undefined);
    assert.equal(last, other);
  });

  it("waits itself for what has to be done before the service, such as the companion's opening of folders", () => {
    const open = { containerName: "companion-folders", condition: "SUCCESS" };
    const [own, before] = withBefore({ command, timeout: 90 }, "flask", [
      { ...definitions[0], dependsOn: [open] },
    ]) as { dependsOn?: object[] }[];
    assert.deepEqual(own?.dependsOn, [open, { containerName: "flask-before", condition: "SUCCESS" }]);
    assert.deepEqual(before?.dependsOn, [open]);
  });

  it("changes nothing where nothing runs before", () => {
    assert.equal(withBefore(undefined, "flask", definitions), definitions);
  });

  it("is in the task definition, and in how long a deployment may take", async () => {
    const deployment = await run(
      flask({ desiredCount: 10, before: { command: ["./migrate"], timeout: 100 } }),
    );
    const { inputs } = find(deployment, definition, "flask");
    const [own, before] = JSON.parse(inputs.containerDefinitions as string) as Record<string, unknown>[];
    assert.deepEqual(own?.dependsOn, [{ containerName: "flask-before", condition: "SUCCESS" }]);
    assert.deepEqual([before?.command, before?.startTimeout, before?.essential], [["./migrate"], 100, false]);
    // Ten tasks of 120 + 100 + 30 + 3 · 35 + 30 + 95 seconds, and half as much again.
    assert.equal(find(deployment, service, "flask").options.customTimeouts.create, "120m");
    const without = await run(flask({ desiredCount: 10 }));
    assert.equal(find(without, service, "flask").options.customTimeouts.create, "95m");
  });

  it("is written as a command alone, with all the time that Fargate gives", async () => {
    const deployment = await run(flask({ before: command }));
    const { inputs } = find(deployment, definition, "flask");
    const [, before] = JSON.parse(inputs.containerDefinitions as string) as Record<string, unknown>[];
    assert.deepEqual([before?.command, before?.startTimeout], [command, 120]);
  });

  it("refuses what is no command, and more time than Fargate gives", async () => {
    const shape = "Allowed: [program, argument, …]";
    assert.deepEqual(await problemsOf(flask({ before: "flask db upgrade" })), [
      `services.flask.before: got "flask db upgrade". ${shape}, or {command, timeout}. Fix: write { command: ["flask","db","upgrade"] }.`,
    ]);
    assert.deepEqual(await problemsOf(flask({ before: [] })), [
      `services.flask.before.command: got []. ${shape}. Fix: use an allowed value.`,
    ]);
    assert.deepEqual(await problemsOf(flask({ before: { command, timeout: 600, retries: 1 } })), [
      "services.flask.before.timeout: got 600. Allowed: 2–120. Fix: use an allowed value, or leave it out for 120.",
      "services.flask.before.retries: unknown key. Allowed: command, timeout. Fix: take it out.",
    ]);
  });
});
