/** `npm start` in a copy of this project, whose files can be edited. */
import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcessByStdio } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { freePort } from "../../local/fargate/ports";
import { get, until } from "./http";

const project = resolve(__dirname, "../../..");

const server = `
const { createServer } = require("node:http");
const server = createServer((request, response) => response.end(process.env.GREETING ?? "none"));
server.listen(Number(process.env.LISTEN ?? process.env.PORT), process.env.HOST);
`;
const check = `fetch("http://localhost:" + process.env.PORT).then(() => process.exit(0), () => process.exit(1))`;

describe("npm start with a service of one's own", function () {
  this.timeout(120_000);
  let folder: string;
  let child: ChildProcessByStdio<null, Readable, Readable> | undefined;
  let output: string;
  let code: number | null | undefined;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "restart-"));
    const { stdout } = spawnSync("git", ["ls-files", "-co", "--exclude-standard"], {
      cwd: project,
      encoding: "utf8",
    });
    for (const file of stdout.split("\n").filter((name) => /\.(ts|cjs|json|yaml)$/.test(name)))
      cpSync(join(project, file), join(folder, file));
    symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
    mkdirSync(join(folder, "web"));
    writeFileSync(
      join(folder, "web", "Dockerfile"),
      'FROM node:22\nWORKDIR /app\nCOPY . .\nCMD ["node", "server.js"]\n',
    );
    writeFileSync(join(folder, "web", "server.js"), server);
  });
  after(() => rmSync(folder, { recursive: true }));
  afterEach(async () => {
    child?.kill("SIGKILL");
    await until(() => code !== undefined);
    child = undefined;
  });

  const configure = (service: object) =>
    writeFileSync(
      join(folder, "Pulumi.mine.yaml"),
      JSON.stringify({
        config: {
          "aws:region": "eu-west-2",
          services: { web: { build: "./web", port: 8000, companion: false, ...service } },
        },
      }),
    );
  const start = (...args: string[]) => {
    output = "";
    code = undefined;
    const command = [
      "-r",
      "./tools/preload.cjs",
      "tools/commands/start.ts",
      "--stack",
      "mine",
      "--port",
      "0",
      "--dns-port",
      "0",
    ];
    child = spawn(process.execPath, [...command, ...args], {
      cwd: folder,
      env: { ...process.env, DOCKER_HOST: "unix:///nonexistent/docker.sock" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("close", (ended) => (code = ended));
  };
  const wait = async (what: RegExp) => {
    for (let tries = 0; tries < 4 && !what.test(output) && code === undefined; tries += 1)
      await until(() => what.test(output) || code !== undefined).catch(() => undefined);
    assert.match(output, what);
  };
  const healthy = { healthCheck: { command: ["CMD", "node", "-e", check] } };

  it("an edit of the stack's file takes effect, one that is wrong changes nothing", async () => {
    configure({ ...healthy, environment: { GREETING: "one" } });
    start();
    await wait(/curl http/);
    const port = Number(/curl http:\/\/localhost:(\d+)/.exec(output)?.[1]);
    assert.equal((await get(port, "/")).body, "one");

    configure({ ...healthy, port: "none" });
    await wait(/services\.web\.port: got "none"[^]*What was served before goes on\./);
    assert.equal((await get(port, "/")).body, "one");

    configure({ ...healthy, environment: { GREETING: "two" } });
    await wait(/Starting anew with it[^]*curl http/);
    assert.equal((await get(port, "/")).body, "two", "on the same port");

    appendFileSync(join(folder, "service.ts"), "\n// Nothing.\n");
    await wait(
      /service\.ts changed: reading the program again …\nIt changes nothing of what is served here\./,
    );
    appendFileSync(join(folder, "rules", "rollout.ts"), "\n// Nothing.\n");
    await wait(
      /rules\/rollout\.ts changed: end this with Ctrl-C and start it again for that to take effect\./,
    );
  });

  it("the console leaves its port to the API", async () => {
    configure({ ...healthy, environment: { GREETING: "one" } });
    const port = await freePort();
    start("--port", `${port}`, "--console-port", `${port}`);
    await wait(/curl http/);
    assert.match(
      output,
      new RegExp(`^Console: http://localhost:\\d+/ \\(port ${port} is the API's\\)$`, "m"),
    );
    assert.equal((await get(port, "/")).body, "one");
  });

  it("a health check that the image cannot run ends it at once, with the fix", async () => {
    configure({ healthCheck: { command: ["CMD", "no-such-program", "-f"] } });
    start();
    await wait(/The tasks of web do not become healthy/);
    await until(() => code !== undefined);
    assert.equal(code, 1);
    assert.match(output, /health check failed: `no-such-program -f`: spawn no-such-program ENOENT\n/);
    assert.match(
      output,
      / {2}The image has no `no-such-program`, so its health check can never succeed\. Fix: /,
    );
    assert.doesNotMatch(output, /\n {4}at /);
  });

  it("the wrong port is told while it waits, and mended by an edit", async () => {
    configure({ ...healthy, environment: { LISTEN: "0" } });
    start();
    await wait(/health check failed: `node -e .*`: exit code 1\n/);
    await wait(
      /Nothing listens on PORT=\d+; it listens on \d+\. Fix: read PORT, or write `port: \d+` below services\.web/,
    );
    await wait(/It has the time that Amazon ECS gives it, \d+ s\. An edit takes effect at once\./);
    configure({ ...healthy });
    await wait(/Starting anew with it[^]*curl http/);
  });
});
