import { createColors } from "picocolors";
import { columns, wrap } from "../../plan/columns";
import { groups, quantityOf } from "../charges/charge";
import { doorNames, doors } from "../doors";
import { Line } from "../estimate";
import { factorsText, priceText, shortTotal, usd } from "./format";
import { groupNames, Report } from "../report";
import { trafficText } from "../charges/traffic";

/**
 * The report for a terminal.
 *
 * @param width characters of a line; nothing is folded without
 */
export function renderText(
  { estimate, comparison, advice, assumptions }: Report,
  colors = createColors(false),
  width = Infinity,
): string {
  const { bold, dim, yellow } = colors;
  const { stack, region, lines, unpriced, totals, traffic } = estimate;
  const shown = groups.filter((group) => totals[group] > 0);
  const bill = columns(
    [
      ["", "Quantity × price", "USD"],
      ...shown.flatMap((group) => [
        [groupNames[group], "", usd(totals[group])],
        ...lines
          .filter((line) => line.group === group)
          .map((line) => [
            `  ${nameOf(line)}: ${line.what}`,
            `${factorsText(line.factors)} × ${priceText(line.price, quantityOf(line))}`,
            usd(line.monthly),
          ]),
      ]),
      [unpriced.length > 0 ? "Total, at least" : "Total", "", usd(totals.total)],
    ],
    { headings: 1, width },
  );
  const isPart = comparison.rows.some((row) => doors.some((door) => row.totals[door].atLeast));
  const { cheapest, refused } = comparison;
  const text = (line: string): string[] => wrap(line, width);
  const marks = [
    "* as configured",
    ...(isPart ? ["≥ at least: something of it has no price here"] : []),
    ...refused.map(({ name, why }) => `${name}: ${why}`),
  ];
  return [
    ...text(`${stack} in ${region}, USD a month with ${trafficText(traffic)}`).map((line, i) =>
      i === 0 ? line.replace(`${stack} in ${region}`, (title) => bold(title)) : line,
    ),
    "",
    ...bill.map((line, i) => (i === 0 ? dim(line) : line.startsWith(" ") ? line : bold(line))),
    "",
    ...(unpriced.length > 0
      ? [
          bold("Not in the total"),
          ...columns(
            unpriced.map(({ resource, why }) => [resource, why]),
            { width: width - 2 },
          ).map((line) => `  ${yellow(line)}`),
          "",
        ]
      : []),
    bold("The same services in other ways"),
    ...waysOf(comparison, width - 2).map((line) => `  ${line}`),
    ...marks.flatMap((mark) => wrap(`  ${mark}`, width).map(dim)),
    "",
    ...wrap(advice[0]!, width, 0),
    ...(cheapest.isCurrent ? [] : cheapest.paste.split("\n").map((line) => `    ${line}`)),
    ...wrap(advice[1]!, width, 0),
    "",
    ...assumptions.flatMap((line) => text(line).map(dim)),
    "",
  ].join("\n");
}

/** Ways to AWS down and doors across; where a line has no room for that, one below the other. */
function waysOf({ rows }: Report["comparison"], width: number): string[] {
  const name = (row: (typeof rows)[0]): string => `${row.isCurrent ? "*" : " "} ${row.name}`;
  const table = columns(
    [
      // A sign does not stand alone on a line.
      ["USD a month", ...doors.map((door) => doorNames[door].replace("+ ", "+\u00a0"))],
      ...rows.map((row) => [name(row), ...doors.map((door) => shortTotal(row.totals[door]))]),
    ],
    { headings: 1, width },
  );
  if (table.every((line) => line.length <= width)) return table;
  return columns(
    rows.flatMap((row) => [
      [name(row), ""],
      ...doors.map((door) => [`    ${doorNames[door]}`, shortTotal(row.totals[door])]),
    ]),
    { width },
  );
}

/** Its name alone: what it is charged for says which of that name it is. */
const nameOf = ({ resource }: Line): string => resource.split(" ").slice(-1)[0]!;
