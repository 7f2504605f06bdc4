import assert from "node:assert/strict";
import { pinnedBases, readDockerfile, withoutDigests, type Reading } from "../../../local/image/dockerfile";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const text = [
  `FROM python:3.13-slim@${digest("a")} AS builder`,
  `from --platform=linux/arm64 python:3.13-slim@${digest("a")}`,
  `FROM registry.example.com:5000/base:1@${digest("b")} AS second`,
  `FROM scratch@${digest("c")}`,
  "FROM builder",
  `# FROM busybox:1@${digest("d")}`,
  `RUN echo FROM busybox:1@${digest("d")}`,
].join("\n");
const python = `python:3.13-slim@${digest("a")}`;

describe("bases of a Dockerfile that are pinned by digest", () => {
  it("are those with a tag and a digest, each once", () => {
    assert.deepEqual(pinnedBases(text), [python, `registry.example.com:5000/base:1@${digest("b")}`]);
  });

  it("lose the digest where they are named, and nothing else changes", () => {
    assert.equal(
      withoutDigests(text, [python]),
      text
        .replace(`FROM python:3.13-slim@${digest("a")} AS`, "FROM python:3.13-slim AS")
        .replace(`arm64 python:3.13-slim@${digest("a")}`, "arm64 python:3.13-slim"),
    );
    assert.equal(withoutDigests(text, []), text);
  });
});

describe("a Dockerfile", () => {
  const context = [
    "a.js",
    "b.js",
    "package.json",
    "packages/api/server.js",
    "packages/api/lib/x.js",
    "packages/shared/index.js",
  ];
  const read = (lines: string[], reading: Reading = {}) =>
    readDockerfile(lines.join("\n"), { context, ...reading });

  // https://docs.docker.com/reference/dockerfile/#copy
  const table: [what: string, lines: string[], files: Record<string, string>][] = [
    ["a file by its name", ["WORKDIR /w", "COPY a.js main.js"], { "/w/main.js": "a.js" }],
    ["a file into a folder", ["COPY a.js /w/"], { "/w/a.js": "a.js" }],
    ["a file into the folder that it is in", ["WORKDIR /w", "COPY a.js ."], { "/w/a.js": "a.js" }],
    [
      "a file into a folder that something is in",
      ["COPY a.js /w/", "COPY b.js /w"],
      { "/w/a.js": "a.js", "/w/b.js": "b.js" },
    ],
    ["several files", ["COPY a.js b.js /w"], { "/w/a.js": "a.js", "/w/b.js": "b.js" }],
    ["what a pattern names", ["COPY ?.js /w/"], { "/w/a.js": "a.js", "/w/b.js": "b.js" }],
    [
      "no file below a folder by a pattern that names it by its files",
      ["COPY *.json /w/"],
      { "/w/package.json": "package.json" },
    ],
    [
      "what is in a folder",
      ["COPY packages/api /w"],
      { "/w/server.js": "packages/api/server.js", "/w/lib/x.js": "packages/api/lib/x.js" },
    ],
    [
      "what is in folders that a pattern names",
      ["COPY packages/sh* /w"],
      { "/w/index.js": "packages/shared/index.js" },
    ],
    [
      "a list in brackets",
      ["WORKDIR /w", 'COPY --chown=1:1 ["a.js", "b.js", "./"]'],
      { "/w/a.js": "a.js", "/w/b.js": "b.js" },
    ],
    ["by variables", ["ARG WHAT=a", "ENV WHERE=/w", "COPY ${WHAT}.js $WHERE/"], { "/w/a.js": "a.js" }],
    ["by ADD, but no address", ["ADD a.js https://example.com/b.js /w/"], { "/w/a.js": "a.js" }],
    ["not from a document in it", ["COPY <<EOF /w/a.js", "text", "EOF"], {}],
    [
      "later ones over earlier ones",
      ["COPY a.js /w/main.js", "COPY b.js /w/main.js"],
      { "/w/main.js": "b.js" },
    ],
  ];
  for (const [what, lines, files] of table) {
    it(`copies ${what}`, () =>
      assert.deepEqual(Object.fromEntries(read(["FROM node:22", ...lines]).files), files));
  }

  it("copies the whole context", () =>
    assert.deepEqual(
      [...read(["FROM node:22", "WORKDIR /w", "COPY . ."]).files],
      context.map((file) => [`/w/${file}`, file]),
    ));

  it("copies from another stage, by name and number, what that copied; of other images it knows nothing", () => {
    const lines = ["FROM node:22 AS Install", "WORKDIR /r", "COPY packages packages", "FROM node:22"];
    for (const from of ["install", "0"])
      assert.deepEqual(
        [...read([...lines, `COPY --from=${from} /r/packages/shared /s`]).files],
        [["/s/index.js", "packages/shared/index.js"]],
      );
    assert.deepEqual([...read([...lines, "COPY --from=busybox /bin /bin"]).files], []);
  });

  it("has what the stage that it begins with has, but for its arguments", () => {
    const lines = [
      "ARG VERSION=22",
      "FROM node:$VERSION AS base",
      "ARG secret=1",
      "ENV A=1",
      "WORKDIR /w",
      "WORKDIR api",
      'ENTRYPOINT ["node"]',
      "COPY a.js .",
      "RUN make it",
      "USER 7:7",
      "FROM base AS run",
      "RUN setcap x y",
      "ENV B=$A$secret",
      'CMD ["a.js"]',
      "FROM scratch AS other",
      "CMD exec other",
    ];
    const { copied, files, ...config } = read(lines, { target: "run" });
    assert.deepEqual([[...copied], [...files]], [["a.js"], [["/w/api/a.js", "a.js"]]]);
    const environment = { A: "1", B: "1$secret" };
    assert.deepEqual(config, {
      absent: [],
      unknown: [],
      base: "node:22",
      environment,
      workingDirectory: "/w/api",
      entryPoint: ["node"],
      command: ["a.js"],
      user: "7:7",
      runs: ["make it", "setcap x y"],
    });
    assert.deepEqual(read(lines).command, ["/bin/sh", "-c", "exec other"]);
    assert.equal(read(lines, { target: "run", args: { VERSION: "24" } }).base, "node:24");
    assert.throws(() => read(lines, { target: "none" }), /^Error: its Dockerfile has no stage none$/);
  });
});
