import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { needsNewProcess, watchProgram, type ProgramWatcher } from "../../local/program-watch";
import { until } from "./http";

describe("what decides which resources there are", () => {
  let project: string;
  let watcher: ProgramWatcher;
  let edits: string[][];
  const write = (file: string, text = "") => {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), text);
  };
  beforeEach(async () => {
    project = mkdtempSync(join(tmpdir(), "program-"));
    for (const file of [
      "Pulumi.yaml",
      "Pulumi.dev.yaml",
      "Pulumi.prod.yaml",
      "service.ts",
      "service/task.ts",
      "rules/a.ts",
    ])
      write(file);
    write("app/app.py");
    write("service/companion/run.sh");
    write("tools/plan.ts");
    edits = [];
    watcher = watchProgram(project, ["dev"], (files) => edits.push(files));
    await watcher.ready;
  });
  afterEach(async () => {
    await watcher.close();
    rmSync(project, { recursive: true });
  });

  it("is watched: the stack's files and the program, each burst once", async () => {
    for (const file of ["Pulumi.dev.yaml", "service.ts", "service/task.ts", "service/new.ts", "rules/a.ts"])
      write(file, "x");
    await until(() => edits.length > 0);
    assert.deepEqual(edits, [
      ["Pulumi.dev.yaml", "rules/a.ts", "service.ts", "service/new.ts", "service/task.ts"],
    ]);
  });

  it("is not another stack's file, an application, a script or a tool", async () => {
    for (const file of ["Pulumi.prod.yaml", "app/app.py", "service/companion/run.sh", "tools/plan.ts"])
      write(file, "x");
    write("Pulumi.yaml", "x");
    await until(() => edits.length > 0);
    assert.deepEqual(edits, [["Pulumi.yaml"]]);
  });

  it("needs a new process where this one has loaded it for itself", () => {
    assert.deepEqual(needsNewProcess(["service.ts", "rules/a.ts"]), ["rules/a.ts"]);
  });
});
