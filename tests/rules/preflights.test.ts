import assert from "node:assert/strict";
import fc from "fast-check";
import {
  allowsHeader,
  allowsMethod,
  keysBesidePreflights,
  preflightRoute,
  servedKeys,
} from "../../rules/preflights";
import { matchRoute, parseRouteKey, Route } from "../../rules/routes";

const route = (key: string): Route => {
  const parsed = parseRouteKey(key);
  assert.ok("route" in parsed, key);
  return parsed.route;
};
const keys = (key: string, ...others: string[]): string[] =>
  keysBesidePreflights(route(key), others.map(route));
const named = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

describe("the keys of a closed route", () => {
  it("name every method but OPTIONS, so that the gateway answers preflights", () => {
    assert.deepEqual(keys("ANY /a/{id}"), [
      "GET /a/{id}",
      "POST /a/{id}",
      "PUT /a/{id}",
      "PATCH /a/{id}",
      "DELETE /a/{id}",
      "HEAD /a/{id}",
    ]);
  });

  it("are its own where it names a method", () => {
    assert.deepEqual(keys("GET /a"), ["GET /a"]);
    assert.deepEqual(keys("OPTIONS /a"), ["OPTIONS /a"]);
  });

  it("are its own where somebody wrote an OPTIONS route for exactly its path", () => {
    assert.deepEqual(keys("ANY /a/{id}", "OPTIONS /a/{name}"), ["ANY /a/{id}"]);
    assert.equal(keys("ANY /a/{id}", "OPTIONS /{proxy+}").length, 6);
    assert.equal(keys("ANY /a/{id}", "OPTIONS /a").length, 6);
  });

  it("leave what others take to them", () => {
    assert.deepEqual(keys("ANY /a", "GET /a", "HEAD /a", "POST /b"), [
      "POST /a",
      "PUT /a",
      "PATCH /a",
      "DELETE /a",
    ]);
  });

  it("stand for $default at the root and below it, and never before what takes that already", () => {
    assert.deepEqual(
      keys("$default"),
      ["/", "/{proxy+}"].flatMap((path) => named.map((method) => `${method} ${path}`)),
    );
    const below = named.map((method) => `${method} /{proxy+}`);
    assert.deepEqual(keys("$default", "ANY /"), below);
    assert.deepEqual(
      keys("$default", "ANY /{rest+}", "GET /"),
      named.slice(1).map((method) => `${method} /`),
    );
  });

  it("are $default where somebody took AWS's way, an OPTIONS route for everything", () => {
    assert.deepEqual(keys("$default", "OPTIONS /{all+}"), ["$default"]);
    assert.equal(keys("$default", "OPTIONS /").length, 12);
  });

  it("serve every request of a known method as before, and no preflight", () => {
    const key = fc.constantFrom("ANY /a", "ANY /", "ANY /{p+}", "ANY /a/{p+}", "ANY /{x}", "$default");
    const other = fc.constantFrom(
      "GET /a",
      "ANY /a/b",
      "POST /{p+}",
      "GET /{x}",
      "HEAD /",
      "ANY /a/{p+}",
      "ANY /",
    );
    fc.assert(
      fc.property(key, fc.uniqueArray(other), (own, others) => {
        fc.pre(!(others as string[]).includes(own));
        const rest = others.map(route);
        const before = [route(own), ...rest];
        const after = [...keysBesidePreflights(route(own), rest).map(route), ...rest];
        for (const method of [...named, "OPTIONS"]) {
          for (const path of ["/", "/a", "/a/", "/a/b", "/a/c", "/z", "/z/z", "/a/b/c"]) {
            const [was, is] = [before, after].map((table) => matchRoute(table, method, path)?.route);
            if (was !== before[0]) assert.equal(is, was, `${method} ${path}`);
            else if (method === "OPTIONS") assert.ok(is === undefined || rest.includes(is));
            else assert.ok(is && !rest.includes(is), `${method} ${path} lost`);
          }
        }
      }),
    );
  });
});

describe("which routes leave their preflights to the gateway", () => {
  const api = { cors: true, own: true, others: [] };
  const any = { key: "ANY /a", closed: true, adopted: false };
  const count = (change: object, of: object = {}): number =>
    servedKeys([{ ...any, ...change }], { ...api, ...of })[0]!.length;

  it("are the closed ones of an API with CORS", () => {
    assert.equal(count({}), 6);
    assert.equal(count({ closed: false }), 1);
    assert.equal(count({}, { cors: false }), 1);
  });

  it("are none that is imported as it is, and $default in this stack's API alone", () => {
    assert.equal(count({ adopted: true }), 1);
    assert.equal(count({ key: "$default" }), 12);
    assert.equal(count({ key: "$default" }, { own: false }), 1);
    assert.equal(count({}, { own: false }), 6);
  });

  it("leave each other and others theirs", () => {
    const routes = [any, { ...any, key: "GET /a" }];
    const [first, second] = servedKeys(routes, { ...api, others: [route("POST /a")] });
    assert.deepEqual(first, ["PUT /a", "PATCH /a", "DELETE /a", "HEAD /a"]);
    assert.deepEqual(second, ["GET /a"]);
  });

  it("are left alone when AWS would not read them", () => {
    assert.deepEqual(servedKeys([{ ...any, key: "ANY a" }], api), [["ANY a"]]);
  });
});

describe("the route that takes a preflight", () => {
  const taker = (key: string, ...table: string[]): string | undefined =>
    preflightRoute(route(key), table.map(route))?.key;

  it("is none where no route takes OPTIONS: the gateway answers", () => {
    assert.equal(taker("GET /a", "GET /a", "POST /{proxy+}"), undefined);
  });

  it("is the one that the path leads to", () => {
    assert.equal(taker("GET /a/{id}", "GET /a/{id}", "ANY /{proxy+}"), "ANY /{proxy+}");
    assert.equal(taker("GET /a/{id}", "ANY /a/{x+}", "OPTIONS /a/{y}"), "OPTIONS /a/{y}");
    assert.equal(taker("$default", "$default"), "$default");
    // A preflight of what it serves, not of the root, which another route may take; and a parameter is never empty.
    assert.equal(taker("$default", "ANY /", "$default"), "$default");
    assert.equal(taker("GET /{id}", "ANY /"), undefined);
    assert.equal(taker("GET /a/{id}", "ANY /a/{id}"), "ANY /a/{id}");
  });
});

describe("what a CORS configuration lets a browser send", () => {
  const cors = { allowMethods: [], allowHeaders: [], allowCredentials: false };

  it("is a method that it names, a star without credentials, and three that nobody asks for", () => {
    const allowed = (allowMethods: string[], allowCredentials = false): string[] =>
      ["GET", "POST", "HEAD", "PUT", "DELETE"].filter((method) =>
        allowsMethod({ ...cors, allowMethods, allowCredentials }, method),
      );
    assert.deepEqual(allowed(["PUT"]), ["GET", "POST", "HEAD", "PUT"]);
    assert.deepEqual(allowed(["*"]), ["GET", "POST", "HEAD", "PUT", "DELETE"]);
    assert.deepEqual(allowed(["*"], true), ["GET", "POST", "HEAD"]);
  });

  it("is a header that it names in any case, a star for all but authorization, and what browsers send anyway", () => {
    const allowed = (allowHeaders: string[], allowCredentials = false): string[] =>
      ["Authorization", "x-key", "Cookie"].filter((name) =>
        allowsHeader({ ...cors, allowHeaders, allowCredentials }, name),
      );
    assert.deepEqual(allowed([]), ["Cookie"]);
    assert.deepEqual(allowed(["authorization"]), ["Authorization", "Cookie"]);
    assert.deepEqual(allowed(["*"]), ["x-key", "Cookie"]);
    assert.deepEqual(allowed(["*", "AUTHORIZATION"]), ["Authorization", "x-key", "Cookie"]);
    assert.deepEqual(allowed(["*"], true), ["Cookie"]);
  });
});
