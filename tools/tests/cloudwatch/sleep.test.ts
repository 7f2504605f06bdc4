import assert from "node:assert/strict";
import { run } from "../../../tests/support/stack";
import { AlarmBoard, Alarms, readAlarms } from "../../cloudwatch/alarms";
import { after } from "../../cloudwatch/arrival";
import { Metric, MetricStore } from "../../cloudwatch/store";

/** What sets the number of tasks by requests, held against the model: that it fires, and when it must not. */

const minute = 60;
const started = 20_000 * 86_400;
const tasks: Metric = {
  ...{ namespace: "AWS/ECS", name: "MemoryUtilization" },
  dimensions: { ClusterName: "flask-app-fargate-dev", ServiceName: "flask" },
};
const requestsOf = (route: Record<string, string> = {}): Metric => ({
  ...{ namespace: "AWS/ApiGateway", name: "Count" },
  dimensions: { ApiId: "local-api", Stage: "$default", ...route },
});

/** One minute: running tasks, requests to the whole API, and to a route of the service. */
interface Minute {
  tasks: number;
  requests: number;
  own?: number;
}

/** States of the alarms minute by minute, by what they are called after the service. */
function watch(alarms: Alarms, minutes: readonly Minute[], lag = minute): Map<string, number[]> {
  const store = new MetricStore(after(lag));
  const fired = new Map<string, number[]>();
  let index = 0;
  const board = new AlarmBoard(alarms, store, () => undefined);
  for (const each of minutes) {
    const now = started + index * minute;
    const ones = (count: number): number[] => Array.from({ length: count }, () => 1);
    if (each.tasks > 0) store.put(now, tasks, ones(each.tasks));
    if (each.requests > 0) store.put(now, requestsOf(), ones(each.requests));
    if (each.own !== undefined && each.own > 0)
      store.put(now, requestsOf({ Method: "ANY", Resource: "/orders" }), ones(each.own));
    board.tick(now);
    for (const [name, state] of board.states) {
      const what = name.split(".").pop()!;
      if (state === "ALARM") fired.set(what, [...(fired.get(what) ?? []), index]);
    }
    index += 1;
  }
  return fired;
}
const times = (count: number, each: Minute): Minute[] => Array.from({ length: count }, () => each);

describe("the alarms of a service that sleeps, in the model", () => {
  let alarms: Alarms;
  before(async () => {
    alarms = readAlarms(await run({ services: { flask: { build: "./app", sleep: { after: "30m" } } } }));
  });
  const awake = { tasks: 1, requests: 0 };
  const asleep = { tasks: 0, requests: 0 };
  const asked = { tasks: 1, requests: 3 };

  it("put it to sleep half an hour after the last request, and not before", () => {
    const fired = watch(alarms, [...times(60, asked), ...times(40, awake)]);
    const [first] = fired.get("sleep") ?? [];
    assert.ok(first !== undefined && first >= 60 + 30 && first <= 60 + 34, String(first));
  });

  it("let it be while it was just deployed, and while somebody asks every quarter of an hour", () => {
    assert.equal(watch(alarms, times(25, awake)).get("sleep"), undefined);
    const seldom = Array.from({ length: 600 }, (_, i) => (i % 15 === 0 ? asked : awake));
    assert.equal(watch(alarms, seldom).get("sleep"), undefined);
  });

  it("are over minutes after it fell asleep, so that they put nobody to sleep who was woken", () => {
    const fired = watch(alarms, [...times(60, asked), ...times(34, awake), ...times(60, asleep)]);
    const last = fired.get("sleep")!.at(-1)!;
    assert.ok(last < 60 + 34 + 10, String(last));
  });

  it("wake it by one request that finds nobody, minutes later, and stay quiet where nobody asks", () => {
    const night = times(120, asleep);
    assert.equal(watch(alarms, night).get("wake"), undefined);
    const fired = watch(alarms, [...night, { tasks: 0, requests: 1 }, ...times(10, asleep)]);
    const [first] = fired.get("wake") ?? [];
    assert.ok(first !== undefined && first > 120 && first <= 124, String(first));
  });
});

describe("the alarm of a service that is scaled by requests, in the model", () => {
  it("fires when the whole API is silent, and when the others alone are asked", async () => {
    const scaling = { max: 20, targetRequestsPerTask: 600 };
    const services = {
      flask: { build: "./app", routes: ["ANY /orders"], scaling },
      other: { build: "./app", routes: ["GET /other"] },
    };
    const alarms = readAlarms(await run({ api: { detailedMetrics: true }, services }));
    const busy = times(30, { tasks: 4, requests: 900, own: 600 });
    assert.equal(watch(alarms, busy).get("quiet"), undefined);
    for (const requests of [0, 300]) {
      const fired = watch(alarms, [...busy, ...times(20, { tasks: 4, requests, own: 0 })]);
      const [first] = fired.get("quiet") ?? [];
      assert.ok(first !== undefined && first >= 45 && first <= 49, `${requests}: ${first}`);
    }
    const steady = Array.from({ length: 120 }, (_, i) => ({
      tasks: 2,
      requests: 100,
      own: i % 5 === 0 ? 1 : 0,
    }));
    assert.equal(watch(alarms, steady).get("quiet"), undefined, "one request in five minutes is not silence");
  });
});
