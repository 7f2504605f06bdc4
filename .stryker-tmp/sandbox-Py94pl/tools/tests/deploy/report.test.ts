// @ts-nocheck
import assert from "node:assert/strict";
import { createColors } from "picocolors";
import { isGood, progressLine, type Result, toJson, toText } from "../../deploy/report";
import { taskDefinition } from "./aws";

const steady = (service: string): Result => ({
  service,
  taskDefinition: taskDefinition(8, service),
  kind: "steady",
  runs: taskDefinition(8, service),
  tasks: { running: 2, desired: 2, failed: 0 },
  reason: undefined,
  events: [],
  note: undefined,
  stopped: [],
});
const rolledBack: Result = {
  ...steady("reports"),
  kind: "rolled back",
  runs: taskDefinition(7, "reports"),
  tasks: { running: 1, desired: 1, failed: 3 },
  reason: "ECS deployment circuit breaker: tasks failed to start.",
  events: ["an event"],
  stopped: [
    {
      id: "abc",
      stoppedAt: "2025-11-24T16:03:20.123Z",
      code: "EssentialContainerExited",
      reason: "Essential container in task exited",
      count: 3,
      containers: [
        {
          name: "reports",
          exitCode: 1,
          reason: "OutOfMemoryError",
          health: "UNHEALTHY",
          log: ["one", "two"],
          logNote: undefined,
        },
        {
          name: "side",
          exitCode: undefined,
          reason: undefined,
          health: "UNKNOWN",
          log: [],
          logNote: "it never logged",
        },
      ],
    },
  ],
};
const url = "https://abc.execute-api.eu-west-2.amazonaws.com/";

describe("deploy: report", () => {
  it("a good one is short, and ends with the address", () => {
    assert.equal(
      toText({ stack: "prod", url, services: [steady("flask")] }),
      `
Second look: 1 service of stack prod

  ok    flask  flask-app-fargate-prod-flask:8, 2 of 2 tasks

  ${url}

`,
    );
  });

  it("a bad one names service, revisions, reason, tasks, containers and their last lines", () => {
    assert.equal(
      toText({ stack: "prod", url, services: [steady("flask"), rolledBack] }),
      `
Second look: 2 services of stack prod

  ok    flask    flask-app-fargate-prod-flask:8, 2 of 2 tasks
  FAIL  reports  rolled back: flask-app-fargate-prod-reports:7, 1 of 1 task

reports: rolled back
  expected  flask-app-fargate-prod-reports:8
  running   flask-app-fargate-prod-reports:7
  reason    ECS deployment circuit breaker: tasks failed to start.

  task abc stopped at 2025-11-24T16:03:20.123Z, and 2 more tasks alike
    EssentialContainerExited: Essential container in task exited
    reports: exit code 1, unhealthy, OutOfMemoryError
      | one
      | two
    side: never ran, it never logged

`,
    );
  });

  it("what ECS said, where no stopped task tells more", () => {
    const missing: Result = {
      ...rolledBack,
      kind: "missing",
      runs: undefined,
      stopped: [],
      events: ["first", "second"],
    };
    const text = toText({ stack: "prod", url, services: [missing] });
    assert.match(text, /FAIL {2}reports {2}missing\n/);
    assert.match(text, /running {3}nothing\n/);
    assert.match(text, /ECS said {2}first\n {12}second\n/);
  });

  it("notes of steady services too", () => {
    const text = toText({ stack: "prod", url, services: [{ ...steady("flask"), note: "less is known" }] });
    assert.match(text, /\nflask: less is known\n/);
  });

  it("colours only when told to", () => {
    const report = { stack: "prod", url, services: [rolledBack] };
    assert.ok(!toText(report).includes("\u001b"));
    assert.ok(toText(report, createColors(true)).includes("\u001b[31mFAIL"));
  });

  it("progress", () => {
    assert.equal(
      progressLine({ ...rolledBack, tasks: { running: 0, desired: 1, failed: 2 } }, 12),
      "reports: 0 of 1 task of flask-app-fargate-prod-reports:8 running, 2 failed (12 s)",
    );
  });

  it("JSON", () => {
    const json = JSON.parse(toJson({ exitCode: 1, stack: "prod", url, services: [rolledBack] })) as Record<
      string,
      unknown
    >;
    assert.deepEqual([json.ok, json.exitCode, json.stack, json.url], [false, 1, "prod", url]);
    assert.deepEqual(json.services, JSON.parse(JSON.stringify([rolledBack])));
    assert.equal((JSON.parse(toJson({ exitCode: 0 })) as { ok: boolean }).ok, true);
  });

  it("is good only if every service is steady", () => {
    assert.equal(isGood({ services: [steady("a"), steady("b")] }), true);
    assert.equal(isGood({ services: [steady("a"), rolledBack] }), false);
    assert.equal(isGood({ services: [{ ...steady("a"), kind: "waiting" }] }), false);
  });
});
