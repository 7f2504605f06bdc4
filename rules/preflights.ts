/**
 * Which route takes the preflights of browsers, and how a closed route lets them through.
 *
 * "If you configure CORS for an API, API Gateway automatically sends a response to preflight OPTIONS requests, even if there
 * isn't an OPTIONS route configured" (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html, [H]).
 * A route that takes OPTIONS comes first, though: `$default` with its authorizer, as that page warns [H], and `ANY`
 * (aws/serverless-application-model#1603, anomalyco/sst#5493, https://arpadt.com/articles/cors-in-http-api, [M]). A preflight
 * carries no token, so behind an authorizer it is answered 401, and the browser asks no further.
 */

import { canonicalRoute, matchRoute, methods, parseRouteKey, Route } from "./routes";

/** What a route that takes all methods is made of where preflights are the gateway's. */
const beside = methods.filter((method) => method !== "ANY" && method !== "OPTIONS");

/**
 * The keys by which a closed route is served so that the gateway answers its preflights: one for each method but OPTIONS
 * in place of `ANY` and `$default`. Reports agree that routes which name their method need nothing else.
 *
 * @param others every other route of the API: what they take already stays theirs, and where one takes OPTIONS of the same
 *   path by name, its author has decided
 */
export function keysBesidePreflights({ key, method }: Route, others: readonly Route[]): string[] {
  if (method !== undefined && method !== "ANY") return [key];
  const taken = new Set(others.map(canonicalRoute));
  const free = (path: string): string[] => {
    const named = beside.map((name) => `${name} ${path}`);
    return named.filter((candidate) => !taken.has(canonicalOf(candidate)));
  };
  if (method === "ANY") {
    const path = key.slice("ANY ".length);
    return taken.has(canonicalOf(`OPTIONS ${path}`)) ? [key] : free(path);
  }
  // AWS's documented way: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
  if (taken.has(canonicalOf("OPTIONS /{proxy+}"))) return [key];
  return ["/", "/{proxy+}"].filter((path) => !taken.has(canonicalOf(`ANY ${path}`))).flatMap(free);
}

/** A route as it is configured. */
export interface ConfiguredRoute {
  key: string;
  /** Whether it asks for authorization. */
  closed: boolean;
  /** Whether it is imported as it is: one resource cannot become several. */
  adopted: boolean;
}

/** The API that routes are served by. */
export interface RoutedApi {
  /** Whether it has a CORS configuration, without which the gateway answers no preflight. */
  cors: boolean;
  /** Whether it is this stack's. In another's API, what `$default` stands for is not ours to name. */
  own: boolean;
  /** Routes that others have in it, as far as they are known. */
  others: readonly Route[];
}

/** The keys by which each route is served: its own, or those that leave its preflights to the gateway. */
export function servedKeys(
  routes: readonly ConfiguredRoute[],
  { cors, own, others }: RoutedApi,
): readonly string[][] {
  const parsed = routes.map(({ key }) => parseRouteKey(key));
  const valid = parsed.flatMap((one) => ("route" in one ? [one.route] : []));
  return routes.map(({ key, closed, adopted }, i) => {
    const one = parsed[i]!;
    const stays = !cors || !closed || adopted || (key === "$default" && !own);
    if (stays || !("route" in one)) return [key];
    return keysBesidePreflights(one.route, [...valid.filter((other) => other !== one.route), ...others]);
  });
}

/** The route that takes a preflight of what this one serves; undefined where the gateway answers by itself. */
export function preflightRoute({ method, segments }: Route, table: readonly Route[]): Route | undefined {
  const path = segments.map((segment) => (segment.kind === "literal" ? segment.value : "preflight"));
  return matchRoute(table, "OPTIONS", `/${method === undefined ? "preflight" : path.join("/")}`)?.route;
}

function canonicalOf(key: string): string {
  const parsed = parseRouteKey(key);
  return "route" in parsed ? canonicalRoute(parsed.route) : key;
}

/** What an API's CORS configuration lets pages of other origins send. */
export interface Cors {
  allowMethods: readonly string[];
  allowHeaders: readonly string[];
  allowCredentials: boolean;
}

/**
 * Whether a browser sends a request of this method, which it does unasked for three of them
 * (https://fetch.spec.whatwg.org/#cors-preflight-fetch). With credentials a star is a name like any other.
 */
export const allowsMethod = ({ allowMethods, allowCredentials }: Cors, method: string): boolean =>
  ["GET", "HEAD", "POST"].includes(method) ||
  allowMethods.includes(method) ||
  (allowMethods.includes("*") && !allowCredentials);

/** Headers that browsers send by themselves, or let every page send. */
const freeHeaders =
  /^(accept|accept-language|content-language|content-type|cookie|host|origin|referer|user-agent|sec-.*)$/;

/** Whether a browser sends this header. A star covers neither `authorization` nor, with credentials, anything. */
export function allowsHeader({ allowHeaders, allowCredentials }: Cors, header: string): boolean {
  const name = header.toLowerCase();
  const named = allowHeaders.some((allowed) => allowed.toLowerCase() === name);
  const star = allowHeaders.includes("*") && !allowCredentials && name !== "authorization";
  return freeHeaders.test(name) || named || star;
}
