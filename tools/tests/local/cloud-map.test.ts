import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { connect } from "node:net";
import * as packet from "dns-packet";
import { answerQuery, serveDns, type DnsServer } from "../../local/cloud-map/dns";
import { CloudMap, type Instance } from "../../local/cloud-map";
import { readTopology } from "../../local/topology";
import { changed, fixture, registryArn, types, without } from "./fixture";

const instance = (id: string): Instance => ({
  id,
  address: "127.0.0.1",
  port: 8000,
  zone: "eu-west-2a",
  service: "s",
});
const ids = (instances: Instance[]) => instances.map(({ id }) => id).sort();

describe("Cloud Map", () => {
  it("answers with healthy instances only, where a custom health check is configured", () => {
    const map = new CloudMap(readTopology(fixture()).registries);
    map.register(registryArn, instance("a"));
    map.register(registryArn, instance("b"));
    assert.deepEqual(map.discover(registryArn), []);
    map.setHealth(registryArn, "a", true);
    assert.deepEqual(ids(map.discover(registryArn)), ["a"]);
    map.setHealth(registryArn, "b", true);
    map.setHealth(registryArn, "a", false);
    assert.deepEqual(ids(map.discover(registryArn)), ["b"]);
    map.deregister(registryArn, "b");
    assert.deepEqual(map.discover(registryArn), []);
  });

  it("tells what is found and what the gateway still remembers, until that expires", () => {
    let now = 0;
    const settings = { discoveryCacheSeconds: 60, now: () => now };
    const map = new CloudMap(readTopology(fixture()).registries, settings);
    assert.equal(map.cacheSeconds, 60);
    map.register(registryArn, instance("a"));
    map.setHealth(registryArn, "a", true);
    assert.deepEqual(map.look(registryArn), { found: ["a"], remembered: [] });
    map.discover(registryArn);
    map.deregister(registryArn, "a");
    assert.deepEqual(map.look(registryArn), { found: [], remembered: ["a"] });
    assert.deepEqual(ids(map.discover(registryArn)), ["a"]);
    map.expire();
    assert.deepEqual(map.look(registryArn), { found: [], remembered: [] });
    assert.deepEqual(map.discover(registryArn), []);
    now = 61_000;
    assert.deepEqual(map.look("another"), { found: [], remembered: [] });
  });

  it("answers with all instances where none is", () => {
    const map = new CloudMap(
      readTopology(changed(fixture(), types.registry, { healthCheckCustomConfig: {} })).registries,
    );
    map.register(registryArn, instance("a"));
    assert.deepEqual(ids(map.discover(registryArn)), ["a"]);
  });

  it("knows nothing of services that were not recorded, or whose namespace is missing", () => {
    const map = new CloudMap(readTopology(fixture()).registries);
    map.register("arn:other", instance("a"));
    map.setHealth("arn:other", "a", true);
    assert.deepEqual(map.discover("arn:other"), []);
    const lost = new CloudMap(readTopology(without(fixture(), types.namespace)).registries);
    lost.register(registryArn, instance("a"));
    lost.setHealth(registryArn, "a", true);
    assert.deepEqual(lost.discover(registryArn), []);
  });

  it("answers in random order", () => {
    const map = new CloudMap(readTopology(fixture()).registries);
    for (const id of ["a", "b", "c"]) {
      map.register(registryArn, instance(id));
      map.setHealth(registryArn, id, true);
    }
    const first = new Set<string | undefined>();
    for (let i = 0; i < 200; i += 1) first.add(map.discover(registryArn)[0]?.id);
    assert.deepEqual([...first].sort(), ["a", "b", "c"]);
  });

  it("reuses an answer for the length of the cache, deregistered instances and all", () => {
    let now = 0;
    const settings = { discoveryCacheSeconds: 10, now: () => now };
    const map = new CloudMap(readTopology(fixture()).registries, settings);
    map.register(registryArn, instance("a"));
    map.setHealth(registryArn, "a", true);
    assert.deepEqual(ids(map.discover(registryArn)), ["a"]);
    map.deregister(registryArn, "a");
    now = 9_999;
    assert.deepEqual(ids(map.discover(registryArn)), ["a"]);
    assert.deepEqual(map.healthy(registryArn), []);
    now = 10_000;
    assert.deepEqual(map.discover(registryArn), []);
  });

  it("has caches that are filled each at its own time", () => {
    let now = 0;
    // Which cache a request meets, how much is left of its first answer, and the order of two instances.
    const numbers: number[] = [];
    const random = () => numbers.shift() ?? 0;
    const settings = { discoveryCacheSeconds: 10, discoveryCaches: 2, now: () => now, random, second: 100 };
    const map = new CloudMap(readTopology(fixture()).registries, settings);
    const meet = (cache: number, ...more: number[]) => {
      numbers.splice(0, numbers.length, cache, ...more);
      return ids(map.discover(registryArn));
    };
    map.register(registryArn, instance("a"));
    map.setHealth(registryArn, "a", true);
    assert.deepEqual(meet(0, 0.5), ["a"]);
    assert.deepEqual(meet(0.5, 0.9), ["a"]);
    map.register(registryArn, instance("b"));
    map.setHealth(registryArn, "b", true);
    now = 500;
    assert.deepEqual(meet(0), ["a", "b"], "half of ten seconds of 100 ms were left");
    assert.deepEqual(meet(0.5), ["a"]);
    map.deregister(registryArn, "a");
    now = 900;
    assert.deepEqual(meet(0.5), ["b"]);
    now = 1499;
    assert.deepEqual(meet(0), ["a", "b"], "the second answer stays for the whole length");
    now = 1500;
    assert.deepEqual(meet(0), ["b"]);
  });

  it("shows a change of health late, a deregistration at once", () => {
    let now = 0;
    const map = new CloudMap(readTopology(fixture()).registries, { healthLagSeconds: 30, now: () => now });
    map.register(registryArn, instance("a"));
    map.setHealth(registryArn, "a", true);
    now = 29_999;
    assert.deepEqual(map.discover(registryArn), []);
    now = 30_000;
    assert.deepEqual(ids(map.discover(registryArn)), ["a"]);
    map.setHealth(registryArn, "a", false);
    now = 40_000;
    assert.deepEqual(ids(map.discover(registryArn)), ["a"]);
    map.deregister(registryArn, "a");
    assert.deepEqual(map.discover(registryArn), []);
  });
});

describe("the private DNS namespace", () => {
  let server: DnsServer;
  let map: CloudMap;
  beforeEach(async () => {
    map = new CloudMap(readTopology(fixture()).registries);
    server = await serveDns(map, 0);
    for (const id of ["t1", "t2"]) {
      map.register(registryArn, { ...instance(id), port: id === "t1" ? 8001 : 8002 });
      map.setHealth(registryArn, id, true);
    }
  });
  afterEach(() => server.close());
  const resolver = () => {
    const created = new Resolver();
    created.setServers([`127.0.0.1:${server.port}`]);
    return created;
  };

  it("answers SRV queries with a target per healthy instance", async () => {
    assert.deepEqual(
      (await resolver().resolveSrv("web.test.internal"))
        // Newer versions of Node add the record's type.
        .map(({ name, port, priority, weight }) => ({ name, port, priority, weight }))
        .sort((a, b) => a.port - b.port),
      [
        { name: "t1.web.test.internal", port: 8001, priority: 1, weight: 1 },
        { name: "t2.web.test.internal", port: 8002, priority: 1, weight: 1 },
      ],
    );
    map.setHealth(registryArn, "t1", false);
    assert.deepEqual(
      (await resolver().resolveSrv("WEB.test.internal")).map(({ port }) => port),
      [8002],
    );
  });

  it("answers A queries for the targets, and NXDOMAIN for other names", async () => {
    assert.deepEqual(await resolver().resolve4("t1.web.test.internal"), ["127.0.0.1"]);
    await assert.rejects(resolver().resolve4("t9.web.test.internal"), { code: "ENOTFOUND" });
    await assert.rejects(resolver().resolveSrv("other.test.internal"), { code: "ENOTFOUND" });
    await assert.rejects(resolver().resolve4("example.com"), { code: "ENOTFOUND" });
    await assert.rejects(resolver().resolve4("web.test.internal"), { code: "ENODATA" });
    await assert.rejects(resolver().resolve4("test.internal"), { code: "ENODATA" });
  });

  const ask = (): packet.Packet => ({
    type: "query",
    id: 7,
    flags: packet.RECURSION_DESIRED,
    questions: [{ type: "SRV", name: "web.test.internal" }],
  });

  it("adds the addresses and the recorded TTL, over UDP and TCP alike", async () => {
    const udp = await new Promise<packet.Packet>((resolve) => {
      const socket = createSocket("udp4");
      socket.once("message", (message) => {
        socket.close();
        resolve(packet.decode(message));
      });
      socket.send(packet.encode(ask()), server.port, "127.0.0.1");
    });
    const tcp = await new Promise<packet.Packet>((resolve) => {
      const socket = connect(server.port, "127.0.0.1", () => socket.write(packet.streamEncode(ask())));
      socket.once("data", (message) => {
        socket.destroy();
        resolve(packet.streamDecode(message));
      });
    });
    for (const answer of [udp, tcp]) {
      assert.equal(answer.id, 7);
      assert.equal(answer.answers?.length, 2);
      assert.equal((answer.answers[0] as packet.SrvAnswer).ttl, 10);
      assert.deepEqual(
        answer.additionals?.map((record) => [record.type, (record as packet.StringAnswer).data]),
        [
          ["A", "127.0.0.1"],
          ["A", "127.0.0.1"],
        ],
      );
    }
    assert.deepEqual(udp.answers, tcp.answers);
  });

  it("answers with eight instances at most, truncated over UDP when they do not fit", async () => {
    for (let i = 0; i < 20; i += 1) {
      map.register(registryArn, instance(`${"long".repeat(10)}-${i}`));
      map.setHealth(registryArn, `${"long".repeat(10)}-${i}`, true);
    }
    // The resolver asks again over TCP when it sees the truncation.
    assert.equal((await resolver().resolveSrv("web.test.internal")).length, 8);
  });

  it("asks for no more questions while a client does not read its answers, and closes on it", async () => {
    const query = packet.streamEncode(ask());
    const client = connect(server.port, "127.0.0.1");
    client.on("error", () => undefined);
    client.pause();
    const questions = Buffer.concat(Array.from({ length: 1500 }, () => query));
    let sent = 0;
    const total = 400;
    const send = (): void => {
      sent += 1;
      if (sent < total) client.write(questions, send);
    };
    client.write(questions, send);
    // Until nothing more goes for a second: all of it was read, or the two are as full as the system lets them be.
    for (let [still, before] = [0, 0]; still < 20 && sent < total; before = sent) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      still = sent === before ? still + 1 : 0;
    }
    assert.ok(sent < total, "all of it was read");
    const closed = new Promise((resolve) => client.once("close", resolve));
    await server.close();
    client.resume();
    await closed;
    server = await serveDns(map, 0);
  });

  it("answers every question of a client that reads late", async () => {
    const query = packet.streamEncode(ask());
    const client = connect(server.port, "127.0.0.1");
    client.pause();
    const count = 5000;
    client.write(Buffer.concat(Array.from({ length: count }, () => query)));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const one = packet.streamEncode(answerQuery(map, ask())).length;
    let received = 0;
    await new Promise<void>((resolve) =>
      client
        .on("data", (chunk: Buffer) => {
          received += chunk.length;
          if (received === count * one) resolve();
        })
        .resume(),
    );
    client.destroy();
  });

  it("survives what is not DNS", async () => {
    const socket = createSocket("udp4");
    await new Promise((resolve) => socket.send("not dns", server.port, "127.0.0.1", resolve));
    socket.close();
    await new Promise((resolve) => {
      const tcp = connect(server.port, "127.0.0.1", () => tcp.end("\0\x05hello"));
      tcp.on("error", resolve);
      tcp.on("close", resolve);
    });
    assert.equal((await resolver().resolveSrv("web.test.internal")).length, 2);
  });

  it("takes another port when the wanted one is in use", async () => {
    const other = await serveDns(map, server.port);
    assert.notEqual(other.port, server.port);
    await other.close();
  });

  it("is understood by dig", async function () {
    if (spawnSync("dig", ["-v"]).error) this.skip();
    const { execFile } = await import("node:child_process");
    const output = await new Promise<string>((resolve, reject) => {
      const args = ["@127.0.0.1", "-p", String(server.port), "+short", "SRV", "web.test.internal"];
      execFile("dig", args, (error, stdout) => (error ? reject(new Error(error.message)) : resolve(stdout)));
    });
    assert.match(output, /^1 1 8001 t1\.web\.test\.internal\.$/m);
  });
});
