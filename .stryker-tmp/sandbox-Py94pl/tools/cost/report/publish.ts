// @ts-nocheck
import * as fs from "node:fs";
import * as path from "node:path";
import { UserError } from "../../../config/problems";
import { projectFolder, readStack } from "../../../simulate/stack";
import { formatMarkdown, replaceSection } from "../../plan/section";
import { renderChart } from "./chart";
import { Group, groups } from "../charges/charge";
import { compare, Comparison } from "../compare";
import { Estimate, estimate } from "../estimate";
import { requestsText, usd } from "./format";
import { comparisonTable } from "./markdown";
import { Option, optionsOf } from "../options";
import { chartOf } from "./picture";
import { prices } from "../pricing";
import { groupNames } from "../report";
import { savedFile, savedText } from "./saved";
import { beforeTraffic, defaultTraffic, trafficText } from "../charges/traffic";

/** The stacks that README has the bills of; the last one is drawn and compared. */
const stacks = ["dev", "cheap", "prod"];

export const begin = "<!-- cost:begin -->";
export const end = "<!-- cost:end -->";

interface Priced {
  stack: string;
  bill: Estimate;
  comparison: Comparison;
  options: Option[];
}

/**
 * What is generated of README and docs/: file → its whole content, as it should be.
 *
 * @param readme README.md, with the markers
 * @throws UserError when README lacks the markers
 */
export async function published(
  readme = path.join(projectFolder, "README.md"),
): Promise<Map<string, string>> {
  const before = fs.readFileSync(readme, "utf8");
  if (replaceSection(before, begin, end, "") === undefined) {
    throw new UserError(`${readme} has no ${begin} followed by ${end}.`);
  }
  const all: Priced[] = [];
  for (const stack of stacks) {
    const found = await optionsOf(stack, readStack(stack));
    const { deployment } = found.options.find(({ isCurrent }) => isCurrent)!;
    all.push({
      stack,
      bill: estimate(deployment, prices, defaultTraffic),
      comparison: compare(found, prices, defaultTraffic),
      options: found.options,
    });
  }
  const drawn = all.at(-1)!;
  const section = await formatMarkdown(renderSection(all), readme);
  const { region } = drawn.bill;
  const chart = chartOf(drawn.stack, region, drawn.options, prices, defaultTraffic);
  return new Map([
    [readme, replaceSection(before, begin, end, section)!],
    [path.join(projectFolder, "docs/cost.svg"), await renderChart(chart)],
    ...all.map(({ stack, options }): [string, string] => {
      const { deployment } = options.find(({ isCurrent }) => isCurrent)!;
      return [savedFile(stack), savedText(estimate(deployment, prices, beforeTraffic))];
    }),
  ]);
}

/** The bills side by side, and the last stack in other ways. */
function renderSection(all: readonly Priced[]): string {
  const last = all.at(-1)!;
  const points = all.map(
    ({ stack, comparison }) => `${requestsText(comparison.breakEven.alb ?? NaN)} (\`${stack}\`)`,
  );
  return [
    `In ${last.bill.region}, with ${trafficText(defaultTraffic)} a month:`,
    "",
    ...bills(all.map(({ bill }) => bill)),
    "",
    `\`${last.stack}\` in other ways, at the same traffic:`,
    "",
    ...comparisonTable(last.comparison),
    "",
    "A load balancer is priced without an access log, and the HTTP API in this table with one. Both without: a public load " +
      `balancer becomes cheaper than the HTTP API on the same way to AWS from ${points.join(", ")} requests a month on.`,
  ].join("\n");
}

/** One row for each kind of line, one column for each stack. */
function bills(of: readonly Estimate[]): string[] {
  const sum = (bill: Estimate, what: string): number =>
    bill.lines.filter((line) => line.what === what).reduce((total, { monthly }) => total + monthly, 0);
  const row = (name: string, values: readonly string[]): string => `| ${[name, ...values].join(" | ")} |`;
  const block = (group: Group): string[] => {
    const kinds = new Set(
      of.flatMap(({ lines }) => lines.filter((line) => line.group === group).map(({ what }) => what)),
    );
    return [
      row(
        `**${groupNames[group]}**`,
        of.map(({ totals }) => `**${usd(totals[group])}**`),
      ),
      ...[...kinds].map((what) =>
        row(
          what,
          of.map((bill) => usd(bill.lines.some((line) => line.what === what) ? sum(bill, what) : undefined)),
        ),
      ),
    ];
  };
  return [
    row(
      "USD a month",
      of.map(({ stack }) => `\`${stack}\``),
    ),
    row(
      "---",
      of.map(() => "---:"),
    ),
    ...groups.flatMap(block),
    row(
      "**Sum**",
      of.map(({ totals }) => `**${usd(totals.total)}**`),
    ),
  ];
}
