import assert from "node:assert/strict";
import { lossRisks } from "../../../rules/rollout";
import type { Resource } from "../../../simulate/deployment";
import { simulate, type SimulateOptions } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";
import { advice } from "../../plan/advice";
import { toPlan } from "../../plan/json";
import { plan } from "./run-plan";

describe("npm run plan says beforehand", () => {
  const two = { desiredCount: 2 };
  const warnings = async (
    values: object,
    { stack = "dev", ...options }: SimulateOptions = {},
  ): Promise<string[]> => {
    const config = toConfig({ "aws:region": "eu-west-2", ...values });
    const { stdout } = await plan(["--json", "--stack", stack], { config, ...options });
    return (JSON.parse(stdout) as ReturnType<typeof toPlan>).warnings;
  };
  const services = (flask: unknown[], orders: unknown[]): object => ({
    flask: { build: "./app", routes: flask, ...two },
    orders: { build: "./app", routes: orders, ...two },
  });

  it("what a service that sleeps rests on, and what wakes it for a deployment", async () => {
    const values = { services: { flask: { build: "./app", desiredCount: 2, sleep: {} } } };
    assert.deepEqual(await warnings(values), [
      "flask sleeps while nobody asks, and the first request gets 503: this was not yet seen on AWS. Every pulumi up wakes a service that " +
        "is asleep, to verify the new version (docs/scaling.md).",
    ]);
  });

  it("a schedule that does not come any more", async () => {
    const expression = "at(2020-01-31T03:00:00)";
    const values = {
      services: {
        flask: { build: "./app", scaling: { min: 2, max: 4, schedule: [{ expression, min: 3 }] } },
      },
      jobs: {
        migrate: { service: "flask", command: ["migrate"], schedule: { expression } },
        later: { service: "flask", command: ["migrate"], schedule: { expression, enabled: false } },
        nightly: { service: "flask", command: ["tidy"], schedule: "cron(0 3 * * ? *)" },
      },
    };
    assert.deepEqual(
      (await warnings(values)).filter((warning) => warning.includes("come any more")).sort(),
      ["jobs.migrate.schedule", "services.flask.scaling.schedule.0"].map(
        (path) =>
          `${path}: ${expression} in UTC does not come any more: nothing runs by it, and AWS may refuse it where it is made or ` +
          "changed. Fix: write a time to come, or take it out.",
      ),
    );
  });

  it("what can lose requests, and nothing where nothing can", async () => {
    const flask = (service: object): Promise<string[]> => warnings({ services: { flask: service } });
    assert.deepEqual(await flask({ build: "./app", desiredCount: 2 }), []);
    assert.deepEqual(await flask({ build: "./app", desiredCount: 0 }), []);
    assert.deepEqual(
      await flask({
        image: "000000000000.dkr.ecr.eu-west-2.amazonaws.com/shop:1",
        companion: false,
        port: 8080,
        drainSeconds: 10,
        spot: 50,
        healthCheck: { interval: 10 },
      }),
      lossRisks({ tasks: 1, drainSeconds: 10, interval: 10, drains: false, spot: true }).map(
        (risk) => `flask can lose requests. ${risk}`,
      ),
    );
    assert.deepEqual(await flask({ build: "./app", scaling: { min: 2, max: 9 } }), []);
  });

  it("that a good version may be rolled back, where a deployment itself answers errors", async () => {
    const told = async (service: object, rollback = true): Promise<string[]> =>
      (
        await warnings({
          services: { flask: { build: "./app", ...service } },
          alarms: { notify: "oncall@example.com", rollback },
        })
      ).filter((each) => each.includes("rolled back"));
    assert.deepEqual(await told({}), [
      "flask is rolled back by its errors (alarms.rollback), and what a deployment itself loses are errors as well: a good version may " +
        "be taken back. Mend what it can lose requests by, or take alarms.rollback out.",
    ]);
    assert.equal((await told({ ...two, drainSeconds: 10 })).length, 1);
    assert.deepEqual(await told(two), []);
    assert.deepEqual(await told({ ...two, spot: 50 }), []);
    assert.deepEqual(await told({}, false), []);
  });

  it("that an image cannot listen on a port below 1024 without root", async () => {
    const image = "000000000000.dkr.ecr.eu-west-2.amazonaws.com/nginx:1";
    const told = async (service: object): Promise<string[]> =>
      (await warnings({ services: { web: { ...two, ...service } } })).filter((each) =>
        each.includes(" port "),
      );
    const says = (port: number, user = "10001"): string[] => [
      `web listens on port ${port} as user ${user}: ports below 1024 are root's, and it never becomes healthy unless its program has the ` +
        'file capability cap_net_bind_service. Set port to one above that the image listens on, or user to "0".',
    ];
    assert.deepEqual(await told({ image }), says(80));
    assert.deepEqual(
      await told({ image, port: 443, user: "101:101", companion: false }),
      says(443, "101:101"),
    );
    assert.deepEqual(await told({ image, port: 1024 }), []);
    assert.deepEqual(await told({ image, user: "0:0" }), []);
    // It has the capability: app/Dockerfile.
    assert.deepEqual(await told({ build: "./app" }), []);
    assert.deepEqual(await told({ build: "./app", companion: true }), []);
  });

  it("what a Dockerfile keeps from working", async () => {
    assert.deepEqual(
      await warnings({
        services: { web: { build: "./examples/fastapi", port: 8080, companion: true, ...two } },
      }),
      [
        "web is started on port 8000, and requests and health checks go to 8080: it never becomes healthy. Set port: 8000.",
      ],
    );
  });

  it("that a service calls one that has no task, or has none at times", async () => {
    const calling = (orders: object): object => ({
      services: {
        web: { build: "./app", reach: [{ service: "orders" }], ...two },
        orders: { build: "./examples/echo", port: 8080, routes: [], ...two, ...orders },
      },
    });
    assert.deepEqual(await warnings(calling({})), []);
    assert.deepEqual(await warnings(calling({ desiredCount: 0 })), [
      "web calls orders-8080, which has no task: its desiredCount is 0, and every call fails. Set it to 1 or more.",
    ]);
    const scaled = await simulate({
      config: toConfig({
        "aws:region": "eu-west-2",
        ...calling({ desiredCount: undefined, scaling: { min: 1, max: 2 } }),
      }),
    });
    const target = scaled.resources.find(({ type }) => type === "aws:appautoscaling/target:Target")!;
    const schedule = (minCapacity: number, maxCapacity: number): Resource => ({
      ...target,
      type: "aws:appautoscaling/scheduledAction:ScheduledAction",
      urn: `${target.urn}-1`,
      inputs: { resourceId: target.inputs.resourceId, scalableTargetAction: { minCapacity, maxCapacity } },
    });
    const said = (action: Resource): string[] =>
      advice({ ...scaled, resources: [...scaled.resources, action] }).filter((each) => / calls /.test(each));
    assert.deepEqual(said(schedule(1, 1)), []);
    assert.deepEqual(said(schedule(0, 0)), [
      "web calls orders-8080, which has no task while its schedule keeps it at 0: its calls fail then. Give both the same times, or " +
        "leave it one task.",
    ]);
  });

  it("that API Gateway keeps two paths to itself", async () => {
    const routes = ["GET /ping", "ANY /sping", "GET /ping/{id}", "ANY /{proxy+}"];
    assert.deepEqual(
      await warnings({ services: { flask: { build: "./app", routes, ...two } } }),
      ["GET /ping", "ANY /sping"].map(
        (key) =>
          `${key} may never reach its service: API Gateway answers ${key.split(" ")[1]} at the root of a host itself, for its own ` +
          "health check. Name another path, such as /health.",
      ),
    );
  });

  it("who can enter containers, and that AWS does not support it with a read-only root", async () => {
    const service = { build: "./app", ...two };
    assert.deepEqual(
      await warnings({
        services: {
          web: { ...service, exec: true, routes: ["GET /web"] },
          api: { ...service, exec: { protected: true }, routes: ["GET /api"] },
          closed: service,
        },
      }),
      [
        "Whoever may call ecs:ExecuteCommand here is root in the containers of api, web, with what their task role may do. AWS does not " +
          "support ECS Exec with a read-only root; with the agent's three folders writable it is reported to work (docs/exec.md).",
      ],
    );
  });

  it("which routes of different services want the same requests, with both owners", async () => {
    assert.deepEqual(
      await warnings({
        services: services(
          ["ANY /", "ANY /shop/{proxy+}", "GET /shop/news", "ANY /{proxy+}"],
          ["GET /shop/orders/{id}", "ANY /other"],
        ),
      }),
      ["GET /shop/orders/{id} of orders takes requests that ANY /shop/{proxy+} of flask matches as well."],
    );
  });

  it("the same of a stack whose API is shared, as far as it concerns this one", async () => {
    const stacks = {
      dev: toConfig({
        "aws:region": "eu-west-2",
        services: services(["ANY /a/{x}", "GET /a/b"], ["POST /a/{y}"]),
      }),
    };
    const flask = { build: "./app", routes: ["GET /a/c"], ...two };
    assert.deepEqual(
      await warnings({ share: { stack: "dev" }, services: { flask } }, { stack: "pr-7", stacks }),
      ["GET /a/c of pr-7--flask takes requests that ANY /a/{x} of flask matches as well."],
    );
  });

  it("that somebody else's stage may not serve the routes", async () => {
    const flask = { build: "./app", ...two };
    assert.deepEqual(await warnings({ api: { existingId: "a1b2c3" }, services: { flask } }), [
      "The API a1b2c3 is somebody else's, and this stack has no stage of its own: a stage without auto-deploy serves these " +
        "routes only once its owner deploys.",
    ]);
  });

  it("that a route stays live in an API that is deployed explicitly", async () => {
    const flask = { build: "./app", ...two };
    assert.deepEqual(await warnings({ api: { autoDeploy: false }, services: { flask } }), [
      "A route that is taken out stays live until the next deployment of the API, because pulumi up publishes before it " +
        "deletes (pulumi-aws#3289): npm run deploy publishes once more.",
    ]);
  });
});
