/** Which call tries a route: without effect wherever that can be had. */
// @ts-nocheck

import { matchRoute, type Route } from "../../rules/routes";

export interface Call {
  method: string;
  /** Below the API's address. */
  path: string;
  /** False for methods that may change something. */
  safe: boolean;
}

/** Harmless words for path parameters; more than one, because another route may have the first in its path. */
const words = ["smoke", "smoke-test", "no-such-thing"];

/**
 * A call that takes this route and no other of the table.
 *
 * @returns undefined when other routes take every call that this one would
 */
export function callOf(route: Route, table: readonly Route[]): Call | undefined {
  const { method } = route;
  const any = method === undefined || method === "ANY";
  // `ANY` stands for what no other route of the path names.
  const methods = any ? ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"] : [method];
  for (const candidate of methods) {
    for (const word of words) {
      const path = pathOf(route, word);
      if (matchRoute(table, candidate, path)?.route.key === route.key) {
        return { method: candidate, path, safe: ["GET", "HEAD", "OPTIONS"].includes(candidate) };
      }
    }
  }
  return undefined;
}

/** A path that no route takes; undefined when the table has a route for everything. */
export function unroutedPath(table: readonly Route[]): string | undefined {
  const paths = ["/no-such-route", "/no-such-route/at/all", "/no-such-route/of/this/api/at/all"];
  return paths.find((path) => matchRoute(table, "GET", path) === undefined);
}

function pathOf({ method, segments }: Route, word: string): string {
  if (method === undefined) return `/${word}`;
  return `/${segments.map((segment) => (segment.kind === "literal" ? segment.value : word)).join("/")}`;
}
