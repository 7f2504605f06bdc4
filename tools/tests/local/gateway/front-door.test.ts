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

  it("answers what API Gateway keeps to itself, and hands no such request on", async () => {
    const { api, task } = await serve({ services: { flask: { build: "./app", routes: ["ANY /{proxy+}"] } } });
    for (const path of ["/ping", "/sping"]) {
      const { status, body } = await get(api.port, path);
      assert.deepEqual([status, body], [200, "Healthy Connection\n"]);
    }
    assert.deepEqual(task.requests, []);
    await get(api.port, "/pings");
    await get(api.port, "/shop/ping");
    assert.deepEqual(
      task.requests.map(({ url }) => url),
      ["/pings", "/shop/ping"],
    );
  });

  it("tells the task which prefix it does not see, whatever the client says", async () => {
    const { api, task } = await serve(shop);
    await get(api.port, "/shop/a", "X-Forwarded-Prefix: /forged");
    await get(api.port, "/", "X-Forwarded-Prefix: /forged");
    assert.deepEqual(
      task.requests.map(({ headers }) => headers["x-forwarded-prefix"]),
      ["/shop", undefined],
    );
  });

  it("tells the task who asked, whatever the client says", async () => {
    const { api, task } = await serve(shop);
    await get(api.port, "/", "X-Client-Ip: 203.0.113.9");
    assert.equal(task.requests[0]?.headers["x-client-ip"], "127.0.0.1");
  });

  it("tells the task the id that the client gets, whatever the client says", async () => {
    const { api, task } = await serve(shop);
    const answer = await get(api.port, "/", "X-Request-Id: forged");
    assert.deepEqual(answer.header("apigw-requestid"), [task.requests[0]?.headers["x-request-id"]]);
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

    describe("whose preflight a route takes", () => {
      const users = { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] };
      const at = (path: string): string =>
        [`OPTIONS ${path} HTTP/1.1`, "Host: a", "Connection: close", `Origin: ${page}`, ...ask, "", ""].join(
          "\r\n",
        );
      const stack = (...routes: unknown[]): object => ({
        api: { cors, authorizers: { users } },
        services: { flask: { build: "./app", routes } },
      });

      it("asks its service, whose status counts, and adds every header", async () => {
        const { api, task } = await serve(stack("ANY /a", "GET /b"));
        const answer = await raw(api.port, at("/a"));
        assert.equal(answer.status, 200);
        assert.deepEqual(crossing(answer.head).sort(), [
          "access-control-allow-headers: x-a,x-b",
          "access-control-allow-methods: *",
          `access-control-allow-origin: ${page}`,
          "access-control-expose-headers: x-c",
          "access-control-max-age: 60",
        ]);
        assert.deepEqual(
          task.requests.map(({ method, url }) => `${method} ${url}`),
          ["OPTIONS /a"],
        );
        assert.equal((await raw(api.port, at("/b"))).status, 204);
        assert.equal(task.requests.length, 1);
      });

      it("is refused by its authorizer, as at AWS", async () => {
        const { api, task } = await serve(stack({ key: "OPTIONS /a", auth: "users" }));
        assert.equal((await raw(api.port, at("/a"))).status, 401);
        assert.equal(task.requests.length, 0);
      });

      it("is none of a closed route that takes all methods", async () => {
        const { api, task } = await serve(
          stack({ key: "ANY /a/{proxy+}", auth: "users" }, { key: "$default", auth: "users" }),
        );
        for (const path of ["/a/b", "/", "/c"]) {
          const answer = await raw(api.port, at(path));
          assert.equal(answer.status, 204, path);
          assert.deepEqual(answer.header("access-control-allow-origin"), [page]);
          assert.equal((await get(api.port, path)).status, 401);
        }
        assert.equal(task.requests.length, 0);
      });
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
