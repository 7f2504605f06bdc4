import assert from "node:assert/strict";
import { once } from "node:events";
import * as net from "node:net";
import type { ProgramRun } from "../../simulate/launch";
import { projectFolder } from "../../simulate/stack";
import { warmProgram } from "./support/warm";

describe("the program in a process that has Pulumi loaded", () => {
  const server = net.createServer((socket) => socket.destroy());
  const listen = async (port: number): Promise<number> => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as net.AddressInfo).port;
  };
  const close = async (): Promise<void> => {
    server.close();
    await once(server, "close");
  };
  const at = (port: number): ProgramRun => ({
    ...{ monitor: `127.0.0.1:${port}`, engine: `127.0.0.1:${port}`, organization: "organization" },
    ...{ project: "flask-app-fargate", stack: "dev", folder: projectFolder, preview: false, parallel: 4 },
    ...{ config: { "aws:region": "eu-west-2" }, secretKeys: [], runtime: {}, timeout: 60_000 },
  });

  it("asks an engine that listens where one was that is gone, also at once", async () => {
    const port = await listen(0);
    await close();
    assert.equal((await warmProgram.run(at(port))).code, 32);
    let asked = 0;
    server.on("connection", () => asked++);
    await listen(port);
    assert.equal((await warmProgram.run(at(port))).code, 32);
    await close();
    assert.ok(asked > 0);
  });
});
