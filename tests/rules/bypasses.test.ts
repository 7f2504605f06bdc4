import assert from "node:assert/strict";
import fc from "fast-check";
import { bypasses, GuardedRoute, Limit } from "../../rules/bypasses";
import { Rewrite, servicePath } from "../../rules/rewrite";
import { matchRoute, parseRouteKey, Route } from "../../rules/routes";

const parse = (key: string): Route => {
  const parsed = parseRouteKey(key);
  assert.ok("route" in parsed, key);
  return parsed.route;
};
type Said = Partial<Omit<GuardedRoute, "route" | "rewrite">> & { key: string; rewrite?: Partial<Rewrite> };
const route = ({ key, rewrite, ...rest }: Said): GuardedRoute => ({
  ...{ service: "web", auth: "none", scopes: [], throttle: undefined },
  ...rest,
  route: parse(key),
  rewrite: rewrite && { headers: {}, query: {}, ...rewrite },
});
const open = (key: string, rewrite?: Partial<Rewrite>): Said => ({ key, ...(rewrite && { rewrite }) });
const closed = (key: string, rewrite?: Partial<Rewrite>): Said => ({ ...open(key, rewrite), auth: "users" });
const found = (routes: Said[], others: string[] = [], limit?: Limit): string[] =>
  bypasses(routes.map(route), others.map(parse), limit).map(
    ({ strong, weak, lost, method, path, arrivesAs }) =>
      `${strong.route.key} by ${weak.route.key} without ${lost}: ${method} ${path} as ${arrivesAs}`,
  );

describe("ways around a closed route", () => {
  it("are open routes that lead to the same path of the service", () => {
    assert.deepEqual(found([closed("GET /orders"), open("ANY /echo/{proxy+}", { stripPrefix: "/echo" })]), [
      "GET /orders by ANY /echo/{proxy+} without auth: GET /echo/orders as GET /orders",
    ]);
    assert.deepEqual(found([closed("POST /a/{id}"), open("POST /b/{x}", { path: "/a/$request.path.x" })]), [
      "POST /a/{id} by POST /b/{x} without auth: POST /b/x1 as POST /a/x1",
    ]);
    assert.deepEqual(found([closed("GET /a/{id}"), open("GET /b", { path: "/a/7" })]), [
      "GET /a/{id} by GET /b without auth: GET /b as GET /a/7",
    ]);
  });

  it("are found where the closed route's path is rewritten as well", () => {
    assert.deepEqual(
      found([closed("ANY /in/{p+}", { path: "/v2/$request.path.p" }), open("GET /v2/{a}/{b}")]),
      ["ANY /in/{p+} by GET /v2/{a}/{b} without auth: GET /v2/x1/x2 as GET /v2/x1/x2"],
    );
    assert.deepEqual(found([closed("GET /a"), open("GET /b", { path: "/$request.path" })]), []);
    assert.deepEqual(found([closed("GET /v2/b"), open("GET /b", { path: "/v2$request.path" })]), [
      "GET /v2/b by GET /b without auth: GET /b as GET /v2/b",
    ]);
  });

  it("are assumed where a rewrite takes what nobody knows beforehand", () => {
    assert.deepEqual(found([closed("GET /a/b"), open("GET /x", { path: "/a/$request.querystring.q" })]), [
      "GET /a/b by GET /x without auth: GET /x as GET /a/…",
    ]);
    assert.deepEqual(found([closed("GET /b"), open("GET /x", { path: "/a/$request.querystring.q" })]), []);
    for (const source of ["querystring.q", "header.q"]) {
      assert.deepEqual(found([closed("GET /a/b/{c}"), open("GET /x", { path: `/$request.${source}` })]), [
        "GET /a/b/{c} by GET /x without auth: GET /x as GET /…/…/…",
      ]);
    }
    assert.deepEqual(found([open("GET /a/b/c"), closed("GET /x", { path: "/a/$request.header.q" })]), [
      "GET /x by GET /a/b/c without auth: GET /a/b/c as GET /a/b/c",
    ]);
  });

  it("are paths that a rewrite writes in another way", () => {
    assert.deepEqual(found([closed("GET /orders"), open("GET /o", { path: "/%6Frders" })]), [
      "GET /orders by GET /o without auth: GET /o as GET /orders",
    ]);
    assert.deepEqual(found([closed("GET /a/b"), open("GET /o", { path: "/a%2fb" })]), [
      "GET /a/b by GET /o without auth: GET /o as GET /a/b",
    ]);
    assert.deepEqual(found([closed("GET /a/{x}"), open("GET /o", { path: "/%61/%C3%A4%FF" })]), [
      "GET /a/{x} by GET /o without auth: GET /o as GET /a/%25C3%25A4%25FF",
    ]);
  });

  it("are a slash at the end of what nobody knows beforehand", () => {
    const strong = closed("ANY /{x}/{y}", { path: "/a/$request.querystring.q" });
    assert.deepEqual(found([strong, open("HEAD /{p+}")], ["ANY /a/{x}/{p+}"]), [
      "ANY /{x}/{y} by HEAD /{p+} without auth: HEAD /a/ as HEAD /a/",
    ]);
    assert.deepEqual(
      found([strong, open("HEAD /{p+}")], ["ANY /a/{x}/{y}", "ANY /a/{x}/{y}/{p+}", "ANY /a"]),
      ["ANY /{x}/{y} by HEAD /{p+} without auth: HEAD /a/ as HEAD /a/"],
    );
    const two = closed("ANY /{x}/{y}", { path: "/a/$request.querystring.q/c" });
    assert.deepEqual(found([two, open("HEAD /{p+}")], ["ANY /a/{x}/{p+}"]), []);
    const deep = ["ANY /a/{x}/{y}", "ANY /a/{x}/{y}/{p+}", "ANY /a", "HEAD /{p+}"];
    assert.deepEqual(found([strong, open("GET /a/{p+}")], [...deep, "GET /a/{x}"]), [
      "ANY /{x}/{y} by GET /a/{p+} without auth: GET /a/ as GET /a/",
    ]);
  });

  it("are an encoded slash in a parameter of a path that is rewritten", () => {
    assert.deepEqual(found([closed("GET /admin/users"), open("GET /pub/{x}", { stripPrefix: "/pub" })]), [
      "GET /admin/users by GET /pub/{x} without auth: GET /pub/admin%2Fusers as GET /admin/users",
    ]);
    assert.deepEqual(found([closed("GET /a/b/c/d"), open("GET /p/{x}/{y}", { stripPrefix: "/p" })]), [
      "GET /a/b/c/d by GET /p/{x}/{y} without auth: GET /p/a/b%2Fc%2Fd as GET /a/b/c/d",
    ]);
    // Nothing is decoded of a path that is not rewritten, and a closed parameter is meant to be one part.
    assert.deepEqual(found([closed("GET /admin/users"), open("GET /{x}")]), []);
    assert.deepEqual(found([closed("GET /in/{x}", { stripPrefix: "/in" }), open("GET /a/b")]), []);
    assert.deepEqual(
      found([closed("GET /a/{x}"), open("GET /e/{p+}", { stripPrefix: "/e" })], ["GET /e/{a}/{b}"]),
      ["GET /a/{x} by GET /e/{p+} without auth: GET /e/a%2Fx1 as GET /a/x1"],
    );
  });

  it("are methods that a closed route is not served by", () => {
    const six = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"].map((method) => parse(`${method} /a`));
    const strong = { ...route(closed("ANY /a")), served: six };
    const ways = (...weak: Said[]): string[] =>
      bypasses([strong, ...weak.map(route)], [], undefined).map(
        (one) => `${one.weak.route.key}: ${one.method} ${one.path}`,
      );
    assert.deepEqual(ways(open("ANY /{proxy+}")), ["ANY /{proxy+}: PROPFIND /a"]);
    assert.deepEqual(ways(open("$default")), ["$default: PROPFIND /a"]);
    assert.deepEqual(ways(open("GET /{proxy+}")), []);
    assert.deepEqual(ways(closed("ANY /{proxy+}")), []);
  });

  it("are HEAD beside a route that guards GET", () => {
    assert.deepEqual(found([closed("GET /a"), open("ANY /{proxy+}")]), [
      "GET /a by ANY /{proxy+} without auth: HEAD /a as HEAD /a",
    ]);
    assert.deepEqual(found([closed("GET /a"), closed("HEAD /a"), open("$default")]), []);
    assert.deepEqual(found([closed("ANY /a"), open("ANY /{proxy+}")]), []);
    assert.deepEqual(found([closed("HEAD /a"), open("GET /{proxy+}")]), []);
  });

  it("are no OPTIONS routes: what answers preflights does nothing else", () => {
    assert.deepEqual(found([closed("ANY /a"), open("OPTIONS /a")]), []);
    assert.deepEqual(found([closed("ANY /a"), open("OPTIONS /b", { path: "/a" })]), []);
  });

  it("are none of another service, and none that a third route takes away", () => {
    const strip = { stripPrefix: "/e" };
    assert.deepEqual(found([closed("GET /a"), { ...open("ANY /e/{p+}", strip), service: "other" }]), []);
    assert.deepEqual(found([closed("GET /a"), open("ANY /e/{p+}", strip), closed("ANY /e/a", strip)]), []);
    assert.deepEqual(found([closed("GET /a"), open("GET /e/{p+}", strip)], ["ANY /e/a"]), []);
    const third = ["GET /e/{a}/{b}", "GET /e/{a}"];
    assert.deepEqual(found([closed("GET /a/{x}"), open("GET /e/{p+}", strip)], third), []);
  });

  it("are none that the closed route does not guard itself", () => {
    assert.deepEqual(found([closed("GET /{p+}"), open("GET /e/a", { stripPrefix: "/e" })], ["GET /a"]), []);
  });

  describe("are routes that ask for less:", () => {
    const around = (strong: Partial<Said>, weak: Partial<Said>, limit?: Limit): string[] =>
      bypasses(
        [
          route({ key: "GET /a", ...strong }),
          route({ key: "GET /e/a", rewrite: { stripPrefix: "/e" }, ...weak }),
        ],
        [],
        limit,
      ).map(({ strong: { route: guarded }, lost }) => `${guarded.key} ${lost}`);

    it("no authorization", () => {
      assert.deepEqual(around({ auth: "iam" }, {}), ["GET /a auth"]);
      assert.deepEqual(around({}, { auth: "iam" }), ["GET /e/a auth"]);
      assert.deepEqual(around({}, {}), []);
    });

    it("no $default that is closed, by its own methods", () => {
      const all = { ...closed("$default"), auth: "users" };
      assert.deepEqual(found([all, open("GET /e/{p+}", { stripPrefix: "/e" })]), [
        "$default by GET /e/{p+} without auth: GET /e/ as GET /",
      ]);
    });

    it("another authorizer, each around the other", () => {
      const scoped = { auth: "users", scopes: ["a"] };
      assert.deepEqual(around({ auth: "iam" }, scoped), ["GET /a authorizer", "GET /e/a authorizer"]);
      assert.deepEqual(around({ auth: "iam" }, { auth: "iam" }), []);
      // A catch-all's own methods are its own: nobody took them for the other's.
      const keys = (key: string): Said => ({ key, auth: "keys" });
      assert.deepEqual(found([closed("GET /a"), keys("ANY /{proxy+}")]), []);
      assert.deepEqual(found([closed("GET /a"), keys("ANY /e/{p+}")]), []);
      const six = ["GET", "POST"].map((method) => parse(`${method} /a`));
      const divided = { ...route(closed("ANY /a")), served: six };
      assert.deepEqual(
        bypasses([divided, route(keys("$default"))], [], undefined).map(({ method }) => method),
        ["PUT"],
      );
    });

    it("no scopes, or others", () => {
      const [a, b, ab] = [["a"], ["b"], ["a", "b"]].map((scopes) => ({ auth: "users", scopes }));
      assert.deepEqual(around(a!, { auth: "users" }), ["GET /a scopes"]);
      assert.deepEqual(around(a!, a!), []);
      assert.deepEqual(around(a!, ab!), ["GET /a scopes"]);
      assert.deepEqual(around(ab!, a!), ["GET /e/a scopes"]);
      assert.deepEqual(around(a!, b!), ["GET /a scopes", "GET /e/a scopes"]);
    });

    it("a higher limit, or none", () => {
      const limited = (rate: number, burst: number): Partial<Said> => ({ throttle: { rate, burst } });
      const stage = { rate: 10, burst: 10 };
      assert.deepEqual(around(limited(5, 10), {}, stage), ["GET /a throttle"]);
      assert.deepEqual(around(limited(10, 9), {}, stage), ["GET /a throttle"]);
      assert.deepEqual(around(limited(10, 10), {}, stage), []);
      assert.deepEqual(around(limited(20, 20), {}, stage), []);
      assert.deepEqual(around(limited(10, 10), {}), ["GET /a throttle"]);
      assert.deepEqual(around(limited(5, 5), limited(4, 5), stage), ["GET /e/a throttle"]);
      assert.deepEqual(around(limited(5, 5), limited(5, 5), stage), []);
    });
  });

  it("are those that trying every request finds, and no others", () => {
    const segment = fc.constantFrom("a", "b", "{x}", "{y}");
    const tail = fc.constantFrom("", "/{p+}");
    const pattern = fc
      .tuple(fc.uniqueArray(segment, { maxLength: 2 }), tail)
      .map(([parts, end]) => `${parts.map((part) => `/${part}`).join("")}${end}` || "/");
    const method = fc.constantFrom("GET", "POST", "HEAD", "ANY");
    const key = fc.oneof(
      { weight: 9, arbitrary: fc.tuple(method, pattern).map(([name, path]) => `${name} ${path}`) },
      { weight: 1, arbitrary: fc.constant("$default") },
    );
    const said = key.chain((written): fc.Arbitrary<Said> => {
      const { segments } = parse(written);
      const literals = segments.findIndex(({ kind }) => kind !== "literal");
      const most = literals === -1 ? segments.length : literals;
      const variables = (kind: string): string[] =>
        segments.flatMap((one) =>
          one.kind === kind && "name" in one ? [`\${request.path.${one.name}}`] : [],
        );
      const part = fc.constantFrom("a", "b", ...variables("parameter"));
      // A greedy parameter may be empty, and would leave two slashes within the path.
      const end = fc.constantFrom("a", "b", ...variables("parameter"), ...variables("greedy"));
      const path = fc
        .tuple(fc.array(part, { maxLength: 1 }), end)
        .map((parts) => `/${parts.flat().join("/")}`);
      const rewrites: fc.Arbitrary<Partial<Rewrite> | undefined>[] = [
        fc.constant(undefined),
        path.map((written) => ({ path: written })),
        fc.constantFrom("a", "b").map((written) => ({ path: `/${written}$request.path` })),
        fc.constantFrom("", "/a").map((written) => ({ path: `${written}/$request.querystring.q` })),
      ];
      if (most > 0) {
        const prefix = (count: number): string =>
          segments
            .slice(0, count)
            .map((one) => (one.kind === "literal" ? `/${one.value}` : ""))
            .join("");
        rewrites.push(fc.integer({ min: 1, max: most }).map((count) => ({ stripPrefix: prefix(count) })));
      }
      return fc
        .tuple(fc.oneof(...rewrites), fc.constantFrom("none", "users", "keys"))
        .map(([rewrite, auth]) => ({ key: written, auth, ...(rewrite && { rewrite }) }));
    });
    // "z" stands for all that no route names.
    const words = (count: number): string[] =>
      count === 0
        ? [""]
        : words(count - 1).flatMap((path) => ["a", "b", "z"].map((word) => `${path}/${word}`));
    const bare = [1, 2, 3, 4, 5, 6].flatMap(words);
    const short = bare.filter((path) => path.length <= 10);
    const ends = ["/", ...bare, ...short.filter((path) => path.length <= 8).map((path) => `${path}/`)];
    // Slashes of which some are encoded, also the one at the end; in shorter paths also where a part ends in one.
    const encoded = (path: string): string[] => {
      const [, first = "", rest = ""] = /^(\/\w+)(.*)$/.exec(path) ?? [];
      const signs = path.length <= 8 ? ["/", "%2F", "%2F/"] : ["/", "%2F"];
      return [...rest].reduce(
        (all, sign) => all.flatMap((one) => (sign === "/" ? signs : [sign]).map((next) => one + next)),
        [first],
      );
    };
    const paths = [...ends, ...[...short, ...ends.filter((path) => /.\/$/.test(path))].flatMap(encoded)];

    // All that may arrive: a query parameter can be everything.
    const arrives = ({ route: taken, rewrite }: GuardedRoute, method: string, path: string): string[] => {
      const values = matchRoute([taken], method, path)?.parameters ?? {};
      const template = servicePath(taken, rewrite);
      if (template?.endsWith("$request.querystring.q"))
        return ends.map((end) => template.replace("/$request.querystring.q", end));
      return [
        template
          ?.replace(/\$\{request\.path\.(\w+)\}/g, (_, name: string) => values[name]!)
          .replace("$request.path", decodeURIComponent(path)) ?? path,
      ];
    };
    fc.assert(
      fc.property(fc.uniqueArray(said, { minLength: 2, maxLength: 5, selector: ({ key }) => key }), (all) => {
        const routes = all.map(route);
        const table = routes.map((one) => one.route);
        const reached = new Map<string, Set<GuardedRoute>>();
        // A closed route guards what is asked for without encoded slashes.
        const guarded = new Map<string, Set<GuardedRoute>>();
        const seen = new Set<string>();
        for (const path of paths) {
          for (const name of ["GET", "POST", "HEAD"]) {
            const taken = matchRoute(table, name, path)?.route;
            const one = routes.find((candidate) => candidate.route === taken);
            if (!one) continue;
            if (one.rewrite?.path?.includes("querystring")) {
              if (seen.has(`${name} ${one.route.key}`)) continue;
              seen.add(`${name} ${one.route.key}`);
            }
            for (const end of arrives(one, name, path)) {
              const arrived = `${name} ${end}`;
              reached.set(arrived, (reached.get(arrived) ?? new Set()).add(one));
              if (!path.includes("%2F")) guarded.set(arrived, (guarded.get(arrived) ?? new Set()).add(one));
            }
          }
        }
        const expected = new Set<string>();
        for (const [arrived, by] of guarded) {
          for (const strong of [...by].filter(({ auth }) => auth !== "none")) {
            for (const other of reached.get(arrived) ?? []) {
              if (other.auth !== "none" && other.auth !== strong.auth)
                expected.add(`${strong.route.key} by ${other.route.key}`);
            }
          }
          const weaker = [
            ...(reached.get(arrived) ?? []),
            ...(reached.get(arrived.replace(/^GET/, "HEAD")) ?? []),
          ];
          for (const strong of [...by].filter(({ auth }) => auth !== "none")) {
            for (const weak of weaker.filter(({ auth }) => auth === "none"))
              expected.add(`${strong.route.key} by ${weak.route.key}`);
          }
        }
        const decided = bypasses(routes, [], undefined);
        assert.deepEqual(
          [...new Set(decided.map(({ strong, weak }) => `${strong.route.key} by ${weak.route.key}`))].sort(),
          [...expected].sort(),
        );
        for (const { weak, method: name, path } of decided)
          assert.equal(matchRoute(table, name, path)?.route, weak.route);
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 100) },
    );
  });
});
