/** The ways of the edges between placed boxes: straight where that is possible, else with right angles. */
import { labelHeight } from "./boxes";
import type { Placed } from "./flow";
import type { DiagramEdge } from "./elements";
import { widthOf } from "./text";

export interface Point {
  x: number;
  y: number;
}

export interface Routed {
  /** From its beginning to its arrow. */
  points: Point[];
  /** Where the label goes; undefined without one. */
  label: Placed | undefined;
}

const midX = ({ x, width }: Placed): number => x + width / 2;
const midY = ({ y, height }: Placed): number => y + height / 2;
const right = ({ x, width }: Placed): number => x + width;
const bottom = ({ y, height }: Placed): number => y + height;
const within = (value: number, from: number, to: number): boolean => value >= from + 6 && value <= to - 6;

/** How one edge goes. The others tell how many share a side of a box. */
export function route(
  edge: DiagramEdge,
  all: readonly DiagramEdge[],
  places: ReadonlyMap<string, Placed>,
): Routed {
  const from = places.get(edge.from)!;
  const to = places.get(edge.to)!;
  const { points, labelled } = way(edge, from, to, all, places);
  return { points, label: edge.label === "" ? undefined : labelOn(edge.label, ...labelled) };
}

interface Way {
  points: Point[];
  /** The stretch that its label lies on. */
  labelled: [Point, Point];
}

function way(
  edge: DiagramEdge,
  from: Placed,
  to: Placed,
  all: readonly DiagramEdge[],
  places: ReadonlyMap<string, Placed>,
): Way {
  if (edge.kind === "call") return below(edge, from, to, all, places);
  if (edge.kind === "discovery" && from.y > bottom(to)) return upAround(from, to);
  return bottom(from) <= to.y && from.x < right(to) && to.x < right(from)
    ? down(from, to)
    : across(edge, from, to, all, places);
}

/** To what lies below. */
function down(from: Placed, to: Placed): Way {
  const x = [midX(to), midX(from)].find((candidate) => inBoth(candidate, from, to)) ?? midX(to);
  if (inBoth(x, from, to)) return straight({ x, y: bottom(from) }, { x, y: to.y });
  const start = { x: midX(from), y: bottom(from) };
  const turn = (bottom(from) + to.y) / 2;
  const last = { x, y: turn };
  return { points: [start, { x: start.x, y: turn }, last, { x, y: to.y }], labelled: [last, { x, y: to.y }] };
}

const inBoth = (x: number, a: Placed, b: Placed): boolean =>
  within(x, a.x, right(a)) && within(x, b.x, right(b));

/** To what lies on the right. */
function across(
  edge: DiagramEdge,
  from: Placed,
  to: Placed,
  all: readonly DiagramEdge[],
  places: ReadonlyMap<string, Placed>,
): Way {
  const siblings = all.filter(({ kind, from: source }) => kind === edge.kind && source === edge.from);
  const place = siblings.indexOf(edge);
  // Side by side, those that go up above the others.
  const order = siblings
    .map((sibling, i) => ({ i, y: midY(places.get(sibling.to)!) }))
    .sort((a, b) => a.y - b.y || a.i - b.i)
    .findIndex(({ i }) => i === place);
  const y = from.y + (from.height * (order + 1)) / (siblings.length + 1);
  const levels = siblings.length === 1 ? [midY(to), midY(from)] : [y];
  const level = levels.find(
    (candidate) => within(candidate, from.y, bottom(from)) && within(candidate, to.y, bottom(to)),
  );
  if (level !== undefined) return straight({ x: right(from), y: level }, { x: to.x, y: level });
  // So that they do not cross: downwards the upper ones turn further to the right, upwards the lower ones.
  const rank = midY(to) < y ? order : siblings.length - 1 - order;
  // A label needs room on the last stretch; without one the turn is clear of what stands beside the beginning.
  const turn = edge.label === "" ? to.x - 24 - 8 * (siblings.length - 1 - rank) : right(from) + 14 + 8 * rank;
  const end = { x: to.x, y: entry(edge, to, y, all, places) };
  const corner = { x: turn, y: end.y };
  return {
    points: [{ x: right(from), y }, { x: turn, y }, corner, end],
    labelled: [corner, end],
  };
}

/** Where an edge meets the left side of a box that others lead to as well. */
function entry(
  { to: id, kind }: DiagramEdge,
  to: Placed,
  from: number,
  all: readonly DiagramEdge[],
  places: ReadonlyMap<string, Placed>,
): number {
  const sources = all
    .filter((other) => other.to === id && other.kind === kind)
    .map((other) => midY(places.get(other.from)!))
    .sort((a, b) => a - b);
  const order = sources.findIndex((y) => Math.abs(y - from) < 1);
  return sources.length < 2 || order < 0 ? midY(to) : to.y + (to.height * (order + 1)) / (sources.length + 1);
}

const callHeight = 20;

/** The room that calls take below the services. */
export const callsHeight = (edges: readonly DiagramEdge[]): number => {
  const count = edges.filter(({ kind }) => kind === "call").length;
  return count === 0 ? 0 : 10 + callHeight * count;
};

/** To what is in the same row: out at the bottom, each at a height of its own, and up again. */
function below(
  edge: DiagramEdge,
  from: Placed,
  to: Placed,
  all: readonly DiagramEdge[],
  places: ReadonlyMap<string, Placed>,
): Way {
  const calls = all.filter(({ kind }) => kind === "call");
  const ends = new Set(calls.flatMap(({ from: caller, to: callee }) => [caller, callee]));
  const lowest = Math.max(...[...ends].map((id) => bottom(places.get(id)!)));
  const level = lowest + 12 + callHeight * calls.indexOf(edge);
  const at = (id: string, box: Placed): number => {
    const own = calls.filter(({ from: caller, to: callee }) => caller === id || callee === id);
    return box.x + Math.round((box.width * (own.indexOf(edge) + 1)) / (own.length + 1));
  };
  const [start, end] = [at(edge.from, from), at(edge.to, to)];
  const [left, last] = [
    { x: start, y: level },
    { x: end, y: level },
  ];
  return {
    points: [{ x: start, y: bottom(from) }, left, last, { x: end, y: bottom(to) }],
    labelled: [left, last],
  };
}

/** To what lies above and to the right: out at the top, and over everything that is beside. */
function upAround(from: Placed, to: Placed): Way {
  const start = { x: right(from) - 18, y: from.y };
  const level = from.y - 20;
  const last = { x: midX(to), y: level };
  const first = { x: start.x, y: level };
  return { points: [start, first, last, { x: midX(to), y: bottom(to) }], labelled: [first, last] };
}

const straight = (start: Point, end: Point): Way => ({ points: [start, end], labelled: [start, end] });

function labelOn(text: string, a: Point, b: Point): Placed {
  const width = widthOf(text, "label") + 8;
  return { x: (a.x + b.x) / 2 - width / 2, y: (a.y + b.y) / 2 - labelHeight / 2, width, height: labelHeight };
}
