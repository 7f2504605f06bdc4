import { WatchedApi } from "../api/watched";
import { AlarmsConfig } from "../config/schema-alarms";
import { alarmName, Owner, StackAlarm } from "../rules/alarms";
import { fewestSamples } from "../rules/metrics";
import { AlarmSpec, MathSpec, MetricSpec } from "./alarm";

/** A metric of the API, or of one of its routes. */
export const ofApi = (
  { id, stage }: Pick<WatchedApi, "id" | "stage">,
  metricName: string,
  stat: MetricSpec["stat"],
  route: Readonly<Record<string, string>> = {},
): MetricSpec => ({
  namespace: "AWS/ApiGateway",
  metricName,
  dimensions: { ApiId: id, Stage: stage, ...route },
  stat,
});

/**
 * Share of requests that were answered by 500 to 599, in per cent; 0 while those are too few. A metric without errors may have no
 * data: it is filled up, and where nobody asks there is no share. Nor is there one for a minute whose requests have not arrived
 * yet: a 0 would stand there at every look, and of metrics two minutes late it would hide two of three minutes
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html, FILL).
 */
export const errorRate = (requests: MetricSpec, errors: MetricSpec, minimum: number): MathSpec => ({
  metrics: { requests, errors },
  expression: share("requests", "FILL(errors, 0)", minimum, "requests"),
  label: shareLabel,
});

/** The same of sums. @param arrived has a value where requests have arrived, and none elsewhere */
export const share = (requests: string, errors: string, minimum: number, arrived: string): string =>
  `IF(${errors} >= ${minimum}, 100 * ${errors} / ${requests}, 0 * ${arrived})`;
export const shareLabel = "requests answered by 5xx, in per cent";

export type ApiAlarms = Readonly<Record<"errors" | "latency" | "idle", AlarmSpec>>;

/** What is watched of an API of the stack's own. */
export function apiAlarms(owner: Owner, api: WatchedApi, alarms: AlarmsConfig): ApiAlarms {
  const { errorPercent, minimumErrors, latencyMilliseconds } = alarms;
  const named = (name: StackAlarm): Pick<AlarmSpec, "resource" | "name"> => ({
    resource: name,
    name: alarmName(owner, name),
  });
  return {
    errors: {
      ...named("errors"),
      description:
        `More than ${errorPercent} % of the requests of 3 minutes were answered by 500 to 599, twice in a row. 503 is the gateway's: ` +
        "nobody was there. The access log has each request.",
      value: errorRate(ofApi(api, "Count", "Sum"), ofApi(api, "5xx", "Sum"), minimumErrors),
      // Twice, because of the newest minute the errors may have arrived and the requests not: a burst after a silence would be all errors.
      ...{ period: 180, periods: 2, breaching: 2, is: "above", threshold: errorPercent },
      // Nobody asks: nobody is refused.
      missing: "notBreaching",
    },
    latency: {
      ...named("latency"),
      description:
        `5 of 100 requests took the services more than ${latencyMilliseconds} ms, in 2 of 3 times 5 minutes. Look at their CPU and ` +
        `memory, and at what they wait for. Of fewer than ${fewestSamples("p95")} requests in 5 minutes it says nothing new.`,
      value: ofApi(api, "IntegrationLatency", "p95"),
      ...{ period: 300, periods: 3, breaching: 2, is: "above", threshold: latencyMilliseconds },
      // Nobody asks: nobody waits.
      missing: "notBreaching",
    },
    idle: {
      ...named("idle"),
      description:
        "Nobody has asked the API for seven days, or since it was made two days ago. AWS lets a VPC link sleep that has had no " +
        "traffic for 60 days, and it takes minutes to wake: send a request to a route of a service.",
      value: ofApi(api, "Count", "Sum"),
      // An alarm looks back seven days at most, and the link sleeps after 60.
      ...{ period: 86_400, periods: 7, breaching: 7, is: "below", threshold: 1 },
      // An API that nobody asks sends no data. A new one has until the end of the longest warm-up.
      ...{ missing: "breaching", warmUp: 2880 },
    },
  };
}
