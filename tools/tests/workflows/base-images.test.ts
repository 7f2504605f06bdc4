import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { desks } from "./desk";

const project = path.resolve(__dirname, "../../..");
const folders = spawnSync("git", ["ls-files", "*Dockerfile"], { cwd: project, encoding: "utf8" })
  .stdout.split("\n")
  .filter((file) => file !== "")
  .map((file) => path.dirname(file))
  // What a bench builds is no part of a stack.
  .filter((folder) => !folder.startsWith("tools/"));
const bases = (text: string): string[] => [...text.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base!);
const dockerfile = (folder: string): string =>
  fs.readFileSync(path.join(project, folder, "Dockerfile"), "utf8");

describe("base images", () => {
  const desk = desks();

  it("are one for each language, one for the companion and the empty one, pinned by digest", () => {
    const all = [...new Set(folders.flatMap((folder) => bases(dockerfile(folder))))].sort();
    assert.deepEqual(
      all.map((base) => base.replace(/@sha256:[0-9a-f]{64}$/, "@digest")),
      [
        "busybox:1.37.0-musl@digest",
        "golang:1.26-alpine@digest",
        "node:22-slim@digest",
        "python:3.13-slim@digest",
        "scratch",
      ],
    );
  });

  it("are moved by Dependabot, wherever there is a Dockerfile", () => {
    const { updates } = parse(fs.readFileSync(path.join(project, ".github/dependabot.yml"), "utf8")) as {
      updates: { "package-ecosystem": string; directories: string[] }[];
    };
    const { directories } = updates.find((each) => each["package-ecosystem"] === "docker")!;
    for (const folder of folders) {
      const watched = directories.some((each) => [`/${folder}`, `/${path.dirname(folder)}/*`].includes(each));
      assert.ok(watched, folder);
    }
  });

  describe("a stand-in, which has another digest", () => {
    const pinned = `FROM python:3.13-slim@sha256:${"a".repeat(64)} AS builder\nRUN x\nFROM python:3.13-slim@sha256:${"b".repeat(64)}\n`;
    const unpinned = (docker: string): { app: string; files: string[] } => {
      const copy = desk();
      copy.command("docker", docker);
      for (const folder of ["app", "examples/echo"]) {
        fs.mkdirSync(path.join(copy.folder, folder), { recursive: true });
        fs.writeFileSync(path.join(copy.folder, folder, "Dockerfile"), pinned);
      }
      const { status, stderr } = spawnSync(path.join(project, ".ci/stand-in"), [copy.folder], {
        encoding: "utf8",
        env: { PATH: `${path.join(copy.folder, "bin")}:${process.env.PATH}` },
      });
      assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
      assert.equal(copy.read("examples/echo/Dockerfile"), copy.read("app/Dockerfile"));
      return { app: copy.read("app/Dockerfile"), files: fs.readdirSync(path.join(copy.folder, "app")) };
    };

    it("is built on in a copy without the digest", () =>
      assert.deepEqual(unpinned("echo 0123456789abcdef"), {
        app: "FROM python:3.13-slim AS builder\nRUN x\nFROM python:3.13-slim\n",
        files: ["Dockerfile"],
      }));

    for (const [name, docker] of [
      ["the official image", 'echo "<no value>"'],
      ["the official image of an older engine", "echo"],
      ["no image yet", "echo Error >&2; exit 1"],
    ] as const)
      it(`is not ${name}`, () => assert.equal(unpinned(docker).app, pinned));
  });
});
