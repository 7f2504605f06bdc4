// @ts-nocheck
import assert from "node:assert/strict";
import fc from "fast-check";
import { requestParameters, Rewrite, rewriteProblems } from "../../rules/rewrite";
import { parseRouteKey, Route } from "../../rules/routes";

const route = (key: string): Route => {
  const parsed = parseRouteKey(key);
  assert.ok("route" in parsed, key);
  return parsed.route;
};
const rewrite = (values: Partial<Rewrite>): Rewrite => ({ headers: {}, query: {}, ...values });
const path = (key: string, values?: Partial<Rewrite>, namedStage = false): string | undefined =>
  requestParameters(route(key), values && rewrite(values), namedStage)["overwrite:path"];

describe("what an integration changes of a request", () => {
  for (const [key, values, namedStage, expected] of [
    ["ANY /{proxy+}", undefined, false, undefined],
    ["ANY /{proxy+}", undefined, true, "$request.path"],
    ["ANY /{proxy+}", {}, true, "$request.path"],
    ["ANY /shop/{proxy+}", { stripPrefix: "/shop" }, false, "/${request.path.proxy}"],
    ["ANY /shop/{proxy+}", { stripPrefix: "/shop" }, true, "/${request.path.proxy}"],
    ["GET /shop/items/{id}/size", { stripPrefix: "/shop" }, false, "/items/${request.path.id}/size"],
    ["GET /shop/items/{id}", { stripPrefix: "/shop/items/" }, false, "/${request.path.id}"],
    ["GET /shop", { stripPrefix: "/shop" }, false, "/"],
    ["GET /old/{id}", { path: "/new/$request.path.id" }, true, "/new/$request.path.id"],
    ["$default", { path: "/" }, false, "/"],
  ] as const) {
    it(`is the path of ${key} with ${JSON.stringify(values)}${namedStage ? " in a named stage" : ""}`, () =>
      assert.equal(path(key, values, namedStage), expected));
  }

  it("is the client's address, overwritten so that nobody can forge it, and what the configuration adds", () => {
    const values = rewrite({ headers: { "x-tenant": "$request.path.id" }, query: { v: "2" } });
    assert.deepEqual(requestParameters(route("GET /{id}"), values, false), {
      "overwrite:header.x-client-ip": "$context.identity.sourceIp",
      "overwrite:header.x-tenant": "$request.path.id",
      "overwrite:querystring.v": "2",
    });
  });

  it("never leaves a stripped prefix in the path, and always a path", () => {
    const part = fc.stringMatching(/^[a-z]{1,5}$/);
    const segment = fc.oneof(
      part,
      part.map((name) => `{${name}}`),
    );
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 3 }),
        fc.array(segment, { maxLength: 3 }),
        (prefix, rest) => {
          const names = rest.filter((s) => s.startsWith("{"));
          fc.pre(new Set(names).size === names.length);
          const key = `GET /${[...prefix, ...rest].join("/")}`;
          const stripPrefix = `/${prefix.join("/")}`;
          assert.deepEqual(rewriteProblems(route(key), rewrite({ stripPrefix })), []);
          const expected = rest
            .map((s) => (s.startsWith("{") ? `\${request.path.${s.slice(1)}` : s))
            .join("/");
          assert.equal(path(key, { stripPrefix }), `/${expected}`);
        },
      ),
    );
  });
});

describe("what is wrong with a rewrite", () => {
  const keys = (key: string, values: Partial<Rewrite>): string[] =>
    rewriteProblems(route(key), rewrite(values)).map((problem) => problem.key);

  it("is nothing where it fits its route", () => {
    assert.deepEqual(
      keys("GET /a/{id}", { path: "/b/${request.path.id}", headers: { "x-a": "$context.stage" } }),
      [],
    );
    assert.deepEqual(keys("ANY /a/{proxy+}", { stripPrefix: "/a" }), []);
  });

  it("is a prefix that the route does not begin with, or that is none", () => {
    for (const stripPrefix of ["/b", "/a/b", "/a/{id}", "/"]) {
      assert.deepEqual(keys("GET /a/{id}", { stripPrefix }), ["stripPrefix"], stripPrefix);
    }
    assert.deepEqual(keys("$default", { stripPrefix: "/a" }), ["stripPrefix"]);
  });

  it("is a part of the path that the route does not name", () => {
    assert.deepEqual(keys("GET /a/{id}", { path: "/$request.path.di" }), ["path"]);
    assert.deepEqual(keys("GET /a", { headers: { "x-a": "${request.path.id}" } }), ["headers.x-a"]);
    assert.deepEqual(keys("GET /a/{id}", { path: "/$request.path" }), []);
  });

  it("is more headers than a request can have", () => {
    const big = (bytes: number): object => ({ headers: { "x-a": "a".repeat(bytes - 3) } });
    assert.deepEqual(keys("GET /a", big(10_239)), []);
    const [problem] = rewriteProblems(route("GET /a"), rewrite(big(10_240)));
    assert.equal(problem?.got, "10240 bytes");
    assert.match(problem.allowed, /^less than 10240, /);
  });

  it("is a header that API Gateway keeps to itself, in any case", () => {
    for (const name of [
      "Authorization",
      "via",
      "X-AMZN-Trace-Id",
      "x-forwarded-proto",
      "Content-Length",
      "X-Client-Ip",
    ]) {
      assert.deepEqual(keys("GET /a", { headers: { [name]: "x" } }), [`headers.${name}`]);
    }
  });
});
