import { ServedApi } from "./served";
import { Bypass, bypasses, Limit, otherMethod } from "../rules/bypasses";
import { preflightRoute } from "../rules/preflights";

/**
 * What works otherwise than its configuration reads, one sentence or two for each: who gets around a closed route, and
 * whose preflights do not get through.
 *
 * @param limit of the stage; undefined for another's, which is not known
 */
export function routeWarnings(api: ServedApi, limit: Limit | undefined): string[] {
  const here = api.routes.filter(({ elsewhere }) => !elsewhere);
  const rest = api.routes.filter(({ elsewhere }) => elsewhere).flatMap(({ served }) => served);
  return [...bypassWarnings(bypasses(here, [...api.others, ...rest], limit)), ...preflightWarnings(api)];
}

/** One for each route that leads around others, however many. */
function bypassWarnings(found: readonly Bypass[]): string[] {
  const groups = new Map<string, Bypass[]>();
  for (const bypass of found) {
    const { weak, lost } = bypass;
    const group = `${weak.service} ${weak.route.key} ${lost}`;
    groups.set(group, [...(groups.get(group) ?? []), bypass]);
  }
  return [...groups.values()].map(([first, ...more]) => {
    const { weak, strong, method, path, arrivesAs, lost } = first!;
    const asked = {
      auth: `authorization (${strong.auth})`,
      scopes: `one of the scopes ${strong.scopes.join(", ")}`,
      throttle: `no more than ${strong.throttle?.rate} requests a second`,
    }[lost];
    const also =
      more.length === 0 ? "" : ` So it does around ${some(more.map((one) => one.strong.route.key))}.`;
    const why =
      method === otherMethod
        ? ", as does every method that no route can name: beside cors they are not served by the closed one"
        : method === "HEAD" && strong.route.method === "GET"
          ? ", which services answer as GET"
          : "";
    return (
      `${strong.route.key} of ${strong.service} asks for ${asked}, and ${weak.route.key} leads around it: ` +
      `${method} ${path} arrives as ${arrivesAs}${why}.${also} Close it alike, or let it lead to other paths.`
    );
  });
}

function preflightWarnings({ cors, routes, table, others, own }: ServedApi): string[] {
  if (!cors) return [];
  const foreign = new Set(others);
  const closed = routes.filter(({ route, auth }) => auth !== "none" && route.method !== "OPTIONS");
  return closed.flatMap(({ route, served, adopted }) => {
    const [first = route] = served;
    const taker = preflightRoute(first, [...table.keys(), ...others]);
    if (taker === undefined) return [];
    const what = `CORS: preflights of ${route.key} take ${taker.key}`;
    if (foreign.has(taker))
      return [`${what} of another stack, which has to let them through and answer 2xx.`];
    const { auth, service } = table.get(taker)!;
    if (auth !== "none") {
      const fix = adopted
        ? "They get through once adopt and integration are taken out"
        : route.key === "$default" && !own
          ? "Write ANY / and ANY /{proxy+} instead"
          : `Open ${taker.key}, or take it out`;
      return [
        `${what}, and are refused by its authorization: browsers of other origins cannot call it. ${fix}.`,
      ];
    }
    // Whoever writes an OPTIONS route means it to answer.
    if (taker.method === "OPTIONS") return [];
    return [
      `${what} of ${service}, without authorization: they get through only if it answers OPTIONS with 2xx.`,
    ];
  });
}

/** A few of many. */
const some = (names: string[]): string =>
  names.length <= 3 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
