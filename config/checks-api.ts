import { isGiven, isObject, Problem, Said } from "./problems";
import { authorizerName } from "../rules/names";
import { httpApi } from "../rules/quotas";
import { servedKeys } from "../rules/preflights";
import { rewriteProblems, unmappable } from "../rules/rewrite";
import { conflictingRoutes, parseRouteKey, Route, unreachableDefault } from "../rules/routes";
import { ServiceConfig } from "./schema";
import { ApiConfig, AuthorizerConfig, DomainConfig } from "./schema-api";

/** What takes more than one field to judge of the API and its routes; see checks.ts. */

/**
 * @param raw the services as they are written: who writes no routes takes the default
 * @param prefix `share.prefix`, which each route is then served behind
 */
export function checkRoutes(
  services: Record<string, Partial<ServiceConfig>>,
  raw: unknown,
  prefix: string | undefined,
  problems: Problem[],
): void {
  const owners = new Map<Route, string>();
  const standard = Object.keys(services).filter(
    (name) => isObject(raw) && isObject(raw[name]) && !isGiven(raw[name], "routes"),
  );
  const [first, ...others] = standard;
  for (const name of others) problems.push(sameDefault(first!, name, services[name]!.routes ?? []));
  for (const [name, { routes = [] }] of Object.entries(services)) {
    // Said already, and once for all of them.
    if (others.includes(name)) continue;
    routes.forEach(({ key, rewrite }, i) => {
      // What is not written has no line of its own.
      const at = `services.${name}.routes${standard.includes(name) ? "" : `.${i}`}`;
      const parsed = parseRouteKey(key);
      if ("problem" in parsed) {
        problems.push({ path: at, ...parsed.problem });
        return;
      }
      owners.set(parsed.route, at);
      for (const { key: field, ...problem } of rewrite ? rewriteProblems(parsed.route, rewrite) : []) {
        problems.push({ path: `${at}.rewrite.${field}`, ...problem });
      }
      // With a stripPrefix of its own it has been told.
      if (prefix === undefined || rewrite?.path !== undefined || rewrite?.stripPrefix !== undefined) return;
      problems.push(...unmappable(parsed.route).map((problem) => ({ path: at, ...problem })));
    });
  }
  reportConflicts(owners, problems);
  const [dead, catchers] = unreachableDefault([...owners.keys()]) ?? [];
  if (dead !== undefined && catchers !== undefined) {
    problems.push({
      path: owners.get(dead)!,
      got: dead.key,
      allowed: `a route that requests can reach: ${catchers.map((route) => `${route.key} of ${owners.get(route)}`).join(" and ")} take all`,
      fix: "take one of them out",
    });
  }
}

/** The default leads every request to one service, so that a second one has to say which are its own. */
const sameDefault = (first: string, name: string, routes: ServiceConfig["routes"]): Problem => ({
  path: `services.${name}.routes`,
  got: new Said(
    `it is not written, and neither is services.${first}.routes: both took the default, ${routes.map(({ key }) => key).join(" and ")}`,
  ),
  allowed: "the default for one service, and routes of its own for each other",
  fix: ownRoutes(`services.${name}.routes`),
});

/** The lines to write for a service that has taken the default. */
function ownRoutes(path: string): string {
  const [, name] = path.split(".");
  return `write below services.${name}: \`routes: ["ANY /${name}", "ANY /${name}/{proxy+}"]\``;
}

/** Routes of an API that this stack shares: one key leads to one place. */
export function checkOtherRoutes(
  services: Readonly<Record<string, Pick<ServiceConfig, "routes">>>,
  other: { owner: string; keys: readonly string[] },
  problems: Problem[],
): void {
  const owners = new Map<Route, string>();
  const add = (owner: string, key: string): void => {
    const parsed = parseRouteKey(key);
    if ("route" in parsed) owners.set(parsed.route, owner);
  };
  for (const key of other.keys) add(other.owner, key);
  for (const [name, { routes }] of Object.entries(services)) {
    routes.forEach(({ key }, i) => add(`services.${name}.routes.${i}`, key));
  }
  reportConflicts(owners, problems);
}

function reportConflicts(owners: ReadonlyMap<Route, string>, problems: Problem[]): void {
  for (const [first, second] of conflictingRoutes([...owners.keys()])) {
    const path = owners.get(second)!;
    const isStandard = path.endsWith(".routes");
    problems.push({
      path,
      got: isStandard ? new Said(`it is not written, and the default has ${second.key}`) : second.key,
      allowed: `a route other than ${first.key} of ${owners.get(first)!}`,
      fix: isStandard ? ownRoutes(path) : "give each route to one service",
    });
  }
}

/**
 * @param inherited authorizers that the API has already, with their type
 * @param written names of authorizers in the configuration: one that is malformed is there nevertheless
 */
export function checkAuth(
  { auth: standard, authorizers: own = {} }: Partial<ApiConfig>,
  inherited: Readonly<Record<string, { type: "jwt" | "lambda" }>>,
  services: Readonly<Record<string, Partial<ServiceConfig>>>,
  problems: Problem[],
  written: readonly string[] = Object.keys(own),
): void {
  const authorizers: Readonly<Record<string, AuthorizerConfig | { type: "jwt" | "lambda" }>> = {
    ...inherited,
    ...own,
  };
  const isJwt = (name: string): boolean => {
    if (!Object.hasOwn(authorizers, name)) return written.includes(name);
    const authorizer = authorizers[name];
    return (authorizer && "kind" in authorizer ? authorizer.kind : authorizer?.type) === "jwt";
  };
  const known = [...new Set(["none", "iam", ...Object.keys(authorizers), ...written])];
  const check = (path: string, auth: string | undefined): void => {
    if (auth === undefined || known.includes(auth)) return;
    problems.push({
      path,
      got: auth,
      allowed: known.join(", "),
      fix: "name one of these, or add it to api.authorizers",
    });
  };
  check("api.auth", standard);
  for (const [name, { routes = [] }] of Object.entries(services)) {
    routes.forEach(({ auth, scopes }, i) => {
      const at = `services.${name}.routes.${i}`;
      check(`${at}.auth`, auth);
      const effective = auth ?? standard ?? "none";
      if (scopes.length > 0 && known.includes(effective) && !isJwt(effective)) {
        problems.push({
          path: `${at}.scopes`,
          got: scopes,
          allowed: `only with a JWT authorizer, and this route's auth is ${effective}`,
          fix: "take them out, or set auth to one",
        });
      }
    });
  }
  checkAuthorizerNames(own, problems);
  const count = known.length - 2;
  if (count > httpApi.authorizers) {
    problems.push({
      path: "api.authorizers",
      got: new Said(`${count} authorizers`),
      allowed: `${httpApi.authorizers}`,
      fix: "share them between routes",
    });
  }
}

/** An API takes each name once, and one of type lambda is called apart from what it may have been before. */
function checkAuthorizerNames(
  authorizers: Readonly<Record<string, AuthorizerConfig>>,
  problems: Problem[],
): void {
  for (const [name, { type }] of Object.entries(authorizers)) {
    const called = authorizerName(name, "lambda");
    if (type !== "lambda" || !Object.hasOwn(authorizers, called) || authorizers[called]?.type !== "jwt")
      continue;
    problems.push({
      path: `api.authorizers.${called}`,
      got: new Said(`${name} is called so in AWS, because its type is lambda`),
      allowed: "another name",
      fix: "rename one of the two",
    });
  }
}

function checkDomain(domain: DomainConfig, region: string, problems: Problem[]): void {
  const { name, only, certificateArn, hostedZoneId, truststoreUri, truststoreVersion } = domain;
  const { ownershipVerificationCertificateArn: proof } = domain;
  if (certificateArn === undefined && hostedZoneId === undefined) {
    problems.push({
      path: "api.domain",
      got: new Said("neither certificateArn nor hostedZoneId is set"),
      allowed: "a certificate, or a hosted zone to validate one in",
      fix: "set one of them, or both",
    });
  }
  // https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
  if (certificateArn === undefined && name.length > 64) {
    problems.push({
      path: "api.domain.name",
      got: new Said(`${name.length} characters`),
      allowed: "64 without certificateArn: ACM makes no certificate whose first name is longer",
      fix: "shorten it, or set certificateArn to a certificate that has it as a further name",
    });
  }
  for (const [key, arn] of Object.entries({ certificateArn, ownershipVerificationCertificateArn: proof })) {
    if (arn === undefined || arn.split(":")[3] === region) continue;
    problems.push({
      path: `api.domain.${key}`,
      got: arn,
      allowed: `a certificate of ${region}`,
      fix: "API Gateway takes one of its own Region alone: request or import it there",
    });
  }
  if (proof !== undefined && (truststoreUri === undefined || certificateArn === undefined)) {
    problems.push({
      path: "api.domain.ownershipVerificationCertificateArn",
      got: proof,
      allowed: "only beside truststoreUri and certificateArn",
      fix: "take it out: it proves nothing that the certificate itself does not",
    });
  }
  if (only === undefined && truststoreUri === undefined) {
    problems.push({
      path: "api.domain.only",
      got: undefined,
      allowed: "true, false",
      fix:
        "write `only: true` to keep what a deployed domain has, or for an API that nobody calls yet; write `only: false` for " +
        "one that is called at its execute-api address, and `only: true` once the domain answers",
    });
  }
  if ((truststoreUri === undefined) !== (truststoreVersion === undefined)) {
    problems.push({
      path: "api.domain",
      got: new Said(`truststore${truststoreUri === undefined ? "Version" : "Uri"} is set alone`),
      allowed: "truststoreUri and truststoreVersion, or neither",
      fix: "set both: without a version a new truststore would not take effect",
    });
  }
}

/** In an API of this stack's own; what another's has is known only when it has been asked. */
function routeCount(
  { auth: standard = "none", cors }: Partial<ApiConfig>,
  services: Record<string, Partial<ServiceConfig>>,
): number {
  const routes = Object.values(services).flatMap(({ routes: configured = [] }) => configured);
  return servedKeys(
    routes.map(({ key, auth = standard, adopt }) => ({
      key,
      closed: auth !== "none",
      adopted: adopt !== undefined,
    })),
    { cors: cors !== undefined, own: true, others: [] },
  ).flat().length;
}

export function checkApi(
  api: Partial<ApiConfig>,
  region: string,
  services: Record<string, Partial<ServiceConfig>>,
  problems: Problem[],
): void {
  const { autoDeploy, cors } = api;
  if (api.domain) checkDomain(api.domain, region, problems);
  const everybody = cors?.allowOrigins.find((origin) => origin.includes("*"));
  if (cors?.allowCredentials && everybody !== undefined) {
    problems.push({
      path: "api.cors.allowCredentials",
      got: true,
      allowed: `false while allowOrigins holds ${everybody}: anybody's page could act in the name of its visitor`,
      fix: "name the origins, or take it out",
    });
  }
  const count = routeCount(api, services);
  if (count > httpApi.routes) {
    const configured = Object.values(services).flatMap(({ routes = [] }) => routes).length;
    const why = count > configured ? `, with six for each closed ANY because of api.cors` : "";
    problems.push({
      path: "services",
      got: new Said(`${count} routes${why}`),
      allowed: `${httpApi.routes}`,
      fix: "use {proxy+} routes, or split the services over two stacks",
    });
  }
  // CreateDeployment refuses an API without routes.
  if (autoDeploy === false && Object.values(services).every(({ routes }) => routes?.length === 0)) {
    problems.push({
      path: "api.autoDeploy",
      got: autoDeploy,
      allowed: "true while no service has a route",
      fix: "give a service a route, or take it out",
    });
  }
}
