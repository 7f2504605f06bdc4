import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { makeCopiesFolder, packagesAbove, sweepCopies } from "../../../local/fargate/copies";

const project = resolve(__dirname, "../../../..");

describe("copies of the code", () => {
  let place: string;
  beforeEach(() => (place = realpathSync(mkdtempSync(join(tmpdir(), "copies-")))));
  afterEach(() => rmSync(place, { recursive: true, force: true }));

  it("are outside of this project, whose packages a service would find", () => {
    assert.equal(packagesAbove(join(project, ".local", "x")), project);
    const folder = makeCopiesFolder();
    try {
      assert.equal(packagesAbove(folder), undefined);
      const run = spawnSync(process.execPath, ["-e", 'require("yaml")'], { cwd: folder });
      assert.match(run.stderr.toString(), /Cannot find module 'yaml'/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("are in the first place without packages above it, links resolved", () => {
    const [bad, link, good] = ["bad", "link", "good"].map((name) => join(place, name)) as [
      string,
      string,
      string,
    ];
    mkdirSync(join(bad, "node_modules"), { recursive: true });
    mkdirSync(join(bad, "deep"));
    symlinkSync(join(bad, "deep"), link);
    mkdirSync(good);
    assert.equal(dirname(makeCopiesFolder([join(bad, "deep"), link, join(place, "none"), good])), good);
  });

  it("are refused where packages are above each, with the reason and the way out", () => {
    mkdirSync(join(place, "node_modules"));
    assert.throws(() => makeCopiesFolder([place]), {
      message: new RegExp(`would find packages.*: ${place}/node_modules\\. Set TMPDIR to a folder without`),
    });
  });

  it("are swept when their process is gone, and nobody else's", () => {
    const ended = spawnSync(process.execPath, ["-e", ""]).pid;
    const mine = basename(makeCopiesFolder([place]));
    const others = [mine, "flask-app-fargate-mine", `flask-app-fargate-${ended}`, "a.txt"];
    for (const name of others) mkdirSync(join(place, name), { recursive: true });
    const left = join(place, `flask-app-fargate-${ended}-AbC123`);
    mkdirSync(left);
    const target = join(place, "target");
    mkdirSync(target);
    const link = join(place, `flask-app-fargate-${ended}-AbC124`);
    symlinkSync(target, link);
    sweepCopies([place]);
    assert.ok(!existsSync(left));
    for (const name of [...others, "target", basename(link)]) assert.ok(existsSync(join(place, name)), name);
  });
});
