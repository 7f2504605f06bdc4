/**
 * Cross-origin requests: what the API's CORS configuration adds to answers, and the preflight that the gateway answers by
 * itself, "even if there isn't an OPTIONS route"
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html, [H]).
 */
// @ts-nocheck

import type { Headers } from "./headers";
import { object, texts } from "../recorded";

export interface Cors {
  allowOrigins: string[];
  allowMethods: string[];
  allowHeaders: string[];
  exposeHeaders: string[];
  allowCredentials: boolean;
  maxAge: number | undefined;
}

/** From the API's `corsConfiguration`; undefined when it has none. */
export function readCors(value: unknown): Cors | undefined {
  if (value === undefined) return undefined;
  const cors = object(value);
  return {
    allowOrigins: texts(cors.allowOrigins),
    allowMethods: texts(cors.allowMethods),
    allowHeaders: texts(cors.allowHeaders),
    exposeHeaders: texts(cors.exposeHeaders),
    allowCredentials: cors.allowCredentials === true,
    maxAge: typeof cors.maxAge === "number" ? cors.maxAge : undefined,
  };
}

const valueOf = (headers: Headers, name: string): string | undefined =>
  headers.find(([key]) => key.toLowerCase() === name)?.[1];

/** Whether a browser asks if it may send a request, instead of sending it. */
export const isPreflight = (method: string, headers: Headers): boolean =>
  method === "OPTIONS" &&
  valueOf(headers, "origin") !== undefined &&
  valueOf(headers, "access-control-request-method") !== undefined;

/** The headers of a preflight's answer: none for an origin that is not allowed, so that the browser refuses. */
export function preflightHeaders(cors: Cors, request: Headers): Headers {
  const origin = allowedOrigin(cors, request);
  if (origin === undefined) return [];
  return [
    ...origin,
    ...list("access-control-allow-methods", cors.allowMethods),
    ...list("access-control-allow-headers", cors.allowHeaders),
    ...(cors.maxAge === undefined ? [] : ([["access-control-max-age", String(cors.maxAge)]] as Headers)),
  ];
}

/** An answer's headers as the client gets them: "API Gateway ignores CORS headers returned from your backend" [H]. */
export function withCors(cors: Cors | undefined, request: Headers, answer: Headers): Headers {
  if (!cors) return answer;
  const own = answer.filter(([name]) => !name.toLowerCase().startsWith("access-control-"));
  const origin = allowedOrigin(cors, request);
  if (origin === undefined) return own;
  return [...own, ...origin, ...list("access-control-expose-headers", cors.exposeHeaders)];
}

function allowedOrigin(cors: Cors, request: Headers): Headers | undefined {
  const origin = valueOf(request, "origin");
  if (origin === undefined) return undefined;
  const matches = cors.allowOrigins.some(
    (allowed) =>
      allowed === "*" ||
      allowed === origin ||
      (allowed.endsWith("://*") && origin.startsWith(allowed.slice(0, -1))),
  );
  if (!matches) return undefined;
  const answered = cors.allowOrigins.includes("*") ? "*" : origin;
  return [
    ["access-control-allow-origin", answered],
    ...(cors.allowCredentials ? ([["access-control-allow-credentials", "true"]] as Headers) : []),
  ];
}

const list = (name: string, values: string[]): Headers =>
  values.length === 0 ? [] : [[name, values.join(",")]];
