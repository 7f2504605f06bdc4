/** The front door: clients, the HTTP API with its routes, the VPC link, and Cloud Map where tasks are looked up. */
import { ofType, type Deployment, type Resource } from "../../simulate/deployment";
import type { Authorization } from "../local/gateway/authorize";
import { text, texts } from "../local/recorded";
import type { Registry } from "../local/cloud-map/registries";
import type { RouteView } from "../local/gateway/routes";
import { byName, placeOf, zonesOf } from "./places";
import type { Drawing } from "./drawing";
import type { RouteGroup } from "./elements";

export function addFront(drawing: Drawing): void {
  const { deployment, topology, nodes, edges } = drawing;
  const domains = ofType(deployment, "aws:apigatewayv2/domainName:DomainName");
  nodes.push({
    id: "clients",
    kind: "client",
    title: "Clients",
    lines: domains.some(({ inputs }) => inputs.mutualTlsAuthentication !== undefined)
      ? ["with a certificate"]
      : [],
    group: undefined,
  });
  if (topology.api) {
    const domainOnly = ofType(deployment, "aws:apigatewayv2/api:Api").some(
      ({ inputs }) => inputs.disableExecuteApiEndpoint === true,
    );
    const names = domains.flatMap(({ inputs }) => text(inputs.domainName) ?? []);
    const stage = topology.stages.find(({ name }) => name !== "$default");
    const origins = topology.api.cors?.allowOrigins ?? [];
    nodes.push({
      id: "api",
      kind: "api",
      title: "API Gateway HTTP API",
      lines: [
        [...names, ...(domainOnly ? [] : ["execute-api address"])].join(", "),
        ...(stage ? [`stage ${stage.name}`] : []),
        ...(origins.length > 0 ? [`CORS for ${origins.join(", ")}`] : []),
      ],
      routes: routeGroups(drawing),
      group: "region",
    });
    if (topology.stages.length > 0)
      edges.push({ kind: "request", from: "clients", to: "api", label: "HTTPS" });
  }

  const integrated = topology.routes.flatMap(({ integration }) => integration ?? []);
  for (const [index, link] of linksOf(deployment).entries()) {
    const id = `link-${index}`;
    const subnets = texts(link.inputs.subnetIds);
    const zones = zonesOf(deployment, subnets);
    nodes.push({
      id,
      kind: "link",
      title: "VPC link",
      lines: zones.length > 0 ? [`interfaces in ${zones.join(", ")}`] : [],
      group: placeOf(drawing, subnets),
    });
    if (topology.api && integrated.length > 0)
      edges.push({ kind: "request", from: "api", to: id, label: "" });
  }

  const known = [...topology.registries.values()].filter(({ dnsName }) => dnsName !== undefined);
  const registries = known.map(({ dnsName }) => dnsName!).sort();
  if (registries.length > 0) {
    const names = registries.map((dnsName) => dnsName.split("."));
    const labels = (chosen: readonly Registry[]): string =>
      chosen
        .map(({ dnsName }) => dnsName!.split(".")[0]!)
        .sort()
        .join(", ");
    const reached = labels(known.filter(({ a }) => a));
    const namespaces = [...new Set(names.map(([, ...namespace]) => namespace.join(".")))];
    nodes.push({
      id: "registry",
      kind: "registry",
      title: "Cloud Map",
      lines: [
        ...namespaces,
        `SRV records of ${labels(known)}`,
        ...(reached === "" ? [] : [`A records of ${reached}`]),
      ],
      group: "region",
    });
    if (topology.api && integrated.length > 0)
      edges.push({ kind: "discovery", from: "api", to: "registry", label: "asks who is healthy" });
  }
}

/** The VPC links; their ids in the diagram are `link-` and the place in this list. */
export const linksOf = (deployment: Deployment): Resource[] =>
  byName(ofType(deployment, "aws:apigatewayv2/vpcLink:VpcLink"));

function routeGroups({ topology }: Drawing): RouteGroup[] {
  const limits = topology.stages[0]?.routeThrottles;
  const owner = ({ integration }: RouteView): string | undefined =>
    topology.services.find(({ registration }) => registration?.arn === integration?.registry)?.name;
  const names = [...new Set(topology.routes.map(owner))].sort((a, b) => ((a ?? "~") < (b ?? "~") ? -1 : 1));
  return names.map((service) => ({
    service,
    routes: topology.routes
      .filter((view) => owner(view) === service)
      .map(({ route, authorization }) => {
        const rate = limits?.get(route.key)?.rate;
        return {
          key: route.key,
          auth: proofOf(authorization),
          limit: rate === undefined ? undefined : `${rate}/s`,
        };
      })
      // The order of registration varies.
      .sort((a, b) => (pathOf(a.key) < pathOf(b.key) ? -1 : 1)),
  }));
}

const pathOf = (key: string): string => key.split(" ").reverse().join(" ");

/** What a caller has to show; undefined for nothing. */
function proofOf(authorization: Authorization): string | undefined {
  switch (authorization.type) {
    case "none":
      return undefined;
    case "iam":
      return "IAM";
    case "lambda":
      return "Lambda";
    case "jwt":
      return [`JWT of ${authorization.authorizer}`, ...authorization.scopes].join(", ");
    case "broken":
      return "nobody";
  }
}
