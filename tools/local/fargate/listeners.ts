/** Where a task listens: what the kernel says of its network namespace, or of the sockets of its processes. */
import type Docker from "dockerode";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { execute } from "./docker";
import type { Listener } from "./runner";

interface Socket extends Listener {
  inode: string;
}

const listening = "0A";
/** The name server that Docker puts into containers of networks with names. */
const dockersOwn = "0B00007F";

/** Reads /proc/net/tcp and /proc/net/tcp6: https://docs.kernel.org/networking/proc_net_tcp.html */
export function readSockets(table: string): Socket[] {
  return table.split("\n").flatMap((line) => {
    const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
    const [address = "", port = ""] = local.split(":");
    if (state !== listening || !/^[0-9A-F]{4}$/.test(port) || address === dockersOwn) return [];
    return [{ port: parseInt(port, 16), loopback: isLoopback(address), inode }];
  });
}

/** Hexadecimal words in the byte order of this machine, which is little-endian wherever Node runs today. */
const isLoopback = (address: string): boolean =>
  /^[0-9A-F]{6}7F$/.test(address) ||
  address === "00000000000000000000000001000000" ||
  /^0{16}FFFF0000[0-9A-F]{6}7F$/.test(address);

const bare = (sockets: readonly Socket[]): Listener[] =>
  sockets.map(({ port, loopback }) => ({ port, loopback }));

/** Where a container listens. Where its processes are this machine's the kernel is asked, else its own `cat`. */
export async function listenersOf(
  container: Docker.Container,
  here: boolean,
): Promise<Listener[] | undefined> {
  const tables = ["tcp", "tcp6"];
  if (here) {
    const pid = (await container.inspect().catch(() => undefined))?.State.Pid;
    const read = tables.map((table) => readFile(`/proc/${pid}/net/${table}`, "utf8").catch(() => ""));
    const texts = pid ? await Promise.all(read) : [];
    // There is a heading even where nothing listens.
    if (texts.some((text) => text !== "")) return bare(readSockets(texts.join("\n")));
  }
  const words = ["cat", ...tables.map((table) => `/proc/net/${table}`)];
  const { output } = await execute(container, words, 5000, 1_000_000).catch(() => ({ output: "" }));
  return output.includes("local_address") ? bare(readSockets(output)) : undefined;
}

/** Where the processes of a group listen. */
export async function listenersOfGroup(group: number | undefined): Promise<Listener[] | undefined> {
  if (group === undefined) return undefined;
  return process.platform === "linux" ? listenersByProc(group) : listenersByLsof(group);
}

function listenersByProc(group: number): Listener[] {
  const inodes = new Set(
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && groupOf(name) === group)
      .flatMap(socketsOf),
  );
  const tables = ["tcp", "tcp6"].map(
    (table) => attempt(() => readFileSync(`/proc/net/${table}`, "utf8")) ?? "",
  );
  return bare(readSockets(tables.join("\n")).filter(({ inode }) => inodes.has(inode)));
}

/** The third field behind the name, which may itself have spaces and parentheses: proc_pid_stat(5). */
const groupOf = (pid: string): number => {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, "utf8")) ?? "";
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
};

const socketsOf = (pid: string): string[] => {
  const files = attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
  return files.flatMap((file) => {
    const target = attempt(() => readlinkSync(`/proc/${pid}/fd/${file}`)) ?? "";
    return /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [];
  });
};

/** What ends while it is looked at has no answer. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/** macOS has it; undefined where it is missing. It ends with 1 where nothing listens. */
const listenersByLsof = (group: number): Promise<Listener[] | undefined> =>
  new Promise((resolve) => {
    const options = ["-a", "-nP", "-iTCP", "-sTCP:LISTEN", "-g", String(group), "-Fn"];
    execFile("lsof", options, (error, output) =>
      resolve(error?.code === "ENOENT" ? undefined : readLsof(output)),
    );
  });

/** One line for each, as `n127.0.0.1:8000`, `n*:8000` or `n[::1]:8000`: OUTPUT FOR OTHER PROGRAMS of lsof(8). */
export const readLsof = (output: string): Listener[] =>
  output.split("\n").flatMap((line) => {
    const [, address = "", port] = /^n(.*):(\d+)$/.exec(line) ?? [];
    return port === undefined ? [] : [{ port: Number(port), loopback: /^127\.|^\[::1\]$/.test(address) }];
  });
