/**
 * Places everything. The shape is always the same: clients above, the API and Cloud Map side by side, below them the VPC, and
 * beside it what tasks reach. A general layout (ELK's layered one was tried) stretches groups that have edges of their own,
 * and leads edges through their titles.
 */
import { boxOf, groupPadding as padding, headOf, type Box, type Head } from "./boxes";
import { atLeast, column, inset, leaf, row, type Item, type Placed } from "./flow";
import type { Diagram, DiagramEdge, DiagramGroup, DiagramNode } from "./elements";
import { callsHeight, route, type Routed } from "./routing";
import { widthOf } from "./text";

export interface Layout {
  width: number;
  height: number;
  /** Outer ones first. */
  groups: (Placed & { group: DiagramGroup; head: Head })[];
  nodes: (Placed & { node: DiagramNode; box: Box })[];
  edges: ({ edge: DiagramEdge } & Routed)[];
}

/** Room for arrows and their labels: down, and to the right. */
const [below, beside] = [46, 88];
/** Between two services. */
const between = 16;

/** Computes where everything goes. The same diagram always gets the same places. */
export function layOut(diagram: Diagram): Layout {
  const { nodes, groups, edges } = diagram;
  const boxes = new Map(nodes.map((node) => [node.id, boxOf(node)]));
  const heads = new Map<string, Head>();
  const whole = arrange(diagram, boxes, heads);
  const places = new Map<string, Placed>();
  whole.put(0, 0, places);
  const grown = settle(places, nodes, edges);
  const at = (id: string): Placed => places.get(id)!;
  return {
    width: whole.width,
    height: whole.height + grown,
    groups: groups.map((group) => ({ ...at(group.id), group, head: heads.get(group.id)! })),
    nodes: nodes.map((node) => ({ ...at(node.id), node, box: boxes.get(node.id)! })),
    edges: edges.map((edge) => ({ edge, ...route(edge, edges, places) })),
  };
}

/** Rows and columns, from the inside out. */
function arrange(
  { nodes, groups, edges }: Diagram,
  boxes: ReadonlyMap<string, Box>,
  heads: Map<string, Head>,
): Item {
  type Choice = (node: DiagramNode) => boolean;
  const leaves = (choose: Choice, width = 0): Item[] =>
    nodes.filter(choose).map(({ id }) => {
      const box = boxes.get(id)!;
      return leaf(id, Math.max(width, box.width), box.height);
    });
  /** Of one width, one below the other. */
  const stack = (choose: Choice, width = 0): Item => {
    const widest = Math.max(width, ...leaves(choose).map((item) => item.width));
    return column(10, leaves(choose, widest));
  };
  const frame = (id: string, content: Item, widest = content.width): Item => {
    const group = groups.find((known) => known.id === id);
    if (!group || content.width === 0) return content;
    const head = headOf(group, widest);
    heads.set(id, head);
    return framed(id, head, content);
  };
  const narrowest = (id: string): number =>
    Math.max(0, ...groups.filter((group) => group.id === id).map((group) => headOf(group, 0).width));
  const link = Math.max(0, ...leaves(({ kind }) => kind === "link").map(({ width }) => width));
  const isTask: Choice = ({ group }) => group === "tasks";
  const count = leaves(isTask).length;
  const calls = callsHeight(edges);
  const tasks = frame(
    "tasks",
    column(0, [
      row(between, leaves(isTask, (link - 2 * padding - between * (count - 1)) / count)),
      { width: 0, height: count > 0 ? calls : 0, put: () => undefined },
    ]),
  );
  const endpoints = frame(
    "endpoints",
    stack(({ group }) => group === "endpoints", narrowest("endpoints")),
  );
  // As wide as the tasks, so that every service lies right below it.
  const links = (place: string): Item =>
    stack(({ kind, group }) => kind === "link" && group === place, tasks.width);
  const [near, far] = [links("subnets"), links("vpc")];
  const single = leaves(({ kind, group }) => kind === "service" && group === "subnets");
  const callees = row(beside, [tasks, ...single, endpoints]);
  // Edges leave beside the tasks: the title stays below them.
  const subnets = frame("subnets", column(below, [near, callees]), tasks.width);
  const ways = stack(({ kind, group }) => group === "vpc" && kind !== "link", endpoints.width);
  const toTasks = near.height === 0 ? padding : padding + near.height + below;
  // Below the interface endpoints where there are some, else in their place.
  const inside =
    endpoints.width > 0
      ? column(padding, [subnets, inset(padding + tasks.width + beside, 0, ways)])
      : row(beside, [subnets, inset(0, toTasks, ways)]);
  const vpc = frame("vpc", column(below, [far, inside]));

  const ofKind = (kind: DiagramNode["kind"]): Item => stack((node) => node.kind === kind);
  const [clients, api, registry, internet] = [
    ofKind("client"),
    ofKind("api"),
    ofKind("registry"),
    ofKind("internet"),
  ];
  const aws = stack(({ kind }) => kind === "aws", registry.width);
  const left = Math.max(api.width, vpc.width);
  const question = edges.find(({ from, to }) => from === "api" && to === "registry")?.label ?? "";
  const gap = Math.max(46, widthOf(question, "label") + 44 - (left - api.width));
  const lower = Math.max(0, (api.height - registry.height) / 2);
  const region = frame(
    "region",
    column(below, [
      row(gap, [atLeast(left, api), inset(0, lower, registry)]),
      row(gap, [atLeast(left, vpc), inset(0, padding + toTasks, aws)]),
    ]),
  );
  return column(below - 8, [
    inset(padding + Math.max(0, api.width - clients.width) / 2, 0, clients),
    region,
    inset(padding + left + gap, 0, internet),
  ]);
}

/** A group's frame, with its title below its content: arrows come from above and leave to the right. */
function framed(id: string, head: Head, content: Item): Item {
  const size = {
    width: Math.max(content.width, head.width) + 2 * padding,
    height: content.height + padding + head.height,
  };
  return {
    ...size,
    put: (x, y, places) => {
      places.set(id, { x, y, ...size });
      content.put(x + padding, y + padding, places);
    },
  };
}

/**
 * Moves what is beside the VPC to the height of what leads there, as far as its neighbours leave room.
 *
 * @returns by how much everything has become higher
 */
function settle(
  places: Map<string, Placed>,
  nodes: readonly DiagramNode[],
  edges: readonly DiagramEdge[],
): number {
  const wanted = nodes
    .filter(({ kind }) => kind === "aws")
    .map(({ id }) => {
      const own = places.get(id)!;
      const sources = edges.filter(({ to }) => to === id).map(({ from }) => places.get(from)!);
      const middle = sources.reduce((sum, { y, height }) => sum + y + height / 2, 0) / sources.length;
      return { id, own, y: sources.length === 0 ? own.y : Math.round(middle - own.height / 2) };
    })
    .sort((a, b) => a.y - b.y || (a.id < b.id ? -1 : 1));
  let free = -Infinity;
  for (const { id, own, y } of wanted) {
    places.set(id, { ...own, y: Math.max(y, free) });
    free = Math.max(y, free) + own.height + 12;
  }

  const region = places.get("region");
  if (!region || wanted.length === 0) return 0;
  const grown = Math.max(0, free - 12 + padding - (region.y + region.height));
  places.set("region", { ...region, height: region.height + grown });
  for (const { id } of nodes.filter(({ kind }) => kind === "internet")) {
    const own = places.get(id)!;
    places.set(id, { ...own, y: own.y + grown });
  }
  return grown;
}
