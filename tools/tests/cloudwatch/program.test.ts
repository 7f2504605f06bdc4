import assert from "node:assert/strict";
import { run } from "../../../tests/support/stack";
import { AlarmBoard, Alarms, readAlarms } from "../../cloudwatch/alarms";
import { after as late, Arrival, arriving } from "../../cloudwatch/arrival";
import { Metric, MetricStore } from "../../cloudwatch/store";

/** Every alarm of the program is shown to fire by what it is for, and to be quiet on a normal day. */

const minute = 60;
const day = 86_400;
const started = 20_000 * day;
const api = { ApiId: "local-api", Stage: "$default" };
const tasks = { ClusterName: "flask-app-fargate-dev", ServiceName: "flask" };
const ofApi = (name: string): Metric => ({ namespace: "AWS/ApiGateway", name, dimensions: api });
const ofTasks = (name: string): Metric => ({ namespace: "AWS/ECS", name, dimensions: tasks });
const restarted: Metric = {
  namespace: "AWS/Events",
  name: "TriggeredRules",
  dimensions: { RuleName: "flask-app-fargate-dev.flask.restarts" },
};

/** What one minute of the system sends to CloudWatch. */
interface Minute {
  requests: number;
  errors: number;
  milliseconds: number;
  tasks: number;
  cpu: number;
  memory: readonly number[];
  restarts: number;
}
const normal: Minute = {
  ...{ requests: 120, errors: 1, milliseconds: 80, tasks: 2, cpu: 45, memory: [50, 55], restarts: 0 },
};

/** Spread over the minute, so that what arrives of it in parts is told in parts. */
const send = (store: MetricStore, from: number, { requests, errors, milliseconds, ...of }: Minute): void => {
  const each = (metric: Metric, values: readonly number[]): void => {
    for (let i = 0; i < 6; i++)
      store.put(
        from + i * 10,
        metric,
        values.filter((_, j) => j % 6 === i),
      );
  };
  const times = (count: number, value: number): number[] => Array.from({ length: count }, () => value);
  each(ofApi("Count"), times(requests, 1));
  each(ofApi("5xx"), times(errors, 1));
  each(ofApi("IntegrationLatency"), times(requests, milliseconds));
  each(ofTasks("CPUUtilization"), times(of.tasks, of.cpu));
  each(ofTasks("MemoryUtilization"), of.memory.slice(0, of.tasks));
  each(restarted, times(of.restarts, 1));
};

describe("the program's alarms, in the model", () => {
  let alarms: Alarms;
  before(async () => {
    const services = { flask: { build: "./app", desiredCount: 2 } };
    const notify = "arn:aws:sns:eu-west-2:111122223333:oncall";
    alarms = readAlarms(await run({ services, alarms: { notify, rollback: true } }));
  });

  /**
   * Alarms that fired within so many minutes, each with the minute in which it did.
   *
   * @param look at which second of each minute alarms are evaluated
   */
  function fired(
    minutes: number,
    at: (i: number) => Minute | undefined,
    { arrives = arriving(1), look = 20 }: { arrives?: Arrival; look?: number } = {},
  ): Map<string, number> {
    const store = new MetricStore(arrives);
    const first = new Map<string, number>();
    let now = started;
    const board = new AlarmBoard(alarms, store, ({ name }, state) => {
      const short = name.replace("flask-app-fargate-dev.", "");
      if (state === "ALARM" && !first.has(short)) first.set(short, (now - started) / minute);
    });
    for (let i = 0; i < minutes; i++, now += minute) {
      const what = at(i);
      if (what) send(store, now, what);
      board.tick(now + minute + look);
    }
    return first;
  }
  const after = (calm: number, trouble: Partial<Minute>) => (i: number) =>
    i < calm ? normal : { ...normal, ...trouble };

  it("are quiet on a normal day, with its noise, its night and a deployment", () => {
    const told = fired(24 * 60, (i) => {
      const isNight = i < 6 * 60;
      // A minute of errors, a slow one, a task that ends by itself, one task more while two are replaced.
      if (i === 700) return { ...normal, errors: 20 };
      if (i === 800) return { ...normal, milliseconds: 9000 };
      if (i === 900) return { ...normal, restarts: 1 };
      if (i > 1000 && i < 1006) return { ...normal, tasks: 3, memory: [50, 55, 40], cpu: 70 };
      return isNight ? { ...normal, requests: i % 7 === 0 ? 1 : 0, errors: i % 70 === 0 ? 1 : 0 } : normal;
    });
    // What takes a deployment back speaks sooner than what wakes people, and is nobody's alarm by itself.
    assert.deepEqual(told, new Map([["flask.rollback", 701]]));
  });

  const troubles: [what: string, trouble: Partial<Minute>, alarms: string[], within: number][] = [
    ["a tenth of the requests fails", { errors: 12 }, ["errors", "flask.rollback", "outage"], 10],
    [
      "all requests fail, of five a minute",
      { requests: 5, errors: 5 },
      ["errors", "flask.rollback", "outage"],
      10,
    ],
    ["the services are slow", { milliseconds: 4000 }, ["latency", "load"], 20],
    ["a task is missing", { tasks: 1 }, ["flask.running", "outage"], 12],
    ["no task runs, and nobody asks", { tasks: 0, requests: 0, errors: 0 }, ["flask.running", "outage"], 12],
    ["tasks crash again and again", { restarts: 1 }, ["flask.restarts", "outage"], 30],
    ["CPU is used up", { cpu: 97 }, ["flask.cpu", "load"], 25],
    ["one task is full", { memory: [50, 96] }, ["flask.memory", "load"], 25],
  ];
  for (const [what, trouble, wanted, within] of troubles) {
    it(`${wanted[0]} fires when ${what}`, () => {
      const told = fired(120, after(60, trouble));
      assert.deepEqual([...told.keys()].sort(), [...wanted].sort());
      for (const [name, at] of told)
        assert.ok(at >= 60 && at <= 60 + within, `${name} after ${at - 60} minutes`);
    });
  }

  it("latency says nothing new of fewer than 200 requests in 5 minutes", () => {
    const slow = { milliseconds: 4000, errors: 0 };
    assert.deepEqual(fired(120, after(60, { ...slow, requests: 39 })), new Map());
    // Some are still arriving.
    assert.ok(fired(120, after(60, { ...slow, requests: 60 })).has("latency"));
  });

  it("a broken deployment is one message: load waits for outage", () => {
    const told = fired(180, after(60, { errors: 60, milliseconds: 8000, cpu: 99, restarts: 1 }));
    assert.ok(told.has("outage"));
    assert.ok(told.has("latency") && told.has("flask.cpu"));
    assert.equal(told.has("load"), false);
  });

  it("a version that fails a tenth of the requests is rolled back within five minutes", () => {
    const told = fired(120, after(60, { errors: 12 }));
    assert.ok(told.get("flask.rollback")! - 60 <= 5, `${told.get("flask.rollback")! - 60} minutes`);
  });

  for (const missing of [0, 1, 2]) {
    it(`of which ${missing} minutes have not arrived, the same is rolled back, and nothing of a good version`, () => {
      const arrives = late(missing * minute);
      const told = fired(120, after(60, { errors: 12 }), { arrives, look: 0 });
      assert.ok(told.get("flask.rollback")! - 60 <= 6, `${told.get("flask.rollback")! - 60} minutes`);
      assert.deepEqual(
        fired(120, () => normal, { arrives, look: 0 }),
        new Map(),
      );
    });
  }

  describe("while the newest minute is arriving, each metric and each part of it at a time of its own", () => {
    const looks = [0, 30];
    const seeds = Array.from({ length: 6 }, (_, i) => i + 1);
    const each = (check: (options: { arrives: Arrival; look: number }, which: string) => void): void => {
      for (const look of looks)
        for (const seed of seeds) check({ arrives: arriving(seed), look }, `seed ${seed}, look ${look}`);
    };

    it("nothing fires of 3 % of errors after a silence, where 5 are too many for who is told, nor of a minute of them", () => {
      each((options, which) => {
        const blips = (i: number): Minute => ({ ...normal, errors: i % 30 === 20 ? 7 : 1 });
        assert.deepEqual(fired(35, blips, options), new Map(), which);
        const often = fired(15, () => ({ ...normal, requests: 200, errors: 6 }), options);
        assert.equal(often.has("errors"), false, which);
      });
    });

    it("a version that fails a tenth of the requests is seen, by both", () => {
      each((options, which) => {
        const told = fired(30, after(20, { errors: 12 }), options);
        assert.ok(told.get("flask.rollback")! - 20 <= 4, `${which}: ${told.get("flask.rollback")}`);
        assert.ok(told.get("errors")! - 20 <= 7, `${which}: ${told.get("errors")}`);
      });
    });

    it("no task is missing that runs, and one that does not is", () => {
      each((options, which) => {
        assert.equal(fired(25, () => normal, options).has("flask.running"), false, which);
        const told = fired(30, after(20, { tasks: 1 }), options);
        assert.ok(told.get("flask.running")! - 20 <= 7, `${which}: ${told.get("flask.running")}`);
      });
    });
  });

  it("idle fires after seven days without a request, and not before a new API has had two days", () => {
    const days = 60 * 24;
    // Of a period without data an alarm looks at two more, which may have some.
    const told = fired(11 * days, (i) => (i < days ? normal : { ...normal, requests: 0, errors: 0 }));
    const after = told.get("idle")! / days - 1;
    assert.ok(after >= 7 && after <= 9.1, `${after} days`);
    const never = fired(3 * days, () => ({ ...normal, requests: 0, errors: 0 }));
    assert.equal(Math.floor(never.get("idle")! / days), 2);
  }).timeout(120_000);

  it("a first deployment is nobody's alarm", () => {
    const told = fired(60, (i) => (i < 8 ? undefined : normal));
    assert.deepEqual(told, new Map());
  });
});
