/**
 * The shape for a page: clients above, the API and Cloud Map side by side, below them the VPC, and beside it ECS and what
 * tasks reach.
 */
import { groupPadding as padding } from "./boxes";
import { atLeast, column, inset, row, type Item, type Placed } from "./flow";
import { below, Parts, type Choice } from "./parts";
import type { Diagram } from "./elements";
import { callsRoom } from "./routing";
import { widthOf } from "./text";

/** Room for arrows and their labels, to the right. */
const beside = 78;
/** Between two services. */
const between = 16;

/** Rows and columns, from the inside out. */
export function wide(parts: Parts): Item {
  const { edges } = parts.diagram;
  const link = Math.max(0, ...parts.leaves(({ kind }) => kind === "link").map(({ width }) => width));
  const isTask: Choice = ({ group }) => group === "tasks";
  const count = parts.leaves(isTask).length;
  const tasks = parts.frame(
    "tasks",
    column(0, [
      row(between, parts.leaves(isTask, (link - 2 * padding - between * (count - 1)) / count)),
      { width: 0, height: count > 0 ? callsRoom(edges) : 0, put: () => undefined },
    ]),
  );
  const endpoints = parts.frame(
    "endpoints",
    parts.stack(({ group }) => group === "endpoints", parts.narrowest("endpoints")),
  );
  // As wide as the tasks, so that every service lies right below it.
  const links = (place: string): Item =>
    parts.stack(({ kind, group }) => kind === "link" && group === place, tasks.width);
  const [near, far] = [links("subnets"), links("vpc")];
  const single = parts.leaves(({ kind, group }) => kind === "service" && group === "subnets");
  const callees = row(beside, [tasks, ...single, endpoints]);
  // Edges leave beside the tasks: the title stays below them.
  const subnets = parts.frame("subnets", column(below, [near, callees]), tasks.width);
  const ways = parts.stack(({ kind, group }) => group === "vpc" && kind !== "link", endpoints.width);
  const toTasks = near.height === 0 ? padding : padding + near.height + below;
  // Below the interface endpoints where there are some, else in their place.
  const inside =
    endpoints.width > 0
      ? column(padding, [subnets, inset(padding + tasks.width + beside, 0, ways)])
      : row(beside, [subnets, inset(0, toTasks, ways)]);
  const vpc = parts.frame("vpc", column(below, [far, inside]));

  const [clients, api, registry, internet] = [
    parts.ofKind("client"),
    parts.ofKind("api"),
    parts.ofKind("registry"),
    parts.ofKind("internet"),
  ];
  const scheduler = parts.ofKind("scheduler", registry.width);
  const aws = parts.ofKind("aws", Math.max(registry.width, scheduler.width));
  const left = Math.max(api.width, vpc.width);
  const question = edges.find(({ from, to }) => from === "api" && to === "registry")?.label ?? "";
  const gap = Math.max(46, widthOf(question, "label") + 44 - (left - api.width));
  const lower = Math.max(0, (api.height - registry.height) / 2);
  const region = parts.frame(
    "region",
    column(below, [
      row(gap, [atLeast(left, api), inset(0, lower, registry)]),
      row(gap, [atLeast(left, vpc), inset(0, padding + toTasks, column(12, [scheduler, aws]))]),
    ]),
  );
  return column(below - 8, [
    inset(padding + Math.max(0, api.width - clients.width) / 2, 0, clients),
    region,
    inset(padding + left + gap, 0, internet),
  ]);
}

/**
 * Moves what is beside the VPC to the height of what leads there, as far as its neighbours leave room.
 *
 * @returns by how much everything has become higher
 */
export function settle(places: Map<string, Placed>, { nodes, edges }: Diagram): number {
  const at = (id: string): Placed => places.get(id)!;
  const wanted = nodes
    .filter(({ kind }) => kind === "aws" || kind === "scheduler")
    .map(({ id, kind }) => {
      const own = at(id);
      const ends =
        kind === "scheduler"
          ? // What it runs is reached from above.
            edges
              .filter(({ from, kind: way }) => from === id && way === "control")
              .map(({ to }) => at(to).y - 20)
          : edges.filter(({ to }) => to === id).map(({ from }) => at(from).y + at(from).height / 2);
      const middle = ends.reduce((sum, y) => sum + y, 0) / ends.length;
      return { id, own, y: ends.length === 0 ? own.y : Math.round(middle - own.height / 2) };
    })
    .sort((a, b) => a.y - b.y || (a.id < b.id ? -1 : 1));
  const region = places.get("region");
  let free = region ? region.y + padding : -Infinity;
  for (const { id, own, y } of wanted) {
    places.set(id, { ...own, y: Math.max(y, free) });
    free = Math.max(y, free) + own.height + 12;
  }

  if (!region || wanted.length === 0) return 0;
  const grown = Math.max(0, free - 12 + padding - (region.y + region.height));
  places.set("region", { ...region, height: region.height + grown });
  for (const { id } of nodes.filter(({ kind }) => kind === "internet"))
    places.set(id, { ...at(id), y: at(id).y + grown });
  return grown;
}
