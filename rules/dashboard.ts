import { byHop, deployments, errors, latency, requests, routeWidgets } from "./dashboard/api";
import { estimate } from "./dashboard/estimate";
import type { DashboardFacts } from "./dashboard/facts";
import { alarmStatus, notes } from "./dashboard/texts";
import { serviceWidgets } from "./dashboard/services";
import { isMetric, MetricWidget, metricsOf, Placed, rows } from "./dashboard/widgets";
import { MetricQuery, queryProblems } from "./metrics";

/**
 * What a stack's dashboard shows, and where, in the order in which somebody who is on call asks: is something wrong, what do
 * clients see of it, at which hop, what changed, which service is it; and last what it costs. Pulumi-free.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */

export interface DashboardBody {
  /** The three hours before it is looked at. */
  start: "-PT3H";
  /** CloudWatch chooses longer periods for longer times: the seconds of a metric are kept for days only. */
  periodOverride: "auto";
  widgets: readonly Placed[];
}

/**
 * Of a dashboard: its widgets (the page above), and its metrics, among them those that only expressions read:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html. A size of the body is documented nowhere.
 */
export const dashboardLimits = { widgets: 500, metricsInOne: 500, metrics: 2500, columns: 24 } as const;

/** Services whose widgets fit into a dashboard, with all others; a test holds it. */
export const servicesInOne = 100;

/** Name of a stack's dashboard. It takes no dot, and is the only one of its name in all Regions of an account. */
export const dashboardName = ({ project, stack }: Pick<DashboardFacts, "project" | "stack">): string =>
  `${project}-${stack}`;

export function dashboardBody(facts: DashboardFacts): DashboardBody {
  const { services } = facts;
  return {
    start: "-PT3H",
    periodOverride: "auto",
    widgets: rows([
      alarmStatus(facts),
      [...requests(facts), ...errors(facts), ...latency(facts)],
      [...byHop(facts), ...deployments(facts)],
      ...routeWidgets(facts),
      ...services.map((service) => serviceWidgets(facts, service)),
      estimate(facts),
      notes(facts),
    ]),
  };
}

/** Reasons why AWS refuses a body, or shows nothing where it should show something. */
export function dashboardProblems({ widgets }: DashboardBody): string[] {
  const { widgets: most, metricsInOne, metrics, columns } = dashboardLimits;
  const counts = widgets.map(({ properties }) => metricsOf(properties).length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return [
    ...(widgets.length > most ? [`${widgets.length} widgets are more than ${most}`] : []),
    ...(total > metrics ? [`${total} metrics are more than ${metrics}`] : []),
    ...widgets.flatMap(({ x, width, height }, i) =>
      x < 0 || width < 1 || height < 1 || x + width > columns ? [`widget ${i} is beside the grid`] : [],
    ),
    ...counts.flatMap((count, i) =>
      count > metricsInOne ? [`widget ${i} has ${count} metrics, more than ${metricsInOne}`] : [],
    ),
    ...overlaps(widgets),
    ...widgets.flatMap((widget) =>
      isMetric(widget) ? [...queriesOf(widget).flatMap(queryProblems), ...idProblems(widget)] : [],
    ),
  ];
}

/** Two of a place: CloudWatch moves one of them, and with it the order. */
const overlaps = (widgets: readonly Placed[]): string[] =>
  widgets.flatMap((a, i) =>
    widgets
      .slice(i + 1)
      .filter(
        (b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height,
      )
      .map((b) => `widget ${i} lies over widget ${widgets.indexOf(b)}`),
  );

/** What a widget asks CloudWatch for. */
export const queriesOf = ({ properties }: MetricWidget): MetricQuery[] =>
  metricsOf(properties).map(([namespace, metricName, ...rest]) => {
    const options = rest.at(-1) as { stat: string; period?: number };
    const names = rest.slice(0, -1) as string[];
    const dimensions = Object.fromEntries(
      names.flatMap((name, i) => (i % 2 === 0 ? [[name, names[i + 1]]] : [])),
    );
    return {
      ...{ namespace: namespace as string, metricName: metricName as string, dimensions },
      ...{ stat: options.stat, period: options.period ?? properties.period },
    };
  });

/** What expressions name has to be there, once, in letters that CloudWatch takes. */
function idProblems({ properties: { metrics = [], title } }: MetricWidget): string[] {
  const ids = metrics.map((line) => (line.at(-1) as { id?: string }).id).filter((id) => id !== undefined);
  const expressions = metrics.flatMap((line) => {
    const { expression } = line.at(-1) as { expression?: string };
    return expression === undefined ? [] : [expression];
  });
  const named = expressions.flatMap((text) => [
    ...(text.replace(/"[^"]*"/g, "").match(/\b[a-z][a-zA-Z0-9_]*\b/g) ?? []),
    ...Array.from(text.matchAll(/METRICS\("(.*?)"\)/g), ([, part = ""]) => `${part}0`),
  ]);
  return [
    ...ids.filter((id) => !/^[a-z][a-zA-Z0-9_]*$/.test(id)).map((id) => `${title}: ${id} is no id`),
    ...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `${title}: ${id} is there twice`),
    ...named.filter((id) => !ids.includes(id)).map((id) => `${title}: ${id} is not there`),
  ];
}
