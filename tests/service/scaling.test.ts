import assert from "node:assert/strict";
import { Deployment, ofType } from "../../simulate/deployment";
import { find, names, run } from "../support/stack";

const target = "aws:appautoscaling/target:Target";
const action = "aws:appautoscaling/scheduledAction:ScheduledAction";
const ecsService = "aws:ecs/service:Service";

const flask = (values: object): Promise<Deployment> =>
  run({ services: { flask: { build: "./app", ...values } } });
const dimension = {
  serviceNamespace: "ecs",
  scalableDimension: "ecs:service:DesiredCount",
  resourceId: "service/flask-app-fargate-dev/flask",
};

describe("scaling by the clock", () => {
  const schedule = [
    { expression: "cron(0 7 ? * MON-FRI *)", timezone: "Europe/London", min: 4, max: 8 },
    { expression: "cron(0 20 ? * MON-FRI *)", timezone: "Europe/London", min: 1 },
  ];
  const scheduled = (): Promise<Deployment> => flask({ scaling: { min: 2, max: 5, schedule } });

  it("sets both bounds at each time", async () => {
    assert.deepEqual(
      ofType(await scheduled(), action).map(({ name, inputs }) => [name, inputs]),
      [
        [
          "flask-1",
          {
            name: "flask-1",
            ...dimension,
            schedule: "cron(0 7 ? * MON-FRI *)",
            timezone: "Europe/London",
            scalableTargetAction: { minCapacity: 4, maxCapacity: 8 },
          },
        ],
        [
          "flask-2",
          {
            name: "flask-2",
            ...dimension,
            schedule: "cron(0 20 ? * MON-FRI *)",
            timezone: "Europe/London",
            scalableTargetAction: { minCapacity: 1, maxCapacity: 5 },
          },
        ],
      ],
    );
  });

  it("leaves the bounds alone once they are the schedule's, and only then", async () => {
    const { inputs, options } = find(await scheduled(), target, "flask");
    assert.deepEqual(inputs, { ...dimension, minCapacity: 2, maxCapacity: 5 });
    assert.deepEqual(options.ignoreChanges, ["minCapacity", "maxCapacity"]);
    const without = await flask({ scaling: { min: 2, max: 5 } });
    assert.deepEqual(find(without, target, "flask").options.ignoreChanges, []);
    assert.deepEqual(names(without, action), []);
  });

  it("begins with scaling.min, and bounds deployments for the fewest and the most of all times", async () => {
    const { inputs, options } = find(await scheduled(), ecsService, "flask");
    assert.equal(inputs.desiredCount, 2);
    assert.deepEqual(options.ignoreChanges, ["desiredCount"]);
    assert.equal(inputs.deploymentMaximumPercent, 200, "one task more than one");
    const most = find(await flask({ scaling: { min: 2, max: 8 } }), ecsService, "flask");
    assert.deepEqual(options.customTimeouts, most.options.customTimeouts);
  });
});
