/**
 * Route keys of an API Gateway HTTP API: what AWS accepts, which two are the same route, and which one a request takes.
 *
 * Sources, with how sure they make us ([H] AWS's own documentation, [M] AWS-authored code or production reports, [L] our
 * reading where nothing is published):
 * - ROUTES: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html [H]
 * - TOOL: the HTTP API emulator of AWS's Lambda Test Tool, `ApiGatewayRouteConfigService.cs` in aws/aws-lambda-dotnet [M]
 */

import { httpApi } from "./quotas";

/** Methods a route key may name (ROUTES). `ANY` stands for each one that no other route of the same path names. */
export const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY"] as const;
export type Method = (typeof methods)[number];

/**
 * Paths that API Gateway answers itself at the root of its hosts, whatever the routes say. AWS documents them for APIs below a
 * custom domain (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html [H]); an HTTP API
 * at its execute-api address is reported to answer `/ping` with `Healthy Connection`
 * (https://github.com/serverless/examples/issues/667 [M]).
 */
export const reservedPaths: readonly string[] = ["/ping", "/sping"];

export type Segment =
  { kind: "literal"; value: string } | { kind: "parameter"; name: string } | { kind: "greedy"; name: string };

export interface Route {
  /** As written. */
  key: string;
  /** `undefined` for `$default`. */
  method: Method | undefined;
  segments: Segment[];
}

/** What is wrong with a route key, in the three parts every configuration error of this project has. */
export interface RouteProblem {
  got: string;
  allowed: string;
  fix: string;
}

export interface RouteMatch {
  route: Route;
  /** Path parameters by name, percent-decoded (ROUTES: "API Gateway decodes URL-encoded request parameters"). */
  parameters: Record<string, string>;
}

const shape = "`$default`, or a method and a path such as `GET /pets/{id}` or `ANY /{proxy+}`";
// TOOL validates each part of a path by this expression and names it in its error.
const part = /^(\{[\w.:-]+\+?\}|[a-zA-Z0-9.:_-]+)$/;

/** The path as a client asks for it. */
function withoutDots(parts: readonly string[]): string {
  const kept: string[] = [];
  for (const text of parts) {
    if (text === "..") kept.pop();
    else if (text !== ".") kept.push(text);
  }
  return `/${kept.join("/")}`;
}

/** Reads a route key. Returns every reason AWS would refuse it for, or the route. */
export function parseRouteKey(key: string): { route: Route } | { problem: RouteProblem } {
  const refuse = (allowed: string, fix: string) => ({ problem: { got: key, allowed, fix } });
  if (key === "$default") return { route: { key, method: undefined, segments: [] } };

  // AWS documents no limit of a key, but one of what could ever take it.
  if (key.length >= httpApi.headerBytes) {
    return refuse(
      `fewer than ${httpApi.headerBytes} characters: a request's line and headers have no more`,
      "shorten the path",
    );
  }
  const [method = "", path, ...rest] = key.split(" ");
  if (path === undefined || rest.length > 0) {
    return refuse(shape, "write the method, one space, and a path that starts with `/`");
  }
  if (!(methods as readonly string[]).includes(method)) {
    const upper = method.toUpperCase();
    const known = (methods as readonly string[]).includes(upper);
    return refuse(
      `one of ${methods.join(", ")}`,
      known ? `write \`${upper} ${path}\`` : `use \`ANY ${path}\``,
    );
  }
  if (!path.startsWith("/")) return refuse("a path that starts with `/`", `write \`${method} /${path}\``);
  if (path === "/") return { route: { key, method: method as Method, segments: [] } };
  // AWS refuses route keys that end in a slash: aws/serverless-application-model#1949, storacha/w3infra#166 [M].
  if (path.endsWith("/")) {
    const bare = path.replace(/\/+$/, "");
    return refuse("a path without a slash at its end", `write \`${method} ${bare || "/"}\``);
  }

  const parts = path.slice(1).split("/");
  const segments: Segment[] = [];
  for (const [index, text] of parts.entries()) {
    if (text === "") return refuse("a path without empty parts", "remove the doubled slash");
    // Clients resolve them before they ask (RFC 3986, 5.2.4), so that no request would come.
    if (/^\.\.?$/.test(text)) {
      return refuse("a path without parts of dots alone", `write \`${method} ${withoutDots(parts)}\``);
    }
    if (!part.test(text)) {
      return refuse(
        "in each part letters, digits and `._:-`, or one `{parameter}` alone",
        `change the part \`${text}\``,
      );
    }
    if (!text.startsWith("{")) segments.push({ kind: "literal", value: text });
    else if (!text.endsWith("+}")) segments.push({ kind: "parameter", name: text.slice(1, -1) });
    else if (index === parts.length - 1) segments.push({ kind: "greedy", name: text.slice(1, -2) });
    // ROUTES: "The greedy path variable must be at the end of the resource path." [H]
    else return refuse("a greedy parameter at the end of the path only", `end the path with \`${text}\``);
  }
  const names = segments.flatMap((segment) => (segment.kind === "literal" ? [] : [segment.name]));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    return refuse("each parameter name once in a path", `rename one of the parameters \`${twice}\``);
  }
  return { route: { key, method: method as Method, segments } };
}

/**
 * The form in which two keys that AWS cannot tell apart are equal: parameter names are left out, because no request could
 * choose between `GET /a/{x}` and `GET /a/{y}` [L: AWS documents the conflict for identical keys only].
 */
export function canonicalRoute(route: Route): string {
  if (route.method === undefined) return "$default";
  const path = route.segments.map((segment) =>
    segment.kind === "literal" ? segment.value : segment.kind === "greedy" ? "{+}" : "{}",
  );
  return `${route.method} /${path.join("/")}`;
}

/** Every pair of routes that AWS would take for the same route, in the order they were given. */
export function conflictingRoutes(routes: readonly Route[]): [Route, Route][] {
  const first = new Map<string, Route>();
  const pairs: [Route, Route][] = [];
  for (const route of routes) {
    const canonical = canonicalRoute(route);
    const earlier = first.get(canonical);
    if (earlier) pairs.push([earlier, route]);
    else first.set(canonical, route);
  }
  return pairs;
}

/** A `$default` that no request reaches, and the routes that take all of them. */
export function unreachableDefault(routes: readonly Route[]): [Route, [Route, Route]] | undefined {
  const byForm = new Map(routes.map((route) => [canonicalRoute(route), route]));
  const [dead, root, rest] = ["$default", "ANY /", "ANY /{+}"].map((form) => byForm.get(form));
  return dead && root && rest && [dead, [root, rest]];
}

/**
 * Every pair of routes of which both match some request: the one that takes it first, then the one that does not get it.
 * That is as meant where one refines the other, and a surprise where two teams own them. Catch-alls of the whole API are
 * left out as the second: they exist to get the rest.
 */
export function overlappingRoutes(routes: readonly Route[]): [Route, Route][] {
  const refined = routes.filter(
    (route) => route.segments[0]?.kind !== "greedy" && route.method !== undefined,
  );
  return refined.flatMap((loser) =>
    refined
      .filter((winner) => winner !== loser && overlap(winner, loser) && compareRoutes(winner, loser) < 0)
      .map((winner): [Route, Route] => [winner, loser]),
  );
}

/** Whether some request matches both. */
function overlap(a: Route, b: Route): boolean {
  if (a.method !== b.method && a.method !== "ANY" && b.method !== "ANY") return false;
  for (let i = 0; ; i++) {
    const [left, right] = [a.segments[i], b.segments[i]];
    if (left?.kind === "greedy" || right?.kind === "greedy") {
      // A greedy part takes one part or more; which may be empty, unless it is the first.
      return left !== undefined && right !== undefined;
    }
    if (left === undefined || right === undefined) return left === right;
    if (left.kind === "literal" && right.kind === "literal" && left.value !== right.value) return false;
  }
}

/**
 * The route a request takes.
 *
 * Order:
 * 1. a full match before a greedy one, a greedy one before `$default` (ROUTES, [H]);
 * 2. more literal parts first, then (greedy) more parts before the greedy one (TOOL; ROUTES' table has the case of
 *    `GET /pets/dog/1` before `GET /pets/dog/{id}`, [H] for that, [M] beyond);
 * 3. at an equal number, the literal that stands further left [L];
 * 4. the named method before `ANY` of the same path (ROUTES: `ANY` matches "all methods that you haven't defined for a
 *    resource", [H]). So `ANY /pets/dog` beats `GET /pets/{proxy+}` for GET /pets/dog: the path decides first.
 *
 * @param rawPath the path as the client sent it, without the query and without a named stage's prefix.
 */
export function matchRoute(
  routes: readonly Route[],
  method: string,
  rawPath: string,
): RouteMatch | undefined {
  const parts = pathParts(rawPath);
  let best: RouteMatch | undefined;
  for (const route of routes) {
    const parameters = matchParts(route, method, parts);
    if (parameters && (best === undefined || compareRoutes(route, best.route) < 0))
      best = { route, parameters };
  }
  return best;
}

/** Sorts the routes that match one request, the one that AWS selects first. See {@link matchRoute} for the order. */
export function compareRoutes(a: Route, b: Route): number {
  const [left, right] = [rank(a), rank(b)];
  for (const [index, value] of left.entries()) {
    const other = right[index] ?? 0;
    if (value !== other) return other - value;
  }
  return 0;
}

function rank(route: Route): number[] {
  const literals = route.segments.filter((segment) => segment.kind === "literal").length;
  const greedy = route.segments.at(-1)?.kind === "greedy";
  const leftmost = route.segments.reduce(
    (value, segment, index) => value + (segment.kind === "literal" ? 2 ** -index : 0),
    0,
  );
  return [
    route.method === undefined ? 0 : greedy ? 1 : 2,
    literals,
    greedy ? route.segments.length : 0,
    leftmost,
    route.method === "ANY" ? 0 : 1,
  ];
}

/**
 * Splits before it decodes, so that an encoded slash stays inside its part [L]. That HTTP APIs decode the path before they
 * look at it is known for Lambda integrations only (middleapi/standard-server#93, Worklytics/psoxy#827, [M]).
 */
function pathParts(rawPath: string): string[] {
  const parts = rawPath.replace(/^\//, "").split("/");
  return parts.map(decode);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Trailing slashes count: `/pets/dog/` is not `/pets/dog` (TOOL, [M]; storacha/w3infra#166 had to add a route for it). It
 * is caught by `/pets/dog/{proxy+}` with an empty value, but `/` is not caught by `/{proxy+}`: ROUTES speaks of "child
 * resources" and TOOL disagrees, so the stricter reading is taken [L]; who serves the root writes `ANY /` and is safe
 * either way. A plain parameter never matches an empty part (TOOL, [M]). Case counts [L].
 */
function matchParts(route: Route, method: string, parts: string[]): Record<string, string> | undefined {
  if (route.method === undefined) return {};
  if (route.method !== "ANY" && route.method !== method) return undefined;
  if (route.segments.length === 0) return parts.length === 1 && parts[0] === "" ? {} : undefined;

  const parameters: Record<string, string> = {};
  for (const [index, segment] of route.segments.entries()) {
    const value = parts[index];
    if (value === undefined) return undefined;
    switch (segment.kind) {
      case "literal":
        if (value !== segment.value) return undefined;
        break;
      case "parameter":
        if (value === "") return undefined;
        parameters[segment.name] = value;
        break;
      case "greedy": {
        const rest = parts.slice(index).join("/");
        if (index === 0 && rest === "") return undefined;
        parameters[segment.name] = rest;
        return parameters;
      }
    }
  }
  return parts.length === route.segments.length ? parameters : undefined;
}
