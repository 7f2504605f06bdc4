import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder } from "../simulate/stack";

/** As GitHub makes them: https://github.com/gjtorikian/html-pipeline/blob/main/lib/html_pipeline/node_filter/table_of_contents_filter.rb */
const anchor = (heading: string): string =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/ /g, "-");

const read = (file: string): string => fs.readFileSync(path.join(projectFolder, file), "utf8");

const anchorsOf = (file: string): string[] =>
  [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchor(heading!.trim()));

describe("links between documents", () => {
  // By what git knows, so that who deletes tools/ still has a test that passes.
  const files = spawnSync("git", ["ls-files"], { cwd: projectFolder, encoding: "utf8" }).stdout.split("\n");
  const there = (found: string): boolean => {
    const name = found.replace(/\/$/, "");
    return name === "." || files.some((file) => file === name || file.startsWith(`${name}/`));
  };
  const documents = files.filter(
    (file) => file.endsWith(".md") && fs.existsSync(path.join(projectFolder, file)),
  );

  it("lead to files and headings that are there", () => {
    assert.ok(documents.includes("README.md"));
    const broken = documents.flatMap((document) =>
      [...read(document).matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, target]) => target!)
        .filter((target) => !/^[a-z]+:/.test(target))
        .filter((target) => {
          const [file = "", fragment] = target.split("#");
          const found = file === "" ? document : path.join(path.dirname(document), file);
          if (!there(found)) return true;
          return fragment !== undefined && documents.includes(found) && !anchorsOf(found).includes(fragment);
        })
        .map((target) => `${document}: ${target}`),
    );
    assert.deepEqual(broken, []);
  });

  it("lead from README to every document", () => {
    const found = new Set(["README.md"]);
    for (const document of found) {
      for (const [, target] of read(document).matchAll(/\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g)) {
        const file = path.join(path.dirname(document), target!);
        if (documents.includes(file)) found.add(file);
      }
    }
    // What lies beside recorded data or is read by a program explains that and nothing else.
    const told = documents.filter((file) => !/^(?:tools|simulate|\.github)\//.test(file));
    assert.deepEqual(
      told.filter((file) => !found.has(file)),
      [],
    );
  });
});
