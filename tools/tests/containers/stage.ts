/** One service of Python in containers of a real Docker engine, on a stack of its own for each test. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findEngine, type Engine } from "../../local/fargate/engine";
import { ContainerRunner } from "../../local/fargate/containers";
import { label } from "../../local/fargate/labels";
import type { Rollout } from "../../local/ecs/rollout";
import { startStack, type LocalStack } from "../../local/stack";
import type { Deployment } from "../../../simulate/deployment";
import { fixture, type FixtureOptions } from "../local/fixture";

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

export const dockerfile = `FROM python:3.13-slim
WORKDIR /app
COPY server.py health.py ./
COPY package ./package
VOLUME ["/tmp"]
USER 10001:10001
CMD ["python3", "server.py"]
`;

export const healthCheck = {
  command: ["CMD", "python3", "health.py"],
  interval: 2,
  timeout: 2,
  retries: 2,
  startPeriod: 2,
};

export class Stage {
  engine!: Engine;
  folder!: string;
  rollouts: string[] = [];
  output: string[] = [];
  explained: string[] = [];
  private stack: LocalStack | undefined;

  /** To be called in a describe, whose tests find each its own folder and stack. */
  constructor() {
    before(async () => {
      this.engine = await findEngine();
    });
    beforeEach(() => this.open());
    afterEach(() => this.end());
  }

  private open(): void {
    this.folder = mkdtempSync(join(tmpdir(), "local-stack-"));
    mkdirSync(join(this.folder, "app", "package", "inner"), { recursive: true });
    this.edit("v1");
    writeFileSync(join(this.folder, "app", "health.py"), health);
    writeFileSync(join(this.folder, "app", "package", "inner", "module.py"), "");
    writeFileSync(join(this.folder, "app", "Dockerfile"), dockerfile);
    writeFileSync(join(this.folder, "app", ".dockerignore"), "*\n!Dockerfile\n!*.py\n!package\n");
    this.rollouts = [];
    this.output = [];
    this.explained = [];
  }

  private async end(): Promise<void> {
    await this.stack?.close();
    this.stack = undefined;
    rmSync(this.folder, { recursive: true, force: true });
  }

  edit(version: string): void {
    writeFileSync(join(this.folder, "app", "server.py"), server(version));
  }

  async start(
    options: FixtureOptions & { watch?: boolean } = {},
    change = (deployment: Deployment) => deployment,
  ): Promise<LocalStack> {
    const recorded = fixture({
      context: "app",
      port: 8080,
      desiredCount: 2,
      maximum: 150,
      healthCheck,
      ...options,
    });
    const deployment = change(recorded);
    this.stack = await startStack({
      deployment,
      project: this.folder,
      watch: options.watch ?? true,
      metadataAddress: "0.0.0.0",
      runner: async (metadata) => {
        const progress = (message: string) => void this.output.push(message);
        const shared = { project: this.folder, region: "eu-west-2", progress };
        const runner = new ContainerRunner({ ...shared, engine: this.engine, metadata });
        await runner.sweep();
        return runner;
      },
      scheduler: { eagerness: 0.2, backoff: () => 0.05 },
      events: {
        progress: () => undefined,
        trouble: (message) => this.output.push(message),
        accessLog: () => undefined,
        output: (_, __, line) => this.output.push(line),
        taskChanged: () => undefined,
        rolloutChanged: (_, rollout: Rollout) => this.rollouts.push(`${rollout.number} ${rollout.state}`),
        explained: (_, __, message) => this.explained.push(message),
      },
    });
    return this.stack;
  }

  async completed(running: LocalStack): Promise<void> {
    const [rollout] = await running.deployed;
    assert.equal(rollout?.state, "COMPLETED", `${rollout?.lastFailure ?? ""}\n${this.output.join("\n")}`);
  }

  /** Another run on this machine has containers of the same names. */
  ours(): ReturnType<Engine["docker"]["listContainers"]> {
    const filters = { label: [`${label.owner}=${process.pid}`] };
    return this.engine.docker.listContainers({ all: true, filters });
  }
}
