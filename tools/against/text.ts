import { createColors } from "picocolors";
import { visible } from "../../rules/visible";
import { usd } from "../cost/report/format";
import { folded, wrap } from "../plan/columns";
import { text as escaped } from "../plan/markdown";
import { changesSomething, Comparison, Line } from "./compare";

const signs: Record<Line["op"], string> = {
  create: "+",
  import: "=",
  update: "~",
  replace: "±",
  delete: "-",
};

/** `2 to create, 1 to replace; 38 unchanged`. */
function countsText({ unchanged, ...ops }: Comparison["counts"]): string {
  const changed = Object.entries(ops).flatMap(([op, count]) => (count === 0 ? [] : [`${count} to ${op}`]));
  return `${changed.length > 0 ? changed.join(", ") : "Nothing changes"}; ${unchanged} unchanged`;
}

function costText({ before, after, partial }: Comparison["cost"]): string {
  const least = partial ? " Something of it has no price here and is in no sum: npm run cost names it." : "";
  const about = partial ? "at least" : "≈";
  if (after === undefined) return "Cost: no prices of this Region are recorded here.";
  if (before === undefined)
    return `Cost: ${about} ${usd(after)} USD a month before traffic; of the other version unknown.${least}`;
  const change = Math.round((after - before) * 100) / 100;
  const sign = change < 0 ? "−" : "+";
  return `Cost: ${about} ${usd(before)} → ${usd(after)} USD a month before traffic (${sign}${usd(Math.abs(change))})${least && `.${least}`}`;
}

/** What happens to one resource beside its name. */
function details({ op, changes, replacedFor, deletesFirst, kept }: Line): string {
  return [
    ...(op === "replace"
      ? [`new for ${replacedFor.join(", ")}${deletesFirst ? ", the old one deleted first" : ""}`]
      : []),
    ...changes,
    ...(kept ? ["stays in AWS"] : []),
  ]
    .map(visible)
    .join(" · ");
}

/**
 * The comparison for a terminal.
 *
 * @param width characters of a line; nothing is folded without
 */
export function renderComparison(
  title: string,
  comparison: Comparison,
  colors = createColors(false),
  width = Infinity,
): string {
  const { bold, cyan, dim, green, red, yellow } = colors;
  const paint: Record<Line["op"], (text: string) => string> = {
    create: green,
    import: cyan,
    update: yellow,
    replace: yellow,
    delete: red,
  };
  const { before, counts, groups, notices, doors, cost } = comparison;
  const lines = groups.flatMap(({ lines: own }) => own);
  const [names, types] = [
    Math.max(0, ...lines.map(({ name }) => name.length)),
    Math.max(0, ...lines.map(({ type }) => type.length)),
  ];
  // Beside a resource where that is one line, else below it.
  const line = (one: Line): string[] => {
    const named = `${signs[one.op]} ${one.name}`;
    const told = details(one);
    const isShort = 4 + names + 2 + types <= width;
    if (isShort && 4 + names + 2 + types + 2 + told.length <= width) {
      const known = `${paint[one.op](named.padEnd(names + 2))}  ${cyan(one.type.padEnd(types))}`;
      return [`  ${known}  ${told}`.trimEnd()];
    }
    const known = isShort
      ? [`  ${paint[one.op](named.padEnd(names + 2))}  ${cyan(one.type)}`]
      : [
          ...wrap(`  ${named}`, width, 4).map(paint[one.op]),
          ...wrap(`      ${one.type}`, width).map((text) => cyan(text)),
        ];
    return [...known, ...folded(told, width - 6).map((text) => `      ${text}`)];
  };
  const section = (name: string, rows: string[][]): string[] =>
    rows.length === 0 ? [] : ["", bold(name), ...rows.flat().map((row) => `  ${row}`)];
  return [
    ...wrap(`${title} against ${before}`, width).map((text, i) =>
      i === 0 && text.startsWith(title) ? `${bold(title)}${text.slice(title.length)}` : text,
    ),
    ...wrap(countsText(counts), width),
    ...groups.flatMap(({ component, lines: own }) => [
      "",
      bold(component || "the stack"),
      ...own.flatMap(line),
    ]),
    ...section(
      "What people notice",
      notices.map(({ seconds, what }) =>
        wrap(visible(what), width - 2).map((text) => (seconds > 0 ? red(text) : text)),
      ),
    ),
    ...section(
      "Doors",
      doors.map(({ opens, what }) =>
        wrap(visible(what), width - 10, 0).map((text, i) =>
          i > 0 ? `        ${text}` : `${opens ? yellow("opens ") : dim("closes")}  ${text}`,
        ),
      ),
    ),
    "",
    ...wrap(costText(cost), width),
    ...(changesSomething(comparison)
      ? wrap("By the program alone: what AWS has become since is in pulumi preview.", width).map(dim)
      : []),
    "",
  ].join("\n");
}

/** The comparison for a comment on a pull request. */
export function renderComparisonMarkdown(title: string, comparison: Comparison): string {
  const { before, counts, groups, notices, doors, cost } = comparison;
  const bullets = (items: string[]): string[] => items.map((item) => `- ${item}`);
  // The type below the name: a phone has no room for a column more.
  const row = (one: Line): string =>
    `| ${signs[one.op] === "-" ? "−" : signs[one.op]}&nbsp;${one.op} | ${escaped(one.name)}<br><sub>${escaped(one.type)}</sub> | ${escaped(details(one))} |`;
  return [
    `### ${escaped(title)} against ${escaped(before)}: ${countsText(counts)}`,
    "",
    escaped(costText(cost)),
    ...(notices.length > 0
      ? [
          "",
          "**What people notice**",
          "",
          ...bullets(
            notices.map(({ seconds, what }) => (seconds > 0 ? `**${escaped(what)}**` : escaped(what))),
          ),
        ]
      : []),
    ...(doors.length > 0
      ? [
          "",
          "**Doors**",
          "",
          ...bullets(doors.map(({ opens, what }) => `${opens ? "**opens**" : "closes"}: ${escaped(what)}`)),
        ]
      : []),
    ...groups.flatMap(({ component, lines }) => [
      "",
      "<details>",
      `<summary><b>${escaped(component || "the stack")}</b> (${lines.length})</summary>`,
      "",
      "| Change | Resource | What |",
      "| --- | --- | --- |",
      ...lines.map(row),
      "",
      "</details>",
    ]),
    "",
  ].join("\n");
}
