import assert from "node:assert/strict";
import { simulate } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";
import { gateway, get, upstream, type TestGateway, type Upstream } from "./http";

/** The program's own resources in front of a task that answers with what it was asked. */
describe("what the program configures, the local gateway does", () => {
  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const server of opened.splice(0)) await server.close();
  });

  async function serve(values: object): Promise<{ api: TestGateway; task: Upstream }> {
    const deployment = await simulate({ config: toConfig({ "aws:region": "eu-west-2", ...values }) });
    const task = await upstream((request, response) => {
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
