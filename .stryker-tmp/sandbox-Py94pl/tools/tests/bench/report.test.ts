// @ts-nocheck
import assert from "node:assert/strict";
import type { Cell } from "../../bench/legs";
import type { Tally } from "../../bench/outcomes";
import { onsets, problems, render, table, type Result } from "../../bench/report";

const counted = (sent: number, lost = 0): Tally => ({
  sent,
  lost,
  inFlightOnKilled: 0,
  sentToKilled: 0,
  reasons: lost > 0 ? [{ cause: "lost", reason: "503: connect ECONNREFUSED", count: lost }] : [],
});

const good = (): Result => ({
  settings: {
    second: 100,
    rate: 250,
    cacheSeconds: 45,
    lagSeconds: 30,
    drainSeconds: 60,
    healthInterval: 35,
    requests: 50_000,
    rollouts: 10,
  },
  main: {
    phases: {
      rest: counted(1000),
      rolling: counted(51_234),
      broken: counted(2000),
      killed: {
        sent: 3000,
        lost: 0,
        inFlightOnKilled: 4,
        sentToKilled: 56,
        reasons: [{ cause: "sent to a killed task", reason: "503: connect ECONNREFUSED", count: 56 }],
      },
      scaling: counted(4000),
    },
    rollouts: [74, 80, 75, 74, 74, 74, 74, 74, 74, 74],
    rolledBack: { done: true, seconds: 335.4 },
    kills: 2,
    latency: { rest: { p50: 4, p99: 20 }, rolling: { p50: 5, p99: 30 } },
    heldBack: 0,
  },
  controls: [
    { name: "no drain", mustLose: true, rolling: counted(100, 7), broken: undefined, rollouts: 2 },
    { name: "no health", mustLose: true, rolling: counted(100), broken: counted(50, 9), rollouts: 2 },
    { name: "hurried", mustLose: false, rolling: counted(100), broken: undefined, rollouts: 2 },
  ],
  sweep: [],
  seconds: 600.4,
});

const cell = (cacheSeconds: number, lagSeconds: number, lost: number | undefined): Cell => ({
  cacheSeconds,
  lagSeconds,
  tally: lost === undefined ? undefined : counted(500, lost),
});

describe("the report of a bench", () => {
  it("passes a run that lost nothing but in its controls and on killed tasks", () => {
    assert.deepEqual(problems(good()), []);
    const text = render(good());
    assert.match(text, /Passed in 600 s: 0 lost of 51,234 requests over 10 rolling deployments\./);
    assert.match(text, /Not measured on AWS/);
    assert.match(text, /\| Tasks lost to SIGKILL \(2\) +\| 3,000 +\| 0 +\| 4 +\| 56 +\|/);
    assert.match(text, /\| ratio +\| 1\.25 +\| 1\.50 +\|/);
    assert.match(text, /: 74 to 80, median 74; until a broken version was rolled back: 335\./);
    assert.match(text, /\| no health, broken version +\| lost +\| 503: connect ECONNREFUSED +\| 9 +\|/);
    assert.doesNotMatch(text, /too busy/);
  });

  const bad: [string, (result: Result) => unknown, RegExp][] = [
    [
      "a lost request while rolling",
      ({ main }) => (main.phases.rolling = counted(51_234, 1)),
      /^Rolling deployments: 1 /,
    ],
    [
      "a lost request while a broken version is rolled back",
      ({ main }) => (main.phases.broken = counted(9, 2)),
      /^A broken version, rolled back: 2 /,
    ],
    ["too few requests", ({ main }) => (main.phases.rolling = counted(49_999)), /^Only 49999 requests/],
    ["too few rollouts", ({ main }) => main.rollouts.pop(), /^Only 9 rollouts/],
    [
      "a broken version that stayed",
      ({ main }) => (main.rolledBack = { done: false, seconds: NaN }),
      /not rolled back/,
    ],
    [
      "a control that lost nothing",
      ({ controls }) => (controls[0] = { ...controls[0]!, rolling: counted(100) }),
      /means nothing: no drain/,
    ],
  ];
  for (const [name, change, expected] of bad) {
    it(`fails ${name}`, () => {
      const result = good();
      change(result);
      const found = problems(result);
      assert.equal(found.length, 1);
      assert.match(found[0] ?? "", expected);
      assert.match(render(result), /FAILED:\n- /);
    });
  }

  it("says where loss begins, and what was not tried", () => {
    const sweep = [
      cell(60, 0, 0),
      cell(90, 0, 5),
      cell(75, 0, 2),
      cell(60, 15, 0),
      cell(75, 15, undefined),
      cell(60, 30, undefined),
    ];
    assert.deepEqual(onsets(sweep), [
      "With a lag of 0 s, loss begins at a cache of 75 s.",
      "With a lag of 15 s nothing was lost up to a cache of 60 s.",
      "With a lag of 30 s nothing was tried.",
    ]);
    const text = render({ ...good(), sweep });
    assert.match(text, /\| Lost in one rollout \| cache 60 s \| cache 75 s \| cache 90 s \|/);
    assert.match(text, /\| lag 0 s +\| 0 of 500 +\| 2 of 500 +\| 5 of 500 +\|/);
    assert.match(text, /\| lag 15 s +\| 0 of 500 +\| not run/);
  });

  it("aligns its tables", () => {
    const expected = "| a    | b   |\n| ---- | --- |\n| long | x   |";
    assert.equal(table(["a", "b"], [["long", "x"]]), expected);
  });
});
