import { alarmLimits, routeDimensions } from "./metrics";

/** How the requests of one service are counted: what scales by them, and what wakes by them, sees these alone. */
export interface Requests {
  /** Its routes, by the names they have in the metrics; undefined where all requests of the API are its own. */
  routes: readonly { Method: string; Resource: string }[] | undefined;
}

/** Metrics that an expression reads beside those of the routes: the tasks', and the whole API's. */
const besideRoutes = 2;

/** Routes of one service that can be counted one by one. */
export const countedRoutes = alarmLimits.metrics - besideRoutes;

export interface Counting {
  /** Keys of the service's routes as they are served. */
  keys: readonly string[];
  /** Whether no other service has routes in the API, as far as is known. */
  alone: boolean;
  /** Whether the stage sends its metrics by route. */
  detailed: boolean;
  /** The stack whose API it is, where that is another one. */
  owner?: string | undefined;
}

/** How a service's requests are counted, or why they can't be, with the fix. */
export function requestsOf({
  keys,
  alone,
  detailed,
  owner,
}: Counting): Requests | { allowed: string; fix: string } {
  if (keys.length === 0) {
    return {
      allowed: "only for a service with routes: what calls it inside the VPC is counted nowhere",
      fix: "take it out, or give the service a route",
    };
  }
  if (!detailed) {
    if (alone) return { routes: undefined };
    return {
      allowed: owner
        ? `only where the stage of ${owner} sends its metrics for each route`
        : "only where one service has all routes of the API, or with metrics for each route",
      fix: `write \`detailedMetrics: true\` below api${owner ? ` of ${owner}, and run pulumi up there` : ""}: CloudWatch bills it by route`,
    };
  }
  const routes = keys.flatMap((key) => routeDimensions(key) ?? []);
  const nameless = routes.length < keys.length;
  if (!nameless && routes.length <= countedRoutes) return { routes };
  // Then other stacks in this API are counted as well; there may be none.
  if (alone) return { routes: undefined };
  return nameless
    ? {
        allowed: "only for routes with a path: what AWS calls the metrics of $default is not published",
        fix: "write ANY / and ANY /{proxy+} in its place",
      }
    : {
        allowed: `only for a service with ${countedRoutes} routes or fewer, as they are served: one alarm reads ${alarmLimits.metrics} metrics at most`,
        fix: "use {proxy+} routes",
      };
}
