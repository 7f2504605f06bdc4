/**
 * The examples, served and rolled as `npm start` does: a FastAPI service, a Node service in a monorepo, a Go service on an empty
 * base, and an image as its makers publish it. Before it, `.ci/example-bases` sees to what they are built on.
 */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Agent, request } from "undici";
import { withReferences, type Deployment, type Resource } from "../../../simulate/deployment";
import { simulate } from "../../../simulate/program";
import { exampleStacks, projectFolder } from "../../../simulate/stack";
import type { ServiceView } from "../../local/ecs/views";
import { ContainerRunner } from "../../local/fargate/containers";
import { findEngine, type Engine } from "../../local/fargate/engine";
import { buildImage } from "../../local/image/build";
import { startStack, type LocalStack } from "../../local/stack";
import { get, until } from "../local/http";

interface Example {
  stack: string;
  /** What the first and the second version answer at /. */
  says: [first: RegExp, second: RegExp];
  /** Makes the second version. */
  change(folder: string, service: ServiceView): Promise<ServiceView> | ServiceView;
}

describe("the examples", function () {
  this.timeout(600_000);
  let engine: Engine;
  let folder: string;
  let stack: LocalStack | undefined;
  let output: string[];

  before(async () => (engine = await findEngine()));
  beforeEach(() => {
    output = [];
    folder = mkdtempSync(join(tmpdir(), "local-examples-"));
    for (const part of ["examples", "service/companion"])
      cpSync(join(projectFolder, part), join(folder, part), {
        recursive: true,
        filter: (file) => !file.endsWith("/.venv"),
      });
  });
  afterEach(async () => {
    await stack?.close();
    stack = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  const edit = (file: string) => {
    const path = join(folder, file);
    const text = readFileSync(path, "utf8");
    assert.ok(text.includes("Hello from"), file);
    writeFileSync(path, text.replaceAll("Hello from", "Welcome to"));
  };

  const examples: Example[] = [
    {
      stack: "fastapi",
      says: [/^Hello from FastAPI$/m, /^Welcome to FastAPI$/m],
      change: (_, service) => {
        edit("examples/fastapi/main.py");
        return service;
      },
    },
    {
      stack: "monorepo",
      says: [/^Hello from Node$/m, /^Welcome to Node$/m],
      change: (_, service) => {
        // In the package that the service uses, not in its own.
        edit("examples/monorepo/packages/greeting/index.js");
        return service;
      },
    },
    {
      stack: "go",
      says: [/^Hello from Go$/m, /^Welcome to Go$/m],
      change: (_, service) => {
        edit("examples/go/main.go");
        return service;
      },
    },
    {
      stack: "nginx",
      says: [/Welcome to nginx!/, /^the second$/m],
      change: async (_, service) => {
        const context = join(folder, "second");
        mkdirSync(context);
        const { image } = service.task!.container;
        writeFileSync(join(context, "index.html"), "the second\n");
        writeFileSync(
          join(context, "Dockerfile"),
          `FROM ${image}\nCOPY --chmod=0644 index.html /usr/share/nginx/html/\n`,
        );
        const tag = "local/example-nginx:2";
        const build = { context: "second", dockerfile: undefined, platform: undefined, target: undefined };
        await buildImage(
          engine,
          { ...build, args: {}, cacheFrom: [] },
          { service: "web", tag, project: folder, progress: () => undefined },
        );
        return withImage(service, tag);
      },
    },
  ];

  it("are all tried", () =>
    assert.deepEqual(examples.map((example) => example.stack).sort(), [...exampleStacks().keys()]));

  for (const example of examples) {
    it(`${example.stack} is served, and rolled under load without a lost request`, async () => {
      const recorded = await simulate({ stack: example.stack });
      stack = await startStack({
        deployment: withDrain({ ...recorded, resources: withReferences(recorded) }, 5),
        project: folder,
        watch: false,
        metadataAddress: "0.0.0.0",
        runner: async (metadata) => {
          const progress = (message: string) => void output.push(message);
          const runner = new ContainerRunner({
            project: folder,
            region: "eu-west-2",
            progress,
            engine,
            metadata,
          });
          await runner.sweep();
          return runner;
        },
        scheduler: { eagerness: 0.5 },
        events: {
          progress: (message) => output.push(message),
          trouble: (message) => output.push(message),
          accessLog: () => undefined,
          output: (_, __, line) => output.push(line),
          taskChanged: () => undefined,
          rolloutChanged: () => undefined,
        },
      });
      const { port, ecs } = stack;
      const [rollout] = await stack.deployed;
      assert.equal(rollout?.state, "COMPLETED", `${rollout?.lastFailure ?? ""}\n${output.join("\n")}`);
      const [first, second] = example.says;
      const answer = await get(port, "/");
      assert.match(answer.body, first);
      const [id = "none"] = answer.header("apigw-requestid");
      // nginx as its makers publish it writes lines of its own.
      if (example.stack !== "nginx")
        await until(() => output.some((line) => line.includes(`"request_id":`) && line.includes(id)));

      const [scheduler] = ecs.schedulers.values();
      const before = [...scheduler!.tasks];
      const load = startLoad(port, { first, second });
      const changed = await example.change(folder, scheduler!.service);
      const next = await ecs.deploy(changed);
      assert.equal(next?.state, "COMPLETED", `${next?.lastFailure ?? ""}\n${output.join("\n")}`);
      // Till the last of the old tasks is gone: what they lose, they lose at their end.
      for (let tries = 0; tries < 8 && before.some((task) => scheduler!.tasks.has(task)); tries += 1)
        await until(() => !before.some((task) => scheduler!.tasks.has(task))).catch(() => undefined);
      assert.ok(!before.some((task) => scheduler!.tasks.has(task)), output.join("\n"));
      const { "200 first": old = 0, "200 second": fresh = 0, ...others } = await load.stop();
      assert.deepEqual(others, {});
      assert.ok(old > 50 && fresh > 50, `${old} before, ${fresh} after`);
      assert.ok(output.some((line) => /^companion: told to stop; \w+ serves on for 5 s$/.test(line)));
    });
  }
});

/** Milliseconds between two requests of a connection: a machine that is fast comes no nearer to the stage's limit. */
const pause = 20;

/** Asks for / on four connections until it is stopped, half of them new ones for each request, and counts the answers. */
function startLoad(
  port: number,
  answers: Record<string, RegExp>,
): { stop: () => Promise<Record<string, number>> } {
  const agent = new Agent();
  const counts: Record<string, number> = {};
  let going = true;
  const worker = async (index: number) => {
    while (going) {
      const answer = await request(`http://127.0.0.1:${port}/`, {
        dispatcher: agent,
        reset: index % 2 === 1,
      });
      const body = await answer.body.text();
      const said = Object.keys(answers).find((name) => answers[name]!.test(body)) ?? body.trim();
      const outcome = `${answer.statusCode} ${said}`;
      counts[outcome] = (counts[outcome] ?? 0) + 1;
      await setTimeout(pause);
    }
  };
  const workers = [0, 1, 2, 3].map(worker);
  return {
    stop: async () => {
      going = false;
      await Promise.all(workers);
      await agent.close();
      return counts;
    },
  };
}

/** The same with the companions' drain as long as the local registry's answers need: its cache holds none. */
function withDrain(deployment: Deployment, seconds: number): Deployment {
  interface Container {
    environment?: { name: string; value: string }[];
  }
  const edit = (values: Record<string, unknown>): Record<string, unknown> => ({
    ...values,
    containerDefinitions: JSON.stringify(
      (JSON.parse(String(values.containerDefinitions)) as Container[]).map((container) => ({
        ...container,
        environment: container.environment?.map((variable) =>
          variable.name === "DRAIN_SECONDS" && variable.value !== "0"
            ? { ...variable, value: String(seconds) }
            : variable,
        ),
      })),
    ),
  });
  const change = (resource: Resource): Resource =>
    resource.type === "aws:ecs/taskDefinition:TaskDefinition"
      ? { ...resource, inputs: edit(resource.inputs), outputs: edit(resource.outputs) }
      : resource;
  return { ...deployment, resources: deployment.resources.map(change) };
}

/** The service with another image of its application's own. */
function withImage(service: ServiceView, image: string): ServiceView {
  const task = service.task!;
  const container = { ...task.container, image };
  const containers = task.containers.map((view) => (view === task.container ? container : view));
  return { ...service, task: { ...task, container, containers } };
}
