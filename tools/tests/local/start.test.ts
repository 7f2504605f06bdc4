import assert from "node:assert/strict";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { get, until } from "./http";

const project = resolve(__dirname, "../../..");

/** `npm start`, or what it runs without npm. */
class Start {
  output = "";
  errors = "";
  code: number | null | undefined;
  private readonly child: ChildProcessByStdio<null, Readable, Readable>;

  constructor(args: string[], npm = false, environment: NodeJS.ProcessEnv = {}) {
    const node = [process.execPath, "-r", "./tools/preload.cjs", "tools/commands/start.ts", ...args];
    const [command = "", ...rest] = npm ? ["npm", "start", "--", ...args] : node;
    this.child = spawn(command, rest, {
      cwd: project,
      // As a shell does, so that a signal can be sent to npm and what it started, as a terminal does.
      detached: npm,
      // No engine answers there, whatever this machine has.
      env: { ...process.env, DOCKER_HOST: "unix:///nonexistent/docker.sock", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout.on("data", (chunk: Buffer) => (this.output += chunk.toString()));
    this.child.stderr.on("data", (chunk: Buffer) => (this.errors += chunk.toString()));
    this.child.on("close", (code) => (this.code = code));
  }
  ended(): Promise<void> {
    return until(() => this.code !== undefined);
  }
  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
  killAll(signal: NodeJS.Signals): void {
    process.kill(-this.child.pid!, signal);
  }
}

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("npm start", () => {
  const started: Start[] = [];
  const start = (...args: string[]) => {
    const command = new Start(args);
    started.push(command);
    return command;
  };
  afterEach(async () => {
    for (const command of started.splice(0)) {
      command.kill("SIGKILL");
      await command.ended();
    }
  });

  it("--help tells the options", async () => {
    const command = start("--help");
    await command.ended();
    assert.equal(command.code, 0);
    for (const option of ["--stack", "--port", "--dns-port", "--console-port", "--no-console", "--tasks"])
      assert.ok(command.output.includes(option));
  });

  const mistakes: [args: string[], message: RegExp][] = [
    [["--prot", "80"], /Unknown option '--prot'.*Known options: --stack, --port/],
    [["extra"], /Unexpected argument 'extra'/],
    [["--port", "http"], /--port is `http`\. Allowed is a port number/],
    [["--port", "70000"], /--port is `70000`/],
    [["--console-port", "http"], /--console-port is `http`\. Allowed is a port number/],
    [["--tasks", "vm"], /--tasks is `vm`\. Allowed are `containers` and `processes`/],
    [["--tasks", "containers"], /no Docker engine answers at unix:\/\/\/nonexistent.*use --tasks processes/],
    [["--stack", "nowhere"], /nowhere/],
  ];
  for (const [args, message] of mistakes) {
    it(`${args.join(" ")} is refused without a stack trace`, async () => {
      const command = start(...args);
      await command.ended();
      assert.equal(command.code, 1);
      assert.match(command.errors, message);
      assert.doesNotMatch(command.errors, /\n {4}at /);
    });
  }

  it("says that the port is in use, and what to do", async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    const command = start("--tasks", "processes", "--port", String(port));
    await command.ended();
    server.close();
    assert.equal(command.code, 1);
    assert.match(command.errors, new RegExp(`Port ${port} is in use.*--port ${port + 1}`));
  });

  it("stops in the middle of starting", async () => {
    const command = start("--tasks", "processes", "--port", "0", "--dns-port", "0");
    await until(() => command.output.includes("The tasks run as processes"));
    command.kill("SIGTERM");
    await command.ended();
    assert.equal(command.code, 0);
    assert.match(command.output, /Stopping/);
  });

  for (const [what, send] of [
    ["npm alone gets SIGTERM", (npm: Start) => npm.kill("SIGTERM")],
    ["npm alone gets SIGINT", (npm: Start) => npm.kill("SIGINT")],
    ["npm is killed", (npm: Start) => npm.kill("SIGKILL")],
    ["a terminal sends Ctrl-C to npm and what it started", (npm: Start) => npm.killAll("SIGINT")],
  ] as const) {
    it(`stops in order when ${what}`, async function () {
      this.timeout(60_000);
      const command = new Start(["--tasks", "processes", "--port", "0", "--dns-port", "0"], true);
      try {
        await until(() => command.output.includes("The tasks run as processes"));
        send(command);
        // Its output ends with the last process that holds it.
        await command.ended();
        assert.match(command.output, /Stopping …/);
      } finally {
        if (command.code === undefined) command.killAll("SIGKILL");
      }
    });
  }

  for (const [end, signal] of [
    ["until Ctrl-C", "SIGINT"],
    ["and leaves no task behind when it is killed", "SIGKILL"],
  ] as const) {
    it(`serves the project's own program ${end}`, async function () {
      this.timeout(120_000);
      const command = start("--port", "0", "--dns-port", "0", "--raw");
      // The first time a virtual environment is made, which takes PyPI's time.
      const serving = () => /curl http:\/\/localhost:(\d+)\/(\S*)/.exec(command.output);
      for (let tries = 0; tries < 6 && !serving() && command.code === undefined; tries += 1) {
        await until(() => serving() !== null || command.code !== undefined).catch(() => undefined);
      }
      const [, port = "", prefix = ""] = serving() ?? [];
      assert.notEqual(port, "", command.output + command.errors);
      assert.match(command.output, /No containers: no Docker engine answers/);
      await until(() => command.output.includes("dig @"));
      assert.match(command.output, /dig @127\.0\.0\.1 -p \d+ SRV \S+/);
      const response = await get(Number(port), `/${prefix}`, "Accept: text/html");
      assert.equal(response.status, 200);
      assert.match(response.body, /Serving flask app/);
      assert.equal((await get(Number(port), "/healthz")).status, 200);
      const pids = [...command.output.matchAll(/"pid": (\d+)/g)].map(([, pid]) => Number(pid));
      command.kill(signal);
      await command.ended();
      assert.equal(command.code, signal === "SIGINT" ? 0 : null);
      assert.notEqual(pids.length, 0);
      // Orphans are reaped by the system, which may take it a moment.
      await until(() => !pids.some(alive));
    });
  }
});
