import assert from "node:assert/strict";
import type { ImageConfig } from "../../../local/image/dockerfile";
import { lockOf, whyNoProcess } from "../../../local/image/ecosystem";

const config = (base: string, copied: string[] = [], files: string[] = []): ImageConfig => ({
  absent: [],
  unknown: [],
  base,
  environment: {},
  workingDirectory: "/w",
  entryPoint: [],
  command: [],
  user: undefined,
  runs: [],
  files: new Map(files.map((file) => [`/w/${file}`, file])),
  copied: new Set(copied),
});

describe("what can run without its image", () => {
  const refused: [what: string, config: ImageConfig, words: string[], reason: RegExp][] = [
    [
      "a program on an empty base",
      config("scratch"),
      ["/service"],
      /built on scratch and starts \/service, and processes know Python and Node alone/,
    ],
    ["another language", config("golang:1.26"), ["go", "run", "."], /built on golang:1\.26 and starts go/],
    ["one in a shell", config("ruby:3"), ["/bin/sh", "-c", "exec puma"], /built on ruby:3/],
    ["no command", config("python:3.13"), [], /neither its Dockerfile nor its configuration has a command/],
    [
      "what a build makes",
      config("node:22", [], ["src/server.ts"]),
      ["node", "dist/server.js"],
      /it starts dist\/server\.js, which no COPY/,
    ],
    [
      "packages of pnpm",
      config("node:22", ["pnpm-lock.yaml"], ["a.js"]),
      ["node", "a.js"],
      /those of pnpm-lock\.yaml, and processes install from package-lock\.json alone/,
    ],
    [
      "packages of pipenv",
      config("python:3.13", ["Pipfile.lock"]),
      ["gunicorn", "app"],
      /those of Pipfile\.lock, and processes install from requirements\.txt or pyproject\.toml alone/,
    ],
  ];
  for (const [what, given, words, reason] of refused)
    it(`is not ${what}`, () => assert.match(whyNoProcess(given, words) ?? "", reason));

  const taken: [what: string, config: ImageConfig, words: string[]][] = [
    ["Python by its base", config("registry.example.com:5000/python:3.13-slim@sha256:ab"), ["/entry"]],
    ["Python by its program", config("ubuntu:24.04"), ["/usr/bin/python3.12", "-m", "app"]],
    ["Python in a shell", config("debian"), ["/bin/sh", "-c", "exec uvicorn app:app --port $PORT"]],
    ["Node on distroless", config("gcr.io/distroless/nodejs22-debian12", [], ["a.js"]), ["a.js"]],
    [
      "Node with a lock file of npm beside another",
      config("node:22", ["yarn.lock", "package-lock.json"], ["a.js"]),
      ["node", "--enable-source-maps", "/w/a.js"],
    ],
  ];
  for (const [what, given, words] of taken)
    it(`is ${what}`, () => assert.equal(whyNoProcess(given, words), undefined));

  it("finds the lock file nearest to the Dockerfile, else to the context's root", () => {
    const copied = [
      "a/b/requirements.txt",
      "a/requirements.txt",
      "requirements.txt",
      "z/requirements.txt",
      "x.txt",
    ];
    const found = (dockerfile: string) => lockOf(config("python", copied), "requirements.txt", dockerfile);
    assert.equal(found("z/Dockerfile"), "z/requirements.txt");
    assert.equal(found("Dockerfile"), "requirements.txt");
    assert.equal(found("none/Dockerfile"), "requirements.txt");
    assert.equal(
      lockOf(config("python", copied.slice(0, 2)), "requirements.txt", "none/Dockerfile"),
      "a/requirements.txt",
    );
    assert.equal(lockOf(config("python"), "requirements.txt", "Dockerfile"), undefined);
  });
});
