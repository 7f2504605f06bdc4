import { ServedApi } from "./served";
import { Bypass, bypasses, Limit, otherMethod } from "../rules/bypasses";
import { AuthorizerConfig } from "../config/schema-api";
import { allowsHeader, allowsMethod, Cors, preflightRoute } from "../rules/preflights";
import { Route } from "../rules/routes";

/**
 * What works otherwise than its configuration reads, one sentence or two for each: who gets around a closed route, and
 * whose preflights do not get through.
 *
 * @param limit of the stage; undefined for another's, which is not known
 */
export function routeWarnings(api: ServedApi, limit: Limit | undefined): string[] {
  const here = api.routes.filter(({ elsewhere }) => !elsewhere);
  const rest = api.routes.filter(({ elsewhere }) => elsewhere).flatMap(({ served }) => served);
  return [
    ...bypassWarnings(bypasses(here, [...api.others, ...rest], limit)),
    ...preflightWarnings(api),
    ...shadowWarnings(api),
  ];
}

/** What is known of an authorizer: of others' its kind alone. */
export type KnownAuthorizer = AuthorizerConfig | { type: "shared"; kind: "jwt" | "lambda" };

/**
 * What the API's CORS configuration keeps pages of other origins from: the methods of routes, and what authorizers read.
 *
 * @param cors of the API
 * @param owner who configures it, if that is not this stack
 */
export function corsWarnings(
  { routes }: ServedApi,
  cors: Cors,
  authorizers: Readonly<Record<string, KnownAuthorizer>>,
  owner?: string,
): string[] {
  const setting = (name: string): string =>
    owner === undefined ? `api.cors.${name}` : `the CORS configuration of ${owner} (${name})`;
  const ask = (what: string): string =>
    owner === undefined ? `Name ${what} there` : `Have ${what} named there`;
  const warnings: string[] = [];
  const methods = routes.flatMap(({ route: { method, key } }) =>
    method === undefined || method === "ANY" || method === "OPTIONS" || allowsMethod(cors, method)
      ? []
      : [{ method, key }],
  );
  const star = (list: readonly string[]): string =>
    list.includes("*") && cors.allowCredentials ? " With allowCredentials browsers take * for a name." : "";
  if (methods.length > 0) {
    const missing = [...new Set(methods.map(({ method }) => method))].join(", ");
    warnings.push(
      `CORS: browsers of other origins cannot call ${some(methods.map(({ key }) => key))}: ${setting("allowMethods")} does not ` +
        `allow ${missing}.${star(cors.allowMethods)} ${ask(methods.length === 1 ? "it" : "them")}.`,
    );
  }
  const readers = new Map<string, string[]>();
  for (const { route, auth } of routes) {
    if (route.method === "OPTIONS") continue;
    for (const header of headersOf(auth, authorizers)) {
      if (!allowsHeader(cors, header)) readers.set(header, [...(readers.get(header) ?? []), route.key]);
    }
  }
  for (const [header, keys] of readers) {
    const why =
      header === "authorization" && cors.allowHeaders.includes("*") && !cors.allowCredentials
        ? " For browsers * does not cover it."
        : star(cors.allowHeaders);
    warnings.push(
      `CORS: browsers of other origins cannot send ${header}, by which ${some(keys)} is authorized: ${setting("allowHeaders")} does ` +
        `not allow it.${why} ${ask(header)}.`,
    );
  }
  return warnings;
}

/** The headers without which nobody gets in, in small letters. */
function headersOf(auth: string, authorizers: Readonly<Record<string, KnownAuthorizer>>): string[] {
  if (auth === "iam") return ["authorization"];
  const authorizer = Object.hasOwn(authorizers, auth) ? authorizers[auth] : undefined;
  const kind = authorizer && "kind" in authorizer ? authorizer.kind : authorizer?.type;
  if (kind === "jwt") return ["authorization"];
  // What a Lambda authorizer of others reads is not known.
  if (authorizer?.type !== "lambda") return [];
  return authorizer.identitySources.flatMap((source) => {
    const [, name] = /^\$request\.header\.(.+)$/.exec(source) ?? [];
    return name === undefined ? [] : [name.toLowerCase()];
  });
}

/** One for each route that leads around others, however many. */
function bypassWarnings(found: readonly Bypass[]): string[] {
  const groups = new Map<string, Bypass[]>();
  const crossed = new Set<string>();
  for (const bypass of found) {
    const { weak, strong, lost } = bypass;
    // Around each other: said once.
    if (lost === "authorizer" && crossed.has(`${weak.route.key} ${strong.route.key}`)) continue;
    crossed.add(`${strong.route.key} ${weak.route.key}`);
    const group = `${weak.service} ${weak.route.key} ${lost}`;
    groups.set(group, [...(groups.get(group) ?? []), bypass]);
  }
  return [...groups.values()].map(([first, ...more]) => {
    const { weak, strong, method, path, arrivesAs, lost } = first!;
    const asked = {
      auth: `authorization (${strong.auth})`,
      authorizer: `authorization (${strong.auth})`,
      scopes: `one of the scopes ${strong.scopes.join(", ")}`,
      throttle: `no more than ${strong.throttle?.rate} requests a second`,
    }[lost];
    const also =
      more.length === 0 ? "" : ` So it does around ${some(more.map((one) => one.strong.route.key))}.`;
    const why =
      method === otherMethod
        ? ", as does every method that no route can name: beside cors they are not served by the closed one"
        : method === "HEAD" && strong.route.method === "GET"
          ? ", which services answer as GET"
          : "";
    const around =
      lost === "authorizer" ? `asks for another (${weak.auth}) on the way to the same` : "leads around it";
    const fix =
      lost === "authorizer"
        ? "Whom either lets in reaches it: close them alike, or let one lead to other paths."
        : "Close it alike, or let it lead to other paths.";
    return (
      `${strong.route.key} of ${strong.service} asks for ${asked}, and ${weak.route.key} ${around}: ` +
      `${method} ${path} arrives as ${arrivesAs}${why}.${also} ${fix}`
    );
  });
}

function preflightWarnings({ cors, routes, table, others, own }: ServedApi): string[] {
  if (!cors) return [];
  const foreign = new Set(others);
  const closed = routes.filter(({ route, auth }) => auth !== "none" && route.method !== "OPTIONS");
  return closed.flatMap(({ route, served, adopted }) => {
    const [first = route] = served;
    const taker = preflightRoute(first, [...table.keys(), ...others]);
    if (taker === undefined) return [];
    const what = `CORS: preflights of ${route.key} take ${taker.key}`;
    if (foreign.has(taker))
      return [`${what} of another stack, which has to let them through and answer 2xx.`];
    const { auth, service } = table.get(taker)!;
    if (auth !== "none") {
      const fix = adopted
        ? "They get through once adopt and integration are taken out"
        : route.key === "$default" && !own
          ? "Write ANY / and ANY /{proxy+} instead"
          : `Open ${taker.key}, or take it out`;
      return [
        `${what}, and are refused by its authorization: browsers of other origins cannot call it. ${fix}.`,
      ];
    }
    // Whoever writes an OPTIONS route means it to answer.
    if (taker.method === "OPTIONS") return [];
    return [
      `${what} of ${service}, without authorization: they get through only if it answers OPTIONS with 2xx.`,
    ];
  });
}

/** Routes of this stack that take the preflights of another's, which the gateway or a route of its own answered before. */
function shadowWarnings({ cors, table, others }: ServedApi): string[] {
  if (!cors) return [];
  const all = [...table.keys(), ...others];
  const taken = new Map<Route, string[]>();
  for (const other of others.filter(({ method }) => method !== "OPTIONS")) {
    const taker = preflightRoute(other, all);
    if (taker && table.has(taker)) taken.set(taker, [...(taken.get(taker) ?? []), other.key]);
  }
  return [...taken].map(([taker, keys]) => {
    const { auth, service } = table.get(taker)!;
    const then =
      auth === "none"
        ? `they get through only if ${service} answers OPTIONS with 2xx`
        : "its authorization refuses them, so that browsers of other origins cannot call those any more";
    return `CORS: ${taker.key} takes the preflights of ${some(keys)} of another stack: ${then}. Give it a path of its own.`;
  });
}

/** A few of many. */
const some = (names: string[]): string =>
  names.length <= 3 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
