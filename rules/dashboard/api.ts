import type { DashboardApi, DashboardFacts } from "./facts";
import { routeDimensions } from "../metrics";
import { colors, expression, line, MetricLine, MetricOptions, minute, text, Widget } from "./widgets";

/** What clients see: traffic, errors, latency; and what was deployed meanwhile. */

const third = { width: 8, height: 6 } as const;
const half = { width: 12, height: 6 } as const;

/** More lines than these nobody tells apart, and CloudWatch limits the metrics of a widget. */
export const shownRoutes = 100;

/** What CloudWatch can tell of this stack's requests. */
type View = "api" | "routes" | "nothing";

export function viewOf(facts: DashboardFacts): View {
  const { api } = facts;
  if (api.own) return "api";
  return api.detailedMetrics && routesOf(facts).length > 0 ? "routes" : "nothing";
}

/** The stack's routes that metrics know by name, with the service of each. */
export function routesOf({ services }: DashboardFacts): { key: string; service: string }[] {
  return services.flatMap(({ name, routes }) =>
    routes.flatMap((key) => (routeDimensions(key) ? [{ key, service: name }] : [])),
  );
}

const ofApi = (
  { id, stage }: DashboardApi,
  name: string,
  options: MetricOptions,
  route: object = {},
): MetricLine => line("AWS/ApiGateway", name, { ApiId: id, Stage: stage, ...route }, options);

/**
 * The sum of a metric: of the API, or of the stack's own routes in one of others. Where nobody asks a route has no data, and
 * counts as none.
 */
export function counted(facts: DashboardFacts, name: string, id: string): MetricLine[] {
  const { api } = facts;
  if (viewOf(facts) === "api") return [ofApi(api, name, { id: `${id}0`, stat: "Sum", visible: false })];
  return shown(facts).map(({ key }, i) =>
    ofApi(api, name, { id: `${id}${i}`, stat: "Sum", visible: false }, routeDimensions(key)),
  );
}

const shown = (facts: DashboardFacts): { key: string; service: string }[] =>
  routesOf(facts).slice(0, shownRoutes);

/** The expression for {@link counted}. `METRICS` takes all metrics with the letter in their id. */
export const sumOf = (facts: DashboardFacts, id: string): string =>
  viewOf(facts) === "api" ? `FILL(${id}0, 0)` : `SUM(FILL(METRICS("${id}"), 0))`;

const whose = (facts: DashboardFacts): string => {
  const known = routesOf(facts).length;
  if (viewOf(facts) === "api") return "";
  return known > shownRoutes ? ` (the first ${shownRoutes} of ${known} routes)` : " (this stack's routes)";
};

export function requests(facts: DashboardFacts): Widget[] {
  if (viewOf(facts) === "nothing") return [unseen(facts)];
  return [
    {
      ...{ type: "metric", ...third },
      properties: {
        ...{
          title: `Requests a minute${whose(facts)}`,
          region: facts.region,
          view: "timeSeries",
          period: minute,
        },
        metrics: [
          expression({
            id: "perMinute",
            expression: `${sumOf(facts, "n")} / (PERIOD(n0) / 60)`,
            label: "requests",
            color: colors.blue,
          }),
          ...counted(facts, "Count", "n"),
        ],
        yAxis: { left: { min: 0, showUnits: false } },
      },
    },
  ];
}

export function errors(facts: DashboardFacts): Widget[] {
  if (viewOf(facts) === "nothing") return [];
  return [
    {
      ...{ type: "metric", ...third },
      properties: {
        ...{
          title: `Errors, and 5xx in % of requests${whose(facts)}`,
          region: facts.region,
          view: "timeSeries",
          period: minute,
        },
        metrics: [
          expression({ id: "server", expression: sumOf(facts, "s"), label: "5xx", color: colors.red }),
          expression({ id: "client", expression: sumOf(facts, "c"), label: "4xx", color: colors.orange }),
          expression({
            ...{ id: "share", label: "5xx, % of requests", yAxis: "right", color: colors.grey },
            expression: `IF(${sumOf(facts, "n")} > 0, 100 * ${sumOf(facts, "s")} / ${sumOf(facts, "n")}, 0)`,
          }),
          ...counted(facts, "5xx", "s"),
          ...counted(facts, "4xx", "c"),
          ...counted(facts, "Count", "n"),
        ],
        yAxis: { left: { min: 0, showUnits: false }, right: { min: 0, showUnits: false } },
      },
    },
  ];
}

/** Percentiles cannot be added up: of routes in an API of others there is one line each, below. */
export function latency(facts: DashboardFacts): Widget[] {
  if (viewOf(facts) !== "api") return [];
  const { api, region } = facts;
  return [
    {
      ...{ type: "metric", ...third },
      properties: {
        ...{ title: "Latency, ms", region, view: "timeSeries", period: minute },
        metrics: [
          ...(["p99", "p95", "p50"] as const).map((stat) =>
            ofApi(api, "Latency", {
              ...{ stat, label: stat },
              color: { p99: colors.red, p95: colors.orange, p50: colors.blue }[stat],
            }),
          ),
          ofApi(api, "IntegrationLatency", {
            stat: "p95",
            label: "p95 of the services",
            color: colors.green,
          }),
        ],
        yAxis: { left: { min: 0, showUnits: false } },
      },
    },
  ];
}

/**
 * Where an answer of 500 to 599 comes from, told by `status`, `integrationStatus` and `integrationError` of the access log, with a
 * blank between: the task answered it; or the gateway did because it reached no task, or none in time; the rest is the gateway's
 * own, such as an authorizer that failed. A field without a value is `-`.
 */
export const hops = {
  task: /^5\d\d (?<task>5\d\d) /,
  integration: /^(?<integration>50[34] [^5].*|5\d\d [^5]\S* [^-].*)$/,
} as const;

/** `count` of a field counts the lines that have it: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html */
const hopQuery = (logGroup: string): string =>
  [
    `SOURCE '${logGroup}' | filter status like /^5/`,
    'fields concat(status, " ", integrationStatus, " ", integrationError) as hop',
    `parse hop ${String(hops.task)}`,
    `parse hop ${String(hops.integration)}`,
    "stats count(task) as task, count(integration) as integration, count(*) - count(task) - count(integration) as gateway by bin(5m)",
  ].join(" | ");

export function byHop({ api: { logGroup }, region }: DashboardFacts): Widget[] {
  if (logGroup === undefined) return [];
  const properties = {
    title: "5xx in 5 minutes, by the hop that answered them",
    region,
    view: "timeSeries",
  } as const;
  return [{ type: "log", ...half, properties: { ...properties, stacked: true, query: hopQuery(logGroup) } }];
}

/** What changed. A deployment that is rolled back begins another one. */
export function deployments({ services, region, api }: DashboardFacts): Widget[] {
  const counts = (rule: string, label: string, color?: string): MetricLine =>
    line("AWS/Events", "TriggeredRules", { RuleName: rule }, { stat: "Sum", label, ...(color && { color }) });
  return [
    {
      ...{ type: "metric", ...half, width: api.logGroup === undefined ? 24 : 12 },
      properties: {
        ...{ title: "Deployments that began and that failed", region, view: "timeSeries", period: 300 },
        metrics: services.flatMap(({ name, rules }) => [
          counts(rules.deploys, `${name} began`),
          counts(rules.failures, `${name} failed`, colors.red),
        ]),
        yAxis: { left: { min: 0, showUnits: false } },
      },
    },
  ];
}

/** One line for each route, where the stage sends them. */
export function routeWidgets(facts: DashboardFacts): Widget[][] {
  const { api, region } = facts;
  const all = shown(facts);
  if (!api.detailedMetrics || all.length === 0) return [];
  const of = (title: string, name: string, stat: string): Widget => ({
    ...{ type: "metric", ...third },
    properties: {
      ...{
        title: `${title} by route${routesOf(facts).length > shownRoutes ? `, the first ${shownRoutes}` : ""}`,
      },
      ...{ region, view: "timeSeries", period: minute },
      metrics: all.map(({ key }) => ofApi(api, name, { stat, label: key }, routeDimensions(key))),
      yAxis: { left: { min: 0, showUnits: false } },
    },
  });
  return [
    [
      of("Requests", "Count", "Sum"),
      of("5xx", "5xx", "Sum"),
      of("p95 of the services, ms,", "IntegrationLatency", "p95"),
    ],
  ];
}

const unseen = ({ services }: DashboardFacts): Widget => {
  const routed = services.some(({ routes }) => routes.length > 0);
  return text(
    routed
      ? "**Requests, errors and latency are not here.** The API is another's, and its stage is not known to send metrics by route, " +
          "or `$default` is the stack's only one: CloudWatch cannot tell this stack's requests from others'. The dashboard of the API's owner has them together. For a " +
          "stack of this program: set `api.detailedMetrics: true` there and deploy both."
      : "**No requests come in by an API:** no service of this stack has a route.",
    { width: 24, height: 3 },
  );
};
