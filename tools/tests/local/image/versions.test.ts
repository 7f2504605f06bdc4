import assert from "node:assert/strict";
import { differing, versionOf } from "../../../local/image/versions";

describe("the version of its language that an image has", () => {
  const table: [base: string, ecosystem: "Python" | "Node", version: string | undefined][] = [
    ["python:3.13-slim", "Python", "3.13"],
    ["python:3.13.1", "Python", "3.13"],
    [`docker.io/library/python:3.12@sha256:${"a".repeat(64)}`, "Python", "3.12"],
    ["python:3-slim", "Python", undefined],
    ["python", "Python", undefined],
    ["public.ecr.aws/docker/library/node:22-alpine", "Node", "22"],
    ["node:lts", "Node", undefined],
    ["node:22", "Python", undefined],
    ["debian:12", "Python", undefined],
    ["", "Node", undefined],
  ];
  for (const [base, ecosystem, version] of table)
    it(`of ${base} is ${version ?? "not known"}`, () => assert.equal(versionOf(base, ecosystem), version));

  it("is told where this machine has another", () => {
    assert.deepEqual(differing("python:3.12-slim", "Python", "3.11"), {
      image: "Python 3.12",
      here: "Python 3.11",
    });
    assert.equal(differing("python:3.11-slim", "Python", "3.11"), undefined);
    assert.deepEqual(differing("node:22", "Node", "20.20.2"), { image: "Node 22", here: "Node 20.20.2" });
    assert.equal(differing("node:20", "Node", "20.20.2"), undefined);
    assert.deepEqual(differing("node:2", "Node", "20.20.2"), { image: "Node 2", here: "Node 20.20.2" });
    assert.equal(differing("python", "Python", "3.11"), undefined);
  });
});
