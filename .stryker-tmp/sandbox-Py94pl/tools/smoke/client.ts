/** Calls the API: requests by undici, facts about TLS by a connection of its own. */
// @ts-nocheck

import { connect, type PeerCertificate } from "node:tls";
import { isIP } from "node:net";
import { Agent, request } from "undici";
import type { Answer, NoAnswer } from "./judge";
import type { Address } from "./target";

/** What a connection needs beyond the address. */
export interface Credentials {
  /** Client certificate and its key, as PEM: for mutual TLS. */
  cert?: string | undefined;
  key?: string | undefined;
  /** Authorities to trust instead of those of Node. */
  ca?: string | undefined;
}

export interface TlsFacts {
  /** For example `TLSv1.3`. */
  protocol: string;
  /** Why the certificate is not valid; undefined if it is. */
  invalid: string | undefined;
  /** When it ends, in milliseconds since 1970. */
  validTo: number;
}

export interface Client {
  call(method: string, url: string, headers: Record<string, string>): Promise<Answer | NoAnswer>;
  tls(address: Address): Promise<TlsFacts | NoAnswer>;
  close(): Promise<void>;
}

/** The gateway itself answers after 30 s at the latest, so a longer silence is not a service's. */
const timeout = 35_000;

export function client(credentials: Credentials, now: () => number): Client {
  const connection = { ...credentials, minVersion: "TLSv1.2" as const };
  const agent = new Agent({
    connect: { ...connection, timeout: 10_000 },
    headersTimeout: timeout,
    bodyTimeout: timeout,
  });
  return {
    call: async (method, url, headers) => {
      const started = now();
      try {
        const answer = await request(url, { method, headers, dispatcher: agent });
        const body = await answer.body.text();
        return {
          status: answer.statusCode,
          headers: joined(answer.headers),
          body,
          milliseconds: now() - started,
        };
      } catch (error) {
        return noAnswer(error);
      }
    },
    tls: (address) => look(address, connection),
    close: () => agent.destroy(),
  };
}

/** Connects whatever the certificate is worth, to be able to say what is wrong with it. */
function look(
  { host, port }: Address,
  options: Credentials & { minVersion: "TLSv1.2" },
): Promise<TlsFacts | NoAnswer> {
  return new Promise((resolve) => {
    const servername = isIP(host) ? {} : { servername: host };
    const socket = connect({
      ...options,
      ...servername,
      host,
      port,
      rejectUnauthorized: false,
      timeout: 10_000,
    });
    const end = (result: TlsFacts | NoAnswer): void => {
      resolve(result);
      socket.destroy();
    };
    socket.on("error", (error) => end(noAnswer(error)));
    socket.on("timeout", () => end({ code: "ETIMEDOUT", message: "no TLS handshake within 10 s" }));
    socket.on("secureConnect", () => {
      const { valid_to: validTo } = socket.getPeerCertificate() as Partial<PeerCertificate>;
      end({
        protocol: socket.getProtocol() ?? "unknown",
        invalid: socket.authorized ? undefined : String(socket.authorizationError),
        validTo: Date.parse(validTo ?? ""),
      });
    });
  });
}

const joined = (headers: Record<string, string | string[] | undefined>): Answer["headers"] =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(", ")]));

function noAnswer(error: unknown): NoAnswer {
  const { code, message, errors } = error as Error & { code?: string; errors?: Error[] };
  // A name with several addresses fails with one error for each of them.
  return { code: code ?? "", message: message || (errors?.[0]?.message ?? String(error)) };
}
