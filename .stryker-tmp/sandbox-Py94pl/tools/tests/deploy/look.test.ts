// @ts-nocheck
import assert from "node:assert/strict";
import type { Observed } from "../../deploy/judge";
import { look } from "../../deploy/look";
import { observe } from "../../deploy/observe";
import { progressLine } from "../../deploy/report";
import type { Target } from "../../deploy/state";
import { flask, recorded, taskDefinition, withAws } from "./aws";

/** A clock that only sleeping moves. */
function pace(limitSeconds: number) {
  let time = 1_000_000;
  const sleeps: number[] = [];
  const lines: string[] = [];
  return {
    sleeps,
    lines,
    options: {
      limitSeconds,
      now: () => time,
      sleep: (milliseconds: number) => {
        sleeps.push(milliseconds);
        time += milliseconds;
        return Promise.resolve();
      },
      progress: (verdict: Parameters<typeof progressLine>[0], seconds: number) =>
        void lines.push(progressLine(verdict, seconds)),
    },
  };
}

const target = (service: string): Target => ({ ...flask, service });
const observed = (rolloutState: string): Observed => ({
  status: "ACTIVE",
  deployments: [
    {
      status: "PRIMARY",
      taskDefinition: taskDefinition(8),
      rolloutState,
      reason: undefined,
      running: 1,
      desired: 1,
      failed: 0,
    },
  ],
  newest: undefined,
  events: [],
});

describe("deploy: look", () => {
  it("waits for a deployment in progress, and tells what changes", async () => {
    await withAws(recorded("in-progress"), async (aws) => {
      const { options, sleeps, lines } = pace(600);
      const { ecs } = aws.clients();
      const verdicts = await look([flask], (targets) => observe(ecs, targets), options);
      assert.deepEqual(
        verdicts.map(({ kind }) => kind),
        ["steady"],
      );
      assert.deepEqual(sleeps, [5000, 7500]);
      assert.deepEqual(lines, [
        "flask: 0 of 2 tasks of flask-app-fargate-prod-flask:8 running (0 s)",
        "flask: 1 of 2 tasks of flask-app-fargate-prod-flask:8 running (5 s)",
      ]);
      assert.equal(aws.inputs("DescribeServices").length, 3);
    });
  });

  it("looks once where nothing is on its way", async () => {
    const { options, sleeps, lines } = pace(600);
    await look([flask], () => Promise.resolve([observed("COMPLETED")]), options);
    assert.deepEqual([sleeps, lines], [[], []]);
  });

  it("gives up at the limit, having looked at the very end", async () => {
    const { options, sleeps, lines } = pace(60);
    const [verdict] = await look([flask], () => Promise.resolve([observed("IN_PROGRESS")]), options);
    assert.equal(verdict?.kind, "waiting");
    assert.equal(
      sleeps.reduce((sum, sleep) => sum + sleep),
      60_000,
    );
    assert.ok(Math.max(...sleeps) <= 30_000);
    // What does not change is said once.
    assert.equal(lines.length, 1);
  });

  it("with no time at all it looks once", async () => {
    const { options, sleeps } = pace(0);
    await look([flask], () => Promise.resolve([observed("IN_PROGRESS")]), options);
    assert.deepEqual(sleeps, []);
  });

  it("asks again only for those on their way, and answers in order", async () => {
    const { options } = pace(600);
    const asked: string[][] = [];
    const see = (targets: readonly Target[]) => {
      asked.push(targets.map(({ service }) => service));
      const state = (service: string) => (service === "b" && asked.length < 3 ? "IN_PROGRESS" : "COMPLETED");
      return Promise.resolve(targets.map(({ service }) => observed(state(service))));
    };
    const verdicts = await look(["a", "b", "c"].map(target), see, options);
    assert.deepEqual(asked, [["a", "b", "c"], ["b"], ["b"]]);
    assert.deepEqual(
      verdicts.map(({ service, kind }) => [service, kind]),
      [
        ["a", "steady"],
        ["b", "steady"],
        ["c", "steady"],
      ],
    );
  });
});
