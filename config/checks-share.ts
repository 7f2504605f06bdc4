import * as pulumi from "@pulumi/pulumi";
import { isGiven, isObject, Problem, Said } from "./problems";
import { ClusterConfig, ServiceConfig, ShareConfig } from "./schema";
import { scopedName } from "../rules/names";
import { reachedName, reachedServices } from "../rules/reach";
import { ApiConfig, RouteConfig } from "./schema-api";

/** What belongs to somebody else and cannot be configured here; see checks.ts. */

type Services = Readonly<Record<string, Partial<ServiceConfig>>>;

/** Keys of `api` that say something of the routes, which are ours in anybody's API. */
const ofRoutes = ["auth", "authorizers"];

interface Configured {
  project: string;
  stack: string;
  share: Partial<ShareConfig>;
  cluster: Partial<ClusterConfig>;
  api: Partial<ApiConfig>;
  services: Services;
}

/** The key that says whose the API is, as written: one that is malformed is there nevertheless. Undefined for the stack's own. */
export function apiOwner(
  document: Readonly<Record<string, unknown>>,
): "share.stack" | "api.existingId" | undefined {
  if (isGiven(document.share, "stack")) return "share.stack";
  return isGiven(document.api, "existingId") ? "api.existingId" : undefined;
}

export function checkOwners(
  document: Readonly<Record<string, unknown>>,
  configured: Configured,
  problems: Problem[],
): void {
  const { project, stack, share, cluster, api, services } = configured;
  const foreign = (section: string, allowed: readonly string[], owner: string): void => {
    const given = isObject(document[section]) ? Object.keys(document[section]) : [];
    for (const key of given.filter((candidate) => !allowed.includes(candidate))) {
      problems.push({
        path: `${section}.${key}`,
        got: new Said(`set together with ${owner}`),
        allowed: allowed.length > 0 ? `of ${section}: ${allowed.join(", ")}` : `nothing of ${section}`,
        fix: "take it out: the owner decides it",
      });
    }
  };
  const owner = apiOwner(document);
  if (owner === "share.stack") {
    foreign("network", [], owner);
    foreign("cluster", [], owner);
    foreign("api", ofRoutes, owner);
  }
  if (owner === "api.existingId") foreign("api", ["existingId", "stage", ...ofRoutes], owner);
  if (share.prefix !== undefined && !isGiven(document.share, "stack")) {
    problems.push({
      path: "share.prefix",
      got: share.prefix,
      allowed: "only with share.stack",
      fix: "name the stack, or write the prefix in the routes",
    });
  }
  if (share.stack !== undefined && fullName(share.stack, project) === fullName(stack, project)) {
    problems.push({
      path: "share.stack",
      got: share.stack,
      allowed: "another stack: this one would give up what it shares",
      fix: "take it out, or name the stack that has the network and the API",
    });
  }
  if (share.stack !== undefined || cluster.namespace !== undefined)
    checkScopedNames(stack, services, problems);
  checkAdopted(api, services, owner, problems);
  eachRoute(services, (route, at) => checkRoute(route, at, owner, share.prefix, problems));
}

/** A stack as Pulumi's references name it. */
export const fullName = (stack: string, project: string): string =>
  stack.includes("/") ? stack : `${pulumi.getOrganization()}/${project}/${stack}`;

/** Names where other stacks have theirs. */
function checkScopedNames(stack: string, services: Services, problems: Problem[]): void {
  if (stack.includes("--")) {
    problems.push({
      path: "stack",
      got: stack,
      allowed: "a name without --, which divides it from those of the services",
      fix: "pulumi stack rename",
    });
  }
  const reached = reachedServices(services);
  for (const [name, { port }] of Object.entries(services)) {
    const called = reached.has(name) && port !== undefined ? reachedName(name, port) : name;
    const scoped = scopedName(stack, called);
    // A label of a DNS name: https://docs.aws.amazon.com/cloud-map/latest/api/API_CreateService.html
    if (scoped.length <= 63) continue;
    problems.push({
      path: `services.${name}`,
      got: scoped,
      allowed: "63 characters with the stack's name",
      fix: "shorten one of the two",
    });
  }
}

/** What an existing API has already and this stack takes over. */
function checkAdopted(
  api: Partial<ApiConfig>,
  services: Services,
  owner: string | undefined,
  problems: Problem[],
): void {
  for (const [name, { type }] of Object.entries(api.authorizers ?? {})) {
    if (type !== "existing" || owner === "api.existingId") continue;
    problems.push({
      path: `api.authorizers.${name}.type`,
      got: type,
      allowed: "only with api.existingId",
      fix: "take it out, or name the API that has it",
    });
  }
  const seen = new Map<string, string>();
  eachRoute(services, ({ adopt, integration, auth }, at) => {
    if (adopt !== undefined && integration === undefined) {
      // The route would be left behind by a destroy, and AWS refuses to delete the integration it leads to.
      problems.push({
        path: `${at}.adopt`,
        got: adopt,
        allowed: "only with integration: a route that leads to this stack's service is this stack's",
        fix: "to take a route over, name the integration it leads to now; to cut over, take adopt out together with integration",
      });
    }
    if (adopt === undefined || owner !== "api.existingId") return;
    // An import that differs is followed by an update (pulumi/pulumi#19339): a default would take the lock off the door.
    if (auth === undefined && api.auth === undefined) {
      problems.push({
        path: `${at}.auth`,
        got: undefined,
        allowed: "who may use the route now, said in so many words: another value changes the live route",
        fix: "write none, iam, or the name of an authorizer of type existing",
      });
    }
    const first = seen.get(adopt);
    if (first !== undefined) {
      problems.push({
        path: `${at}.adopt`,
        got: adopt,
        allowed: `a route other than that of ${first}`,
        fix: "adopt each route once",
      });
    }
    seen.set(adopt, at);
  });
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
