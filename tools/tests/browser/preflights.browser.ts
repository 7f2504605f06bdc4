/**
 * Pages of other origins in a real browser, which decides by itself when it asks first and what answer is enough. Not part
 * of `npm test`: `.ci/run` runs it, or you where a Chromium is on PATH (see .ci/chromium).
 */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import type { Deployment } from "../../../simulate/deployment";
import { simulate } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";
import { StandInIssuer } from "../../local/gateway/issuer";
import { readTopology } from "../../local/topology";
import { types } from "../local/fixture";
import { testServers, upstream, type Upstream } from "../local/http";
import { openBrowser } from "./open";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

describe("a page of another origin", () => {
  const servers = testServers();
  let browser: Browser;
  let page: Page;
  let origin: string;
  let site: Upstream;
  let issuer: StandInIssuer;
  before(async () => {
    browser = await openBrowser();
    issuer = await StandInIssuer.create();
    site = await upstream((_, response) =>
      response.setHeader("content-type", "text/html").end("<!doctype html><title>page</title>"),
    );
    origin = `http://127.0.0.1:${site.port}`;
  });
  after(async () => {
    await browser.close();
    await site.close();
  });
  beforeEach(async () => {
    page = await browser.newPage();
    await page.goto(origin);
  });
  afterEach(() => page.close());

  const users = { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] };
  const program = (...routes: unknown[]): Promise<Deployment> =>
    simulate({
      config: toConfig({
        "aws:region": "eu-west-2",
        api: {
          auth: "users",
          authorizers: { users },
          cors: { allowOrigins: [origin], allowHeaders: ["authorization", "x-a"] },
        },
        services: { flask: { build: "./app", routes } },
      }),
    });

  interface Front {
    /** What a script of the page gets: status and body, or the browser's refusal. */
    fetch: (method: string, path: string, proof?: "token") => Promise<string>;
    /** What the service was asked. */
    asked: string[];
  }

  /** @param options status of the service's answer to OPTIONS, which many services do not know */
  async function serve(deployment: Deployment, options = 405): Promise<Front> {
    const asked: string[] = [];
    const task = await servers.backend((request, response) => {
      asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
      response.statusCode = request.method === "OPTIONS" ? options : 200;
      request.resume().on("end", () => response.end(request.method));
    });
    const { port } = await servers.front(deployment, [task.port], { keys: issuer.keys });
    const [issued] = await issuer.tokens(readTopology(deployment));
    const fetch = (method: string, path: string, proof?: "token"): Promise<string> => {
      const headers: Record<string, string> = proof
        ? { authorization: `Bearer ${issued!.token}` }
        : { "x-a": "1" };
      return page.evaluate(
        async ({ url, init }) => {
          try {
            const answer = await globalThis.fetch(url, init);
            return `${answer.status} ${await answer.text()}`;
          } catch (error) {
            return (error as Error).name;
          }
        },
        { url: `http://127.0.0.1:${port}${path}`, init: { method, headers } },
      );
    };
    return { fetch, asked };
  }

  for (const [what, routes, paths] of [
    ["closed ANY routes", ["ANY /", "ANY /a/{proxy+}"], ["/", "/a/b"]],
    ["a closed $default", ["$default"], ["/", "/a/b"]],
  ] as const) {
    it(`calls ${what} by every method with a token, whatever the service thinks of OPTIONS`, async () => {
      const { fetch, asked } = await serve(await program(...routes));
      for (const path of paths) {
        for (const method of methods) assert.equal(await fetch(method, path, "token"), `200 ${method}`);
      }
      assert.deepEqual(
        asked,
        paths.flatMap((path) => methods.map((method) => `${method} ${path}`)),
      );
    });

    it(`reads the refusal of ${what} without a token`, async () => {
      const { fetch, asked } = await serve(await program(...routes));
      assert.equal(await fetch("GET", paths[1]), '401 {"message":"Unauthorized"}');
      assert.deepEqual(asked, []);
    });
  }

  it("could not call a route that takes OPTIONS with its authorization", async () => {
    const deployment = await program("ANY /a");
    const whole = deployment.resources.map((resource) =>
      resource.type === types.route && resource.inputs.routeKey === "GET /a"
        ? { ...resource, inputs: { ...resource.inputs, routeKey: "ANY /a" } }
        : resource,
    );
    const { fetch, asked } = await serve({ ...deployment, resources: whole }, 204);
    assert.equal(await fetch("GET", "/a", "token"), "TypeError");
    assert.deepEqual(asked, []);
  });

  it("calls an open ANY where its service answers OPTIONS with 2xx, and else not", async () => {
    const open = await program({ key: "ANY /a", auth: "none" });
    const good = await serve(open, 204);
    assert.equal(await good.fetch("PUT", "/a"), "200 PUT");
    assert.deepEqual(good.asked, ["OPTIONS /a", "PUT /a"]);
    const bad = await serve(open, 405);
    assert.equal(await bad.fetch("PUT", "/a"), "TypeError");
    assert.deepEqual(bad.asked, ["OPTIONS /a"]);
  });

  it("is refused where its origin is not allowed", async () => {
    const { fetch } = await serve(await program("ANY /a"));
    await page.goto(origin.replace("127.0.0.1", "localhost"));
    assert.equal(await fetch("GET", "/a", "token"), "TypeError");
  });
});
