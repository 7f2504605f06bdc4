import assert from "node:assert/strict";
import { simulate } from "../../simulate/program";
import { Engine, EngineStack, succeeded } from "./support/engine";
import { line } from "./support/events";

const taskDefinition = "aws:ecs/taskDefinition:TaskDefinition";
const repository = "aws:ecr/repository:Repository";
const record = "aws:route53/record:Record";
const image = "docker:index/image:Image";

/** What simulate/aws/look-ups.ts answers: the one secret that every stack with a build meets. */
const registryPassword = "local-token";

/** What docs/limits.md says that a destroyed stack leaves: what costs nothing, and repositories without `forceDelete`. */
const leftovers = (engine: Engine): string[] =>
  engine.cloud.all.map(({ type, resource }) => `${type} ${resource}`);

describe("a stack under Pulumi's engine", () => {
  for (const name of ["dev", "cheap", "shop"] as const) {
    describe(name, () => {
      const engine = new Engine();
      let stack: EngineStack;
      let foreseen: string[];
      before(async () => {
        stack = await engine.stack(name);
      });
      after(() => engine.stop());

      it("previews what its first update makes", async () => {
        foreseen = succeeded(await stack.preview())
          .steps.map(line)
          .sort();
        assert.deepEqual(engine.cloud.all, []);
        assert.deepEqual(engine.host.runtime, { typescript: true, tsconfig: "tsconfig.pulumi.json" });
      });
      it("comes up, as the simulation has it", async () => {
        const { steps, diagnostics } = succeeded(await stack.up());
        // The stack and the components have no step of their own, but for the remote one.
        const made = /^create (pulumi:pulumi:Stack|fargate-app:)/;
        assert.deepEqual(
          steps
            .map(line)
            .filter((step) => !made.test(step))
            .sort(),
          foreseen.filter((step) => !made.test(step)),
        );
        assert.deepEqual(diagnostics, []);
        await sameAsSimulated(name, engine);
      });
      it("then has nothing to change, in the program or in AWS", () => unchanged(stack));
      it("is destroyed, but for what docs/limits.md lists", async () => {
        succeeded(await stack.destroy());
        assert.deepEqual((await stack.state()).resources, []);
        const stays = {
          dev: [`${taskDefinition} flask`],
          cheap: [`${taskDefinition} flask`],
          shop: [`${taskDefinition} echo`, `${taskDefinition} flask`],
        };
        assert.deepEqual(leftovers(engine).sort(), stays[name]);
      });
    });
  }

  describe("with a domain", () => {
    const engine = new Engine();
    let stack: EngineStack;
    before(async () => {
      const domain = { name: "shop.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ", only: true };
      const config = { "aws:region": "eu-west-2", api: { domain }, registry: { forceDelete: true } };
      stack = await engine.stack("shop", { config });
    });
    after(() => engine.stop());

    it("comes up, and then has nothing to change", async () => {
      succeeded(await stack.up());
      await unchanged(stack);
    });
    it("leaves the proof that other certificates of the name may need", async () => {
      succeeded(await stack.destroy());
      assert.deepEqual(leftovers(engine).sort(), [`${taskDefinition} flask`, `${record} api-validation`]);
    });
  });

  describe("with an image of somebody else's, what runs before and beside it, a file system and jobs", () => {
    const engine = new Engine();
    let stack: EngineStack;
    before(async () => {
      const secret = "arn:aws:secretsmanager:eu-west-2:000000000000:secret:hub-AbCdEf";
      const web = {
        image: "docker.io/acme/web:1",
        imageCredentials: secret,
        port: 8080,
        entryPoint: ["/web"],
        command: ["serve"],
        user: "101:101",
        writable: ["/var/cache/web"],
        initProcess: true,
        ephemeralStorage: 30,
        ulimits: { nofile: 4096 },
        before: { command: ["migrate"], timeout: 60 },
        sidecars: {
          collector: {
            image: "docker.io/acme/otel:1",
            essential: true,
            memory: 128,
            healthCheck: { command: ["CMD", "/healthcheck"] },
            secrets: { TOKEN: secret },
          },
        },
        dependsOn: { collector: "HEALTHY" },
        volumes: {
          data: {
            fileSystemId: "fs-0a1b2c3d",
            accessPointId: "fsap-0a1b2c3d",
            securityGroupId: "sg-0a1b2c3d",
            path: "/data",
          },
        },
      };
      const flask = { build: "./app", companion: true, routes: ["GET /flask"] };
      const jobs = {
        migrate: { service: "web", command: ["migrate"], schedule: "rate(1 day)" },
        report: { image: "docker.io/acme/report:1", architecture: "ARM64", readOnlyRoot: false },
      };
      const config = {
        "aws:region": "eu-west-2",
        network: { egress: "nat" },
        services: { web, flask },
        jobs,
        registry: { forceDelete: true },
      };
      stack = await engine.stack("shop", { config });
    });
    after(() => engine.stop());

    it("comes up, with a companion for each processor", async () => {
      const { diagnostics } = succeeded(await stack.up());
      assert.deepEqual(diagnostics, []);
      const companions = leftovers(engine).filter((line) => line.includes("companion"));
      assert.deepEqual(companions.filter((line) => line.startsWith(image)).sort(), [
        `${image} companion-arm64`,
        `${image} companion-x86-64`,
      ]);
    });
    it("then has nothing to change, in the program or in AWS", () => unchanged(stack));
    it("is destroyed, but for its task definitions", async () => {
      succeeded(await stack.destroy());
      assert.deepEqual((await stack.state()).resources, []);
      assert.deepEqual(
        leftovers(engine).sort(),
        ["flask", "job-migrate", "job-report", "web"].map((name) => `${taskDefinition} ${name}`),
      );
    });
  });

  describe("prod", () => {
    const engine = new Engine();
    let stack: EngineStack;
    before(async () => {
      stack = await engine.stack("prod");
    });
    after(() => engine.stop());

    it("comes up, as the simulation has it", async () => {
      succeeded(await stack.up());
      await sameAsSimulated("prod", engine);
    });
    it("then has nothing to change, in the program or in AWS", () => unchanged(stack));
    it("refuses to be destroyed in preview, before anything is deleted", async () => {
      const before = engine.cloud.all.length;
      const { code, diagnostics } = await stack.destroy();
      assert.notEqual(code, 0);
      assert.match(diagnostics.map(({ message }) => message).join("\n"), /protected/);
      assert.equal(engine.cloud.all.length, before);
    });
    it("is destroyed once it is unprotected, but for its images, as docs/operate.md says", async () => {
      const { code, printed } = await stack.run("state", "unprotect", "--all", "--yes");
      assert.equal(code, 0, printed);
      succeeded(await stack.destroy());
      assert.deepEqual((await stack.state()).resources, []);
      assert.deepEqual(leftovers(engine).sort(), [
        `${repository} flask`,
        `${taskDefinition} flask`,
        `${image} flask`,
      ]);
    });
  });

  describe("pr, in dev's network and behind dev's API", () => {
    const engine = new Engine();
    let [dev, pr]: EngineStack[] = [];
    before(async () => {
      dev = await engine.stack("dev");
      pr = await engine.stack("pr");
      succeeded(await dev.up());
    });
    after(() => engine.stop());

    it("comes up", async () => {
      const { diagnostics } = succeeded(await pr!.up());
      assert.deepEqual(diagnostics, []);
    });
    it("then has nothing to change, and neither has dev", async () => {
      await unchanged(pr!);
      await unchanged(dev!);
    });
    it("stands in the way of dev's destruction, which a second attempt completes once pr is gone", async () => {
      const refused = await dev!.destroy();
      assert.notEqual(refused.code, 0);
      succeeded(await pr!.destroy());
      succeeded(await dev!.destroy());
      assert.deepEqual((await dev!.state()).resources, []);
      assert.deepEqual((await pr!.state()).resources, []);
      assert.deepEqual(leftovers(engine).sort(), [`${taskDefinition} flask`, `${taskDefinition} flask`]);
    });
  });
});

/** What AWS has is what the local stack, the plan and the cost are made from: nothing more, nothing less. */
async function sameAsSimulated(name: string, engine: Engine): Promise<void> {
  const { resources } = await simulate({ stack: name });
  const expected = resources
    .filter(({ custom, type }) => custom && !type.startsWith("pulumi:"))
    .map(({ type, name: resource }) => `${type} ${resource}`);
  assert.deepEqual(leftovers(engine).sort(), expected.sort());
}

async function unchanged(stack: EngineStack): Promise<void> {
  const preview = succeeded(await stack.preview("--expect-no-changes"));
  assert.deepEqual(preview.steps.map(line), []);
  assert.ok(preview.all.length > 0);
  const refresh = succeeded(await stack.refresh("--expect-no-changes"));
  assert.deepEqual(refresh.steps.map(line), []);
  const { text } = await stack.state();
  assert.ok(text.includes("aws:ecs/service:Service") && !text.includes(registryPassword));
}
