import { Deployment, ofType, Resource } from "../../../simulate/deployment";
import { Charge, count, fixed } from "./charge";

/** What alarms and a dashboard cost, and metrics by route. https://aws.amazon.com/cloudwatch/pricing/ */

/** An alarm on a number made of several metrics is charged for each of them. */
export function metricAlarmCharges({ inputs }: Resource): Charge[] {
  const queries = inputs.metricQueries as { metric?: object }[] | undefined;
  const metrics = queries?.filter(({ metric }) => metric !== undefined).length ?? 1;
  return [fixed("alarm", "metrics.alarm", count(metrics, "metric"))];
}

export const compositeAlarmCharges = (): Charge[] => [
  fixed("composite alarm", "metrics.composite", [1, "alarm"]),
];

/** As if the account had three others, which are free of charge. What looking at it costs is in no bill: it goes by the log. */
export const dashboardCharges = (): Charge[] => [fixed("dashboard", "metrics.dashboard", [1, "dashboard"])];

/** Metrics that a route sends once it is asked: Count, 4xx, 5xx, Latency, IntegrationLatency, DataProcessed. */
const metricsOfRoute = 6;

/** As if every route were asked in every hour of the month: of one that is not, CloudWatch charges the hours that it is. */
export function stageCharges({ inputs }: Resource, deployment: Deployment): Charge[] {
  const { detailedMetricsEnabled } = (inputs.defaultRouteSettings ?? {}) as {
    detailedMetricsEnabled?: boolean;
  };
  if (detailedMetricsEnabled !== true) return [];
  const routes = ofType(deployment, "aws:apigatewayv2/route:Route").length;
  return [
    fixed("metrics by route", "metrics.custom", count(routes, "route"), [metricsOfRoute, "metrics each"]),
  ];
}
