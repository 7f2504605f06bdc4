import type { DashboardFacts } from "./facts";
import { routesOf, viewOf } from "./api";
import { text, Widget } from "./widgets";

/** What the widget shows: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
export const shownAlarms = 100;
/** About as many as CloudWatch shows without cutting their names. */
export const alarmsInRow = 5;

export function alarmStatus({ alarms }: DashboardFacts): Widget[] {
  if (alarms.length === 0) return [];
  const some = alarms.slice(0, shownAlarms);
  const title =
    alarms.length > shownAlarms ? `Alarms: the first ${shownAlarms} of ${alarms.length}` : "Alarms";
  const height = Math.min(8, 1 + Math.ceil(some.length / alarmsInRow));
  return [
    {
      type: "alarm",
      width: 24,
      height,
      properties: { title, alarms: some, sortBy: "stateUpdatedTimestamp" },
    },
  ];
}

/** What the graphs leave out, so that nobody takes their silence for an answer. */
export function notes(facts: DashboardFacts): Widget[] {
  const { project, stack, api, services, alarms } = facts;
  const unnamed = services.flatMap(({ routes }) => routes).length - routesOf(facts).length;
  const [first] = services;
  const lines = [
    `### ${project}, stack ${stack}: what is not here`,
    ...(first
      ? [
          "- **Who is discoverable**: Cloud Map has no metric of it. Ask " +
            `\`npm run status -- --stack ${stack}\`, or ` +
            "`aws servicediscovery discover-instances --namespace-name " +
            `${first.discovery.namespace} --service-name ${first.discovery.service}\`.`,
        ]
      : []),
    ...(facts.containerInsights
      ? []
      : [
          "- **Desired tasks** are lines at the configured number: ECS's own count takes `cluster.containerInsights`, which is billed.",
        ]),
    ...(api.logGroup === undefined
      ? ["- **The hop of an error**: the access log is with the owner of the API."]
      : [
          "- **The hop of an error** is asked of the access log each time somebody looks, and each look is billed by the GB that it " +
            "reads. *task*: the application answered; *integration*: the gateway reached no task, or none in time; *gateway*: its own.",
        ]),
    ...(viewOf(facts) === "api" && !api.detailedMetrics
      ? ["- **Routes**: `api.detailedMetrics: true` shows them, and CloudWatch bills them."]
      : []),
    ...(api.detailedMetrics && unnamed > 0
      ? ["- **`$default`**: AWS does not say what it is called in metrics by route."]
      : []),
    ...(alarms.length === 0 ? ["- **Alarms**: nothing is watched. `alarms: { notify: … }` does."] : []),
    "- **The bill**: AWS has none by stack. The estimate is running tasks and requests times the unit prices of the Region, without " +
      "endpoints, gateways, logs, traffic, jobs and discounts; `npm run cost` has them.",
  ];
  return [text(lines.join("\n"), { width: 24, height: 2 + Math.ceil(lines.length * 0.6) })];
}
