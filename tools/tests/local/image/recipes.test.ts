import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectFolder } from "../../../../simulate/stack";
import { hereWords } from "../../../local/fargate/inside";
import { readDockerfile } from "../../../local/image/dockerfile";

/** Each Dockerfile of docs/images.md with the lines of a stack that come next. */
const text = readFileSync(join(projectFolder, "docs/images.md"), "utf8");
const recipes = [...text.matchAll(/```dockerfile\n([\s\S]*?)```[\s\S]*?```yaml\n([\s\S]*?)```/g)].map(
  ([, dockerfile, yaml]) => {
    const stack = parse(yaml!) as Record<string, Record<string, Record<string, unknown>>>;
    return { dockerfile: dockerfile!, service: Object.values(stack["flask-app-fargate:services"]!)[0]! };
  },
);

describe("a recipe of docs/images.md", () => {
  it("is there for Flask, FastAPI, Express, Go and nginx", () =>
    assert.deepEqual(
      recipes.map(({ dockerfile }) => /^FROM (?:.*\/)?([a-z-]+)/.exec(dockerfile)![1]),
      ["python", "python", "node", "golang", "nginx-unprivileged"],
    ));

  it("is the example's own Dockerfile, in README too, and its stack's lines", () => {
    const bare = (text: string): string => text.replace(/@sha256:[0-9a-f]{64}/g, "");
    const own = bare(readFileSync(join(projectFolder, "examples/fastapi/Dockerfile"), "utf8"));
    const { dockerfile, service } = recipes.find(({ service }) => service.build === "./examples/fastapi")!;
    assert.equal(dockerfile, own);
    const readme = readFileSync(join(projectFolder, "README.md"), "utf8");
    assert.equal(/```dockerfile\n([\s\S]*?)```/.exec(readme)![1], own);
    const stack = parse(
      readFileSync(join(projectFolder, "examples/fastapi/Pulumi.fastapi.yaml"), "utf8"),
    ) as {
      config: Record<string, Record<string, Record<string, unknown>>>;
    };
    const { desiredCount, ...lines } = stack.config["flask-app-fargate:services"]!.parcels!;
    assert.deepEqual([lines, desiredCount], [service, 2]);
  });

  for (const { dockerfile, service } of recipes) {
    const { port } = service;
    const build = service.build as { target?: string } | string;
    const { base, entryPoint, command } = readDockerfile(dockerfile, {
      target: typeof build === "string" ? undefined : build.target,
    });
    const words = [...entryPoint, ...command];

    it(`listens where its stack says, as ${words.join(" ") || base}`, () => {
      assert.equal(/^EXPOSE (\d+)$/m.exec(dockerfile)?.[1], String(port));
      assert.ok(Number(port) >= 1024, "a user without rights binds no other");
      if (/python/.test(base)) {
        const elsewhere = hereWords(words, { container: Number(port), local: 1 });
        assert.notDeepEqual(elsewhere, words, "its command names the port");
        assert.ok(words.join(" ").includes("0.0.0.0"), "nobody reaches what listens on localhost");
      }
    });

    it(`has a health check and a drain by the companion, as ${words.join(" ") || base}`, () =>
      assert.equal(service.companion, true));

    // As they are told in docs/images.md: an image of nginx brings both.
    if (!base.includes("nginx"))
      it(`starts as a user without rights, as ${words.join(" ")}`, () => {
        assert.ok(words.length > 0);
        assert.match(dockerfile, /^USER 10001:10001$/m);
      });
  }
});
