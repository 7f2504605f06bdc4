/** Not part of `npm test`; see containers.e2e.ts. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { registryArn } from "../local/fixture";
import { get, until } from "../local/http";
import { dockerfile, healthCheck, Stage } from "./stage";

describe("the local stack with containers", function () {
  this.timeout(180_000);
  const stage = new Stage();

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
    const running = await stage.start({
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
    await stage.completed(running);
    assert.equal((await get(running.port, "/")).body, "v1");
    const at = (line: string) => stage.output.indexOf(line);
    assert.ok(at("init: set up") >= 0 && at("init: set up") < at("listening"), stage.output.join("\n"));
    const asked = at("collector: asked /health");
    assert.ok(asked >= 0 && asked < at("listening"));
    const [scheduler] = running.ecs.schedulers.values();
    scheduler!.setDesired(0);
    await until(() => stage.output.includes("collector: flushed"));
    assert.ok(at("draining") < at("collector: flushed"), "the collector outlives the drain");
    await until(() => scheduler!.tasks.size === 0);
    assert.deepEqual(await stage.ours(), []);
  });

  it("replaces a task whose essential sidecar ends", async () => {
    const running = await stage.start({
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
    await stage.completed(running);
    const [before] = running.registry.discover(registryArn);
    await until(() => running.registry.discover(registryArn).some(({ id }) => id !== before?.id));
  });

  it("starts nothing new before what runs before has ended well, and goes back when it never does", async () => {
    const migrate = (code: number): void =>
      writeFileSync(
        join(stage.folder, "app", "migrate.py"),
        `import os, sys\nprint("migrating as", os.getuid(), flush=True)\nprint("the last line", flush=True)\nsys.exit(${code})\n`,
      );
    migrate(0);
    writeFileSync(
      join(stage.folder, "app", "Dockerfile"),
      dockerfile.replace("COPY server.py health.py ./", "COPY server.py health.py migrate.py ./"),
    );
    const command = ["python3", "migrate.py"];
    // Three files are edited, and each deployment is asked for.
    const running = await stage.start({
      ...{ watch: false, desiredCount: 1, maximum: 200 },
      before: { command, startTimeout: 60 },
    });
    await stage.completed(running);
    const at = (line: string) => stage.output.indexOf(line);
    const said = "web-before: migrating as 10001";
    assert.ok(at(said) >= 0 && at(said) < at("listening"), stage.output.join("\n"));

    // A version whose migration fails: three launches, none of which served, and the version before still does.
    stage.output.length = 0;
    stage.edit("v2");
    migrate(3);
    const [service] = running.topology.services;
    const failed = await running.ecs.deploy(service!);
    assert.equal(failed?.state, "FAILED");
    assert.equal(
      failed.lastFailure,
      "web-before: it ended with code 3, and web starts only once it has ended with 0",
    );
    assert.deepEqual(stage.output.slice(-2), [said, "web-before: the last line"]);
    assert.ok(!stage.output.includes("listening"), stage.output.join("\n"));
    assert.ok(stage.output.filter((line) => line === said).length >= 3, stage.output.join("\n"));
    await until(() => stage.rollouts.at(-1) === "1 COMPLETED");
    assert.equal((await get(running.port, "/")).body, "v1");

    // And a good one.
    stage.output.length = 0;
    stage.edit("v3");
    migrate(0);
    assert.equal((await running.ecs.deploy(service!))?.state, "COMPLETED");
    assert.ok(at(said) >= 0 && at(said) < at("listening"), stage.output.join("\n"));
    await until(() => running.registry.healthy(registryArn).length === 1);
    assert.equal((await get(running.port, "/")).body, "v3");
    await running.close();
    assert.deepEqual(await stage.ours(), []);
  });
});
