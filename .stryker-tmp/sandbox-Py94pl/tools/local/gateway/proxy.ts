/** One request to one task, over a pooled connection, answered or failed as the gateway would. */
// @ts-nocheck

import { errors, type Agent } from "undici";
import { pairs, type Headers } from "./headers";

export interface BackendRequest {
  origin: string;
  method: string;
  path: string;
  headers: Headers;
  /** `undefined` sends neither a body nor a length. */
  body: Buffer | undefined;
  timeoutMilliseconds: number;
  responseLimit: number;
  /** Aborted when the client has gone. */
  left: AbortSignal;
}

export interface Answer {
  status: number;
  headers: Headers;
  body: Buffer;
}

export interface Failure {
  status: number;
  message: string;
  /** For `$context.error.responseType`. */
  type: string;
  failure: string;
}

/** Sends the request once. Resolves to `left` when the client did not wait for the answer. */
export function callBackend(agent: Agent, request: BackendRequest): Promise<Answer | Failure | "left"> {
  return new Promise((resolve) => {
    let abort: ((reason: Error) => void) | undefined;
    let settled = false;
    const settle = (result: Answer | Failure | "left") => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      request.left.removeEventListener("abort", leave);
      resolve(result);
      abort?.(new Error("settled"));
    };
    const leave = () => settle("left");
    const timer = setTimeout(() => {
      // 503 is reported for private integrations and for Lambda (cortexlabs/cortex#1226, serverless/serverless#11222, [M]);
      // AWS's article on 504 speaks of REST API limits but names HTTP APIs too, so a 504 is possible.
      settle(unavailable(`no answer within ${request.timeoutMilliseconds} ms`, "INTEGRATION_TIMEOUT"));
    }, request.timeoutMilliseconds);
    if (request.left.aborted) return leave();
    request.left.addEventListener("abort", leave);

    const chunks: Buffer[] = [];
    let status = 0;
    let headers: Headers = [];
    let size = 0;
    agent.dispatch(
      {
        origin: request.origin,
        path: request.path,
        method: request.method,
        headers: request.headers.flat(),
        body: request.body ?? null,
      },
      {
        onConnect: (cancel) => {
          abort = cancel;
          if (settled) cancel(new Error("settled"));
        },
        onHeaders: (code, raw) => {
          // 100 and 103 come before the answer; the client was answered for 100 already.
          if (code >= 200) {
            status = code;
            headers = pairs(raw.map((value) => value.toString("latin1")));
          }
          return true;
        },
        onData: (chunk) => {
          size += chunk.length;
          // The quota holds for answers too [H]; what the client then gets is not documented [L].
          if (size > request.responseLimit)
            settle(internal(`the answer is over ${request.responseLimit} bytes`));
          else chunks.push(chunk);
          return true;
        },
        onComplete: () => settle({ status, headers, body: Buffer.concat(chunks) }),
        onError: (error) => {
          // undici takes the length that a 304 may tell of the body it leaves out (RFC 9110 §8.6) for a broken answer.
          if (error instanceof errors.ResponseContentLengthMismatchError && status === 304) {
            return settle({ status, headers, body: Buffer.alloc(0) });
          }
          // A task that does not accept or breaks the connection: 503 (sst#5915, aws-facts §1, [M]); an answer that is not
          // HTTP: not documented [L].
          if (error instanceof errors.HTTPParserError)
            settle(internal(`the answer is not HTTP: ${error.message}`));
          else settle(unavailable(describe(error), "INTEGRATION_NETWORK_FAILURE"));
        },
      },
    );
  });
}

function describe(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  return error.message || code || "the connection failed";
}

const unavailable = (failure: string, type: string): Failure => ({
  status: 503,
  message: "Service Unavailable",
  type,
  failure,
});

const internal = (failure: string): Failure => ({
  status: 500,
  message: "Internal Server Error",
  type: "INTEGRATION_FAILURE",
  failure,
});
