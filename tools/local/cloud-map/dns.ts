/**
 * The private DNS namespace as a real DNS server on this machine: `dig` asks it what a VPC's resolver would answer.
 * SRV answers have priority and weight 1 and a target per instance, with its address in the additional section
 * (https://docs.aws.amazon.com/cloud-map/latest/dg/services-route53.html, [H]).
 */
import { createSocket, type Socket } from "node:dgram";
import { createServer, type Server, type Socket as Connection } from "node:net";
import * as packet from "dns-packet";
import type { CloudMap } from "../cloud-map";
import type { Registry } from "./registries";

export interface DnsServer {
  port: number;
  close(): Promise<void>;
}

const noError = 0;
const nameError = 3;
const notImplemented = 4;
/** More than this does not fit a UDP answer without EDNS (RFC 1035 §4.2.1). */
const udpLimit = 512;

/** The answer to one query: pure but for the registry it reads. */
export function answerQuery(registry: CloudMap, query: packet.Packet): packet.Packet {
  const question = query.questions?.[0];
  const reply = (
    rcode: number,
    answers: packet.Answer[] = [],
    additionals: packet.Answer[] = [],
  ): packet.Packet => ({
    type: "response",
    id: query.id ?? 0,
    flags: packet.AUTHORITATIVE_ANSWER | ((query.flags ?? 0) & packet.RECURSION_DESIRED) | rcode,
    questions: question ? [question] : [],
    answers,
    additionals,
  });
  if (!question || (question.class !== undefined && question.class !== "IN")) return reply(notImplemented);

  const name = question.name.toLowerCase().replace(/\.$/, "");
  const address = (service: Registry, instance: { id: string; address: string }): packet.Answer => ({
    type: "A",
    name: `${instance.id}.${service.dnsName ?? ""}`,
    ttl: service.ttl,
    data: instance.address,
  });
  for (const service of registry.services.values()) {
    const owner = service.dnsName?.toLowerCase();
    if (owner === undefined) continue;
    if (name === owner) {
      const instances = registry.healthy(service.arn);
      // MULTIVALUE answers with up to eight records (Cloud Map DnsConfig, RoutingPolicy, [H]).
      if (service.a && question.type === "A") {
        const addresses = instances.slice(0, 8).map((instance): packet.Answer => ({
          type: "A",
          name: question.name,
          ttl: service.ttl,
          data: instance.address,
        }));
        return reply(noError, addresses);
      }
      const chosen = service.srv && question.type === "SRV" ? instances.slice(0, 8) : [];
      const answers = chosen.map((instance): packet.Answer => ({
        type: "SRV",
        name: question.name,
        ttl: service.ttl,
        data: { priority: 1, weight: 1, port: instance.port, target: `${instance.id}.${owner}` },
      }));
      return reply(
        noError,
        answers,
        chosen.map((instance) => address(service, instance)),
      );
    }
    if (name.endsWith(`.${owner}`)) {
      const instance = registry.healthy(service.arn).find(({ id }) => `${id}.${owner}` === name);
      if (instance) return reply(noError, question.type === "A" ? [address(service, instance)] : []);
    }
    // The zone itself and everything above a name that exists: no such record, but the name is there (RFC 8020).
    if (owner.endsWith(`.${name}`)) return reply(noError);
  }
  return reply(nameError);
}

/** Serves DNS over UDP and TCP on 127.0.0.1, on the wanted port if it is free and else on another. */
export async function serveDns(registry: CloudMap, wanted: number): Promise<DnsServer> {
  for (const port of [wanted, 0, 0, 0]) {
    const server = await listen(registry, port).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") return undefined;
      throw error;
    });
    if (server) return server;
  }
  throw new Error(
    `No port for the DNS server: ${wanted} is in use and no free one was found. Pass --dns-port.`,
  );
}

async function listen(registry: CloudMap, port: number): Promise<DnsServer> {
  const open = new Set<Connection>();
  const tcp = createServer((socket) => {
    let pending = Buffer.alloc(0);
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.setTimeout(10_000, () => socket.destroy());
    const answer = () => {
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        // Whoever asks and does not read the answers is not asked for more questions.
        if (socket.writableNeedDrain) return void socket.pause();
        const end = 2 + pending.readUInt16BE(0);
        const query = decode(pending.subarray(2, end));
        pending = pending.subarray(end);
        if (!query) return void socket.destroy();
        const reply = packet.encode(answerQuery(registry, query));
        const length = Buffer.alloc(2);
        length.writeUInt16BE(reply.length);
        socket.write(Buffer.concat([length, reply]));
      }
      socket.resume();
    };
    socket.on("drain", answer);
    socket.on("data", (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      answer();
    });
  });
  await started(tcp, () => tcp.listen(port, "127.0.0.1"));
  const bound = (tcp.address() as { port: number }).port;

  const udp = createSocket("udp4");
  udp.on("message", (message, client) => {
    const query = decode(message);
    if (!query) return;
    let answer = packet.encode(answerQuery(registry, query));
    if (answer.length > udpLimit) {
      const { questions, flags, id } = answerQuery(registry, query);
      answer = packet.encode({
        type: "response",
        id: id ?? 0,
        flags: (flags ?? 0) | packet.TRUNCATED_RESPONSE,
        questions: questions ?? [],
      });
    }
    udp.send(answer, client.port, client.address);
  });
  try {
    await started(udp, () => udp.bind(bound, "127.0.0.1"));
  } catch (error) {
    await new Promise((resolve) => tcp.close(resolve));
    throw error;
  }
  return {
    port: bound,
    close: async () => {
      // One that is kept open, or never reads, must not hold up the end.
      for (const socket of open) socket.destroy();
      await Promise.all([
        new Promise<void>((resolve) => udp.close(resolve)),
        new Promise((resolve) => tcp.close(resolve)),
      ]);
    },
  };
}

const started = (server: Server | Socket, start: () => unknown): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("listening", () => {
      server.off("error", reject);
      server.on("error", () => undefined);
      resolve();
    });
    start();
  });

function decode(message: Buffer): packet.Packet | undefined {
  try {
    const query = packet.decode(message);
    return query.type === "query" ? query : undefined;
  } catch {
    return undefined;
  }
}
