/** `npm run bench:rollout`: what the local stack loses of a steady load while it rolls, crashes, scales and rolls back. */
import { createRequire } from "node:module";
import { defaultDrainSeconds, defaultHealthInterval } from "../../rules/rollout";
import { readOptions, UsageError } from "../commands/options";
import type * as Legs from "./legs";
import { problems, render, type Result } from "./report";
import type * as Systems from "./system";

const help = `Rolls, kills, scales and rolls back the service under load, on the local stack, and counts lost requests.
A model with stated assumptions, not a measurement of AWS: see docs/rollout.md.

  npm run bench:rollout [-- options]

  --minutes <n>   how long it may take (default: 10); what is left of it after the other parts is spent rolling, though
                  never less than 10 rollouts and 50,000 requests
  --short         two rollouts, no least number of requests, no sweep: two minutes
  --json          the result as JSON
  --help          this text

Exits with 1 when a request was lost that should not have been, or when a control lost none.
`;

interface Plan {
  second: number;
  rate: number;
  rollouts: number;
  requests: number;
  rollingMilliseconds: number;
  kills: number;
  controlRollouts: number;
  sweepMilliseconds: number;
}

const short: Plan = {
  second: 50,
  rate: 150,
  rollouts: 2,
  requests: 0,
  rollingMilliseconds: 0,
  kills: 1,
  controlRollouts: 1,
  sweepMilliseconds: 0,
};

/** Seconds that everything but the rolling part takes, the sweep within its own bound. */
const otherSeconds = 390;

const long = (minutes: number): Plan => ({
  second: 100,
  rate: 250,
  rollouts: 10,
  requests: 50_000,
  rollingMilliseconds: Math.max(0, minutes * 60 - otherSeconds) * 1000,
  kills: 2,
  controlRollouts: 3,
  sweepMilliseconds: 180_000,
});

async function main(): Promise<void> {
  const options = readOptions(
    {
      minutes: { type: "string" },
      short: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
    process.argv.slice(2),
  );
  if (options.help) return void process.stdout.write(help);
  const minutes = Number(options.minutes ?? 10);
  if (!(minutes >= 1 && minutes <= 120)) {
    throw new UsageError(`--minutes is \`${options.minutes ?? ""}\`. Allowed is a number from 1 to 120.`);
  }
  if (options.short && options.minutes !== undefined) {
    throw new UsageError("--short and --minutes exclude each other.");
  }
  const result = await run(options.short ? short : long(minutes));
  process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : render(result));
  process.exitCode = problems(result).length === 0 ? 0 : 1;
}

async function run(plan: Plan): Promise<Result> {
  // Only now: the Pulumi SDK takes seconds to load, and neither help nor a mistake needs it.
  const require = createRequire(__filename);
  const { runControls, runMain, runSweep } = require("./legs") as typeof Legs;
  const { assumptions, recordDeployment } = require("./system") as typeof Systems;
  const began = performance.now();
  const progress = (message: string) =>
    void process.stderr.write(`${Math.round((performance.now() - began) / 1000)} s  ${message}\n`);
  const { second, rate } = plan;
  const deployment = await recordDeployment();
  const singleTask = await recordDeployment(1);
  const companion = await recordDeployment(2, { companion: true });
  const shared = { deployment, second, rate, progress };
  const main = await runMain({ ...plan, ...shared });
  const controls = await runControls({ ...shared, singleTask, companion, rollouts: plan.controlRollouts });
  const sweep =
    plan.sweepMilliseconds === 0
      ? []
      : await runSweep({
          ...shared,
          // Many short systems: a third of the load on each, at twice the speed.
          second: second / 2,
          rate: rate / 3,
          caches: [0, 15, 30, 45, 60, 75, 90],
          lags: [0, 15, 30],
          milliseconds: plan.sweepMilliseconds,
          parallel: 3,
        });
  return {
    settings: {
      second,
      rate,
      ...assumptions,
      drainSeconds: defaultDrainSeconds,
      healthInterval: defaultHealthInterval,
      requests: plan.requests,
      rollouts: plan.rollouts,
    },
    main,
    controls,
    sweep,
    seconds: (performance.now() - began) / 1000,
  };
}

// Leaving by `exit` runs the handlers that end the tasks.
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const) {
  process.on(signal, () => process.exit(code));
}

main().then(
  // Pulumi's runtime may keep handles open; whatever this command started has been ended by now.
  () => process.stdout.write("", () => process.exit()),
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${message}\n`);
    process.exit(1);
  },
);
