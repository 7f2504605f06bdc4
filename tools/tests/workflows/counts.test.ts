import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";

const script = path.resolve(__dirname, "../../../.ci/counts");

describe("what CI counts of one of its parts", () => {
  const parts: [what: string, exitCode: number, printed: string, counted: string][] = [
    ["mocha", 0, "    ✔ an alarm (12ms)\n\n  3467 passing (5m)\n  2 pending\n", "3467 0"],
    ["mocha that failed", 2, "  20 passing (4s)\n  2 failing\n\n  1) an alarm:\n     3 failed\n", "20 2"],
    [
      "a title with numbers in it",
      0,
      "  ✔ flask: 0 of 1 new task, 3 failed; 2 old\n  1 passing (4ms)\n",
      "1 0",
    ],
    [
      "pytest, more than once",
      0,
      "===== 250 passed in 1.20s =====\n===== 16 passed in 0.31s =====\n",
      "266 0",
    ],
    [
      "pytest that failed",
      1,
      "FAILED test_app.py::test_page\n=== 1 failed, 20 passed, 1 error in 0.31s ===\n",
      "20 2",
    ],
    [
      "a script of this project",
      0,
      "11 passed, 0 failed, 3 skipped\nPassed in 166 s: 0 lost\n6 passed, 0 failed\n",
      "17 0",
    ],
    ["what has no tests", 0, "All files are formatted\n", "1 0"],
    ["what has no tests and failed", 1, "[warn] index.ts\n", "0 1"],
    ["what passed its tests and failed", 1, "  20 passing (4s)\nThe line is dead\n", "20 1"],
  ];
  for (const [what, exitCode, printed, counted] of parts)
    it(`${what}: ${counted}`, () => {
      const { stdout, status } = spawnSync(script, [String(exitCode)], { input: printed, encoding: "utf8" });
      assert.deepEqual({ stdout, status }, { stdout: `${counted}\n`, status: 0 });
    });
});
