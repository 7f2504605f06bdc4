import assert from "node:assert/strict";
import { simulate } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";
import { checksOf, type CallCheck, type Check, type CheckOptions } from "../../smoke/checks";
import { readOutputs } from "../../smoke/outputs";
import { parseUrl, readAddress, readTarget } from "../../smoke/target";
import { outputs } from "./run-smoke";

describe("what is checked", () => {
  async function checks(values: object, options: Partial<CheckOptions> = {}): Promise<Check[]> {
    const target = readTarget(await simulate({ config: toConfig({ "aws:region": "eu-west-2", ...values }) }));
    return checksOf(target, readAddress(new URL("https://api.test/"), target.prefix), {
      expect: undefined,
      tokens: new Map(),
      calls: 10,
      latencyBudget: undefined,
      executeApi: undefined,
      ...options,
    });
  }
  const called = (all: Check[], name: string): CallCheck => {
    const found = all.find((check) => check.name === name);
    assert.equal(found?.kind, "call", `${name}: ${JSON.stringify(found)}`);
    return found;
  };
  const flask = (...routes: unknown[]) => ({ services: { flask: { build: "./app", routes } } });

  it("the other way in, by a route that would be there", async () => {
    const all = await checks(flask("GET /a/{id}"), { executeApi: "https://id.execute-api.test" });
    assert.equal(called(all, "execute-api address").url, "https://id.execute-api.test/a/smoke");
    const named = await checks(
      { ...flask("GET /a/{id}"), api: { stage: "v1" } },
      { executeApi: "https://id.execute-api.test" },
    );
    assert.equal(called(named, "execute-api address").url, "https://id.execute-api.test/v1/a/smoke");
  });

  it("a token where the authorizer looks for it", async () => {
    const users = { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] };
    const values = { ...flask({ key: "GET /me", auth: "users" }), api: { authorizers: { users } } };
    const name = "GET /me with a token of users";
    const tokens = new Map([["users", "a+b"]]);
    const found = called(await checks(values, { tokens }), name);
    assert.deepEqual([found.url, found.headers], ["https://api.test/me", { authorization: "Bearer a+b" }]);
    const skipped = (await checks(values)).find((check) => check.name === name);
    assert.deepEqual(skipped, { kind: "skipped", name, reason: "give one: --token users=<file>" });
  });

  it("the preflight of a closed route, or of one that the gateway answers for", async () => {
    const preflight = async (...routes: unknown[]): Promise<unknown[]> => {
      const api = { cors: { allowOrigins: ["https://www.example.com"] } };
      const all = await checks({ ...flask(...routes), api });
      const found = all.find((check) => check.name.endsWith("an allowed origin"));
      assert.ok(found?.kind === "call");
      return [found.name, found.url, found.headers["access-control-request-method"]];
    };
    const post = ["CORS for POST /a, an allowed origin", "https://api.test/a", "POST"];
    assert.deepEqual(await preflight("ANY /", { key: "POST /a", auth: "iam" }, "GET /b"), post);
    assert.deepEqual(await preflight("ANY /", "POST /a"), post);
    const methods = ["CORS for GET /a, an allowed origin", "https://api.test/a", "GET"];
    assert.deepEqual(await preflight("GET /b", { key: "ANY /a", auth: "iam" }), methods);
    assert.deepEqual(await preflight("OPTIONS /a"), ["CORS, an allowed origin", "https://api.test/", "GET"]);
  });

  it("the preflight of a closed route for the header that its authorizer reads", async () => {
    const users = { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] };
    const functionArn = "arn:aws:lambda:eu-west-2:123456789012:function:keys";
    const keys = { type: "lambda", functionArn, identitySources: ["$request.header.X-Key"] };
    const asked = async (auth: string): Promise<unknown> => {
      const cors = {
        allowOrigins: ["https://www.example.com"],
        allowHeaders: ["x-a", "authorization", "x-key"],
      };
      const all = await checks({
        ...flask({ key: "GET /a", auth }),
        api: { cors, authorizers: { users, keys } },
      });
      return called(all, "CORS for GET /a, an allowed origin").headers["access-control-request-headers"];
    };
    assert.equal(await asked("users"), "authorization");
    assert.equal(await asked("iam"), "authorization");
    assert.equal(await asked("keys"), "x-key");
    assert.equal(await asked("none"), "x-a");
  });

  it("no path without a route where every path has one, and no latency where nobody may call", async () => {
    const all = await checks({ ...flask("$default"), api: { auth: "iam" } });
    const skipped = all.flatMap((check) => (check.kind === "skipped" ? [check.name] : []));
    assert.deepEqual(skipped, ["a path without a route", "CORS", "execute-api address", "latency"]);
    assert.equal(called(all, "$default without proof").url, "https://api.test/smoke");
  });

  it("the latency no faster than the stage allows", async () => {
    const slow = await checks({ ...flask("GET /"), api: { throttle: { rate: 5, burst: 10 } } });
    const found = slow.find(({ kind }) => kind === "latency");
    assert.ok(found?.kind === "latency");
    assert.equal(found.pause, 200);
  });
});

describe("where a stack answers", () => {
  it("is read from its outputs, with the API's default address in each partition", async () => {
    const platform = (region: string) => ({
      url: "https://a.test/",
      platform: { region, api: { id: "x1" } },
    });
    const address = async (answer: object) => (await readOutputs(outputs(answer), "dev")).executeApi;
    assert.equal(await address(platform("eu-west-2")), "https://x1.execute-api.eu-west-2.amazonaws.com");
    assert.equal(await address(platform("cn-north-1")), "https://x1.execute-api.cn-north-1.amazonaws.com.cn");
    assert.equal(await address({ url: "https://a.test/" }), undefined);
  });

  it("is https, or http on this machine", () => {
    for (const good of ["https://a.test", "http://localhost:8080/v1", "http://127.0.0.1/", "http://[::1]:80"])
      assert.ok(parseUrl(good) instanceof URL, good);
    for (const bad of [
      "a.test",
      "http://a.test",
      "ftp://localhost",
      "https://a.test/?x=1",
      "https://a.test/#x",
      "",
    ])
      assert.equal(typeof parseUrl(bad), "string", bad);
  });

  it("has a stage and a prefix, once", () => {
    const read = (url: string, prefix: string) => {
      const { url: shown, base, host, port } = readAddress(new URL(url), prefix);
      return [shown, base, host, port];
    };
    assert.deepEqual(read("https://a.test", ""), ["https://a.test/", "", "a.test", 443]);
    assert.deepEqual(read("https://a.test/v1/", ""), ["https://a.test/v1", "/v1", "a.test", 443]);
    assert.deepEqual(read("https://a.test:8443/v1/pr", "/pr"), [
      "https://a.test:8443/v1/pr",
      "/v1",
      "a.test",
      8443,
    ]);
    assert.deepEqual(read("http://[::1]/v1", "/pr"), ["http://[::1]/v1/pr", "/v1", "::1", 80]);
  });
});
