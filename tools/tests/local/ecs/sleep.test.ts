import assert from "node:assert/strict";
import { run } from "../../../../tests/support/stack";
import { ofType } from "../../../../simulate/deployment";
import { readSleep, Sleeper } from "../../../local/ecs/sleep";
import type { Rollout } from "../../../local/ecs/rollout";
import { readTopology } from "../../../local/topology";
import { until } from "../http";

describe("a service that sleeps, on this machine", () => {
  const readOf = async (values: object, name: string) => {
    const deployment = await run(values);
    const service = ofType(deployment, "aws:ecs/service:Service").find((each) => each.name === name)!;
    return { sleep: readSleep(deployment, service), deployment };
  };

  it("is read from its two alarms", async () => {
    const services = { flask: { build: "./app", desiredCount: 2, sleep: { after: "1h" } } };
    const { sleep } = await readOf({ services }, "flask");
    assert.deepEqual(sleep, { after: 60, tasks: 2, routes: undefined });
  });

  it("is read with its routes where several services share the API", async () => {
    const services = {
      flask: { build: "./app", routes: ["ANY /a", "GET /b/{id}"], sleep: {} },
      other: { build: "./app", routes: ["GET /other"] },
    };
    const { sleep } = await readOf({ api: { detailedMetrics: true }, services }, "flask");
    assert.deepEqual(sleep, { after: 30, tasks: 1, routes: ["ANY /a", "GET /b/{id}"] });
  });

  it("does not sleep where one of the alarms is missing, nor where it is scaled by requests", async () => {
    const services = { flask: { build: "./app", sleep: {} } };
    const { deployment } = await readOf({ services }, "flask");
    const service = ofType(deployment, "aws:ecs/service:Service")[0]!;
    for (const alarm of ["flask-sleep", "flask-wake"]) {
      const resources = deployment.resources.filter(
        ({ type, name }) => type !== "aws:cloudwatch/metricAlarm:MetricAlarm" || name !== alarm,
      );
      assert.equal(readSleep({ ...deployment, resources }, service), undefined, alarm);
    }
    const scaled = { flask: { build: "./app", scaling: { max: 4, targetRequestsPerTask: 600 } } };
    assert.equal((await readOf({ services: scaled }, "flask")).sleep, undefined);
  });

  it("says that nothing else of scaling is modelled", async () => {
    const schedule = [{ expression: "cron(0 7 * * ? *)", min: 3 }];
    const deployment = await run({ services: { flask: { build: "./app", scaling: { max: 4, schedule } } } });
    assert.ok(
      readTopology(deployment).notModelled.includes(
        "flask: its scaling by load, the clock: as many tasks run as a new service begins with",
      ),
    );
  });

  describe("by its requests", () => {
    let sleeper: Sleeper;
    let said: string[];
    let desired: number;
    let state: Rollout["state"];
    const scheduler = {
      get desiredCount() {
        return desired;
      },
      get primary() {
        return { state } as Rollout;
      },
      setDesired: (count: number) => void (desired = count),
    };
    /** A minute takes 6 ms. */
    const starts = (routes?: string[], second = 0.1): Sleeper => {
      const view = { after: 10, tasks: 2, routes };
      return (sleeper = new Sleeper(view, scheduler, { second, alarmSeconds: 2 }, (message) =>
        said.push(message),
      ));
    };
    beforeEach(() => {
      said = [];
      desired = 2;
      state = "COMPLETED";
    });
    afterEach(() => sleeper.close());

    it("sleeps when it was deployed and nobody asks, and is woken with all its tasks", async () => {
      starts().deployed();
      await until(() => desired === 0);
      sleeper.asked(undefined);
      assert.equal(desired, 0, "the first request finds nobody");
      await until(() => desired === 2);
      assert.deepEqual(said, [
        "nobody asked for 10 minutes: it goes to sleep, and the next request wakes it",
        "somebody asks: it wakes in 2 s, when its alarm has seen the request",
      ]);
      await until(() => desired === 0);
    });

    it("is woken once, however many ask", async () => {
      desired = 0;
      starts();
      for (let i = 0; i < 5; i += 1) sleeper.asked(undefined);
      await until(() => desired === 2);
      assert.equal(said.length, 1);
    });

    it("is woken by its own routes alone", async () => {
      desired = 0;
      starts(["GET /a"]);
      sleeper.asked("GET /b");
      sleeper.asked(undefined);
      assert.deepEqual(said, []);
      sleeper.asked("GET /a");
      await until(() => desired === 2);
    });

    it("is woken by a deployment, which has to be verified, and not put to sleep during one", async () => {
      desired = 0;
      starts(undefined, 0.01).deployed();
      assert.equal(desired, 2);
      state = "IN_PROGRESS";
      await new Promise((resolve) => setTimeout(resolve, 60));
      assert.equal(desired, 2);
      state = "COMPLETED";
      await until(() => desired === 0);
    });
  });
});
