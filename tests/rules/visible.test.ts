import assert from "node:assert/strict";
import * as fc from "fast-check";
import { visible, visibleInColor } from "../../rules/visible";

describe("text for a terminal", () => {
  it("shows what a terminal would obey", () => {
    assert.equal(
      visible("a\u001b]0;title\u0007\r\u009b2J\u007f\u202eb"),
      "a\\u001b]0;title\\u0007\\u000d\\u009b2J\\u007f\\u202eb",
    );
    assert.equal(visible("naïve\t€ 😀 日本\n"), "naïve\t€ 😀 日本\n");
  });

  it("holds nothing that acts, whatever it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        // eslint-disable-next-line no-control-regex -- that is what is looked for
        assert.doesNotMatch(visible(text), /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
        assert.equal(visible(visible(text)), visible(text));
      }),
    );
  });

  it("keeps colours where they are wanted, and ends them", () => {
    assert.equal(visibleInColor("\u001b[1;31mred\u001b[2J"), "\u001b[1;31mred\\u001b[2J\u001b[0m");
    assert.equal(visibleInColor("\u001b[31ma\u001b[32mb"), "\u001b[31ma\u001b[32mb\u001b[0m");
    assert.equal(visibleInColor("plain"), "plain");
  });
});
