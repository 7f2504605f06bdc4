import assert from "node:assert/strict";
import { toConfig } from "../../simulate/stack";
import { problemsOf } from "../support/stack";

const flask = (values: object): object => ({ services: { flask: { build: "./app", ...values } } });
const morning = { expression: "cron(0 7 ? * MON-FRI *)", timezone: "Europe/London" };

describe("configuration of scaling", () => {
  const table: [what: string, values: object, problems: string[]][] = [
    [
      "a schedule as crontab writes it, and a zone that does not follow the summer",
      flask({ scaling: { max: 4, schedule: [{ expression: "0 7 * * *", timezone: "London", min: 3 }] } }),
      [
        'services.flask.scaling.schedule.0.expression: got "0 7 * * *". Allowed: cron(minutes hours day-of-month month day-of-week year), rate(n minutes, hours or days), at(yyyy-mm-ddThh:mm:ss). Fix: write for example cron(0 3 * * ? *), or rate(1 hour).',
        'services.flask.scaling.schedule.0.timezone: got "London". Allowed: a name of the IANA time zone database, such as Europe/London. Fix: use its name; an offset or an abbreviation would not follow daylight saving time.',
      ],
    ],
    [
      "more tasks at least than scaling.max",
      flask({ scaling: { max: 4, schedule: [{ ...morning, min: 5 }] } }),
      [
        "services.flask.scaling.schedule.0.min: got 5. Allowed: 4 (scaling.max) or fewer. Fix: write max beside it.",
      ],
    ],
    [
      "fewer tasks at most than scaling.min",
      flask({ scaling: { min: 3, max: 4, schedule: [{ ...morning, max: 2 }] } }),
      [
        "services.flask.scaling.schedule.0.max: got 2. Allowed: 3 (scaling.min) or more. Fix: write min beside it.",
      ],
    ],
    [
      "fewer tasks at most than at least",
      flask({ scaling: { max: 4, schedule: [{ ...morning, min: 6, max: 5 }] } }),
      [
        "services.flask.scaling.schedule.0.max: got 5. Allowed: 6 (its min) or more. Fix: raise it, or lower its min.",
      ],
    ],
    [
      "the same time twice",
      flask({
        scaling: {
          max: 4,
          schedule: [
            { ...morning, min: 3 },
            { ...morning, min: 4 },
          ],
        },
      }),
      [
        'services.flask.scaling.schedule.1.expression: got "cron(0 7 ? * MON-FRI *)". Allowed: another time than that of services.flask.scaling.schedule.0: which of the two comes last is not known. Fix: take one of them out.',
      ],
    ],
    [
      "the same times in other words",
      flask({
        scaling: {
          max: 4,
          schedule: [
            { ...morning, min: 3 },
            { expression: "cron(0 7 ? * 2-6 *)", timezone: "europe/london", min: 4 },
            { expression: "rate(1 hour)", min: 1 },
            { expression: "rate(60 minutes)", min: 2 },
          ],
        },
      }),
      [
        'services.flask.scaling.schedule.1.expression: got "cron(0 7 ? * 2-6 *)". Allowed: another time than that of services.flask.scaling.schedule.0: which of the two comes last is not known. Fix: take one of them out.',
        'services.flask.scaling.schedule.3.expression: got "rate(60 minutes)". Allowed: another time than that of services.flask.scaling.schedule.2: which of the two comes last is not known. Fix: take one of them out.',
      ],
    ],
    [
      "no tasks at night",
      flask({ scaling: { max: 4, schedule: [{ ...morning, min: 0 }] } }),
      ["services.flask.scaling.schedule.0.min: got 0. Allowed: 1–1000. Fix: use an allowed value."],
    ],
    [
      "scaling by the requests of two services that share an API without metrics for each route",
      {
        services: {
          flask: { build: "./app", scaling: { max: 4, targetRequestsPerTask: 600 } },
          other: { build: "./app", routes: ["GET /other"], sleep: {} },
        },
      },
      [
        "services.flask.scaling.targetRequestsPerTask: got 600. Allowed: only where one service has all routes of the API, or with metrics for each route. Fix: write `detailedMetrics: true` below api: CloudWatch bills it by route.",
        'services.other.sleep: got {"after":"30m"}. Allowed: only where one service has all routes of the API, or with metrics for each route. Fix: write `detailedMetrics: true` below api: CloudWatch bills it by route.',
      ],
    ],
    [
      "to count tasks by what the cluster has not, and to count them for nothing",
      {
        api: { detailedMetrics: true },
        services: {
          flask: {
            build: "./app",
            scaling: { max: 4, targetRequestsPerTask: 600, countTasksBy: "containerInsights" },
          },
          other: {
            build: "./app",
            routes: ["GET /other"],
            scaling: { max: 4, countTasksBy: "containerInsights" },
          },
        },
      },
      [
        'services.flask.scaling.countTasksBy: got "containerInsights". Allowed: memory, where the cluster has no Container Insights. Fix: write `containerInsights: true` below cluster, or take it out.',
        'services.other.scaling.countTasksBy: got "containerInsights". Allowed: only with targetRequestsPerTask, which alone divides by tasks. Fix: take it out.',
      ],
    ],
    [
      "to count the requests of a service without a route",
      flask({ routes: [], scaling: { max: 4, targetRequestsPerTask: 600 } }),
      [
        "services.flask.scaling.targetRequestsPerTask: got 600. Allowed: only for a service with routes: what calls it inside the VPC is counted nowhere. Fix: take it out, or give the service a route.",
      ],
    ],
    [
      "to count the requests to $default among those of others",
      {
        api: { detailedMetrics: true },
        services: {
          flask: { build: "./app", routes: ["$default"], sleep: {} },
          other: { build: "./app", routes: ["GET /other"] },
        },
      },
      [
        'services.flask.sleep: got {"after":"30m"}. Allowed: only for routes with a path: what AWS calls the metrics of $default is not published. Fix: write ANY / and ANY /{proxy+} in its place.',
      ],
    ],
    [
      "more routes than one alarm can add up",
      {
        api: { detailedMetrics: true },
        services: {
          flask: { build: "./app", routes: Array.from({ length: 9 }, (_, i) => `GET /${i}`), sleep: {} },
          other: { build: "./app", routes: ["GET /other"] },
        },
      },
      [
        'services.flask.sleep: got {"after":"30m"}. Allowed: only for a service with 8 routes or fewer, as they are served: one alarm reads 10 metrics at most. Fix: use {proxy+} routes.',
      ],
    ],
    [
      "to count requests to an API whose stage nobody here knows",
      {
        api: { existingId: "a1b2c3" },
        services: { flask: { build: "./app", sleep: {} } },
      },
      [
        'services.flask.sleep: got {"after":"30m"}. Allowed: not with api.existingId: whether the stage of somebody else\'s API sends metrics for each route cannot be looked up. Fix: take it out.',
      ],
    ],
    [
      "a service that sleeps and is scaled",
      flask({ sleep: {}, scaling: { max: 4 } }),
      [
        "services.flask.sleep: scaling is set as well. Allowed: only without scaling: two would choose the number of tasks. Fix: take one of them out.",
      ],
    ],
    [
      "a service that sleeps in a stack with alarms, which its first request would set off",
      { alarms: {}, ...flask({ sleep: {} }) },
      [
        "services.flask.sleep: alarms is set as well. Allowed: only in a stack without alarms: the 503 that wakes it is an error to them, and so are tasks that do not run. Fix: take one of them out.",
      ],
    ],
    [
      "a service that would never wake",
      flask({ sleep: {}, desiredCount: 0 }),
      [
        "services.flask.sleep: desiredCount is 0. Allowed: with a desiredCount of 1 or more: so many tasks are woken. Fix: raise it, or take sleep out.",
      ],
    ],
    [
      "a service that sleeps while another one calls it",
      {
        api: { detailedMetrics: true },
        services: {
          flask: { build: "./app", sleep: {} },
          orders: { build: "./app", routes: ["GET /orders"], reach: [{ service: "flask" }] },
        },
      },
      [
        "services.flask.sleep: orders reaches it inside the VPC. Allowed: only for a service that the API alone leads to: calls inside the VPC are counted nowhere, and wake nobody. Fix: take it out, or let it be called by the API.",
      ],
    ],
    [
      "a time that is none",
      flask({ sleep: { after: "half an hour" } }),
      [
        'services.flask.sleep.after: got "half an hour". Allowed: 10m–24h, as minutes or hours: 30m, 2h. Fix: use an allowed value, or leave it out for "30m".',
      ],
    ],
    [
      "a sleep that begins between two requests, and one that an alarm cannot look back over",
      {
        api: { detailedMetrics: true },
        services: {
          flask: { build: "./app", sleep: { after: "9m" } },
          other: { build: "./app", routes: ["GET /other"], sleep: { after: "25h" } },
        },
      },
      [
        'services.flask.sleep.after: got "9m". Allowed: 10m–24h, as minutes or hours: 30m, 2h. Fix: use an allowed value, or leave it out for "30m".',
        'services.other.sleep.after: got "25h". Allowed: 10m–24h, as minutes or hours: 30m, 2h. Fix: use an allowed value, or leave it out for "30m".',
      ],
    ],
  ];
  it("refuses to count tasks by what another stack's cluster has not, and does where it has", async () => {
    const scaling = { max: 4, targetRequestsPerTask: 600, countTasksBy: "containerInsights" };
    const beside = (cluster: object): Promise<string[]> =>
      problemsOf(
        {
          ...{ share: { stack: "dev", prefix: "/pr-7" }, api: { auth: "other" } },
          services: { flask: { build: "./app", scaling } },
        },
        {
          stack: "pr-7",
          stacks: { dev: toConfig({ "aws:region": "eu-west-2", api: { detailedMetrics: true }, cluster }) },
        },
      );
    // Refused for another reason in both.
    const [auth] = await beside({ containerInsights: true });
    assert.match(auth!, /^api\.auth: /);
    assert.deepEqual(await beside({}), [
      auth,
      'services.flask.scaling.countTasksBy: got "containerInsights". Allowed: memory, where the cluster has no Container Insights. Fix: write `containerInsights: true` below cluster of dev, or take it out.',
    ]);
  });

  it("refuses to sleep in the API of another stack whose stage sends no metrics for each route", async () => {
    const problems = await problemsOf(
      { share: { stack: "dev", prefix: "/pr-7" }, services: { flask: { build: "./app", sleep: {} } } },
      { stack: "pr-7", stacks: { dev: toConfig({ "aws:region": "eu-west-2" }) } },
    );
    assert.deepEqual(problems, [
      'services.flask.sleep: got {"after":"30m"}. Allowed: only where the stage of dev sends its metrics for each route. Fix: write `detailedMetrics: true` below api of dev, and run pulumi up there: CloudWatch bills it by route.',
    ]);
  });

  for (const [what, values, problems] of table)
    it(`refuses ${what}`, async () => assert.deepEqual(await problemsOf(values), problems));
});
