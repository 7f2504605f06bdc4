import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

const root = path.resolve(__dirname, "..");

describe("setup.mjs", () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(tmpdir(), "setup-"));
    for (const file of ["setup.mjs", "package.json", "package-lock.json"])
      fs.copyFileSync(path.join(root, file), path.join(folder, file));
    fs.mkdirSync(path.join(folder, "bin"));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  /** @param npm what npm does, as a shell has it; left out, there is none */
  function run({ npm, node = [] }: { npm?: string; node?: string[] } = {}) {
    const bin = path.join(folder, "bin");
    if (npm !== undefined) fs.writeFileSync(path.join(bin, "npm"), `#!/bin/sh\n${npm}\n`, { mode: 0o755 });
    const { status, stderr } = spawnSync(process.execPath, [...node, path.join(folder, "setup.mjs")], {
      env: { PATH: npm === undefined ? bin : `${bin}:/usr/bin:/bin` },
      encoding: "utf8",
    });
    return { status, lines: stderr.trimEnd().split("\n") };
  }
  const pretend = (version: string): string[] => {
    const script = path.join(folder, "pretend.cjs");
    fs.writeFileSync(
      script,
      `Object.defineProperty(process, "version", { value: ${JSON.stringify(version)} });`,
    );
    return ["--require", script];
  };

  it("installs what is missing, and then nothing", () => {
    const npm = "mkdir -p node_modules && touch node_modules/.package-lock.json";
    assert.deepEqual(run({ npm }), {
      status: 0,
      lines: ["Installing the npm packages (once; about half a minute) …"],
    });
    assert.deepEqual(run({ npm: "exit 3" }), { status: 0, lines: [""] });
  });

  it("asks for a newer Node before anything else", () => {
    const { status, lines } = run({ npm: "exit 3", node: pretend("v18.19.0") });
    assert.equal(status, 1);
    assert.deepEqual(lines, [
      `Node 20 or later is needed, and \`node\` is v18.19.0 (${process.execPath}). Install it from https://nodejs.org/, or choose it ` +
        "with nvm, fnm or asdf.",
    ]);
    assert.equal(run({ npm: "exit 3", node: pretend("v24.1.0") }).status, 3);
  });

  const failures: [what: string, said: string, wayOut: RegExp][] = [
    ["no network", "npm error code EAI_AGAIN", /The registry does not answer: connect this machine/],
    ["a cache of root's", "npm error code EACCES", /npm may not write to .* or to its cache/],
    ["a full disk", "npm error code ENOSPC", /The disk is full\.$/],
    ["a lock file of another commit", "npm error code EUSAGE", /take both from one commit/],
    ["anything else", "npm error boo", /What npm said stands above; `npm ci` tries again\.$/],
  ];
  for (const [what, said, wayOut] of failures) {
    it(`says the way out of ${what}`, () => {
      const { status, lines } = run({ npm: `echo ${said} >&2; exit 7` });
      assert.equal(status, 7);
      assert.deepEqual(lines.slice(1, 2), [said]);
      assert.match(lines.at(-1) ?? "", /^The npm packages are not installed\. /);
      assert.match(lines.at(-1) ?? "", wayOut);
    });
  }

  it("says that npm is missing", () => {
    assert.match(run().lines.at(-1) ?? "", /^`npm` does not start: .*ENOENT\. It comes with Node/);
  });

  it("says that the folder cannot be written to", function () {
    // Root may write anywhere.
    if (process.getuid?.() === 0) this.skip();
    fs.chmodSync(folder, 0o500);
    const { status, lines } = run({ npm: "exit 3" });
    fs.chmodSync(folder, 0o700);
    assert.equal(status, 1);
    assert.match(
      lines.join("\n"),
      /^The npm packages are missing .* cannot be written to\. Make it writable/,
    );
  });
});
