import assert from "node:assert/strict";
import type { ContainerView } from "../../../local/ecs/views";
import { ask, startCompanion } from "../../../local/fargate/companion";
import { describeAsking, describeScript, findBusybox } from "./companion-script";

describe("the companion", () => {
  const busybox = findBusybox();
  if (busybox !== undefined) describeScript(busybox);
  else it("as a script: its tests need busybox, which .ci/busybox provides");

  describeAsking("the stand-in", (port, path) => ask(port, path, 3000));

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
