import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missingProgram } from "../../../local/image/installed";

describe("the program that a process is started with", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "installed-"));
    for (const [place, program] of [
      ["venv", "uvicorn"],
      ["bin", "python3"],
    ] as const) {
      mkdirSync(join(folder, place));
      writeFileSync(join(folder, place, program), "");
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const missing = (word: string, installed = true): string | undefined =>
    missingProgram(
      [word, "--port", "8000"],
      { files: new Map([["/app/run.sh", "run.sh"]]) },
      installed ? { binaries: join(folder, "venv") } : {},
      [join(folder, "bin")],
    );
  const says = (word: string): string =>
    `it is started with ${word}, which neither this machine nor what is installed for it has: what RUN makes is not made here. Fix: name ` +
    "its package in a requirements.txt or pyproject.toml that the Dockerfile copies, or run it in a container (--tasks containers)";

  for (const word of [
    "uvicorn",
    "/venv/bin/uvicorn",
    "python3",
    "/usr/local/bin/python3",
    "/app/run.sh",
    "./run.sh",
  ]) {
    it(`${word} is there`, () => assert.equal(missing(word), undefined));
  }
  for (const word of ["gunicorn", "/opt/venv/bin/gunicorn", "/entrypoint.sh"]) {
    it(`${word} is not, and the fix is said`, () => assert.equal(missing(word), says(word)));
  }
  it("an absolute path is not where nothing is installed", () => {
    assert.equal(missing("/venv/bin/uvicorn", false), says("/venv/bin/uvicorn"));
    assert.equal(missing("/usr/bin/python3", false), undefined);
  });
});
