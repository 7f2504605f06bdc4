// @ts-nocheck
import { createColors } from "picocolors";
import { columns } from "../../plan/columns";
import { groups, quantityOf } from "../charges/charge";
import { doorNames, doors } from "../doors";
import { factorsText, priceText, totalText, usd } from "./format";
import { groupNames, Report } from "../report";
import { trafficText } from "../charges/traffic";

/** The report for a terminal. */
export function renderText(
  { estimate, comparison, advice, assumptions }: Report,
  colors = createColors(false),
): string {
  const { bold, dim, yellow } = colors;
  const { stack, region, lines, unpriced, totals, traffic } = estimate;
  const shown = groups.filter((group) => totals[group] > 0);
  const bill = columns([
    ...shown.flatMap((group) => [
      [groupNames[group], "", "", "", usd(totals[group])],
      ...lines
        .filter((line) => line.group === group)
        .map((line) => [
          `  ${line.resource}`,
          line.what,
          factorsText(line.factors),
          `× ${priceText(line.price, quantityOf(line))}`,
          usd(line.monthly),
        ]),
    ]),
    [unpriced.length > 0 ? "Total, at least" : "Total", "", "", "", usd(totals.total)],
  ]);
  const table = columns(
    [
      ["", ...doors.map((door) => doorNames[door])],
      ...comparison.rows.map((row) => [
        `${row.isCurrent ? "*" : " "} ${row.name}`,
        ...doors.map((door) => totalText(row.totals[door])),
      ]),
    ],
    1,
  );
  const { cheapest, refused } = comparison;
  return [
    `${bold(`${stack} in ${region}`)}, USD a month with ${trafficText(traffic)}`,
    "",
    ...bill.map((line) => (line.startsWith(" ") ? line : bold(line))),
    "",
    ...(unpriced.length > 0
      ? [
          bold("Not in the total"),
          ...columns(unpriced.map(({ resource, why }) => [resource, why])).map((line) => `  ${yellow(line)}`),
          "",
        ]
      : []),
    bold("The same services in other ways"),
    ...table.map((line) => `  ${line}`),
    dim("  * as configured"),
    ...refused.map(({ name, why }) => dim(`  ${name}: ${why}`)),
    "",
    advice[0],
    ...(cheapest.isCurrent ? [] : cheapest.paste.split("\n").map((line) => `    ${line}`)),
    advice[1],
    "",
    ...assumptions.map((line) => dim(line)),
    "",
  ].join("\n");
}
