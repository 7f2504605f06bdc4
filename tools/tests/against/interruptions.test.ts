import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder, toConfig } from "../../../simulate/stack";
import { simulate } from "../../../simulate/program";
import { Configuration, families, Family } from "../../../tests/engine/support/configurations";
import { Deployed, toDeployed } from "../../against/deployed";
import { noticesOf } from "../../against/people";
import { updateFrom } from "../../against/update";

/** The table of docs/limits.md against what `plan --against` says of every decision, made and taken back. */
describe("what an update interrupts", () => {
  const described = new Map<Configuration, Deployed[]>();
  const describe = async ({ stack, beside }: Family, config: Configuration): Promise<Deployed[]> => {
    const stacks = beside && { [beside.stack]: toConfig(beside.config) };
    const known =
      described.get(config) ??
      toDeployed(await simulate({ stack, config: toConfig(config), ...(stacks && { stacks }) }));
    described.set(config, known);
    return known;
  };

  it("is in docs/limits.md, with its length, and nothing else is", async function () {
    this.timeout(600_000);
    const lengths = new Map<string, number>();
    for (const family of families) {
      for (const config of Object.values(family.decisions)) {
        const [base, decided] = [await describe(family, family.base), await describe(family, config)];
        const updates = [updateFrom(base, decided), updateFrom(decided, base)];
        const seconds = Math.max(
          ...updates.flatMap((update) => noticesOf(update, []).map((notice) => notice.seconds)),
        );
        if (seconds > 0) for (const key of changedKeys(family.base, config)) lengths.set(key, seconds);
      }
    }
    assert.deepEqual(documented(), lengths);
  });
});

/** Keys of sections in which two configurations differ. */
function changedKeys(before: Configuration, after: Configuration): string[] {
  const fields = (config: Configuration): [string, string][] =>
    Object.entries(config).flatMap(([section, value]) =>
      Object.entries(Object(value) as object).map(([key, inner]): [string, string] => [
        `${section}.${key}`,
        JSON.stringify(inner),
      ]),
    );
  const [old, now] = [new Map(fields(before)), new Map(fields(after))];
  return [...new Set([...old.keys(), ...now.keys()])].filter((key) => old.get(key) !== now.get(key));
}

/** Key → seconds, as the table has them. */
function documented(): Map<string, number> {
  const text = fs.readFileSync(path.join(projectFolder, "docs", "limits.md"), "utf8");
  const section = /\n## Updates that interrupt\n(.*?)\n## /s.exec(text)?.[1] ?? "";
  const rows = [...section.matchAll(/^\| `([\w.]+)` *\|.*\| about (\d+) s *\|$/gm)];
  return new Map(rows.map(([, key = "", seconds]) => [key, Number(seconds)]));
}
