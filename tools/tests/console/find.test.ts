import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { announce, askConsole, consoleOf, forget } from "../../console/find";
import { Refused, serveConsole, type ConsoleServer } from "../../console/server";

describe("how commands find a running console", () => {
  let project: string;
  beforeEach(() => (project = mkdtempSync(join(tmpdir(), "console-"))));
  afterEach(() => rmSync(project, { recursive: true, force: true }));

  it("is a file of the stack, as long as its process runs", () => {
    assert.equal(consoleOf(project, "dev"), undefined);
    announce(project, "dev", 8090);
    assert.deepEqual([consoleOf(project, "dev"), consoleOf(project, "shop")], [8090, undefined]);
    forget(project, "dev");
    assert.equal(consoleOf(project, "dev"), undefined);
  });

  it("is nothing that a killed process, or somebody else, left", () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    const folder = join(project, ".local", "console");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "dev.json"), JSON.stringify({ port: 8090, pid }));
    writeFileSync(join(folder, "shop.json"), "{");
    assert.deepEqual([consoleOf(project, "dev"), consoleOf(project, "shop")], [undefined, undefined]);
    announce(project, "dev", 8091);
    writeFileSync(join(folder, "dev.json"), JSON.stringify({ port: 8092, pid: process.ppid }));
    forget(project, "dev");
    assert.equal(consoleOf(project, "dev"), 8092, "another's is left alone");
  });

  describe("asks", () => {
    let server: ConsoleServer;
    before(async () => {
      server = await serveConsole({ port: 0, file: () => undefined, hello: () => [] });
      server.handle("GET", "/api/x", ({ query }) => ({ x: query.get("y") }));
      server.handle("GET", "/api/not", () => {
        throw new Refused("not now", 409);
      });
    });
    after(() => server.close());

    it("and is answered, or told why not", async () => {
      assert.deepEqual(await askConsole(server.port, "/api/x?y=1"), { x: "1" });
      await assert.rejects(askConsole(server.port, "/api/not"), { message: "not now" });
    });

    it("and is told where nobody answers, or somebody else", async () => {
      const other = createServer((_, response) => response.end("<!doctype html>"));
      await new Promise<void>((listening) => other.listen(0, "127.0.0.1", listening));
      const { port } = other.address() as AddressInfo;
      const message = `No console answers at port ${port}. Fix: start npm start anew.`;
      await assert.rejects(askConsole(port, "/api/x"), { message });
      other.closeAllConnections();
      await new Promise((closed) => other.close(closed));
      await assert.rejects(askConsole(port, "/api/x"), { message });
    });
  });
});
