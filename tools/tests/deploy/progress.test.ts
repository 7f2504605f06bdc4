import assert from "node:assert/strict";
import { discoverableOf, type Progress, progressOf, progressText } from "../../deploy/progress";
import { readState } from "../../deploy/state";
import { watch } from "../../deploy/watch";
import { type Answers, denied, flask, recorded, withAws } from "./aws";
import { exported } from "./exported";

const registry = "arn:aws:servicediscovery:eu-west-2:111122223333:service/srv-flask";
const target = { ...flask, registry, timeoutSeconds: 1200 };
const arn = (id: string): string => `arn:aws:ecs:eu-west-2:111122223333:task/flask-app-fargate-prod/${id}`;
const task = (id: string, startedBy: string, healthStatus: string): object => ({
  ...{ taskArn: arn(id), startedBy, healthStatus, lastStatus: "RUNNING" },
});

/** The second look of a deployment that replaces two tasks one by one. */
const rolling = (): Answers => {
  const { DescribeServices = [] } = recorded("in-progress");
  const id = (DescribeServices[1] as { services: { deployments: { id: string }[] }[] }).services[0]!
    .deployments[0]!.id;
  return {
    DescribeServices: [DescribeServices[1]!],
    ListTasks: [{ taskArns: [arn("a")], nextToken: "more" }, { taskArns: [arn("b"), arn("c")] }],
    DescribeTasks: [
      { tasks: [task("a", "ecs-svc/older", "HEALTHY")] },
      { tasks: [task("b", id, "HEALTHY"), task("c", id, "UNKNOWN")] },
    ],
  };
};

describe("what a deployment is at", () => {
  it("counts tasks new and old, and of the new ones those that are healthy and found", async () => {
    await withAws(rolling(), async (aws) => {
      const progress = await progressOf(aws.clients().ecs, target, () =>
        Promise.resolve(new Set(["a", "b"])),
      );
      assert.ok(progress);
      const { running, desired, old } = progress;
      assert.deepEqual(
        { ...progress, began: progress.began?.toISOString() },
        {
          ...{
            service: "flask",
            version: "flask-app-fargate-prod-flask:8",
            desired,
            running,
            old,
            failed: 0,
          },
          ...{ healthy: 1, discoverable: 1, began: "2025-11-24T16:00:00.123Z" },
        },
      );
      assert.ok(desired === 2 && running + old >= 2, JSON.stringify(progress));
    });
  });

  it("is told without what may not be looked up", async () => {
    await withAws({ ...rolling(), ListTasks: [denied("ecs:ListTasks")] }, async (aws) => {
      const progress = await progressOf(aws.clients().ecs, target, () => Promise.reject(new Error("no")));
      assert.deepEqual(
        [progress?.healthy, progress?.discoverable, progress?.desired],
        [undefined, undefined, 2],
      );
    });
  });

  it("is nothing where no deployment is under way", async () => {
    await withAws(recorded("steady"), async (aws) => {
      assert.equal(await progressOf(aws.clients().ecs, target, () => Promise.resolve(new Set())), undefined);
    });
  });

  it("asks Cloud Map by the AWS CLI, and does without where there is none", async () => {
    const asked: string[] = [];
    const found = discoverableOf((args) => {
      asked.push(args.join(" "));
      return Promise.resolve({ Status: { a: "HEALTHY", b: "UNHEALTHY" } });
    });
    assert.deepEqual(await found(registry), new Set(["a"]));
    assert.deepEqual(asked, ["servicediscovery get-instances-health-status --service-id srv-flask"]);
    assert.equal(await discoverableOf(() => Promise.reject(new Error("denied")))(registry), undefined);
  });

  const progress: Progress = {
    ...{ service: "flask", version: "flask:8", desired: 2, running: 1, healthy: 1, discoverable: 0 },
    ...{ old: 2, failed: 0, began: undefined },
  };
  for (const [of, left, text] of [
    [
      {},
      16.2 * 60_000,
      "flask: 1 of 2 new tasks of flask:8 runs, 1 healthy, 0 discoverable; 2 old; 17 min left",
    ],
    [{}, -1, "flask: 1 of 2 new tasks of flask:8 runs, 1 healthy, 0 discoverable; 2 old; its time is up"],
    [
      { running: 0, desired: 1, healthy: undefined, discoverable: undefined, failed: 3 },
      undefined,
      "flask: 0 of 1 new task of flask:8 run, 3 failed; 2 old",
    ],
  ] as const)
    it(text, () => assert.equal(progressText({ ...progress, ...of }, left), text));
});

describe("what a state tells of a deployment that is under way", () => {
  const service = "aws:ecs/service:Service";
  const state = (withService: boolean): { deployment: { resources: Record<string, unknown>[] } } =>
    JSON.parse(exported({ withService })) as ReturnType<typeof state>;

  it("where a service registers, and how long Pulumi waits for it", () => {
    const read = state(true);
    const own = read.deployment.resources.find(({ type }) => type === service)!;
    own.outputs = { ...(own.outputs as object), serviceRegistries: { registryArn: registry } };
    // As the engine writes them: in seconds.
    own.customTimeouts = { create: 1200, update: 1800, delete: 1200 };
    assert.deepEqual(readState(JSON.stringify(read)).services, [
      { ...flask, registry, timeoutSeconds: 1800 },
    ]);
  });

  it("the service that is being made, of a first deployment", () => {
    const read = state(false);
    const whole = state(true).deployment.resources.find(({ type }) => type === service)!;
    const { outputs, ...rest } = whole;
    const making = { ...rest, inputs: outputs, customTimeouts: { create: 1200, update: 1800 } };
    const json = JSON.stringify({
      deployment: { ...read.deployment, pending_operations: [{ resource: making, type: "creating" }] },
    });
    assert.deepEqual(readState(json, true).services, [{ ...flask, timeoutSeconds: 1200 }]);
    assert.deepEqual(readState(json).services, [flask]);
  });
});

describe("watching while Pulumi waits", () => {
  /** Looks as often as there are answers, and tells what it said. */
  async function watched(answers: Answers, looks: number, began: number): Promise<string[]> {
    const said: string[] = [];
    const ended = new AbortController();
    let count = 0;
    await withAws(answers, (aws) =>
      watch({
        targets: () => Promise.resolve([target]),
        ecs: () =>
          Promise.resolve({ ecs: aws.clients().ecs, discoverable: () => Promise.resolve(undefined) }),
        say: (line) => said.push(line),
        now: () => began + count * 20_000,
        sleep: () => {
          count += 1;
          if (count > looks) ended.abort();
          return Promise.resolve();
        },
        signal: ended.signal,
      }),
    );
    return said;
  }
  const began = Date.parse("2025-11-24T16:00:00.123Z");

  it("says what changes, with the minutes that the program records as the service's limit", async () => {
    const said = await watched({ ...recorded("in-progress"), ListTasks: [{ taskArns: [] }] }, 3, began);
    assert.deepEqual(
      said.map((line) => line.replace(/flask-app-fargate-prod-/, "")),
      [
        "flask: 0 of 2 new tasks of flask:8 run, 0 healthy; 2 old; 20 min left",
        "flask: 1 of 2 new tasks of flask:8 runs, 0 healthy; 1 old; 20 min left",
      ],
    );
  });

  it("repeats itself every two minutes alone, for the time", async () => {
    const { DescribeServices = [] } = recorded("in-progress");
    const said = await watched(
      { DescribeServices: [DescribeServices[0]!], ListTasks: [{ taskArns: [] }] },
      8,
      began,
    );
    assert.deepEqual(
      said.map((line) => /(\d+) min left$/.exec(line)?.[1]),
      ["20", "18"],
    );
  });

  it("never fails an update: what is not readable is not said", async () => {
    assert.deepEqual(await watched({ DescribeServices: [denied("ecs:DescribeServices")] }, 2, began), []);
  });
});
