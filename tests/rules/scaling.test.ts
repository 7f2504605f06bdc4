import assert from "node:assert/strict";
import * as fc from "fast-check";
import { alarmProblems, MetricQuery, routeDimensions } from "../../rules/metrics";
import { Counting, countedRoutes, requestsOf } from "../../rules/requests";
import {
  anyRequests,
  Counted,
  Line,
  longestSleep,
  quietMinutes,
  reachOf,
  requestsPerTask,
  requestsWhileRunning,
  scheduledBounds,
  sleepMinutes,
  wakeMinutes,
} from "../../rules/scaling";

const at = { expression: "cron(0 7 * * ? *)", timezone: "UTC" };

describe("rules of scaling", () => {
  describe("by the clock", () => {
    it("sets both numbers each time, those that always hold in the place of what is left out", () => {
      const schedule = [{ ...at, min: 4, max: 8 }, { ...at, min: 3 }, { ...at, max: 9 }, at];
      assert.deepEqual(scheduledBounds({ min: 2, max: 5, schedule }), [
        { min: 4, max: 8 },
        { min: 3, max: 5 },
        { min: 2, max: 9 },
        { min: 2, max: 5 },
      ]);
    });

    it("reaches from the fewest of all times to the most", () => {
      const schedule = [
        { ...at, min: 4, max: 8 },
        { ...at, min: 1 },
      ];
      assert.deepEqual(reachOf({ min: 2, max: 5, schedule }), { min: 1, max: 8 });
      assert.deepEqual(reachOf({ min: 2, max: 5, schedule: [] }), { min: 2, max: 5 });
    });

    it("stays within its reach, whatever the schedule", () => {
      const tasks = fc.option(fc.integer({ min: 1, max: 1000 }), { nil: undefined });
      const entries = fc.array(fc.record({ min: tasks, max: tasks }));
      fc.assert(
        fc.property(entries, (schedule) => {
          const scaling = { min: 2, max: 5, schedule: schedule.map((entry) => ({ ...at, ...entry })) };
          const reach = reachOf(scaling);
          for (const { min, max } of [scaling, ...scheduledBounds(scaling)])
            assert.ok(reach.min <= min && max <= reach.max);
        }),
      );
    });
  });

  describe("by requests", () => {
    const service = { clusterName: "flask-app-fargate-dev", serviceName: "flask" };
    const counted = (keys: readonly string[]): Counted<string> => ({
      ...{ apiId: "a1b2c3", stage: "$default" },
      routes: keys.length === 0 ? undefined : keys.map((key) => routeDimensions(key)!),
    });
    const queriesOf = (lines: Line<string>[]): MetricQuery[] =>
      lines.flatMap(({ metric }) => (metric ? [{ ...metric, period: 60 }] : []));
    const anyKeys = fc
      .integer({ min: 0, max: countedRoutes })
      .map((count) => Array.from({ length: count }, (_, i) => `GET /${i}`));

    it("reads metrics that AWS sends, and no more of them than one alarm may", () => {
      fc.assert(
        fc.property(anyKeys, (keys) => {
          for (const [lines, evaluationPeriods] of [
            [requestsPerTask(counted(keys), service, 600), 15],
            [requestsWhileRunning(counted(keys), service), quietMinutes],
            [requestsWhileRunning(counted(keys), service), longestSleep],
            [requestsPerTask(counted(keys), { ...service, countTasksBy: "containerInsights" }, 600), 15],
            [anyRequests(counted(keys)), wakeMinutes],
          ] as const)
            assert.deepEqual(alarmProblems({ queries: queriesOf([...lines]), evaluationPeriods }), []);
        }),
      );
    });

    it("returns one series, of lines that are there before", () => {
      fc.assert(
        fc.property(anyKeys, (keys) => {
          for (const lines of [
            requestsPerTask(counted(keys), service, 600),
            requestsWhileRunning(counted(keys), service),
            anyRequests(counted(keys)),
          ]) {
            assert.equal(lines.filter(({ returnData }) => returnData).length, 1);
            lines.forEach(({ expression = "" }, i) => {
              const known = lines.slice(0, i).map(({ id }) => id);
              for (const [id] of expression.replace(/SUM|IF/g, "").matchAll(/[a-z][A-Za-z0-9]*/g))
                assert.ok(known.includes(id), `${id} in ${expression}`);
            });
          }
        }),
      );
    });

    const counting = (given: Partial<Counting>): Counting => ({
      ...{ keys: ["ANY /", "ANY /{proxy+}"], alone: false, detailed: false },
      ...given,
    });
    const many = Array.from({ length: countedRoutes + 1 }, (_, i) => `GET /${i}`);
    const both = [
      { Method: "ANY", Resource: "/" },
      { Method: "ANY", Resource: "/{proxy+}" },
    ];
    const table: [what: string, given: Partial<Counting>, requests: object | RegExp][] = [
      ["the whole API for the one service behind it", { alone: true }, { routes: undefined }],
      ["its routes where the stage tells them apart", { detailed: true }, { routes: both }],
      [
        "its routes, though it is alone: others may share the API",
        { alone: true, detailed: true },
        { routes: both },
      ],
      [
        "the whole API for one with $default alone",
        { keys: ["$default"], alone: true, detailed: true },
        { routes: undefined },
      ],
      [
        "the whole API for one with many routes",
        { keys: many, alone: true, detailed: true },
        { routes: undefined },
      ],
      ["nothing without routes", { keys: [], alone: true }, /a service with routes/],
      ["nothing where several share an API", {}, /detailedMetrics: true/],
      ["nothing in another's API without them", { owner: "dev" }, /below api of dev/],
      ["nothing of $default among others", { keys: ["$default"], detailed: true }, /ANY \/ and ANY/],
      ["nothing of too many routes among others", { keys: many, detailed: true }, /8 routes or fewer/],
    ];
    for (const [what, given, requests] of table)
      it(`counts ${what}`, () => {
        const found = requestsOf(counting(given));
        if (requests instanceof RegExp) assert.match(JSON.stringify(found), requests);
        else assert.deepEqual(found, requests);
      });
  });

  it("takes minutes and hours that an alarm can look back", () => {
    const times = { "10m": 10, "30m": 30, "2h": 120, "24h": 1440, "1440m": 1440 };
    for (const [text, minutes] of Object.entries(times)) assert.equal(sleepMinutes(text), minutes);
    for (const text of ["", "30", "9m", "0h", "25h", "1441m", "30 m", "1.5h", "-1h", "1d", "030m"])
      assert.equal(sleepMinutes(text), undefined, text);
  });
});
