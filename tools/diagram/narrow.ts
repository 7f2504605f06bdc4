/** The shape for a phone: everything below each other, and what tasks reach of AWS in the words of its endpoints. */
import { groupPadding as padding } from "./boxes";
import { atLeast, column, inset, type Item } from "./flow";
import { below, Parts, toTheRight, type Choice } from "./parts";
import type { Diagram, DiagramEdge } from "./elements";
import { callsRoom } from "./routing";

/** Room for the label of an arrow from the side. */
const lane = 84;
/** Room for an arrow that passes a box on its right, and for each further one. */
const [passing, step] = [60, 36];

/** The same with fewer boxes: one for all interface endpoints, none for the services of AWS behind them. */
export function condense(diagram: Diagram): Diagram {
  const group = diagram.groups.find(({ id }) => id === "endpoints");
  const interfaces = diagram.nodes.filter((node) => node.group === "endpoints");
  const merged = interfaces.map(({ id }) => id);
  const facts = [...new Set(interfaces.flatMap(({ lines }) => lines))];
  const aws = diagram.nodes.filter(({ kind }) => kind === "aws").map(({ id }) => id);
  const one = (id: string): string => (merged.includes(id) ? "endpoints" : id);
  const edges: DiagramEdge[] = [];
  for (const edge of diagram.edges) {
    const moved = { ...edge, from: one(edge.from), to: one(edge.to) };
    // No room for one label beside the other: whom a service admits stands in its box.
    if (edge.kind === "call") moved.label = "";
    const known = edges.some(
      ({ kind, from, to, label }) =>
        kind === moved.kind && from === moved.from && to === moved.to && label === moved.label,
    );
    if (!known && !aws.includes(edge.to) && !aws.includes(edge.from)) edges.push(moved);
  }
  return {
    ...diagram,
    edges,
    groups: diagram.groups.filter(({ id }) => id !== "endpoints"),
    nodes: [
      ...diagram.nodes.filter(({ id }) => !merged.includes(id) && !aws.includes(id)),
      ...(group && merged.length > 0
        ? [
            {
              id: "endpoints",
              kind: "endpoint" as const,
              title: group.title,
              lines: [...listed(interfaces.map(({ title }) => title)), ...facts],
              guard: group.guard,
              owner: group.owner,
              group: group.parent,
            },
          ]
        : []),
    ],
  };
}

/** Three names a line. */
const listed = (names: readonly string[]): string[] =>
  names.flatMap((_, i) => (i % 3 === 0 ? [names.slice(i, i + 3).join(", ")] : []));

/** One column, with a way for arrows on the left of services and on the right of what they pass. */
export function narrow(parts: Parts): Item {
  const { nodes } = parts.diagram;
  const isTask: Choice = ({ group }) => group === "tasks";
  const isWay: Choice = ({ kind, group, id }) => group === "vpc" && kind !== "link" && id !== "endpoints";
  const widths = (choose: Choice): number[] => parts.leaves(choose).map(({ width }) => width);
  const calls = nodes.some(isTask) ? callsRoom(parts.diagram.edges) : 0;
  const steps = step * Math.max(0, nodes.filter(isWay).length - 1);
  const side = nodes.filter(isTask).length > 1 ? lane : 0;
  const width = Math.max(
    0,
    ...widths(isTask).map((own) => own + side + calls + 2 * padding),
    ...widths(({ kind }) => kind === "link").map((own) => own + passing),
    ...widths(({ id }) => id === "endpoints").map((own) => own + passing + steps),
    ...widths(isWay).map((own) => own + passing / 2 + steps),
    parts.narrowest("tasks") + 2 * padding,
    parts.narrowest("subnets"),
  );
  const tasks = parts.frame(
    "tasks",
    atLeast(width - 2 * padding, inset(side, 0, parts.stack(isTask, width - 2 * padding - side - calls, 16))),
    width - 2 * padding,
  );
  const at = (place: string): [Item, Item] => [
    parts.stack(({ kind, group }) => kind === "link" && group === place),
    parts.stack(({ id, group }) => id === "endpoints" && group === place),
  ];
  const [[near, endpoints], [far, others]] = [at("subnets"), at("vpc")];
  const single = column(
    16,
    parts.leaves(({ kind, group }) => kind === "service" && group === "subnets"),
  );
  const subnets = parts.frame(
    "subnets",
    atLeast(width, column(below, [near, tasks, single, endpoints])),
    // Beside the arrow that goes on.
    width - passing - steps,
  );
  const inside = Math.max(subnets.width, width);
  // Like stairs: each is reached on the right of those above it.
  const ways = parts.leaves(isWay).map((way, i) => toTheRight(inside - padding - steps + step * i, way));
  const vpc = parts.frame("vpc", column(below, [far, subnets, others, ...ways]), inside);

  const api = parts.ofKind("api");
  const registry = parts.ofKind("registry");
  const scheduler = parts.ofKind("scheduler", registry.width);
  const found = column(below, [parts.ofKind("registry", scheduler.width), scheduler]);
  const whole = Math.max(api.width, vpc.width, found.width + 2 * passing);
  const region = parts.frame(
    "region",
    column(below, [
      atLeast(whole, parts.ofKind("api", whole)),
      ...(found.width > 0 ? [toTheRight(whole - padding, found)] : []),
      vpc,
    ]),
    whole,
  );
  return column(below - 8, [
    inset(padding, 0, parts.ofKind("client")),
    region,
    toTheRight(whole, parts.ofKind("internet")),
  ]);
}
