/** Not part of `npm test`; see containers.e2e.ts. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FixtureOptions } from "../local/fixture";
import { get, until } from "../local/http";
import { dockerfile, healthCheck, Stage } from "./stage";

describe("the local stack with containers", function () {
  this.timeout(180_000);
  const stage = new Stage();

  it("a folder that the image declares no volume at is root's, and that is said", async () => {
    writeFileSync(join(stage.folder, "app", "Dockerfile"), dockerfile.replace('VOLUME ["/tmp"]\n', ""));
    const { port, deployed } = await stage.start({ desiredCount: 1 });
    await deployed;
    const facts = JSON.parse((await get(port, "/facts")).body) as Record<string, unknown>;
    assert.equal(facts.tmp, "PermissionError");
    assert.ok(
      stage.output.some((line) => line.includes("user 10001 cannot write to /tmp: AWS gives it to root")),
      stage.output.join("\n"),
    );
  });

  it("lets nobody but root bind port 80, as on Fargate, unless the image gives the capability", async () => {
    const running = await stage.start({ port: 80, desiredCount: 1, maximum: 200 });
    assert.deepEqual(
      (await running.deployed).map((rollout) => rollout?.state),
      ["FAILED"],
    );
    assert.ok(
      stage.output.some((line) => line.includes("PermissionError")),
      stage.output.join("\n"),
    );
    assert.equal((await get(running.port, "/")).status, 503);
  });

  it("ends the wait at once where no time helps, and says why", async () => {
    const cases: [fault: string, options: FixtureOptions, says: RegExp][] = [
      [
        "",
        { healthCheck: { ...healthCheck, interval: 60, command: ["CMD", "curl", "-f", "http://localhost"] } },
        /^The image has no `curl`, so its health check can never succeed\./m,
      ],
      [
        "USER 0\nRUN chmod 700 server.py",
        {},
        /^It runs as user 10001, whatever its image says, and may not use \/app\/server\.py\./m,
      ],
      ['CMD ["uvicorn"]', {}, /^What it is started with is not in the image\. Fix: /m],
      ['CMD ["python3", "-m", "fastapi"]', {}, /^`No module named fastapi`: the image lacks it\./m],
    ];
    for (const [fault, options, says] of cases) {
      writeFileSync(join(stage.folder, "app", "Dockerfile"), `${dockerfile}${fault}\n`);
      stage.explained = [];
      const running = await stage.start({ desiredCount: 1, ...options });
      const [rollout] = await running.deployed;
      assert.equal(rollout?.state, "FAILED");
      assert.match(rollout.advice.join("\n"), says);
      assert.match(stage.explained.join("\n"), says);
      await running.close();
    }
  });

  it("says where a task listens instead", async () => {
    const running = await stage.start({
      desiredCount: 1,
      environment: { LISTEN: "3000" },
      healthCheck: { ...healthCheck, interval: 20 },
    });
    const said =
      /^Nothing listens on PORT=8080; it listens on 3000\. Fix: let it listen on PORT, or write `port: 3000`/m;
    for (let tries = 0; tries < 3 && !said.test(stage.explained.join("\n")); tries += 1)
      await until(() => said.test(stage.explained.join("\n"))).catch(() => undefined);
    assert.match(stage.explained.join("\n"), said);
    assert.match(
      stage.explained[0] ?? "",
      /^health check failed: `python3 health\.py`: exit code 1\n[^]*Connection refused/,
    );
    await running.close();
  });

  it("says that nobody but the task itself gets there", async () => {
    const running = await stage.start({ desiredCount: 1, environment: { ADDRESS: "127.0.0.1" } });
    await stage.completed(running);
    await until(() => stage.explained.length > 0);
    assert.match(
      stage.explained.join("\n"),
      /^It listens on 127\.0\.0\.1:8080 alone\..* on AWS every request is answered 503\./,
    );
  });

  it("says why an image cannot be built", async () => {
    writeFileSync(join(stage.folder, "app", "Dockerfile"), "FROM python:3.13-slim\nRUN false\n");
    const running = await stage.start();
    await assert.rejects(running.deployed, /The image of web cannot be built/);
  });
});
