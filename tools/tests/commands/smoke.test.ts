import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { simulate } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";
import { types, without } from "../local/fixture";
import { checked, Clock, outputs, smoke, type Run } from "../smoke/run-smoke";
import { healthy, pageText, shopFront } from "../smoke/shop";

describe("npm run smoke", () => {
  const shop = shopFront();
  const onShop = ["--stack", "shop", "--wait", "0"];
  const run = (argv: string[], world: Run = {}) => smoke(argv, { deployment: shop.deployment(), ...world });

  it("passes a stack that works: every check by name, in text", async () => {
    const url = await shop.serve(shop.deployment());
    const argv = [...onShop, ...url, "--expect", pageText, "--token", `users=${await shop.token(true)}`];
    const { code, stdout, stderr } = await run(argv);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.deepEqual(stdout.replaceAll(url[1], "URL").split("\n"), [
      "",
      "Smoke test of stack shop at URL/",
      "",
      "– TLS                                            there is none on this machine",
      `✓ page                                     0 ms  200 with "${pageText}"`,
      "✓ ANY /                                    0 ms  200",
      "✓ GET /healthz                             0 ms  200",
      "– POST /upload                                   not called: POST may change something",
      "✓ GET /limited                             0 ms  200",
      "✓ ANY /shop/echo/{proxy+}                  0 ms  200",
      "✓ GET /orders without a token              0 ms  401, refused by the gateway",
      "✓ GET /orders with a token of users        0 ms  200",
      "✓ a path without a route                   0 ms  404 of the gateway",
      "✓ CORS for GET /orders, an allowed origin  0 ms  204, https://www.example.com may",
      "✓ CORS for GET /orders, another origin     0 ms  204, https://smoke-test.invalid may not",
      "– execute-api address                            there is no domain, or the API's id is not known",
      "✓ latency of ANY /                         0 ms  p50 0 ms, p95 0 ms of 10 calls",
      "",
      "11 passed, 0 failed, 3 skipped",
      "",
      "",
    ]);
  });

  it("calls no route that may change something, and none twice as often as its limit allows", async () => {
    const clock = new Clock();
    const seen: string[] = [];
    const failing: RequestListener = (request, response) => {
      seen.push(`${request.method ?? ""} ${request.url ?? ""}`);
      response.statusCode = request.url === "/limited" ? 500 : 200;
      request.resume().on("end", () => response.end());
    };
    const url = await shop.serve(shop.deployment(), failing, clock);
    const { failed, checks } = await checked(["--stack", "shop", "--wait", "60", ...url], {
      clock,
      deployment: shop.deployment(),
    });
    assert.deepEqual(failed, ["GET /limited"]);
    // A 429 would pass it.
    assert.equal(seen.filter((call) => call === "GET /limited").length, checks.get("GET /limited")?.tries);
    assert.ok(clock.pauses.length > 10);
    assert.ok(clock.pauses.every((pause) => pause >= 1000 && pause <= 5000));
    assert.deepEqual(
      seen.filter((call) => !call.startsWith("GET ")),
      [],
    );
  });

  it("tries again what failed, and only that, until a fresh deployment has settled", async () => {
    const clock = new Clock();
    const seen: string[] = [];
    const url = await shop.serve(shop.deployment(), (request, response) => {
      seen.push(request.url ?? "");
      if (request.url === "/healthz" && clock.pauses.length < 3) response.statusCode = 500;
      healthy(request, response);
    });
    const { code, stdout, stderr } = await smoke(["--stack", "shop", ...url], {
      clock,
      deployment: shop.deployment(),
    });
    assert.equal(code, 0);
    assert.match(stdout, /✓ GET \/healthz +0 ms {2}200, try 4\n/);
    assert.match(stdout, /, in 4 tries\n/);
    assert.equal(stderr, "1 check failed: once more in 3.0 s.\n".repeat(3));
    assert.equal(seen.filter((path) => path === "/healthz").length, 4);
    assert.equal(seen.filter((path) => path === "/echo/smoke" || path === "/smoke").length, 1);
  });

  it("gives up when the time is over", async () => {
    const clock = new Clock();
    const url = await shop.serve(without(shop.deployment(), types.ingress));
    const { code } = await smoke(["--stack", "shop", "--wait", "7", ...url], {
      clock,
      deployment: shop.deployment(),
    });
    assert.equal(code, 1);
    assert.deepEqual(clock.pauses, [3000, 3000, 2000]);
  });

  it("takes the address from the stack's outputs", async () => {
    const [, url] = await shop.serve(shop.deployment());
    const pulumi = outputs({ url: `${url}/` });
    const { code, checks } = await checked(onShop, { pulumi, deployment: shop.deployment() });
    assert.deepEqual(pulumi.calls, [["stack", "output", "--json", "--stack", "shop"]]);
    assert.deepEqual([code, checks.get("ANY /")?.outcome], [0, "passed"]);
  });

  it("says what to do when the stack was never deployed", async () => {
    const never = await run(onShop, { pulumi: outputs({}) });
    const fix = "Deploy it with npm run deploy -- --stack shop, or give the address with --url.";
    assert.deepEqual(never, { code: 1, stdout: "", stderr: `The stack shop has no output url. ${fix}\n` });
    const unreadable = await run(onShop, { pulumi: outputs({}, 255) });
    assert.equal(unreadable.stderr, `The outputs of stack shop are not readable. ${fix}\n`);
  });

  it("checks a stack behind another's API: its own routes, below its prefix", async () => {
    const pr = await simulate({ stack: "pr" });
    const [, url = ""] = await shop.serve(pr);
    for (const address of [url, `${url}/pr`, `${url}/pr/`]) {
      const {
        code,
        url: shown,
        checks,
      } = await checked(["--stack", "pr", "--wait", "0", "--url", address], { deployment: pr });
      assert.equal(shown, `${url}/pr`);
      assert.equal(code, 0);
      const called = [...checks.keys()].filter((name) => name.startsWith("ANY"));
      assert.deepEqual(called, ["ANY /pr", "ANY /pr/{proxy+}"]);
    }
  });

  it("checks a named stage, and that routes refuse who may not use them", async () => {
    const functionArn = "arn:aws:lambda:eu-west-2:111122223333:function:keys";
    const config = toConfig({
      "aws:region": "eu-west-2",
      api: { stage: "v1", authorizers: { keys: { type: "lambda", functionArn } } },
      services: {
        flask: {
          build: "./app",
          routes: [
            "GET /open/{id}",
            { key: "DELETE /open/{id}", auth: "iam" },
            { key: "POST /keys", auth: "keys" },
          ],
        },
      },
    });
    const deployment = await simulate({ config });
    const [, url = ""] = await shop.serve(deployment);
    const { failed, checks } = await checked(["--wait", "0", "--url", `${url}/v1`], { deployment });
    assert.deepEqual(failed, []);
    assert.equal(checks.get("DELETE /open/{id} without proof")?.detail, "403, refused by the gateway");
    assert.equal(checks.get("POST /keys without proof")?.detail, "401, refused by the gateway");
    assert.equal(checks.get("GET /open/{id}")?.detail, "200");
    assert.equal(checks.get("a path without a route")?.outcome, "passed");
    // Without the stage there is nothing.
    assert.ok(
      (await checked(["--wait", "0", "--url", url], { deployment })).failed.includes("GET /open/{id}"),
    );
  });

  it("writes JUnit for CI", async () => {
    const url = await shop.serve(
      without(shop.deployment(), types.route, ({ inputs }) => inputs.routeKey === "GET /healthz"),
    );
    const { code } = await run([...onShop, ...url, "--junit", shop.path("reports/junit.xml")]);
    assert.equal(code, 1);
    const xml = shop.read("reports/junit.xml");
    assert.equal(XMLValidator.validate(xml), true);
    const { testsuites } = new XMLParser({ ignoreAttributes: false }).parse(xml) as {
      testsuites: { testsuite: { testcase: Record<string, unknown>[] } & Record<string, unknown> };
    };
    const { testcase, ...suite } = testsuites.testsuite;
    assert.deepEqual([suite["@_tests"], suite["@_failures"], suite["@_skipped"]], ["13", "1", "4"]);
    const broken = testcase.find((found) => found["@_name"] === "GET /healthz");
    assert.deepEqual(broken?.failure, {
      "#text": "fix: the gateway has no such route: deploy it with npm run deploy\ntries: 1",
      "@_message": 'expected an answer of the service, below 500, got 404 {"message":"Not Found"}',
    });
  });

  it("refuses what it does not know, and everything that is wrong at once", async () => {
    const unknown = await smoke(["--ulr", "x"]);
    assert.deepEqual([unknown.code, unknown.stdout], [1, ""]);
    assert.match(unknown.stderr, /^Unknown option '--ulr'\. Known options: --stack, --url, /);
    const argv = [
      "--url",
      "http://example.com",
      "--wait",
      "soon",
      "--calls",
      "0",
      "--cert",
      shop.path("none"),
    ];
    const { code, stderr } = await run(argv);
    assert.equal(code, 1);
    assert.deepEqual(stderr.split("\n").slice(0, 4), [
      "--wait is `soon`. Allowed are whole seconds from 0 to 3600.",
      "--calls is `0`. Allowed are whole calls from 1 to 1000.",
      "--url is `http://example.com`. Allowed is an address such as https://api.example.com/, or http:// on this machine.",
      "--cert and --key go together: give both or none.",
    ]);
    assert.match((await smoke(["--stack", "nope"])).stderr, /^There is no Pulumi\.nope\.yaml\./);
    const token = await shop.token(true);
    const wrong = await run([
      ...onShop,
      "--token",
      `other=${token}`,
      "--token",
      token,
      "--token",
      `users=${token}`,
    ]);
    assert.equal(
      wrong.stderr,
      "--token names `other`. JWT authorizers of this stack: users. Fix: --token users=<file>.\n--token gives two tokens of `users`. Fix: give one.\n",
    );
  });

  it("helps", async () => {
    const { code, stdout, stderr } = await smoke(["--help"]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /Usage: npm run smoke -- \[options\]/);
  });
});
