import assert from "node:assert/strict";
import { commentary, notHealthy, summary, withPort } from "../../commands/start-output";
import { readTopology } from "../../local/topology";
import { fixture } from "../local/fixture";
import type { Rollout } from "../../local/ecs/rollout";
import type { Task } from "../../local/ecs/task";

// eslint-disable-next-line no-control-regex -- that is what is looked for
const colour = /\u001b\[\d*m/g;

describe("what npm start prints", () => {
  const bare = (line: string) => line.replace(colour, "");
  const addresses = {
    port: 80,
    dnsPort: 53,
    tokens: [{ file: "t", authorizer: "a", scopes: [], path: "/x" }],
  };
  const table: [string, string | undefined, string | undefined, string, string][] = [
    ["the default stage", undefined, undefined, "http://localhost:80/", "http://localhost:80/x"],
    ["a stage with a name", "v1", undefined, "http://localhost:80/v1/", "http://localhost:80/v1/x"],
    [
      "a path of another stack's API",
      undefined,
      "https://api.example/pr",
      "http://localhost:80/pr/",
      "http://localhost:80/x",
    ],
  ];
  for (const [what, stage, url, root, token] of table) {
    it(`tells the address: ${what}`, () => {
      const lines = summary(readTopology(fixture({ stage })), { ...addresses, url }).map(bare);
      assert.equal(lines[1], `  ${root}`);
      assert.equal(lines[3], `  curl ${root}`);
      assert.deepEqual(
        lines.filter((line) => line.length > 80 && !line.includes("curl")),
        [],
      );
      assert.ok(lines[4]?.includes(`)" ${token} `), lines[4]);
    });
  }

  it("tells where the console is, if there is one", () => {
    const lines = (consolePort: number | undefined) =>
      summary(readTopology(fixture()), { ...addresses, url: undefined, consolePort }).map(bare);
    assert.equal(lines(8090)[2], "  Console: http://localhost:8090/");
    assert.ok(!lines(undefined).join().includes("Console"));
  });

  it("says which route leads to which service, not without an end", () => {
    const topology = readTopology(fixture());
    const [view] = topology.routes;
    const many = Array.from({ length: 20 }, (_, i) => ({
      ...view!,
      route: { ...view!.route, key: `GET /${i}` },
    }));
    const told = (routes: typeof topology.routes): string[] =>
      summary({ ...topology, routes }, { ...addresses, url: undefined })
        .map(bare)
        .filter((line) => /→|more:/.test(line));
    assert.deepEqual(told([view!]), [`  ${view!.route.key}  → ${topology.services[0]!.name}`]);
    assert.equal(told(many).length, 13);
    assert.equal(told(many).at(-1), "  and 8 more: npm run plan");
    assert.deepEqual(told([]), [`  no route  → ${topology.services[0]!.name}`]);
  });

  it("tells why a service does not become healthy, and what mends it", () => {
    const rollout = { failures: 3, lastFailure: "its health check failed", advice: ["one\n  more", "two"] };
    assert.equal(
      notHealthy("web", rollout as unknown as Rollout),
      "The tasks of web do not become healthy: its health check failed (3 tasks).\n  one\n    more\n  two",
    );
  });

  const [service] = readTopology(fixture()).services;
  const task = { id: "0123456789abcdef", state: "STOPPED", reason: "it said \u001b[2J" } as Task;
  const lines: string[] = [];
  const now = (): Date => new Date(2026, 10, 26, 12, 3, 41);
  const events = commentary((line) => lines.push(line), { now });
  const rawEvents = commentary((line) => lines.push(line), { raw: true, now });
  // Colours are off where the tests run, or they are those of picocolors alone.
  const printed = () => lines.splice(0).map(bare);

  it("shows what a request, a task or its end would have the terminal do", () => {
    rawEvents.accessLog('{"agent":"\u009b2J\u007f"}');
    events.output(service!, task, "a\u001b]0;title\u0007\rb");
    events.trouble("\u001b[2J");
    events.progress("\u001b[2J");
    events.taskChanged(service!, task);
    const all = printed();
    // eslint-disable-next-line no-control-regex -- that is what is looked for
    for (const line of all) assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f]/);
    assert.equal(all[0], 'api  {"agent":"\\u009b2J\\u007f"}');
    assert.match(all[1] ?? "", /a\\u001b\]0;title\\u0007\\u000db$/);
  });

  const outcome = {
    ...{ requestId: "r", method: "GET", path: "/orders", milliseconds: 13.6, reason: undefined, sent: 0 },
    ...{ status: 200, task: "0123456789abcdef" },
  };

  it("says of a request what was asked for, how it ended, how long it took, and at which task", () => {
    events.taskChanged(service!, { ...task, state: "PENDING" } as Task);
    printed();
    events.served!(outcome);
    events.served!({ ...outcome, status: 404, task: undefined, path: "/\u001b[2J" });
    events.served!({ ...outcome, status: undefined, task: "fedcba9876543210" });
    assert.deepEqual(printed(), [
      `12:03:41  GET /orders               200     14 ms → ${service!.name}/01234567`,
      "12:03:41  GET /\\u001b[2J            404     14 ms",
      "12:03:41  GET /orders               left    14 ms → fedcba98",
    ]);
  });

  it("says of a task's log what people read in it, and more where something is the matter", () => {
    const under = " ".repeat(`12:03:41  ${service!.name}/01234567  `.length);
    const table: [line: string, shown: string][] = [
      ["plain text", "plain text"],
      ['{"time":"t","level":"info","message":"Listening","logger":"gunicorn","pid":7}', "Listening"],
      ['{"level":"ERROR","msg":"no","order":{"id":7},"note":""}', 'ERROR: no  order={"id":7}'],
      ['{"level":40,"msg":"slow"}', "40: slow"],
      ['{"level":30,"event":"up"}', "up"],
      ['{"level":"info","method":"GET","path":"/","ms":4}', "method=GET path=/ ms=4"],
      ['{"level":"info","method":"GET","path":"/","status":200,"ms":4}', "GET /  200  ms=4"],
      ['{"message":7,"ms":4}', "ms=4"],
      ["{}", "{}"],
      ["{broken", "{broken"],
      ['{"message":"\\u001b[2J"}', "\\u001b[2J"],
      // A path that was decoded must not write a line of its own.
      [
        '{"method":"GET","path":"/a\\n12:03:41  GET /forged  200","at":"x\\ny"}',
        `method=GET path=/a\n${under}12:03:41  GET /forged  200 at=x\n${under}y`,
      ],
      ['{"level":"ERROR","msg":"no\\nTraceback"}', `ERROR: no\n${under}Traceback`],
    ];
    for (const [line] of table) events.output(service!, task, line);
    assert.deepEqual(
      printed(),
      table.map(([, shown]) => `12:03:41  ${service!.name}/01234567  ${shown}`),
    );
  });

  it("cuts short what else a quiet line says where the terminal ends, and nothing of one that matters", () => {
    const narrow = commentary((line) => lines.push(line), {
      width: 60,
      now: () => new Date(2026, 0, 1, 12, 3, 41),
    });
    const more = "x".repeat(60);
    const before = `12:03:41  ${service!.name}/01234567  `;
    for (const level of ["info", "error"])
      narrow.output(service!, task, JSON.stringify({ level, method: "GET", path: "/", status: 200, more }));
    narrow.output(service!, task, JSON.stringify({ level: "info", message: "m".repeat(60), more }));
    const [quiet, loud, long] = printed();
    assert.equal(quiet, `${before}GET /  200  more=${"x".repeat(60)}`.slice(0, 59) + "…");
    const under = " ".repeat(before.length);
    const room = 60 - before.length;
    const rest = `more=${more}`;
    assert.equal(
      loud,
      `${before}error: GET /  200\n${[0, 1].map((i) => under + rest.slice(i * room, (i + 1) * room)).join("\n")}`,
    );
    assert.equal(long, `${before}${"m".repeat(room)}\n${under}${"m".repeat(60 - room)}`);
  });

  it("tells no news of tasks that end because all is ended", () => {
    const ending = commentary((line) => lines.push(line), { ending: () => true });
    ending.taskChanged(service!, task);
    ending.explained!(service!, task, "It ended at once after SIGTERM: on AWS this loses requests.");
    assert.deepEqual(printed(), []);
  });

  it("says why the gateway answered by itself, beside the answer", () => {
    events.served!({ ...outcome, status: 401, task: undefined, reason: "no token" });
    events.served!({ ...outcome, status: 500, reason: undefined });
    assert.deepEqual(printed(), [
      "12:03:41  GET /orders               401     14 ms  no token",
      `12:03:41  GET /orders               500     14 ms → ${service!.name}/01234567`,
    ]);
  });

  it("lets what tasks say begin in one column", () => {
    const aligned = commentary((line) => lines.push(line), { now, services: ["web", "reports"] });
    aligned.output(service!, task, "one");
    aligned.taskChanged(service!, { ...task, state: "PENDING" } as Task);
    aligned.output({ ...service!, name: "reports" }, task, "two");
    const named = `${service!.name}/01234567`.padEnd("reports/01234567".length);
    assert.deepEqual(printed(), [
      `12:03:41  ${named}  one`,
      `12:03:41  ${named}  PENDING`,
      "12:03:41  reports/01234567  two",
    ]);
  });

  describe("in a terminal", () => {
    const { port, dnsPort } = addresses;
    const path = `/${"long/".repeat(20)}end`;
    const token = { file: ".local/tokens/users", authorizer: "users", scopes: ["orders"], path: "/orders" };
    for (const width of [40, 60, 80, 120]) {
      const narrow = commentary((line) => lines.push(...line.split("\n")), {
        ...{ width, now, services: ["web", "reports"] },
      });
      const all = (): string[] => {
        narrow.progress(
          "web: the code changed, rolling to a new deployment, which takes as long as it takes …",
        );
        narrow.trouble(`Nothing listens: ${"a reason ".repeat(12)}`);
        narrow.taskChanged(service!, {
          ...task,
          state: "STOPPED",
          reason: "replaced by a newer deployment",
        } as Task);
        narrow.explained!(service!, task, `It ended at once after SIGTERM: ${"words ".repeat(30)}`);
        narrow.rolloutChanged(service!, {
          ...{ number: 3, state: "FAILED", failures: 2, lastFailure: "it ended with code 1", advice: [] },
        } as unknown as Rollout);
        narrow.served!({ ...outcome, path });
        narrow.served!({
          ...outcome,
          status: 401,
          task: undefined,
          reason: "the token has expired a while ago",
        });
        narrow.served!(outcome);
        narrow.output(service!, task, `ModuleNotFoundError: ${"no such module ".repeat(5)}`);
        narrow.output(
          service!,
          task,
          JSON.stringify({ level: "error", msg: "it is ".repeat(20), at: "x".repeat(99) }),
        );
        narrow.output(
          service!,
          task,
          JSON.stringify({ method: "GET", path: "/", status: 200, at: "x".repeat(99) }),
        );
        return printed();
      };
      it(`of ${width} columns no line is longer, and what does not fit stands under itself`, () => {
        const told = all();
        for (const line of told) {
          assert.ok(line.length <= width, `${line.length}: ${line}`);
          assert.match(line, /^(12:03:41| {8}) {2}\S|^ {26,28}\S/);
        }
        const joined = told.join(" ").replace(/ +/g, " ");
        for (const words of [
          "replaced by a newer deployment",
          "2 tasks ended, it ended with code 1",
          "14 ms →",
        ])
          assert.ok(joined.includes(words), words);
        assert.ok(
          told
            .map((line) => line.trim())
            .join("")
            .includes("long/long/end"),
        );
      });
      it(`of ${width} columns no line of the summary is longer but for commands`, () => {
        const shown = summary(
          readTopology(fixture()),
          { port, dnsPort, tokens: [token], url: undefined, consolePort: 8090 },
          width,
        ).map(bare);
        for (const line of shown)
          if (!/^ {2}(curl|dig) /.test(line)) assert.ok(line.length <= width, `${line.length}: ${line}`);
        const command = shown.findIndex((line) => line.includes("Bearer"));
        assert.ok(
          shown[command]!.endsWith("# users, orders")
            ? width === 120
            : shown[command - 1] === "  # users, orders",
        );
      });
    }
  });

  it("prints logs as they are written when that is asked for", () => {
    events.accessLog("a line");
    rawEvents.served!(outcome);
    assert.deepEqual(printed(), []);
    rawEvents.accessLog("a line");
    rawEvents.output(service!, task, '{"message":"x"}');
    assert.deepEqual(printed(), ["api  a line", `${service!.name}/01234567  {"message":"x"}`]);
  });

  it("leaves a task its colours, and ends them", () => {
    events.output(service!, task, "\u001b[31mred");
    assert.ok(lines.splice(0)[0]?.endsWith("\u001b[31mred\u001b[0m"));
  });
});

describe("the command with another port", () => {
  for (const [given, again] of [
    [[], "--port 8081"],
    [["--stack", "mine", "--port", "8080", "--tokens"], "--stack mine --tokens --port 8081"],
    [["--port=8080", "--tasks=processes"], "--tasks=processes --port 8081"],
    [["--stack", "a b"], "--stack 'a b' --port 8081"],
  ] as const)
    it(`of ${given.join(" ") || "none"} is ${again}`, () => assert.equal(withPort(given, 8081), again));
});
