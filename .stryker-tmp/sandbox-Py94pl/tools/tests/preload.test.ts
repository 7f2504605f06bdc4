// @ts-nocheck
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

const root = path.resolve(__dirname, "../..");

/** Runs a program with what commands are loaded by, and gives what it prints. */
function run(file: string): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ["-r", "./tools/preload.cjs", file], { cwd: root, encoding: "utf8" });
}

describe("what commands are loaded by", () => {
  const kept = path.join(root, "node_modules/.cache/flask-app-fargate");
  let folder = "";
  beforeEach(() => {
    fs.mkdirSync(path.join(root, ".local"), { recursive: true });
    folder = fs.mkdtempSync(path.join(root, ".local/preload-"));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
    for (const entry of entries()) fs.rmSync(path.join(kept, entry));
  });
  /** What is kept of the files of a test. */
  const entries = (): string[] =>
    fs.readdirSync(kept).filter((entry) => entry.includes(path.basename(folder)));
  const write = (name: string, text: string): string => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, text);
    return file;
  };

  it("compiles a file again once it has changed", () => {
    const file = write("a.ts", "const a: number = 1; console.log(a);");
    assert.equal(run(file).stdout, "1\n");
    assert.equal(entries().length, 1);
    assert.equal(run(file).stdout, "1\n");
    write("a.ts", "const a: number = 2; console.log(a);");
    assert.equal(run(file).stdout, "2\n");
    assert.equal(entries().length, 1);
  });

  it("tells lines of the source, the first time and later", () => {
    const file = write(
      "b.ts",
      "interface A {\n  a: 1;\n}\nconst a = {} as A;\nthrow new Error(String(a.a));\n",
    );
    for (const time of ["first", "second"]) assert.match(run(file).stderr, /b\.ts:5:7/, time);
  });

  it("gives Pulumi's SDK the packages it has to wait for", () => {
    const file = write(
      "c.ts",
      `const inSdk = require("node:module").createRequire("${root}/node_modules/@pulumi/pulumi/package.json");
       const shim = inSdk("./typescript-shim");
       console.log(typeof shim.createSourceFile, shim.version === require("${root}/node_modules/typescript").version);`,
    );
    assert.equal(run(file).stdout, "function true\n");
  });
});
