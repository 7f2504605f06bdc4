import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BuildFailure, buildImage } from "../../../local/image/build";
import type { Engine } from "../../../local/fargate/engine";
import { keptImages, oldOf } from "../../../local/image/sweep";

describe("an image that cannot be built", () => {
  it("shows the last lines, and where to mend it", () => {
    const output = Array.from({ length: 40 }, (_, i) => `step ${i}\n`).join("");
    const { message } = new BuildFailure("web", "exit status 1\nmore", output).from("web/Dockerfile");
    const lines = message.split("\n");
    assert.equal(lines[0], "The image of web cannot be built: exit status 1");
    assert.deepEqual([lines.at(-2), lines.at(-1)], ["  step 39", "Fix web/Dockerfile."]);
    assert.equal(lines.length, 14);
  });

  for (const said of [
    "Get https://registry: dial tcp: lookup registry on 1.1.1.1:53: no such host",
    "npm error code EAI_AGAIN",
    "NewConnectionError: Failed to establish a new connection",
    "Temporary failure resolving 'deb.debian.org': Temporary failure in name resolution",
  ]) {
    it(`is one of the network: ${said}`, () => {
      assert.match(
        new BuildFailure("web", "exit status 1", said).message,
        /connect this machine, or set the engine's proxy\.$/,
      );
    });
  }

  const engine = {} as Engine;
  const building = { service: "web", tag: "t", labels: {}, progress: () => undefined };
  const build = { dockerfile: undefined, platform: undefined, target: undefined, args: {}, cacheFrom: [] };
  for (const [what, folder, message] of [
    ["folder", "nowhere", "there is no folder nowhere/"],
    ["Dockerfile", "empty", "there is no Dockerfile in empty/"],
  ] as const) {
    it(`says that there is no ${what}`, async () => {
      const project = mkdtempSync(join(tmpdir(), "build-"));
      mkdirSync(join(project, "empty"));
      await assert.rejects(buildImage(engine, { ...build, context: folder }, { ...building, project }), {
        message: `The image of web cannot be built: ${message}. Fix: \`build\` below services.web.`,
      });
      rmSync(project, { recursive: true });
    });
  }
});

describe("images that are left behind", () => {
  it("go, but for the newest", () => {
    const images = [5, 1, 4, 2, 3].map((Created) => ({ Created }));
    assert.deepEqual(
      oldOf(images).map(({ Created }) => Created),
      [2, 1],
    );
    assert.equal(keptImages, 3);
    assert.deepEqual(oldOf(images.slice(0, 3)), []);
  });
});
