import assert from "node:assert/strict";
import * as fc from "fast-check";
import { decodePath, lostEncodings, writePath } from "../../../local/gateway/path";

describe("a rewritten path", () => {
  for (const [given, sent] of [
    ["/a b", "/a%20b"],
    ["/é/ü", "/%C3%A9/%C3%BC"],
    ["/a?admin=true", "/a"],
    ["/a#b", "/a%23b"],
    ["/100%", "/100%25"],
    ["/a%2Fb", "/a%2Fb"],
    ["/~a.b-c_d!$&'()*+,;=:@", "/~a.b-c_d!$&'()*+,;=:@"],
    ['/"<>\\^`{|}\u001b\n', "/%22%3C%3E%5C%5E%60%7B%7C%7D%1B%0A"],
    ["/😀", "/%F0%9F%98%80"],
  ] as const) {
    it(`${JSON.stringify(given)} is sent as ${sent}`, () => assert.equal(writePath(given), sent));
  }

  it("holds what a URL may hold, and means what it was", () => {
    const text = fc.string({ unit: "grapheme" }).filter((value) => !value.includes("?"));
    fc.assert(
      fc.property(text, (value) => {
        const path = writePath(`/${value.replaceAll("%", "")}`);
        assert.match(path, /^\/([\w.~!$&'()*+,;=:@/-]|%[0-9A-F]{2})*$/);
        assert.equal(decodePath(path), `/${value.replaceAll("%", "")}`);
      }),
    );
  });

  it("spoils only the part that cannot be decoded", () =>
    assert.equal(decodePath("/a%20b/%FF/c%20d"), "/a b/%FF/c d"));

  it("tells which encodings it loses", () => {
    assert.equal(lostEncodings("/a%20b%C3%A9"), undefined);
    assert.equal(lostEncodings("/a%2fb%2F%3f"), "%2F, %3F");
  });
});
