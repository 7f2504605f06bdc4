import assert from "node:assert/strict";
import { z } from "zod";
import { fieldsOf } from "../../config/described";
import { readFields } from "../../config/fields";
import { Problem, Said } from "../../config/problems";

describe("fields", () => {
  const item = z.strictObject({ to: z.string(), port: z.int().meta({ allowed: "a port" }) });
  const schema = z.strictObject({
    size: z.int().min(1).default(2).meta({ allowed: "1 or more" }),
    name: z.string().optional(),
    list: z.array(item).default([]).meta({ allowed: "a list" }),
    tags: z
      .record(z.string().regex(/^[a-z]+$/), z.string())
      .default({})
      .meta({ allowed: "letters → text" }),
    limits: z
      .record(z.string(), z.int().meta({ allowed: "a number" }))
      .optional()
      .meta({ allowed: "name → number" }),
    kind: z
      .discriminatedUnion("type", [
        z.strictObject({ type: z.literal("a"), x: z.int().meta({ allowed: "the x of a" }) }),
        z.strictObject({ type: z.literal("b"), x: z.int().meta({ allowed: "the x of b" }) }),
      ])
      .optional()
      .meta({ allowed: "of type a or b" }),
  });
  const read = (raw: unknown): [object, string[]] => {
    const problems: Problem[] = [];
    const good = readFields(schema, raw, "s", problems);
    return [
      good,
      problems.map(({ path, got, allowed, fix }) =>
        [path, got instanceof Said ? got.text : JSON.stringify(got), allowed, fix].join(" | "),
      ),
    ];
  };
  const defaults = { size: 2, list: [], tags: {}, name: undefined, kind: undefined, limits: undefined };

  it("that are left out have their defaults", () => assert.deepEqual(read({}), [defaults, []]));

  for (const raw of ["x", 1, null, undefined, true, [1]]) {
    it(`are no ${JSON.stringify(raw)}`, () =>
      assert.deepEqual(read(raw), [
        {},
        [`s | ${JSON.stringify(raw) ?? ""} | an object | write its keys below s:`],
      ]));
  }

  const table: [what: string, raw: object, good: object, problems: string[]][] = [
    [
      "a bad one hides no good one",
      { size: 0, name: "n" },
      { list: [], tags: {}, name: "n", kind: undefined, limits: undefined },
      ["s.size | 0 | 1 or more | use an allowed value, or leave it out for 2"],
    ],
    [
      "one that nobody knows is named with those that are",
      { sizes: 1 },
      defaults,
      ["s.sizes | unknown key | size, name, list, tags, limits, kind | write size"],
    ],
    [
      "one below a list is named by its place",
      {
        list: [
          { to: "a", port: 1 },
          { to: "a", port: "x", prt: 1 },
        ],
      },
      { size: 2, tags: {}, name: undefined, kind: undefined, limits: undefined },
      [
        's.list.1.port | "x" | a port | use an allowed value',
        "s.list.1.prt | unknown key | to, port | write port",
      ],
    ],
    [
      "what says nothing itself says what is around it",
      { list: [{ to: 1, port: 1 }] },
      { size: 2, tags: {}, name: undefined, kind: undefined, limits: undefined },
      ['s.list.0.to | 1 | a list | write "1", in quotes'],
    ],
    [
      "a list is no text, and its default is not repeated",
      { list: "x" },
      { size: 2, tags: {}, name: undefined, kind: undefined, limits: undefined },
      ['s.list | "x" | a list | write [{ to: "x", port: … }]'],
    ],
    [
      "a name that is not allowed is shown",
      { tags: { A1: "x" } },
      { size: 2, list: [], name: undefined, kind: undefined, limits: undefined },
      ['s.tags.A1 | got the name "A1" | letters → text | use an allowed value'],
    ],
    [
      "of several kinds the one that is meant speaks",
      { kind: { type: "b", x: "1" } },
      { size: 2, list: [], tags: {}, name: undefined, limits: undefined },
      ['s.kind.x | "1" | the x of b | write 1, without quotes'],
    ],
    [
      "a kind that there is not",
      { kind: { type: "c" } },
      { size: 2, list: [], tags: {}, name: undefined, limits: undefined },
      ['s.kind.type | "c" | of type a or b | use an allowed value'],
    ],
    [
      "a value below a name of the user's has words of its own",
      { limits: { a: 1, b: "x" } },
      { size: 2, list: [], tags: {}, name: undefined, kind: undefined },
      ['s.limits.b | "x" | a number | use an allowed value'],
    ],
    [
      "a text where something has keys, at any depth",
      { kind: "a", list: ["x"], limits: "x" },
      { size: 2, tags: {}, name: undefined },
      [
        's.list.0 | "x" | a list | write { to: "x", port: … }',
        's.limits | "x" | name → number | use an allowed value',
        's.kind | "a" | of type a or b | use an allowed value',
      ],
    ],
    [
      "nothing where something has keys",
      { kind: null },
      { size: 2, list: [], tags: {}, name: undefined, limits: undefined },
      ["s.kind | null | of type a or b | use an allowed value"],
    ],
  ];
  for (const [what, raw, good, problems] of table) {
    it(what, () => assert.deepEqual(read(raw), [good, problems]));
  }

  it("are described once for each schema", () => assert.equal(fieldsOf(schema), fieldsOf(schema)));
});
