/**
 * What an integration changes of a request on its way to the service.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
 */

import { isPathParameter } from "./mapping-expressions";
import { httpApi } from "./quotas";
import type { Route } from "./routes";

/** As it stands in the configuration of a route. */
export interface Rewrite {
  /** First parts of the path that the service does not see. */
  stripPrefix?: string | undefined;
  /** Path that the service sees instead. */
  path?: string | undefined;
  headers: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string>>;
}

export interface RewriteProblem {
  /** Below the route's `rewrite`. */
  key: string;
  got: string;
  allowed: string;
  fix: string;
}

/** Header by which the service learns who asked: `X-Forwarded-For` is reserved, and not sent to private integrations. */
export const clientAddressHeader = "x-client-ip";

/**
 * Header by which a service learns the id of a request, which clients get as `apigw-requestid` and the access log has as
 * `requestId`: with it in a service's log, both logs tell of one request. Frameworks know it.
 */
export const requestIdHeader = "x-request-id";

/** Header by which a service learns what of the path it does not see; frameworks know it. */
export const prefixHeader = "x-forwarded-prefix";

/**
 * Headers that API Gateway lets nobody map.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html#http-api-mapping-reserved-headers
 */
const reserved =
  /^(access-control-.*|apigw-.*|authorization|connection|content-(encoding|length|location)|forwarded|keep-alive|origin|proxy-(authenticate|authorization)|te|trailers|transfer-encoding|upgrade|x-amz-.*|x-amzn-.*|x-forwarded-(for|host|proto)|via)$/i;

/**
 * What of an integration's request parameters tells it apart from the service's others. Deployed integrations are named by
 * it: what every integration has besides is no part of it, see {@link prefixParameters}.
 *
 * @param namedStage whether the stage is the first part of the path, and would reach the service with it
 */
export function requestParameters(
  route: Route,
  rewrite: Rewrite | undefined,
  namedStage: boolean,
): Record<string, string> {
  const path = servicePath(route, rewrite) ?? (namedStage ? "$request.path" : undefined);
  const mapped = (place: string, values: Readonly<Record<string, string>> = {}): [string, string][] =>
    Object.entries(values).map(([name, value]) => [`overwrite:${place}.${name}`, value]);
  return Object.fromEntries([
    ...(path === undefined ? [] : [["overwrite:path", path]]),
    // Overwritten, not appended: what a client sends under this name is a forgery.
    [`overwrite:header.${clientAddressHeader}`, "$context.identity.sourceIp"],
    ...mapped("header", rewrite?.headers),
    ...mapped("querystring", rewrite?.query),
  ]) as Record<string, string>;
}

/**
 * Tells the service which part of the client's path it does not see, for the links and redirects it makes. A service that
 * sees the whole path must not believe a client who says otherwise, so the header is removed there.
 *
 * API Gateway reserves `X-Forwarded-For`, `-Host` and `-Proto` alone (see {@link reserved}), and public deployments map this
 * one. That `remove` takes two quotes for its value is from AWS's example.
 *
 * @param base what the API's address has before a route's path, for example `/v1` of a named stage; empty for none
 */
export function prefixParameters(rewrite: Rewrite | undefined, base: string): Record<string, string> {
  const named = Object.keys(rewrite?.headers ?? {}).some((name) => name.toLowerCase() === prefixHeader);
  if (named) return {};
  const stripped = literals(rewrite?.stripPrefix ?? "").map((part) => `/${part}`);
  const prefix = base + stripped.join("");
  return prefix === ""
    ? { [`remove:header.${prefixHeader}`]: "''" }
    : { [`overwrite:header.${prefixHeader}`]: prefix };
}

/**
 * Tells the service the request's id. Overwritten: of two requests with one id, which a client may send, the logs would make
 * one. A route that maps the header itself keeps what it maps.
 */
export const requestIdParameters = (rewrite: Rewrite | undefined): Record<string, string> =>
  Object.keys(rewrite?.headers ?? {}).some((name) => name.toLowerCase() === requestIdHeader)
    ? {}
    : { [`overwrite:header.${requestIdHeader}`]: "$context.requestId" };

/** The path that a route's rewrite gives to the service; undefined for the client's own. */
export function servicePath(route: Route, rewrite: Rewrite | undefined): string | undefined {
  if (rewrite?.path !== undefined) return rewrite.path;
  if (rewrite?.stripPrefix === undefined) return undefined;
  const rest = route.segments.slice(literals(rewrite.stripPrefix).length).map((segment) =>
    // In braces, so that the name ends where it ends.
    segment.kind === "literal" ? segment.value : `\${request.path.${segment.name}}`,
  );
  return `/${rest.join("/")}`;
}

/** What is wrong with a route's rewrite: AWS would refuse some of it, and take the rest for plain text. */
export function rewriteProblems(route: Route, rewrite: Rewrite): RewriteProblem[] {
  const problems: RewriteProblem[] = [];
  const { stripPrefix, path, headers, query } = rewrite;
  if (stripPrefix !== undefined && path !== undefined) {
    problems.push({ key: "path", got: path, allowed: "one of stripPrefix, path", fix: "take one out" });
  }
  if (stripPrefix !== undefined) {
    const prefix = literals(stripPrefix);
    const begins = prefix.every((part, i) => {
      const segment = route.segments[i];
      return segment?.kind === "literal" && segment.value === part;
    });
    if (prefix.length === 0 || !begins) {
      problems.push({
        key: "stripPrefix",
        got: stripPrefix,
        allowed: `the first parts of ${route.key}, without {…}`,
        fix: "write them as they stand in the route",
      });
    }
    problems.push(...unmappable(route).map((problem) => ({ key: "stripPrefix", ...problem })));
  }
  const names = route.segments.flatMap((segment) => (segment.kind === "literal" ? [] : [segment.name]));
  const texts = { path: path ?? "", ...prefixed("headers", headers), ...prefixed("query", query) };
  for (const [key, text] of Object.entries(texts)) {
    const named = /\$(?:\{request\.path\.([^{}$]+)\}|request\.path\.([A-Za-z0-9_]+))/g;
    for (const [, braced, bare] of text.matchAll(named)) {
      const name = braced ?? bare;
      if (name === undefined || names.includes(name)) continue;
      problems.push({
        key,
        got: text,
        allowed:
          names.length > 0
            ? `of the path's parts ${names.join(", ")}`
            : "no part of the path: the route names none",
        fix: `take $request.path.${name} out, or name it in the route`,
      });
    }
  }
  const bytes = Object.entries(headers).reduce((sum, pair) => sum + Buffer.byteLength(pair.join("")), 0);
  if (bytes >= httpApi.headerBytes) {
    problems.push({
      key: "headers",
      got: `${bytes} bytes`,
      allowed: `less than ${httpApi.headerBytes}, together with the request's own line and headers`,
      fix: "send less, or let the service know it by its environment",
    });
  }
  const spelled = Object.keys(headers);
  const folded = spelled.map((name) => name.toLowerCase());
  for (const [i, name] of spelled.entries()) {
    const first = folded.indexOf(folded[i]!);
    if (first === i) continue;
    problems.push({
      key: `headers.${name}`,
      got: headers[name] ?? "",
      allowed: `a header other than ${spelled[first]}: capitals make no difference`,
      fix: "take one of them out",
    });
  }
  for (const name of spelled.filter(isReserved)) {
    problems.push({
      key: `headers.${name}`,
      got: headers[name] ?? "",
      allowed: "any header that API Gateway does not keep to itself",
      fix: "use a name of your own",
    });
  }
  return problems;
}

/** Parameters that a route without its prefix cannot hand on: the rest of the path is written with their names. */
export const unmappable = (route: Route): Omit<RewriteProblem, "key">[] =>
  route.segments.flatMap((segment) => {
    if (segment.kind === "literal" || isPathParameter(segment.name)) return [];
    const { name } = segment;
    return {
      got: route.key,
      allowed:
        "behind a prefix that the service does not see, parameters named with letters, digits and _ alone",
      fix: `write {${name.replace(/[^A-Za-z0-9_]/g, "_")}} for {${name}}: clients see no difference`,
    };
  });

const isReserved = (name: string): boolean =>
  reserved.test(name) || name.toLowerCase() === clientAddressHeader;

const literals = (path: string): string[] => path.split("/").filter((part) => part !== "");

const prefixed = (key: string, values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${key}.${name}`, value]));
