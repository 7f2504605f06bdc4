/** The ways of the edges between placed boxes: straight where that is possible, else with right angles. */
import { labelHeight } from "./boxes";
import type { Placed } from "./flow";
import type { DiagramEdge } from "./elements";
import { below } from "./parts";
import { widthOf } from "./text";

/** Room beside a box for an arrow from the side and its label. */
const sideways = 80;

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

/**
 * How one edge goes.
 *
 * @param all the others tell how many share a side of a box
 * @param boxes what no edge leads through
 */
export function route(
  edge: DiagramEdge,
  all: readonly DiagramEdge[],
  places: ReadonlyMap<string, Placed>,
  boxes: ReadonlyMap<string, Placed>,
): Routed {
  const from = places.get(edge.from)!;
  const to = places.get(edge.to)!;
  const { points, labelled } = way(edge, from, to, all, places, boxes);
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
  boxes: ReadonlyMap<string, Placed>,
): Way {
  if (edge.kind === "call") return along(edge, from, to, all, places);
  if (edge.kind === "discovery" && from.y >= bottom(to)) return up(from, to);
  if (edge.kind === "control" && from.x >= right(to)) return leftAround(from, to);
  if (bottom(from) > to.y || from.x >= right(to) || to.x >= right(from))
    return across(edge, from, to, all, places);
  // Where one service lies below another, all are reached from the side.
  const stacked = all
    .filter(({ kind, from: source }) => kind === "request" && kind === edge.kind && source === edge.from)
    .some((sibling) => {
      const other = places.get(sibling.to)!;
      return other.y >= bottom(from) && free(from, other, sibling, boxes) === undefined;
    });
  return stacked ? fromTheSide(from, to) : down(from, to, free(from, to, edge, boxes));
}

/** To what lies below. */
function down(from: Placed, to: Placed, x = midX(to)): Way {
  const end = { x, y: to.y };
  if (inBoth(x, from, to)) {
    const start = { x, y: bottom(from) };
    // A long one passes other boxes: its label stands where there is room, before its end.
    return { points: [start, end], labelled: [{ x, y: Math.max(start.y, to.y - below) }, end] };
  }
  const start = { x: midX(from), y: bottom(from) };
  const turn = (bottom(from) + to.y) / 2;
  const last = { x, y: turn };
  return { points: [start, { x: start.x, y: turn }, last, end], labelled: [last, end] };
}

/** Where a straight line down meets nothing; undefined if there is no such place. */
function free(
  from: Placed,
  to: Placed,
  { from: source, to: target }: DiagramEdge,
  boxes: ReadonlyMap<string, Placed>,
): number | undefined {
  const others = [...boxes].flatMap(([id, box]) =>
    id !== source && id !== target && box.y < to.y && bottom(box) > bottom(from) ? [box] : [],
  );
  const [middles, side] = [[midX(to), midX(from)], right(to) - 24];
  // A long one passes titles, which stand on the left.
  const places = to.y - bottom(from) > 100 ? [side, ...middles] : [...middles, side];
  return [...places, to.x + 24].find(
    (x) => inBoth(x, from, to) && !others.some((box) => x > box.x - 8 && x < right(box) + 8),
  );
}

/** Down beside what lies above it, and in from the left. */
function fromTheSide(from: Placed, to: Placed): Way {
  const x = Math.max(from.x + 12, Math.min(to.x - sideways, right(from) - 12));
  const [corner, end] = [
    { x, y: midY(to) },
    { x: to.x, y: midY(to) },
  ];
  return { points: [{ x, y: bottom(from) }, corner, end], labelled: [corner, end] };
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
  const turn = edge.label === "" ? to.x - 24 - 8 * (siblings.length - 1 - rank) : right(from) + 10 + 8 * rank;
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

const callRoom = 20;

/** The room that calls take below services in a row, or beside those in a column. */
export const callsRoom = (edges: readonly DiagramEdge[]): number => {
  const count = edges.filter(({ kind }) => kind === "call").length;
  return count === 0 ? 0 : 10 + callRoom * count;
};

/** To what is in the same row: out at the bottom, each at a height of its own, and up again. */
function along(
  edge: DiagramEdge,
  from: Placed,
  to: Placed,
  all: readonly DiagramEdge[],
  places: ReadonlyMap<string, Placed>,
): Way {
  if (bottom(from) <= to.y || bottom(to) <= from.y) return beside(edge, from, to, all, places);
  const calls = all.filter(({ kind }) => kind === "call");
  const ends = new Set(calls.flatMap(({ from: caller, to: callee }) => [caller, callee]));
  const lowest = Math.max(...[...ends].map((id) => bottom(places.get(id)!)));
  const level = lowest + 12 + callRoom * calls.indexOf(edge);
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

/** To what is in the same column: out on the right, each at a distance of its own, and in again there. */
function beside(
  edge: DiagramEdge,
  from: Placed,
  to: Placed,
  all: readonly DiagramEdge[],
  places: ReadonlyMap<string, Placed>,
): Way {
  const calls = all.filter(({ kind }) => kind === "call");
  const ends = calls.flatMap(({ from: caller, to: callee }) => [caller, callee]);
  const x = Math.max(...ends.map((id) => right(places.get(id)!))) + 12 + callRoom * calls.indexOf(edge);
  const at = (id: string, box: Placed): number => {
    const own = calls.filter(({ from: caller, to: callee }) => caller === id || callee === id);
    return box.y + Math.round((box.height * (own.indexOf(edge) + 1)) / (own.length + 1));
  };
  const [first, last] = [
    { x, y: at(edge.from, from) },
    { x, y: at(edge.to, to) },
  ];
  return {
    points: [{ x: right(from), y: first.y }, first, last, { x: right(to), y: last.y }],
    labelled: [first, last],
  };
}

/** To what lies above. */
function up(from: Placed, to: Placed): Way {
  const x = [midX(to), midX(from)].find((candidate) => inBoth(candidate, from, to));
  if (x !== undefined) return straight({ x, y: from.y }, { x, y: bottom(to) });
  const turn = (from.y + bottom(to)) / 2;
  const [first, last] = [
    { x: midX(from), y: turn },
    { x: midX(to), y: turn },
  ];
  return {
    points: [{ x: midX(from), y: from.y }, first, last, { x: midX(to), y: bottom(to) }],
    labelled: [first, last],
  };
}

/** To what lies on the left: over everything that is beside, and in at the top. */
function leftAround(from: Placed, to: Placed): Way {
  const level = to.y - 20;
  const start = { x: from.x, y: Math.max(from.y + 8, Math.min(level, bottom(from) - 8)) };
  const turn = from.x - 14;
  const corner = { x: right(to) - 18, y: level };
  const bend =
    start.y === level
      ? []
      : [
          { x: turn, y: start.y },
          { x: turn, y: level },
        ];
  return { points: [start, ...bend, corner, { x: corner.x, y: to.y }], labelled: [start, corner] };
}

const straight = (start: Point, end: Point): Way => ({ points: [start, end], labelled: [start, end] });

function labelOn(text: string, a: Point, b: Point): Placed {
  const width = widthOf(text, "label") + 8;
  return { x: (a.x + b.x) / 2 - width / 2, y: (a.y + b.y) / 2 - labelHeight / 2, width, height: labelHeight };
}
