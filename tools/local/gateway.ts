/**
 * Stands in for the HTTP API: an HTTP server that takes a request through stage, throttling, route, integration, VPC link
 * and Cloud Map to one task, once. It never retries.
 *
 * `apigw-docs` is docs.aws.amazon.com/apigateway/latest/developerguide/; [H] documented, [M] reported, [L] guessed.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Agent } from "undici";
import { formatLine } from "./gateway/access-log";
import { claimVariables, Guard } from "./gateway/authorize";
import { isPreflight, preflightHeaders, preflightLists, withCors } from "./gateway/cors";
import {
  backendHeaders,
  begin,
  hasBody,
  headLimit,
  json,
  malformed,
  payloadLimit,
  readBody,
  respond,
  withoutStage,
} from "./gateway/exchange";
import { endToEnd, requestHeadBytes, type Headers } from "./gateway/headers";
import { badRequest, hangUp, tooLong } from "./gateway/hang-up";
import { mapRequest } from "./gateway/mapping";
import { lostEncodings } from "./gateway/path";
import { callBackend } from "./gateway/proxy";
import type { Instance } from "./cloud-map";
import { reservedPaths } from "../../rules/routes";
import { chooseTarget, selectRoute, whyRefused, type Hop } from "./gateway/target";
import { Throttles } from "./gateway/throttle";
import type { Topology } from "./topology";

export interface GatewayOptions {
  topology: Topology;
  /** DiscoverInstances, see `CloudMap`. */
  discover: (registry: string) => Instance[];
  /** Takes each line of the access log. */
  log: (line: string) => void;
  /** Told how each request ended. */
  served?: (outcome: Outcome) => void;
  /** Told why a request failed where AWS would say less, or would wait. */
  explain: (message: string) => void;
  now?: () => number;
  /** Finds the keys of an issuer of tokens; left out, the issuer is asked. */
  keys?: ConstructorParameters<typeof Guard>[0];
  /** Where to put it; 127.0.0.1 and any port if left out. */
  host?: string;
  port?: number;
}

/** How a request ended at the gateway. */
export interface Outcome {
  /** What the client got as `apigw-requestid`. */
  requestId: string;
  method: string;
  path: string;
  /** From the request's head to the end of its answer. */
  milliseconds: number;
  /** Undefined when the client left first. */
  status: number | undefined;
  /** Why the gateway itself failed it; undefined for a task's own answer. */
  reason: string | undefined;
  /** The task it was sent to, by id, and when (milliseconds of `now`). */
  task: string | undefined;
  sent: number | undefined;
  /** The route that took it. */
  route?: string;
  /** Where it failed, and why in the words that are explained; undefined for what a task answered below 500. */
  failed?: { hop: Hop; why: string };
}

export interface Gateway {
  port: number;
  /** Refuses new connections, cuts the open ones. */
  close(): Promise<void>;
}

/** Starts the gateway. */
export async function serveGateway(options: GatewayOptions): Promise<Gateway> {
  const now = options.now ?? Date.now;
  const throttles = new Throttles(now);
  const guard = new Guard(options.keys);
  // Connections are kept and used again; how long the real gateway keeps an idle one is not published (aws-facts §1). A
  // minute is what an ALB takes [L]. One request at a time on each: nothing can be sent twice.
  const agent = new Agent({ keepAliveTimeout: 60_000, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    handle(options, agent, throttles, guard, now, request, response).catch((error: unknown) => {
      options.explain(`the local gateway failed: ${String(error)}`);
      response.destroy();
    });
  };
  // The head may be much longer than the quota, so that the answer is the gateway's and not Node's.
  const server = createServer({ maxHeaderSize: 8 * headLimit, keepAliveTimeout: 75_000 }, listener);
  // Node would leave out what is over 2,000 headers, and say nothing.
  server.maxHeadersCount = 0;
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    if (Number(request.headers["content-length"] ?? 0) <= payloadLimit) response.writeContinue();
    listener(request, response);
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    hangUp(socket, error.code === "HPE_HEADER_OVERFLOW" ? tooLong : badRequest);
  });
  // No API is a proxy; what AWS answers is not documented [L].
  server.on("connect", (_: IncomingMessage, socket: Socket) => hangUp(socket, badRequest));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.host ?? "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => close(server, agent),
  };
}

async function close(server: Server, agent: Agent): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await Promise.all([closed, agent.destroy()]);
}

async function handle(
  options: GatewayOptions,
  agent: Agent,
  throttles: Throttles,
  guard: Guard,
  now: () => number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const exchange = begin(options.topology, request, response, now());
  const { log, path } = exchange;
  const cors = options.topology.api?.cors;
  const routed: Pick<Outcome, "task" | "sent" | "route" | "failed"> = { task: undefined, sent: undefined };
  response.on("close", () => {
    const { stage } = exchange;
    const { requestId, status, "integration.error": error, "error.message": message } = log;
    options.served?.({
      requestId: String(requestId),
      method: request.method ?? "",
      path,
      milliseconds: now() - exchange.started,
      status: status === undefined ? undefined : Number(status),
      reason: error === undefined && message === undefined ? undefined : String(error ?? message),
      ...routed,
    });
    // "does not generate CloudWatch logs" without a stage (apigw-docs http-api-develop-routes, [H]).
    if (stage?.accessLogFormat === undefined) return;
    log.responseLatency = now() - exchange.started;
    log.dataProcessed = exchange.requestBytes + Number(log.responseLength ?? 0);
    options.log(formatLine(stage.accessLogFormat, log));
  });
  const at = (hop: Hop, why: string) => (routed.failed = { hop, why });
  const fail = (status: number, message: string, type?: string, extra: Headers = []) => {
    log["error.message"] = message;
    log["error.messageString"] = JSON.stringify(message);
    if (type !== undefined) log["error.responseType"] = type;
    // The rest of a body that nobody reads must not stay in the connection.
    const headers: Headers = request.complete ? [] : [["Connection", "close"]];
    respond(exchange, {
      status,
      // On the gateway's own errors too [L].
      headers: withCors(cors, exchange.received, [
        ["Content-Type", "application/json"],
        ...extra,
        ...headers,
      ]),
      body: json(message),
    });
    if (!request.complete) request.resume();
  };

  // Whoever ends its sending and waits for an answer looks the same. TLS 1.2 has both sides close then (RFC 5246 §7.2.1), so
  // AWS, which speaks TLS alone, is not taken to answer either [L].
  const leave = () => {
    const { why } = at("client", "the client closed the connection, or its half of it, before the answer");
    options.explain(`${request.method ?? ""} ${path}: ${why}`);
  };

  // Status [L]: only the quota is documented (aws-facts §4 last line).
  const line = `${request.method ?? ""} ${request.url ?? ""} HTTP/${request.httpVersion}`;
  if (requestHeadBytes(line, exchange.received) > headLimit) {
    at("request", `its line and headers are over ${headLimit} bytes`);
    return fail(tooLong.status, tooLong.message);
  }

  const wrong = malformed(exchange);
  if (wrong !== undefined) {
    options.explain(`${request.method ?? ""} ${path} → 400: ${at("request", wrong).why}`);
    return fail(badRequest.status, badRequest.message);
  }

  // Without a stage, a route or a line of the access log: see rules/routes.ts. That it is so at execute-api is reported [M].
  if (reservedPaths.includes(path)) {
    exchange.stage = undefined;
    at("route", `API Gateway answers ${path} itself`);
    const type: Headers = [["Content-Type", "text/plain"]];
    respond(exchange, { status: 200, headers: type, body: Buffer.from("Healthy Connection\n") });
    return;
  }

  const { stage } = exchange;
  const inStage = stage && withoutStage(stage, path);
  const match =
    inStage === undefined ? undefined : selectRoute(options.topology, stage!, request.method ?? "", inStage);
  const preflight = cors !== undefined && isPreflight(request.method ?? "", exchange.received);
  // Where a route takes OPTIONS, its authorizer and its service answer the preflight: see rules/preflights.ts.
  if (stage && preflight && !match) {
    respond(exchange, {
      status: 204,
      headers: preflightHeaders(cors, exchange.received),
      body: Buffer.alloc(0),
    });
    return;
  }
  // apigw-docs http-api-develop-routes: no stage or no route is `{"message":"Not Found"}` [H].
  if (!stage || inStage === undefined || !match) {
    if (stage) at("route", `no route takes ${request.method ?? ""} ${inStage ?? path}`);
    else at("stage", "no stage is on this path");
    return fail(404, "Not Found");
  }
  const { view, parameters } = match;
  log.routeKey = routed.route = view.route.key;
  // 429 is documented (apigw-docs http-api-throttling, [H]), its text is reported [M].
  if (!throttles.take(stage, view.route.key)) {
    at("throttle", "more requests than the limit of the stage or of the route");
    return fail(429, "Too Many Requests", "THROTTLED");
  }

  const query = new URLSearchParams(exchange.query);
  const verdict = await guard.check(view.authorization, { headers: exchange.received, query });
  if (!("claims" in verdict)) {
    at("authorizer", whyRefused(verdict));
    return fail(verdict.status, verdict.message, "UNAUTHORIZED", verdict.headers);
  }
  Object.assign(log, claimVariables(verdict.claims));

  const body = await readBody(request);
  if (body === "aborted") return leave();
  // The quota is documented [H], status and text are reported [M].
  if (body === "too large") {
    at("request", `its body is over ${payloadLimit} bytes`);
    return fail(413, "Request Entity Too Large", "REQUEST_TOO_LARGE");
  }
  exchange.requestBytes = body.length;

  const target = chooseTarget(options.discover, view);
  if ("reason" in target) {
    log.integrationErrorMessage = log["integration.error"] = target.reason;
    at(target.hop, target.waits ? `${target.reason} (AWS would wait up to 30 s here)` : target.reason);
    options.explain(`${request.method ?? ""} ${path} → ${target.status}: ${routed.failed?.why ?? ""}`);
    return fail(target.status, target.status === 503 ? "Service Unavailable" : target.reason);
  }

  const mapped = mapRequest(
    { path, query: exchange.query, headers: backendHeaders(exchange) },
    target.integration.requestParameters,
    {
      path: inStage,
      pathParameters: parameters,
      query,
      headers: exchange.received,
      context: log,
    },
  );
  if ("unsendable" in mapped) {
    const { why } = at("integration", `the header ${mapped.unsendable} cannot have its value`);
    options.explain(`${request.method ?? ""} ${path} → 400: ${why}`);
    return fail(badRequest.status, badRequest.message);
  }
  const lost = lostEncodings(inStage);
  if (lost !== undefined && "overwrite:path" in target.integration.requestParameters) {
    options.explain(
      `${request.method ?? ""} ${path} reaches the service as ${mapped.path}: a path that is rewritten is decoded before, ` +
        `and what AWS makes of ${lost} is not documented. Send such values in the query, or rewrite no path.`,
    );
  }
  const left = new AbortController();
  response.once("close", () => left.abort());
  const sent = now();
  Object.assign(routed, { task: target.instance.id, sent });
  const answer = await callBackend(agent, {
    origin: `http://${target.instance.address}:${target.instance.port}`,
    method: request.method ?? "GET",
    path: mapped.query === "" ? mapped.path : `${mapped.path}?${mapped.query}`,
    headers: mapped.headers,
    body: hasBody(request) ? body : undefined,
    timeoutMilliseconds: target.integration.timeoutMilliseconds,
    responseLimit: payloadLimit,
    left: left.signal,
  });
  log.integrationLatency = log["integration.latency"] = now() - sent;
  if (answer === "left") return leave();
  if ("failure" in answer) {
    log.integrationErrorMessage = log["integration.error"] = answer.failure;
    at("task", answer.failure);
    options.explain(
      `${request.method ?? ""} ${path} → ${answer.status}: task ${target.instance.id}: ${answer.failure}`,
    );
    return fail(answer.status, answer.message, answer.type);
  }
  log.integrationStatus = log["integration.status"] = answer.status;
  log["integration.integrationStatus"] = answer.status;
  if (answer.status >= 500) at("task", `the service itself answered ${answer.status}`);
  const own = withCors(cors, exchange.received, endToEnd(answer.headers));
  // The status is the service's; that a preflight gets all of the API's headers is what AWS's way for $default needs [L].
  const headers = preflight ? [...own, ...preflightLists(cors, exchange.received)] : own;
  respond(exchange, { ...answer, headers });
}
