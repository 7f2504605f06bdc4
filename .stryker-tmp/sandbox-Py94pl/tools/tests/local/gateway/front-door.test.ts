// @ts-nocheck
import assert from "node:assert/strict";
import { simulate } from "../../../../simulate/program";
import { toConfig } from "../../../../simulate/stack";
import { gateway, get, raw, upstream, type RawResponse, type TestGateway, type Upstream } from "../http";

/** The program's own resources in front of a task that answers with what it was asked. */
describe("what the program configures, the local gateway does", () => {
  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const server of opened.splice(0)) await server.close();
  });

  async function serve(values: object): Promise<{ api: TestGateway; task: Upstream }> {
    const deployment = await simulate({ config: toConfig({ "aws:region": "eu-west-2", ...values }) });
    const task = await upstream((request, response) => {
      if (request.url?.endsWith("/cors")) response.setHeader("Access-Control-Allow-Origin", "the task's own");
      request.resume().on("end", () => response.end(request.url));
    });
    opened.push(task);
    const api = await gateway(deployment, [task.port]);
    opened.push(api);
    return { api, task };
  }

  const shop = {
    services: {
      flask: {
        build: "./app",
        routes: [
          "ANY /",
          { key: "ANY /shop/{proxy+}", rewrite: { stripPrefix: "/shop", headers: { "x-from": "shop" } } },
          { key: "GET /old/{id}", rewrite: { path: "/new/${request.path.id}", query: { v: "2" } } },
          { key: "GET /limited", throttle: { rate: 1, burst: 2 } },
        ],
      },
    },
  };

  for (const stage of ["$default", "v1"]) {
    it(`rewrites path, headers and query (stage ${stage})`, async () => {
      const { api, task } = await serve({ ...shop, api: { stage } });
      const prefix = stage === "$default" ? "" : `/${stage}`;
      assert.equal((await get(api.port, `${prefix}/shop/items/7?a=b`)).body, "/items/7?a=b");
      assert.equal(task.requests[0]?.headers["x-from"], "shop");
      assert.equal((await get(api.port, `${prefix}/old/7`)).body, "/new/7?v=2");
      assert.equal((await get(api.port, `${prefix}/`)).body, "/");
    });
  }

  it("tells the task who asked, whatever the client says", async () => {
    const { api, task } = await serve(shop);
    await get(api.port, "/", "X-Client-Ip: 203.0.113.9");
    assert.equal(task.requests[0]?.headers["x-client-ip"], "127.0.0.1");
  });

  describe("for pages of other origins", () => {
    const page = "https://www.example.com";
    const cors = { allowOrigins: [page], allowHeaders: ["x-a", "x-b"], exposeHeaders: ["x-c"], maxAge: 60 };
    const ask = ["Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: x-a"];
    const crossing = (head: string): string[] =>
      head.split("\r\n").filter((line) => line.toLowerCase().startsWith("access-control-"));
    const preflight = (port: number, origin: string): Promise<RawResponse> =>
      raw(
        port,
        ["OPTIONS /any HTTP/1.1", "Host: a", "Connection: close", `Origin: ${origin}`, ...ask, "", ""].join(
          "\r\n",
        ),
      );

    it("answers the preflight itself, on any path, and asks no task", async () => {
      const { api, task } = await serve({ ...shop, api: { cors } });
      const answer = await preflight(api.port, page);
      assert.equal(answer.status, 204);
      assert.deepEqual(crossing(answer.head), [
        `access-control-allow-origin: ${page}`,
        "access-control-allow-methods: *",
        "access-control-allow-headers: x-a,x-b",
        "access-control-max-age: 60",
      ]);
      assert.equal(task.requests.length, 0);
    });

    it("says nothing to an origin that is not allowed", async () => {
      const { api } = await serve({ ...shop, api: { cors } });
      const answer = await preflight(api.port, "https://evil.example.com");
      assert.equal(answer.status, 204);
      assert.deepEqual(crossing(answer.head), []);
      assert.deepEqual(crossing((await get(api.port, "/", "Origin: https://evil.example.com")).head), []);
    });

    it("adds the headers to answers, and drops those of the task", async () => {
      const { api } = await serve({ ...shop, api: { cors: { ...cors, allowCredentials: true } } });
      const answer = await get(api.port, "/shop/cors", `Origin: ${page}`);
      assert.deepEqual(crossing(answer.head), [
        `access-control-allow-origin: ${page}`,
        "access-control-allow-credentials: true",
        "access-control-expose-headers: x-c",
      ]);
    });

    it("allows everybody by a star, and a scheme by one behind it", async () => {
      for (const [allowOrigins, answered] of [
        [["*"], "*"],
        [["https://*"], page],
      ] as const) {
        const { api } = await serve({ ...shop, api: { cors: { allowOrigins } } });
        const answer = await get(api.port, "/", `Origin: ${page}`);
        assert.deepEqual(crossing(answer.head), [`access-control-allow-origin: ${answered}`]);
      }
    });

    it("leaves all of it to the task where nothing is configured", async () => {
      const { api, task } = await serve({ services: { flask: { build: "./app" } } });
      assert.equal((await preflight(api.port, page)).status, 200);
      assert.deepEqual(crossing((await get(api.port, "/cors", `Origin: ${page}`)).head), [
        "Access-Control-Allow-Origin: the task's own",
      ]);
      assert.equal(task.requests.length, 2);
    });
  });

  it("limits a route by itself, and leaves the others alone", async () => {
    const { api } = await serve(shop);
    const statuses = async (target: string): Promise<number[]> => {
      const answers: number[] = [];
      for (let i = 0; i < 4; i++) answers.push((await get(api.port, target)).status);
      return answers;
    };
    const limited = await statuses("/limited");
    assert.deepEqual(limited.slice(0, 2), [200, 200]);
    assert.ok(limited.includes(429), limited.join(", "));
    assert.deepEqual(await statuses("/"), [200, 200, 200, 200]);
  });
});
