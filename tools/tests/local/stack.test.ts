import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Agent, request } from "undici";
import type { Deployment } from "../../../simulate/deployment";
import { ProcessRunner } from "../../local/fargate/processes";
import type { Rollout } from "../../local/ecs/rollout";
import { startStack, type LocalStack } from "../../local/stack";
import { tinyApp, tinyHealthCheck, type TinyApp } from "./app";
import { changed, fixture, registryArn, types, without } from "./fixture";
import { get, until } from "./http";

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("the local stack with processes", function () {
  let app: TinyApp;
  let stack: LocalStack | undefined;
  let runner: ProcessRunner;
  let rollouts: string[];
  let output: string[];
  beforeEach(() => {
    app = tinyApp();
    rollouts = [];
    output = [];
  });
  afterEach(async () => {
    await stack?.close();
    stack = undefined;
    app.remove();
  });

  const recorded = (options: Parameters<typeof fixture>[0] = {}) =>
    fixture({ context: "app", desiredCount: 2, maximum: 150, healthCheck: tinyHealthCheck, ...options });
  const start = async (deployment: Deployment, watch = false, second = 1000): Promise<LocalStack> => {
    stack = await startStack({
      deployment,
      project: app.folder,
      watch,
      second,
      runner: (metadata) => {
        runner = new ProcessRunner({
          project: app.folder,
          state: join(app.folder, ".local"),
          region: deployment.region,
          metadata,
          second,
          progress: () => undefined,
        });
        return Promise.resolve(runner);
      },
      scheduler: { eagerness: 0.05, backoff: () => 0.05 },
      events: {
        progress: () => undefined,
        trouble: (message) => output.push(message),
        accessLog: () => undefined,
        output: (_, task, line) => output.push(`${task.id.slice(0, 4)} ${line}`),
        taskChanged: () => undefined,
        rolloutChanged: (_, rollout: Rollout) => rollouts.push(`${rollout.number} ${rollout.state}`),
      },
    });
    return stack;
  };
  it("refuses containers beside the application before anything starts", async () => {
    const beside = { containers: [{ name: "collector", image: "otel" }], dependsOn: [] };
    await assert.rejects(start(recorded({ beside })), {
      message:
        "The tasks of web have containers beside the application: collector. Processes have no address to share and no image " +
        "of theirs: only containers can run them. Start a Docker engine, or take the sidecars out of this stack.",
    });
    assert.deepEqual([rollouts, existsSync(join(app.folder, ".local", "venvs"))], [[], false]);
  });

  it("refuses file systems at paths of their own before anything starts", async () => {
    const fileSystem = { fileSystemId: "fs-0a1b2c3d", accessPointId: "fsap-0a1b2c3d" };
    await assert.rejects(start(recorded({ fileSystem })), {
      message:
        "The tasks of web mount file systems at paths of their own, which processes cannot: only containers can run them. Start a " +
        "Docker engine, or take the volumes out of this stack.",
    });
    assert.deepEqual(rollouts, []);
  });

  const pids = async ({ port }: LocalStack) => {
    const seen = new Set<number>();
    for (let i = 0; i < 30; i += 1) seen.add(Number((await get(port, "/pid")).body));
    return [...seen];
  };

  /** Sends requests without a pause until it is told to stop, and counts what came back. */
  const load = (port: number) => {
    const agent = new Agent();
    const counts = new Map<string, number>();
    let going = true;
    const worker = async (index: number) => {
      while (going) {
        const options =
          index % 2 === 0 ? {} : { method: "POST" as const, body: "x".repeat(10_000), reset: true };
        const { statusCode, body } = await request(`http://127.0.0.1:${port}/load`, {
          dispatcher: agent,
          ...options,
        });
        const outcome = `${statusCode} ${await body.text()}`;
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      }
    };
    const workers = Array.from({ length: 6 }, (_, index) => worker(index));
    return {
      counts,
      stop: async () => {
        going = false;
        await Promise.all(workers);
        await agent.close();
      },
    };
  };

  it("serves the recorded service, with the environment of its task, and leaves no process", async () => {
    const running = await start(recorded({ environment: { GREETED: "yes" }, desiredCount: 2 }));
    const { port, registry, deployed } = running;
    assert.equal((await get(port, "/")).status, 503, "nothing is healthy yet");
    assert.deepEqual(
      (await deployed).map((rollout) => rollout?.state),
      ["COMPLETED"],
    );
    assert.equal((await get(port, "/")).body, "v1");
    assert.equal(registry.discover(registryArn).length, 2);

    const environment = JSON.parse((await get(port, "/env")).body) as Record<string, string>;
    assert.equal(environment.GREETED, "yes");
    assert.equal(environment.GREETING, "hello world");
    assert.equal(environment.NESTED, "/srv/app");
    assert.equal(environment.STAGE, undefined, "the environment of another stage");
    assert.equal(environment.AWS_REGION, "eu-west-2");
    assert.notEqual(environment.PORT, "80");
    assert.equal(environment.HOST, "127.0.0.1", "which the image says otherwise");
    const metadata = environment.ECS_CONTAINER_METADATA_URI_V4 ?? "";
    const task = (await (await request(`${metadata}/task`)).body.json()) as Record<string, unknown>;
    assert.match(String(task.TaskARN), /^arn:aws:ecs:eu-west-2:000000000000:task\/test\/[0-9a-f]{32}$/);
    assert.match(String(task.AvailabilityZone), /^eu-west-2[ab]$/);
    assert.equal(task.Revision, "1");

    const processes = await pids(running);
    assert.equal(processes.length, 2);
    await running.close();
    assert.deepEqual(processes.filter(alive), []);
    assert.ok(!existsSync(runner.copies));
    await assert.rejects(get(port, "/"));
  });

  for (const [told, host] of [
    ["0.0.0.0", "127.0.0.1"],
    ["::", "127.0.0.1"],
    ["127.0.0.9", "127.0.0.9"],
    ["shop.example.com", "shop.example.com"],
  ] as const) {
    it(`tells a service HOST=${host} whose configuration says ${told}`, async () => {
      const running = await start(recorded({ environment: { HOST: told } }));
      await running.deployed;
      const environment = JSON.parse((await get(running.port, "/env")).body) as Record<string, string>;
      assert.equal(environment.HOST, host);
    });
  }

  it("scales the drain that the application is told with its second", async () => {
    const running = await start(recorded({ environment: { DRAIN_SECONDS: "60" } }), false, 50);
    await running.deployed;
    const environment = JSON.parse((await get(running.port, "/env")).body) as Record<string, string>;
    assert.equal(environment.DRAIN_SECONDS, "3");
  });

  it("rolls to edited code under load without a failed request", async () => {
    const running = await start(recorded(), true);
    await running.deployed;
    const traffic = load(running.port);
    for (const version of ["v2", "v3"]) {
      app.edit(version);
      const complete = `${version.slice(1)} COMPLETED`;
      await until(() => rollouts.includes(complete));
    }
    await until(() => (traffic.counts.get("200 v3") ?? 0) > 50);
    await traffic.stop();
    assert.deepEqual([...traffic.counts.keys()].sort(), ["200 v1", "200 v2", "200 v3"]);
    assert.ok(output.some((line) => line.endsWith("draining")));
  });

  it("rolls back code that never becomes healthy, without a failed request", async () => {
    const running = await start(recorded(), true);
    await running.deployed;
    const traffic = load(running.port);
    app.edit("v2", "crash");
    await until(() => rollouts.at(-1) === "1 COMPLETED" && rollouts.includes("2 FAILED"));
    await traffic.stop();
    assert.deepEqual([...traffic.counts.keys()], ["200 v1"]);
    // The next good edit rolls again.
    app.edit("v3");
    await until(() => rollouts.includes("3 COMPLETED"));
    assert.equal((await get(running.port, "/")).body, "v3");
  });

  it("does not roll for files that .dockerignore leaves out, or for the same content", async () => {
    const running = await start(recorded({ desiredCount: 1, maximum: 200 }), true);
    await running.deployed;
    writeFileSync(join(app.context, "debug.log"), "ignored");
    app.edit("v1");
    app.edit("v2");
    await until(() => rollouts.includes("2 COMPLETED"));
    assert.deepEqual(rollouts, ["1 IN_PROGRESS", "1 COMPLETED", "2 IN_PROGRESS", "2 COMPLETED"]);
    const [generation = ""] = readdirSync(join(runner.copies, "generations"));
    assert.ok(!existsSync(join(runner.copies, "generations", generation, "debug.log")));
  });

  it("starts no service with packages of this project that its own image lacks", async () => {
    const packages = join(app.folder, "node_modules", "borrowed");
    mkdirSync(packages, { recursive: true });
    writeFileSync(join(packages, "index.js"), "");
    const server = join(app.context, "server.js");
    writeFileSync(server, `require("borrowed");\n${readFileSync(server, "utf8")}`);
    const running = await start(recorded());
    const [rollout] = await running.deployed;
    assert.equal(rollout?.state, "FAILED");
    assert.match(output.join("\n"), /Cannot find module 'borrowed'/);
  });

  it("leaves the commands of packages out of the PATH of tasks", async () => {
    const before = process.env.PATH;
    process.env.PATH = ["/x/node_modules/.bin", before].join(delimiter);
    try {
      const running = await start(recorded());
      await running.deployed;
      const environment = JSON.parse((await get(running.port, "/env")).body) as Record<string, string>;
      assert.doesNotMatch(environment.PATH ?? "", /node_modules/);
    } finally {
      process.env.PATH = before;
    }
  });

  it("replaces a killed task", async () => {
    const running = await start(recorded());
    await running.deployed;
    const before = await pids(running);
    process.kill(before[0] ?? 0, "SIGKILL");
    await until(() => running.registry.discover(registryArn).length === 1);
    await until(() => running.registry.discover(registryArn).length === 2);
    const after = await pids(running);
    assert.equal(after.length, 2);
    assert.ok(!after.includes(before[0] ?? 0) && after.includes(before[1] ?? 0));
  });

  it("fails requests when the registration is taken away, though the tasks run", async () => {
    const running = await start(changed(recorded(), types.service, { serviceRegistries: undefined }));
    await running.deployed;
    assert.equal((await get(running.port, "/")).status, 503);
    assert.match(running.topology.problems.join(), /register in no Cloud Map service/);
  });

  it("refuses an image which is not built here before anything starts", async () => {
    await assert.rejects(start(without(recorded(), types.image)), {
      message:
        "web cannot run as a process: it runs the image 000000000000.dkr.ecr.eu-west-2.amazonaws.com/app@sha256:feed, which is not " +
        "built here. Only containers can run it: start a Docker engine.",
    });
    assert.deepEqual(rollouts, []);
  });

  it("ends what it started when a part cannot start", async () => {
    const { port } = await start(recorded());
    const second = startStack({
      deployment: recorded(),
      project: app.folder,
      port,
      runner: () => Promise.reject(new Error("not reached")),
      events: {
        progress: () => undefined,
        trouble: () => undefined,
        accessLog: () => undefined,
        output: () => undefined,
        taskChanged: () => undefined,
        rolloutChanged: () => undefined,
      },
    });
    await assert.rejects(second, { code: "EADDRINUSE" });
  });
});
