/** Raw HTTP for tests: what a client library would normalise away must arrive as it was sent. */
// @ts-nocheck

import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { connect, type AddressInfo } from "node:net";
import type { Instance } from "../../local/cloud-map";
import { serveGateway, type Gateway, type GatewayOptions } from "../../local/gateway";
import { readTopology } from "../../local/topology";
import type { Deployment } from "../../../simulate/deployment";

export interface RawResponse {
  status: number;
  head: string;
  /** Every value of a header. */
  header(name: string): string[];
  body: string;
}

/** Sends bytes on a new connection and reads to its end; the request should ask for `Connection: close`. */
export function raw(port: number, text: string | Buffer): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    // A server may answer and close before all of a long request was written.
    socket.on("error", (error) => (chunks.length > 0 ? finish() : reject(error)));
    socket.on("end", () => finish());
    const finish = () => {
      socket.destroy();
      const all = Buffer.concat(chunks)
        .toString("latin1")
        .replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, "");
      const end = all.indexOf("\r\n\r\n");
      const head = all.slice(0, end);
      const lines = head.split("\r\n").slice(1);
      resolve({
        status: Number(head.split(" ")[1]),
        head,
        header: (name) =>
          lines.flatMap((line) => {
            const [key = "", ...rest] = line.split(":");
            return key.toLowerCase() === name.toLowerCase() ? [rest.join(":").trim()] : [];
          }),
        body: all.slice(end + 4),
      });
    };
  });
}

/** A request with `Connection: close` and any further header lines. */
export const get = (port: number, target: string, ...lines: string[]): Promise<RawResponse> =>
  raw(
    port,
    [`GET ${target} HTTP/1.1`, "Host: local.test", "Connection: close", ...lines, "", ""].join("\r\n"),
  );

export interface Upstream {
  port: number;
  requests: IncomingMessage[];
  close(): Promise<void>;
}

export async function upstream(listener: RequestListener): Promise<Upstream> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface TestGateway extends Gateway {
  logs: string[];
  explanations: string[];
}

/** A gateway whose Cloud Map always answers with the given ports on 127.0.0.1. */
export async function gateway(
  deployment: Deployment,
  ports: number[],
  options: Partial<GatewayOptions> = {},
): Promise<TestGateway> {
  const topology = readTopology(deployment);
  const logs: string[] = [];
  const explanations: string[] = [];
  const service = topology.services[0]?.urn ?? "";
  const served = await serveGateway({
    topology,
    discover: () =>
      ports.map((port): Instance => ({ id: `task-${port}`, address: "127.0.0.1", port, zone: "", service })),
    log: (line) => logs.push(line),
    explain: (message) => explanations.push(message),
    ...options,
  });
  return { ...served, logs, explanations };
}

/** Waits until a condition holds. It gives up in the end, so that a failing test cannot keep the process alive. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1500; tries += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`this never held: ${condition.toString()}`);
}

export interface TestServers {
  /** A task that answers as the listener does. */
  backend: (listener: RequestListener) => Promise<Upstream>;
  /** A gateway in front of the given ports. */
  front: (...args: Parameters<typeof gateway>) => Promise<TestGateway>;
  /** Both; the task answers with what it was asked if no listener is given. */
  both: (
    deployment: Deployment,
    listener?: RequestListener,
  ) => Promise<{ server: Upstream; api: TestGateway }>;
  /** Closes them before the test ends. */
  closeAll: () => Promise<void>;
}

/** Servers for the tests of one `describe`, closed after each. */
export function testServers(): TestServers {
  const opened: { close(): Promise<void> }[] = [];
  const closeAll = async (): Promise<void> => {
    for (const server of opened.splice(0)) await server.close();
  };
  afterEach(closeAll);
  const keep = <T extends { close(): Promise<void> }>(server: T): T => {
    opened.push(server);
    return server;
  };
  const backend: TestServers["backend"] = async (listener) => keep(await upstream(listener));
  const front: TestServers["front"] = async (...args) => keep(await gateway(...args));
  return {
    backend,
    front,
    both: async (deployment, listener = echo) => {
      const server = await backend(listener);
      return { server, api: await front(deployment, [server.port]) };
    },
    closeAll,
  };
}

/** Answers with what was asked. */
export const echo: RequestListener = (request, response) => {
  request.resume().on("end", () => response.end(`${request.method ?? ""} ${request.url ?? ""}`));
};
