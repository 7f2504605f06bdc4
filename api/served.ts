import { RouteConfig } from "../config/schema-api";
import { GuardedRoute } from "../rules/bypasses";
import { servedKeys } from "../rules/preflights";
import { parseRouteKey, Route } from "../rules/routes";

/** A configured route with the routes by which it is served. */
export interface ServedRoute extends GuardedRoute {
  adopted: boolean;
  /** Whether it leads to an integration that somebody else made, instead of the service. */
  elsewhere: boolean;
  served: readonly Route[];
}

/** The routes of this stack as an API serves them. */
export interface ServedApi {
  cors: boolean;
  own: boolean;
  /** Of other stacks, as far as they are known. */
  others: readonly Route[];
  routes: readonly ServedRoute[];
  /** The routes that are made, each with the configured one that it serves. */
  table: ReadonlyMap<Route, ServedRoute>;
}

export interface ServedArgs {
  /** Whether the API has a CORS configuration. */
  cors: boolean;
  /** Whether the API is this stack's. */
  own: boolean;
  /** Who may use the routes that do not say so. */
  auth: string;
  /** Keys that other stacks have in the API, as far as they are known. */
  others: readonly string[];
  services: Readonly<Record<string, { routes: readonly RouteConfig[] }>>;
}

/** Reads the configured routes, whose keys have been checked; those of others may be of another version. */
export function serve({ cors, own, auth: standard, others: keys, services }: ServedArgs): ServedApi {
  // Those that this version would refuse no request chooses.
  const others = keys.flatMap((key) => {
    const one = parseRouteKey(key);
    return "route" in one ? [one.route] : [];
  });
  const configured = Object.entries(services).flatMap(([service, { routes }]) =>
    routes.map((route) => ({ service, ...route, auth: route.auth ?? standard })),
  );
  const served = servedKeys(
    configured.map(({ key, auth, adopt }) => ({
      key,
      closed: auth !== "none",
      adopted: adopt !== undefined,
    })),
    { cors, own, others },
  );
  const routes = configured.map(
    ({ service, key, auth, scopes, rewrite, throttle, adopt, integration }, i): ServedRoute => {
      const route = parsed(key);
      return {
        ...{ route, rewrite, service, auth, scopes, throttle },
        adopted: adopt !== undefined,
        elsewhere: integration !== undefined,
        served: served[i]!.map((one) => (one === key ? route : parsed(one))),
      };
    },
  );
  const table = new Map(routes.flatMap((route) => route.served.map((one) => [one, route] as const)));
  return { cors, own, others, routes, table };
}

/** Keys by which a service is served in the API. */
export const keysOf = ({ routes }: ServedApi, service: string): string[] =>
  routes.filter((route) => route.service === service).flatMap(({ served }) => served.map(({ key }) => key));

/** Whether all that the API serves leads to this service, as far as is known. */
export const isAlone = ({ own, routes }: ServedApi, service: string): boolean =>
  own && routes.every((route) => route.service === service);

const parsed = (key: string): Route => (parseRouteKey(key) as { route: Route }).route;
