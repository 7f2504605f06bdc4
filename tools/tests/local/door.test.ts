import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../commands/doctor";
import { announce, forget } from "../../console/find";
import { serveConsole, type ConsoleServer } from "../../console/server";
import { type Door, openDoor, visit } from "../../local/door";
import { faults, mend } from "../../local/faults/faults";
import type { LocalStack } from "../../local/stack";
import { get } from "./http";
import { record, serve } from "./served";

describe("the door of a running npm start", function () {
  this.timeout(60_000);
  let stack: LocalStack;
  let server: ConsoleServer;
  let door: Door;
  let project: string;
  before(async () => {
    project = mkdtempSync(join(tmpdir(), "door-"));
    stack = await serve(await record());
    server = await serveConsole({ port: 0, file: () => undefined, hello: () => [] });
    door = openDoor(server);
    announce(project, "sick", server.port, door.key);
  });
  after(async () => {
    forget(project, "sick");
    rmSync(project, { recursive: true });
    await server.close();
    await stack.close();
  });

  const doctor = async (...argv: string[]) => {
    let stdout = "";
    let stderr = "";
    const io = {
      stdout: { write: (text: string) => (stdout += text) },
      stderr: { write: (text: string) => (stderr += text) },
    };
    const code = await main(["--stack", "sick", "--local", ...argv], io, {
      visit: (name) => visit(project, name),
    });
    return { code, stdout, stderr };
  };

  it("says so before the stack is there", async () => {
    door.lead(undefined);
    const { code, stderr } = await doctor();
    assert.deepEqual([code, stderr], [1, "The stack is not there yet. Try again in a moment.\n"]);
  });

  it("lets the doctor look: at a healthy stack, and at one with a fault", async () => {
    door.lead(stack.account);
    const well = await doctor();
    assert.deepEqual([well.code, well.stderr], [0, ""], well.stdout);
    const fault = faults.find(({ name }) => name === "link-failed")!;
    fault.inject(stack.account, stack.topology.services[0]!);
    const sick = await doctor();
    assert.equal(sick.code, 1);
    assert.match(sick.stdout, /\nThese fixes are meant for AWS\. Here, the console's buttons mend/);
    assert.match(sick.stdout, /It broke at: VPC link \(local-vpclink-api\)\.\n$/);
    mend(stack.account);
  });

  it("opens to nobody without its key, to no other name and to no other origin", async () => {
    const of = (query: string, ...headers: string[]) =>
      get(server.port, `/api/aws?${query}`, ...headers).then(({ status }) => status);
    // The helper asks for the name local.test, as a page whose name was led here would.
    assert.equal(await of(`key=${door.key}&call=%5B%5D`), 403);
    const ask = (key: string, headers = {}) =>
      fetch(`http://127.0.0.1:${server.port}/api/recorded?key=${key}`, { headers }).then(
        ({ status }) => status,
      );
    assert.equal(await ask(door.key), 200);
    assert.equal(await ask("x".repeat(door.key.length)), 403);
    assert.equal(await ask(""), 403);
    // As many characters, and more bytes.
    assert.equal(await ask("é".repeat(door.key.length)), 403);
    assert.equal(await ask(door.key, { origin: "https://example.com" }), 403);
  });

  it("keeps its key for its user alone, and what is secret to itself", async () => {
    const { mode } = statSync(join(project, ".local", "console", "sick.json"));
    assert.equal(mode & 0o077, 0);
    const { resources } = await visit(project, "sick").recorded();
    const image = resources.find(({ type }) => type === "docker:index/image:Image");
    assert.ok(image && image.secretInputs.length > 0);
    for (const name of image.secretInputs)
      assert.ok(!(name in image.inputs) && !(name in image.outputs), name);
  });

  it("tells what cannot be answered, instead of making it up", async () => {
    await assert.rejects(
      visit(project, "sick").aws(["iam", "list-users"]),
      /does not know what AWS answers to iam list-users/,
    );
  });
});
