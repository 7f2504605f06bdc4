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
  const table = [...routes.map(({ route }) => route), ...others];
  const space = spaceOf(routes, table);
  return routes.flatMap((strong) =>
    routes.flatMap((weak) => {
      const lost = strong.service === weak.service && strong !== weak && loses(weak, strong, limit);
      const way = lost && wayAround(weak, strong, table, space);
      return way ? [{ strong, weak, lost, ...way }] : [];
    }),
  );
}

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
  asked: Part[];
  got: (Part | typeof anything)[];
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

function wayAround(
  weak: GuardedRoute,
  strong: GuardedRoute,
  table: readonly Route[],
  space: Space,
): Pick<Bypass, "method" | "path" | "arrivesAs"> | undefined {
  const pairs = methodPairs(weak.route, strong.route);
  for (const count of tails(strong.route, space)) {
    for (const other of tails(weak.route, space)) {
      const [from, to] = [shapeOf(weak, other), shapeOf(strong, count)];
      if (!unify(from.got, to.got)) continue;
      // Texts that nobody names, each another one: where those are taken by a third route, all others are.
      const write = writer(space);
      const [path, guarded, got] = [from.asked, to.asked, from.got].map(write) as [string, string, string];
      for (const [method, same] of pairs) {
        if (matchRoute(table, same, guarded)?.route !== strong.route) continue;
        if (matchRoute(table, method, path)?.route !== weak.route) continue;
        return { method, path, arrivesAs: `${method} ${got}` };
      }
    }
  }
  return undefined;
}

/** Methods of the weak route with those that the strong one guards by it, the same ones first. */
function methodPairs(weak: Route, strong: Route): [string, string][] {
  const takes = ({ method }: Route, name: string): boolean =>
    method === undefined || method === "ANY" || method === name;
  const named = methods.filter((name) => name !== "ANY" && name !== "OPTIONS");
  const pairs = named.map((name): [string, string] => [name, name]);
  return [...pairs, ["HEAD", "GET"] as [string, string]].filter(
    ([method, guarded]) => takes(weak, method) && takes(strong, guarded),
  );
}

/** How many parts the greedy end of a route's path stands for; 0 for an empty one. */
function tails({ method, segments }: Route, { longest }: Space): number[] {
  const greedy = method === undefined || segments.at(-1)?.kind === "greedy";
  return greedy ? Array.from({ length: longest + 1 }, (_, count) => count) : [1];
}

function shapeOf({ route, rewrite }: GuardedRoute, count: number): Shape {
  const tail = count === 0 ? [""] : Array.from({ length: count }, (): Part => ({}));
  const asked: Part[] = [];
  const values = new Map<string, Part[]>();
  if (route.method === undefined || route.segments.length === 0) {
    asked.push(...(route.method === undefined ? tail : [""]));
  }
  for (const segment of route.segments) {
    const parts = segment.kind === "literal" ? [segment.value] : segment.kind === "greedy" ? tail : [{}];
    asked.push(...parts);
    if (segment.kind !== "literal") values.set(segment.name, parts);
  }
  const template = servicePath(route, rewrite);
  const got = template === undefined ? asked : partsOf(template).flatMap((text) => read(text, asked, values));
  return { asked, got };
}

/** A part of a path's template; variables of the client's request may be the whole of it, or make it unknown. */
function read(text: string, asked: Part[], values: ReadonlyMap<string, Part[]>): Shape["got"] {
  // The client's path begins with a slash, and so ends the part it stands in. Two slashes in a row are taken for one.
  const [, before] = /^(.*)\$(?:request\.path|\{request\.path\})$/.exec(text) ?? [];
  if (before !== undefined) return [...(before === "" ? [] : read(before, asked, values)), ...asked];
  const [, name = ""] = /^\$\{?request\.path\.([\w.:-]+)\}?$/.exec(text) ?? [];
  return text.includes("$") ? (values.get(name) ?? [anything]) : [text];
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

function writer({ fresh }: Space): (parts: Shape["got"]) => string {
  const names = new Map<Variable, string>();
  const text = (part: Part): string => {
    const value = resolve(part);
    if (typeof value === "string") return encodeURI(value).replace(/[?#]/g, encodeURIComponent);
    const name = names.get(value) ?? fresh(names.size + 1);
    names.set(value, name);
    return name;
  };
  return (parts) => `/${parts.map((part) => (part === anything ? "…" : text(part))).join("/")}`;
}
