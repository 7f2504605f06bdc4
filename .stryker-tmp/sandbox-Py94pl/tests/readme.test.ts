// @ts-nocheck
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { projectFolder } from "../simulate/stack";
import { run } from "./support/stack";

describe("documentation", () => {
  const examples = ["README.md", "docs/migrate.md"].flatMap((file) => {
    const text = fs.readFileSync(path.join(projectFolder, file), "utf8");
    return [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, example]) => example!);
  });

  it("shows configurations", () => assert.ok(examples.length >= 10, `${examples.length} examples`));

  for (const text of examples) {
    it(`shows one that the program takes: ${text.split("\n").slice(0, 3).join(" ").trim()} …`, async () => {
      const document = parse(text.replace("sha256:…", `sha256:${"0".repeat(64)}`)) as Record<string, unknown>;
      const deployment = await run(document.config ?? document, { stack: "example" });
      assert.deepEqual(deployment.warnings, []);
    });
  }
});
