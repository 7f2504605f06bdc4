import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { listenersOfGroup, readLsof, readSockets } from "../../../local/fargate/listeners";

const heading =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const row = (local: string, state = "0A") =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 24312 1 0000000000000000 100 0 0 10 0`;

describe("where a task listens", () => {
  const table: [string, string, [number, boolean][]][] = [
    ["nowhere", "", []],
    ["every address", row("00000000:1F40"), [[8000, false]]],
    ["loopback", row("0100007F:1F40"), [[8000, true]]],
    ["every address of both families", row("00000000000000000000000000000000:0050"), [[80, false]]],
    ["loopback of IPv6", row("00000000000000000000000001000000:0050"), [[80, true]]],
    ["loopback of IPv4 by IPv6", row("0000000000000000FFFF00000100007F:0050"), [[80, true]]],
    ["an address of its own", row("0200580A:0050"), [[80, false]]],
    ["a connection", row("0100007F:1F40", "01"), []],
    ["Docker's name server", row("0B00007F:A0B1"), []],
  ];
  for (const [what, line, expected] of table) {
    it(`is read of the kernel's table: ${what}`, () => {
      const read = readSockets([heading, line].join("\n"));
      assert.deepEqual(
        read.map(({ port, loopback }) => [port, loopback]),
        expected,
      );
    });
  }

  it("is read of lsof", () => {
    assert.deepEqual(readLsof("p12\nf3\nn127.0.0.1:8000\nf4\nn*:3000\nf5\nn[::1]:9\n"), [
      { port: 8000, loopback: true },
      { port: 3000, loopback: false },
      { port: 9, loopback: true },
    ]);
  });

  it("is that of a process and of what it started, and of nobody else", async function () {
    this.timeout(20_000);
    const server = (host: string) =>
      `require("node:net").createServer().listen(0, ${JSON.stringify(host)}, function () { console.log(this.address().port); })`;
    const code = `${server("127.0.0.1")}; require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(server("0.0.0.0"))}], { stdio: "inherit" })`;
    const child = spawn(process.execPath, ["-e", code], {
      detached: true,
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      let printed = "";
      while (printed.split("\n").length < 3) printed += String((await once(child.stdout, "data"))[0]);
      const ports = printed.trim().split("\n").map(Number);
      const found = await listenersOfGroup(child.pid);
      assert.deepEqual(
        found?.map(({ port }) => port).sort((a, b) => a - b),
        ports.sort((a, b) => a - b),
      );
      assert.equal(found.filter(({ loopback }) => loopback).length, 1);
    } finally {
      process.kill(-child.pid!, "SIGKILL");
    }
  });
});
