// @ts-nocheck
import assert from "node:assert/strict";
import { createServer, type AddressInfo } from "node:net";
import type { Deployment } from "../../../simulate/deployment";
import type { Outcome } from "../../local/gateway";
import { changed, fixture, types, without } from "./fixture";
import { echo, get, testServers, until, upstream } from "./http";

describe("the gateway", () => {
  const { backend, front, both } = testServers();

  describe("routes by stage and route", () => {
    it("answers 404 when no route or no stage matches, and logs only within a stage", async () => {
      const { api, server } = await both(
        fixture({ routes: ["GET /a"], stage: "prod", format: "$context.status" }),
      );
      for (const target of ["/prod/b", "/prod", "/a", "/prodx/a", "/"]) {
        const response = await get(api.port, target);
        assert.equal(response.status, 404, target);
        assert.equal(response.body, '{"message":"Not Found"}');
        assert.deepEqual(response.header("content-type"), ["application/json"]);
      }
      assert.equal(server.requests.length, 0);
      await until(() => api.logs.length === 2);
      assert.deepEqual(api.logs, ["404", "404"]);
    });

    it("sends the path with a named stage's prefix, and without it where the integration overwrites it", async () => {
      const plain = await both(fixture({ stage: "prod" }));
      assert.equal((await get(plain.api.port, "/prod/a/b?c=d")).body, "GET /prod/a/b?c=d");
      const overwrite = { "overwrite:path": "$request.path" };
      const stripped = await both(fixture({ stage: "prod", requestParameters: overwrite }));
      assert.equal((await get(stripped.api.port, "/prod/a/b?c=d")).body, "GET /a/b?c=d");
      assert.equal((await get(stripped.api.port, "/prod")).body, "GET /");
    });

    it("maps headers, query strings and path parameters", async () => {
      const { server, api } = await both(
        fixture({
          routes: ["GET /v1/{item}/{rest+}"],
          requestParameters: {
            "overwrite:path": "/items/${request.path.item}/$request.path.rest",
            "append:header.x-client-ip": "$context.identity.sourceIp",
            "overwrite:header.x-static": "fixed",
            "remove:header.x-secret": "''",
            "overwrite:querystring.q": "$request.querystring.search",
            "append:header.x-none": "$request.header.absent",
          },
        }),
      );
      assert.equal(
        (await get(api.port, "/v1/7/a/b?search=x", "X-Secret: 1", "X-Static: 2")).body,
        "GET /items/7/a/b?search=x&q=x",
      );
      const headers = server.requests[0]?.headers;
      assert.equal(headers?.["x-client-ip"], "127.0.0.1");
      assert.equal(headers["x-static"], "fixed");
      assert.equal(headers["x-secret"], undefined);
      assert.equal(headers["x-none"], undefined);
    });

    const broken: [name: string, deployment: Deployment, status: number, explanation: RegExp][] = [
      ["no stage", without(fixture(), types.stage), 404, /^$/],
      ["no route", without(fixture(), types.route), 404, /^$/],
      ["no integration", without(fixture(), types.integration), 503, /integration does not exist/],
      ["no VPC link", without(fixture(), types.link), 503, /VPC link does not exist/],
      ["no Cloud Map service", without(fixture(), types.registry), 503, /Cloud Map service does not exist/],
      [
        "no registration",
        changed(fixture(), types.service, { serviceRegistries: undefined }),
        503,
        /no ECS service/,
      ],
      [
        "no ingress rule",
        without(fixture(), types.ingress),
        503,
        /no ingress rule .*AWS would wait up to 30 s/,
      ],
      ["no egress rule", without(fixture(), types.egress), 503, /no egress rule .*AWS would wait up to 30 s/],
    ];
    for (const [name, deployment, status, explanation] of broken) {
      it(`fails with ${status} when there is ${name}`, async () => {
        const { api, server } = await both(deployment);
        const response = await get(api.port, "/");
        assert.equal(response.status, status);
        assert.equal(response.body, `{"message":"${status === 404 ? "Not Found" : "Service Unavailable"}"}`);
        assert.match(api.explanations.join(), explanation);
        assert.equal(server.requests.length, 0);
      });
    }

    it("fails with 503 when Cloud Map knows no instance", async () => {
      const api = await front(fixture(), []);
      assert.equal((await get(api.port, "/")).status, 503);
      assert.match(api.explanations.join(), /no healthy instance/);
    });
  });

  it("tells how each request ended, and at which task", async () => {
    const outcomes: Outcome[] = [];
    const served = (outcome: Outcome) => outcomes.push(outcome);
    const service = await backend((_, response) => response.writeHead(404).end());
    const { port } = await front(fixture(), [service.port], { served });
    const answer = await get(port, "/missing");
    await service.close();
    await get(port, "/gone");
    await until(() => outcomes.length === 2);
    const [first, second] = outcomes;
    assert.deepEqual([first?.status, first?.reason, first?.task], [404, undefined, `task-${service.port}`]);
    assert.equal(first?.requestId, answer.header("apigw-requestid")[0]);
    assert.deepEqual([second?.status, second?.task], [503, `task-${service.port}`]);
    assert.match(second?.reason ?? "", /ECONNREFUSED|other side closed/);
    assert.ok(second?.sent !== undefined);
  });

  describe("fails as AWS does, and never tries twice", () => {
    it("503 when nothing listens at the task", async () => {
      const gone = await upstream(echo);
      await gone.close();
      const api = await front(fixture({ format: "$context.integrationErrorMessage" }), [gone.port]);
      const response = await get(api.port, "/");
      assert.equal(response.status, 503);
      assert.equal(response.body, '{"message":"Service Unavailable"}');
      await until(() => api.logs.length === 1);
      assert.match(api.logs.join(), /ECONNREFUSED/);
    });

    it("503 when the task breaks the connection, after exactly one request", async () => {
      const { server, api } = await both(fixture(), (request) => request.socket.destroy());
      assert.equal((await get(api.port, "/")).status, 503);
      assert.equal(server.requests.length, 1);
    });

    it("503 when the task breaks a reused connection", async () => {
      let count = 0;
      const { server, api } = await both(fixture(), (request, response) => {
        count += 1;
        if (count === 1) response.end("first");
        else request.socket.destroy();
      });
      assert.equal((await get(api.port, "/")).body, "first");
      assert.equal((await get(api.port, "/")).status, 503);
      assert.equal(server.requests.length, 2);
      assert.equal(server.requests[0]?.socket, server.requests[1]?.socket, "the connection should be reused");
    });

    it("503 when the integration's timeout passes", async () => {
      const { server, api } = await both(fixture({ timeoutMilliseconds: 50 }), () => undefined);
      const response = await get(api.port, "/");
      assert.equal(response.status, 503);
      assert.match(api.explanations.join(), /no answer within 50 ms/);
      await until(() => server.requests[0]?.socket.destroyed === true);
    });

    it("503 when the answer starts but does not end in time", async () => {
      const { api } = await both(fixture({ timeoutMilliseconds: 50 }), (_, response) => {
        response.write("part");
      });
      assert.equal((await get(api.port, "/")).status, 503);
    });

    it("500 when the answer is not HTTP", async () => {
      const server = createServer((socket) => socket.once("data", () => socket.end("hello\r\n\r\n")));
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const api = await front(fixture(), [(server.address() as AddressInfo).port]);
      assert.equal((await get(api.port, "/")).status, 500);
      server.close();
    });

    it("passes a backend's own errors", async () => {
      const { api } = await both(fixture(), (_, response) => response.writeHead(502).end("mine"));
      const response = await get(api.port, "/");
      assert.deepEqual([response.status, response.body], [502, "mine"]);
    });
  });

  describe("logs in the stage's format", () => {
    it("with the context's variables, unknown ones as -", async () => {
      const format = JSON.stringify({
        ip: "$context.identity.sourceIp",
        agent: "$context.identity.userAgent",
        route: "$context.routeKey",
        line: "$context.httpMethod $context.path $context.protocol",
        status: "$context.status",
        integration: "$context.integrationStatus",
        error: "$context.integrationErrorMessage",
        length: "$context.responseLength",
        stage: "$context.stage",
        api: "$context.apiId",
        who: "$context.authorizer.claims.sub",
        time: "$context.requestTime",
      });
      const { api } = await both(fixture({ format }), (_, response) => response.writeHead(201).end("four"));
      await get(api.port, "/a?b=c", 'User-Agent: quote"d');
      await until(() => api.logs.length === 1);
      const line = JSON.parse(api.logs[0] ?? "") as Record<string, string>;
      assert.match(line.time ?? "", /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
      delete line.time;
      assert.deepEqual(line, {
        ip: "127.0.0.1",
        agent: 'quote"d',
        route: "ANY /{proxy+}",
        line: "GET /a HTTP/1.1",
        status: "201",
        integration: "201",
        error: "-",
        length: "4",
        stage: "$default",
        api: "local-api",
        who: "-",
      });
    });
  });
});
