import assert from "node:assert/strict";
import fc from "fast-check";
import {
  prefixParameters,
  requestIdParameters,
  requestParameters,
  Rewrite,
  rewriteProblems,
} from "../../rules/rewrite";
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

  for (const [values, base, expected] of [
    [undefined, "", { "remove:header.x-forwarded-prefix": "''" }],
    [{ path: "/a" }, "", { "remove:header.x-forwarded-prefix": "''" }],
    [{ stripPrefix: "/shop/items/" }, "", { "overwrite:header.x-forwarded-prefix": "/shop/items" }],
    [undefined, "/v1", { "overwrite:header.x-forwarded-prefix": "/v1" }],
    [{ stripPrefix: "/shop" }, "/v1", { "overwrite:header.x-forwarded-prefix": "/v1/shop" }],
    [{ stripPrefix: "/shop", headers: { "X-Forwarded-Prefix": "/mine" } }, "/v1", {}],
    // Another header of the user's must not leave this one to the client.
    [{ headers: { "x-tenant": "a" } }, "", { "remove:header.x-forwarded-prefix": "''" }],
  ] as const) {
    it(`is the prefix that the service does not see, of ${JSON.stringify(values)} below ${base || "/"}`, () =>
      assert.deepEqual(prefixParameters(values && rewrite(values), base), expected));
  }

  for (const [headers, expected] of [
    [{}, { "overwrite:header.x-request-id": "$context.requestId" }],
    [{ "x-tenant": "a" }, { "overwrite:header.x-request-id": "$context.requestId" }],
    // Who has ids of their own keeps them.
    [{ "X-Request-ID": "$request.header.x-request-id" }, {}],
  ] as const) {
    it(`is the request's id, overwritten, beside the headers ${JSON.stringify(headers)}`, () =>
      assert.deepEqual(requestIdParameters(rewrite({ headers: { ...headers } })), expected));
  }

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
    // What its name may hold is said elsewhere: mapping-expressions.ts.
    assert.deepEqual(keys("GET /a/{order-id}", { path: "/${request.path.order-id}" }), []);
  });

  it("is a parameter that the rest of the path cannot be written with", () => {
    const [first, ...rest] = rewriteProblems(
      route("GET /a/{order-id}/{id}/{a.b:c+}"),
      rewrite({ stripPrefix: "/a" }),
    );
    assert.deepEqual(first, {
      key: "stripPrefix",
      got: "GET /a/{order-id}/{id}/{a.b:c+}",
      allowed:
        "behind a prefix that the service does not see, parameters named with letters, digits and _ alone",
      fix: "write {order_id} for {order-id}: clients see no difference",
    });
    assert.deepEqual(
      rest.map(({ fix }) => fix),
      ["write {a_b_c} for {a.b:c}: clients see no difference"],
    );
    assert.deepEqual(keys("GET /a/{order-id}", {}), []);
  });

  it("is more headers than a request can have", () => {
    const big = (bytes: number): object => ({ headers: { "x-a": "a".repeat(bytes - 3) } });
    assert.deepEqual(keys("GET /a", big(10_239)), []);
    const [problem] = rewriteProblems(route("GET /a"), rewrite(big(10_240)));
    assert.equal(problem?.got, "10240 bytes");
    assert.match(problem.allowed, /^less than 10240, /);
  });

  const table: [what: string, key: string, values: Partial<Rewrite>, problems: object[]][] = [
    [
      "two ways to the path",
      "GET /a/b",
      { stripPrefix: "/a", path: "/c" },
      [{ key: "path", got: "/c", allowed: "one of stripPrefix, path", fix: "take one out" }],
    ],
    [
      "a prefix of another route",
      "GET /a/{id}",
      { stripPrefix: "/b" },
      [
        {
          key: "stripPrefix",
          got: "/b",
          allowed: "the first parts of GET /a/{id}, without {…}",
          fix: "write them as they stand in the route",
        },
      ],
    ],
    [
      "a part where there are others",
      "GET /a/{id}/{size}",
      { query: { v: "1", of: "x-$request.path.a", by: "$request.path.id" } },
      [
        {
          key: "query.of",
          got: "x-$request.path.a",
          allowed: "of the path's parts id, size",
          fix: "take $request.path.a out, or name it in the route",
        },
      ],
    ],
    [
      "a part where there are none",
      "GET /a",
      { path: "/${request.path.id}" },
      [
        {
          key: "path",
          got: "/${request.path.id}",
          allowed: "no part of the path: the route names none",
          fix: "take $request.path.id out, or name it in the route",
        },
      ],
    ],
    [
      "too many bytes, not characters, over all headers",
      "GET /a",
      { headers: { "x-a": "é".repeat(2_559), "x-b": "a".repeat(5_116) } },
      [
        {
          key: "headers",
          got: "10240 bytes",
          allowed: "less than 10240, together with the request's own line and headers",
          fix: "send less, or let the service know it by its environment",
        },
      ],
    ],
    [
      "a header that is not the program's",
      "GET /a",
      { headers: { Via: "me" } },
      [
        {
          key: "headers.Via",
          got: "me",
          allowed: "any header that API Gateway does not keep to itself",
          fix: "use a name of your own",
        },
      ],
    ],
  ];
  for (const [what, key, values, problems] of table) {
    it(`is ${what}: said with its fix`, () =>
      assert.deepEqual(rewriteProblems(route(key), rewrite(values)), problems));
  }

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html#http-api-mapping-reserved-headers
  for (const name of [
    ...["Access-Control-Allow-Origin", "access-control-a", "apigw-requestid", "APIGW-a", "Authorization"],
    ...["Connection", "Content-Encoding", "Content-Length", "content-location", "Forwarded", "Keep-Alive"],
    ...["Origin", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailers", "Transfer-Encoding"],
    ...["Upgrade", "x-amz-date", "X-AMZN-Trace-Id", "X-Forwarded-For", "X-Forwarded-Host"],
    ...["x-forwarded-proto", "via", "X-Client-Ip", "access-control-", "apigw-", "x-amz-", "x-amzn-"],
  ]) {
    it(`is the header ${name}, which API Gateway or this program keeps to itself`, () =>
      assert.deepEqual(keys("GET /a", { headers: { [name]: "x" } }), [`headers.${name}`]));
  }

  for (const name of [
    ...["access-control", "apigw", "x-authorization", "authorization-x", "connections", "content-type"],
    ...["x-forwarded-prefix", "x-forwarded-port", "x-forwarded", "forwarded-for", "x-origin", "origins"],
    ...["trailer", "te-x", "x-te", "x-amz", "x-amzn", "x-via", "vias", "proxy-a", "upgrades", "host"],
    ...["x-client-ip-2", "x-a-x-client-ip", "content-encodings", "my-access-control-a", "my-x-amz-a"],
  ]) {
    it(`is not the header ${name}`, () => assert.deepEqual(keys("GET /a", { headers: { [name]: "x" } }), []));
  }
});
