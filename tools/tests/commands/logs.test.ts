import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { main, readSince, type World } from "../../commands/logs";
import { announce, forget } from "../../console/find";
import { type Console, startConsole } from "../../console/console";
import { openDoor } from "../../local/door";
import type { LocalStack } from "../../local/stack";
import { get, until } from "../local/http";
import { record, serve } from "../local/served";
import { awsOf, denied, expired, now, system, throttled, type Recorded } from "../status/recorded";

interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

async function logs(
  argv: string[],
  recorded: Recorded,
  world: Partial<World> = {},
): Promise<Result & { asked: string[][] }> {
  const written = { stdout: "", stderr: "" };
  const io = {
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: { write: (text: string) => (written.stderr += text) },
  };
  const { aws, asked } = awsOf(recorded);
  const local = () => Promise.resolve({ system, aws });
  const code = await main(["--local", ...argv], io, { local, now: () => now.getTime(), ...world });
  return { code, ...written, asked };
}

const at = Date.parse("2026-11-26T17:29:00Z");
const id = "JKJaXmPLvHcESHA=";
const access = (n: number, more: object = {}): object => ({
  ...{ eventId: `a${n}`, timestamp: at + n, logStreamName: "x" },
  message: JSON.stringify({
    ...{ requestId: id, ip: "203.0.113.9", method: "GET", path: `/${n}`, routeKey: "ANY /", status: "200" },
    ...{ integrationStatus: "200", integrationLatency: "14", responseLatency: "16", ...more },
  }),
});
const app = (n: number, message: string): object => ({
  ...{ eventId: `b${n}`, timestamp: at + n, logStreamName: `flask/flask/${"a".repeat(32)}`, message },
});
const both = (accessed: object[], written: object[]): Recorded => ({
  "logs filter-log-events": (args) => ({
    events: args.includes(system.accessLog!) ? accessed : written,
  }),
});

describe("npm run logs", () => {
  it("merges the logs of services and of the API in time", async () => {
    const recorded = both(
      [access(1), access(5)],
      [app(2, "two"), app(4, '{"level":"error","message":"four"}')],
    );
    const { code, stdout, asked } = await logs([], recorded);
    assert.equal(code, 0);
    assert.deepEqual(
      stdout.split("\n").map((line) => line.replace(/ {2,}/g, " ")),
      [
        "2026-11-26 UTC",
        `17:29:00.001 api GET /1 200 16 ms → flask ${id}`,
        "17:29:00.002 flask/aaaaaaaa two",
        "17:29:00.004 flask/aaaaaaaa error: four",
        `17:29:00.005 api GET /5 200 16 ms → flask ${id}`,
        "",
      ],
    );
    // A quarter of an hour.
    assert.ok(
      asked.every((args) => args.includes(String(now.getTime() - 900_000))),
      JSON.stringify(asked),
    );
    const errors = await logs(["--errors"], recorded);
    assert.match(errors.stdout, /^2026-11-26 UTC\n\S+ {2}flask\/aaaaaaaa {2}error: four\n$/);
    const json = await logs(["--json"], recorded);
    const lines = json.stdout.trim().split("\n");
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { source: string }).source),
      ["access", "application", "application", "access"],
    );
  });

  it("--service: its requests alone", async () => {
    const { stdout } = await logs(
      ["--service", "flask"],
      both([access(1), access(2, { routeKey: "-" })], []),
    );
    assert.match(stdout, /\/1 {2}200/);
    assert.doesNotMatch(stdout, /\/2 {2}200/);
  });

  it("--request: asks both logs for its id, and tells its way", async () => {
    const { code, stdout, asked } = await logs(
      ["--request", id],
      both([access(1)], [app(2, `{"level":"info","message":"sold","request_id":"${id}"}`)]),
    );
    assert.equal(code, 0);
    assert.match(
      stdout,
      /\n\n203\.0\.113\.9 asked for GET \/1.*\nflask answered 200 in 14 ms\.\nThe log of flask\/aaaaaaaa names it in 1 line\.\n$/,
    );
    const patterns = asked.map((args) => args[args.indexOf("--filter-pattern") + 1]);
    assert.deepEqual(patterns.sort(), [`"${id}"`, `{ $.requestId = "${id}" }`]);
    const none = await logs(["--request", id], both([], []));
    assert.equal(none.code, 1);
    assert.match(none.stdout, /The access log has no request/);
  });

  for (const [title, refusal, message] of [
    [
      "access denied",
      denied("logs:FilterLogEvents", "FilterLogEvents"),
      /AWS does not allow logs:FilterLogEvents\n[^]*Fix: allow logs:FilterLogEvents\.\n/,
    ],
    ["credentials that have expired", expired, /has? expired|is expired\n[^]*Fix: sign in again/],
  ] as const)
    it(`${title}: 1, what mends it, and no second try`, async () => {
      for (const argv of [[], ["--follow"]]) {
        const { code, stdout, stderr } = await logs(argv, { "logs filter-log-events": refusal });
        assert.deepEqual([code, stdout], [1, ""]);
        assert.match(stderr, message);
        assert.equal(stderr.match(/Fix: /g)?.length, 1);
      }
    });

  it("says so where there is nothing to show, and since when it looked", async () => {
    const none = await logs([], both([], []));
    assert.deepEqual(
      [none.code, none.stdout, none.stderr],
      [0, "", "There is no line since 2026-11-26T17:15:00Z. --since looks further back.\n"],
    );
    const well = await logs(
      ["--errors", "--service", "flask", "--since", "1h"],
      both([access(1)], [app(2, "two")]),
    );
    assert.deepEqual(
      [well.code, well.stdout, well.stderr],
      [0, "", "No line of flask tells of an error since 2026-11-26T16:30:00Z. --since looks further back.\n"],
    );
    assert.equal((await logs([], both([access(1)], []))).stderr, "");
    // Programs read standard output alone.
    assert.equal((await logs(["--json"], both([], []))).stdout, "");
  });

  it("a log group that is not there: 1, and what to do", async () => {
    const { code, stderr } = await logs([], { "logs filter-log-events": undefined });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /\/ecs\/flask-app-fargate\/prod\/flask: there is no such log group\. Fix: deploy the stack\.\n/,
    );
  });

  it("--follow: waits longer while AWS throttles, says so once, and goes on", async () => {
    const waited: number[] = [];
    let refused = 0;
    let stop: () => void = () => undefined;
    const { code, stdout, stderr } = await logs(
      ["--follow"],
      {
        "logs filter-log-events": () => {
          refused += 1;
          // Two logs are asked each time.
          return refused <= 6 ? throttled : { events: [app(1, "after all")] };
        },
      },
      {
        onInterrupt: (interrupt) => (stop = interrupt),
        sleep: (milliseconds) => {
          waited.push(milliseconds);
          if (waited.length === 4) stop();
          return Promise.resolve();
        },
      },
    );
    assert.equal(code, 0);
    assert.deepEqual(waited, [1000, 2000, 4000, 500]);
    assert.equal(stdout.match(/after all/g)?.length, 2, "each log has it once");
    assert.equal(stderr.match(/Rate exceeded/g)?.length, 2, "of each log once");
  });

  for (const [argv, message] of [
    [["--service", "nix"], /The stack dev has no service nix\. Allowed: flask\./],
    [["--request", '" || "'], /--request is `" \|\| "`\. Allowed is an id/],
    [["--request", id, "--follow"], /--request goes without --follow/],
    [["--since", "yesterday"], /--since is `yesterday`\. Allowed are a time such as 30s/],
    [["--stack", "a b"], /--stack is `a b`/],
    [["--tail"], /Unknown option '--tail'/],
  ] as const)
    it(`${argv.join(" ")}: refused`, async () => {
      const { code, stderr } = await logs([...argv], both([], []));
      assert.equal(code, 1);
      assert.match(stderr, message);
    });

  for (const [text, expected] of [
    ["30s", "2026-11-26T17:29:30.000Z"],
    ["15m", "2026-11-26T17:15:00.000Z"],
    ["2h", "2026-11-26T15:30:00.000Z"],
    ["3d", "2026-11-23T17:30:00.000Z"],
    ["2026-11-26T17:00Z", "2026-11-26T17:00:00.000Z"],
    ["2026-11-26T17:00:05+01:00", "2026-11-26T16:00:05.000Z"],
    ["2026-11-26", "2026-11-26T00:00:00.000Z"],
  ] as const)
    it(`--since ${text} is ${expected}`, () =>
      assert.equal(new Date(readSince(text, now.getTime())).toISOString(), expected));
  for (const text of ["", "15", "m", "1w", "-5m", "2026-11-26T17:00", "2026-13-40T00:00Z"])
    it(`--since ${text}: refused`, () => assert.throws(() => readSince(text, now.getTime()), /--since is/));
});

describe("npm run logs and npm run status beside a local stack", function () {
  this.timeout(60_000);
  const project = resolve(__dirname, "../../..");
  const stack = `test-logs-${process.pid}`;
  let served: LocalStack;
  let console: Console;
  before(async () => {
    const deployment = await record();
    console = await startConsole(0);
    console.begin(deployment);
    served = await serve(deployment);
    console.attach(served, `http://localhost:${served.port}/`);
    const door = openDoor(console);
    door.lead(served.account);
    announce(project, stack, console.port, door.key);
  });
  after(async () => {
    forget(project, stack);
    await served.close();
    await console.close();
  });
  const ask = async (): Promise<string> => (await get(served.port, "/")).header("apigw-requestid")[0] ?? "";

  const started = (command: string, ...args: string[]) => {
    const line = [
      "-r",
      "./tools/preload.cjs",
      `tools/commands/${command}.ts`,
      "--stack",
      stack,
      "--local",
      ...args,
    ];
    const child = spawn(process.execPath, line, { cwd: project, stdio: ["ignore", "pipe", "pipe"] });
    const result = { stdout: "", stderr: "", code: undefined as number | null | undefined, child };
    child.stdout.on("data", (chunk: Buffer) => (result.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (result.stderr += chunk.toString()));
    child.on("close", (code) => (result.code = code));
    return result;
  };

  it("status: what runs here", async () => {
    const run = started("status");
    await until(() => run.code !== undefined);
    assert.deepEqual([run.code, run.stderr], [0, ""]);
    assert.match(run.stdout, /\nweb {2}2 of 2 tasks\n[^]* healthy {2}discoverable /);
    assert.ok(run.stdout.includes(`http://localhost:${served.port}/`));
  });

  it("logs --follow: every request once, and a clean end by Ctrl-C, even one that comes twice", async () => {
    const run = started("logs", "--follow", "--since", "1s");
    const ids: string[] = [];
    for (let i = 0; i < 40; i += 1) {
      ids.push(await ask());
      // Before it has started, between its looks, and in the middle of them.
      if (i % 10 === 9) await new Promise((done) => setTimeout(done, 700));
    }
    ids.push(await ask());
    await until(() => run.stdout.includes(ids.at(-1)!));
    run.child.kill("SIGINT");
    run.child.kill("SIGINT");
    await until(() => run.code !== undefined);
    assert.deepEqual([run.code, run.stderr], [0, ""]);
    const told = ids.map((id) => run.stdout.split(id).length - 1);
    const first = told.indexOf(1);
    // Those of before its start may be older than a second.
    assert.ok(first >= 0 && told.slice(first).every((count) => count === 1), told.join());
    assert.ok(run.stdout.endsWith("\n"));
  });

  it("logs --request: the one request, by the id that its client got", async () => {
    const id = await ask();
    const run = started("logs", "--request", id);
    await until(() => run.code !== undefined);
    assert.match(run.stdout, /GET \/ {2}200/);
    assert.match(
      run.stdout,
      /asked for GET \/, by the route ANY \/, and got 200 after \d+ ms\.\nweb answered 200/,
    );
    assert.equal(run.code, 0);
  });

  it("logs | head: no complaint when whoever reads leaves", async () => {
    const run = started("logs", "--follow", "--since", "1h");
    await until(() => run.stdout.length > 0);
    run.child.stdout.destroy();
    await ask();
    await until(() => run.code !== undefined);
    assert.deepEqual([run.code, run.stderr], [0, ""]);
  });

  it("are refused by a stack of another start", async () => {
    announce(project, stack, console.port, "another key");
    const run = started("status");
    await until(() => run.code !== undefined);
    assert.equal(run.code, 1);
    assert.match(run.stderr, /The key is of an earlier start/);
    rmSync(resolve(project, ".local/console", `${stack}.json`), { force: true });
  });
});
