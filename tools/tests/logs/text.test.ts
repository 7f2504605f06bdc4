import assert from "node:assert/strict";
import { createColors } from "picocolors";
import { Errors, type LogLine, lineOf, type LogSource } from "../../logs/line";
import { LogText, toJson, wayOf } from "../../logs/text";

const routes = new Map([["ANY /", "flask"]]);
const application: LogSource = {
  ...{ group: "g", kind: "application", service: "flask", routes, pattern: undefined },
};
const access: LogSource = { ...application, group: "a", kind: "access", service: undefined };
const at = Date.parse("2026-11-26T17:00:01.234Z");
const task = "3fa2b1c09d8e7f6a5b4c3d2e1f0a9b8c";
const app = (message: string, container = "flask"): LogLine =>
  lineOf(application, { eventId: "1", timestamp: at, logStreamName: `flask/${container}/${task}`, message });
const request = (more: object = {}): LogLine =>
  lineOf(access, {
    ...{ eventId: "2", timestamp: at, logStreamName: "x" },
    message: JSON.stringify({
      ...{
        time: "26/Nov/2026:17:00:01 +0000",
        requestId: "JKJaXmPLvHcESHA=",
        ip: "203.0.113.9",
        method: "GET",
      },
      ...{ path: "/orders", routeKey: "ANY /", status: "200", responseLatency: "16", errorMessage: "-" },
      ...{ integrationStatus: "200", integrationLatency: "14", integrationError: "-", ...more },
    }),
  });
const plain = (...lines: LogLine[]): string[] => {
  const text = new LogText(["flask"], createColors(false));
  return lines.flatMap((line) => text.lines(line)).slice(1);
};

describe("lines of logs", () => {
  it("are aligned, whose they are in front, and the day is said where it changes", () => {
    const text = new LogText(["flask"], createColors(false));
    const next = { ...app("tomorrow"), at: at + 86_400_000 };
    assert.deepEqual(
      [request(), app('{"level":"info","message":"sold","order":7}'), next].flatMap((line) =>
        text.lines(line),
      ),
      [
        "2026-11-26 UTC",
        "17:00:01.234  api             GET /orders  200  16 ms  → flask  JKJaXmPLvHcESHA=",
        "17:00:01.234  flask/3fa2b1c0  sold  order=7",
        "2026-11-27 UTC",
        "17:00:01.234  flask/3fa2b1c0  tomorrow",
      ],
    );
  });

  it("name another container than the application's", () => {
    assert.deepEqual(plain(app("up", "proxy")), ["17:00:01.234  flask/3fa2b1c0:proxy  up"]);
  });

  it("say why a request came to no service", () => {
    const failed = request({
      ...{ status: "503", integrationStatus: "-", errorMessage: "Service Unavailable" },
      integrationError: "The IntegrationHttp endpoint request timed out",
    });
    assert.deepEqual(plain(failed), [
      "17:00:01.234  api             GET /orders  503  16 ms  → flask  The IntegrationHttp endpoint request timed out  JKJaXmPLvHcESHA=",
    ]);
  });

  it("never act on a terminal, nor pass for another line", () => {
    const evil = "\u001b[2J\u001b]0;owned\u0007 a\r\n17:00:02.000  api  GET /fake  200\n";
    const lines = plain(
      app(evil),
      app(JSON.stringify({ message: evil })),
      request({ path: evil, requestId: evil, method: "\u202e" }),
      lineOf(access, { timestamp: at, message: evil }),
    );
    for (const line of lines) {
      // eslint-disable-next-line no-control-regex -- that none is there
      assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u202e]/);
      assert.match(line, /^(?:17:00:01\.234 {2}(?:api|flask)|\s{30})/);
    }
  });

  it("keep a service's own colours on a terminal alone", () => {
    const red = app("\u001b[31mred\u001b[0m");
    assert.deepEqual(plain(red), ["17:00:01.234  flask/3fa2b1c0  red"]);
    const colored = new LogText(["flask"], createColors(true)).lines(red)[1] ?? "";
    assert.ok(colored.includes("\u001b[31mred\u001b[0m"));
  });

  it("are one JSON object each for programs, as they were written", () => {
    const line = toJson(app('{"message":"\u001b[31msold\\nout"}'));
    assert.ok(!line.includes("\n"));
    assert.deepEqual(JSON.parse(line), {
      ...{
        time: "2026-11-26T17:00:01.234Z",
        source: "application",
        service: "flask",
        task,
        container: "flask",
      },
      ...{ message: '{"message":"\u001b[31msold\\nout"}' },
    });
    const { requestId, service, fields } = JSON.parse(toJson(request())) as Record<string, object>;
    assert.deepEqual(
      [requestId, service, (fields as { path: string }).path],
      ["JKJaXmPLvHcESHA=", "flask", "/orders"],
    );
  });
});

describe("lines that tell of an error", () => {
  for (const [line, isOne] of [
    [request(), false],
    [request({ status: "404" }), false],
    [request({ status: "500" }), true],
    [request({ status: "504", integrationError: "timed out" }), true],
    [app("all is well"), false],
    [app("terrorism is not one"), false],
    [app("ValueError: no"), true],
    [app("Unhandled exception"), true],
    [app('{"level":"info","message":"the error page was shown"}'), false],
    [app('{"level":"ERROR","message":"no"}'), true],
    [app('{"level":50,"msg":"no"}'), true],
    [app('{"level":30,"msg":"yes"}'), false],
    [app('{"level":"info","status":502}'), true],
    [app('{"level":"info","exception":"Traceback …"}'), true],
  ] as const)
    it(`${isOne ? "" : "not "}${line.message.slice(0, 60)}`, () =>
      assert.equal(new Errors().has(line), isOne));

  it("are with the indented ones that follow, of the same stream", () => {
    const errors = new Errors();
    const other = { ...app("  indented"), task: "other" };
    assert.deepEqual(
      [
        app("Traceback (most recent call last):"),
        app('  File "a.py", line 1'),
        other,
        app("KeyError: 'x'"),
        app("next request"),
        app("  indented"),
      ].map((line) => errors.has(line)),
      [true, true, false, true, false, false],
    );
  });
});

describe("the way of one request", () => {
  const id = "JKJaXmPLvHcESHA=";
  const header = "An application that logs the header x-request-id does.";
  const cases: [string, LogLine[], boolean, string[]][] = [
    [
      "through both logs",
      [request(), app(`{"request_id":"${id}"}`)],
      true,
      [
        "203.0.113.9 asked for GET /orders, by the route ANY /, and got 200 after 16 ms.",
        "flask answered 200 in 14 ms.",
        "The log of flask/3fa2b1c0 names it in 1 line.",
      ],
    ],
    [
      "to a service that does not log its id",
      [request()],
      true,
      [
        "203.0.113.9 asked for GET /orders, by the route ANY /, and got 200 after 16 ms.",
        "flask answered 200 in 14 ms.",
        `The log of flask does not name it. ${header}`,
      ],
    ],
    [
      "that came to no service",
      [request({ status: "503", integrationStatus: "-", integrationError: "no target" })],
      true,
      [
        "203.0.113.9 asked for GET /orders, by the route ANY /, and got 503 after 16 ms.",
        "The API answered by itself: no target.",
        "The log of flask does not name it: it did not get there.",
      ],
    ],
    [
      "that no route takes",
      [request({ status: "404", routeKey: "-", integrationStatus: "-", errorMessage: "Not Found" })],
      true,
      [
        "203.0.113.9 asked for GET /orders, which no route takes, and got 404 after 16 ms.",
        "The API answered by itself: Not Found.",
        "No application's log names it: it did not get there.",
      ],
    ],
    [
      "that nobody knows",
      [],
      true,
      [
        `The access log has no request ${id} in this time. CloudWatch has lines after some seconds; --since looks further back.`,
        `No application's log names it. ${header}`,
      ],
    ],
    [
      "of a stack below another's API",
      [app(id)],
      false,
      ["The access log is with the stack that has the API.", "The log of flask/3fa2b1c0 names it in 1 line."],
    ],
  ];
  for (const [title, lines, hasAccessLog, expected] of cases)
    it(title, () => assert.deepEqual(wayOf(id, lines, hasAccessLog), expected));
});
