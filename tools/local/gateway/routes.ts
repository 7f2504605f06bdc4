/** Routes with their integrations, and whether requests that take one can arrive. */
import { parseRouteKey, type Route } from "../../../rules/routes";
import type { Deployment, Resource } from "../../../simulate/deployment";
import type { Registry } from "../cloud-map/registries";
import type { ServiceView } from "../ecs/views";
import { blockedPath } from "../firewall";
import { number, object, properties, referred, text, texts } from "../recorded";
import { readAuthorization, type Authorization } from "./authorize";

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

/** Reads one route of an API; text where AWS would refuse it. */
export function readRoute(
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
  // "AVAILABLE" is the only state that carries requests: API_VpcLink of API Gateway [H].
  const state = text(link.outputs.vpcLinkStatus) ?? "AVAILABLE";
  if (state !== "AVAILABLE") return broken(`the VPC link is ${state}`);
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
