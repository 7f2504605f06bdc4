/**
 * The wiring of a deployment: API → route → integration → VPC link → Cloud Map service → ECS services → tasks, as its
 * resources refer to each other by id and ARN. Nothing here knows the program; a resource that is missing shows up as the
 * reason why requests fail.
 */
import { readAuthorization, type Authorization } from "./gateway/authorize";
import { readCors, type Cors } from "./gateway/cors";
import { parseRouteKey, type Route } from "../../rules/routes";
import { ofType, type Deployment, type Resource } from "../../simulate/deployment";
import { number, object, properties, referred, text, texts } from "./recorded";
import { blockedPath } from "./firewall";
import { readService, type ServiceView } from "./ecs/services";

export type { ServiceView } from "./ecs/services";

/** Why requests that take a route fail, and how AWS would answer them. */
export interface Broken {
  status: number;
  reason: string;
  /** True where AWS would drop packets, and the client wait, instead of answering at once. */
  waits: boolean;
}

export interface Integration {
  id: string;
  /** The Cloud Map service, by ARN. */
  registry: string;
  timeoutMilliseconds: number;
  requestParameters: Record<string, string>;
}

export interface RouteView {
  route: Route;
  authorization: Authorization;
  integration: Integration | undefined;
  broken: Broken | undefined;
  /** ECS services (by URN) whose tasks the link cannot reach, and why. */
  blocked: Map<string, string>;
}

export interface Throttle {
  rate: number | undefined;
  burst: number | undefined;
}

export interface StageView {
  name: string;
  accessLogFormat: string | undefined;
  throttle: Throttle;
  routeThrottles: Map<string, Throttle>;
}

export interface Registry {
  arn: string;
  /** `<service>.<namespace>`; undefined when the namespace does not exist, and then nothing can be discovered. */
  dnsName: string | undefined;
  ttl: number;
  srv: boolean;
  /** Whether ECS reports health to it: without a health check "all instances are returned" (aws-facts §1, [H]). */
  customHealth: boolean;
}

export interface Topology {
  api: { id: string; endpoint: string; cors: Cors | undefined } | undefined;
  stages: StageView[];
  routes: RouteView[];
  registries: Map<string, Registry>;
  services: ServiceView[];
  /** What cannot work, for the console. */
  problems: string[];
  /** What is recorded but not exercised on this machine. */
  notModelled: string[];
}

/** Reads the wiring of a deployment, broken or not; throws nothing. */
export function readTopology(deployment: Deployment): Topology {
  const notModelled = ofType(deployment, "aws:apigatewayv2/domainName:DomainName").map(
    ({ inputs }) =>
      `the domain ${text(inputs.domainName) ?? ""}, its certificate and its mutual TLS: localhost stands in`,
  );
  const problems: string[] = [];
  const apis = ofType(deployment, "aws:apigatewayv2/api:Api");
  const recorded = apis[0];
  // An API that somebody else owns is not among the resources: the program looks it up.
  const adopted = text(
    deployment.invocations.find(({ token }) => token === "aws:apigatewayv2/getApi:getApi")?.inputs.apiId,
  );
  if (adopted !== undefined) {
    notModelled.push(
      `the API ${adopted} is somebody else's: its other routes, its CORS and its stages; here a stage serves what this ` +
        "stack adds",
    );
  }
  const id =
    (recorded && (recorded.id ?? text(recorded.outputs.id))) ??
    adopted ??
    text(ofType(deployment, "aws:apigatewayv2/stage:Stage")[0]?.inputs.apiId);
  const endpoint = text(recorded?.outputs.apiEndpoint) ?? "";
  const cors = readCors(recorded?.inputs.corsConfiguration);
  const api = id === undefined ? undefined : { id, endpoint, cors };
  if (!api) problems.push("There is no HTTP API: every request is answered 404.");

  const registries = readRegistries(deployment, problems);
  const services = ofType(deployment, "aws:ecs/service:Service").map((service) =>
    readService(deployment, service, registries),
  );
  for (const service of services) {
    problems.push(...service.problems.map((problem) => `${service.name}: ${problem}`));
    notModelled.push(...service.notModelled.map((note) => `${service.name}: ${note}`));
  }

  const stages =
    adopted !== undefined
      ? [foreignStage]
      : api
        ? ofApi(deployment, "aws:apigatewayv2/stage:Stage", api.id).map(readStage)
        : [];
  if (api && stages.length === 0) problems.push("The API has no stage: every request is answered 404.");

  const routes = api
    ? ofApi(deployment, "aws:apigatewayv2/route:Route", api.id).flatMap((resource) => {
        const view = readRoute(deployment, resource, api.id, registries, services);
        if (typeof view === "string") problems.push(view);
        else {
          const refused = { iam: "IAM signatures", lambda: "Lambda authorizers" };
          const { type } = view.authorization;
          if (type === "iam" || type === "lambda") {
            notModelled.push(
              `${view.route.key}: ${refused[type]} are not on this machine, so nobody is let through`,
            );
          }
          if (view.broken) problems.push(`${view.route.key}: ${view.broken.reason}`);
          for (const reason of view.blocked.values()) problems.push(`${view.route.key}: ${reason}`);
        }
        return typeof view === "string" ? [] : [view];
      })
    : [];
  if (api && routes.length === 0) problems.push("The API has no route: every request is answered 404.");
  return { api, stages, routes, registries, services, problems: [...new Set(problems)], notModelled };
}

const ofApi = (deployment: Deployment, type: string, apiId: string): Resource[] =>
  ofType(deployment, type).filter((resource) => resource.inputs.apiId === apiId);

function readRoute(
  deployment: Deployment,
  resource: Resource,
  apiId: string,
  registries: Map<string, Registry>,
  services: ServiceView[],
): RouteView | string {
  const key = text(resource.inputs.routeKey) ?? "";
  const parsed = parseRouteKey(key);
  if ("problem" in parsed)
    return `AWS would refuse the route key \`${key}\`: allowed is ${parsed.problem.allowed}.`;
  const { route } = parsed;
  const authorization = readAuthorization(deployment, resource);
  const blocked = new Map<string, string>();
  // Status 503 for a private integration that cannot be reached: aws-facts §1 "503/500 causes" [M].
  const broken = (reason: string, status = 503): RouteView => ({
    route,
    authorization,
    integration: undefined,
    broken: { status, reason, waits: false },
    blocked,
  });

  const target = text(resource.inputs.target)?.replace(/^integrations\//, "");
  const found = referred(deployment, "aws:apigatewayv2/integration:Integration", target);
  // A route without a target: AWS answers as for a failing backend, with which status is not documented [L].
  if (!found || found.inputs.apiId !== apiId) return broken("the route's integration does not exist");
  const {
    integrationType,
    connectionType,
    connectionId,
    integrationUri,
    requestParameters,
    timeoutMilliseconds,
  } = properties(found);
  if (integrationType !== "HTTP_PROXY" || connectionType !== "VPC_LINK") {
    return broken(
      `integrations of type ${String(integrationType)} over ${String(connectionType)} are not modelled`,
      501,
    );
  }
  const link = referred(deployment, "aws:apigatewayv2/vpcLink:VpcLink", connectionId);
  if (!link) return broken("the integration's VPC link does not exist");
  if (texts(link.inputs.subnetIds).length === 0) return broken("the VPC link has no subnets");

  const arn = text(integrationUri)?.split("?")[0] ?? "";
  const registry = registries.get(arn);
  if (!registry) return broken("the integration's Cloud Map service does not exist");
  // "If you use ECS to populate Cloud Map you must use SRV; A records aren't supported" (aws-facts §1, [H]).
  if (!registry.srv) return broken("the Cloud Map service has no SRV record, so its instances have no port");
  if (registry.dnsName === undefined) return broken("the Cloud Map service's namespace does not exist");

  const registered = services.filter((service) => service.registration?.arn === arn);
  if (registered.length === 0)
    return broken("no ECS service registers in the integration's Cloud Map service");
  for (const service of registered) {
    const reason = blockedPath(deployment, link, service);
    if (reason !== undefined) blocked.set(service.urn, reason);
  }
  const parameters = Object.entries(object(requestParameters)).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value] as const] : [],
  );
  return {
    route,
    authorization,
    integration: {
      id: target ?? "",
      registry: arn,
      // 30 s is the limit and the default (aws-facts §1 Limits, [H]).
      timeoutMilliseconds: number(timeoutMilliseconds) ?? 30_000,
      requestParameters: Object.fromEntries(parameters),
    },
    broken: undefined,
    blocked,
  };
}

/** Of what its owner configured nothing is known here. */
const foreignStage: StageView = {
  name: "$default",
  accessLogFormat: undefined,
  throttle: { rate: undefined, burst: undefined },
  routeThrottles: new Map(),
};

function readStage(resource: Resource): StageView {
  const { inputs } = resource;
  const throttle = (settings: unknown): Throttle => ({
    rate: number(object(settings).throttlingRateLimit),
    burst: number(object(settings).throttlingBurstLimit),
  });
  const routeSettings = Array.isArray(inputs.routeSettings) ? (inputs.routeSettings as unknown[]) : [];
  return {
    name: text(inputs.name) ?? resource.name,
    accessLogFormat: text(object(inputs.accessLogSettings).format),
    throttle: throttle(inputs.defaultRouteSettings),
    routeThrottles: new Map(
      routeSettings.flatMap((settings) => {
        const key = text(object(settings).routeKey);
        return key === undefined ? [] : [[key, throttle(settings)] as const];
      }),
    ),
  };
}

function readRegistries(deployment: Deployment, problems: string[]): Map<string, Registry> {
  const registries = new Map<string, Registry>();
  for (const resource of ofType(deployment, "aws:servicediscovery/service:Service")) {
    const arn = text(resource.outputs.arn);
    const name = text(properties(resource).name);
    if (arn === undefined || name === undefined) continue;
    const dns = object(resource.inputs.dnsConfig);
    const namespaceId = dns.namespaceId ?? resource.inputs.namespaceId;
    const namespace = referred(
      deployment,
      "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
      namespaceId,
    );
    // An existing one is not among the resources: the program looks it up.
    const existing = deployment.invocations.find(
      ({ token, result }) =>
        token === "aws:servicediscovery/getDnsNamespace:getDnsNamespace" && result?.id === namespaceId,
    );
    const zone = namespace ? text(properties(namespace).name) : text(existing?.inputs.name);
    if (zone === undefined)
      problems.push(`The namespace of the Cloud Map service \`${name}\` does not exist.`);
    const records = Array.isArray(dns.dnsRecords) ? (dns.dnsRecords as unknown[]).map(object) : [];
    const srv = records.find((record) => record.type === "SRV");
    registries.set(arn, {
      arn,
      dnsName: zone === undefined ? undefined : `${name}.${zone}`,
      ttl: number(srv?.ttl) ?? 60,
      srv: srv !== undefined,
      // An empty object never reaches AWS: the provider drops it (aws-facts §5.1).
      customHealth: Object.keys(object(resource.inputs.healthCheckCustomConfig)).length > 0,
    });
  }
  return registries;
}
