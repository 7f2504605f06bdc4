import assert from "node:assert/strict";
import { connect } from "node:net";
import { join } from "node:path";
import type { Deployment, Resource } from "../../../simulate/deployment";
import { simulate } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";
import { serveCalls, type CallSettings, type CallView } from "../../local/calls";
import { CloudMap } from "../../local/cloud-map";
import { answerQuery } from "../../local/cloud-map/dns";
import { ProcessRunner } from "../../local/fargate/processes";
import { startStack, type LocalStack } from "../../local/stack";
import { readTopology, type Topology } from "../../local/topology";
import { tinyApp, tinyHealthCheck, type TinyApp } from "./app";
import { changed, types, without } from "./fixture";
import { get, testServers, until } from "./http";

const reach = [{ service: "orders" }];
const healthCheck = { ...tinyHealthCheck, interval: 5 };
const domain = "orders-8000.dev.flask-app-fargate.internal";
const shop = (more: object = {}): Promise<Deployment> =>
  simulate({
    config: toConfig({
      "aws:region": "eu-west-2",
      services: {
        flask: { build: "./app", healthCheck, reach, ...more },
        orders: { build: "./app", port: 8000, routes: [], healthCheck },
      },
    }),
  });
const named = (name: string) => (resource: Resource) => resource.name === name;
const problemsOf = (deployment: Deployment): string[] => readTopology(deployment).problems;
const instance = (id: string, port: number) => ({ id, address: "127.0.0.1", port, zone: "", service: "" });

describe("calls from one service to another on this machine", () => {
  it("are read off the environment, the name's records and the groups' rules", async () => {
    const { calls, problems, registries } = readTopology(await shop());
    assert.deepEqual(problems, []);
    assert.deepEqual(
      calls.map(({ caller, variable, callee, registry, port, blocked }) => [
        caller.name,
        variable,
        callee?.name,
        registry.dnsName,
        port,
        blocked,
      ]),
      [["flask", "ORDERS_URL", "orders-8000", domain, 8000, undefined]],
    );
    assert.deepEqual([...registries.values()].map(({ a, srv }) => [a, srv]).sort(), [
      [false, true],
      [true, true],
    ]);
  });

  it("are broken where AWS would drop them, or the name leads nowhere", async () => {
    const deployment = await shop();
    const rule = named("flask--orders-8000");
    const says = `flask: ORDERS_URL names ${domain}`;
    assert.deepEqual(problemsOf(without(deployment, types.egress, rule)), [
      `${says}: no egress rule lets its tasks out to orders-8000 on port 8000`,
    ]);
    assert.deepEqual(problemsOf(without(deployment, types.ingress, rule)), [
      `${says}: no ingress rule admits its tasks to orders-8000 on port 8000`,
    ]);
    const srv = {
      dnsConfig: { namespaceId: "local-privatednsnamespace-cluster", dnsRecords: [{ type: "SRV", ttl: 10 }] },
    };
    assert.deepEqual(problemsOf(changed(deployment, types.registry, srv)), [
      `${says}, which has no A record: ordinary clients find no address`,
    ]);
    assert.ok(
      problemsOf(without(deployment, types.service, named("orders"))).includes(
        `${says}: no service registers there`,
      ),
    );
    const zone = "dev.flask-app-fargate.internal";
    const own = {
      environment: {
        OTHER: `http://nobody.${zone}/x`,
        SELF: `http://orders-8000.${zone}`,
        PLAIN: "http://example.com",
      },
    };
    assert.deepEqual(problemsOf(await shop(own)), [
      `flask: OTHER names nobody.${zone}, which there is not`,
      `flask: SELF names ${domain}: orders-8000 listens on port 8000, not on 80`,
    ]);
  });

  it("are answered by DNS with the addresses of healthy tasks", async () => {
    const { registries } = readTopology(await shop());
    const map = new CloudMap(registries);
    const { arn } = [...registries.values()].find(({ a }) => a)!;
    for (const id of ["a", "b"]) map.register(arn, instance(id, 8000));
    map.setHealth(arn, "b", true);
    const ask = (type: "A" | "SRV" | "AAAA") =>
      answerQuery(map, { type: "query", questions: [{ type, name: domain }] }).answers;
    assert.deepEqual(ask("A"), [{ type: "A", name: domain, ttl: 10, data: "127.0.0.1" }]);
    assert.deepEqual(ask("AAAA"), []);
    assert.deepEqual(
      ask("SRV")?.map(({ type }) => type),
      ["SRV"],
    );
  });

  describe("lead", () => {
    const servers = testServers();
    let served: { close(): Promise<void> } | undefined;
    let said: string[];
    let now: number;
    let topology: Topology;
    let map: CloudMap;
    let arn: string;
    beforeEach(async () => {
      [said, now] = [[], 0];
      topology = readTopology(await shop());
      map = new CloudMap(topology.registries);
      arn = topology.calls[0]!.registry.arn;
    });
    afterEach(() => served?.close());

    const start = async (
      calls: readonly CallView[] = topology.calls,
      more: Partial<CallSettings> = {},
    ): Promise<number> => {
      const settings: CallSettings = {
        ...{ registry: map, listenOn: "127.0.0.1", host: "localhost", second: 1000, now: () => now },
        explain: (message) => said.push(message),
        ...more,
      };
      served = await serveCalls(calls, settings);
      const url = calls[0]!.caller.task!.container.environment.ORDERS_URL!;
      assert.match(url, /^http:\/\/localhost:\d+$/);
      return Number(new URL(url).port);
    };
    const task = async (name: string): Promise<void> => {
      const { port } = await servers.backend((_, response) => response.end(name));
      map.register(arn, instance(name, port));
      map.setHealth(arn, name, true);
    };

    it("to a task that is healthy", async () => {
      await task("one");
      const port = await start();
      assert.equal((await get(port, "/stock")).body, "one");
      assert.deepEqual(said, []);
    });

    it("where an instance's connections are led, and nowhere once its rule is taken away", async () => {
      await task("one");
      const { port: other } = await servers.backend((_, response) => response.end("another"));
      const port = await start(topology.calls, { reach: (found) => ({ ...found, port: other }) });
      assert.equal((await get(port, "/")).body, "another");
      topology.calls[0]!.blocked = "no rule";
      const held = connect(port, "127.0.0.1");
      await until(() => said.length === 1);
      held.destroy();
      assert.deepEqual(said, ["flask calls orders-8000 and gets no answer: no rule."]);
    });

    it("where an answer led that is not older than its record may be", async () => {
      await task("one");
      const port = await start();
      assert.equal((await get(port, "/")).body, "one");
      map.deregister(arn, "one");
      await task("two");
      now = 9_999;
      assert.equal((await get(port, "/")).body, "one", "as a client that keeps what DNS said");
      now = 10_000;
      assert.equal((await get(port, "/")).body, "two");
    });

    it("nowhere while nobody is healthy, and say so once", async () => {
      const port = await start();
      for (let i = 0; i < 2; i += 1)
        assert.equal((await get(port, "/").catch(() => ({ body: "" }))).body, "");
      assert.deepEqual(said, [
        "flask calls orders-8000 while none of its tasks is healthy: the name has no address then.",
      ]);
      await task("one");
      assert.equal((await get(port, "/")).body, "one", "what was not there is not kept");
    });

    it("nowhere where the groups let nothing through: whoever waits, waits", async () => {
      await task("one");
      const port = await start([{ ...topology.calls[0]!, blocked: "no egress rule" }]);
      let got = "";
      let ended = false;
      const socket = connect(port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
      socket.on("data", (chunk: Buffer) => (got += chunk.toString())).on("close", () => (ended = true));
      await until(() => said.length > 0);
      assert.deepEqual([got, ended], ["", false]);
      assert.deepEqual(said, ["flask calls orders-8000 and gets no answer: no egress rule."]);
      await served!.close();
      await until(() => ended);
    });
  });

  describe("in a stack of processes", function () {
    let app: TinyApp;
    let stack: LocalStack | undefined;
    before(() => {
      app = tinyApp();
    });
    after(async () => {
      await stack?.close();
      app.remove();
    });

    it("arrive at the other service's tasks by the variable", async () => {
      const deployment = await shop();
      const quiet = () => undefined;
      stack = await startStack({
        ...{ deployment, project: app.folder, watch: false },
        runner: (metadata) =>
          Promise.resolve(
            new ProcessRunner({
              ...{ project: app.folder, region: deployment.region, metadata, progress: quiet },
              state: join(app.folder, ".local"),
            }),
          ),
        scheduler: { eagerness: 0.05, backoff: () => 0.05 },
        events: {
          ...{ progress: quiet, trouble: quiet, accessLog: quiet, output: quiet },
          ...{ taskChanged: quiet, rolloutChanged: quiet },
        },
      });
      assert.deepEqual(
        (await stack.deployed).map((rollout) => rollout?.state),
        ["COMPLETED", "COMPLETED"],
      );
      const { ORDERS_URL } = JSON.parse((await get(stack.port, "/env")).body) as Record<string, string>;
      const { hostname, port } = new URL(ORDERS_URL!);
      assert.equal(hostname, "127.0.0.1");
      const theirs = JSON.parse((await get(Number(port), "/env")).body) as Record<string, string>;
      assert.equal(theirs.SERVICE_NAME, "orders");
    });
  });
});
