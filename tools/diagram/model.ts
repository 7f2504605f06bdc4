/** What an architecture diagram shows: read off the recorded resources, and nothing but them. */
import { ofType, withReferences, type Deployment } from "../../simulate/deployment";
import { object, properties, text } from "../local/recorded";
import { readTopology } from "../local/topology";
import { bundle } from "./bundle";
import type { Drawing } from "./drawing";
import { addEgress } from "./egress";
import type { Diagram, DiagramGroup, DiagramNode, EdgeKind } from "./elements";
import { addFront } from "./front";
import { admission } from "./guard";
import { byName, ownersOf } from "./places";
import { addScheduler } from "./scheduler";
import { addServices } from "./tasks";

/** Reads the diagram of a deployment and of those it shares. */
export function readDiagram(own: Deployment): Diagram {
  const deployment = { ...own, resources: withReferences(own) };
  const read = readTopology(deployment);
  const topology = { ...read, services: byName(read.services) };
  const drawing: Drawing = {
    deployment,
    topology,
    ownerOf: ownersOf(own),
    title: `Architecture of the stack ${own.stack}`,
    description: "",
    nodes: [],
    groups: [],
    edges: [],
  };
  addBoundaries(drawing);
  addFront(drawing);
  addServices(drawing);
  addScheduler(drawing);
  addEgress(drawing);
  const { nodes, groups, edges, title } = bundle(drawing);
  return {
    title,
    description: describe({ nodes, groups, edges }),
    nodes,
    groups: withContent(groups, nodes),
    edges,
  };
}

/** Alarms watch all of it, so they stand once, at the Region. */
function alarmChips(deployment: Deployment): string[] {
  const alarms = ofType(deployment, "aws:cloudwatch/metricAlarm:MetricAlarm").length;
  if (alarms === 0) return [];
  const tell = [
    ...ofType(deployment, "aws:cloudwatch/compositeAlarm:CompositeAlarm"),
    ...ofType(deployment, "aws:cloudwatch/metricAlarm:MetricAlarm"),
  ].some(({ inputs }) => inputs.alarmActions !== undefined);
  const rollBack = ofType(deployment, "aws:ecs/service:Service").some(
    ({ inputs }) => object(inputs.alarms).rollback === true,
  );
  return [`${alarms} alarms${tell ? "" : ", nobody told"}`, ...(rollBack ? ["rolled back by alarms"] : [])];
}

function addBoundaries({ deployment, topology, groups, ownerOf }: Drawing): void {
  groups.push({
    id: "region",
    kind: "region",
    title: `AWS ${deployment.region}`,
    chips: alarmChips(deployment),
    parent: undefined,
  });
  const [vpc] = ofType(deployment, "aws:ec2/vpc:Vpc");
  const block = vpc && text(properties(vpc).cidrBlock);
  groups.push({
    id: "vpc",
    kind: "vpc",
    title: "VPC",
    chips: block === undefined ? [] : [block],
    owner: ownerOf(vpc?.urn),
    parent: "region",
  });
  const ids = new Set(topology.services.flatMap(({ subnets }) => subnets.map(({ id }) => id)));
  const subnets = byName(ofType(deployment, "aws:ec2/subnet:Subnet")).filter(
    ({ id }) => id !== undefined && ids.has(id),
  );
  const types = new Set(subnets.map(({ inputs }) => text(object(inputs.tags).SubnetType)?.toLowerCase()));
  const type = types.size === 1 ? [...types][0] : undefined;
  groups.push({
    id: "subnets",
    kind: "subnets",
    title: `${type === undefined ? "" : `${type} `}subnets of the tasks`.replace(/^./, (first) =>
      first.toUpperCase(),
    ),
    chips: subnets.map(
      ({ inputs }) => `${text(inputs.availabilityZone) ?? ""} ${text(inputs.cidrBlock) ?? ""}`,
    ),
    parent: "vpc",
  });
}

/** Without groups that hold nothing. */
function withContent(groups: DiagramGroup[], nodes: DiagramNode[]): DiagramGroup[] {
  const holds = (id: string): boolean =>
    nodes.some(({ group }) => group === id) || groups.some((group) => group.parent === id && holds(group.id));
  return groups.filter(({ id }) => holds(id));
}

const admissions = (nodes: readonly DiagramNode[]): string =>
  nodes.flatMap(({ title, guard }) => (guard ? [`${title} ${admission(guard.admits)}`] : [])).join(", ");

/** The picture in words. */
function describe({ nodes, groups, edges }: Pick<Diagram, "nodes" | "groups" | "edges">): string {
  const name = (id: string): string => [...nodes, ...groups].find((item) => item.id === id)?.title ?? id;
  const ways = (kind: EdgeKind): string =>
    edges
      .filter((edge) => edge.kind === kind)
      .map(({ from, to, label }) => `${name(from)} to ${name(to)}${label === "" ? "" : ` (${label})`}`)
      .join(", ");
  return [
    `Requests: ${ways("request")}.`,
    ...(ways("call") === "" ? [] : [`Calls within the VPC: ${ways("call")}.`]),
    `Discovery: ${ways("discovery")}.`,
    `Admission: ${admissions(nodes)}.`,
    `Egress: ${ways("egress")}.`,
  ].join(" ");
}
