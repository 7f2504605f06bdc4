import { WatchedApi } from "../api/watched";
import { AlarmsConfig } from "../config/schema-alarms";
import { alarmName, Owner, routesInOneAlarm } from "../rules/alarms";
import { routeDimensions } from "../rules/metrics";
import { AlarmSpec, MathSpec, MetricSpec } from "./alarm";
import { errorRate, ofApi, share, shareLabel } from "./api";

/**
 * Half of what is too much, as half of a service's tasks are of the old version while it is decided; over five minutes, in which half a
 * minute of trouble with a database is little, and what has not arrived of the newest minute is little, too. As a window slides by
 * the minute, a longer one is no slower. Chosen by `npm run bench:operate`.
 */
const rule = { period: 300, share: 1 / 2, errors: 3 } as const;

/**
 * The alarms that say a version of a service is healthy and wrong: by its own routes, or by those of the API where that has no
 * other service.
 */
export function rollbackAlarms(
  owner: Owner,
  api: WatchedApi,
  service: string,
  { errorPercent, minimumErrors }: AlarmsConfig,
): AlarmSpec[] {
  const threshold = errorPercent * rule.share;
  const fewest = minimumErrors * rule.errors;
  return ratesOf(api, service, fewest).map((value, i): AlarmSpec => {
    const number = i === 0 ? "" : `-${i + 1}`;
    return {
      resource: `${service}-rollback${number}`,
      name: alarmName(owner, service, `rollback${number}`),
      description:
        `More than ${threshold} % of 5 minutes' requests to ${service} were answered by 500 to 599, and ${fewest} at least. A ` +
        "deployment that is under way is rolled back.",
      value,
      ...{ period: rule.period, periods: 1, breaching: 1 },
      ...{ is: "above", threshold },
      // Nobody asks: a version is as good as the one before.
      missing: "notBreaching",
    };
  });
}

function ratesOf(api: WatchedApi, service: string, minimum: number): MathSpec[] {
  const keys = api.keysOf(service);
  if (keys.length === 0) return [];
  if (!api.detailedMetrics) return [errorRate(ofApi(api, "Count", "Sum"), ofApi(api, "5xx", "Sum"), minimum)];
  const groups = Array.from({ length: Math.ceil(keys.length / routesInOneAlarm) }, (_, i) =>
    keys.slice(i * routesInOneAlarm, (i + 1) * routesInOneAlarm),
  );
  return groups.map((group) => sumOfRoutes(api, group, minimum));
}

/** A route that nobody asks has no data, and would take the sum's away: it counts as none. */
function sumOfRoutes(api: WatchedApi, keys: readonly string[], minimum: number): MathSpec {
  const of = (metricName: string): MetricSpec[] =>
    keys.map((key) => ofApi(api, metricName, "Sum", { ...routeDimensions(key)! }));
  const [first] = keys;
  if (keys.length === 1 && first !== undefined) return errorRate(of("Count")[0]!, of("5xx")[0]!, minimum);
  const ids = (letter: string): string[] => keys.map((_, i) => `${letter}${i + 1}`);
  // Of a list SUM adds what there is, where + wants all: a route that nobody ever asked has nothing to be filled.
  const sum = (letter: string): string =>
    `SUM([${ids(letter)
      .map((id) => `FILL(${id}, 0)`)
      .join(", ")}])`;
  const named = (letter: string, list: MetricSpec[]): Record<string, MetricSpec> =>
    Object.fromEntries(list.map((metric, i) => [ids(letter)[i]!, metric]));
  return {
    metrics: { ...named("r", of("Count")), ...named("e", of("5xx")) },
    expression: share(sum("r"), sum("e"), minimum, `SUM([${ids("r").join(", ")}])`),
    label: shareLabel,
  };
}
