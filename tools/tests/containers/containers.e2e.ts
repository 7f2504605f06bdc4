/**
 * The local stack with containers of a real Docker engine. Not part of `npm test`: run it where an engine answers, with
 * `npx mocha --spec tools/tests/containers/containers.e2e.ts`.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { Agent, request } from "undici";
import { enter, type Terminal } from "../../exec/local";
import { findEngine, type Engine } from "../../local/fargate/engine";
import { ContainerRunner } from "../../local/fargate/containers";
import { label } from "../../local/fargate/labels";
import type { Rollout } from "../../local/ecs/rollout";
import { startStack, type LocalStack } from "../../local/stack";
import type { Deployment } from "../../../simulate/deployment";
import { changed, fixture, registryArn, types, type FixtureOptions } from "../local/fixture";
import { get, until } from "../local/http";

const server = (version: string) => `
import http.server, json, os, pathlib, signal, sys, threading, urllib.request

draining = threading.Event()

def facts():
    def attempt(action):
        try:
            action()
            return "ok"
        except OSError as error:
            return type(error).__name__
    return {
        "uid": os.getuid(),
        "root": attempt(lambda: pathlib.Path("/app/written").write_text("x")),
        "tmp": attempt(lambda: pathlib.Path("/tmp/written").write_text("x" * 2_000_000)),
        "env": dict(os.environ),
        "task": json.load(urllib.request.urlopen(os.environ["ECS_CONTAINER_METADATA_URI_V4"] + "/task", timeout=5)),
    }

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.dumps(facts()) if self.path == "/facts" else ${JSON.stringify(version)}
        if self.path == "/call":
            body = "called " + urllib.request.urlopen(os.environ["WEB_URL"], timeout=5).read().decode()
        if self.path == "/end":
            os._exit(1)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        if draining.is_set():
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body.encode())
    do_POST = do_GET
    def log_message(self, *_):
        pass

class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128

def drain(*_):
    print("draining", flush=True)
    draining.set()
    threading.Timer(0.5, lambda: os._exit(0)).start()

signal.signal(signal.SIGTERM, drain)
print("listening", flush=True)
Server((os.environ.get("ADDRESS", "0.0.0.0"), int(os.environ.get("LISTEN") or os.environ["PORT"])), Handler).serve_forever()
`;

const health = `
import os, urllib.request
urllib.request.urlopen("http://127.0.0.1:" + os.environ["PORT"] + "/", timeout=2)
`;

const dockerfile = `FROM python:3.13-slim
WORKDIR /app
COPY server.py health.py ./
COPY package ./package
VOLUME ["/tmp"]
USER 10001:10001
CMD ["python3", "server.py"]
`;

describe("the local stack with containers", function () {
  this.timeout(180_000);
  let engine: Engine;
  let folder: string;
  let stack: LocalStack | undefined;
  let rollouts: string[];
  let output: string[];
  let explained: string[];

  before(async () => {
    engine = await findEngine();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "local-stack-"));
    mkdirSync(join(folder, "app", "package", "inner"), { recursive: true });
    edit("v1");
    writeFileSync(join(folder, "app", "health.py"), health);
    writeFileSync(join(folder, "app", "package", "inner", "module.py"), "");
    writeFileSync(join(folder, "app", "Dockerfile"), dockerfile);
    writeFileSync(join(folder, "app", ".dockerignore"), "*\n!Dockerfile\n!*.py\n!package\n");
    rollouts = [];
    output = [];
    explained = [];
  });
  afterEach(async () => {
    await stack?.close();
    stack = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  const edit = (version: string) => writeFileSync(join(folder, "app", "server.py"), server(version));
  const healthCheck = {
    command: ["CMD", "python3", "health.py"],
    interval: 2,
    timeout: 2,
    retries: 2,
    startPeriod: 2,
  };
  const start = async (
    options: FixtureOptions & { watch?: boolean } = {},
    change = (deployment: Deployment) => deployment,
  ): Promise<LocalStack> => {
    const recorded = fixture({
      context: "app",
      port: 8080,
      desiredCount: 2,
      maximum: 150,
      healthCheck,
      ...options,
    });
    const deployment = change(recorded);
    stack = await startStack({
      deployment,
      project: folder,
      watch: options.watch ?? true,
      metadataAddress: "0.0.0.0",
      runner: async (metadata) => {
        const progress = (message: string) => void output.push(message);
        const shared = { project: folder, region: "eu-west-2", progress };
        const runner = new ContainerRunner({ ...shared, engine, metadata });
        await runner.sweep();
        return runner;
      },
      scheduler: { eagerness: 0.2, backoff: () => 0.05 },
      events: {
        progress: () => undefined,
        trouble: (message) => output.push(message),
        accessLog: () => undefined,
        output: (_, __, line) => output.push(line),
        taskChanged: () => undefined,
        rolloutChanged: (_, rollout: Rollout) => rollouts.push(`${rollout.number} ${rollout.state}`),
        explained: (_, __, message) => explained.push(message),
      },
    });
    return stack;
  };
  const completed = async (running: LocalStack) => {
    const [rollout] = await running.deployed;
    assert.equal(rollout?.state, "COMPLETED", `${rollout?.lastFailure ?? ""}\n${output.join("\n")}`);
  };
  const ours = () =>
    engine.docker.listContainers({ all: true, filters: { label: [`${label.owner}=${process.pid}`] } });

  it("a folder that the image declares no volume at is root's, and that is said", async () => {
    writeFileSync(join(folder, "app", "Dockerfile"), dockerfile.replace('VOLUME ["/tmp"]\n', ""));
    const { port, deployed } = await start({ desiredCount: 1 });
    await deployed;
    const facts = JSON.parse((await get(port, "/facts")).body) as Record<string, unknown>;
    assert.equal(facts.tmp, "PermissionError");
    assert.ok(
      output.some((line) => line.includes("user 10001 cannot write to /tmp: AWS gives it to root")),
      output.join("\n"),
    );
  });

  it("runs tasks as the task definition says, each with its own address", async () => {
    const running = await start({ environment: { GREETED: "yes" } });
    await completed(running);
    const instances = running.registry.discover(registryArn);
    const places = new Set(instances.map(({ address, port }) => `${address}:${port}`));
    assert.equal(places.size, 2);
    if (engine.bridged)
      assert.ok(instances.every(({ address, port }) => address !== "127.0.0.1" && port === 8080));

    const facts = JSON.parse((await get(running.port, "/facts")).body) as {
      uid: number;
      root: string;
      tmp: string;
      env: Record<string, string>;
      task: Record<string, unknown>;
    };
    assert.equal(facts.uid, 10001);
    assert.equal(facts.root, "OSError", "the root file system should be read-only");
    assert.equal(facts.tmp, "ok");
    assert.equal(facts.env.GREETED, "yes");
    assert.match(String(facts.task.AvailabilityZone), /^eu-west-2[ab]$/);
    assert.ok(output.includes("listening"));
    await running.close();
    assert.deepEqual(await ours(), []);
  });

  it("rolls to edited code under load without a failed request", async () => {
    const running = await start();
    await completed(running);
    const agent = new Agent();
    const counts = new Map<string, number>();
    let going = true;
    const worker = async (index: number) => {
      while (going) {
        const post =
          index % 2 === 0 ? {} : { method: "POST" as const, body: "x".repeat(10_000), reset: true };
        const answer = await request(`http://127.0.0.1:${running.port}/`, { dispatcher: agent, ...post });
        const outcome = `${answer.statusCode} ${await answer.body.text()}`;
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      }
    };
    const workers = [0, 1, 2, 3].map(worker);
    edit("v2");
    for (let tries = 0; tries < 5 && !rollouts.includes("2 COMPLETED"); tries += 1) {
      await until(() => rollouts.includes("2 COMPLETED")).catch(() => undefined);
    }
    await until(() => (counts.get("200 v2") ?? 0) > 20);
    going = false;
    await Promise.all(workers);
    await agent.close();
    assert.deepEqual([...counts.keys()].sort(), ["200 v1", "200 v2"]);
    assert.ok(output.includes("draining"));
  });

  it("lets a container be entered as root, and says what its image does not have", async () => {
    const running = await start();
    await completed(running);
    const { cluster, name } = running.topology.services[0]!;
    const run = async (...command: string[]): Promise<[code: number | undefined, seen: string]> => {
      const stdout = new PassThrough();
      const terminal = { stdin: new PassThrough().end(), stdout } as unknown as Terminal;
      const wanted = { project: folder, cluster, service: name, container: "web", task: undefined };
      const code = await enter(engine.docker, wanted, command, terminal);
      return [code, String(stdout.read() ?? "")];
    };
    assert.deepEqual(await run("/bin/sh", "-c", "id -u; exit 3"), [3, "0\n"]);
    await assert.rejects(run("/no/shell"), /^Error: The image has no \/no\/shell;/);
    const other = { project: folder, cluster, service: name, container: "nobody", task: undefined };
    assert.equal(await enter(engine.docker, other, ["id"], process), undefined);
  });

  it("replaces a container that ends", async () => {
    const running = await start();
    await completed(running);
    const before = new Set(running.registry.discover(registryArn).map(({ id }) => id));
    assert.equal(
      (await get(running.port, "/end")).status,
      503,
      "the request in flight is lost, and not tried again",
    );
    await until(() => {
      const now = running.registry.discover(registryArn);
      return now.length === 2 && now.some(({ id }) => !before.has(id));
    });
    assert.equal((await get(running.port, "/")).body, "v1");
  });

  it("lets nobody but root bind port 80, as on Fargate, unless the image gives the capability", async () => {
    const running = await start({ port: 80, desiredCount: 1, maximum: 200 });
    assert.deepEqual(
      (await running.deployed).map((rollout) => rollout?.state),
      ["FAILED"],
    );
    assert.ok(
      output.some((line) => line.includes("PermissionError")),
      output.join("\n"),
    );
    assert.equal((await get(running.port, "/")).status, 503);
  });

  it("ends the wait at once where no time helps, and says why", async () => {
    const cases: [fault: string, options: FixtureOptions, says: RegExp][] = [
      [
        "",
        { healthCheck: { ...healthCheck, interval: 60, command: ["CMD", "curl", "-f", "http://localhost"] } },
        /^The image has no `curl`, so its health check can never succeed\./m,
      ],
      [
        "USER 0\nRUN chmod 700 server.py",
        {},
        /^It runs as user 10001, whatever its image says, and may not use \/app\/server\.py\./m,
      ],
      ['CMD ["uvicorn"]', {}, /^What it is started with is not in the image\. Fix: /m],
      ['CMD ["python3", "-m", "fastapi"]', {}, /^`No module named fastapi`: the image lacks it\./m],
    ];
    for (const [fault, options, says] of cases) {
      writeFileSync(join(folder, "app", "Dockerfile"), `${dockerfile}${fault}\n`);
      explained = [];
      const running = await start({ desiredCount: 1, ...options });
      const [rollout] = await running.deployed;
      assert.equal(rollout?.state, "FAILED");
      assert.match(rollout.advice.join("\n"), says);
      assert.match(explained.join("\n"), says);
      await running.close();
    }
  });

  it("says where a task listens instead", async () => {
    const running = await start({
      desiredCount: 1,
      environment: { LISTEN: "3000" },
      healthCheck: { ...healthCheck, interval: 20 },
    });
    const said =
      /^Nothing listens on PORT=8080; it listens on 3000\. Fix: let it listen on PORT, or write `port: 3000`/m;
    for (let tries = 0; tries < 3 && !said.test(explained.join("\n")); tries += 1)
      await until(() => said.test(explained.join("\n"))).catch(() => undefined);
    assert.match(explained.join("\n"), said);
    assert.match(
      explained[0] ?? "",
      /^health check failed: `python3 health\.py`: exit code 1\n[^]*Connection refused/,
    );
    await running.close();
  });

  it("says that nobody but the task itself gets there", async () => {
    const running = await start({ desiredCount: 1, environment: { ADDRESS: "127.0.0.1" } });
    await completed(running);
    await until(() => explained.length > 0);
    assert.match(
      explained.join("\n"),
      /^It listens on 127\.0\.0\.1:8080 alone\..* on AWS every request is answered 503\./,
    );
  });

  it("removes what an earlier run left behind", async () => {
    const running = await start({ desiredCount: 1, maximum: 200 });
    await completed(running);
    const [container] = await ours();
    assert.ok(container);
    await running.close();
    const left = await engine.docker.createContainer({
      Image: "local/web:latest",
      // No process has this number: it is above every system's limit.
      Labels: { ...container.Labels, [label.owner]: "99999999" },
    });
    const again = await start({ desiredCount: 0 });
    await again.deployed;
    await assert.rejects(left.inspect(), { statusCode: 404 });
  });

  it("runs sidecars at the same address, starts them before the application and stops them after it", async () => {
    const listener = [
      "import http.server, os, signal, sys",
      "class Handler(http.server.BaseHTTPRequestHandler):",
      "    def do_GET(self):",
      "        print('asked', self.path, flush=True); self.send_response(204); self.end_headers()",
      "signal.signal(signal.SIGTERM, lambda *_: (print('flushed', flush=True), os._exit(0)))",
      "http.server.HTTPServer(('127.0.0.1', 4318), Handler).serve_forever()",
    ].join("\n");
    const asks = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:4318/health', timeout=2)";
    const collector = {
      name: "collector",
      image: "python:3.13-slim",
      essential: true,
      command: ["python3", "-c", listener],
      readonlyRootFilesystem: true,
      healthCheck: {
        command: ["CMD", "python3", "-c", asks],
        interval: 2,
        timeout: 2,
        retries: 2,
        startPeriod: 5,
      },
      stopTimeout: 10,
    };
    const init = {
      name: "init",
      image: "python:3.13-slim",
      essential: false,
      command: ["python3", "-c", "print('set up')"],
    };
    const running = await start({
      desiredCount: 1,
      maximum: 200,
      beside: {
        containers: [collector, init],
        dependsOn: [
          { containerName: "collector", condition: "HEALTHY" },
          { containerName: "init", condition: "SUCCESS" },
        ],
      },
      // From the application's own container: one network namespace, as on Fargate.
      healthCheck: { ...healthCheck, command: ["CMD", "python3", "-c", asks] },
    });
    await completed(running);
    assert.equal((await get(running.port, "/")).body, "v1");
    const at = (line: string) => output.indexOf(line);
    assert.ok(at("init: set up") >= 0 && at("init: set up") < at("listening"), output.join("\n"));
    const asked = at("collector: asked /health");
    assert.ok(asked >= 0 && asked < at("listening"));
    const [scheduler] = running.ecs.schedulers.values();
    scheduler!.setDesired(0);
    await until(() => output.includes("collector: flushed"));
    assert.ok(at("draining") < at("collector: flushed"), "the collector outlives the drain");
    await until(() => scheduler!.tasks.size === 0);
    assert.deepEqual(await ours(), []);
  });

  it("gives a folder for a file system, which lasts when the tasks go", async () => {
    const fileSystem = { fileSystemId: "fs-0a1b2c3d", accessPointId: "fsap-0a1b2c3d" };
    const asks = "import pathlib, urllib.request, os; pathlib.Path('/data/kept').write_text('x')";
    const running = await start({
      desiredCount: 1,
      maximum: 200,
      fileSystem,
      healthCheck: { ...healthCheck, command: ["CMD", "python3", "-c", asks] },
    });
    await completed(running);
    await running.close();
    assert.equal(readFileSync(join(folder, ".local/volumes/fs-0a1b2c3d-fsap-0a1b2c3d/kept"), "utf8"), "x");
  });

  it("replaces a task whose essential sidecar ends", async () => {
    const running = await start({
      desiredCount: 1,
      maximum: 200,
      beside: {
        containers: [
          {
            name: "short",
            image: "python:3.13-slim",
            command: ["python3", "-c", "import time; time.sleep(6)"],
            healthCheck: { command: ["CMD", "true"], interval: 2 },
          },
        ],
        dependsOn: [],
      },
    });
    await completed(running);
    const [before] = running.registry.discover(registryArn);
    await until(() => running.registry.discover(registryArn).some(({ id }) => id !== before?.id));
  });

  it("starts nothing new before what runs before has ended well, and goes back when it never does", async () => {
    const migrate = (code: number): void =>
      writeFileSync(
        join(folder, "app", "migrate.py"),
        `import os, sys\nprint("migrating as", os.getuid(), flush=True)\nprint("the last line", flush=True)\nsys.exit(${code})\n`,
      );
    migrate(0);
    writeFileSync(
      join(folder, "app", "Dockerfile"),
      dockerfile.replace("COPY server.py health.py ./", "COPY server.py health.py migrate.py ./"),
    );
    const command = ["python3", "migrate.py"];
    // Three files are edited, and each deployment is asked for.
    const running = await start({
      ...{ watch: false, desiredCount: 1, maximum: 200 },
      before: { command, startTimeout: 60 },
    });
    await completed(running);
    const at = (line: string) => output.indexOf(line);
    const said = "web-before: migrating as 10001";
    assert.ok(at(said) >= 0 && at(said) < at("listening"), output.join("\n"));

    // A version whose migration fails: three launches, none of which served, and the version before still does.
    output.length = 0;
    edit("v2");
    migrate(3);
    const [service] = running.topology.services;
    const failed = await running.ecs.deploy(service!);
    assert.equal(failed?.state, "FAILED");
    assert.equal(
      failed.lastFailure,
      "web-before: it ended with code 3, and web starts only once it has ended with 0",
    );
    assert.deepEqual(output.slice(-2), [said, "web-before: the last line"]);
    assert.ok(!output.includes("listening"), output.join("\n"));
    assert.ok(output.filter((line) => line === said).length >= 3, output.join("\n"));
    await until(() => rollouts.at(-1) === "1 COMPLETED");
    assert.equal((await get(running.port, "/")).body, "v1");

    // And a good one.
    output.length = 0;
    edit("v3");
    migrate(0);
    assert.equal((await running.ecs.deploy(service!))?.state, "COMPLETED");
    assert.ok(at(said) >= 0 && at(said) < at("listening"), output.join("\n"));
    await until(() => running.registry.healthy(registryArn).length === 1);
    assert.equal((await get(running.port, "/")).body, "v3");
    await running.close();
    assert.deepEqual(await ours(), []);
  });

  it("lets a task call a service by the variable that names it", async () => {
    const records = [
      { type: "A", ttl: 10 },
      { type: "SRV", ttl: 10 },
    ];
    const running = await start(
      { environment: { WEB_URL: "http://web.test.internal:8080" } },
      (deployment) => {
        const named = changed(deployment, types.registry, {
          dnsConfig: { namespaceId: "local-namespace", dnsRecords: records },
        });
        // The service calls itself: its groups have to let it.
        const rules = named.resources.flatMap((resource) => {
          if (resource.type !== types.ingress && resource.type !== types.egress) return [];
          const groups = { securityGroupId: "local-sg-tasks", referencedSecurityGroupId: "local-sg-tasks" };
          return [{ ...resource, urn: `${resource.urn}-own`, inputs: { ...resource.inputs, ...groups } }];
        });
        return { ...named, resources: [...named.resources, ...rules] };
      },
    );
    assert.deepEqual(running.topology.problems, []);
    await completed(running);
    assert.equal((await get(running.port, "/call")).body, "called v1", output.join("\n"));
  });

  it("says why an image cannot be built", async () => {
    writeFileSync(join(folder, "app", "Dockerfile"), "FROM python:3.13-slim\nRUN false\n");
    const running = await start();
    await assert.rejects(running.deployed, /The image of web cannot be built/);
  });
});
