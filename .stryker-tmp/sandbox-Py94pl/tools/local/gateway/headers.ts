/**
 * Headers on their way through the gateway. Raw lists (name, value, name, value, …) keep the order, the case and every
 * repetition: two Set-Cookie headers must arrive as two.
 */
// @ts-nocheck

import { randomBytes } from "node:crypto";

/** Meant for one connection only (RFC 9110 §7.6.1), so a proxy must not pass them on. */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

export type Headers = [name: string, value: string][];

export function pairs(raw: readonly string[]): Headers {
  const result: Headers = [];
  for (let i = 0; i + 1 < raw.length; i += 2) result.push([raw[i] ?? "", raw[i + 1] ?? ""]);
  return result;
}

/** Leaves out what belongs to the connection, including what its Connection header names. */
export function endToEnd(headers: Headers): Headers {
  const named = headers
    .filter(([name]) => name.toLowerCase() === "connection")
    .flatMap(([, value]) => value.toLowerCase().split(","))
    .map((name) => name.trim());
  return headers.filter(([name]) => !hopByHop.has(name.toLowerCase()) && !named.includes(name.toLowerCase()));
}

export interface Client {
  address: string;
  /** As in the Host header. */
  host: string;
  localAddress: string;
}

/**
 * The headers the backend gets: the client's, and the gateway's `Forwarded`, `Via` and `X-Amzn-Trace-Id` (aws-facts §1
 * "Headers", [M]). `proto` is what the client used, which on AWS is always https. Whether AWS joins an incoming
 * `Forwarded` or `Via` or replaces it is not documented; RFC 7239 and RFC 9110 say join [L]. `Host` for Cloud Map targets
 * is not documented either: the HTTP client sets it to the task's address and port [L]. `Expect` was answered here.
 */
export function requestHeaders(received: Headers, client: Client): Headers {
  const own = new Set(["host", "expect", "content-length", "forwarded", "via", "x-amzn-trace-id"]);
  const value = (wanted: string) =>
    received.filter(([name]) => name.toLowerCase() === wanted).map(([, text]) => text);
  const node = (address: string) => (address.includes(":") ? `"[${address}]"` : address);
  const host = /^[\w.-]+$/.test(client.host) ? client.host : `"${client.host.replaceAll('"', "")}"`;
  const forwarded = `by=${node(client.localAddress)};for=${node(client.address)};host=${host};proto=http`;
  return [
    ...endToEnd(received).filter(([name]) => !own.has(name.toLowerCase())),
    ["Forwarded", [...value("forwarded"), forwarded].join(", ")],
    ["Via", [...value("via"), "HTTP/1.1 AmazonAPIGateway"].join(", ")],
    ["X-Amzn-Trace-Id", value("x-amzn-trace-id")[0] ?? traceId()],
  ];
}

/** An X-Ray trace header (https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-traceids, [H]). */
export function traceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString("hex")}`;
}

/** Looks like the ids in `apigw-requestid` of real responses [M]; says nothing. */
export const requestId = (): string => `local${randomBytes(7).toString("base64url").slice(0, 10)}=`;

/** Request line and header values, as the quota counts them. */
export function requestHeadBytes(line: string, headers: Headers): number {
  return headers.reduce(
    (sum, [, value]) => sum + Buffer.byteLength(value, "latin1"),
    Buffer.byteLength(line),
  );
}
