import assert from "node:assert/strict";
import type { Outcome } from "../../local/gateway";
import { classify, percentile, tally, type Classified, type Failure } from "../../bench/outcomes";

const failure = (changes: Partial<Failure> = {}): Failure => ({
  phase: "killed",
  status: 503,
  requestId: "r1",
  seen: undefined,
  ...changes,
});
const outcome = (changes: Partial<Outcome> = {}): Outcome => ({
  requestId: "r1",
  method: "GET",
  path: "/",
  milliseconds: 1,
  status: 503,
  reason: "connect ECONNREFUSED 127.0.0.1:4711",
  task: "t1",
  sent: 1000,
  ...changes,
});
const killed = new Map([["t1", 900]]);

describe("the outcomes of a bench", () => {
  it("tells requests in flight on a killed task from those sent to it afterwards", () => {
    const reason = "503: connect ECONNREFUSED";
    assert.deepEqual(classify(failure(), outcome(), killed), {
      phase: "killed",
      cause: "sent to a killed task",
      reason,
    });
    assert.equal(
      classify(failure(), outcome({ sent: 900 }), killed).cause,
      "in flight on a killed task",
      "the moment itself",
    );
  });

  it("counts everything else as lost", () => {
    const lost: [Failure, Outcome | undefined, string][] = [
      [failure(), outcome({ task: "t2" }), "503: connect ECONNREFUSED"],
      // No task was chosen.
      [
        failure(),
        outcome({ task: undefined, sent: undefined, reason: "Cloud Map knows no healthy instance" }),
        "503: Cloud Map knows no healthy instance",
      ],
      // Answered by the task before it was killed: the kill is not why.
      [failure({ status: 500 }), outcome({ reason: undefined }), "500: the task's own answer"],
      // Between client and gateway.
      [failure({ status: undefined, requestId: undefined, seen: "ECONNRESET" }), undefined, "ECONNRESET"],
      [failure({ status: 200, seen: "wrong answer" }), undefined, "200: wrong answer"],
    ];
    for (const [given, at, reason] of lost) {
      assert.deepEqual(classify(given, at, killed), { phase: "killed", cause: "lost", reason });
    }
  });

  it("sums up the chosen phases, the most frequent reason first", () => {
    const failed = (phase: Classified["phase"], cause: Classified["cause"], reason: string): Classified => ({
      phase,
      cause,
      reason,
    });
    const failures = [
      failed("rolling", "lost", "a"),
      failed("rolling", "lost", "b"),
      failed("rolling", "lost", "b"),
      failed("killed", "in flight on a killed task", "c"),
      failed("killed", "sent to a killed task", "c"),
    ];
    const sent = new Map([["rolling", 100] as const, ["killed", 50] as const]);
    assert.deepEqual(tally(sent, failures, ["rolling"]), {
      sent: 100,
      lost: 3,
      inFlightOnKilled: 0,
      sentToKilled: 0,
      reasons: [
        { cause: "lost", reason: "b", count: 2 },
        { cause: "lost", reason: "a", count: 1 },
      ],
    });
    const both = tally(sent, failures, ["rolling", "killed", "rest"]);
    assert.deepEqual([both.sent, both.lost, both.inFlightOnKilled, both.sentToKilled], [150, 3, 1, 1]);
    assert.equal(both.reasons.length, 4);
  });

  it("takes percentiles by the nearest rank", () => {
    const values = Array.from({ length: 200 }, (_, index) => 200 - index);
    assert.equal(percentile(values, 50), 100);
    assert.equal(percentile(values, 99), 198);
    assert.equal(percentile(values, 100), 200);
    assert.equal(percentile(values, 0), 1);
    assert.equal(percentile([7], 50), 7);
    assert.ok(Number.isNaN(percentile([], 50)));
  });
});
