/** What is checked of a stack, from what the program records of it. Nothing here calls anybody. */
import { matchRoute } from "../../rules/routes";
import type { Authorization } from "../local/gateway/authorize";
import type { RouteView } from "../local/gateway/routes";
import type { Throttle } from "../local/gateway/stages";
import { callOf, unroutedPath, type Call } from "./calls";
import { allowedPreflight, foreignPreflight, type Preflight, type Wanted } from "./cors";
import { admitted, page, refused, served, switchedOff, unrouted, type Judge, type Refusal } from "./judge";
import type { Address, Target } from "./target";

/** One request and what is expected of its answer. */
export interface CallCheck {
  kind: "call";
  name: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  judge: Judge;
}

/** Certificate and protocol of the address. */
export interface TlsCheck {
  kind: "tls";
  name: string;
}

/** How long some calls of one kind take, one after the other. */
export interface LatencyCheck {
  kind: "latency";
  name: string;
  url: string;
  calls: number;
  /** Milliseconds between two calls that the stage's limit asks for. */
  pause: number;
  /** Milliseconds that 95 of 100 calls may take at most; undefined for any. */
  budget: number | undefined;
}

/** What is not checked, and why. */
export interface Skipped {
  kind: "skipped";
  name: string;
  reason: string;
}

export type Check = CallCheck | TlsCheck | LatencyCheck | Skipped;

export interface CheckOptions {
  /** Text that the stack's page has. */
  expect: string | undefined;
  /** Tokens by the name of their authorizer. */
  tokens: ReadonlyMap<string, string>;
  calls: number;
  latencyBudget: number | undefined;
  /** Where the API answers beside its domain, if that is known. */
  executeApi: string | undefined;
}

/** Every check of a stack, in the order of a report. */
export function checksOf(target: Target, address: Address, options: CheckOptions): Check[] {
  return [
    tls(address),
    ...pageChecks(address, options),
    ...target.routes.flatMap((view) => routeChecks(target, address, view, options.tokens)),
    noRoute(target, address),
    ...corsChecks(target, address),
    defaultAddress(target, options),
    latency(target, address, options),
  ];
}

const tls = ({ secure }: Address): Check =>
  secure
    ? { kind: "tls", name: "TLS" }
    : { kind: "skipped", name: "TLS", reason: "there is none on this machine" };

function pageChecks({ url }: Address, { expect }: CheckOptions): Check[] {
  if (expect === undefined) return [];
  return [{ kind: "call", name: "page", method: "GET", url, headers: {}, judge: page(expect) }];
}

function routeChecks(
  target: Target,
  address: Address,
  { route, authorization }: RouteView,
  tokens: CheckOptions["tokens"],
): Check[] {
  const { key } = route;
  const call = callOf(
    route,
    target.topology.routes.map((view) => view.route),
  );
  if (!call) return [{ kind: "skipped", name: key, reason: "other routes take every call of it" }];
  const throttle = limitOf(target, key);
  const make = (suffix: string, judge: Judge, by?: { source: string; token: string }): CallCheck => {
    const proof = by && withToken(by.source, by.token);
    return {
      kind: "call",
      name: key + suffix,
      method: call.method,
      url: `${address.origin}${address.base}${call.path}${proof?.query ?? ""}`,
      headers: proof?.headers ?? {},
      judge,
    };
  };
  const effect: Skipped = {
    kind: "skipped",
    name: key,
    reason: `not called: ${call.method} may change something`,
  };
  switch (authorization.type) {
    case "none":
      return [call.safe ? make("", served(call.method, throttle)) : effect];
    case "broken":
      return [{ kind: "skipped", name: key, reason: "the program records no authorizer of this route" }];
    case "iam":
    case "lambda": {
      const refusal = refusalOf(authorization);
      if (refusal) return [make(" without proof", refused(call.method, refusal, throttle))];
      return [{ kind: "skipped", name: key, reason: "its authorizer is asked even without an identity" }];
    }
    case "jwt": {
      const closed = make(" without a token", refused(call.method, refusalOf(authorization)!, throttle));
      return [
        closed,
        ...openedBy(authorization, call, tokens, key, (proof) =>
          make(
            ` with a token of ${authorization.authorizer}`,
            admitted(call.method, authorization.authorizer, throttle),
            proof,
          ),
        ),
      ];
    }
  }
}

function openedBy(
  { authorizer, identitySource: source }: Extract<Authorization, { type: "jwt" }>,
  { safe, method }: Call,
  tokens: CheckOptions["tokens"],
  key: string,
  make: (proof: { source: string; token: string }) => CallCheck,
): Check[] {
  const token = tokens.get(authorizer);
  const name = `${key} with a token of ${authorizer}`;
  if (token === undefined)
    return [{ kind: "skipped", name, reason: `give one: --token ${authorizer}=<file>` }];
  if (!safe) return [{ kind: "skipped", name, reason: `not called: ${method} may change something` }];
  return [make({ source, token })];
}

/** What the gateway answers to a call that proves nothing; undefined when that is the authorizer's to say. */
function refusalOf(authorization: Authorization): Refusal | undefined {
  switch (authorization.type) {
    case "jwt":
      return { status: 401, message: "Unauthorized", challenge: true };
    case "iam":
      return { status: 403, message: "Forbidden", challenge: false };
    case "lambda":
      return authorization.identitySources.length > 0
        ? { status: 401, message: "Unauthorized", challenge: false }
        : undefined;
    case "none":
    case "broken":
      return undefined;
  }
}

/** Puts a token where the authorizer looks for it. */
function withToken(source: string, token: string): { headers: Record<string, string>; query: string } {
  const [, place, name = "authorization"] = /^\$request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  if (place === "querystring") {
    return { headers: {}, query: `?${encodeURIComponent(name)}=${encodeURIComponent(token)}` };
  }
  return { headers: { [name.toLowerCase()]: `Bearer ${token}` }, query: "" };
}

function noRoute({ topology, foreign }: Target, address: Address): Check {
  const name = "a path without a route";
  if (foreign)
    return { kind: "skipped", name, reason: "somebody else's API has routes that are not known here" };
  const path = unroutedPath(topology.routes.map(({ route }) => route));
  if (path === undefined) return { kind: "skipped", name, reason: "every path has one" };
  const url = `${address.origin}${address.base}${path}`;
  return { kind: "call", name, method: "GET", url, headers: {}, judge: unrouted };
}

function corsChecks(target: Target, address: Address): Check[] {
  const { topology, foreign } = target;
  const cors = topology.api?.cors;
  if (!cors) {
    const reason = foreign ? "somebody else's API has its own" : "the API has no CORS configuration";
    return [{ kind: "skipped", name: "CORS", reason }];
  }
  const { path, method, taker, of, header } = preflightCall(target) ?? {};
  const make = (name: string, { headers, judge }: Preflight): CallCheck => ({
    kind: "call",
    name,
    method: "OPTIONS",
    url: path === undefined ? address.url : `${address.origin}${address.base}${path}`,
    headers,
    judge,
  });
  const foreigner = foreignPreflight(cors);
  const at = of === undefined ? "" : ` for ${of}`;
  return [
    make(`CORS${at}, an allowed origin`, allowedPreflight(cors, { method: method ?? "GET", taker, header })),
    foreigner
      ? make(`CORS${at}, another origin`, foreigner)
      : { kind: "skipped", name: "CORS, another origin", reason: "every origin is allowed" },
  ];
}

/**
 * What a page of another origin would call: a closed route if there is one, because its preflight has no token, and better
 * one whose preflight the gateway answers by itself than one that leads it to a service.
 */
function preflightCall({ topology, routes }: Target): ({ path: string; of: string } & Wanted) | undefined {
  const table = topology.routes.map(({ route }) => route);
  const candidates = routes.flatMap(({ route, authorization }) => {
    const call = callOf(route, table);
    if (call === undefined || call.method === "OPTIONS") return [];
    const taker = matchRoute(table, "OPTIONS", call.path)?.route.key;
    const rank = [authorization.type !== "none", taker === undefined, call.method === "GET"];
    const header = proofHeader(authorization);
    return [{ path: call.path, method: call.method, of: route.key, taker, header, rank }];
  });
  const weight = ([closed, gateways, get]: boolean[]): number =>
    (closed ? 4 : 0) + (gateways ? 2 : 0) + (get ? 1 : 0);
  return candidates.sort((a, b) => weight(b.rank) - weight(a.rank))[0];
}

/** The first header, in small letters, that a request needs to be let in. */
function proofHeader(authorization: Authorization): string | undefined {
  switch (authorization.type) {
    case "iam":
      return "authorization";
    case "jwt":
    case "lambda": {
      const sources =
        authorization.type === "jwt" ? [authorization.identitySource] : authorization.identitySources;
      const names = sources.flatMap((source) => /^\$request\.header\.(.+)$/.exec(source)?.[1] ?? []);
      return names[0]?.toLowerCase();
    }
    case "none":
    case "broken":
      return undefined;
  }
}

/** With a domain, nobody may come in beside it. */
function defaultAddress({ topology, routes }: Target, { executeApi }: CheckOptions): Check {
  const name = "execute-api address";
  const stage = topology.stages[0]?.name ?? "$default";
  const call =
    routes[0] &&
    callOf(
      routes[0].route,
      topology.routes.map(({ route }) => route),
    );
  if (executeApi === undefined || !call?.safe) {
    return { kind: "skipped", name, reason: "there is no domain, or the API's id is not known" };
  }
  const url = `${executeApi}${stage === "$default" ? "" : `/${stage}`}${call.path}`;
  return { kind: "call", name, method: call.method, url, headers: {}, judge: switchedOff };
}

function latency(target: Target, address: Address, { calls, latencyBudget: budget }: CheckOptions): Check {
  const name = "latency";
  const table = target.topology.routes.map(({ route }) => route);
  const [first] = target.routes.flatMap(({ route, authorization }) => {
    const call = callOf(route, table);
    const callable = call?.method === "GET" && authorization.type === "none" && !limitOf(target, route.key);
    return callable ? [{ key: route.key, path: call.path }] : [];
  });
  if (!first) return { kind: "skipped", name, reason: "no GET route without a limit is open to everybody" };
  const { rate, burst } = target.topology.stages[0]?.throttle ?? {};
  const pause = rate !== undefined && burst !== undefined && calls > burst / 2 ? 1000 / rate : 0;
  const url = `${address.origin}${address.base}${first.path}`;
  return { kind: "latency", name: `${name} of ${first.key}`, url, calls, pause, budget };
}

/** A route's own limit. The stage's is meant for many, and is not this one's excuse. */
function limitOf({ topology }: Target, key: string): Throttle | undefined {
  return topology.stages
    .map(({ routeThrottles }) => routeThrottles.get(key))
    .find((limit) => limit !== undefined);
}
