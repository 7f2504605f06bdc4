import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requirementsOf } from "../../../local/image/python";

describe("a pyproject.toml", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "local-pyproject-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const requirements = async (text: string): Promise<string> => {
    const file = join(folder, "pyproject.toml");
    writeFileSync(file, text);
    return readFileSync(join(await requirementsOf(file, join(folder, "venvs")), "requirements.txt"), "utf8");
  };

  it("gives the dependencies of its project, and none where it names none", async () => {
    const named = '[project]\nname = "a"\ndependencies = ["fastapi>=0.115", "uvicorn[standard]"]\n';
    assert.equal(await requirements(named), "fastapi>=0.115\nuvicorn[standard]\n");
    assert.equal((await requirements("[tool.ruff]\nline-length = 100\n")).trim(), "");
  });

  it("that cannot be read is named, with the reason", () =>
    assert.rejects(requirements("[project\n"), /Could not read pyproject\.toml: .*Expected ']'/s));
});
