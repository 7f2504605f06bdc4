import assert from "node:assert/strict";
import { connect } from "node:net";
import { fixture } from "../fixture";
import { echo, get, raw, testServers, until } from "../http";

describe("the gateway on the wire", () => {
  const { both } = testServers();

  describe("rewrites encoded paths", () => {
    const rewritten = () =>
      both(
        fixture({
          routes: ["ANY /svc/{proxy+}"],
          requestParameters: {
            "overwrite:path": "/${request.path.proxy}",
            "overwrite:header.x-proxy": "$request.path.proxy",
          },
        }),
      );
    for (const [asked, arrives] of [
      ["/svc/a%20b", "/a%20b"],
      ["/svc/caf%C3%A9", "/caf%C3%A9"],
      ["/svc/a%2Fb", "/a/b"],
      ["/svc/a%252Fb", "/a%2Fb"],
      ["/svc/a%3Fadmin=1?q=2", "/a?q=2"],
      ["/svc/%FF", "/%FF"],
      ["/svc/100%25", "/100%25"],
    ] as const) {
      it(`${asked} arrives as ${arrives}`, async () => {
        const { api } = await rewritten();
        assert.equal((await get(api.port, asked)).body, `GET ${arrives}`);
      });
    }

    it("says what AWS may make something else of, and of nothing else", async () => {
      const { api } = await rewritten();
      await get(api.port, "/svc/a%20b");
      assert.deepEqual(api.explanations, []);
      await get(api.port, "/svc/a%2Fb");
      assert.match(
        api.explanations.join(),
        /^GET \/svc\/a%2Fb reaches the service as \/a\/b: .*makes of %2F is not documented\. Send such values in the query/,
      );
    });

    it("decodes $request.path too, under a named stage", async () => {
      const overwrite = { "overwrite:path": "$request.path" };
      const { api } = await both(fixture({ stage: "v1", requestParameters: overwrite }));
      assert.equal((await get(api.port, "/v1/a%20b")).body, "GET /a%20b");
    });

    it("sends mapped values in UTF-8, and none that would begin a header of its own", async () => {
      const { api, server } = await rewritten();
      await get(api.port, "/svc/caf%C3%A9%E2%82%AC");
      assert.equal(Buffer.from(String(server.requests[0]?.headers["x-proxy"]), "latin1").toString(), "café€");
      const refused = await get(api.port, "/svc/a%0D%0AX-Evil:1");
      assert.equal(refused.status, 400);
      assert.equal(server.requests.length, 1);
      assert.match(api.explanations.join(), /the header x-proxy cannot have its value/);
    });

    it("a variable that every object has is none", async () => {
      const requestParameters = { "overwrite:header.x-a": "$request.path.constructor" };
      const { api, server } = await both(
        fixture({ requestParameters, format: "$context.constructor $context.status" }),
      );
      await get(api.port, "/");
      assert.equal(server.requests[0]?.headers["x-a"], undefined);
      assert.deepEqual(api.logs, ["- 200"]);
    });
  });

  describe("refuses what is no request for an API", () => {
    const refused: [what: string, ...lines: string[]][] = [
      ["OPTIONS *", "OPTIONS * HTTP/1.1", "Host: a"],
      ["CONNECT", "CONNECT a:443 HTTP/1.1", "Host: a"],
      ["two Hosts", "GET / HTTP/1.1", "Host: a", "Host: b"],
      ["another scheme", "GET ftp://a/x HTTP/1.1", "Host: a"],
    ];
    for (const [what, ...lines] of refused) {
      it(`${what}: 400, and no task is asked`, async () => {
        const { api, server } = await both(fixture());
        const answer = await raw(api.port, [...lines, "Connection: close", "", ""].join("\r\n"));
        assert.equal(answer.status, 400);
        assert.equal(answer.body, '{"message":"Bad Request"}');
        assert.equal(server.requests.length, 0);
      });
    }

    it("32 MB of header or line: 431, and the next client is served", async () => {
      const { api } = await both(fixture());
      const much = "x".repeat(32 * 1024 * 1024);
      for (const head of [`GET / HTTP/1.1\r\nX: ${much}`, `GET /${much} HTTP/1.1`]) {
        const answer = await raw(api.port, `${head}\r\nHost: a\r\n\r\n`);
        assert.equal(answer.status, 431);
      }
      assert.equal((await get(api.port, "/after")).body, "GET /after");
    });

    it("closes on a client that was answered and stays", async () => {
      const { api } = await both(fixture());
      const socket = connect({ port: api.port, host: "127.0.0.1", allowHalfOpen: true });
      let closed = false;
      socket.resume().on("close", () => (closed = true));
      socket.on("error", () => undefined);
      socket.write("no HTTP\r\n\r\n");
      // It never ends its own side; the gateway's end alone closes nothing.
      await until(() => {
        if (!closed) socket.write("more");
        return closed;
      });
    });
  });

  it("takes the host of an absolute target for the client's", async () => {
    const { api, server } = await both(fixture({ format: "$context.domainName" }));
    const answer = await get(api.port, "http://shop.test:81/q?a=1");
    assert.equal(answer.body, "GET /q?a=1");
    assert.match(String(server.requests[0]?.headers.forwarded), /host="shop\.test:81"/);
    assert.deepEqual(api.logs, ["shop.test"]);
  });

  it("reads more than 2,000 headers", async () => {
    const { api } = await both(fixture({ requestParameters: { "overwrite:path": "/$request.header.last" } }));
    const many = Array.from({ length: 2050 }, (_, i) => `${(i + 1296).toString(36)}:`);
    assert.equal((await get(api.port, "/", ...many, "last: seen")).body, "GET /seen");
  });

  it("has one apigw-requestid, and it is the gateway's", async () => {
    const { api } = await both(fixture(), (request, response) => {
      response.setHeader("Apigw-Requestid", "forged");
      echo(request, response);
    });
    const ids = (await get(api.port, "/")).header("apigw-requestid");
    assert.equal(ids.length, 1);
    assert.match(ids[0] ?? "", /^local/);
  });

  it("drops a client that closes its half, and says so", async () => {
    const { api, server } = await both(fixture({ format: "$context.status" }), () => undefined);
    const socket = connect({ port: api.port, host: "127.0.0.1", allowHalfOpen: true });
    let answer = "";
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
    socket.end("GET /half HTTP/1.1\r\nHost: a\r\n\r\n");
    await until(() => socket.closed);
    await until(() => api.explanations.length === 1);
    assert.equal(answer, "");
    assert.ok(server.requests.length <= 1);
    assert.match(api.explanations.join(), /GET \/half: the client closed the connection, or its half of it/);
  });
});
