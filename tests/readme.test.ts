import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { projectFolder } from "../simulate/stack";
import { run } from "./support/stack";

describe("documentation", () => {
  const guides = fs.readdirSync(path.join(projectFolder, "docs")).filter((file) => file.endsWith(".md"));
  const examples = ["README.md", ...guides.map((file) => `docs/${file}`)].flatMap((file) => {
    const text = fs.readFileSync(path.join(projectFolder, file), "utf8");
    // A block in a list is indented as its item.
    return [...text.matchAll(/^( *)```yaml\n([\s\S]*?)^ *```/gm)].map(([, indent, example]) =>
      example!.replaceAll(new RegExp(`^${indent!}`, "gm"), ""),
    );
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
