/**
 * Ways around a closed route: another route of the same service that asks for less, and whose requests reach the service
 * with the same method and path. Decided by the order of routes ({@link matchRoute}) and by what integrations make of a path
 * (path-shapes.ts). Empty parts are looked at where a path ends, and what a service takes for the same path by itself, such
 * as `//a` for `/a`, is not seen here.
 */

import {
  guardedLayouts,
  layoutsOf,
  partByText,
  shapeOf,
  spaceOf,
  unify,
  writer,
  type Layout,
  type RewrittenRoute,
  type Space,
} from "./path-shapes";
import { matchRoute, methods, type Route } from "./routes";

/** A route with who may use it, and how much. */
export interface GuardedRoute extends RewrittenRoute {
  /** The routes by which it is served, where they are not itself. */
  served?: readonly Route[];
  /** Where it leads. */
  service: string;
  /** `none`, `iam` or an authorizer. */
  auth: string;
  /** Of which a token needs one; none for any token. */
  scopes: readonly string[];
  /** Its own limit. */
  throttle: Limit | undefined;
}

export interface Limit {
  rate: number;
  burst: number;
}

export interface Bypass {
  strong: GuardedRoute;
  weak: GuardedRoute;
  /** What of the strong route the weak one does without. */
  lost: "auth" | "authorizer" | "scopes" | "throttle";
  /** A request that takes the weak route. */
  method: string;
  path: string;
  /** As which the service gets it, and would get it by the strong route. */
  arrivesAs: string;
}

/** Stands for every method that no route can name. */
export const otherMethod = "PROPFIND";

/**
 * Every pair of a closed route and one that leads around it, each with a request that does.
 *
 * A service answers HEAD as it answers GET, so a route that takes HEAD beside one that guards GET counts; OPTIONS does not,
 * see preflights.ts. Of two routes with different authorizers neither asks for less; the pair counts where a request of a method
 * that both may take comes to the same, and not for the rest of the methods: what a catch-all takes beside a route is its own.
 *
 * @param routes of one stack
 * @param others further routes of the API, which take requests as well
 * @param limit of the stage, for routes without their own; undefined where it is not known
 */
export function bypasses(
  routes: readonly GuardedRoute[],
  others: readonly Route[],
  limit: Limit | undefined,
): Bypass[] {
  const configured = [...routes.map(({ route }) => route), ...others];
  const served = [...routes.flatMap(servedBy), ...others];
  const space = spaceOf(routes, configured);
  const budget = 200_000 / routes.length;
  const layouts = new Map(routes.map((weak) => [weak, layoutsOf(weak, space, budget)]));
  return routes.flatMap((strong) =>
    routes.flatMap((weak) => {
      const lost = strong.service === weak.service && strong !== weak && loses(weak, strong, limit);
      const way =
        lost &&
        wayAround(
          weak,
          strong,
          { configured, served, layouts: layouts.get(weak)!, space },
          lost === "authorizer" ? namedPairs(strong.route) : methodPairs(strong.route),
        );
      return way ? [{ strong, weak, lost, ...way }] : [];
    }),
  );
}

const servedBy = ({ route, served = [route] }: GuardedRoute): readonly Route[] => served;

/** What the weak route does without; false if it is not known to ask for less. */
function loses(weak: GuardedRoute, strong: GuardedRoute, limit: Limit | undefined): Bypass["lost"] | false {
  if (strong.auth !== "none" && weak.auth === "none") return "auth";
  // Neither asks for less, yet whom the one keeps out the other may let in.
  if (strong.auth !== weak.auth && strong.auth !== "none") return "authorizer";
  if (strong.auth === weak.auth && strong.scopes.length > 0) {
    const more = weak.scopes.some((scope) => !strong.scopes.includes(scope));
    if (weak.scopes.length === 0 || more) return "scopes";
  }
  const other = weak.throttle ?? limit;
  if (strong.throttle === undefined) return false;
  if (other === undefined) return "throttle";
  return (other.rate > strong.throttle.rate || other.burst > strong.throttle.burst) && "throttle";
}

interface Search {
  /** Which requests a route is meant to take. */
  configured: readonly Route[];
  /** Which ones it takes. */
  served: readonly Route[];
  /** Of the weak route, by the length of what the service gets. */
  layouts: ReadonlyMap<number, readonly Layout[]>;
  space: Space;
}

function wayAround(
  weak: GuardedRoute,
  strong: GuardedRoute,
  { configured, served, layouts, space }: Search,
  pairs: readonly [string, string][],
): Pick<Bypass, "method" | "path" | "arrivesAs"> | undefined {
  if (partByText(weak, strong)) return undefined;
  for (const count of guardedLayouts(strong, space)) {
    for (const other of layouts.get(shapeOf(strong, count).got.length) ?? []) {
      const [from, to] = [shapeOf(weak, other), shapeOf(strong, count)];
      if (!unify(from.got, to.got)) continue;
      // Texts that nobody names, each another one: where those are taken by a third route, all others are.
      const write = writer(space);
      const [path, guarded] = [write(from.asked), write(to.asked)];
      const got = write(from.got.map((part) => [part]));
      for (const [method, same] of pairs) {
        if (matchRoute(configured, same, guarded)?.route !== strong.route) continue;
        const taken = matchRoute(served, method, path)?.route;
        if (taken === undefined || !servedBy(weak).includes(taken)) continue;
        return { method, path, arrivesAs: `${method} ${got}` };
      }
    }
  }
  return undefined;
}

/** Methods that the strong route names, each as the request's and as what is guarded by it. */
function namedPairs(strong: Route): [string, string][] {
  const named = methods.filter((name) => name !== "ANY" && name !== "OPTIONS");
  return guardedBy(
    strong,
    named.map((name) => [name, name]),
  );
}

/** The same first, and those that come with them. */
const methodPairs = (strong: Route): [string, string][] => [
  ...namedPairs(strong),
  ...guardedBy(strong, [
    ["HEAD", "GET"],
    [otherMethod, otherMethod],
  ]),
];

const guardedBy = ({ method }: Route, pairs: [string, string][]): [string, string][] =>
  pairs.filter(([, guarded]) => method === undefined || method === "ANY" || method === guarded);
