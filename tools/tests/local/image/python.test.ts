import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failureOf, findPython, requirementsOf } from "../../../local/image/python";

describe("the Python that runs tasks as processes", () => {
  const machine =
    (versions: Readonly<Record<string, string>>) =>
    (command: string): Promise<string> => {
      const version = versions[command];
      return version === undefined ? Promise.reject(new Error("ENOENT")) : Promise.resolve(`${version}\n`);
    };
  const table: [string, Record<string, string>, string][] = [
    ["the usual one", { python3: "3.12", "python3.13": "3.13" }, "python3"],
    [
      "one beside an old one, the newest first",
      { python3: "3.9", "python3.11": "3.11", "python3.13": "3.13" },
      "python3.13",
    ],
    ["the oldest that will do", { python3: "3.10", "python3.11": "3.11" }, "python3.11"],
    ["one without the 3", { python: "3.12" }, "python"],
    ["one that is newer than its name is known", { python3: "3.15" }, "python3"],
    [
      "one by its own word, not by its name",
      { python3: "3.9", "python3.13": "3.9", "python3.12": "3.12" },
      "python3.12",
    ],
  ];
  for (const [what, versions, command] of table) {
    it(`is ${what}`, async () => {
      assert.equal((await findPython(machine(versions))).command, command);
    });
  }

  const wanted: [string, Record<string, string>, string, string][] = [
    ["the image's, beside the usual one", { python3: "3.11", "python3.13": "3.13" }, "3.13", "python3.13"],
    [
      "the usual one where the image's is not here",
      { python3: "3.11", "python3.12": "3.12" },
      "3.13",
      "python3",
    ],
    ["the usual one where the image's is too old", { python3: "3.11", "python3.9": "3.9" }, "3.9", "python3"],
    [
      "never one that is not what its name says",
      { python3: "3.11", "python3.13": "3.12" },
      "3.13",
      "python3",
    ],
  ];
  for (const [what, versions, version, command] of wanted) {
    it(`is ${what}`, async () => {
      assert.equal((await findPython(machine(versions), version)).command, command);
    });
  }

  const needed = "Python 3.11 or later is needed to run the tasks as processes, and";
  const ways = "Install one (python3.12, for example), or start a Docker engine and leave --tasks out.";
  for (const [what, versions, found] of [
    ["too old", { python3: "3.9", python: "2.7" }, "`python3` is 3.9, `python` is 2.7"],
    ["none", {}, "neither `python3` nor `python` starts"],
  ] as const) {
    it(`is asked for where there is ${what}`, async () => {
      await assert.rejects(findPython(machine(versions)), { message: `${needed} ${found}. ${ways}` });
    });
  }

  const failures: [string, string, RegExp][] = [
    [
      "no network",
      "NewConnectionError: Temporary failure in name resolution",
      /connect this machine.*PIP_INDEX_URL\.$/,
    ],
    [
      "a read-only folder",
      "OSError: [Errno 30] Read-only file system: '.local/venvs'",
      /make that folder writable/,
    ],
    [
      "Debian's Python alone",
      "The virtual environment was not created successfully because ensurepip is not available",
      /python3-venv/,
    ],
    [
      "a wrong requirement",
      "ERROR: No matching distribution found for flaskk==1",
      /flaskk==1\nCorrect requirements\.txt\.$/,
    ],
  ];
  for (const [what, errors, message] of failures) {
    it(`says the way out of ${what}`, () => {
      const said = failureOf("install requirements.txt", "pip install", 1, errors);
      assert.match(said, message);
      assert.match(said, /^Could not install requirements\.txt: `pip install` ended with 1\.\n/);
    });
  }

  it("shows the end of a long output", () => {
    const errors = Array.from({ length: 100 }, (_, i) => `line ${i}`).join("\n");
    assert.equal(failureOf("x", "pip", 1, errors).split("\n").length, 8);
  });
});

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
    assert.rejects(
      requirements("[project\n"),
      /^Error: Could not read pyproject\.toml: [\s\S]*Expected ']'[\s\S]*Correct pyproject\.toml\.$/,
    ));
});

describe("packages that cannot be installed", () => {
  const fixes: [purpose: string, errors: string, fix: string][] = [
    ["install requirements.txt", "No matching distribution", "Correct requirements.txt."],
    [
      "install what package-lock.json names",
      "npm error code EUSAGE",
      "Correct package-lock.json: run npm install beside it.",
    ],
    [
      "install what package-lock.json names",
      "npm error code ENOTFOUND",
      "It asks the network and gets no answer: connect this machine, or tell npm a mirror by npm config set registry.",
    ],
    [
      "install requirements.txt",
      "[Errno -3] name resolution",
      "It asks the network and gets no answer: connect this machine, or tell pip a mirror by PIP_INDEX_URL.",
    ],
  ];
  for (const [purpose, errors, fix] of fixes)
    it(`end with the way out: ${fix}`, () =>
      assert.equal(
        failureOf(purpose, "x", 1, errors),
        `Could not ${purpose}: \`x\` ended with 1.\n  ${errors}\n${fix}`,
      ));
});
