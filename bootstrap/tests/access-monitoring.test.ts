import { arn, asks, check, deploys, destroys, previews, tagged } from "./support/requests";

const alarm = (name: string): string => arn("cloudwatch", `alarm:flask-app-fargate-${name}`);
/** In no Region. */
const dashboard = (stack: string): string =>
  arn("cloudwatch", `dashboard/flask-app-fargate-${stack}`).replace(/^((?:[^:]*:){3})[^:]*/, "$1");
const put = "cloudwatch:PutMetricAlarm";
const composite = "cloudwatch:PutCompositeAlarm";
describe("what roles may do with alarms", () => {
  check([
    ["watches its own stack", deploys, { action: put, resource: alarm("dev.flask.cpu") }, true],
    ["watches each pull request", deploys, { action: put, resource: alarm("pr-7.errors") }, true],
    ["watches no other stack", deploys, { action: put, resource: alarm("prod.errors") }, false],
    ["watches none that is called alike", deploys, { action: put, resource: alarm("dev-2.errors") }, false],
    [
      "takes another's alarm off from nobody",
      destroys,
      { action: "cloudwatch:DeleteAlarms", resource: alarm("prod.errors") },
      false,
    ],
    [
      "takes its own off",
      destroys,
      { action: "cloudwatch:DeleteAlarms", resource: alarm("pr-7.errors") },
      true,
    ],
    [
      "makes a composite alarm with its own tags",
      deploys,
      { action: composite, resource: alarm("dev.outage"), context: asks("dev") },
      true,
    ],
    [
      "makes none as another stack's",
      deploys,
      { action: composite, resource: alarm("dev.outage"), context: asks("prod") },
      false,
    ],
    [
      "overwrites no other stack's",
      deploys,
      {
        action: composite,
        resource: alarm("prod.outage"),
        context: { ...asks("dev"), ...tagged("prod") },
      },
      false,
    ],
    [
      "changes its own",
      deploys,
      {
        action: composite,
        resource: alarm("dev.outage"),
        context: { ...asks("dev"), ...tagged("dev") },
      },
      true,
    ],
    [
      "counts restarts of its own services",
      deploys,
      { action: "events:PutRule", resource: arn("events", "rule/flask-app-fargate-dev.flask.restarts") },
      true,
    ],
    [
      "changes no other rule",
      deploys,
      { action: "events:PutRule", resource: arn("events", "rule/flask-app-fargate-prod.flask.restarts") },
      false,
    ],
    [
      "tells by its own topic",
      deploys,
      { action: "sns:Subscribe", resource: arn("sns", "flask-app-fargate-dev-alarms") },
      true,
    ],
    [
      "listens to no other topic",
      deploys,
      { action: "sns:Subscribe", resource: arn("sns", "flask-app-fargate-prod-alarms") },
      false,
    ],
    [
      "lets a subscription go",
      destroys,
      { action: "sns:Unsubscribe", resource: arn("sns", "flask-app-fargate-pr-7-alarms:0f1e") },
      true,
    ],
    ["shows its own stack", deploys, { action: "cloudwatch:PutDashboard", resource: dashboard("dev") }, true],
    ["shows no other", deploys, { action: "cloudwatch:PutDashboard", resource: dashboard("prod") }, false],
    [
      "takes no other's dashboard away",
      destroys,
      { action: "cloudwatch:DeleteDashboards", resource: dashboard("dev-2") },
      false,
    ],
    [
      "takes its own dashboard away",
      destroys,
      { action: "cloudwatch:DeleteDashboards", resource: dashboard("pr-7") },
      true,
    ],
    [
      "makes no dashboard in a preview",
      previews,
      { action: "cloudwatch:PutDashboard", resource: dashboard("dev") },
      false,
    ],
    [
      "reads one in a preview",
      previews,
      { action: "cloudwatch:GetDashboard", resource: dashboard("dev") },
      true,
    ],
    ["makes no alarm in a preview", previews, { action: put, resource: alarm("dev.errors") }, false],
    [
      "reads one in a preview",
      previews,
      { action: "cloudwatch:ListTagsForResource", resource: alarm("dev.errors") },
      true,
    ],
  ]);
});
