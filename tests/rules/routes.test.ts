import assert from "node:assert/strict";
import fc from "fast-check";
import {
  canonicalRoute,
  compareRoutes,
  conflictingRoutes,
  matchRoute,
  methods,
  overlappingRoutes,
  parseRouteKey,
  type Route,
  unreachableDefault,
} from "../../rules/routes";

const route = (key: string): Route => {
  const parsed = parseRouteKey(key);
  assert.ok("route" in parsed, `${key} should be a route key`);
  return parsed.route;
};

describe("a route key", () => {
  it("is shorter than a request's line and headers", () => {
    const key = (length: number): string => `GET /${"a".repeat(length - 5)}`;
    assert.ok("route" in parseRouteKey(key(10_239)));
    assert.deepEqual(parseRouteKey(key(10_240)), {
      problem: {
        got: key(10_240),
        allowed: "fewer than 10240 characters: a request's line and headers have no more",
        fix: "shorten the path",
      },
    });
  });
});

describe("route keys", () => {
  describe("are accepted as AWS accepts them", () => {
    for (const key of [
      "$default",
      "ANY /",
      "GET /pets",
      "DELETE /pets/{petId}",
      "ANY /{proxy+}",
      "OPTIONS /v1.0/a_b-c/{x}/{rest+}",
      "GET /.well-known/...",
    ]) {
      it(key, () => assert.equal(route(key).key, key));
    }
  });

  describe("are refused with what was got, what is allowed and a fix", () => {
    const table: [key: string, allowed: RegExp, fix: RegExp][] = [
      ["", /`\$default`, or a method and a path/, /starts with `\/`/],
      ["/pets", /`\$default`, or a method/, /write the method/],
      ["GET  /pets", /`\$default`, or a method/, /one space/],
      ["get /pets", /one of GET, POST/, /write `GET \/pets`/],
      ["TRACE /pets", /one of GET, POST/, /use `ANY \/pets`/],
      ["GET pets", /starts with `\/`/, /`GET \/pets`/],
      ["GET /pets/", /without a slash at its end/, /`GET \/pets`/],
      ["GET //", /without a slash at its end/, /`GET \/`/],
      ["GET /a//b", /without empty parts/, /doubled slash/],
      ["GET /a/../b", /without parts of dots alone/, /`GET \/b`/],
      ["ANY /./a/{proxy+}", /without parts of dots alone/, /`ANY \/a\/\{proxy\+\}`/],
      ["ANY /..", /without parts of dots alone/, /`ANY \/`/],
      ["GET /{proxy+}/b", /at the end of the path only/, /end the path with `\{proxy\+\}`/],
      ["GET /a/{x}y", /one `\{parameter\}` alone/, /`\{x\}y`/],
      ["GET /a/{}", /one `\{parameter\}` alone/, /`\{\}`/],
      ["GET /a b", /`\$default`, or a method/, /one space/],
      ["GET /a?b=c", /letters, digits/, /`a\?b=c`/],
      ["GET /{x}/{x}", /each parameter name once/, /rename/],
      ["default", /`\$default`/, /write/],
    ];
    for (const [key, allowed, fix] of table) {
      it(JSON.stringify(key), () => {
        const parsed = parseRouteKey(key);
        assert.ok("problem" in parsed);
        assert.equal(parsed.problem.got, key);
        assert.match(parsed.problem.allowed, allowed);
        assert.match(parsed.problem.fix, fix);
      });
    }
  });

  it("conflict when only parameter names differ, and not when methods or greediness do", () => {
    const pairs = (keys: string[]) =>
      conflictingRoutes(keys.map(route)).map((pair) => pair.map(({ key }) => key));
    assert.deepEqual(pairs(["GET /a/{x}", "GET /a/{y}"]), [["GET /a/{x}", "GET /a/{y}"]]);
    assert.deepEqual(pairs(["GET /", "GET /{x}", "GET /{x+}", "GET /a/b", "GET /ab", "GET /{x}/{y}"]), []);
    assert.deepEqual(pairs(["ANY /{a+}", "ANY /{b+}", "ANY /{a+}"]), [
      ["ANY /{a+}", "ANY /{b+}"],
      ["ANY /{a+}", "ANY /{a+}"],
    ]);
    assert.deepEqual(pairs(["$default", "$default"]), [["$default", "$default"]]);
    assert.deepEqual(
      pairs(["GET /a/{x}", "ANY /a/{x}", "GET /a/{x+}", "GET /a/x", "GET /A/x", "$default"]),
      [],
    );
  });
});

describe("the route a request takes", () => {
  // The two tables of AWS's page on routes (the archived one and today's).
  const documented: [keys: string[], request: string, selected: string | undefined][] = [
    [
      ["GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default"],
      "GET /pets/dog/1",
      "GET /pets/dog/{id}",
    ],
    [
      ["GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default"],
      "GET /pets/cat/1",
      "GET /pets/{proxy+}",
    ],
    [
      ["GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default"],
      "POST /test/5",
      "ANY /{proxy+}",
    ],
    [["GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}"], "GET /pets/dog/1", "GET /pets/dog/1"],
    [
      ["GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}"],
      "GET /pets/dog/2",
      "GET /pets/dog/{id}",
    ],
    [["GET /pets"], "POST /pets", undefined],
    [["$default"], "POST /store/checkout", "$default"],
  ];
  const derived: [keys: string[], request: string, selected: string | undefined][] = [
    [["ANY /pets", "GET /pets"], "GET /pets", "GET /pets"],
    [["ANY /pets", "GET /pets"], "PUT /pets", "ANY /pets"],
    [["GET /pets/{proxy+}", "ANY /pets/dog"], "GET /pets/dog", "ANY /pets/dog"],
    [["ANY /pets/dog", "GET /pets/{kind}"], "GET /pets/dog", "ANY /pets/dog"],
    [["ANY /{a}/{b}/{c}", "ANY /x/y/{rest+}"], "GET /x/y/z", "ANY /{a}/{b}/{c}"],
    [["ANY /{proxy+}", "ANY /api/{proxy+}", "ANY /api/v1/{proxy+}"], "GET /api/v1/x", "ANY /api/v1/{proxy+}"],
    [["ANY /{proxy+}", "ANY /{a}/{proxy+}"], "GET /b/c", "ANY /{a}/{proxy+}"],
    [["ANY /{x}/b", "ANY /a/{y}"], "GET /a/b", "ANY /a/{y}"],
    [["ANY /{proxy+}"], "GET /", undefined],
    [["ANY /", "ANY /{proxy+}"], "GET /", "ANY /"],
    [["ANY /"], "GET /x", undefined],
    [["ANY /"], "GET //", undefined],
    [["GET /a/{proxy+}"], "GET /a", undefined],
    [["GET /a/{proxy+}"], "GET /a/", "GET /a/{proxy+}"],
    [["GET /a"], "GET /a/", undefined],
    [["GET /a/{x}"], "GET /a/", undefined],
    [["GET /a/{x}"], "GET /a/b/c", undefined],
    [["GET /a"], "GET /A", undefined],
    [["GET /a"], "GET /%61", "GET /a"],
    [["GET /a/{x}"], "GET /a/b%2Fc", "GET /a/{x}"],
    [["GET /a/{x}"], "GET /a/%zz", "GET /a/{x}"],
    [["HEAD /a", "GET /b"], "HEAD /b", undefined],
  ];
  for (const [keys, request, selected] of [...documented, ...derived]) {
    it(`${request} of ${keys.join(", ")} → ${selected ?? "404"}`, () => {
      const [method = "", path = ""] = request.split(" ");
      for (const order of [keys, [...keys].reverse()]) {
        assert.equal(matchRoute(order.map(route), method, path)?.route.key, selected);
      }
    });
  }

  it("hands on decoded path parameters", () => {
    const parameters = (key: string, path: string) => matchRoute([route(key)], "GET", path)?.parameters;
    assert.deepEqual(parameters("GET /a/{x}/{rest+}", "/a/b%20c/d/e%2Ff"), { x: "b c", rest: "d/e/f" });
    assert.deepEqual(parameters("GET /a/{rest+}", "/a/"), { rest: "" });
  });
});

describe("properties of route selection", () => {
  const word = fc.constantFrom("a", "b", "c");
  const segment = fc.oneof(
    { weight: 3, arbitrary: word },
    { weight: 2, arbitrary: fc.constantFrom("{x}", "{y}", "{z}") },
  );
  const path = fc
    .tuple(fc.uniqueArray(segment, { maxLength: 3 }), fc.boolean())
    .map(([parts, greedy]) => `/${[...parts, ...(greedy ? ["{rest+}"] : [])].join("/")}`);
  const key = fc.oneof(
    {
      weight: 12,
      arbitrary: fc.tuple(fc.constantFrom("GET", "POST", "ANY"), path).map((pair) => pair.join(" ")),
    },
    { weight: 1, arbitrary: fc.constant("$default") },
  );
  const keys = fc.uniqueArray(key, { maxLength: 7, selector: (text) => canonicalRoute(route(text)) });
  const request = fc.tuple(
    fc.constantFrom("GET", "POST", "PUT"),
    fc.array(fc.oneof(word, fc.constant("")), { maxLength: 4 }).map((parts) => `/${parts.join("/")}`),
  );

  /** Slow and obvious: each route as a regular expression, the rules of selection applied one after the other. */
  const model = (routes: string[], method: string, target: string): string | undefined => {
    const pathOf = (text: string) => text.split(" ")[1] ?? "";
    const greedy = (text: string) => text.endsWith("+}");
    const literals = (text: string) =>
      pathOf(text)
        .split("/")
        .filter((p) => p !== "" && !p.startsWith("{"));
    let left = routes.filter((text) => {
      if (text === "$default") return true;
      const expression = pathOf(text)
        .replace(/^\/\{\w+\+\}$/, "/.+")
        .replace(/\{\w+\+\}$/, ".*")
        .replace(/\{\w+\}/g, "[^/]+");
      return new RegExp(`^${expression}$`).test(target) && [method, "ANY"].includes(text.split(" ")[0] ?? "");
    });
    const keepBest = (score: (text: string) => number | string) => {
      const top = left
        .map(score)
        .reduce((x, y) => (x > y ? x : y), left[0] === undefined ? 0 : score(left[0]));
      left = left.filter((text) => score(text) === top);
    };
    keepBest((text) => (text === "$default" ? 0 : greedy(text) ? 1 : 2));
    keepBest((text) => literals(text).length);
    keepBest((text) => (greedy(text) ? pathOf(text).split("/").length : 0));
    // Left to right, literal (1) before parameter (0).
    keepBest((text) =>
      pathOf(text)
        .split("/")
        .map((p) => (p.startsWith("{") ? "0" : "1"))
        .join(""),
    );
    keepBest((text) => (text.startsWith("ANY ") ? 0 : 1));
    assert.ok(left.length <= 1, `the order is not total: ${left.join(", ")}`);
    return left[0];
  };

  it("agrees with the slow model, whatever the order of the routes", () => {
    fc.assert(
      fc.property(keys, request, fc.nat(), (texts, [method, target], seed) => {
        const shuffled = texts.map((text, i) => [text, (seed * (i + 7)) % 11] as const);
        shuffled.sort((a, b) => a[1] - b[1]);
        const routes = shuffled.map(([text]) => route(text));
        assert.equal(matchRoute(routes, method, target)?.route.key, model(texts, method, target));
      }),
      { numRuns: 2000 },
    );
  });

  it("compares as an order", () => {
    fc.assert(
      fc.property(key.map(route), key.map(route), (a, b) => {
        assert.equal(Math.sign(compareRoutes(a, b)), 0 - Math.sign(compareRoutes(b, a)));
        assert.equal(compareRoutes(a, a), 0);
      }),
    );
  });

  it("accepts what it prints, and never throws on text", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.tuple(fc.constantFrom(...methods), fc.string()).map((t) => t.join(" /")),
        ),
        (text) => {
          const parsed = parseRouteKey(text);
          if ("route" in parsed) assert.equal(route(parsed.route.key).key, text);
          else assert.equal(parsed.problem.got, text);
        },
      ),
    );
  });
});

describe("routes that want the same requests", () => {
  const word = fc.constantFrom("a", "b");
  const segment = fc.oneof(word, fc.constantFrom("{x}", "{y}"));
  const key = fc
    .tuple(
      fc.constantFrom("GET", "POST", "ANY"),
      fc.uniqueArray(segment, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
    )
    .map(([method, parts, greedy]) => `${method} /${[...parts, ...(greedy ? ["{rest+}"] : [])].join("/")}`);

  /** Every request that could tell two such routes apart: short paths over the words they name and one they do not. */
  const requests = ["GET", "POST", "PUT"].flatMap((method) => {
    const paths = [""];
    for (let from = 0, depth = 0; depth < 5; depth++) {
      const end = paths.length;
      for (; from < end; from++) for (const part of ["a", "b", "other"]) paths.push(`${paths[from]}/${part}`);
    }
    return paths.map((path) => [method, path || "/"] as const);
  });

  it("are found: exactly those of which some request matches both", () => {
    fc.assert(
      fc.property(key.map(route), key.map(route), (a, b) => {
        fc.pre(canonicalRoute(a) !== canonicalRoute(b));
        const both = requests.filter(([method, path]) =>
          [a, b].every((one) => matchRoute([one], method, path) !== undefined),
        );
        const found = overlappingRoutes([a, b]);
        assert.equal(found.length, both.length > 0 ? 1 : 0, `${a.key}, ${b.key}`);
        for (const [winner] of found) {
          for (const [method, path] of both) assert.equal(matchRoute([a, b], method, path)?.route, winner);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("do not count where one of them takes the rest of the whole API", () => {
    const all = ["GET /a", "ANY /{proxy+}", "$default", "ANY /a/{x}", "GET /a/b"].map(route);
    assert.deepEqual(
      overlappingRoutes(all).map((pair) => pair.map((one) => one.key)),
      [["GET /a/b", "ANY /a/{x}"]],
    );
  });

  it("leave nothing to $default when they take all", () => {
    const [root, rest, other] = ["ANY /", "ANY /{any+}", "$default"].map(route) as [Route, Route, Route];
    assert.deepEqual(unreachableDefault([other, rest, root]), [other, [root, rest]]);
    for (const some of [
      [root, other],
      [rest, other],
      [root, rest],
      [route("GET /"), rest, other],
    ]) {
      assert.equal(unreachableDefault(some), undefined);
    }
  });
});

describe("the order of routes", () => {
  const first = (path: string, ...keys: string[]): string | undefined =>
    matchRoute(keys.map(route), "GET", path)?.route.key;

  it("goes by the number of literal parts, before where they stand", () => {
    for (const keys of [
      ["GET /{x}/b/c", "GET /a/{y}/{z}"],
      ["GET /a/{y}/{z}", "GET /{x}/b/c"],
    ])
      assert.equal(first("/a/b/c", ...keys), "GET /{x}/b/c");
    assert.equal(first("/a/b/c/d", "GET /a/{y+}", "GET /{x}/b/c/{z+}"), "GET /{x}/b/c/{z+}");
  });

  it("makes routes overlap that end in a greedy part at different places", () => {
    const overlaps = (...keys: string[]): string[][] =>
      overlappingRoutes(keys.map(route)).map((pair) => pair.map(({ key }) => key));
    assert.deepEqual(overlaps("GET /{x}/{y}/{z}/{r+}", "GET /a/b/{r+}"), [
      ["GET /a/b/{r+}", "GET /{x}/{y}/{z}/{r+}"],
    ]);
    assert.deepEqual(overlaps("ANY /", "$default"), []);
  });
});

it("a key that ends in several slashes is mended by taking all of them out", () => {
  const parsed = parseRouteKey("GET /a//");
  assert.ok("problem" in parsed);
  assert.deepEqual(parsed.problem, {
    got: "GET /a//",
    allowed: "a path without a slash at its end",
    fix: "write `GET /a`",
  });
});
