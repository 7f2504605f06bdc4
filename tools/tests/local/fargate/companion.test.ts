import assert from "node:assert/strict";
import { spawnSync, spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import type { ContainerView } from "../../../local/ecs/services";
import { ask, startCompanion } from "../../../local/fargate/companion";

const script = resolve(__dirname, "../../../../service/companion/companion.sh");
const hasBusybox = spawnSync("busybox", ["true"]).status === 0;

/** The script itself where there is a busybox, and what stands for it. */
const askers: [string, (port: number, path: string) => Promise<boolean>][] = [
  ["the stand-in", (port, path) => ask(port, path, 3000)],
];
if (hasBusybox) {
  askers.push([
    "companion.sh",
    (port, path) =>
      new Promise((done) => {
        const env = { ...process.env, PORT: String(port), HEALTH_PATH: path };
        spawn("busybox", ["sh", script, "ask"], { env }).on("exit", (code) => done(code === 0));
      }),
  ]);
}

describe("the companion", () => {
  let server: Server;
  before((done) => {
    server = createServer((request, response) => {
      if (request.url === "/cut") return void request.socket.destroy();
      response.writeHead(Number(request.url!.slice(1)), { location: "http://127.0.0.1:9/" }).end();
    }).listen(0, "127.0.0.1", done);
  });
  after(() => server.close());
  const port = () => (server.address() as AddressInfo).port;

  for (const [who, asks] of askers) {
    it(`${who}: any status below 500 is healthy, a redirect is not followed`, async () => {
      for (const status of [200, 204, 302, 404, 499])
        assert.equal(await asks(port(), `/${status}`), true, `${status}`);
      for (const status of [500, 503]) assert.equal(await asks(port(), `/${status}`), false, `${status}`);
    });
    it(`${who}: a refusal or a broken answer is not`, async () => {
      assert.equal(await asks(port(), "/cut"), false);
      assert.equal(await asks(1, "/200"), false);
    });
  }

  const container = {
    environment: { APPLICATION: "app", DRAIN_SECONDS: "3", HEALTH_PATH: "/" },
  } as unknown as ContainerView;
  const options = { port: 1, second: 1, output: () => undefined };

  it("ends with 1 when the application has ended, and with 0 after the drain", async () => {
    const dead = startCompanion(container, { ...options, application: Promise.resolve() });
    assert.equal((await dead.exited).code, 1);
    const held = startCompanion(container, { ...options, application: new Promise(() => undefined) });
    await held.signal("SIGTERM");
    assert.equal((await held.exited).code, 0);
  });
});
