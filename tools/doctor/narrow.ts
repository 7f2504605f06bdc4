/** Which routes and services are asked about. */
import { UsageError } from "../commands/options";
import { matchRoute, parseRouteKey, type Route } from "../../rules/routes";
import type { Expected } from "./expected";
import type { Narrowed } from "./look";

export interface Asked {
  /** `GET /orders`: a route's key, or a request. */
  route: string | undefined;
  /** As the configuration calls it. */
  service: string | undefined;
}

/** @throws UsageError for a service that there is not, or what is no request */
export function narrow(expected: Expected, { route, service }: Asked): Narrowed {
  const all = expected.routes.map(({ key }) => key);
  const leads = (key: string, registry: string | undefined): boolean => {
    const id = expected.routes.find((each) => each.key === key)?.integration;
    return (
      registry !== undefined && expected.integrations.find((each) => each.id === id)?.registry === registry
    );
  };
  let { services } = expected;
  if (service !== undefined) {
    services = services.filter(({ name }) => name === service);
    if (services.length === 0)
      throw new UsageError(
        `The stack ${expected.stack} has no service ${service}. Allowed: ${expected.services.map(({ name }) => name).join(", ")}.`,
      );
  }
  const ofService =
    service === undefined ? all : all.filter((key) => services.some(({ registry }) => leads(key, registry)));
  if (route === undefined) return { routes: ofService, services };
  const key = keyOf(ofService, route);
  const led = services.filter(({ registry }) => leads(key, registry));
  // A route that the state does not have leads nowhere it knows.
  return { routes: [key], services: led.length > 0 ? led : services };
}

/** The route that takes a request, as the API chooses it; the request itself where none does. */
function keyOf(keys: readonly string[], asked: string): string {
  if (keys.includes(asked)) return asked;
  const [, method = "", path = ""] = /^([A-Za-z]+) (\/\S*)$/.exec(asked) ?? [];
  if (path === "" && asked !== "$default")
    throw new UsageError(
      `--route is \`${asked}\`. Allowed: a method and a path, as in --route "GET /orders".`,
    );
  const routes = keys.flatMap((key): Route[] => {
    const parsed = parseRouteKey(key);
    return "route" in parsed ? [parsed.route] : [];
  });
  return matchRoute(routes, method.toUpperCase(), path)?.route.key ?? asked;
}
