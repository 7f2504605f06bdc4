import assert from "node:assert/strict";
import { run } from "../../../tests/support/stack";
import { estimate } from "../../cost/estimate";
import { prices } from "../../cost/pricing";
import { defaultTraffic } from "../../cost/charges/traffic";

/** USD a month of what jobs add, by line, worked out by hand from prices.json. */
async function linesOf(values: object): Promise<Record<string, number>> {
  const priced = async (of: object) => estimate(await run(of), prices, { ...defaultTraffic, requests: 0 });
  const [with_, without] = [await priced(values), await priced({ ...values, jobs: {} })];
  assert.deepEqual(with_.unpriced, []);
  const known = without.lines.map(({ resource, what }) => `${resource}: ${what}`);
  return Object.fromEntries(
    with_.lines
      .map(({ resource, what, monthly }) => [`${resource}: ${what}`, monthly] as const)
      .filter(([name]) => !known.includes(name)),
  );
}

const same = (got: Record<string, number>, wanted: Record<string, number>): void => {
  assert.deepEqual(Object.keys(got).sort(), Object.keys(wanted).sort());
  for (const [name, amount] of Object.entries(wanted))
    assert.ok(Math.abs(got[name]! - amount) < 1e-9, `${name}: ${got[name]}, by hand ${amount}`);
};

const migrate = { service: "flask", command: ["migrate"] };
/** Five minutes are assumed a run, and 100 KB of log. */
const [hours, gb, months] = [5 / 60, 100 / 1024 ** 2, 30 / (730 / 24)];

describe("the cost of jobs", () => {
  it("by hand: four runs a month are assumed", async () => {
    const sized = { ...migrate, cpu: 512, memory: 1024, ephemeralStorage: 60 };
    same(await linesOf({ jobs: { migrate: sized } }), {
      "ecs.TaskDefinition job-migrate: storage of a job": 4 * 40 * hours * 0.000129,
      "ecs.TaskDefinition job-migrate: vCPU of a job": 4 * 0.5 * hours * 0.04656,
      "ecs.TaskDefinition job-migrate: memory of a job": 4 * hours * 0.00511,
      "cloudwatch.LogGroup job-migrate: log of a job": 4 * gb * 0.5985,
      "cloudwatch.LogGroup job-migrate: log of a job, kept": 4 * gb * months * 0.0315,
    });
  });

  it("by schedule: as often as it says, its invocations, and the queue as if no run were started", async () => {
    const runs = (730 * 60) / 15;
    same(
      await linesOf({
        jobs: { migrate: { ...migrate, schedule: "rate(15 minutes)" } },
        network: { egress: "public" },
      }),
      {
        "ecs.TaskDefinition job-migrate: vCPU of a job": runs * 0.25 * hours * 0.04656,
        "ecs.TaskDefinition job-migrate: memory of a job": runs * 0.5 * hours * 0.00511,
        "ecs.TaskDefinition job-migrate: public IPv4 address of a job": runs * hours * 0.005,
        "scheduler.Schedule job-migrate: invocations of a schedule": (runs / 1e6) * 1,
        "sqs.Queue jobs: dead letters, were every run one": (runs / 1e6) * 3 * 0.4,
        "cloudwatch.LogGroup job-migrate: log of a job": runs * gb * 0.5985,
        "cloudwatch.LogGroup job-migrate: log of a job, kept": runs * gb * months * 0.0315,
      },
    );
  });

  it("by a schedule that is off: none but those by hand, and no invocation", async () => {
    const lines = await linesOf({
      jobs: { migrate: { ...migrate, schedule: { expression: "rate(1 day)", enabled: false } } },
    });
    assert.ok(
      Math.abs(lines["ecs.TaskDefinition job-migrate: vCPU of a job"]! - 4 * 0.25 * hours * 0.04656) < 1e-9,
    );
    assert.equal("scheduler.Schedule job-migrate: invocations of a schedule" in lines, false);
  });

  it("says what is assumed in the line itself", async () => {
    const { lines } = estimate(await run({ jobs: { migrate } }), prices, defaultTraffic);
    assert.deepEqual(lines.find(({ what }) => what === "vCPU of a job")?.factors, [
      [4, "runs by hand (assumed)"],
      [0.25, "vCPU"],
      [5 / 60, "h a run (5 minutes assumed)"],
    ]);
  });
});
