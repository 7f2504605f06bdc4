/**
 * The paths that a route takes, and what its integration makes of them for the service, as rows of parts that two routes may
 * have in common; see bypasses.ts.
 */

import { servicePath, type Rewrite } from "./rewrite";
import type { Route } from "./routes";

/** A route with what its integration changes. */
export interface RewrittenRoute {
  route: Route;
  rewrite: Rewrite | undefined;
}

/** A part of a path: text, or a variable that stands for any text but the empty one. */
type Part = string | Variable;
interface Variable {
  is?: Part;
}
/** A part of a path of which no more is known. */
const anything = Symbol("anything");

/** One length of a route's paths: what the client asks for, and what the service gets of it. */
export interface Shape {
  /** Parts as the gateway sees them; what is in one of them is written with `%2F` between. */
  asked: Part[][];
  got: (Part | typeof anything)[];
}

/** How long the variables of a route's path are, in parts of the path that the service gets. */
export interface Layout {
  /** The greedy end, 0 for an empty one. */
  tail: number;
  /** Which parts of the greedy end the client writes as one: from the first one to before the last. */
  joined: readonly [number, number];
  /** Other variables by their name, and by their place what is not known; those that are left out are one part long. */
  sizes: ReadonlyMap<string, number>;
  /** Whether what is not known, at the end, ends in a slash: the last of its parts is empty. */
  slash?: boolean;
}

export interface Space {
  /** Parts of the longest path that has to be looked at. */
  longest: number;
  /** Text that no route names. */
  fresh: (index: number) => string;
}

/**
 * Routes tell texts apart only by those they name, and lengths only up to their own: one text more, and one part more, stand
 * for all others.
 */
export function spaceOf(routes: readonly RewrittenRoute[], table: readonly Route[]): Space {
  const rewritten = routes.map(({ rewrite }) => rewrite?.path ?? "");
  const known = JSON.stringify([table.map(({ key }) => key), rewritten]);
  let stem = "x";
  while (known.includes(`${stem}1`)) stem += "x";
  const most = (lengths: number[]): number => Math.max(0, ...lengths);
  const own = most(table.map(({ segments }) => segments.length));
  // A rewrite may put the client's path behind its own.
  const longest = own + most(rewritten.map((path) => partsOf(path).length + (path.includes("$") ? own : 0)));
  return { longest: longest + 1, fresh: (index) => `${stem}${index}` };
}

const partsOf = (path: string): string[] => path.replace(/^\//, "").split("/");

/** How many parts the greedy end of a route's path stands for; 0 for an empty one. */
function tails({ method, segments }: Route, { longest }: Space): number[] {
  const greedy = method === undefined || segments.at(-1)?.kind === "greedy";
  return greedy ? Array.from({ length: longest + 1 }, (_, count) => count) : [1];
}

/**
 * What a closed route is meant to guard: its parameters are one part each, whatever a client may write. What a rewrite takes
 * from elsewhere has any length.
 */
export function guardedLayouts(guarded: RewrittenRoute, space: Space): Layout[] {
  const pieces = piecesOf(guarded) ?? [];
  const unknown = pieces.flatMap((piece, i) => (piece === anything ? [`${i}`] : []));
  // An empty part is no parameter's, so that other routes take the path.
  const slashes = pieces.at(-1) === anything ? [false, true] : [false];
  return slashes.flatMap((slash) =>
    tails(guarded.route, space).flatMap((tail) =>
      sizesOf(unknown, space.longest).map((sizes) => ({ tail, joined: [0, 0] as const, sizes, slash })),
    ),
  );
}

/**
 * Every layout of a weak route. The gateway decodes a path that it rewrites, so a parameter with `%2F` in it is several parts
 * to the service; a path that is not rewritten arrives as it was written.
 *
 * @param budget how many there may be, about
 */
export function layoutsOf(weak: RewrittenRoute, space: Space, budget: number): Map<number, Layout[]> {
  const pieces = piecesOf(weak) ?? [];
  const whole = pieces.includes(wholePath);
  const used = (name: string): boolean =>
    whole || pieces.some((piece) => typeof piece === "object" && piece.name === name);
  const long = weak.route.segments.flatMap((segment) =>
    segment.kind === "parameter" && used(segment.name) ? [segment.name] : [],
  );
  long.push(...pieces.flatMap((piece, i) => (piece === anything ? [`${i}`] : [])));
  const greedy = weak.route.segments.at(-1);
  const joins = weak.route.method === undefined ? whole : greedy?.kind === "greedy" && used(greedy.name);
  const counts = tails(weak.route, space);
  const spansOf = (tail: number): (readonly [number, number])[] => (joins ? spans(tail) : [[0, 0]]);
  const ways = counts.reduce((sum, tail) => sum + spansOf(tail).length, 0);
  // Of a large table, encoded slashes are looked for in one place at a time, and in parts that are not as long.
  const all = ways * combinations(long.length, space.longest) <= budget;
  let most = space.longest;
  while (!all && most > long.length + 1 && counts.length * combinations(long.length, most) > budget) most--;
  const found = new Map<number, Layout[]>();
  for (const sizes of sizesOf(long, most)) {
    const plain = [...sizes.values()].every((size) => size === 1);
    for (const tail of counts) {
      for (const joined of all || plain ? spansOf(tail) : [[0, 0] as const]) {
        const layout = { tail, joined, sizes };
        const { length } = shapeOf(weak, layout).got;
        const same = found.get(length);
        if (same) same.push(layout);
        else found.set(length, [layout]);
      }
    }
  }
  return found;
}

/** How many ways there are to give so many variables lengths that are together no longer than may be. */
function combinations(variables: number, longest: number): number {
  let ways = 1;
  for (let i = 0; i < variables; i++) ways = (ways * (longest - i)) / (i + 1);
  return Math.max(1, ways);
}

/** Whether two routes lead to different paths already by the text that these begin with. */
export function partByText(left: RewrittenRoute, right: RewrittenRoute): boolean {
  const [a, b] = [beginning(left), beginning(right)];
  return a.slice(0, b.length).some((text, i) => text !== b[i]);
}

function beginning(route: RewrittenRoute): string[] {
  const pieces =
    piecesOf(route) ?? route.route.segments.map((one) => (one.kind === "literal" ? one.value : anything));
  const end = pieces.findIndex((piece) => typeof piece !== "string");
  return pieces.slice(0, end === -1 ? undefined : end) as string[];
}

/** Lengths from 1 for each of the names, together no longer than may be. The shortest come first. */
function sizesOf(names: readonly string[], longest: number): ReadonlyMap<string, number>[] {
  const [first, ...rest] = names;
  if (first === undefined) return [new Map()];
  const most = Math.max(1, longest - rest.length);
  return Array.from({ length: most }, (_, i) => i + 1).flatMap((size) =>
    sizesOf(rest, longest - size).map((sizes) => new Map([[first, size], ...sizes])),
  );
}

/** None, and every two parts or more in a row. */
function spans(count: number): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [[0, 0]];
  for (let from = 0; from < count; from++) {
    for (let to = from + 2; to <= count; to++) found.push([from, to]);
  }
  return found;
}

export function shapeOf(guarded: RewrittenRoute, layout: Layout): Shape {
  const { tail: count, joined, sizes, slash = false } = layout;
  const [from, to] = joined;
  const { route } = guarded;
  const variables = (length: number): Part[] => Array.from({ length }, () => ({}));
  const tail: Part[][] = count === 0 ? [[""]] : variables(count).map((part) => [part]);
  if (to > from) tail.splice(from, to - from, tail.slice(from, to).flat());
  const asked: Part[][] = [];
  const values = new Map<string, Part[]>();
  if (route.method === undefined) asked.push(...tail);
  else if (route.segments.length === 0) asked.push([""]);
  for (const segment of route.segments) {
    const parts =
      segment.kind === "literal"
        ? [[segment.value]]
        : segment.kind === "greedy"
          ? tail
          : [variables(sizes.get(segment.name) ?? 1)];
    asked.push(...parts);
    if (segment.kind !== "literal") values.set(segment.name, parts.flat());
  }
  const got = piecesOf(guarded)?.flatMap((piece, i, { length }): Shape["got"] => {
    if (piece === wholePath) return asked.flat();
    if (piece === anything) {
      const parts: Shape["got"] = Array.from({ length: sizes.get(`${i}`) ?? 1 }, () => anything);
      return slash && i === length - 1 ? [...parts.slice(1), ""] : parts;
    }
    return typeof piece === "string" ? [piece] : values.get(piece.name)!;
  });
  return { asked, got: got ?? asked.flat() };
}

/** What a part of a path's template stands for: text, one of the route's variables, the client's path, or nobody knows. */
type Piece = string | { name: string } | typeof wholePath | typeof anything;
const wholePath = Symbol("whole path");

/** Undefined where the service gets the client's path. */
function piecesOf({ route, rewrite }: RewrittenRoute): Piece[] | undefined {
  const template = servicePath(route, rewrite);
  const names = new Set(route.segments.flatMap((one) => (one.kind === "literal" ? [] : [one.name])));
  return template === undefined ? undefined : partsOf(template).flatMap((text) => read(text, names));
}

/** What services read of what a rewrite writes; what is no text stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A part of a path's template; variables of the client's request may be the whole of it, or make it unknown. */
function read(text: string, names: ReadonlySet<string>): Piece[] {
  // The client's path begins with a slash, and so ends the part it stands in. Two slashes in a row are taken for one.
  const [, before] = /^(.*)\$(?:request\.path|\{request\.path\})$/.exec(text) ?? [];
  if (before !== undefined) return [...(before === "" ? [] : read(before, names)), wholePath];
  if (!text.includes("$")) return partsOf(decoded(text));
  const [, name = ""] = /^\$\{?request\.path\.([\w.:-]+)\}?$/.exec(text) ?? [];
  return [names.has(name) ? { name } : anything];
}

/** Makes two paths the same by what their variables stand for; false if they never are. */
export function unify(left: Shape["got"], right: Shape["got"]): boolean {
  if (left.length !== right.length) return false;
  return left.every((part, i) => {
    const other = right[i]!;
    if (part === anything || other === anything) return true;
    const [a, b] = [resolve(part), resolve(other)];
    if (a === b) return true;
    if (typeof a !== "string") a.is = b;
    else if (typeof b !== "string") b.is = a;
    else return false;
    return true;
  });
}

const resolve = (part: Part): Part =>
  typeof part === "string" || part.is === undefined ? part : resolve(part.is);

export function writer({ fresh }: Space): (parts: Shape["got"][]) => string {
  const names = new Map<Variable, string>();
  const text = (part: Part): string => {
    const value = resolve(part);
    if (typeof value === "string") return encodeURI(value).replace(/[?#]/g, encodeURIComponent);
    const name = names.get(value) ?? fresh(names.size + 1);
    names.set(value, name);
    return name;
  };
  const one = (part: Shape["got"][number]): string => (part === anything ? "…" : text(part));
  return (parts) => `/${parts.map((part) => part.map(one).join("%2F")).join("/")}`;
}
