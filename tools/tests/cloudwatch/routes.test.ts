import assert from "node:assert/strict";
import { run } from "../../../tests/support/stack";
import { AlarmBoard, Alarms, readAlarms } from "../../cloudwatch/alarms";
import { arriving } from "../../cloudwatch/arrival";
import { MetricStore } from "../../cloudwatch/store";

const minute = 60;
const started = 20_000 * 86_400;

/** Two services in one API, each judged by its own routes; one of the routes is never asked. */
describe("the program's alarms by route, in the model", () => {
  let alarms: Alarms;
  before(async () => {
    alarms = readAlarms(
      await run({
        services: {
          flask: { build: "./app", desiredCount: 2, routes: ["GET /", "GET /never"] },
          reports: { build: "./app", desiredCount: 2, routes: ["GET /reports"] },
        },
        api: { detailedMetrics: true },
        alarms: { notify: "arn:aws:sns:eu-west-2:111122223333:oncall", rollback: true },
      }),
    );
  });

  /** Alarms that fired in two hours, of which the second one has so many errors a minute by route. */
  function fired(errors: Readonly<Record<string, number>>): string[] {
    const store = new MetricStore(arriving(1));
    const first = new Set<string>();
    const board = new AlarmBoard(alarms, store, ({ name }, state) => {
      if (state === "ALARM") first.add(name.replace("flask-app-fargate-dev.", ""));
    });
    const put = (at: number, name: string, count: number, route: Record<string, string> = {}): void => {
      const dimensions = { ApiId: "local-api", Stage: "$default", ...route };
      store.put(
        at,
        { namespace: "AWS/ApiGateway", name, dimensions },
        Array.from({ length: count }, () => 1),
      );
    };
    for (let i = 0; i < 120; i++) {
      const now = started + i * minute;
      for (const path of ["/", "/reports"]) {
        const failed = i < 60 ? 0 : (errors[path] ?? 0);
        for (const route of [{}, { Method: "GET", Resource: path }] as Record<string, string>[]) {
          put(now, "Count", 120, route);
          put(now, "5xx", failed, route);
        }
      }
      for (const ServiceName of ["flask", "reports"]) {
        const dimensions = { ClusterName: "flask-app-fargate-dev", ServiceName };
        for (const name of ["CPUUtilization", "MemoryUtilization"])
          store.put(now, { namespace: "AWS/ECS", name, dimensions }, [40, 40]);
      }
      board.tick(now + minute + 20);
    }
    return [...first].sort();
  }

  it("are quiet where each route answers, and where one is never asked", () => {
    assert.deepEqual(fired({}), []);
  });

  it("tell a service's own errors, and of no other's", () => {
    assert.deepEqual(fired({ "/reports": 10 }), ["outage", "reports.rollback"]);
    assert.deepEqual(fired({ "/": 10 }), ["flask.rollback", "outage"]);
  });

  it("tell both, where both fail", () => {
    assert.deepEqual(fired({ "/": 30, "/reports": 30 }), [
      "errors",
      "flask.rollback",
      "outage",
      "reports.rollback",
    ]);
  });
});
