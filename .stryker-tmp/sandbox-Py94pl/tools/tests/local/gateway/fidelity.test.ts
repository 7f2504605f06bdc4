// @ts-nocheck
import assert from "node:assert/strict";
import { request as nodeRequest, type RequestListener } from "node:http";
import { connect } from "node:net";
import { headLimit, payloadLimit } from "../../../local/gateway/exchange";
import { fixture } from "../fixture";
import { echo, get, raw, testServers, until } from "../http";

describe("the gateway's fidelity", () => {
  const { backend, front, both } = testServers();

  describe("keeps the quotas", () => {
    const post = (port: number, lines: string[], body: Buffer) =>
      raw(
        port,
        Buffer.concat([
          Buffer.from(["POST /up HTTP/1.1", "Host: x", "Connection: close", ...lines, "", ""].join("\r\n")),
          body,
        ]),
      );
    const counting: RequestListener = (request, response) => {
      let size = 0;
      request.on("data", (chunk: Buffer) => (size += chunk.length));
      request.on("end", () => response.end(`${request.headers["content-length"] ?? "none"} ${size}`));
    };

    it("takes a body of exactly 10 MB, with a length or chunked", async () => {
      const { api } = await both(fixture(), counting);
      const body = Buffer.alloc(payloadLimit, 1);
      const expected = `${payloadLimit} ${payloadLimit}`;
      assert.equal((await post(api.port, [`Content-Length: ${payloadLimit}`], body)).body, expected);
      const chunked = Buffer.concat([
        Buffer.from(`${payloadLimit.toString(16)}\r\n`),
        body,
        Buffer.from("\r\n0\r\n\r\n"),
      ]);
      assert.equal((await post(api.port, ["Transfer-Encoding: chunked"], chunked)).body, expected);
    });

    it("413 for one byte more, announced, chunked or waiting for 100 Continue", async () => {
      const { api, server } = await both(fixture(), counting);
      const size = payloadLimit + 1;
      const body = Buffer.alloc(size, 1);
      const chunk = Buffer.concat([Buffer.from(`${size.toString(16)}\r\n`), body]);
      for (const response of [
        await post(api.port, [`Content-Length: ${size}`], Buffer.alloc(0)),
        await post(api.port, [`Content-Length: ${size}`, "Expect: 100-continue"], Buffer.alloc(0)),
        await post(api.port, ["Transfer-Encoding: chunked"], chunk),
      ]) {
        assert.equal(response.status, 413);
        assert.equal(response.body, '{"message":"Request Entity Too Large"}');
      }
      assert.equal(server.requests.length, 0);
    });

    it("100 Continue for a client that waits for it", async () => {
      const { api, server } = await both(fixture(), counting);
      const client = nodeRequest({
        port: api.port,
        method: "PUT",
        path: "/up",
        headers: { Expect: "100-continue", "Content-Length": "5" },
      });
      const answered = new Promise<number | undefined>((resolve) => {
        client.on("continue", () => client.end("hello"));
        client.on("response", (response) => resolve(response.resume().statusCode));
      });
      client.flushHeaders();
      assert.equal(await answered, 200);
      assert.equal(server.requests[0]?.headers.expect, undefined);
    });

    it("431 when request line and header values pass 10,240 bytes", async () => {
      const { api } = await both(fixture());
      // The values of Host and Connection count too.
      const room = headLimit - "GET / HTTP/1.1".length - "local.test".length - "close".length;
      assert.equal((await get(api.port, "/", `X-Long: ${"x".repeat(room)}`)).status, 200);
      for (const length of [room + 1, 200_000]) {
        const response = await get(api.port, "/", `X-Long: ${"x".repeat(length)}`);
        assert.equal(response.status, 431);
        assert.equal(response.body, '{"message":"Request Header Fields Too Large"}');
      }
    });

    it("500 when the answer passes 10 MB", async () => {
      const { api } = await both(fixture(), (_, response) => response.end(Buffer.alloc(payloadLimit + 1)));
      assert.equal((await get(api.port, "/")).status, 500);
    });

    it("429 when the stage's bucket is empty, until it fills again", async () => {
      let now = 0;
      const server = await backend(echo);
      const throttle = { throttlingRateLimit: 1, throttlingBurstLimit: 2 };
      const api = await front(fixture({ throttle, routes: ["GET /a", "GET /b"] }), [server.port], {
        now: () => now,
      });
      const statuses = async (path: string, count: number) => {
        const result: number[] = [];
        for (let i = 0; i < count; i += 1) result.push((await get(api.port, path)).status);
        return result;
      };
      assert.deepEqual(await statuses("/a", 3), [200, 200, 429]);
      assert.deepEqual(await statuses("/b", 1), [200]);
      now += 1000;
      assert.deepEqual(await statuses("/a", 2), [200, 429]);
      assert.equal((await get(api.port, "/a")).body, '{"message":"Too Many Requests"}');
    });
  });

  describe("passes requests and answers unharmed", () => {
    it("every method, and bodies of those that have one", async () => {
      const { api } = await both(fixture(), (request, response) => {
        const chunks: Buffer[] = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => response.end(`${request.method ?? ""}:${Buffer.concat(chunks).toString()}`));
      });
      for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "GET"]) {
        const response = await raw(
          api.port,
          `${method} /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody`,
        );
        assert.equal(response.body, `${method}:body`);
      }
    });

    it("the bytes of path and query", async () => {
      const { api } = await both(fixture());
      for (const target of [
        "/a%2Fb/c%20d/%7Etilde~/é".replace("é", "%C3%A9"),
        "/a//b/../c/./d",
        "/x?a=1&a=2&b=%26&c=+&empty=&flag",
        "/x?",
        "/x?a=b?c=d",
        "/semi;colon=1,2:3@4!$&'()*+",
        "/trailing/",
      ]) {
        assert.equal((await get(api.port, target)).body, `GET ${target.replace(/\?$/, "")}`);
      }
      assert.equal((await get(api.port, "http://local.test/absolute?x=1")).body, "GET /absolute?x=1");
    });

    it("repeated headers, cookies and the case of names, in both directions", async () => {
      const { api, server } = await both(fixture(), (_, response) => {
        response.writeHead(
          200,
          [
            ["Set-Cookie", "a=1; Path=/"],
            ["X-Case", "Kept"],
            ["Set-Cookie", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT"],
          ].flat(),
        );
        response.end("ok");
      });
      const response = await get(
        api.port,
        "/",
        "X-Twice: 1",
        "Cookie: s=1; t=2",
        "x-twice: 2",
        "X-CaSe: Kept",
      );
      assert.deepEqual(response.header("set-cookie"), [
        "a=1; Path=/",
        "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
      ]);
      assert.match(response.head, /X-Case: Kept/);
      const sent = server.requests[0];
      assert.deepEqual(sent?.headersDistinct["x-twice"], ["1", "2"]);
      assert.equal(sent.headers.cookie, "s=1; t=2");
      assert.ok(sent.rawHeaders.includes("X-CaSe"));
    });

    it("adds the gateway's headers, joined to those the client sent", async () => {
      const { api, server } = await both(fixture());
      const response = await get(api.port, "/");
      assert.match(response.header("apigw-requestid").join(), /^local\S{10}=$/);
      const headers = server.requests[0]?.headers;
      assert.equal(headers?.forwarded, "by=127.0.0.1;for=127.0.0.1;host=local.test;proto=http");
      assert.equal(headers.via, "HTTP/1.1 AmazonAPIGateway");
      assert.match(String(headers["x-amzn-trace-id"]), /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
      await get(api.port, "/", "Forwarded: for=192.0.2.1", "Via: 1.1 proxy", "X-Forwarded-For: 192.0.2.2");
      const joined = server.requests[1]?.headers;
      assert.match(String(joined?.forwarded), /^for=192\.0\.2\.1, by=127/);
      assert.equal(joined?.via, "1.1 proxy, HTTP/1.1 AmazonAPIGateway");
      assert.equal(joined["x-forwarded-for"], "192.0.2.2");
    });

    it("drops what belongs to one connection, in both directions", async () => {
      const { api, server } = await both(fixture(), (_, response) => {
        response.writeHead(200, {
          Connection: "close, x-hop",
          "X-Hop": "1",
          "Keep-Alive": "timeout=1",
          "X-End": "2",
        });
        response.end("ok");
      });
      const response = await raw(
        api.port,
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: close, X-Mine\r\nX-Mine: 1\r\nTE: trailers\r\nUpgrade: h2c\r\nX-End: 2\r\n\r\n",
      );
      assert.deepEqual(
        ["x-hop", "keep-alive", "x-end"].map((name) => response.header(name)),
        [[], [], ["2"]],
      );
      const sent = server.requests[0]?.headers;
      assert.deepEqual(
        ["x-mine", "te", "upgrade", "x-end"].map((name) => sent?.[name]),
        [undefined, undefined, undefined, "2"],
      );
    });

    it("HEAD, 204 and 304 without a body, keeping a told length", async () => {
      const { api } = await both(fixture(), (request, response) => {
        if (request.url === "/304") response.writeHead(304, { ETag: '"x"', "Content-Length": "7" }).end();
        else if (request.url === "/204") response.writeHead(204).end();
        else response.writeHead(200, { "Content-Length": "12" }).end();
      });
      const head = await raw(api.port, "HEAD /h HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      assert.deepEqual([head.status, head.header("content-length"), head.body], [200, ["12"], ""]);
      const notModified = await get(api.port, "/304", 'If-None-Match: "x"');
      assert.deepEqual(
        [
          notModified.status,
          notModified.header("etag"),
          notModified.header("content-length"),
          notModified.body,
        ],
        [304, ['"x"'], ["7"], ""],
      );
      const empty = await get(api.port, "/204");
      assert.deepEqual([empty.status, empty.header("content-length"), empty.body], [204, [], ""]);
    });

    it("chunked answers arrive whole, encoded bodies as they are", async () => {
      const { api } = await both(fixture(), (_, response) => {
        response.writeHead(200, { "Content-Encoding": "gzip" });
        response.write("not ");
        response.end("gzip");
      });
      const response = await get(api.port, "/");
      assert.equal(response.body, "not gzip");
      assert.deepEqual(response.header("content-length"), ["8"]);
      assert.deepEqual(response.header("content-encoding"), ["gzip"]);
    });

    it("pipelined requests on one connection in order", async () => {
      const { api } = await both(fixture());
      const response = await raw(
        api.port,
        "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      );
      assert.match(response.body, /^GET \/1HTTP\/1\.1 200 OK[\s\S]*GET \/2$/);
    });

    it("a client that leaves takes its request with it", async () => {
      const { api, server } = await both(fixture({ format: "$context.status" }), () => undefined);
      const socket = connect(api.port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
      await until(() => server.requests.length === 1);
      socket.destroy();
      await until(() => server.requests[0]?.socket.destroyed === true);
      await until(() => api.logs.length === 1);
      assert.deepEqual(api.logs, ["-"]);
    });
  });
});
