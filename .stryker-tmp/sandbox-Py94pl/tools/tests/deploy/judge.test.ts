// @ts-nocheck
import assert from "node:assert/strict";
import { judge, type Kind, type Observed, type SeenDeployment } from "../../deploy/judge";

const expected = { service: "flask", taskDefinition: "flask:8" };

const deployment = (revision: number, rest: Partial<SeenDeployment> = {}): SeenDeployment => ({
  status: "PRIMARY",
  taskDefinition: `flask:${revision}`,
  rolloutState: "COMPLETED",
  reason: undefined,
  running: 2,
  desired: 2,
  failed: 0,
  ...rest,
});
const seen = (rest: Partial<Observed> = {}): Observed => ({
  status: "ACTIVE",
  deployments: [deployment(8)],
  newest: undefined,
  events: [],
  ...rest,
});
const newest = (status: string, revision = 8, reason?: string) => ({
  status,
  reason,
  taskDefinition: `flask:${revision}`,
});
const older = (rest: Partial<SeenDeployment> = {}) => deployment(7, { status: "ACTIVE", ...rest });
const tripped = { rolloutState: "FAILED", reason: "circuit breaker", running: 0, failed: 3 };

const table: [what: string, observed: Observed, kind: Kind, reason?: RegExp][] = [
  ["runs", seen(), "steady"],
  ["runs, its deployment on record", seen({ newest: newest("SUCCESSFUL") }), "steady"],
  ["runs, old tasks drain", seen({ deployments: [deployment(8), older()] }), "steady"],
  ["none is wanted", seen({ deployments: [deployment(8, { running: 0, desired: 0 })] }), "steady"],
  ["no rollout state is told", seen({ deployments: [deployment(8, { rolloutState: undefined })] }), "steady"],
  ["something else was rolled back once", seen({ newest: newest("ROLLBACK_SUCCESSFUL", 7) }), "steady"],
  [
    "a rollback of nobody knows what",
    seen({ newest: { ...newest("ROLLBACK_SUCCESSFUL"), taskDefinition: undefined } }),
    "steady",
  ],

  [
    "in progress",
    seen({ deployments: [deployment(8, { rolloutState: "IN_PROGRESS" }), older()] }),
    "waiting",
  ],
  [
    "in progress with failed tasks",
    seen({ deployments: [deployment(8, { rolloutState: "IN_PROGRESS", failed: 2 })] }),
    "waiting",
  ],
  ["a task is missing", seen({ deployments: [deployment(8, { running: 1 })] }), "waiting"],
  ["no deployment yet", seen({ deployments: [] }), "waiting"],
  ["not primary yet", seen({ deployments: [deployment(7)], newest: newest("PENDING") }), "waiting"],

  [
    "rolled back and steady",
    seen({ deployments: [deployment(7)], newest: newest("ROLLBACK_SUCCESSFUL", 8, "threshold exceeded") }),
    "rolled back",
    /^threshold exceeded$/,
  ],
  [
    "going back, the failed deployment still shown",
    seen({
      deployments: [
        deployment(7, { rolloutState: "IN_PROGRESS" }),
        deployment(8, { status: "ACTIVE", ...tripped }),
      ],
    }),
    "rolled back",
    /^circuit breaker$/,
  ],
  [
    "going back, in the words of ECS only",
    seen({
      deployments: [
        deployment(7, {
          rolloutState: "IN_PROGRESS",
          reason: "ECS deployment circuit breaker: rolling back to 7",
        }),
      ],
    }),
    "rolled back",
    /rolling back to 7/,
  ],
  [
    "asked to go back",
    seen({ deployments: [deployment(7)], newest: newest("ROLLBACK_REQUESTED") }),
    "rolled back",
  ],
  [
    "going back failed",
    seen({ deployments: [deployment(7)], newest: newest("ROLLBACK_FAILED") }),
    "rolled back",
  ],
  [
    "the same task definition deployed anew",
    seen({ newest: newest("ROLLBACK_SUCCESSFUL", 8, "a secret") }),
    "rolled back",
    /a secret/,
  ],

  [
    "the first deployment failed",
    seen({ deployments: [deployment(8, tripped)], newest: newest("ROLLBACK_FAILED", 8, "no candidate") }),
    "failed",
    /^circuit breaker no candidate$/,
  ],
  [
    "it failed without a record",
    seen({ deployments: [deployment(8, tripped)] }),
    "failed",
    /circuit breaker/,
  ],
  ["it was stopped", seen({ newest: newest("STOPPED", 8, "by hand") }), "failed", /by hand/],

  [
    "never reached",
    seen({ deployments: [deployment(7)], newest: newest("SUCCESSFUL", 7) }),
    "different",
    /somebody/,
  ],
  ["unknown history", seen({ deployments: [deployment(7)] }), "different", /No rollback is on record/],
  [
    "another rollback while it was never reached",
    seen({
      deployments: [deployment(6, { reason: "rolling back to 6" })],
      newest: newest("ROLLBACK_IN_PROGRESS", 7, "of 7"),
    }),
    "different",
    /No rollback is on record/,
  ],
  [
    "stopped before",
    seen({ deployments: [deployment(7)], newest: newest("STOPPED", 8) }),
    "different",
    /stopped/,
  ],

  ["draining", seen({ status: "DRAINING" }), "going", /DRAINING/],
  ["deleted", seen({ status: "INACTIVE", deployments: [] }), "going", /INACTIVE/],
  ["no such service", seen({ status: undefined, deployments: [] }), "missing", /no such service/],
];

describe("deploy: judge", () => {
  for (const [what, observed, kind, reason] of table) {
    it(`${what}: ${kind}`, () => {
      const verdict = judge(expected, observed);
      assert.equal(verdict.kind, kind);
      if (reason) assert.match(verdict.reason ?? "", reason);
    });
  }

  it("names both revisions, and counts the tasks of each side", () => {
    const verdict = judge(
      expected,
      seen({ deployments: [deployment(7, { running: 1 }), deployment(8, { status: "ACTIVE", ...tripped })] }),
    );
    assert.equal(verdict.taskDefinition, "flask:8");
    assert.equal(verdict.runs, "flask:7");
    assert.deepEqual(verdict.tasks, { running: 1, desired: 2, failed: 3 });
  });

  it("says a reason once", () => {
    const reason = "the same";
    const verdict = judge(
      expected,
      seen({
        deployments: [deployment(8, { ...tripped, reason })],
        newest: newest("ROLLBACK_FAILED", 8, reason),
      }),
    );
    assert.equal(verdict.reason, reason);
  });
});
