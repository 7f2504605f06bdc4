import assert from "node:assert/strict";
import { admitted, refused, served, switchedOff, unrouted, type Answer } from "../../smoke/judge";
import { allowedPreflight, foreignPreflight } from "../../smoke/cors";

const answer = (status: number, body = "", headers: Answer["headers"] = {}): Answer => ({
  status,
  body,
  headers: { "content-type": "application/json", ...headers },
  milliseconds: 1,
});
const limit = { rate: 1, burst: 2 };

describe("what an answer means", () => {
  it("a service's own 404 is an answer, the gateway's is not", () => {
    const judge = served("GET", undefined);
    assert.equal(judge(answer(404, '{"message":"No such pet"}')).outcome, "passed");
    assert.equal(
      judge(answer(404, '{"message":"Not Found"}', { "content-type": "text/html" })).outcome,
      "passed",
    );
    assert.equal(judge(answer(404, '{"message":"Not Found"}')).outcome, "failed");
    const head = served("HEAD", undefined);
    assert.equal(head(answer(404, "", { "content-length": "23" })).outcome, "failed");
    assert.equal(head(answer(404, "", { "content-length": "24" })).outcome, "passed");
  });

  it("a limit that was reached is an answer where the route has one of its own", () => {
    for (const judge of [
      served,
      (method: string, throttle?: typeof limit) => admitted(method, "users", throttle),
      (method: string, throttle?: typeof limit) =>
        refused(method, { status: 403, message: "Forbidden", challenge: false }, throttle),
    ]) {
      assert.equal(judge("GET", limit)(answer(429)).outcome, "passed");
      assert.equal(judge("GET", undefined)(answer(429)).outcome, "failed");
    }
  });

  it("a refusal is the gateway's own, or the gateway is open", () => {
    const judge = refused("GET", { status: 401, message: "Unauthorized", challenge: true }, undefined);
    const challenge = { "www-authenticate": "Bearer" };
    assert.equal(judge(answer(401, '{"message":"Unauthorized"}', challenge)).outcome, "passed");
    const fixes = [
      answer(401, '{"message":"Unauthorized"}'),
      answer(401, "log in, please", challenge),
      answer(200, "welcome"),
      answer(500, "crashed"),
      answer(404, '{"message":"Not Found"}'),
    ].map((given) => {
      const verdict = judge(given);
      return verdict.outcome === "failed" ? verdict.fix.slice(0, 30) : verdict.detail;
    });
    assert.deepEqual(fixes, [
      "something between here and the",
      "the service refused, so the ga",
      "the route is open: its authori",
      "the route is open: its authori",
      "the route is not the one that ",
    ]);
  });

  it("an address that is switched off refuses, one way or the other", () => {
    assert.deepEqual(
      [403, 404, 200, 401].map((status) => switchedOff(answer(status)).outcome),
      ["passed", "passed", "failed", "failed"],
    );
    assert.equal(unrouted(answer(404, "<h1>Not Found</h1>")).outcome, "failed");
  });
});

describe("what a preflight's answer means", () => {
  const cors = {
    allowOrigins: ["https://www.example.com"],
    allowMethods: ["GET", "PUT"],
    allowHeaders: ["x-a", "x-b"],
    exposeHeaders: [],
    allowCredentials: true,
    maxAge: 60,
  };
  const told = {
    "access-control-allow-origin": "https://www.example.com",
    "access-control-allow-credentials": "true",
    "access-control-allow-methods": "PUT, GET",
    "access-control-allow-headers": "X-B,X-A",
    "access-control-max-age": "60",
  };

  it("every header that is configured, lists in any order", () => {
    const { judge, headers } = allowedPreflight(cors);
    assert.equal(headers["access-control-request-method"], "GET");
    assert.equal(judge(answer(204, "", told)).outcome, "passed");
    for (const name of Object.keys(told)) {
      assert.equal(judge(answer(204, "", { ...told, [name]: undefined })).outcome, "failed", name);
      assert.equal(judge(answer(204, "", { ...told, [name]: "x" })).outcome, "failed", name);
    }
    for (const status of [199, 300, 301, 401, 404, 405, 500])
      assert.equal(judge(answer(status, "", told)).outcome, "failed", String(status));
    assert.equal(judge(answer(299, "", told)).outcome, "passed");
  });

  it("for the method that a page asks for, where it is allowed", () => {
    const asked = (method: string, allowMethods: string[]): string | undefined =>
      allowedPreflight({ ...cors, allowMethods }, { method }).headers["access-control-request-method"];
    assert.equal(asked("PUT", ["GET", "PUT"]), "PUT");
    assert.equal(asked("PATCH", ["*"]), "PATCH");
    assert.equal(asked("PATCH", ["GET", "PUT"]), "GET");
  });

  it("for the header by which a page is authorized, named and not by a star", () => {
    const outcome = (allowHeaders: string[], header: string, got: string): string => {
      const { judge, headers } = allowedPreflight(
        { ...cors, allowHeaders, allowCredentials: false },
        { header },
      );
      assert.equal(headers["access-control-request-headers"], header);
      return judge(answer(204, "", { ...told, "access-control-allow-headers": got })).outcome;
    };
    assert.equal(outcome(["x-a", "Authorization"], "authorization", "Authorization, X-A"), "passed");
    assert.equal(outcome(["x-a"], "authorization", "x-a"), "failed");
    assert.equal(outcome(["*"], "authorization", "*"), "failed");
    assert.equal(outcome(["*"], "authorization", "authorization"), "passed");
    assert.equal(outcome(["*"], "x-key", "*"), "passed");
  });

  it("with a route in its way, the service's 2xx", () => {
    const verdict = allowedPreflight(cors, { taker: "ANY /" }).judge(answer(405, "", told));
    assert.equal(
      verdict.outcome === "failed" && verdict.fix,
      "preflights take ANY / and reach its service, which must answer OPTIONS with 2xx",
    );
  });

  it("for a star, a star or what was asked for", () => {
    const { judge } = allowedPreflight({ ...cors, allowMethods: ["*"], allowHeaders: ["*"] });
    for (const [methods, headers, outcome] of [
      ["*", "*", "passed"],
      ["DELETE,GET", "x-smoke-test", "passed"],
      ["DELETE", "*", "failed"],
      ["*", "x-other", "failed"],
    ]) {
      const given = {
        ...told,
        "access-control-allow-methods": methods,
        "access-control-allow-headers": headers,
      };
      assert.equal(judge(answer(204, "", given)).outcome, outcome, `${methods} ${headers}`);
    }
  });

  it("nothing for a stranger, where there can be one", () => {
    assert.equal(foreignPreflight({ ...cors, allowOrigins: ["*"] }), undefined);
    assert.equal(
      foreignPreflight({ ...cors, allowOrigins: ["https://*"] })?.origin,
      "http://smoke-test.invalid",
    );
    const stranger = foreignPreflight(cors);
    assert.equal(stranger?.judge(answer(204)).outcome, "passed");
    assert.equal(stranger.judge(answer(204, "", { "access-control-allow-origin": "*" })).outcome, "failed");
  });
});
