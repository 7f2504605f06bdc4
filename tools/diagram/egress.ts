/** What tasks reach: endpoints in the VPC, and gateways to what is outside it. */
import { ofType, type Resource } from "../../simulate/deployment";
import { letsOut, missingRule } from "../local/firewall";
import { referred, text, texts } from "../local/recorded";
import type { ServiceView } from "../local/ecs/views";
import type { Drawing } from "./drawing";
import { guardOf } from "./guard";
import { byName, placeOf, zonesOf } from "./places";
import { everyTask, serviceId } from "./tasks";

const https = 443;
const label = `TCP ${https}`;

export function addEgress(drawing: Drawing): void {
  addEndpoints(drawing);
  addGateways(drawing);
}

function addEndpoints(drawing: Drawing): void {
  const { deployment, topology, nodes, edges, ownerOf } = drawing;
  const endpoints = byName(ofType(deployment, "aws:ec2/vpcEndpoint:VpcEndpoint"));
  addEndpointsGroup(drawing, endpoints);
  for (const endpoint of endpoints) {
    const { serviceName, vpcEndpointType, subnetIds } = endpoint.inputs;
    const name = (text(serviceName) ?? endpoint.name).replace(`com.amazonaws.${deployment.region}.`, "");
    const id = `endpoint-${name}`;
    const isInterface = vpcEndpointType === "Interface";
    const zones = zonesOf(deployment, texts(subnetIds));
    nodes.push({
      id,
      kind: "endpoint",
      title: name,
      lines: isInterface ? [zones.join(", ")] : ["gateway endpoint"],
      owner: isInterface ? undefined : ownerOf(endpoint.urn),
      group: isInterface ? "endpoints" : "vpc",
    });
    const reach = isInterface ? reachesInterface : reachesByRoute;
    const callers = everyTask(topology).filter((service) => reach(drawing, service, endpoint));
    edges.push(
      ...callers.map((service) => ({ kind: "egress" as const, from: serviceId(service), to: id, label })),
    );
    const target = addService(drawing, name);
    edges.push({ kind: "egress", from: id, to: target, label: "" });
  }
}

function addEndpointsGroup(drawing: Drawing, endpoints: readonly Resource[]): void {
  const { deployment, groups, ownerOf } = drawing;
  const interfaces = endpoints.filter(({ inputs }) => inputs.vpcEndpointType === "Interface");
  const ids = [...new Set(interfaces.flatMap(({ inputs }) => texts(inputs.securityGroupIds)))];
  groups.push({
    id: "endpoints",
    kind: "security group",
    title: "Interface endpoints",
    chips: [],
    guard: guardOf(deployment, ids),
    owner: ownerOf(interfaces[0]?.urn),
    parent: placeOf(
      drawing,
      interfaces.flatMap(({ inputs }) => texts(inputs.subnetIds)),
    ),
  });
}

function reachesInterface({ deployment }: Drawing, service: ServiceView, { inputs }: Resource): boolean {
  const from = { ...service, subnets: service.subnets.map(({ id }) => id) };
  const to = { securityGroups: texts(inputs.securityGroupIds), subnets: texts(inputs.subnetIds) };
  return missingRule(deployment, from, to, https) === undefined;
}

/** By the route tables of its subnets; the prefix list is what rules name it by. */
function reachesByRoute(drawing: Drawing, service: ServiceView, { inputs, outputs }: Resource): boolean {
  const tables = texts(inputs.routeTableIds);
  const known = tablesOf(drawing, service);
  const routed = known.length > 0 ? known.every((table) => tables.includes(table)) : tables.length > 0;
  const to = { prefixListId: text(outputs.prefixListId) };
  return routed && letsOut(drawing.deployment, service.securityGroups, to, https);
}

/** The route tables of a service's subnets; none for subnets that are somebody else's. */
const tablesOf = ({ deployment }: Drawing, { subnets }: ServiceView): string[] =>
  ofType(deployment, "aws:ec2/routeTableAssociation:RouteTableAssociation").flatMap(({ inputs }) =>
    subnets.some(({ id }) => id === inputs.subnetId) ? (text(inputs.routeTableId) ?? []) : [],
  );

/** NAT gateways, and the internet gateway where tasks have a public address. */
function addGateways(drawing: Drawing): void {
  const { deployment, topology, nodes, edges } = drawing;
  const used = new Map<string, { title: string; zones: Set<string>; services: Set<ServiceView> }>();
  for (const service of everyTask(topology)) {
    if (!letsOut(deployment, service.securityGroups, "everywhere", https)) continue;
    for (const [kind, zone] of gatewaysOf(drawing, service)) {
      const title = kind === "nat" ? "NAT gateway" : "Internet gateway";
      const known = used.get(kind) ?? { title, zones: new Set(), services: new Set() };
      if (zone !== undefined) known.zones.add(zone);
      used.set(kind, { ...known, services: known.services.add(service) });
    }
  }
  for (const [kind, { title, zones, services }] of used) {
    const id = `gateway-${kind}`;
    nodes.push({
      id,
      kind: "gateway",
      title,
      lines: zones.size > 0 ? [`in ${[...zones].sort().join(", ")}`] : ["tasks have public addresses"],
      group: "vpc",
    });
    for (const service of services) edges.push({ kind: "egress", from: serviceId(service), to: id, label });
    const targets = new Set([...services].flatMap((service) => launchNeeds(service)));
    for (const target of targets)
      edges.push({ kind: "egress", from: id, to: addService(drawing, target), label: "" });
    edges.push({ kind: "egress", from: id, to: addInternet(drawing), label: "" });
  }
}

/** The gateways that the default routes of a service's subnets lead to, and the zones of the NAT gateways. */
function gatewaysOf(drawing: Drawing, service: ServiceView): ["nat" | "internet", string | undefined][] {
  const { deployment } = drawing;
  const tables = tablesOf(drawing, service);
  const recorded = deployment.resources.find(({ urn }) => urn === service.urn)?.inputs.networkConfiguration;
  const isPublic =
    "publicAddress" in service
      ? service.publicAddress === true
      : (recorded as { assignPublicIp?: unknown } | undefined)?.assignPublicIp === true;
  const routes = ofType(deployment, "aws:ec2/route:Route").filter(
    ({ inputs }) =>
      inputs.destinationCidrBlock === "0.0.0.0/0" && tables.includes(text(inputs.routeTableId) ?? ""),
  );
  return routes.flatMap(({ inputs }): ["nat" | "internet", string | undefined][] => {
    const nat = referred(deployment, "aws:ec2/natGateway:NatGateway", inputs.natGatewayId);
    if (nat) return [["nat", zonesOf(deployment, [text(nat.inputs.subnetId) ?? ""])[0]]];
    const gateway = referred(deployment, "aws:ec2/internetGateway:InternetGateway", inputs.gatewayId);
    return gateway && isPublic ? [["internet", undefined]] : [];
  });
}

/** What a task needs to start, by the names of endpoints. */
function launchNeeds({ task }: ServiceView): string[] {
  if (!task) return [];
  const private_ = /\.dkr\.ecr\./.test(task.container.image);
  return [...(private_ ? ["ecr"] : []), "logs"];
}

/** Names of AWS services by the first part of their endpoints' names. */
const names: Record<string, string> = {
  ecr: "Amazon ECR",
  logs: "CloudWatch Logs",
  s3: "Amazon S3",
  secretsmanager: "Secrets Manager",
  ssm: "Parameter Store",
  kms: "AWS KMS",
  dynamodb: "DynamoDB",
  sqs: "Amazon SQS",
  sns: "Amazon SNS",
};

const uses: Record<string, string> = {
  ecr: "images by digest",
  logs: "what tasks print",
  s3: "layers of images",
};

function addService({ nodes }: Drawing, endpoint: string): string {
  const [service = endpoint] = endpoint.split(".");
  const id = `aws-${service}`;
  if (!nodes.some((node) => node.id === id)) {
    const use = uses[service];
    nodes.push({
      id,
      kind: "aws",
      title: names[service] ?? service,
      lines: use === undefined ? [] : [use],
      group: "region",
    });
  }
  return id;
}

function addInternet({ nodes }: Drawing): string {
  const id = "internet";
  if (!nodes.some((node) => node.id === id))
    nodes.push({
      id,
      kind: "internet",
      title: "Internet",
      lines: ["any address, over HTTPS"],
      group: undefined,
    });
  return id;
}
