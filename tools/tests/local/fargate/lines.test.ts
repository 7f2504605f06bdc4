import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import * as fc from "fast-check";
import { eachLine, longestLine } from "../../../local/fargate/lines";

function linesOf(chunks: readonly Buffer[], longest?: number): string[] {
  const stream = new PassThrough({ highWaterMark: 64 * 1024 * 1024 });
  const lines: string[] = [];
  eachLine(stream, (line) => lines.push(line), longest);
  for (const chunk of chunks) stream.emit("data", chunk);
  stream.emit("end");
  return lines;
}

describe("the lines of a task's output", () => {
  it("end at line feeds, with or without a carriage return, and the last one without any", () => {
    assert.deepEqual(linesOf([Buffer.from("a\r\nb\n\nc"), Buffer.from("d")]), ["a", "b", "", "cd"]);
  });

  it("are the same however the stream is cut", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: "grapheme" }).filter((line) => !/[\r\n]/.test(line)),
          { minLength: 1 },
        ),
        fc.array(fc.nat(20)),
        (lines, cuts) => {
          let rest = Buffer.from(`${lines.join("\n")}\n`);
          const chunks = cuts.map((cut) => {
            const chunk = rest.subarray(0, cut);
            rest = rest.subarray(cut);
            return chunk;
          });
          assert.deepEqual(linesOf([...chunks, rest]), lines);
        },
      ),
    );
  });

  it("come in pieces when they are long, no character torn", () => {
    assert.deepEqual(linesOf([Buffer.from("abcdefgh\n")], 4), ["abcd", "efgh"]);
    assert.deepEqual(linesOf([Buffer.from("abc€defg\nx\n")], 4), ["abc", "€d", "efg", "x"]);
    assert.deepEqual(linesOf([Buffer.from("\u{1f600}".repeat(3))], 4), [
      "\u{1f600}",
      "\u{1f600}",
      "\u{1f600}",
    ]);
  });

  it("hold no more than a piece of a line of 32 MB", () => {
    const chunk = Buffer.alloc(64 * 1024, "x");
    const lines = linesOf(Array.from({ length: 512 }, () => chunk));
    assert.equal(lines.join("").length, 32 * 1024 * 1024);
    assert.ok(lines.every((line) => line.length <= longestLine));
  });
});
