// @ts-nocheck
import assert from "node:assert/strict";
import fc from "fast-check";
import { matchRoute, parseRouteKey, type Route } from "../../../rules/routes";
import { callOf, unroutedPath } from "../../smoke/calls";

const routes = (...keys: string[]): Route[] =>
  keys.map((key) => {
    const parsed = parseRouteKey(key);
    assert.ok("route" in parsed, key);
    return parsed.route;
  });

describe("calls that try a route", () => {
  const part = fc.constantFrom("a", "smoke", "{id}");
  const method = fc.constantFrom("GET", "HEAD", "POST", "DELETE", "ANY");
  const path = fc.tuple(fc.array(part, { maxLength: 3 }), fc.constantFrom("", "{rest+}"));
  const key = fc.tuple(method, path).map(([verb, [parts, rest]]) => {
    const all = [...parts.map((name, i) => name.replace("id", `id${i}`)), ...(rest === "" ? [] : [rest])];
    return `${verb} /${all.join("/")}`;
  });
  const table = fc
    .uniqueArray(fc.oneof(key, fc.constant("$default")), { minLength: 1, maxLength: 8 })
    .map((keys) => routes(...keys));

  it("take that route and no other, whatever the table", () =>
    fc.assert(
      fc.property(table, (all) => {
        for (const route of all) {
          const call = callOf(route, all);
          if (call) assert.equal(matchRoute(all, call.method, call.path)?.route.key, route.key);
        }
      }),
    ));

  it("take a path without a route only where the table has none for it", () =>
    fc.assert(
      fc.property(table, (all) => {
        const unrouted = unroutedPath(all);
        if (unrouted !== undefined) assert.equal(matchRoute(all, "GET", unrouted), undefined);
        else
          assert.ok(
            all.some(
              ({ method: verb, segments }) => verb === undefined || segments.at(-1)?.kind === "greedy",
            ),
          );
      }),
    ));

  const of = (wanted: string, ...keys: string[]) => {
    const all = routes(wanted, ...keys);
    return callOf(all[0]!, all);
  };

  it("fill in harmless words, and another where a route has the first in its path", () => {
    assert.deepEqual(of("GET /pets/{id}/{rest+}"), { method: "GET", path: "/pets/smoke/smoke", safe: true });
    assert.equal(of("GET /pets/{id}", "GET /pets/smoke")?.path, "/pets/smoke-test");
    assert.equal(of("$default")?.path, "/smoke");
    assert.equal(of("ANY /")?.path, "/");
  });

  it("read where they may choose, and say when they can't", () => {
    assert.equal(of("ANY /a", "GET /a")?.method, "HEAD");
    const { method: chosen, safe } = of("ANY /a", "GET /a", "HEAD /a", "OPTIONS /a") ?? {};
    assert.deepEqual([chosen, safe], ["POST", false]);
    assert.equal(of("DELETE /a")?.safe, false);
    assert.equal(of("$default", "ANY /{proxy+}", "ANY /"), undefined);
  });
});
