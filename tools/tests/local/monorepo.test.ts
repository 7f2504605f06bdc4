import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { types, fixture } from "./fixture";
import { get, until } from "./http";
import { ProcessRunner } from "../../local/fargate/processes";
import { startStack, type LocalStack } from "../../local/stack";
import type { Deployment } from "../../../simulate/deployment";

const server = `
import { createServer } from "node:http";
import { greeting } from "@monorepo/greeting";
const option = (name) => process.argv[process.argv.indexOf(name) + 1];
createServer((request, response) => response.end(JSON.stringify({ greeting, folder: process.cwd(), found: found() }))).listen(
  Number(option("--port")),
  option("--host"),
);
function found() {
  try {
    return import.meta.resolve("yaml");
  } catch (error) {
    return error.code;
  }
}
`;

const dockerfile = `FROM node:22 AS install
WORKDIR /repository
COPY package.json package-lock.json ./
COPY packages/api/package.json packages/api/
COPY packages/greeting/package.json packages/greeting/
RUN npm ci
COPY packages packages
FROM node:22 AS run
WORKDIR /repository/packages/api
COPY --from=install /repository /repository
CMD ["node", "server.js", "--host", "0.0.0.0", "--port", "8000"]
FROM scratch AS empty
CMD ["/service"]
`;

/** Two packages with one lock file, at the root, which names nothing that a registry has. */
const files = {
  "package.json": JSON.stringify({ name: "monorepo", private: true, workspaces: ["packages/*"] }),
  "packages/greeting/package.json": JSON.stringify({
    name: "@monorepo/greeting",
    version: "1.0.0",
    type: "module",
    exports: "./index.js",
  }),
  "packages/greeting/index.js": 'export const greeting = "hello";\n',
  "packages/api/package.json": JSON.stringify({
    name: "@monorepo/api",
    version: "1.0.0",
    type: "module",
    dependencies: { "@monorepo/greeting": "1.0.0" },
  }),
  "packages/api/server.js": server,
  "packages/api/Dockerfile": dockerfile,
  "packages/api/only-here.txt": "",
};

describe("a monorepo whose tasks run as processes", function () {
  this.timeout(60_000);
  let folder: string;
  let stack: LocalStack | undefined;
  let output: string[];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "local-monorepo-"));
    for (const [file, text] of Object.entries(files)) write(file, text);
    const { status, stderr } = spawnSync(
      "npm",
      ["install", "--package-lock-only", "--offline", "--no-audit"],
      {
        cwd: join(folder, "repository"),
        encoding: "utf8",
      },
    );
    assert.equal(status, 0, stderr);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(() => (output = []));
  afterEach(async () => {
    await stack?.close();
    stack = undefined;
  });

  const write = (file: string, text: string) => {
    const path = join(folder, "repository", file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const built = (target: string): Deployment => {
    const health = { command: ["CMD-SHELL", "exec node -e 'fetch(\"http://localhost:8000\")'"], interval: 1 };
    const deployment = fixture({ port: 8000, healthCheck: health });
    const build = { context: "repository", dockerfile: "repository/packages/api/Dockerfile", target };
    return {
      ...deployment,
      resources: deployment.resources.map((resource) =>
        resource.type === types.image ? { ...resource, inputs: { ...resource.inputs, build } } : resource,
      ),
    };
  };
  const start = async (target: string): Promise<LocalStack> => {
    stack = await startStack({
      deployment: built(target),
      project: folder,
      watch: false,
      runner: (metadata) =>
        Promise.resolve(
          new ProcessRunner({
            project: folder,
            state: join(folder, ".local"),
            region: "eu-west-2",
            metadata,
            progress: (message) => output.push(message),
          }),
        ),
      scheduler: { eagerness: 0.05, backoff: () => 0.05 },
      events: {
        progress: () => undefined,
        trouble: (message) => output.push(message),
        accessLog: () => undefined,
        output: (_, __, line) => output.push(line),
        taskChanged: () => undefined,
        rolloutChanged: () => undefined,
      },
    });
    return stack;
  };

  it("runs where its Dockerfile says, with the packages of its lock file and no others, and for this machine alone", async () => {
    const { port, deployed, ecs } = await start("run");
    const [rollout] = await deployed;
    assert.equal(rollout?.state, "COMPLETED", `${rollout?.lastFailure ?? ""}\n${output.join("\n")}`);
    const answer = JSON.parse((await get(port, "/")).body) as {
      greeting: string;
      folder: string;
      found: string;
    };
    assert.equal(answer.greeting, "hello");
    assert.ok(answer.folder.endsWith("/repository/packages/api"), answer.folder);
    assert.ok(existsSync(join(answer.folder, "only-here.txt")));
    assert.equal(answer.found, "ERR_MODULE_NOT_FOUND");

    const [scheduler] = ecs.schedulers.values();
    const [task] = scheduler!.tasks;
    const own = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4");
    for (const { address } of own) assert.equal(await connects(address, task!.running!.port), false, address);
  });

  it("installs once for a lock file, in a place of its own, and again when that changes", async () => {
    const places = () => readdirSync(join(folder, ".local", "node")).length;
    const before = places();
    await (
      await start("run")
    ).deployed;
    assert.deepEqual([places() - before, output.filter((line) => line.includes("npm ci"))], [0, []]);

    const [scheduler] = stack!.ecs.schedulers.values();
    write("packages/greeting/index.js", 'export const greeting = "welcome";\n');
    write(
      "packages/greeting/package.json",
      files["packages/greeting/package.json"].replace("{", '{ "description": "x",'),
    );
    await stack!.ecs.deploy(scheduler!.service);
    await until(async () => (await get(stack!.port, "/")).body.includes("welcome"));
    assert.equal(places() - before, 1);
    assert.deepEqual(
      output.filter((line) => line.includes("npm ci")),
      ["web: installing what package-lock.json names by npm ci (once per change of it) …"],
    );
  });

  it("is refused with the reason, before anything is installed or started, where it is nothing that runs here", async () => {
    await assert.rejects(start("empty"), {
      message:
        "web cannot run as a process: it is built on scratch and starts /service, and processes know Python and Node alone. " +
        "Only containers can run it: start a Docker engine.",
    });
    await assert.rejects(
      start("none"),
      /^Error: web cannot run as a process: its Dockerfile has no stage none\. /,
    );
    assert.deepEqual(output, []);
  });
});

const connects = (address: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 1000 });
    const end = (connected: boolean): void => {
      socket.destroy();
      resolve(connected);
    };
    socket
      .on("connect", () => end(true))
      .on("error", () => end(false))
      .on("timeout", () => end(false));
  });
