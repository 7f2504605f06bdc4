/**
 * Ways around a closed route: another route of the same service that asks for less, and whose requests reach the service
 * with the same method and path. Decided by the order of routes ({@link matchRoute}) and by what integrations make of a path
 * ({@link servicePath}). Empty parts are looked at where a path ends, and what a service takes for the same path by itself, such
 * as `//a` for `/a`, is not seen here.
 */

import { servicePath, type Rewrite } from "./rewrite";
import { matchRoute, methods, type Route } from "./routes";

/** A route with who may use it, and how much. */
export interface GuardedRoute {
  route: Route;
  /** The routes by which it is served, where they are not itself. */
  served?: readonly Route[];
  rewrite: Rewrite | undefined;
  /** Where it leads. */
  service: string;
  /** `none`, `iam` or an authorizer. */
  auth: string;
  /** Of which a token needs one; none for any token. */
  scopes: readonly string[];
  /** Its own limit. */
  throttle: Limit | undefined;
}

export interface Limit {
  rate: number;
  burst: number;
}

export interface Bypass {
  strong: GuardedRoute;
  weak: GuardedRoute;
  /** What of the strong route the weak one does without. */
  lost: "auth" | "scopes" | "throttle";
  /** A request that takes the weak route. */
  method: string;
  path: string;
  /** As which the service gets it, and would get it by the strong route. */
  arrivesAs: string;
}

/** Stands for every method that no route can name. */
export const otherMethod = "PROPFIND";

/**
 * Every pair of a closed route and one that leads around it, each with a request that does.
 *
 * A service answers HEAD as it answers GET, so a route that takes HEAD beside one that guards GET counts; OPTIONS does not,
 * see preflights.ts.
 *
 * @param routes of one stack
 * @param others further routes of the API, which take requests as well
 * @param limit of the stage, for routes without their own; undefined where it is not known
 */
export function bypasses(
  routes: readonly GuardedRoute[],
  others: readonly Route[],
  limit: Limit | undefined,
): Bypass[] {
  const configured = [...routes.map(({ route }) => route), ...others];
  const served = [...routes.flatMap(servedBy), ...others];
  const space = spaceOf(routes, configured);
  const layouts = new Map(routes.map((weak) => [weak, layoutsOf(weak, space)]));
  return routes.flatMap((strong) =>
    routes.flatMap((weak) => {
      const lost = strong.service === weak.service && strong !== weak && loses(weak, strong, limit);
      const way = lost && wayAround(weak, strong, { configured, served, layouts: layouts.get(weak)!, space });
      return way ? [{ strong, weak, lost, ...way }] : [];
    }),
  );
}

const servedBy = ({ route, served = [route] }: GuardedRoute): readonly Route[] => served;

/** What the weak route does without; false if it is not known to ask for less. */
function loses(weak: GuardedRoute, strong: GuardedRoute, limit: Limit | undefined): Bypass["lost"] | false {
  if (strong.auth !== "none" && weak.auth === "none") return "auth";
  if (strong.auth === weak.auth && strong.scopes.length > 0) {
    const more = weak.scopes.some((scope) => !strong.scopes.includes(scope));
    if (weak.scopes.length === 0 || more) return "scopes";
  }
  const other = weak.throttle ?? limit;
  if (strong.throttle === undefined) return false;
  if (other === undefined) return "throttle";
  return (other.rate > strong.throttle.rate || other.burst > strong.throttle.burst) && "throttle";
}

/** A part of a path: text, or a variable that stands for any text but the empty one. */
type Part = string | Variable;
interface Variable {
  is?: Part;
}
/** A part of a path of which no more is known. */
const anything = Symbol("anything");

/** One length of a route's paths: what the client asks for, and what the service gets of it. */
interface Shape {
  /** Parts as the gateway sees them; what is in one of them is written with `%2F` between. */
  asked: Part[][];
  got: (Part | typeof anything)[];
}

/** How long the variables of a route's path are, in parts of the path that the service gets. */
interface Layout {
  /** The greedy end, 0 for an empty one. */
  tail: number;
  /** Which parts of the greedy end the client writes as one: from the first one to before the last. */
  joined: readonly [number, number];
  /** Other variables by their name, and by their place what is not known; those that are left out are one part long. */
  sizes: ReadonlyMap<string, number>;
}

interface Space {
  /** Parts of the longest path that has to be looked at. */
  longest: number;
  /** Text that no route names. */
  fresh: (index: number) => string;
}

/**
 * Routes tell texts apart only by those they name, and lengths only up to their own: one text more, and one part more, stand
 * for all others.
 */
function spaceOf(routes: readonly GuardedRoute[], table: readonly Route[]): Space {
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

interface Search {
  /** Which requests a route is meant to take. */
  configured: readonly Route[];
  /** Which ones it takes. */
  served: readonly Route[];
  /** Of the weak route, by the length of what the service gets. */
  layouts: ReadonlyMap<number, readonly Layout[]>;
  space: Space;
}

function wayAround(
  weak: GuardedRoute,
  strong: GuardedRoute,
  { configured, served, layouts, space }: Search,
): Pick<Bypass, "method" | "path" | "arrivesAs"> | undefined {
  const pairs = methodPairs(strong.route);
  for (const count of guardedLayouts(strong, space)) {
    for (const other of layouts.get(shapeOf(strong, count).got.length) ?? []) {
      const [from, to] = [shapeOf(weak, other), shapeOf(strong, count)];
      if (!unify(from.got, to.got)) continue;
      // Texts that nobody names, each another one: where those are taken by a third route, all others are.
      const write = writer(space);
      const [path, guarded] = [write(from.asked), write(to.asked)];
      const got = write(from.got.map((part) => [part]));
      for (const [method, same] of pairs) {
        if (matchRoute(configured, same, guarded)?.route !== strong.route) continue;
        const taken = matchRoute(served, method, path)?.route;
        if (taken === undefined || !servedBy(weak).includes(taken)) continue;
        return { method, path, arrivesAs: `${method} ${got}` };
      }
    }
  }
  return undefined;
}

/** Methods of a request with those that the strong route guards by it, the same ones first. */
function methodPairs(strong: Route): [string, string][] {
  const named = methods.filter((name) => name !== "ANY" && name !== "OPTIONS");
  const pairs = named.map((name): [string, string] => [name, name]);
  return [
    ...pairs,
    ["HEAD", "GET"] as [string, string],
    [otherMethod, otherMethod] as [string, string],
  ].filter(
    ([, guarded]) => strong.method === undefined || strong.method === "ANY" || strong.method === guarded,
  );
}

/** How many parts the greedy end of a route's path stands for; 0 for an empty one. */
function tails({ method, segments }: Route, { longest }: Space): number[] {
  const greedy = method === undefined || segments.at(-1)?.kind === "greedy";
  return greedy ? Array.from({ length: longest + 1 }, (_, count) => count) : [1];
}

/**
 * What a closed route is meant to guard: its parameters are one part each, whatever a client may write. What a rewrite takes
 * from elsewhere has any length.
 */
function guardedLayouts(guarded: GuardedRoute, space: Space): Layout[] {
  const unknown = piecesOf(guarded)?.flatMap((piece, i) => (piece === anything ? [`${i}`] : [])) ?? [];
  return tails(guarded.route, space).flatMap((tail) =>
    sizesOf(unknown, space.longest).map((sizes) => ({ tail, joined: [0, 0], sizes })),
  );
}

/**
 * Every layout of a weak route. The gateway decodes a path that it rewrites, so a parameter with `%2F` in it is several parts
 * to the service; a path that is not rewritten arrives as it was written.
 */
function layoutsOf(weak: GuardedRoute, space: Space): Map<number, Layout[]> {
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
  const found = new Map<number, Layout[]>();
  for (const sizes of sizesOf(long, space.longest)) {
    for (const tail of tails(weak.route, space)) {
      for (const joined of joins ? spans(tail) : [[0, 0] as const]) {
        const layout = { tail, joined, sizes };
        const { length } = shapeOf(weak, layout).got;
        if (length <= 2 * space.longest) found.set(length, [...(found.get(length) ?? []), layout]);
      }
    }
  }
  return found;
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

function shapeOf(guarded: GuardedRoute, { tail: count, joined: [from, to], sizes }: Layout): Shape {
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
  const got = piecesOf(guarded)?.flatMap((piece, i): Shape["got"] => {
    if (piece === wholePath) return asked.flat();
    if (piece === anything) return Array.from({ length: sizes.get(`${i}`) ?? 1 }, () => anything);
    return typeof piece === "string" ? [piece] : values.get(piece.name)!;
  });
  return { asked, got: got ?? asked.flat() };
}

/** What a part of a path's template stands for: text, one of the route's variables, the client's path, or nobody knows. */
type Piece = string | { name: string } | typeof wholePath | typeof anything;
const wholePath = Symbol("whole path");

/** Undefined where the service gets the client's path. */
function piecesOf({ route, rewrite }: GuardedRoute): Piece[] | undefined {
  const template = servicePath(route, rewrite);
  const names = new Set(route.segments.flatMap((one) => (one.kind === "literal" ? [] : [one.name])));
  return template === undefined ? undefined : partsOf(template).flatMap((text) => read(text, names));
}

/** A part of a path's template; variables of the client's request may be the whole of it, or make it unknown. */
function read(text: string, names: ReadonlySet<string>): Piece[] {
  // The client's path begins with a slash, and so ends the part it stands in. Two slashes in a row are taken for one.
  const [, before] = /^(.*)\$(?:request\.path|\{request\.path\})$/.exec(text) ?? [];
  if (before !== undefined) return [...(before === "" ? [] : read(before, names)), wholePath];
  if (!text.includes("$")) return [text];
  const [, name = ""] = /^\$\{?request\.path\.([\w.:-]+)\}?$/.exec(text) ?? [];
  return [names.has(name) ? { name } : anything];
}

/** Makes two paths the same by what their variables stand for; false if they never are. */
function unify(left: Shape["got"], right: Shape["got"]): boolean {
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

function writer({ fresh }: Space): (parts: Shape["got"][]) => string {
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
