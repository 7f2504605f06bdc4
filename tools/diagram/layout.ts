/**
 * Places everything, in one of two shapes that are always the same. A general layout (ELK's layered one was tried) stretches
 * groups that have edges of their own, and leads edges through their titles.
 */
import { boxOf, type Box, type Head } from "./boxes";
import type { Diagram, DiagramEdge, DiagramGroup, DiagramNode } from "./elements";
import type { Placed } from "./flow";
import { condense, narrow } from "./narrow";
import { Parts } from "./parts";
import { route, type Routed } from "./routing";
import { settle, wide } from "./wide";

/** For a page, or for a phone. */
export type Shape = "wide" | "narrow";

export interface Layout {
  width: number;
  height: number;
  /** Outer ones first. */
  groups: (Placed & { group: DiagramGroup; head: Head })[];
  nodes: (Placed & { node: DiagramNode; box: Box })[];
  edges: ({ edge: DiagramEdge } & Routed)[];
}

/** Computes where everything goes. The same diagram always gets the same places. */
export function layOut(whole: Diagram, shape: Shape = "wide"): Layout {
  const isNarrow = shape === "narrow";
  const diagram = isNarrow ? condense(whole) : whole;
  const { nodes, groups, edges } = diagram;
  const room = isNarrow ? { columns: 1, beside: false } : { columns: 3, beside: true };
  const boxes = new Map(nodes.map((node) => [node.id, boxOf(node, room)]));
  const parts = new Parts(diagram, boxes);
  const item = isNarrow ? narrow(parts) : wide(parts);
  const places = new Map<string, Placed>();
  item.put(0, 0, places);
  const grown = isNarrow ? 0 : settle(places, diagram);
  const at = (id: string): Placed => places.get(id)!;
  const obstacles = new Map(nodes.map(({ id }) => [id, at(id)]));
  return {
    width: item.width,
    height: item.height + grown,
    groups: groups.map((group) => ({ ...at(group.id), group, head: parts.heads.get(group.id)! })),
    nodes: nodes.map((node) => ({ ...at(node.id), node, box: boxes.get(node.id)! })),
    edges: edges.map((edge) => ({ edge, ...route(edge, edges, places, obstacles) })),
  };
}
