/** One exchange with a client of the gateway: its request as it came, its answer, and what the access log will tell. */
// @ts-nocheck

import type { IncomingMessage, ServerResponse } from "node:http";
import { commonLogTime, type LogContext } from "./access-log";
import { pairs, requestHeaders, requestId, type Headers } from "./headers";
import type { Answer } from "./proxy";
import type { StageView } from "./stages";
import type { Topology } from "../topology";

/** Payload quota of HTTP APIs, 10 MB each way (apigw-docs http-api-quotas, aws-facts §1 Limits, [H]; 2^20 bytes [L]). */
export const payloadLimit = 10 * 1024 * 1024;
/** "Total combined size of request line and header values" (apigw-docs http-api-quotas, [H]). */
export const headLimit = 10_240;

export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  received: Headers;
  /** As the client sent it, split at the first question mark. */
  path: string;
  query: string;
  started: number;
  stage: StageView | undefined;
  log: LogContext;
  requestBytes: number;
}

/** Reads the head of a request and finds its stage. */
export function begin(
  topology: Topology,
  request: IncomingMessage,
  response: ServerResponse,
  started: number,
): Exchange {
  // A proxy's client sends the whole URL as the target (RFC 9112 §3.2.2).
  const url = (request.url ?? "/").replace(/^https?:\/\/[^/?#]*/i, "").replace(/^(?=\?|$)/, "/");
  const mark = url.indexOf("?");
  const [path, query] = mark < 0 ? [url, ""] : [url.slice(0, mark), url.slice(mark + 1)];
  const stage = selectStage(topology, path);
  const host = (request.headers.host ?? "").replace(/:\d+$/, "");
  const log: LogContext = {
    accountId: "000000000000",
    apiId: topology.api?.id,
    domainName: host,
    domainPrefix: host.split(".")[0],
    extendedRequestId: requestId(),
    httpMethod: request.method,
    "identity.sourceIp": sourceIp(request),
    "identity.userAgent": request.headers["user-agent"],
    path,
    protocol: `HTTP/${request.httpVersion}`,
    requestTime: commonLogTime(new Date(started)),
    requestTimeEpoch: started,
    stage: stage?.name,
  };
  log.requestId = log.extendedRequestId;
  const received = pairs(request.rawHeaders);
  return { request, response, received, path, query, started, stage, log, requestBytes: 0 };
}

const sourceIp = (request: IncomingMessage): string =>
  (request.socket.remoteAddress ?? "").replace(/^::ffff:/, "");

/** "If the request explicitly matches a stage … If no stage fully matches, `$default`" (http-api-develop-routes, [H]). */
function selectStage(topology: Topology, path: string): StageView | undefined {
  const first = path.split("/")[1];
  const { stages } = topology;
  return stages.find(({ name }) => name === first) ?? stages.find(({ name }) => name === "$default");
}

/** The path that routes see. `/prod` and `/prod/` are both the root [L]. */
export function withoutStage(stage: StageView, path: string): string {
  return stage.name === "$default" ? path : path.slice(stage.name.length + 1) || "/";
}

/** What the task gets of the request's headers. */
export function backendHeaders({ request, received }: Exchange): Headers {
  return requestHeaders(received, {
    address: sourceIp(request),
    host: request.headers.host ?? "",
    localAddress: (request.socket.localAddress ?? "").replace(/^::ffff:/, ""),
  });
}

/** Whether the client announced a body, be it an empty one. */
export const hasBody = (request: IncomingMessage): boolean =>
  request.headers["content-length"] !== undefined || request.headers["transfer-encoding"] !== undefined;

/** Reads the whole body first, as the payload quota implies; one byte over it ends the reading. */
export async function readBody(request: IncomingMessage): Promise<Buffer | "too large" | "aborted"> {
  if (Number(request.headers["content-length"] ?? 0) > payloadLimit) return "too large";
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > payloadLimit) resolve("too large");
      else chunks.push(chunk);
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("close", () => resolve("aborted"));
    request.on("error", () => resolve("aborted"));
  });
}

/** The body of every answer that the gateway makes itself. */
export const json = (message: string): Buffer => Buffer.from(JSON.stringify({ message }));

/** Sends an answer and notes it for the log. */
export function respond({ request, response, log }: Exchange, answer: Answer): void {
  log.status = answer.status;
  log.responseLength = answer.body.length;
  const { status } = answer;
  const bodiless = request.method === "HEAD" || status === 204 || status === 304;
  // HEAD and 304 tell the length of a body they do not have, where the backend told it (RFC 9110 §8.6).
  const headers = answer.headers.filter(([name]) => bodiless || name.toLowerCase() !== "content-length");
  if (!bodiless) headers.push(["Content-Length", String(answer.body.length)]);
  headers.push(["apigw-requestid", String(log.requestId)]);
  response.sendDate = !headers.some(([name]) => name.toLowerCase() === "date");
  response.writeHead(status, headers.flat());
  response.end(bodiless ? undefined : answer.body);
}
