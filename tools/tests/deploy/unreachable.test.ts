import assert from "node:assert/strict";
import { openSource } from "../../aws/source";
import { main as doctor } from "../../commands/doctor";
import { main as exec } from "../../commands/exec";
import { main as job } from "../../commands/job";
import { main as recover } from "../../commands/recover";
import { main as smoke } from "../../commands/smoke";
import type { Pulumi } from "../../deploy/pulumi";
import { unreadable } from "../../deploy/unreachable";

/** A Pulumi of which these calls fail. */
const failing = (...failed: string[]): Required<Pulumi> => ({
  hear: () => assert.fail("nothing is refused"),
  run: () => assert.fail("nothing is run"),
  ask: ([word = ""]) => Promise.resolve({ code: failed.includes(word) ? 255 : 0, answer: "" }),
});

const offline = failing("stack", "whoami", "version");
const startsNot = /Pulumi's command line does not start: .+ Fix: connect this machine, or install it/;

describe("a stack of which Pulumi tells nothing", () => {
  it("has its reason: no command line, no login, or what Pulumi said itself", async () => {
    const what = "The state of the stack dev is";
    assert.match(await unreadable(offline, what), startsNot);
    assert.match(
      await unreadable(failing("stack", "whoami"), what),
      /^The state of the stack dev is not readable\. Pulumi is logged in to no backend\. Fix: `npx pulumi login`/,
    );
    assert.equal(
      await unreadable(failing("stack"), what),
      "The state of the stack dev is not readable: see above.",
    );
  });

  const programs = { ask: () => Promise.resolve("1.2.3"), attach: () => Promise.resolve(0) };
  const commands: [string, (io: Parameters<typeof doctor>[1]) => Promise<number>][] = [
    ["doctor", (io) => doctor([], io, { pulumi: offline })],
    ["job", (io) => job(["seed"], io, { pulumi: offline })],
    ["recover", (io) => recover(["--yes"], io, { pulumi: offline })],
    ["smoke", (io) => smoke([], io, { pulumi: offline })],
    ["exec", (io) => exec(["--service", "flask"], io, { pulumi: offline, programs })],
  ];
  for (const [name, run] of commands)
    it(`is told so by npm run ${name}, without the network`, async () => {
      let said = "";
      const io = { stdout: { write: () => true }, stderr: { write: (text: string) => (said += text) } };
      assert.equal(await run(io), 1);
      assert.match(said, startsNot);
    });

  it("is told so by npm run status and logs", () =>
    assert.rejects(
      openSource(
        { stack: "dev", local: false },
        { pulumi: offline, aws: () => assert.fail("AWS is not asked") },
        () => undefined,
      ),
      { message: startsNot },
    ));
});
