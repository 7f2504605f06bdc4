import assert from "node:assert/strict";
import { Attendant } from "../../../local/ecs/attendant";
import type { Artifact, Listener, Probe, RunningTask } from "../../../local/fargate/runner";
import { readTopology } from "../../../local/topology";
import { fixture } from "../fixture";
import { probed } from "../fargate/probe";

describe("who attends to a task", () => {
  const [service] = readTopology(fixture({ port: 8000 })).services;
  const artifact: Artifact = { digest: "v1", dispose: () => Promise.resolve() };
  /** @param second milliseconds; 0 is a time that has long passed */
  function attend(
    second = 0,
    listeners: Listener[] = [{ port: 8000, loopback: false }],
    attended = service!,
  ) {
    const said: string[] = [];
    let given = 0;
    const attendant = new Attendant({
      service: attended,
      artifact,
      kind: "containers",
      second,
      say: (message) => said.push(message),
      giveUp: () => (given += 1),
    });
    attendant.started({ port: 8000, listeners: () => Promise.resolve(listeners) } as unknown as RunningTask);
    return { attendant, said, given: () => given };
  }
  const refused = (output: string, more: Partial<Probe> = {}) =>
    probed(false, { command: "curl -f localhost", code: 7, output, ...more });
  const patience = "It has the time that Amazon ECS gives it, 15 s. An edit takes effect at once.";

  it("tells the first failure and what changes, and no repetition", async () => {
    const { attendant, said } = attend();
    await attendant.probed("web", refused("curl: (7) refused after 2 ms"));
    await attendant.probed("web", refused("curl: (7) refused after 31 ms"));
    assert.deepEqual(said.splice(0), [
      "health check failed: `curl -f localhost`: exit code 7, curl: (7) refused after 2 ms",
      patience,
    ]);
    await attendant.probed("web", refused("The requested URL returned error: 503", { code: 22 }));
    assert.deepEqual(said, [
      "health check failed: `curl -f localhost`: exit code 22, The requested URL returned error: 503",
      "It listens, and answers its health check with 503. Its own output says why.",
    ]);
  });

  it("tells nothing while the application starts", async () => {
    const { attendant, said } = attend(1_000_000, []);
    await attendant.probed("web", refused("refused"));
    assert.deepEqual(said, []);
  });

  it("tells at once what no time mends", async () => {
    const { attendant, said, given } = attend(1_000_000, []);
    await attendant.probed("web", refused("sh: curl: not found", { code: 127 }));
    assert.match(said[1] ?? "", /^The image has no `curl`/);
    assert.deepEqual([said.length, given()], [2, 1]);
  });

  it("tells of a healthy task that nobody else reaches", async () => {
    const { attendant, said } = attend(0, [{ port: 8000, loopback: true }]);
    await attendant.probed("web", probed(true));
    await attendant.healthy();
    assert.match(said.join(), /^It listens on 127\.0\.0\.1:8000 alone\./);
  });

  it("tells why a task ended, by its last lines", () => {
    const { attendant, said } = attend();
    for (let i = 0; i < 200; i += 1) attendant.printed(`line ${i}`);
    attendant.printed("ImportError: cannot import name 'UTC' from 'datetime'");
    attendant.ended({ code: 1, reason: "it ended with code 1" });
    assert.match(said.join(), /^`ImportError: cannot import name 'UTC' from 'datetime'`: the image lacks it/);
    assert.equal(attendant.hopeless, true);
    assert.deepEqual(attendant.advice, said);
  });

  it("keeps the last words of a task whose end nothing else explains", () => {
    const { attendant } = attend();
    for (const line of ["one", "two", "three", "", "ValueError: no DATABASE_URL"]) attendant.printed(line);
    attendant.ended({ code: 1, reason: "it ended with code 1" });
    assert.deepEqual(attendant.advice, [
      "What it printed last says why:\n  two\n  three\n  ValueError: no DATABASE_URL",
    ]);
  });

  describe("beside the companion", () => {
    const topology = readTopology(fixture({ port: 8000 })).services[0]!;
    const companion = { ...topology.task!.container, name: "companion" };
    const accompanied = {
      ...topology,
      task: {
        ...topology.task!,
        containers: [topology.task!.container, companion],
        checked: companion,
      },
    };
    const bound =
      "[Errno 13] error while attempting to bind on address ('0.0.0.0', 80): [errno 13] permission denied";
    const exit = { code: 1, reason: "companion: it ended with code 1" };

    it("tells why the application ended, which ends the companion", async () => {
      const { attendant, said } = attend(0, [], accompanied);
      attendant.printed(bound);
      attendant.printed("companion: web has ended, and the task ends with it");
      await attendant.probed("companion", refused("OCI: container state improper"));
      attendant.ended(exit);
      assert.match(said.join("\n"), /^It runs as .+ Fix: give it to that user in the Dockerfile/);
      assert.deepEqual([attendant.hopeless, attendant.advice], [true, said]);
    });

    it("tells nothing of an application that did not end", () => {
      const { attendant, said } = attend(0, [], accompanied);
      attendant.printed(bound);
      attendant.ended({ code: 137, reason: "companion: it ended with code 137" });
      assert.deepEqual(said, []);
    });
  });

  it("keeps the last failure for whoever asks in the end", async () => {
    const { attendant } = attend();
    await attendant.probed("web", refused("one\ntwo\nthree\nfour"));
    assert.deepEqual(attendant.advice, [
      "Its last health check: `curl -f localhost`: exit code 7\n  two\n  three\n  four",
    ]);
  });
});
