/**
 * The companion beside an image of somebody else's, from the configuration to containers of a real engine. Not part of
 * `npm test`; see containers.e2e.ts. Needs .local/busybox/busybox (.ci/busybox, which .ci/engine calls).
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, request } from "undici";
import { simulate } from "../../../simulate/program";
import { projectFolder, toConfig } from "../../../simulate/stack";
import type { Rollout } from "../../local/ecs/rollout";
import { ContainerRunner } from "../../local/fargate/containers";
import { label } from "../../local/fargate/labels";
import { findEngine, type Engine } from "../../local/fargate/engine";
import { runLocally } from "../../job/local";
import { buildImage } from "../../local/image/build";
import { startStack, type LocalStack } from "../../local/stack";
import { describeScript, findBusybox } from "../local/fargate/companion-script";
import { get, until } from "../local/http";

const image = "local/ends-at-once:1";

/** No health check, no drain: SIGTERM ends it where it stands. */
const server = (version: string) => `
import http.server, os, pathlib, signal

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        if self.path == "/end":
            os._exit(3)
        if self.path == "/facts":
            def attempt(folder):
                try:
                    (pathlib.Path(folder) / "written").write_text("x")
                    return "ok"
                except OSError as error:
                    return type(error).__name__
            body = " ".join([str(os.getuid()), os.environ["DRAIN_SECONDS"], *map(attempt, ["/tmp", "/var/cache/web", "/srv"])])
        else:
            body = ${JSON.stringify(version)}
        self.send_response(404 if self.path == "/" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())
    def log_message(self, *_):
        pass

class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128

def end(*_):
    print("ends at once", flush=True)
    os._exit(0)

signal.signal(signal.SIGTERM, end)
Server(("0.0.0.0", int(os.environ["PORT"])), Handler).serve_forever()
`;

describe("the companion in containers", function () {
  this.timeout(240_000);
  let engine: Engine;
  let folder: string;
  let stack: LocalStack | undefined;
  let rollouts: string[];
  let output: string[];
  let progress: string[];

  before(async () => {
    engine = await findEngine();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "companion-"));
    writeFileSync(
      join(folder, "Dockerfile"),
      'FROM python:3.13-slim\nCOPY server.py /\nCMD ["python3", "/server.py"]\n',
    );
    rollouts = [];
    output = [];
    progress = [];
  });
  afterEach(async () => {
    await stack?.close();
    stack = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  /** Another image under the same name, as its makers would publish it. */
  const publish = async (version: string): Promise<void> => {
    writeFileSync(join(folder, "server.py"), server(version));
    const build = {
      context: ".",
      dockerfile: undefined,
      platform: undefined,
      target: undefined,
      args: {},
      cacheFrom: [],
    };
    await buildImage(engine, build, {
      service: "web",
      tag: image,
      project: folder,
      progress: () => undefined,
    });
  };

  const start = async (service: object): Promise<LocalStack> => {
    await publish("v1");
    const web = {
      image,
      port: 8080,
      desiredCount: 2,
      drainSeconds: 5,
      writable: ["/var/cache/web"],
      ...service,
    };
    const deployment = await simulate({
      stack: "dev",
      config: toConfig({ "aws:region": "eu-west-2", services: { web }, network: { egress: "public" } }),
    });
    stack = await startStack({
      deployment,
      project: projectFolder,
      metadataAddress: "0.0.0.0",
      // Requests go on to tasks that are told to stop: what the drain is for.
      registry: { discoveryCacheSeconds: 2 },
      runner: async (metadata) => {
        const say = (message: string) => progress.push(message);
        const shared = { project: projectFolder, region: "eu-west-2", progress: say };
        const runner = new ContainerRunner({ ...shared, engine, metadata });
        await runner.sweep();
        return runner;
      },
      scheduler: { eagerness: 0.2, backoff: () => 0.05 },
      events: {
        progress: (message) => progress.push(message),
        trouble: (message) => output.push(message),
        accessLog: () => undefined,
        output: (_, __, line) => output.push(line),
        taskChanged: () => undefined,
        rolloutChanged: (_, rollout: Rollout) => rollouts.push(`${rollout.number} ${rollout.state}`),
      },
    });
    const [rollout] = await stack.deployed;
    assert.equal(rollout?.state, "COMPLETED", `${rollout?.lastFailure ?? ""}\n${output.join("\n")}`);
    return stack;
  };

  /** How requests end while the image is replaced by another. */
  const rollUnderLoad = async (running: LocalStack): Promise<Map<string, number>> => {
    const agent = new Agent();
    const counts = new Map<string, number>();
    let going = true;
    const worker = async () => {
      while (going) {
        const answer = await request(`http://127.0.0.1:${running.port}/version`, { dispatcher: agent });
        const body = await answer.body.text();
        const outcome = answer.statusCode === 200 ? body : `lost ${answer.statusCode}`;
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      }
    };
    const workers = [0, 1, 2, 3].map(worker);
    await publish("v2");
    const [service] = running.topology.services;
    const rollout = await running.ecs.deploy(service!);
    assert.equal(rollout?.state, "COMPLETED", rollout?.lastFailure);
    // Caches have run out, and the last of the old tasks has gone.
    const [scheduler] = running.ecs.schedulers.values();
    await until(() => [...scheduler!.tasks].every(({ state }) => state === "RUNNING"));
    const before = counts.get("v2") ?? 0;
    await until(() => (counts.get("v2") ?? 0) > before + 20);
    going = false;
    await Promise.all(workers);
    await agent.close();
    return counts;
  };

  it("makes an image healthy that has no health check, and may not write but where it is said", async () => {
    const running = await start({});
    assert.equal((await get(running.port, "/version")).body, "v1");
    // A drain of none, for the companion has it.
    assert.equal((await get(running.port, "/facts")).body, "10001 0 ok ok OSError");
    const built = progress.filter((line) => line.startsWith("web: building the image"));
    assert.equal(built.length, 1, progress.join("\n"));
  });

  it("loses no request of an application that ends at once on SIGTERM", async () => {
    const running = await start({});
    const counts = await rollUnderLoad(running);
    assert.deepEqual([...counts.keys()].sort(), ["v1", "v2"], JSON.stringify([...counts]));
    const told = output.filter((line) => line === "companion: told to stop; web serves on for 5 s").length;
    const ended = output.filter((line) => line === "ends at once").length;
    assert.deepEqual({ told, ended }, { told: 2, ended: 2 }, output.join("\n"));
  });

  it("is missed without: the same image then loses requests", async () => {
    const asks =
      "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/version', timeout=2)";
    const healthCheck = { command: ["CMD", "python3", "-c", asks] };
    const counts = await rollUnderLoad(await start({ companion: false, healthCheck }));
    assert.ok((counts.get("lost 503") ?? 0) > 0, JSON.stringify([...counts]));
    assert.ok(!output.some((line) => line.startsWith("companion")));
  });

  it("ends the task when the application has ended, so that another takes its place", async () => {
    const running = await start({ desiredCount: 1 });
    const [arn = ""] = running.topology.registries.keys();
    const [first] = running.registry.discover(arn);
    await get(running.port, "/end");
    await until(() => output.includes("companion: web has ended, and the task ends with it"));
    const replaced = () => running.registry.healthy(arn).some(({ id }) => id !== first?.id);
    for (let tries = 0; tries < 5 && !replaced(); tries += 1) await until(replaced).catch(() => undefined);
    assert.ok(replaced(), output.join("\n"));
  });

  it("rolls back an image that is never healthy", async () => {
    const running = await start({
      desiredCount: 1,
      healthCheck: { interval: 5, retries: 1, startPeriod: 1 },
    });
    writeFileSync(join(folder, "server.py"), "import sys; sys.exit('no configuration')");
    const build = {
      context: ".",
      dockerfile: undefined,
      platform: undefined,
      target: undefined,
      args: {},
      cacheFrom: [],
    };
    await buildImage(engine, build, {
      service: "web",
      tag: image,
      project: folder,
      progress: () => undefined,
    });
    const rollout = await running.ecs.deploy(running.topology.services[0]!);
    assert.equal(rollout?.state, "FAILED");
    assert.ok(output.includes("no configuration"), output.join("\n"));
    await until(() => rollouts.at(-1) === "1 COMPLETED");
    assert.equal((await get(running.port, "/version")).body, "v1");
  });
});

describe("a job in containers, beside a sidecar that never ends", function () {
  this.timeout(240_000);
  it("may write where it is said, hears of the sidecar, and ends with its own code", async () => {
    const work = [
      "import os, pathlib, socket, sys, time",
      "[pathlib.Path(folder, 'written').write_text('x') for folder in ['/tmp', '/var/spool/report']]",
      "print('as', os.getuid(), os.environ['JOB_NAME'], flush=True)",
      "print('asks', socket.create_connection(('127.0.0.1', 4317), 5).recv(9).decode(), flush=True)",
      "sys.exit(3)",
    ].join("\n");
    const answers = [
      "import socket",
      "server = socket.create_server(('127.0.0.1', 4317))",
      "while True: server.accept()[0].sendall(b'collector')",
    ].join("\n");
    const asks = "import socket; socket.create_connection(('127.0.0.1', 4317), 2)";
    const report = {
      image: "python:3.13-slim",
      command: ["python3", "-c", work],
      writable: ["/var/spool/report"],
      sidecars: {
        collector: {
          image: "python:3.13-slim",
          command: ["python3", "-c", answers],
          healthCheck: { command: ["CMD", "python3", "-c", asks], interval: 5 },
          stopTimeout: 2,
        },
      },
      dependsOn: { collector: "HEALTHY" },
    };
    const config = toConfig({
      "aws:region": "eu-west-2",
      network: { egress: "public" },
      jobs: { report },
    });
    const output: string[] = [];
    const said: string[] = [];
    const code = await runLocally(
      "report",
      { stack: "dev", config, tasks: "containers" },
      { output: (line) => output.push(line), say: (line) => said.push(line), stoppable: () => undefined },
    );
    assert.deepEqual(
      { code, output },
      { code: 3, output: ["as 10001 report", "asks collector"] },
      said.join("\n"),
    );
    assert.equal(said.at(-1), "report: it ended with code 3");
    const docker = (await findEngine()).docker;
    const left = await docker.listContainers({
      all: true,
      filters: { label: [`${label.owner}=${process.pid}`] },
    });
    assert.deepEqual(left, []);
  });
});

describe("the companion's script, with the busybox of the engine's base", () => {
  const busybox = findBusybox();
  if (busybox !== undefined) describeScript(busybox);
  else it("is there", () => assert.fail("there is no busybox: run .ci/busybox"));
});
