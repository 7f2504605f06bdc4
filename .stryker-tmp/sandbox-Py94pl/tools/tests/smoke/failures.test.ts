// @ts-nocheck
import assert from "node:assert/strict";
import type { Deployment } from "../../../simulate/deployment";
import { types, without } from "../local/fixture";
import { checked, Clock } from "./run-smoke";
import { healthy, pageText, shopFront } from "./shop";

describe("npm run smoke fails, and says why, when", () => {
  const shop = shopFront();
  const onShop = ["--stack", "shop", "--wait", "0"];
  const failure = async (deployment: Deployment, name: string, ...argv: string[]) => {
    const url = await shop.serve(deployment);
    const result = await checked([...onShop, ...url, ...argv], { deployment: shop.deployment() });
    assert.equal(result.code, 1);
    const { failure: found } = result.checks.get(name) ?? {};
    return { failed: result.failed, ...found };
  };

  it("a route was taken out", async () => {
    const { failed, got, fix } = await failure(
      without(shop.deployment(), types.route, ({ inputs }) => inputs.routeKey === "GET /healthz"),
      "GET /healthz",
    );
    assert.deepEqual(failed, ["GET /healthz"]);
    assert.equal(got, '404 {"message":"Not Found"}');
    assert.match(fix ?? "", /no such route/);
  });

  it("an authorizer was taken off a route", async () => {
    const open = (resource: Deployment["resources"][number]) =>
      resource.inputs.routeKey === "GET /orders"
        ? { ...resource, inputs: { ...resource.inputs, authorizationType: "NONE" } }
        : resource;
    const name = "GET /orders without a token";
    const { failed, expected, got, fix } = await failure(
      { ...shop.deployment(), resources: shop.deployment().resources.map(open) },
      name,
    );
    assert.deepEqual(failed, [name]);
    assert.equal(expected, '401 {"message":"Unauthorized"} of the gateway, with www-authenticate');
    assert.equal(got, "200 ok");
    assert.match(fix ?? "", /route is open/);
  });

  it("the API has a route more than the program", async () => {
    const [route] = shop.deployment().resources.filter(({ type }) => type === types.route);
    const more = { ...route!, inputs: { ...route!.inputs, routeKey: "GET /{proxy+}" } };
    const { failed } = await failure(
      { ...shop.deployment(), resources: [...shop.deployment().resources, more] },
      "",
    );
    assert.deepEqual(failed, ["a path without a route"]);
  });

  it("CORS is not what is configured", async () => {
    const cors = (allowOrigins: string[]) => ({
      ...shop.deployment(),
      resources: shop
        .deployment()
        .resources.map((resource) =>
          resource.type === types.api
            ? { ...resource, inputs: { ...resource.inputs, corsConfiguration: { allowOrigins } } }
            : resource,
        ),
    });
    assert.deepEqual((await failure(cors(["https://*"]), "")).failed, [
      "CORS, an allowed origin",
      "CORS, another origin",
    ]);
    assert.deepEqual((await failure(cors(["https://other.example.com"]), "")).failed, [
      "CORS, an allowed origin",
    ]);
  });

  it("no task answers", async () => {
    const { failed, got, fix } = await failure(without(shop.deployment(), types.ingress), "ANY /");
    // The gateway of these tests has tasks of the first service alone: only its rules count.
    assert.deepEqual(failed, ["ANY /", "GET /healthz", "latency of ANY /"]);
    assert.equal(got, '503 {"message":"Service Unavailable"}');
    assert.match(fix ?? "", /no task answers the gateway/);
  });

  it("the page is another one", async () => {
    const { failed, expected, got } = await failure(
      shop.deployment(),
      "page",
      "--expect",
      "Serving another app",
    );
    assert.deepEqual(failed, ["page"]);
    assert.equal(expected, '200 with the text "Serving another app"');
    assert.equal(got, `200 <h1>${pageText}</h1>`);
  });

  it("a token has not the scope of a route", async () => {
    const name = "GET /orders with a token of users";
    const { failed, got } = await failure(shop.deployment(), name, "--token", await shop.token(false));
    assert.deepEqual(failed, [name]);
    assert.match(
      got ?? "",
      /^403 \{"message":"Forbidden"\} \(Bearer scope="orders" error="insufficient_scope"/,
    );
  });

  it("nothing listens", async () => {
    const url = await shop.serve(shop.deployment());
    await shop.closeAll();
    const { code, checks } = await checked([...onShop, ...url], { deployment: shop.deployment() });
    assert.equal(code, 1);
    assert.match(checks.get("ANY /")?.failure?.fix ?? "", /is npm start running/);
  });

  it("it is slower than its budget", async () => {
    const clock = new Clock();
    const url = await shop.serve(shop.deployment(), (request, response) => {
      void clock.sleep(40);
      healthy(request, response);
    });
    const slow = [...onShop, ...url, "--calls", "3"];
    const { failed, checks } = await checked([...slow, "--latency-budget", "39"], {
      clock,
      deployment: shop.deployment(),
    });
    assert.deepEqual(failed, ["latency of ANY /"]);
    assert.equal(checks.get("latency of ANY /")?.detail, "p50 40 ms, p95 40 ms of 3 calls");
    assert.equal(
      (await checked([...slow, "--latency-budget", "40"], { clock, deployment: shop.deployment() })).code,
      0,
    );
  });
});
