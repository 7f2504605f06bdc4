import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { runCommand } from "../../commands/command";
import { diskSays } from "../../commands/disk";

const refused = (code: string, more: object = {}): Error =>
  Object.assign(new Error(`${code}: no`), { code, path: "/a/b", syscall: "open", ...more });

describe("what the disk refuses", () => {
  const table: [error: unknown, says: string | undefined][] = [
    [refused("EACCES"), "npm run cost reads or writes /a/b. Make it yours to read and write."],
    [refused("ENOSPC", { path: undefined }), "npm run cost reads or writes a file. The disk is full."],
    [
      refused("ENOENT"),
      "npm run cost reads or writes /a/b. Its folder does not exist: make it, or name another.",
    ],
    [refused("ENOENT", { syscall: "spawn git" }), undefined],
    [refused("ECONNREFUSED"), undefined],
    [new Error("constructor"), undefined],
  ];
  for (const [error, says] of table) {
    it(`${String(error)}: ${says ?? "another's"}`, () => assert.equal(diskSays(error, "npm run cost"), says));
  }

  it("is said in two lines, without a trace", async () => {
    const folder = fs.mkdtempSync(path.join(tmpdir(), "disk-"));
    let said = "";
    const io = { stdout: process.stdout, stderr: { write: (text: string) => (said += text) } };
    const spec = { flags: { help: { type: "boolean", default: false } }, help: "" } as const;
    const file = path.join(folder, "nowhere", "a.svg");
    try {
      assert.equal(await runCommand(spec, [], io, () => fs.writeFileSync(file, "")), 1);
      assert.match(
        said,
        /^ENOENT: [^\n]+\n.+ reads or writes [^\n]+a\.svg\. Its folder does not exist: make it, or name another\.\n$/,
      );
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});
