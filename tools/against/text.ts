import { createColors } from "picocolors";
import { visible } from "../../rules/visible";
import { usd } from "../cost/report/format";
import { wrap } from "../plan/columns";
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

/** The comparison for a terminal. */
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
  const line = (one: Line): string[] => {
    const head = `  ${paint[one.op](`${signs[one.op]} ${one.name.padEnd(names)}`)}  ${cyan(one.type.padEnd(types))}`;
    const said = details(one);
    if (names + types + said.length + 8 <= width) return [`${head}  ${said}`.trimEnd()];
    // What does not fit beside it stands below it, and a name too long for its type above that.
    const own =
      names + types + 6 <= width
        ? [head.trimEnd()]
        : [
            ...wrap(`  ${signs[one.op]} ${one.name}`, width).map(paint[one.op]),
            ...wrap(`      ${one.type}`, width).map(cyan),
          ];
    return [...own, ...(said === "" ? [] : wrap(`      ${said}`, width))];
  };
  const folded = (text: string, paintOne = (one: string) => one): string[] =>
    wrap(visible(text), width).map(paintOne);
  const section = (name: string, rows: string[][]): string[] =>
    rows.length === 0 ? [] : ["", bold(name), ...rows.flat()];
  return [
    `${bold(title)} against ${before}`,
    ...folded(countsText(counts)),
    ...groups.flatMap(({ component, lines: own }) => [
      "",
      bold(component || "the stack"),
      ...own.flatMap(line),
    ]),
    ...section(
      "What people notice",
      notices.map(({ seconds, what }) => folded(`  ${what}`, seconds > 0 ? red : undefined)),
    ),
    ...section(
      "Doors",
      doors.map(({ opens, what }) =>
        folded(`  ${opens ? "opens " : "closes"}  ${what}`).map((row, i) =>
          i === 0 ? row.replace(/^ {2}\w+/, (word) => (opens ? yellow(word) : dim(word))) : row,
        ),
      ),
    ),
    "",
    ...folded(costText(cost)),
    ...(changesSomething(comparison)
      ? folded("By the program alone: what AWS has become since is in pulumi preview.", dim)
      : []),
    "",
  ].join("\n");
}

/** The comparison for a comment on a pull request. */
export function renderComparisonMarkdown(title: string, comparison: Comparison): string {
  const { before, counts, groups, notices, doors, cost } = comparison;
  const bullets = (items: string[]): string[] => items.map((item) => `- ${item}`);
  const row = (one: Line): string =>
    `| ${signs[one.op] === "-" ? "−" : signs[one.op]} ${one.op} | ${escaped(one.name)} | ${escaped(one.type)} | ${escaped(details(one))} |`;
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
      "| Change | Resource | Type | What |",
      "| --- | --- | --- | --- |",
      ...lines.map(row),
      "",
      "</details>",
    ]),
    "",
  ].join("\n");
}
