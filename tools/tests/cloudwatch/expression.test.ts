import * as assert from "node:assert/strict";
import { evaluate } from "../../cloudwatch/expression";
import type { Series } from "../../cloudwatch/store";

const none = undefined;

describe("metric math", () => {
  const series: Record<string, Series> = {
    a: [1, none, 3],
    b: [10, 20, 0],
    empty: [none, none, none],
    zero: [0, 0, 0],
  };
  const cases: [string, Series][] = [
    ["a", [1, none, 3]],
    ["a + b", [11, none, 3]],
    ["100 * a / b", [10, none, none]],
    ["-a", [-1, none, -3]],
    ["FILL(a, 0) * 2", [2, 0, 6]],
    ["FILL(a, REPEAT)", [1, 1, 3]],
    ["FILL(empty, 0)", [none, none, none]],
    ["SUM([a, b])", [11, 20, 3]],
    ["SUM([a, empty, 1])", [2, 1, 4]],
    ["MAX([a, b])", [10, 20, 3]],
    ["MIN([FILL(a, 5), b])", [1, 5, 0]],
    ["AVG([a, b])", [5.5, 20, 1.5]],
    ["SUM(a)", [4, 4, 4]],
    ["SUM(METRICS())", [11, 20, 3]],
    ["IF(b >= 10, a, 7)", [1, none, 7]],
    ["IF(b >= 10 AND a > 0, 1, 0)", [1, none, 0]],
    ["IF(b == 0 OR b > 15, 1, 0)", [0, 1, 1]],
    ["IF(zero, a, b)", [10, 20, 0]],
    ["TIME_SERIES(4)", [4, 4, 4]],
    ["a > 2", [0, none, 1]],
  ];
  for (const [expression, expected] of cases) {
    it(expression, () => assert.deepEqual(evaluate(expression, series), expected));
  }

  it("of requests for a task is the same whether a missing value is none or 0", () => {
    const seen: Record<string, Series> = {
      requests: [1200, none, none, 600, none],
      tasks: [2, 2, none, none, 1],
      api: [1200, 50, none, 600, none],
    };
    const filled = Object.fromEntries(
      Object.entries(seen).map(([id, one]) => [id, one.map((point) => point ?? 0)]),
    );
    const lines: [expression: string, expected: Series][] = [
      ["requests / tasks / (requests > 0)", [600, none, none, none, none]],
      ["SUM([requests, 0 * api]) / tasks / (api > 0)", [600, 0, none, none, none]],
    ];
    for (const [expression, expected] of lines)
      for (const series of [seen, filled])
        assert.deepEqual(evaluate(expression, series), expected, expression);
  });

  it("refuses what it does not know, with the expression", () => {
    assert.throws(() => evaluate("nobody + 1", series), /nobody \+ 1: nothing has the id nobody/);
    assert.throws(() => evaluate("RATE(a)", series), /RATE\(a\): no function RATE/);
    assert.throws(() => evaluate("[a, b]", series), /several series/);
    assert.throws(() => evaluate("a % b", series), /no operator %/);
  });
});
