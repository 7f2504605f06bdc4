/** companion.sh under every shell that is at hand, each branch of it, and what stands for it against the same answers. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const project = resolve(__dirname, "../../../..");
const script = join(project, "service/companion/companion.sh");
const tools = ["nc", "wget", "timeout", "tr", "sed", "grep", "chmod", "sleep"];

/** The program that .ci/busybox puts there, or one that is installed; undefined where there is none. */
export function findBusybox(): string | undefined {
  const ours = join(project, ".local/busybox/busybox");
  if (fs.existsSync(ours)) return ours;
  const { stdout, status } = spawnSync("sh", ["-c", "command -v busybox"], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}

/** What is sent, by the path that is asked, whether that is healthy, and what the asker says of it where all of them can. */
const answers: Record<string, [said: string, healthy: boolean, says?: string]> = {
  ok: ["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true],
  "no-content": ["HTTP/1.1 204 No Content\r\n\r\n", true],
  redirect: ["HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n", true],
  "not-found": ["HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", true],
  odd: ["HTTP/1.1 499 Odd\r\nContent-Length: 0\r\n\r\n", true],
  "without-reason": ["HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", true],
  old: ["HTTP/1.0 200 OK\r\n\r\n", true],
  "error-500": [
    "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n",
    false,
    "is answered with HTTP/1.1 500",
  ],
  "error-503": ["HTTP/1.0 503\r\nContent-Length: 0\r\n\r\n", false, "is answered with HTTP/1.0 503"],
  "early-then-ok": [
    "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    true,
  ],
  "early-then-500": [
    "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
    false,
    "is answered with HTTP/1.1 500",
  ],
  nothing: ["", false, "is not answered"],
  half: ["HTTP/1.1 200", false],
  another: ["SSH-2.0-OpenSSH_9.2p1 Debian\r\n", false, "is answered, but not by HTTP/1"],
  "another-version": ["HTTP/2 200\r\n\r\n", false, "is answered, but not by HTTP/1"],
};

/** Whoever asks: this port, this path. */
export function describeAsking(
  who: string,
  asks: (port: number, path: string) => Promise<{ healthy: boolean; says: string }>,
): void {
  describe(`${who} asks the application`, () => {
    let server: Server;
    const requests: string[] = [];
    before((done) => {
      server = createServer((socket) => {
        socket.on("error", () => undefined);
        socket.once("data", (data) => {
          const request = data.toString("latin1");
          requests.push(request);
          socket.end(answers[request.split(" ")[1]!.slice(1)]?.[0] ?? "");
        });
      }).listen(0, "127.0.0.1", done);
    });
    after(() => server.close());
    const port = (): number => (server.address() as AddressInfo).port;

    for (const [path, [, healthy, says]] of Object.entries(answers)) {
      it(`${path}: ${healthy ? "healthy" : "not"}`, async () => {
        const found = await asks(port(), `/${path}`);
        assert.equal(found.healthy, healthy);
        if (healthy) assert.equal(found.says, "");
        else if (says !== undefined) assert.equal(found.says, `GET /${path} ${says}`);
        assert.match(requests.at(-1)!, new RegExp(`^GET /${path} HTTP/1\\.1\r\n`));
        // Applications know it by that, and do not log it.
        assert.match(requests.at(-1)!, /\r\nUser-Agent: companion\r\n/i);
        assert.match(
          requests.at(-1)!,
          new RegExp(`\r\nHost: (localhost|127\\.0\\.0\\.1):${port()}\r\n`, "i"),
        );
      });
    }
    it("a refusal: not", async () => {
      const { healthy, says } = await asks(1, "/ok");
      assert.equal(healthy, false);
      assert.match(says, /connection refused/i);
    });
  });
}

/** Runs the script under one shell, with busybox's tools alone. */
class Bench {
  readonly folder = fs.mkdtempSync(join(tmpdir(), "companion-"));
  readonly copy = join(this.folder, "companion.sh");
  readonly writable = join(this.folder, "writable");

  constructor(busybox: string, shell: string) {
    const bin = join(this.folder, "bin");
    fs.mkdirSync(bin);
    fs.mkdirSync(this.writable);
    for (const tool of tools) fs.symlinkSync(busybox, join(bin, tool));
    fs.symlinkSync(shell, join(bin, "sh"));
    const text = fs.readFileSync(script, "utf8");
    assert.match(text, /^#!\/bin\/sh\n/);
    assert.equal(text.split(" /writable/").length, 2);
    // No root here: what is the container's is the folder's.
    const changed = text.replace("#!/bin/sh", `#!${bin}/sh`).replace(" /writable/", ` ${this.writable}/`);
    fs.writeFileSync(this.copy, changed, { mode: 0o755 });
  }

  start(argument: string[], environment: Record<string, string> = {}) {
    const env = { PATH: join(this.folder, "bin"), ...environment };
    const child = spawn(this.copy, argument, { env, stdio: ["ignore", "pipe", "pipe"] });
    const output: string[] = [];
    child.stdout.on("data", (data: Buffer) => output.push(data.toString()));
    child.stderr.on("data", (data: Buffer) => output.push(data.toString()));
    const ended = new Promise<{ code: number | null; said: string }>((done) =>
      child.on("close", (code) => done({ code, said: output.join("") })),
    );
    return { child, ended, said: () => output.join("") };
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

const told = (containers: Record<string, string>, indent?: number): string => {
  const body = {
    Cluster: "shop",
    KnownStatus: "RUNNING",
    Containers: Object.entries(containers).map(([Name, KnownStatus], i) => ({
      DockerId: `${i}-1`,
      Name,
      DockerName: `ecs-${Name}`,
      Labels: { "com.amazonaws.ecs.container-name": Name },
      DesiredStatus: "RUNNING",
      KnownStatus,
    })),
  };
  return `HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${JSON.stringify(body, null, indent)}`;
};

/** What the metadata endpoint says, and whether the companion takes it that the application has ended. */
const states: Record<string, [said: string | undefined, ends: boolean]> = {
  "the application has stopped": [
    told({ "app-before": "STOPPED", app: "STOPPED", companion: "RUNNING" }),
    true,
  ],
  "it has stopped, in lines": [told({ app: "STOPPED", companion: "RUNNING" }, 2), true],
  "it runs": [told({ app: "RUNNING", companion: "RUNNING" }), false],
  "it runs, and others have stopped": [
    told({ "app-before": "STOPPED", "companion-folders": "STOPPED", app: "RUNNING", other: "STOPPED" }, 2),
    false,
  ],
  "an error": ["HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\n\r\n{}", false],
  "something else": ['HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"Name":"app"', false],
  nothing: ["", false],
  "no answer at all": [undefined, false],
};

export function describeScript(busybox: string): void {
  const dash = spawnSync("sh", ["-c", "command -v dash"], { encoding: "utf8" }).stdout.trim();
  const shells = { "busybox ash": busybox, ...(dash !== "" && { dash }) };
  for (const [name, shell] of Object.entries(shells)) {
    describe(`companion.sh under ${name}`, function () {
      this.timeout(60_000);
      let bench: Bench;
      before(() => (bench = new Bench(busybox, shell)));
      after(() => bench.remove());

      describeAsking("ask", async (port, path) => {
        const { ended } = bench.start(["ask"], { PORT: String(port), HEALTH_PATH: path });
        const { code, said } = await ended;
        return { healthy: code === 0, says: said.trimEnd() };
      });

      it("open: any user may write to every folder", async () => {
        for (const folder of ["tmp", "var-cache"])
          fs.mkdirSync(join(bench.writable, folder), { mode: 0o755 });
        assert.deepEqual(await bench.start(["open"]).ended, { code: 0, said: "" });
        for (const folder of ["tmp", "var-cache"])
          assert.equal(fs.statSync(join(bench.writable, folder)).mode & 0o7777, 0o1777);
      });
      it("anything else is said to be wrong", async () => {
        for (const [words, shown] of [
          [["serve"], "serve"],
          [[], ""],
        ] as const) {
          const said = `companion: what is \`${shown}\`? One of hold, ask, open\n`;
          assert.deepEqual(await bench.start([...words]).ended, { code: 2, said });
        }
      });
      it("hold: ends with the application, and else when it is told to, after the drain", () =>
        Promise.all(Object.entries(states).map(([state, [said, ends]]) => holds(bench, state, said, ends))));
    });
  }
}

async function holds(bench: Bench, state: string, said: string | undefined, ends: boolean): Promise<void> {
  let asked = 0;
  let seen: () => void = () => undefined;
  const enough = new Promise<void>((done) => (seen = done));
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => {
      asked += 1;
      if (asked === 2) seen();
      if (said !== undefined) socket.end(said);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const {
    child,
    ended,
    said: output,
  } = bench.start(["hold"], {
    APPLICATION: "app",
    DRAIN_SECONDS: "1",
    ECS_CONTAINER_METADATA_URI_V4: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v4/1`,
  });
  if (!ends) {
    await enough;
    child.kill("SIGTERM");
    const end = Date.now() + 20_000;
    while (!output().includes("told to stop")) {
      assert.ok(Date.now() < end, `${state}: it does not hear SIGTERM`);
      await new Promise((done) => setTimeout(done, 20));
    }
    // A second one does not shorten the drain.
    child.kill("SIGTERM");
  }
  const { code, said: whole } = await ended;
  server.close();
  assert.deepEqual(
    { state, code, said: whole },
    ends
      ? { state, code: 1, said: "companion: app has ended, and the task ends with it\n" }
      : { state, code: 0, said: "companion: told to stop; app serves on for 1 s\n" },
  );
}
