/** The picture that the page shows: the stack's own diagram, as far as requests go on this machine, and what it is made of. */
import { withReferences, type Deployment } from "../../simulate/deployment";
import type { Diagram, DiagramNode } from "../diagram/elements";
import { layOut } from "../diagram/layout";
import { readDiagram } from "../diagram/model";
import { style } from "../diagram/style";
import { toSvg } from "../diagram/svg";
import { serviceId } from "../diagram/tasks";
import type { Topology } from "../local/topology";
import type { Scene } from "./state";
import { arrow } from "./traffic";

export interface Picture {
  wide: string;
  narrow: string;
  /** The colours of both. */
  style: string;
  scene: Scene;
}

/** Lines of a service's box that its tasks are shown on. */
const taskLines = 3;

/** What tasks reach of AWS is not on this machine. */
const notHere: readonly DiagramNode["kind"][] = ["endpoint", "gateway", "aws", "internet"];

/** @param whole a deployment together with what it shares of others */
export function draw(whole: Deployment, topology: Topology): Picture {
  const shared = new Set(whole.references.flatMap(withReferences));
  const own = { ...whole, resources: whole.resources.filter((resource) => !shared.has(resource)) };
  const diagram = onThisMachine(readDiagram(own));
  return {
    wide: toSvg(diagram, layOut(diagram, "wide"), true),
    narrow: toSvg(diagram, layOut(diagram, "narrow"), true),
    style,
    scene: sceneOf(whole, diagram, topology),
  };
}

function onThisMachine(diagram: Diagram): Diagram {
  const nodes = diagram.nodes
    .filter(({ kind, id }) => !notHere.includes(kind) && !id.startsWith("job-"))
    .map((node) => (node.kind === "service" ? { ...node, room: taskLines } : node));
  const groups = diagram.groups.filter(({ id }) => id !== "endpoints");
  const known = new Set([...nodes, ...groups].map(({ id }) => id));
  return {
    ...diagram,
    nodes,
    groups,
    edges: diagram.edges.filter(
      ({ kind, from, to }) => kind !== "egress" && known.has(from) && known.has(to),
    ),
  };
}

function sceneOf(deployment: Deployment, { edges }: Diagram, topology: Topology): Scene {
  const leads = (from: string, to: (id: string) => boolean): string[] =>
    edges.filter((edge) => edge.from === from && to(edge.to)).map((edge) => arrow(edge.from, edge.to));
  const entry = leads("clients", (id) => id === "api");
  const byId = new Map(
    topology.services.flatMap((service) =>
      service.registration ? [[service.registration.arn, serviceId(service)] as const] : [],
    ),
  );
  const routes = topology.routes.map(({ route, integration }) => ({
    key: route.key,
    service: integration && byId.get(integration.registry),
  }));
  return {
    stack: deployment.stack,
    routes,
    front: { entry, discovery: leads("api", (id) => id === "registry") },
    services: topology.services.map((service) => {
      const id = serviceId(service);
      const last = edges.find(({ kind, to }) => kind === "request" && to === id);
      const link = last?.from ?? edges.find(({ kind, from }) => kind === "request" && from === "api")?.to;
      const isRouted = routes.some(({ service }) => service === id);
      const toLink = link === undefined ? [] : leads("api", (target) => target === link);
      const way = isRouted ? [...entry, ...toLink, ...(last ? [arrow(last.from, id)] : [])] : [];
      return { id, urn: service.urn, name: service.name, way };
    }),
  };
}
