/** `npm run bench:operate`: versions that are rolled back by alarms, and scaling by CPU and by requests, on a clock of its own. */
import { readOptions } from "../commands/options";
import type * as Legs from "./operate/legs";
import { createRequire } from "node:module";
import { leastRate, problems, render, type Result } from "./operate/report";

const help = `Rolls out versions that answer errors, and changes traffic, against the alarms and policies that the program records.
A model with stated assumptions, not a measurement of AWS: see docs/operate.md.

  npm run bench:operate [-- options]

  --short   fewer versions, and a quarter of the day: half a minute
  --json    the result as JSON
  --help    this text

Exits with 1 when a wrong version stays for more than five minutes (from ${leastRate} requests a second on), a good one is taken back,
requests stay slow after ten times the traffic, the number of tasks turns back and forth, or a control holds.
`;

interface Plan {
  rates: readonly number[];
  wrong: number;
  good: number;
  days: { count: number; hours: number };
}

const short: Plan = { rates: [leastRate], wrong: 5, good: 20, days: { count: 1, hours: 6 } };
const long: Plan = {
  rates: [0.2, 1, leastRate, 10, 50],
  wrong: 30,
  good: 100,
  days: { count: 3, hours: 24 },
};

async function main(): Promise<void> {
  const options = readOptions(
    {
      short: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
    process.argv.slice(2),
  );
  if (options.help) return void process.stdout.write(help);
  const result = await run(options.short ? short : long);
  process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : render(result));
  process.exitCode = problems(result).length === 0 ? 0 : 1;
}

async function run({ rates, wrong, good, days }: Plan): Promise<Result> {
  // Loaded late: --help should not wait for it.
  const legs = createRequire(__filename)("./operate/legs") as typeof Legs;
  const progress = (text: string): void => void process.stderr.write(`${text} …\n`);
  const watched = await legs.recordWatched();
  const rollback = rates.map((rate) => {
    progress(`${wrong} wrong and ${good} good versions at ${rate} requests a second`);
    return legs.rollbackLeg(watched, rate, { wrong, good });
  });
  const scaling: Result["scaling"][number][] = [];
  for (const way of ["cpu", "requests"] as const) {
    const deployment = await legs.recordScaled(way);
    for (const application of ["works", "waits"] as const) {
      progress(
        `Ten times the traffic, and ${days.count} times ${days.hours} hours: a service that ${application}, by ${way}`,
      );
      scaling.push(legs.scalingLeg(deployment, application, way, days));
    }
  }
  return { rollback, scaling };
}

main().then(
  // Pulumi's runtime may keep handles open.
  () => process.stdout.write("", () => process.exit()),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
