import * as fs from "node:fs";
import * as path from "node:path";
import { createColors, isColorSupported } from "picocolors";
import { simulate } from "../../simulate/program";
import { Config, projectFolder, readStack } from "../../simulate/stack";
import { compare } from "../cost/compare";
import { estimate } from "../cost/estimate";
import { renderMarkdown } from "../cost/report/markdown";
import { optionsOf } from "../cost/options";
import { gapsText, prices } from "../cost/pricing";
import { published } from "../cost/report/publish";
import { reportOf } from "../cost/report";
import { savedFile, savedText } from "../cost/report/saved";
import { renderText } from "../cost/report/text";
import { beforeTraffic, defaultTraffic, Traffic } from "../cost/charges/traffic";
import { readOptions, refuseTogether, UsageError } from "./options";
import { Io, runCommand, widthOf } from "./command";

const help = `Says what a stack costs in a month, line by line, and what it would cost in other ways. Offline.

Usage: npm run cost -- [options]

  --stack <name>        stack to price, from its Pulumi.<name>.yaml (default: dev)
  --requests <number>   requests a month, such as 250k, 5M or 1.5G (default: 1M)
  --kb-in <KB>          size of a request (default: ${defaultTraffic.kbIn})
  --kb-out <KB>         size of its answer (default: ${defaultTraffic.kbOut})
  --log-kb <KB>         what the application logs for it (default: ${defaultTraffic.logKb})
  --access-log-kb <KB>  what the API logs for it (default: ${defaultTraffic.accessLogKb})
  --hours <hours>       hours a month that a task runs (default: ${defaultTraffic.hours})
  --awake <hours>       hours a month that a service with sleep is awake (default: ${defaultTraffic.awake})
  --image-gb <GB>       images that a repository keeps (default: ${defaultTraffic.imageGb})
  --json                for programs: every line with its resource, quantity and price
  --markdown            for a comment on a pull request
  --record              writes docs/cost/<stack>.json instead, which npm run plan compares with
  --readme              writes README's bills, docs/cost.svg and docs/cost/ instead
  --check               with --readme: changes nothing; fails when one of them is stale
  --help                this text

Exit code: 0, or 1 when the configuration has a problem or nothing is known of the Region's prices.
`;

const flags = {
  stack: { type: "string", default: "dev" },
  requests: { type: "string" },
  "kb-in": { type: "string" },
  "kb-out": { type: "string" },
  "log-kb": { type: "string" },
  "access-log-kb": { type: "string" },
  hours: { type: "string" },
  awake: { type: "string" },
  "image-gb": { type: "string" },
  json: { type: "boolean", default: false },
  markdown: { type: "boolean", default: false },
  record: { type: "boolean", default: false },
  readme: { type: "boolean", default: false },
  check: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** Option → what it sets, and the most that makes sense. */
const amounts = {
  requests: ["requests", 1e12],
  "kb-in": ["kbIn", 10_240],
  "kb-out": ["kbOut", 10_240],
  "log-kb": ["logKb", 10_240],
  "access-log-kb": ["accessLogKb", 10_240],
  hours: ["hours", 730],
  awake: ["awake", 730],
  "image-gb": ["imageGb", 10_000],
} as const satisfies Partial<Record<keyof typeof flags, [keyof Traffic, number]>>;

type Values = ReturnType<typeof readOptions<typeof flags>>;

/**
 * Runs the command.
 *
 * @param given stands in for the stack's file and for the folder to save in, for tests
 * @returns the exit code
 */
export const main = (
  argv: string[],
  io: Io,
  given: { config?: Config; folder?: string } = {},
): Promise<number> =>
  runCommand({ flags, help }, argv, io, (values) =>
    values.readme ? writeReadme(values, io) : report(values, io, given),
  );

async function report(
  values: Values,
  io: Io,
  { config, folder }: { config?: Config; folder?: string },
): Promise<void> {
  const { stack, json, markdown, record, check } = values;
  refuseTogether(`npm run cost -- --stack ${stack}`, { json, markdown, record });
  if (check) throw new UsageError("--check goes with --readme. Fix: npm run cost -- --readme --check.");
  const traffic = readTraffic(values);
  const known = config ?? readConfig(stack);
  const region = known["aws:region"];
  if (region !== undefined && !(region in prices.regions)) {
    throw new UsageError(
      `${gapsText(prices, region, [])} Recorded: ${Object.keys(prices.regions).join(", ")}.`,
    );
  }
  if (record) {
    const deployment = await simulate({ stack, config: known });
    const file = savedFile(stack, folder);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, savedText(estimate(deployment, prices, beforeTraffic)));
    io.stdout.write(`${path.relative(folder ?? projectFolder, file)} written.\n`);
    return;
  }
  const found = await optionsOf(stack, known);
  const { deployment } = found.options.find(({ isCurrent }) => isCurrent)!;
  const made = reportOf(estimate(deployment, prices, traffic), compare(found, prices, traffic), prices);
  const colors = createColors(io.stdout.isTTY === true && isColorSupported);
  io.stdout.write(
    json
      ? `${JSON.stringify(made, null, 2)}\n`
      : markdown
        ? renderMarkdown(made)
        : renderText(made, colors, widthOf(io)),
  );
}

function readConfig(stack: string): Config {
  try {
    return readStack(stack);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** @throws UsageError with every amount that is none */
function readTraffic(values: Values): Traffic {
  const traffic = { ...defaultTraffic };
  const problems: string[] = [];
  for (const [option, [key, most]] of Object.entries(amounts) as [
    keyof typeof amounts,
    [keyof Traffic, number],
  ][]) {
    const text = values[option];
    if (text === undefined) continue;
    const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)([kMG]?)$/.exec(text) ?? [];
    const amount = Number(number) * { "": 1, k: 1e3, M: 1e6, G: 1e9 }[unit as "" | "k" | "M" | "G"];
    if (number === "" || amount > most) {
      problems.push(
        `--${option} is \`${text}\`. Allowed is 0 to ${most.toLocaleString("en")}, also as 250k, 5M or 1.5G.`,
      );
    } else traffic[key] = amount;
  }
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  return traffic;
}

async function writeReadme({ check }: Values, io: Io): Promise<number> {
  const files = await published();
  const stale = [...files].filter(
    ([file, text]) => !fs.existsSync(file) || fs.readFileSync(file, "utf8") !== text,
  );
  const names = stale.map(([file]) => path.relative(projectFolder, file)).join(", ");
  if (check) {
    if (stale.length === 0) return 0;
    io.stderr.write(`Not what the program costs any more: ${names}. Fix: npm run cost -- --readme.\n`);
    return 1;
  }
  for (const [file, text] of stale) fs.writeFileSync(file, text);
  io.stdout.write(stale.length === 0 ? "Everything is up to date.\n" : `Written: ${names}.\n`);
  return 0;
}

if (require.main === module) {
  void main(process.argv.slice(2), process).then((code) => {
    process.exitCode = code;
  });
}
