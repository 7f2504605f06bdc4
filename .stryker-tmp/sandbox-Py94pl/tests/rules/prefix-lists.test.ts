// @ts-nocheck
import assert from "node:assert/strict";
import { prefixListWeight } from "../../rules/prefix-lists";

describe("the rules that a prefix list counts as", () => {
  const table: [name: string, maxEntries: number | undefined, entries: number, weight: number][] = [
    ["office", 20, 3, 20],
    ["office", 1, 1, 1],
    ["com.amazonaws.global.cloudfront.origin-facing", 0, 45, 55],
    ["com.amazonaws.eu-west-2.s3", undefined, 5, 1],
    ["com.amazonaws.eu-west-2.dynamodb", 0, 3, 1],
    ["com.amazonaws.eu-west-2.route53-healthchecks", 0, 20, 25],
    ["com.amazonaws.eu-west-2.ipv6.vpc-lattice", 0, 1, 10],
    // One that AWS added since: at least what it has.
    ["com.amazonaws.eu-west-2.new", 0, 7, 7],
    ["com.amazonaws.eu-west-2.new", 0, 0, 1],
  ];
  for (const [name, maxEntries, entries, weight] of table) {
    it(`${name} with room for ${maxEntries ?? "nobody knows how many"}: ${weight}`, () =>
      assert.equal(prefixListWeight({ name, maxEntries, entries: Array(entries).fill({}) }), weight));
  }
});
