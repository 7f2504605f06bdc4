/** The front door: clients, the HTTP API with its routes, the VPC link, and Cloud Map where tasks are looked up. */
import { ofType, type Deployment, type Resource } from "../../simulate/deployment";
import type { Authorization } from "../local/gateway/authorize";
import { referred, text, texts } from "../local/recorded";
import type { RouteView } from "../local/gateway/routes";
import { guardOf } from "./guard";
import { byName, placeOf, zonesOf } from "./places";
import type { Drawing } from "./drawing";
import type { RouteGroup } from "./elements";

export function addFront(drawing: Drawing): void {
  const { deployment, topology, nodes, edges, ownerOf } = drawing;
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
      owner: ownerOf(ofType(deployment, "aws:apigatewayv2/api:Api")[0]?.urn),
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
      lines: zones.length > 0 ? [`in ${zones.join(", ")}`] : [],
      guard: guardOf(deployment, texts(link.inputs.securityGroupIds)),
      owner: ownerOf(link.urn),
      group: placeOf(drawing, subnets),
    });
    if (topology.api && integrated.length > 0)
      edges.push({ kind: "request", from: "api", to: id, label: "" });
  }

  const registries = readRegistries(drawing);
  if (registries.length > 0) {
    const namespaces = [...new Set(registries.map(({ namespace }) => namespace))];
    const reached = registries.filter(({ a }) => a).map(({ record }) => record);
    const stacks = [...new Set(registries.map(({ stack }) => stack))].sort();
    nodes.push({
      id: "registry",
      kind: "registry",
      title: "Cloud Map",
      lines: [
        ...namespaces,
        ...stacks.map((stack) => {
          const records = registries.filter((one) => one.stack === stack).map(({ record }) => record);
          return `SRV records of ${stack === undefined ? "" : `${stack}: `}${records.join(", ")}`;
        }),
        ...(reached.length === 0 ? [] : [`A records of ${reached.join(", ")}`]),
      ],
      owner: ownerOf(
        ofType(deployment, "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace")[0]?.urn,
      ),
      group: "region",
    });
    if (topology.api && integrated.length > 0)
      edges.push({ kind: "discovery", from: "api", to: "registry", label: "asks who is healthy" });
  }
}

/** The names that services are looked up by, sorted; with the stack they belong to where there is more than one. */
function readRegistries({
  deployment,
  topology,
  ownerOf,
}: Drawing): { record: string; namespace: string; stack: string | undefined; a: boolean }[] {
  return [...topology.registries]
    .flatMap(([arn, { dnsName, a }]) => {
      if (dnsName === undefined) return [];
      const [record = "", ...namespace] = dnsName.split(".");
      const registry = referred(deployment, "aws:servicediscovery/service:Service", arn);
      return { record, namespace: namespace.join("."), stack: ownerOf(registry?.urn)?.stack, a };
    })
    .sort((a, b) => (`${a.record}.${a.namespace}` < `${b.record}.${b.namespace}` ? -1 : 1));
}

/** The VPC links; their ids in the diagram are `link-` and the place in this list. */
export const linksOf = (deployment: Deployment): Resource[] =>
  byName(ofType(deployment, "aws:apigatewayv2/vpcLink:VpcLink"));

function routeGroups({ topology, ownerOf }: Drawing): RouteGroup[] {
  const limits = topology.stages[0]?.routeThrottles;
  const owner = ({ integration }: RouteView): string | undefined =>
    topology.services.find(({ registration }) => registration?.arn === integration?.registry)?.name;
  const names = [...new Set(topology.routes.map(owner))].sort((a, b) => ((a ?? "~") < (b ?? "~") ? -1 : 1));
  return names.map((service) => ({
    service,
    owner: ownerOf(topology.services.find(({ name }) => name === service)?.urn),
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

/** One of them is enough. */
const scopesText = (scopes: readonly string[]): string[] =>
  scopes.length === 0 ? [] : [`${scopes.length === 1 ? "scope" : "scopes"} ${scopes.join(" or ")}`];

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
      return [`JWT ${authorization.authorizer}`, ...scopesText(authorization.scopes)].join(", ");
    case "broken":
      return "nobody";
  }
}
