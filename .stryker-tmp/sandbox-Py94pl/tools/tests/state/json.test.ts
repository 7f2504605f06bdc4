// @ts-nocheck
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { quote, readJson } from "../../state/json";

describe("JSON in which every reader finds the same", () => {
  it("is read as it is", () =>
    fc.assert(
      fc.property(fc.jsonValue(), fc.boolean(), (value, pretty) => {
        const text = JSON.stringify(value, undefined, pretty ? 4 : undefined);
        assert.deepEqual(readJson(text), JSON.parse(text));
      }),
    ));

  for (const [text, key] of [
    ['{"type": "a", "type": "b"}', "type"],
    [String.raw`{"type": "a", "ty\u0070e": "b"}`, "type"],
    ['{"a": [{"x": {"y": 1}}, {"inputs": {}, "b": {"c": ":{"}, "inputs": {"c": 2}}]}', "inputs"],
    [String.raw`{"a\"{": 1, "b": {}, "a\"{": 2}`, 'a"{'],
  ] as const)
    it(`is not ${text}`, () =>
      assert.throws(() => readJson(text), {
        message: `It has the key ${JSON.stringify(key)} twice in one object.`,
      }));

  it("has the same key in two objects", () => {
    const text = '[{"a": {"b": 1}, "b": {"a": 1}}, {"a": 2}]';
    assert.deepEqual(readJson(text), JSON.parse(text));
  });

  it("is not what is no JSON", () => assert.throws(() => readJson("{,}"), SyntaxError));
});

describe("a value on a line", () => {
  it("stays on it, and is cut", () => {
    assert.equal(quote("\n::error::x\u001b[0m"), String.raw`"\n::error::x\u001b[0m"`);
    assert.equal(quote("x".repeat(300)), `"${"x".repeat(199)}…`);
    assert.equal(quote(undefined), "undefined");
  });
});
