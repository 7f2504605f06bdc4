import assert from "node:assert/strict";
import { pinnedBases, withoutDigests } from "../../../local/image/dockerfile";

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
