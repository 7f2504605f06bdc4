import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder, toConfig } from "../../../simulate/stack";
import { simulate } from "../../../simulate/program";
import { Configuration, families, Family } from "../../../tests/engine/support/configurations";
import { Deployed, toDeployed } from "../../against/deployed";
import { noticesOf } from "../../against/people";
import { updateFrom } from "../../against/update";

const [dev] = families as readonly [Family, ...Family[]];
const network = (id: string): Configuration => ({
  ...dev.base,
  network: {
    existing: {
      ...{ vpcId: `vpc-${id}`, subnetIds: [`subnet-${id}`], routeTableIds: [`rtb-${id}`] },
      create: ["ecr.api", "ecr.dkr", "logs", "s3"],
    },
  },
});
const namespace = (name: string): Configuration => ({ ...dev.base, cluster: { namespace: name } });

/** From one of what is others' to another, which no decision of the families is. */
const further: readonly (readonly [Configuration, Configuration])[] = [
  [namespace("corp.internal"), namespace("group.internal")],
  [network("0a"), network("0b")],
];

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
    for (const [from, to] of further) {
      const update = updateFrom(await describe(dev, from), await describe(dev, to));
      const seconds = Math.max(...noticesOf(update, []).map((notice) => notice.seconds));
      for (const key of changedKeys(from, to)) lengths.set(key, seconds);
    }
    assert.deepEqual(documented(), lengths);
  });

  it("is nothing on the way from one namespace to another by none", async () => {
    const [from, to] = further[0]!;
    for (const [one, other] of [
      [from, dev.base],
      [dev.base, to],
    ] as const) {
      const notices = noticesOf(updateFrom(await describe(dev, one), await describe(dev, other)), []);
      assert.deepEqual(
        notices.filter(({ seconds }) => seconds > 0),
        [],
      );
    }
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
