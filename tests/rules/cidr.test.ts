import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalRange, isRange, isVpcRange } from "../../rules/cidr";

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
    ["1110.0.0.0/8", undefined],
    ["a10.0.0.0/8", undefined],
    ["10.0.0.0/8x", undefined],
    ["10.0.0.0/811", undefined],
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

describe("the range of a VPC", () => {
  const taken = [
    ...["10.0.0.0/16", "10.255.0.0/16", "10.0.0.0/20", "10.0.240.0/20", "10.1.128.0/17", "10.1.64.0/18"],
    ...["172.16.0.0/16", "172.31.0.0/16", "172.31.240.0/20", "192.168.0.0/16", "192.168.240.0/20"],
  ];
  for (const range of taken) it(`may be ${range}`, () => assert.equal(isVpcRange(range), true));

  const refused: [why: string, ranges: string[]][] = [
    [
      "too large or too small",
      ["10.0.0.0/15", "10.0.0.0/8", "172.16.0.0/12", "10.0.0.0/21", "192.168.0.0/24"],
    ],
    [
      "public",
      ["9.0.0.0/16", "11.0.0.0/16", "172.15.0.0/16", "172.32.0.0/16", "192.167.0.0/16", "192.169.0.0/16"],
    ],
    ["public as well", ["100.64.0.0/16", "193.168.0.0/16", "173.16.0.0/16", "110.0.0.0/16"]],
    ["not on its boundary", ["10.0.1.0/16", "10.0.0.1/16", "10.0.8.0/20", "10.0.64.0/17", "172.16.16.0/19"]],
    [
      "in another form",
      ["10.00.0.0/16", "10.0.0.0/016", "10.0.0.0", "10.0.0.0/", "10.0.0.0/16/", " 10.0.0.0/16"],
    ],
    [
      "none",
      ["10.256.0.0/16", "10.0.0.256/16", "10.0.0/16", "10.0.0.0.0/16", "10.0.0.0/16.0", "fd00::/16", ""],
    ],
  ];
  for (const [why, ranges] of refused) {
    it(`is not ${why}`, () => {
      for (const range of ranges) assert.equal(isVpcRange(range), false, range);
    });
  }
});
