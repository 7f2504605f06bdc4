/** Fewer lines that say the same: where all members of a group have an edge, the group has it. */
import type { Diagram, DiagramEdge, DiagramNode } from "./elements";

/**
 * Edges from and to all tasks, and to all interface endpoints. Requests stay as they are: each service is admitted by itself.
 */
export function bundle<T extends Pick<Diagram, "nodes" | "edges">>(diagram: T): T {
  const { nodes, edges } = diagram;
  const ends = [
    ["from", "tasks"],
    ["to", "tasks"],
    ["to", "endpoints"],
  ] as const;
  return { ...diagram, edges: ends.reduce((all, [end, group]) => merge(all, end, group, nodes), edges) };
}

function merge(
  edges: readonly DiagramEdge[],
  end: "from" | "to",
  group: string,
  nodes: readonly DiagramNode[],
): DiagramEdge[] {
  const members = nodes.filter((node) => node.group === group).map(({ id }) => id);
  const merged: DiagramEdge[] = [];
  for (const edge of edges) {
    const whole =
      edge.kind !== "request" &&
      members.includes(edge[end]) &&
      members.every((id) => edges.some((twin) => same(twin, { ...edge, [end]: id })));
    const one = whole ? { ...edge, [end]: group } : edge;
    if (!merged.some((known) => same(known, one))) merged.push(one);
  }
  return merged;
}

const same = (a: DiagramEdge, b: DiagramEdge): boolean =>
  a.kind === b.kind && a.from === b.from && a.to === b.to && a.label === b.label;
