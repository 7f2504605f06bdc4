// @ts-nocheck
import assert from "node:assert/strict";
import fc from "fast-check";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { toJunit } from "../../smoke/report";
import type { Result } from "../../smoke/run";

describe("the JUnit report", () => {
  const text = fc.string({ unit: "binary", minLength: 1 });
  const result = (name: string, got: string): Result => ({
    name,
    outcome: "failed",
    detail: got,
    milliseconds: 1234.5,
    tries: 2,
    failure: { expected: "this", got, fix: "that" },
  });

  it("is well-formed whatever an answer holds, and loses nothing that XML can say", () =>
    fc.assert(
      fc.property(text, text, (name, got) => {
        const xml = toJunit({ stack: "dev", url: "https://a.test/?<&\"'>", results: [result(name, got)] });
        assert.equal(XMLValidator.validate(xml), true);
        assert.doesNotMatch(xml, /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u);
      }),
    ));

  it("is read back as it was", () => {
    const got = `200 <b title="&amp;">it's</b> \u0000\ud800 €😀`;
    const xml = toJunit({ stack: "dev", url: "https://a.test/", results: [result("GET /{id+}", got)] });
    const { testsuites } = new XMLParser({ ignoreAttributes: false, parseTagValue: false }).parse(xml) as {
      testsuites: { "@_time": string; testsuite: { testcase: Record<string, unknown> } };
    };
    assert.equal(testsuites["@_time"], "1.234");
    assert.deepEqual(testsuites.testsuite.testcase, {
      "@_name": "GET /{id+}",
      "@_classname": "smoke.dev",
      "@_time": "1.234",
      failure: {
        "@_message": `expected this, got 200 <b title="&amp;">it's</b> \ufffd\ufffd €😀`,
        "#text": "fix: that\ntries: 2",
      },
    });
  });
});
