import assert from "node:assert/strict";
import { ofDraining } from "../../../local/ecs/symptoms";

describe("a drain", () => {
  const table: [drain: number, served: number, said: RegExp | undefined][] = [
    [0, 0, undefined],
    [60, 60, undefined],
    [60, 59, undefined],
    [60, 0.1, /^It ended at once after SIGTERM: .* DRAIN_SECONDS is 60\./],
    [60, 20, /^It ended 20 s after SIGTERM: /],
  ];
  for (const [drain, served, said] of table) {
    it(`of ${drain} s that took ${served} s`, () => {
      const says = ofDraining(drain, served);
      if (said) assert.match(says ?? "", said);
      else assert.equal(says, undefined);
    });
  }
});
