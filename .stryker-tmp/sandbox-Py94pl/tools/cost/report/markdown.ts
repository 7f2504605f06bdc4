// @ts-nocheck
import { text } from "../../plan/markdown";
import { quantityOf } from "../charges/charge";
import { doorNames, doors } from "../doors";
import { factorsText, priceText, totalText, usd } from "./format";
import { groupNames, Report } from "../report";
import { trafficText } from "../charges/traffic";

/** The report for a comment on a pull request. */
export function renderMarkdown({ estimate, comparison, advice, assumptions }: Report): string {
  const { stack, region, lines, unpriced, totals, traffic } = estimate;
  const { cheapest, refused } = comparison;
  return [
    `### ${text(stack)} in ${text(region)}: ${unpriced.length > 0 ? "at least " : ""}${usd(totals.total)} USD a month`,
    "",
    `With ${trafficText(traffic)}.`,
    "",
    "| | Resource | What | Quantity | Price | USD a month |",
    "| --- | --- | --- | --- | --- | ---: |",
    ...lines.map(({ group, resource, what, factors, price, monthly }) =>
      row([
        groupNames[group],
        text(resource),
        what,
        factorsText(factors),
        priceText(price, quantityOf({ factors })),
        usd(monthly),
      ]),
    ),
    row(["**Total**", "", "", "", "", `**${usd(totals.total)}**`]),
    ...(unpriced.length > 0
      ? [
          "",
          "Not in the total:",
          "",
          ...unpriced.map(({ resource, why }) => `- ${text(resource)}: ${text(why)}`),
        ]
      : []),
    "",
    "The same services in other ways, as configured in bold:",
    "",
    ...comparisonTable(comparison),
    ...(refused.length > 0 ? ["", ...refused.map(({ name, why }) => `- ${name}: ${text(why)}`)] : []),
    "",
    advice[0]!,
    ...(cheapest.isCurrent ? [] : ["", "```yaml", cheapest.paste, "```"]),
    "",
    advice[1]!,
    "",
    ...assumptions.map((line) => `- ${line}`),
    "",
  ].join("\n");
}

/** Ways to AWS down, doors across. */
export function comparisonTable({ rows }: Report["comparison"]): string[] {
  return [
    row(["", ...doors.map((door) => doorNames[door])]),
    row(["---", ...doors.map(() => "---:")]),
    ...rows.map(({ name, isCurrent, totals }) =>
      row(
        [name, ...doors.map((door) => totalText(totals[door]))].map((cell) =>
          isCurrent ? `**${cell}**` : cell,
        ),
      ),
    ),
  ];
}

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
