/** `npm run bench:plan`: what a plan costs beside the AWS CDK synthesising the same system, from 1 to 250 services. */
// @ts-nocheck

import * as fs from "node:fs";
import * as path from "node:path";
import { readOptions, UsageError } from "../commands/options";
import { installCdk, measureSize, type Size } from "./plan/measure";
import { render, type Result } from "./plan/report";

const help = `Measures time and memory of npm run plan beside the AWS CDK synthesising the same system, as ratios in one run.
Both load their SDK from disk in a process of their own; the CDK's program is plain JavaScript. See docs/bench-plan.md.

  npm run bench:plan [-- options]

  --runs <n>   counted runs of each side at each size (default: 5)
  --short      1 and 10 services, one run: less than a minute
  --json       the result as JSON
  --help       this text

Installs the CDK below tools/bench/plan/cdk on first use (190 MB).
`;

async function main(): Promise<void> {
  const options = readOptions(
    {
      runs: { type: "string" },
      short: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
    process.argv.slice(2),
  );
  if (options.help) return void process.stdout.write(help);
  if (options.short && options.runs !== undefined) {
    throw new UsageError("--short and --runs exclude each other.");
  }
  const runs = options.short ? 1 : Number(options.runs ?? 5);
  if (!Number.isInteger(runs) || runs < 1 || runs > 50) {
    throw new UsageError(`--runs is \`${options.runs}\`. Allowed is a whole number from 1 to 50.`);
  }
  const result = await run(options.short ? [1, 10] : [1, 10, 50, 100, 250], runs);
  process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : render(result));
}

async function run(services: readonly number[], runs: number): Promise<Result> {
  installCdk();
  const manifest = path.join(__dirname, "plan/cdk/package.json");
  const { dependencies } = JSON.parse(fs.readFileSync(manifest, "utf8")) as {
    dependencies: Record<string, string>;
  };
  const sizes: Size[] = [];
  for (const count of services) {
    sizes.push(await measureSize(count, runs, (message) => void process.stderr.write(`${message}\n`)));
  }
  return { node: process.versions.node, cdk: dependencies["aws-cdk-lib"] ?? "", runs, sizes };
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
