import assert from "node:assert/strict";
import { ConfigurationError, isGiven, Problem, Said, UserError } from "../../config/problems";

const problem = (got: unknown): Problem => ({ path: "a.b", got, allowed: "c", fix: "write c" });
const message = (...got: unknown[]): string => new ConfigurationError(got.map(problem), "dev").message;

describe("a configuration error", () => {
  it("counts its problems, and has each on a line of its own", () => {
    assert.equal(
      message(1),
      "1 problem in the configuration of stack dev:\n  a.b: got 1. Allowed: c. Fix: write c.",
    );
    assert.equal(
      message(1, "x"),
      '2 problems in the configuration of stack dev:\n  a.b: got 1. Allowed: c. Fix: write c.\n  a.b: got "x". Allowed: c. Fix: write c.',
    );
  });

  it("is the user's: its message alone is shown", () => {
    const error = new ConfigurationError([problem(1)], "dev");
    assert.ok(error instanceof UserError);
    assert.equal(error.stack, undefined);
  });

  it("says that nothing would do yet where no name is there to be named", () => {
    const { message: told } = new ConfigurationError([{ ...problem("x"), allowed: "" }], "dev");
    assert.equal(told.split("\n  ")[1], 'a.b: got "x". Allowed: nothing yet. Fix: write c.');
  });

  const shown: [got: unknown, text: string][] = [
    [undefined, "got nothing"],
    [null, "got null"],
    ["", 'got ""'],
    [{ a: [1] }, 'got {"a":[1]}'],
    [new Said("set together with b"), "set together with b"],
    ["x".repeat(78), `got "${"x".repeat(78)}"`],
    ["x".repeat(79), `got "${"x".repeat(76)}…`],
    ["x".repeat(100_000), `got "${"x".repeat(76)}…`],
  ];
  for (const [got, text] of shown) {
    it(`shows ${text.slice(0, 30)} of ${text.length} characters`, () =>
      assert.equal(message(got).split("\n  ")[1], `a.b: ${text}. Allowed: c. Fix: write c.`));
  }
});

describe("what the user wrote himself", () => {
  it("is told from defaults, and from what every object has", () => {
    assert.equal(isGiven({ a: undefined }, "a"), true);
    assert.equal(isGiven({}, "a"), false);
    for (const raw of [null, undefined, "a", 1]) assert.equal(isGiven(raw, "length"), false);
    assert.equal(isGiven({}, "constructor"), false);
  });
});
