// @ts-nocheck
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const project = resolve(__dirname, "..");
const cruiser = join(project, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");

/** A file, what it imports, and the rule that this breaks. */
type Case = [file: string, statement: string, rule: string | undefined];

const value = (from: string): string => `import * as found from "${from}";\nexport const out = found;\n`;
const type = (from: string): string => `import type { Out } from "${from}";\nexport type Through = Out;\n`;
const asked = (from: string): string => `export const out = () => import("${from}");\n`;

const cases: Case[] = [
  ["api.ts", value("./simulate/target"), "program"],
  ["config/schema.ts", type("../tools/target"), "program"],
  ["network/zones.ts", type("../simulate/target"), "program"],
  ["service/task.ts", asked("../tools/target"), "program"],
  ["rooms-to-come/door.ts", value("../tools/target"), "program"],
  ["cluster.ts", value("./bootstrap/target"), "program"],
  ["image.ts", value("./rules/target"), undefined],
  ["rules/names.ts", type("../config/target"), "rules"],
  ["rules/quotas.ts", value("node:fs"), "rules"],
  ["rules/zones.ts", value("@pulumi/pulumi"), "rules"],
  ["rules/routes.ts", value("./target"), undefined],
  ["simulate/stack.ts", type("../tools/target"), "simulate"],
  ["simulate/program.ts", asked("../index"), undefined],
  ["tools/plan/text.ts", value("../../network/target"), "tools"],
  ["tools/plan/json.ts", type("../../index"), "tools"],
  ["tools/plan/tree.ts", value("../../config/target"), undefined],
  ["tools/plan/values.ts", value("../../simulate/target"), undefined],
  ["tools/plan/columns.ts", value("../tests/target"), "tests"],
  ["simulate/vpc.ts", type("../tests/target"), "simulate, tests"],
  ["tests/api.test.ts", value("./target"), undefined],
  ["bootstrap/roles.ts", value("../rules/target"), "bootstrap"],
  ["bootstrap/state.ts", value("./target"), undefined],
  // Circles: of values; of a type and a value; through a third file, of types alone; of a part and its folder.
  ["api/a.ts", value("./b"), "no-circle"],
  ["service/a.ts", type("./b"), "no-circle"],
  ["tools/local/a.ts", type("./b"), "no-circle"],
  ["network.ts", type("./network/a"), "no-circle"],
];

/** The rest of each circle, which is reported once. */
const others: [file: string, statement: string][] = [
  ["api/b.ts", value("./a")],
  ["service/b.ts", value("./a")],
  ["tools/local/b.ts", type("./c")],
  ["tools/local/c.ts", type("./a")],
  ["network/a.ts", type("../network")],
];

describe("who may import whom", function () {
  this.timeout(60_000);
  let folder: string;
  let broken: Map<string, string>;

  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "imports-")));
    const write = (file: string, text: string) => {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    };
    const rooms = ["config", "network", "rules", "simulate", "tests", "tools", "tools/tests", "bootstrap"];
    for (const room of rooms) write(`${room}/target.ts`, "export type Out = 1;\nexport const out = 1;\n");
    write("index.ts", "export type Out = 1;\n");
    for (const [file, text] of [...cases, ...others]) write(file, text);
    const config = join(project, ".dependency-cruiser.mjs");
    const args = [cruiser, ".", "--config", config, "--output-type", "json"];
    const run = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    assert.equal(run.stderr, "");
    const { summary } = JSON.parse(run.stdout) as {
      summary: { violations: { from: string; rule: { name: string; severity: string } }[] };
    };
    broken = new Map();
    for (const { from, rule } of summary.violations) {
      assert.equal(rule.severity, "error");
      const before = broken.get(from);
      broken.set(from, before === undefined ? rule.name : [before, rule.name].sort().join(", "));
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [file, statement, rule] of cases) {
    it(`${file}: ${statement.split("\n")[0]} ${rule === undefined ? "is fine" : `breaks ${rule}`}`, () => {
      assert.equal(broken.get(file), rule);
    });
  }

  it("keeps the lint from passing", () => {
    const { scripts } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    assert.match(scripts.lint ?? "", /&& depcruise \.$/);
  });
});
