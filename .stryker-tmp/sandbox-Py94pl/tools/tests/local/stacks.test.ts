// @ts-nocheck
import assert from "node:assert/strict";
import { simulate, type SimulateOptions } from "../../../simulate/program";
import { withReferences } from "../../../simulate/deployment";
import { toConfig } from "../../../simulate/stack";
import { StandInIssuer } from "../../local/gateway/issuer";
import type { Instance } from "../../local/cloud-map";
import { readTopology, type Topology } from "../../local/topology";
import { get, raw, testServers, type TestGateway } from "./http";

/** Whole stacks in front of tasks that answer with their service's name and what they were asked. */
describe("stacks behind the local gateway", () => {
  const { backend, front } = testServers();

  async function serve(
    options: SimulateOptions,
    issuer?: StandInIssuer,
  ): Promise<{ api: TestGateway; topology: Topology }> {
    const own = await simulate(options);
    const deployment = { ...own, resources: withReferences(own) };
    const topology = readTopology(deployment);
    const ports = new Map<string, number>();
    for (const { name, registration } of topology.services) {
      const { port } = await backend((request, response) => {
        request.resume().on("end", () => response.end(`${name} ${request.url}`));
      });
      ports.set(registration!.arn, port);
    }
    const discover = (arn: string): Instance[] =>
      ports.has(arn)
        ? [{ id: "task", address: "127.0.0.1", port: ports.get(arn)!, zone: "", service: "" }]
        : [];
    return { topology, api: await front(deployment, [], { discover, keys: issuer?.keys }) };
  }

  describe("shop: two services, a token for one route, CORS, a limit, a rewrite and a domain", () => {
    let api: TestGateway;
    let topology: Topology;
    let tokens: Record<string, string>;
    beforeEach(async () => {
      const issuer = await StandInIssuer.create();
      ({ api, topology } = await serve({ stack: "shop" }, issuer));
      tokens = Object.fromEntries(
        (await issuer.tokens(topology)).map(({ scopes, token }) => [
          scopes.join(" "),
          `Authorization: Bearer ${token}`,
        ]),
      );
    });

    it("leads each route to its service", async () => {
      assert.deepEqual(topology.problems, []);
      assert.equal((await get(api.port, "/")).body, "flask /");
      assert.equal((await get(api.port, "/echo/a/b?c=d")).body, "echo /a/b?c=d");
    });

    it("answers 200, 401, 403, 404 and 429 as AWS would", async () => {
      assert.deepEqual(Object.keys(tokens), ["orders", ""]);
      const orders = (...lines: string[]): ReturnType<typeof get> => get(api.port, "/orders", ...lines);
      assert.equal((await orders(tokens.orders!)).body, "echo /orders");
      const nobody = await orders();
      assert.deepEqual([nobody.status, nobody.body], [401, '{"message":"Unauthorized"}']);
      assert.deepEqual(nobody.header("www-authenticate"), ["Bearer"]);
      const scopeless = await orders(tokens[""]!);
      assert.deepEqual([scopeless.status, scopeless.body], [403, '{"message":"Forbidden"}']);
      const stranger = await StandInIssuer.create();
      const [forged] = await stranger.tokens(topology);
      assert.equal((await orders(`Authorization: Bearer ${forged!.token}`)).status, 401);
      assert.deepEqual((await get(api.port, "/nowhere")).body, '{"message":"Not Found"}');
      const limited: number[] = [];
      for (let i = 0; i < 4; i++) limited.push((await get(api.port, "/limited")).status);
      assert.deepEqual(limited.slice(0, 2), [200, 200]);
      assert.ok(limited.includes(429), limited.join(", "));
      assert.equal((await orders(tokens.orders!)).status, 200);
    });

    it("answers the preflight of its page's origin alone", async () => {
      const preflight = (origin: string): ReturnType<typeof raw> =>
        raw(
          api.port,
          `OPTIONS /orders HTTP/1.1\r\nHost: a\r\nConnection: close\r\nOrigin: ${origin}\r\nAccess-Control-Request-Method: GET\r\n\r\n`,
        );
      const allowed = await preflight("https://www.example.com");
      assert.deepEqual(allowed.header("access-control-allow-origin"), ["https://www.example.com"]);
      assert.deepEqual(allowed.header("access-control-allow-headers"), ["authorization"]);
      assert.deepEqual((await preflight("https://example.org")).header("access-control-allow-origin"), []);
    });

    it("says that the domain is not on this machine", () => {
      assert.deepEqual(topology.notModelled, [
        "the domain shop.example.com, its certificate and its mutual TLS: localhost stands in",
      ]);
    });
  });

  describe("pr: behind a prefix of dev's API", () => {
    it("both answer, and each has its own tasks", async () => {
      const { api, topology } = await serve({ stack: "pr" });
      assert.deepEqual(topology.problems, []);
      for (const [path, answer] of [
        ["/", "flask /"],
        ["/healthz", "flask /healthz"],
        ["/pr", "pr--flask /"],
        ["/pr/healthz", "pr--flask /healthz"],
        ["/prs", "flask /prs"],
      ] as const) {
        assert.equal((await get(api.port, path)).body, answer, path);
      }
    });

    it("leaves dev as it was when it is gone", async () => {
      const { api } = await serve({ stack: "dev" });
      assert.equal((await get(api.port, "/pr/healthz")).body, "flask /pr/healthz");
    });

    it("is reached by its own rule on dev's link or by dev's, and not without", async () => {
      const own = await simulate({ stack: "pr" });
      const resources = withReferences(own).filter(({ name }) => name !== "flask-link-to-port-80");
      const { services, routes } = readTopology({ ...own, resources });
      const blocked = routes.filter((view) => view.blocked.size > 0).map(({ route }) => route.key);
      assert.equal(services.length, 2);
      assert.deepEqual(blocked, []);
      const closed = resources.filter(({ name }) => name !== "network-link-to-port-80");
      assert.deepEqual(
        readTopology({ ...own, resources: closed })
          .routes.filter((view) => view.blocked.size > 0)
          .map(({ route }) => route.key),
        ["ANY /", "ANY /{proxy+}", "ANY /pr", "ANY /pr/{proxy+}"],
      );
    });
  });

  it("finds the tasks in an existing namespace", async () => {
    const config = toConfig({ "aws:region": "eu-west-2", cluster: { namespace: "corp.internal" } });
    const { api, topology } = await serve({ config });
    assert.equal((await get(api.port, "/")).body, "dev--flask /");
    assert.deepEqual(
      [...topology.registries.values()].map(({ dnsName }) => dnsName),
      ["dev--flask.corp.internal"],
    );
  });

  describe("an API that somebody else owns", () => {
    const services = {
      flask: {
        build: "./app",
        routes: ["GET /a", { key: "GET /b", auth: "none", adopt: "r1", integration: "i1" }],
      },
    };
    const config = toConfig({
      "aws:region": "eu-west-2",
      api: { existingId: "a1b2c3", stage: "v1" },
      services,
    });

    it("serves what this stack adds, and says what it does not know", async () => {
      const { api, topology } = await serve({ config });
      assert.equal((await get(api.port, "/a")).body, "flask /a");
      assert.deepEqual(topology.notModelled, [
        "the API a1b2c3 is somebody else's: its other routes, its CORS and its stages; here a stage serves what this stack adds",
      ]);
      assert.deepEqual(topology.problems, ["GET /b: the route's integration does not exist"]);
    });
  });
});
