/**
 * The local stack with containers of a real Docker engine. Not part of `npm test`: run it where an engine answers, with
 * `npx mocha --spec tools/tests/containers/containers.e2e.ts`.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { Agent, request } from "undici";
import { enter, type Terminal } from "../../exec/local";
import { label } from "../../local/fargate/labels";
import { changed, registryArn, types } from "../local/fixture";
import { get, until } from "../local/http";
import { healthCheck, Stage } from "./stage";

describe("the local stack with containers", function () {
  this.timeout(180_000);
  const stage = new Stage();

  it("runs tasks as the task definition says, each with its own address", async () => {
    const running = await stage.start({ environment: { GREETED: "yes" } });
    await stage.completed(running);
    const instances = running.registry.discover(registryArn);
    const places = new Set(instances.map(({ address, port }) => `${address}:${port}`));
    assert.equal(places.size, 2);
    if (stage.engine.bridged)
      assert.ok(instances.every(({ address, port }) => address !== "127.0.0.1" && port === 8080));

    const facts = JSON.parse((await get(running.port, "/facts")).body) as {
      uid: number;
      root: string;
      tmp: string;
      env: Record<string, string>;
      task: Record<string, unknown>;
    };
    assert.equal(facts.uid, 10001);
    assert.equal(facts.root, "OSError", "the root file system should be read-only");
    assert.equal(facts.tmp, "ok");
    assert.equal(facts.env.GREETED, "yes");
    assert.match(String(facts.task.AvailabilityZone), /^eu-west-2[ab]$/);
    assert.ok(stage.output.includes("listening"));
    await running.close();
    assert.deepEqual(await stage.ours(), []);
  });

  it("rolls to edited code under load without a failed request", async () => {
    const running = await stage.start();
    await stage.completed(running);
    const agent = new Agent();
    const counts = new Map<string, number>();
    let going = true;
    const worker = async (index: number) => {
      while (going) {
        const post =
          index % 2 === 0 ? {} : { method: "POST" as const, body: "x".repeat(10_000), reset: true };
        const answer = await request(`http://127.0.0.1:${running.port}/`, { dispatcher: agent, ...post });
        const outcome = `${answer.statusCode} ${await answer.body.text()}`;
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      }
    };
    const workers = [0, 1, 2, 3].map(worker);
    stage.edit("v2");
    for (let tries = 0; tries < 5 && !stage.rollouts.includes("2 COMPLETED"); tries += 1) {
      await until(() => stage.rollouts.includes("2 COMPLETED")).catch(() => undefined);
    }
    await until(() => (counts.get("200 v2") ?? 0) > 20);
    going = false;
    await Promise.all(workers);
    await agent.close();
    assert.deepEqual([...counts.keys()].sort(), ["200 v1", "200 v2"]);
    assert.ok(stage.output.includes("draining"));
  });

  it("lets a container be entered as root, and says what its image does not have", async () => {
    const running = await stage.start();
    await stage.completed(running);
    const { cluster, name } = running.topology.services[0]!;
    const run = async (...command: string[]): Promise<[code: number | undefined, seen: string]> => {
      const stdout = new PassThrough();
      const terminal = { stdin: new PassThrough().end(), stdout } as unknown as Terminal;
      const wanted = { project: stage.folder, cluster, service: name, container: "web", task: undefined };
      const code = await enter(stage.engine.docker, wanted, command, terminal);
      return [code, String(stdout.read() ?? "")];
    };
    assert.deepEqual(await run("/bin/sh", "-c", "id -u; exit 3"), [3, "0\n"]);
    await assert.rejects(run("/no/shell"), /^Error: The image has no \/no\/shell;/);
    const other = { project: stage.folder, cluster, service: name, container: "nobody", task: undefined };
    assert.equal(await enter(stage.engine.docker, other, ["id"], process), undefined);
  });

  it("replaces a container that ends", async () => {
    const running = await stage.start();
    await stage.completed(running);
    const before = new Set(running.registry.discover(registryArn).map(({ id }) => id));
    assert.equal(
      (await get(running.port, "/end")).status,
      503,
      "the request in flight is lost, and not tried again",
    );
    await until(() => {
      const now = running.registry.discover(registryArn);
      return now.length === 2 && now.some(({ id }) => !before.has(id));
    });
    assert.equal((await get(running.port, "/")).body, "v1");
  });

  it("removes what an earlier run left behind", async () => {
    const running = await stage.start({ desiredCount: 1, maximum: 200 });
    await stage.completed(running);
    const [container] = await stage.ours();
    assert.ok(container);
    await running.close();
    const left = await stage.engine.docker.createContainer({
      Image: "local/web:latest",
      // No process has this number: it is above every system's limit.
      Labels: { ...container.Labels, [label.owner]: "99999999" },
    });
    const again = await stage.start({ desiredCount: 0 });
    await again.deployed;
    await assert.rejects(left.inspect(), { statusCode: 404 });
  });

  it("gives a folder for a file system, which lasts when the tasks go", async () => {
    const fileSystem = { fileSystemId: "fs-0a1b2c3d", accessPointId: "fsap-0a1b2c3d" };
    const asks = "import pathlib, urllib.request, os; pathlib.Path('/data/kept').write_text('x')";
    const running = await stage.start({
      desiredCount: 1,
      maximum: 200,
      fileSystem,
      healthCheck: { ...healthCheck, command: ["CMD", "python3", "-c", asks] },
    });
    await stage.completed(running);
    await running.close();
    assert.equal(
      readFileSync(join(stage.folder, ".local/volumes/fs-0a1b2c3d-fsap-0a1b2c3d/kept"), "utf8"),
      "x",
    );
  });

  it("lets a task call a service by the variable that names it", async () => {
    const records = [
      { type: "A", ttl: 10 },
      { type: "SRV", ttl: 10 },
    ];
    const running = await stage.start(
      { environment: { WEB_URL: "http://web.test.internal:8080" } },
      (deployment) => {
        const named = changed(deployment, types.registry, {
          dnsConfig: { namespaceId: "local-namespace", dnsRecords: records },
        });
        // The service calls itself: its groups have to let it.
        const rules = named.resources.flatMap((resource) => {
          if (resource.type !== types.ingress && resource.type !== types.egress) return [];
          const groups = { securityGroupId: "local-sg-tasks", referencedSecurityGroupId: "local-sg-tasks" };
          return [{ ...resource, urn: `${resource.urn}-own`, inputs: { ...resource.inputs, ...groups } }];
        });
        return { ...named, resources: [...named.resources, ...rules] };
      },
    );
    assert.deepEqual(running.topology.problems, []);
    await stage.completed(running);
    assert.equal((await get(running.port, "/call")).body, "called v1", stage.output.join("\n"));
  });
});
