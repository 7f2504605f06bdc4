// @ts-nocheck
import assert from "node:assert/strict";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { get, until } from "./http";

const project = resolve(__dirname, "../../..");

/** `npm start` without npm: signals must reach the command itself. */
class Start {
  output = "";
  errors = "";
  code: number | null | undefined;
  private readonly child: ChildProcessByStdio<null, Readable, Readable>;

  constructor(args: string[], environment: NodeJS.ProcessEnv = {}) {
    const command = ["-r", "./tools/preload.cjs", "tools/commands/start.ts", ...args];
    this.child = spawn(process.execPath, command, {
      cwd: project,
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
    for (const option of ["--stack", "--port", "--dns-port", "--tasks"])
      assert.ok(command.output.includes(option));
  });

  const mistakes: [args: string[], message: RegExp][] = [
    [["--prot", "80"], /Unknown option '--prot'.*Known options: --stack, --port/],
    [["extra"], /Unexpected argument 'extra'/],
    [["--port", "http"], /--port is `http`\. Allowed is a port number/],
    [["--port", "70000"], /--port is `70000`/],
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

  it("serves the project's own program until Ctrl-C", async function () {
    this.timeout(120_000);
    const command = start("--port", "0", "--dns-port", "0");
    // The first time a virtual environment is made, which takes PyPI's time.
    const serving = () => /curl http:\/\/localhost:(\d+)\/(\S*)/.exec(command.output);
    for (let tries = 0; tries < 6 && !serving() && command.code === undefined; tries += 1) {
      await until(() => serving() !== null || command.code !== undefined).catch(() => undefined);
    }
    const [, port = "", prefix = ""] = serving() ?? [];
    assert.notEqual(port, "", command.output + command.errors);
    assert.match(command.output, /No containers: no Docker engine answers/);
    assert.match(command.output, /dig @127\.0\.0\.1 -p \d+ SRV \S+/);
    const response = await get(Number(port), `/${prefix}`, "Accept: text/html");
    assert.equal(response.status, 200);
    assert.match(response.body, /Serving flask app/);
    assert.equal((await get(Number(port), "/healthz")).status, 200);
    const pids = [...command.output.matchAll(/"pid": (\d+)/g)].map(([, pid]) => Number(pid));
    command.kill("SIGINT");
    await command.ended();
    assert.equal(command.code, 0);
    assert.notEqual(pids.length, 0);
    // Orphans are reaped by the system, which may take it a moment.
    await until(() => !pids.some(alive));
  });
});
