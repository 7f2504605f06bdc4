import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { announce, askLocal } from "../../console/find";
import { answerCommands, type Served } from "../../console/questions";
import { serveConsole, type ConsoleServer } from "../../console/server";
import type { LocalStack } from "../../local/stack";
import { record, serve } from "../local/served";

describe("what the console answers to commands", function () {
  this.timeout(60_000);
  let project: string;
  let server: ConsoleServer;
  let stack: LocalStack;
  let served: ReturnType<Served>;
  before(async () => {
    project = mkdtempSync(join(tmpdir(), "questions-"));
    stack = await serve(await record());
    server = await serveConsole({ port: 0, file: () => undefined, hello: () => [] });
    answerCommands(server, "secret", () => served);
    announce(project, "dev", server.port, "secret");
  });
  after(async () => {
    await server.close();
    await stack.close();
    rmSync(project, { recursive: true, force: true });
  });
  beforeEach(() => (served = { stack, url: "http://localhost:8080/" }));

  const asAws = (...args: string[]): Promise<unknown> =>
    askLocal(project, "dev", `/api/aws?${new URLSearchParams({ args: JSON.stringify(args) }).toString()}`);

  it("its resources, and what AWS would say", async () => {
    const { region, url, resources } = (await askLocal(project, "dev", "/api/recorded")) as Record<
      string,
      unknown
    >;
    assert.deepEqual([region, url], ["eu-west-2", "http://localhost:8080/"]);
    assert.ok(Array.isArray(resources) && resources.length > 20);
    const { found } = (await asAws("apigatewayv2", "get-api", "--api-id", "local-api")) as {
      found: { ApiId: string };
    };
    assert.equal(found.ApiId, "local-api");
    assert.deepEqual(await asAws("apigatewayv2", "get-api", "--api-id", "other"), {});
  });

  it("nobody who cannot read the file, which is its owner's alone", async () => {
    const file = join(project, ".local", "console", "dev.json");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    for (const query of ["", "?key=", "?key=secre", "?key=secret2"]) {
      const response = await fetch(`http://127.0.0.1:${server.port}/api/recorded${query}`);
      assert.equal(response.status, 403, query);
    }
  });

  it("that it is not there yet", async () => {
    served = undefined;
    await assert.rejects(askLocal(project, "dev", "/api/recorded"), { message: /not there yet/ });
  });

  it("what it does not know, without making anything up", async () => {
    await assert.rejects(asAws("s3api", "list-buckets"), {
      message: /does not know what AWS answers to s3api/,
    });
    await assert.rejects(askLocal(project, "dev", "/api/aws?args=%7B%7D"), { message: /list of words/ });
    await assert.rejects(askLocal(project, "dev", "/api/aws?args=["), { message: /list of words/ });
  });

  it("nothing where no npm start runs, and the fix is said", async () => {
    await assert.rejects(askLocal(project, "shop", "/api/recorded"), {
      message: /^No npm start -- --stack shop runs here .* Fix: start it/,
    });
    announce(project, "gone", 1, "secret");
    await assert.rejects(askLocal(project, "gone", "/api/recorded"), { message: /has ended/ });
  });
});
