import assert from "node:assert/strict";
import { ofType, unknown } from "../simulate/deployment";
import { find, names, run } from "./support/stack";

const registry = "000000000000.dkr.ecr.eu-west-2.amazonaws.com";

describe("image", () => {
  it("keeps images in an encrypted, scanned repository that a destroy leaves behind", async () => {
    const repository = find(await run(), "aws:ecr/repository:Repository", "flask");
    assert.equal(repository.options.retainOnDelete, true, "AWS refuses to delete one that holds images");
    assert.deepEqual(repository.inputs, {
      imageTagMutability: "MUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: "AES256" }],
      forceDelete: false,
    });
  });

  it("deletes a filled repository only where the stack says so", async () => {
    const services = { flask: { build: "./app", companion: true } };
    const deployment = await run({ registry: { forceDelete: true }, services });
    for (const name of ["flask", "companion-x86-64"]) {
      const { inputs, options } = find(deployment, "aws:ecr/repository:Repository", name);
      assert.equal(inputs.forceDelete, true, name);
      assert.equal(options.retainOnDelete, false, name);
    }
  });

  it("expires by count alone, tagged or not: an untagged image may be what a rollback runs", async () => {
    const { inputs } = find(await run(), "aws:ecr/lifecyclePolicy:LifecyclePolicy", "flask");
    assert.equal(inputs.repository, "flask-local");
    assert.deepEqual(JSON.parse(inputs.policy as string), {
      rules: [
        {
          rulePriority: 1,
          description: "Keep the last 30 images",
          selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 30 },
          action: { type: "expire" },
        },
      ],
    });
  });

  for (const [architecture, platform] of [
    ["X86_64", "linux/amd64"],
    ["ARM64", "linux/arm64"],
  ]) {
    it(`builds ${platform} for ${architecture} tasks, never during a preview, with the token as a secret`, async () => {
      const deployment = await run({ services: { flask: { build: "./app", architecture } } });
      const image = find(deployment, "docker:index/image:Image", "flask");
      assert.deepEqual(image.inputs, {
        imageName: `${registry}/flask-local:latest`,
        build: {
          context: "./app",
          dockerfile: "./app/Dockerfile",
          platform,
          builderVersion: "BuilderBuildKit",
        },
        buildOnPreview: false,
        registry: { server: `${registry}/flask-local`, username: "AWS", password: "local-token" },
        skipPush: false,
      });
      assert.deepEqual(image.secretInputs, ["registry"]);
      assert.deepEqual(
        deployment.invocations
          .filter(({ token }) => token.includes("getAuthorizationToken"))
          .map((i) => i.inputs),
        [{ registryId: "000000000000" }],
      );
    });
  }

  it("hands the image on by digest, to the task definition and the outputs", async () => {
    const deployment = await run();
    const digest = find(deployment, "docker:index/image:Image", "flask").outputs.repoDigest as string;
    assert.match(digest, /flask-local@sha256:[0-9a-f]{64}$/);
    const task = find(deployment, "aws:ecs/taskDefinition:TaskDefinition", "flask");
    const [container] = JSON.parse(task.inputs.containerDefinitions as string) as { image: string }[];
    assert.equal(container?.image, digest);
    assert.equal((deployment.outputs.services as Record<string, { image: string }>).flask?.image, digest);
  });

  it("skips repository and build where the configuration names an image", async () => {
    const reference = `${registry}/shop/flask@sha256:${"a".repeat(64)}`;
    const deployment = await run({ services: { flask: { image: reference, companion: false } } });
    assert.deepEqual(ofType(deployment, "docker:index/image:Image"), []);
    assert.deepEqual(ofType(deployment, "aws:ecr/repository:Repository"), []);
    const task = find(deployment, "aws:ecs/taskDefinition:TaskDefinition", "flask");
    const [container] = JSON.parse(task.inputs.containerDefinitions as string) as { image: string }[];
    assert.equal(container?.image, reference);
  });

  it("builds with what the configuration says, from a context above the Dockerfile", async () => {
    const build = {
      context: ".",
      dockerfile: "app/Dockerfile",
      target: "base",
      args: { V: "1" },
      cacheFrom: ["a:1"],
    };
    const deployment = await run({ services: { flask: { build } } });
    assert.deepEqual(find(deployment, "docker:index/image:Image", "flask").inputs.build, {
      context: ".",
      dockerfile: "./app/Dockerfile",
      target: "base",
      args: { V: "1" },
      cacheFrom: { images: ["a:1"] },
      platform: "linux/amd64",
      builderVersion: "BuilderBuildKit",
    });
  });

  it("builds one companion for each architecture in use, and none where nobody has one", async () => {
    const images = async (services: object): Promise<string[]> =>
      names(await run({ services, network: { egress: "public" } }), "docker:index/image:Image");
    const foreign = { image: "nginx", port: 8080 };
    assert.deepEqual(await images({ a: { build: "./app" } }), ["a"]);
    assert.deepEqual(await images({ a: { ...foreign, companion: false } }), []);
    assert.deepEqual(
      await images({
        a: { ...foreign, routes: ["GET /a"] },
        b: { ...foreign, routes: ["GET /b"] },
        c: { ...foreign, routes: ["GET /c"], architecture: "ARM64" },
      }),
      ["companion-arm64", "companion-x86-64"],
    );
  });

  it("builds one image for each service, in a repository of its own", async () => {
    const deployment = await run({
      services: { flask: { build: "./app" }, reports: { build: "./app", routes: ["GET /reports"] } },
    });
    assert.deepEqual(names(deployment, "aws:ecr/repository:Repository"), ["flask", "reports"]);
    assert.deepEqual(
      ofType(deployment, "docker:index/image:Image").map(({ inputs }) => inputs.imageName),
      [`${registry}/flask-local:latest`, `${registry}/reports-local:latest`],
    );
  });

  it("knows nothing of the digest before it is pushed", async () => {
    const deployment = await run({}, { preview: true });
    const task = find(deployment, "aws:ecs/taskDefinition:TaskDefinition", "flask");
    assert.equal(task.inputs.containerDefinitions, unknown);
    assert.deepEqual(
      deployment.invocations.filter(({ token }) => token.includes("getAuthorizationToken")),
      [],
      "the registry does not exist yet, so its token cannot be asked for",
    );
  });
});
