// @ts-nocheck
import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalRange, isRange } from "../../rules/cidr";

describe("an address range", () => {
  const table: [text: string, canonical: string | undefined][] = [
    ["10.1.0.0/16", "10.1.0.0/16"],
    ["10.1.2.3/16", "10.1.0.0/16"],
    ["10.1.2.3/32", "10.1.2.3/32"],
    ["255.255.255.255/1", "128.0.0.0/1"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["1.2.3.4/0", "0.0.0.0/0"],
    ["10.01.0.0/16", "10.1.0.0/16"],
    ["10.1.0.0/08", "10.0.0.0/8"],
    ["10.0.0.256/24", undefined],
    ["10.0.0.0/33", undefined],
    ["10.0.0.0", undefined],
    ["10.0.0/8", undefined],
    ["sg-0a", undefined],
    ["", undefined],
  ];
  for (const [text, canonical] of table) {
    it(`${text || "of nothing"} is ${canonical ?? "none"}`, () => {
      assert.equal(canonicalRange(text), canonical);
      assert.equal(isRange(text), text === canonical);
    });
  }

  it("has one form, which holds the address it was written with", () => {
    const byte = fc.nat(255);
    fc.assert(
      fc.property(byte, byte, byte, byte, fc.integer({ min: 1, max: 32 }), (a, b, c, d, bits) => {
        const canonical = canonicalRange(`${a}.${b}.${c}.${d}/${bits}`)!;
        assert.ok(isRange(canonical));
        assert.equal(canonicalRange(canonical), canonical);
        const binary = (address: string): string =>
          address
            .split(".")
            .map((part) => Number(part).toString(2).padStart(8, "0"))
            .join("");
        const [address = ""] = canonical.split("/");
        assert.equal(binary(address), binary(`${a}.${b}.${c}.${d}`).slice(0, bits).padEnd(32, "0"));
      }),
    );
  });
});
