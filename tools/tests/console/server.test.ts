import assert from "node:assert/strict";
import { connect, createServer } from "node:net";
import { Refused, serveConsole, type ConsoleServer } from "../../console/server";
import { raw, until, type RawResponse } from "../local/http";

describe("the console's server", () => {
  let server: ConsoleServer;
  let pressed: unknown[];
  beforeEach(async () => {
    pressed = [];
    server = await serveConsole({
      port: 0,
      file: (path) => (path === "/" ? { type: "text/html", body: "<title>page</title>" } : undefined),
      hello: () => [{ event: "state", data: { n: 1 } }],
    });
    server.handle("POST", "/api/actions", ({ body }) => {
      pressed.push(body);
      return { done: "yes" };
    });
    server.handle("GET", "/api/doctor", ({ query }) => ({ asked: query.get("service") }));
    server.handle("GET", "/api/refuses", () => {
      throw new Refused("not now", 409);
    });
    server.handle("GET", "/api/fails", () => Promise.reject(new Error("broken")));
  });
  afterEach(() => server.close());

  const ask = (line: string, lines: readonly string[] = [], body = ""): Promise<RawResponse> => {
    const host = lines.some((one) => /^host:/i.test(one)) ? [] : [`Host: localhost:${server.port}`];
    const length = body === "" ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
    const head = [`${line} HTTP/1.1`, ...host, "Connection: close", ...length, ...lines, "", body];
    return raw(server.port, head.join("\r\n"));
  };
  const error = ({ body }: RawResponse): string => (JSON.parse(body) as { error: string }).error;

  /** What a page hears, as text. */
  const listen = (): { heard: () => string; close: () => void } => {
    let text = "";
    const socket = connect(server.port, "127.0.0.1", () =>
      socket.write(`GET /api/events HTTP/1.1\r\nHost: localhost:${server.port}\r\n\r\n`),
    );
    socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
    socket.on("error", () => undefined);
    return { heard: () => text, close: () => socket.destroy() };
  };
  const tokenOf = async (): Promise<string> => {
    const page = listen();
    await until(() => page.heard().includes("event: state"));
    page.close();
    return /"token":"([^"]+)"/.exec(page.heard())![1]!;
  };
  const json = "Content-Type: application/json";

  it("listens on loopback alone, and says on every answer what a page may do", async () => {
    for (const target of ["/", "/api/doctor", "/nowhere"]) {
      const answer = await ask(`GET ${target}`);
      const [policy = ""] = answer.header("content-security-policy");
      assert.ok(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self'"), policy);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.match(policy, /require-trusted-types-for 'script'/);
      assert.deepEqual(answer.header("x-content-type-options"), ["nosniff"]);
      assert.deepEqual(answer.header("cross-origin-resource-policy"), ["same-origin"]);
      assert.deepEqual(answer.header("access-control-allow-origin"), []);
      assert.deepEqual(answer.header("cache-control"), ["no-store"]);
    }
    assert.equal((await ask("GET /")).body, "<title>page</title>");
    const head = await ask("HEAD /");
    assert.deepEqual([head.status, head.body, head.header("content-length")], [200, "", ["19"]]);
  });

  it("refuses other hosts and origins before anything is done", async () => {
    const token = await tokenOf();
    const good = [json, `X-Console-Token: ${token}`];
    for (const lines of [
      ["Host: evil.example"],
      [`Host: evil.example:${server.port}`],
      ["Origin: http://evil.example"],
      ["Sec-Fetch-Site: cross-site"],
      ["Sec-Fetch-Site: same-site"],
    ]) {
      const answer = await ask("POST /api/actions", [...good, ...lines], "{}");
      assert.equal(answer.status, 403, lines.join());
    }
    assert.equal((await ask("GET /api/events", ["Origin: http://evil.example"])).status, 403);
    assert.equal((await ask("OPTIONS /api/actions", ["Origin: http://evil.example"])).status, 403);
    assert.deepEqual(pressed, []);
  });

  it("does what is asked for with the token that a page is told first, and nothing without it", async () => {
    const token = await tokenOf();
    const body = '{"action":"expire"}';
    for (const lines of [[json], [json, "X-Console-Token: "], [json, `X-Console-Token: ${token}x`]]) {
      const answer = await ask("POST /api/actions", lines, body);
      assert.deepEqual(
        [answer.status, error(answer)],
        [403, "The page is of an earlier start: load it again."],
      );
    }
    assert.deepEqual(pressed, []);
    const own = [`Origin: http://localhost:${server.port}`, "Sec-Fetch-Site: same-origin"];
    const answer = await ask("POST /api/actions", [json, `X-Console-Token: ${token}`, ...own], body);
    assert.deepEqual([answer.status, answer.body], [200, '{"done":"yes"}']);
    assert.deepEqual(pressed, [{ action: "expire" }]);
  });

  it("takes no body that is no JSON, not called so, or too long", async () => {
    const token = `X-Console-Token: ${await tokenOf()}`;
    const table = [
      [["Content-Type: text/plain", token], "{}", 415],
      [[json, token], "{", 400],
      [[json, token], `"${"a".repeat(5000)}"`, 413],
    ] as const;
    for (const [lines, body, status] of table)
      assert.equal((await ask("POST /api/actions", lines, body)).status, status);
    assert.deepEqual(pressed, []);
  });

  it("answers what handlers were added for, and says what there is not", async () => {
    assert.equal((await ask("GET /api/doctor?service=flask")).body, '{"asked":"flask"}');
    const table = [
      ["GET /api/refuses", 409, "not now"],
      ["GET /api/fails", 500, "broken"],
      ["GET /api/nowhere", 404, "There is no /api/nowhere here."],
      ["GET /api/actions", 405, "/api/actions does not take GET."],
      ["GET http://localhost/", 400, "The target is no path."],
      ["GET /../etc/passwd", 404, "There is no /etc/passwd here."],
    ] as const;
    for (const [line, status, says] of table) {
      const answer = await ask(line);
      assert.deepEqual([answer.status, error(answer)], [status, says], line);
    }
  });

  it("tells pages what happens, whole first, and no more than a dozen of them", async () => {
    assert.equal(server.listening, false);
    const pages = Array.from({ length: 12 }, listen);
    await until(() => pages.every((page) => page.heard().includes('event: state\ndata: {"n":1}\n\n')));
    assert.equal(server.listening, true);
    assert.match((await ask("GET /api/events")).body, /Too many pages/);
    server.tell({ event: "news", data: "a\nb" });
    await until(() => pages.every((page) => page.heard().includes('event: news\ndata: "a\\nb"\n\n')));
    for (const page of pages) page.close();
    await until(() => !server.listening);
  });

  it("takes another port where the wanted one is in use", async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
    const { port } = other.address() as { port: number };
    const second = await serveConsole({ port, file: () => undefined, hello: () => [] });
    assert.notEqual(second.port, port);
    await second.close();
    other.close();
  });
});
