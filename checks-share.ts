import { Problem, Said } from "./problems";
import { ServiceConfig, ShareConfig } from "./schema";
import { ApiConfig, RouteConfig } from "./schema-api";

/** What belongs to somebody else and cannot be configured here; see checks.ts. */

type Services = Readonly<Record<string, Partial<ServiceConfig>>>;

/** Keys of `api` that say something of the routes, which are ours in anybody's API. */
const ofRoutes = ["auth", "authorizers"];

export function checkOwners(
  document: Readonly<Record<string, unknown>>,
  share: Partial<ShareConfig>,
  api: Partial<ApiConfig>,
  services: Services,
  problems: Problem[],
): void {
  const foreign = (section: string, allowed: readonly string[], owner: string): void => {
    const given = Object.keys(Object(document[section] ?? {}) as object);
    for (const key of given.filter((candidate) => !allowed.includes(candidate))) {
      problems.push({
        path: `${section}.${key}`,
        got: new Said(`set together with ${owner}`),
        allowed: allowed.length > 0 ? `of ${section}: ${allowed.join(", ")}` : `nothing of ${section}`,
        fix: "take it out: the owner decides it",
      });
    }
  };
  const owner =
    share.stack !== undefined ? "share.stack" : api.existingId !== undefined ? "api.existingId" : undefined;
  if (owner === "share.stack") {
    foreign("network", [], owner);
    foreign("cluster", [], owner);
    foreign("api", ofRoutes, owner);
  }
  if (owner === "api.existingId") foreign("api", ["existingId", "stage", ...ofRoutes], owner);
  if (share.prefix !== undefined && share.stack === undefined) {
    problems.push({
      path: "share.prefix",
      got: share.prefix,
      allowed: "only with share.stack",
      fix: "name the stack, or write the prefix in the routes",
    });
  }
  eachRoute(services, (route, at) => checkRoute(route, at, owner, share.prefix, problems));
}

function checkRoute(
  { key, throttle, adopt, integration }: RouteConfig,
  at: string,
  owner: string | undefined,
  prefix: string | undefined,
  problems: Problem[],
): void {
  if (throttle !== undefined && owner !== undefined) {
    problems.push({
      path: `${at}.throttle`,
      got: throttle,
      allowed: `only in an API of this stack's own, not with ${owner}: it is a setting of the stage`,
      fix: "take it out, and let the owner of the stage limit the route",
    });
  }
  for (const [field, value] of Object.entries({ adopt, integration })) {
    if (value === undefined || owner === "api.existingId") continue;
    problems.push({
      path: `${at}.${field}`,
      got: value,
      allowed: "only with api.existingId",
      fix: "take it out, or name the API that has it",
    });
  }
  if (key === "$default" && prefix !== undefined) {
    problems.push({
      path: at,
      got: key,
      allowed: `routes with a path, which can begin with share.prefix (${prefix})`,
      fix: "write ANY / and ANY /{proxy+}",
    });
  }
}

function eachRoute(services: Services, each: (route: RouteConfig, at: string) => void): void {
  for (const [name, { routes = [] }] of Object.entries(services)) {
    routes.forEach((route, i) => each(route, `services.${name}.routes.${i}`));
  }
}

/** The services with their routes as they stand in a shared API: behind a prefix that the services do not see. */
export function behindPrefix(
  prefix: string | undefined,
  services: Readonly<Record<string, ServiceConfig>>,
): Readonly<Record<string, ServiceConfig>> {
  if (prefix === undefined) return services;
  const move = (route: RouteConfig): RouteConfig => {
    const [method, path] = route.key.split(" ");
    const rewrite = { headers: {}, query: {}, ...route.rewrite };
    const stripPrefix = `${prefix}${rewrite.stripPrefix ?? ""}`;
    return {
      ...route,
      key: `${method} ${prefix}${path === "/" ? "" : path}`,
      rewrite: rewrite.path === undefined ? { ...rewrite, stripPrefix } : rewrite,
    };
  };
  return Object.fromEntries(
    Object.entries(services).map(([name, service]) => [
      name,
      { ...service, routes: service.routes.map(move) },
    ]),
  );
}
