/** What the monorepo's service logs of a request, on Node's own server: the middleware needs nothing of Express. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { projectFolder } from "../../../simulate/stack";
import { get } from "./http";

const middleware = pathToFileURL(join(projectFolder, "examples/monorepo/packages/api/request-log.js")).href;
const program = `
import { createServer } from "node:http";
import { requestLog } from ${JSON.stringify(middleware)};
const server = createServer((request, response) =>
  requestLog(request, response, () => response.writeHead(request.url.startsWith("/nowhere") ? 404 : 200).end()));
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
`;

describe("the log of the example in Node", () => {
  it("is one line for each request, with its id, and none for the companion's checks", async () => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
      const next = async () => JSON.parse((await lines.next()).value as string) as Record<string, unknown>;
      const { port } = (await next()) as { port: number };
      const gateway = ["x-request-id: JKJaXmPLvHcESHA=", "x-client-ip: 203.0.113.9", "user-agent: companion"];
      await get(port, "/", "user-agent: companion");
      await get(port, "/nowhere?secret=1", ...gateway);
      const { time, duration_ms, ...line } = await next();
      assert.deepEqual([typeof time, typeof duration_ms], ["string", "number"]);
      assert.deepEqual(line, {
        ...{ level: "info", method: "GET", path: "/nowhere", status: 404 },
        ...{ request_id: "JKJaXmPLvHcESHA=", client: "203.0.113.9" },
      });
      await get(port, "/");
      assert.deepEqual(Object.keys(await next()), [
        "time",
        "level",
        "method",
        "path",
        "status",
        "duration_ms",
      ]);
    } finally {
      child.kill();
    }
  });
});
