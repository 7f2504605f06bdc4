import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { parseYaml } from "../../simulate/yaml";

const read = (text: string): unknown => parseYaml(text, "Pulumi.dev.yaml");

describe("YAML of a stack's file", () => {
  // What `pulumi config --json` (3.265) says of each.
  const values: [written: string, read: unknown][] = [
    ["5", 5],
    ["+5", 5],
    ["-0x1F", -31],
    ["010", 8],
    ["-010", -8],
    ["0777", 511],
    ["0o17", 15],
    ["0b101", 5],
    ["0x1F", 31],
    ["0x_1", 1],
    ["0_8", 8],
    ["08", 8],
    ["09.5", 9.5],
    ["012345678901", 12345678901],
    ["1_000", 1000],
    ["1__0", 10],
    ["1_0.5", 10.5],
    [".5", 0.5],
    ["1.", 1],
    ["1.10", 1.1],
    ["1e3", 1000],
    ["123456789012345678901234", 1.2345678901234569e23],
    ["1e400", "1e400"],
    ["_1", "_1"],
    ["1e", "1e"],
    ["0x", "0x"],
    ["1:20", "1:20"],
    ["1.2.3", "1.2.3"],
    ["10.0.0.0/16", "10.0.0.0/16"],
    ["yes", "yes"],
    ["Off", "Off"],
    ["True", true],
    ["~", null],
    ["Null", null],
    ['"010"', "010"],
    ['!!int "7"', 7],
    ["!!str 5", "5"],
    ["!foo bar", "bar"],
    ["2020-01-01", "2020-01-01 00:00:00 +0000 UTC"],
    ["2020-1-1", "2020-01-01 00:00:00 +0000 UTC"],
    ["2020-01-01 3:4:5", "2020-01-01 03:04:05 +0000 UTC"],
    ["2020-01-01T03:04:05Z", "2020-01-01 03:04:05 +0000 UTC"],
    ["2020-01-01t03:04:05Z", "2020-01-01 03:04:05 +0000 UTC"],
    ["2020-01-01T03:04:05.25+02:00", "2020-01-01 03:04:05.25 +0200 +0200"],
    ["2020-13-01", "2020-13-01"],
    ["2020-02-30", "2020-02-30"],
    ["20200101", 20200101],
    ['"2020-01-01"', "2020-01-01"],
  ];
  for (const [written, expected] of values)
    it(`reads ${written} as Pulumi does`, () => assert.deepEqual(read(`a: ${written}`), { a: expected }));

  it("merges what stands in an anchor", () => {
    assert.deepEqual(read("a: &a { x: 1, y: 2 }\nb: { <<: *a, y: 3 }\n"), {
      a: { x: 1, y: 2 },
      b: { x: 1, y: 3 },
    });
  });

  const bomb = Array.from({ length: 9 }, (_, i) =>
    i === 0
      ? "a0: &a0 [1, 1, 1]"
      : `a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(", ")}]`,
  ).join("\n");
  const refused: [title: string, text: string, expected: string][] = [
    [
      "an alias without its anchor",
      "a: *none",
      "Pulumi.dev.yaml: this is no YAML. Unresolved alias (the anchor must be set before the alias): none.",
    ],
    [
      "an anchor in itself",
      "a: &a { x: *a }",
      "Pulumi.dev.yaml: this is no YAML. An anchor contains itself.",
    ],
    [
      "aliases without end",
      bomb,
      "Pulumi.dev.yaml: this is no YAML. Excessive alias count indicates a resource exhaustion attack.",
    ],
    [
      "a key that stands twice",
      "a: 1\na: 2",
      "Pulumi.dev.yaml, line 2, column 1: this is no YAML. Map keys must be unique.",
    ],
  ];
  for (const [title, text, message] of refused)
    it(`refuses ${title}, in one line`, () => {
      assert.throws(
        () => read(text),
        (error: unknown) => {
          assert.ok(pulumi.RunError.isInstance(error));
          assert.equal(error.message, message);
          return true;
        },
      );
    });
});
