import assert from "node:assert/strict";
import { keysIn, keysOf } from "../support/schema-keys";
import { configurations } from "./support/configurations";

describe("the configurations of the tests under Pulumi's engine", () => {
  it(`are ${configurations.length}, and have every key of the schema`, () => {
    assert.ok(configurations.length >= 30);
    const missing = new Set(keysOf());
    for (const [, config] of configurations) for (const key of keysIn(config)) missing.delete(key);
    assert.deepEqual([...missing].sort(), []);
  });
});
