import assert from "node:assert/strict";
import * as fc from "fast-check";
import { columns, wrap, wrapLines } from "../../plan/columns";

const ways = [
  ["", "HTTP API + Cloud Map", "ECS Gateway, alone"],
  ["* endpoints in 1 zone", "37.39", "≥ 62.08"],
  ["  public addresses", "16.95", "≥ 141.64"],
];

describe("columns", () => {
  it("stand apart by two blanks, numbers to the right", () => {
    assert.deepEqual(columns(ways, { headings: 1 }), [
      "                       HTTP API + Cloud Map  ECS Gateway, alone",
      "* endpoints in 1 zone                 37.39             ≥ 62.08",
      "  public addresses                    16.95            ≥ 141.64",
    ]);
  });

  it("fold the headings of numbers first, which then stand on them", () => {
    assert.deepEqual(columns(ways, { headings: 1, width: 46 }), [
      "                                           ECS",
      "                       HTTP API +     Gateway,",
      "                        Cloud Map        alone",
      "* endpoints in 1 zone       37.39      ≥ 62.08",
      "  public addresses          16.95     ≥ 141.64",
    ]);
  });

  it("then fold the widest column of words, further lines indented", () => {
    const bill = [
      ["  network-logs: data through the endpoint", "0.286 GB × 0.01", "0.00"],
      ["Total", "", "37.39"],
    ];
    assert.deepEqual(columns(bill, { width: 48 }), [
      "  network-logs: data      0.286 GB × 0.01   0.00",
      "    through the endpoint",
      "Total                                      37.39",
    ]);
  });

  it("of short words always fit, and lose none", () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    const cell = fc.array(word, { minLength: 1, maxLength: 12 }).map((all) => all.join(" "));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, fc.constantFrom("1.00", "–", "≥ 123.45")), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.integer({ min: 40, max: 120 }),
        (rows, width) => {
          const lines = columns(rows, { width });
          for (const line of lines) assert.ok(line.length <= width, `${width}: ${line}`);
          const sorted = (texts: readonly string[]): string[] =>
            texts.join(" ").split(/\s+/).filter(Boolean).sort();
          assert.deepEqual(sorted(lines), sorted(rows.flat()));
        },
      ),
    );
  });
});

describe("wrap", () => {
  it("leaves alone what fits", () => assert.deepEqual(wrap("  as it  is", 11), ["  as it  is"]));

  it("breaks long words where they have joints", () => {
    assert.deepEqual(wrap("/aws/vendedlogs/apis/flask-app-fargate-dev", 20), [
      "/aws/vendedlogs/",
      "  apis/flask-app-",
      "  fargate-dev",
    ]);
  });

  it("keeps lines apart", () => assert.equal(wrapLines("one two\nthree", 5), "one\n  two\nthree"));

  it("never exceeds the width, and loses nothing but blanks", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^ {0,4}[a-z./:-]{1,60}( [a-z./:-]{1,60}){0,10}$/),
        fc.integer({ min: 12, max: 100 }),
        fc.constantFrom(0, 2),
        (text, width, hang) => {
          const lines = wrap(text, width, hang);
          for (const line of lines) assert.ok(line.length <= width, `${width}: ${line}`);
          assert.equal(lines.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
        },
      ),
    );
  });
});
