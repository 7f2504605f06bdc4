import { createColors } from "picocolors";
import { visible } from "../../rules/visible";
import { Deployment } from "../../simulate/deployment";
import { columns, folded, wrap } from "./columns";
import { countOf, Node, outputsOf, treeOf } from "./tree";
import { afterUp } from "./values";

interface Row {
  /** Branches of the tree before the name, and before further lines of the row. */
  lead: string;
  below: string;
  node: Node;
}

/** Details stand beside the names where at least so many characters of a line are left for them, else below. */
const leastBeside = 48;

/**
 * The plan for a terminal: the tree, counts, warnings and outputs.
 *
 * @param width characters of a line; nothing is folded without
 */
export function renderText(deployment: Deployment, colors = createColors(false), width = Infinity): string {
  const { bold, dim, yellow } = colors;
  const tree = treeOf(deployment);
  const rows = tree.flatMap((node) => rowsOf(node, "", ""));
  const line = lineOf(rows, colors, width);

  const components = tree.filter(({ resource }) => !resource.custom);
  const total = tree.reduce((sum, node) => sum + countOf(node), 0);
  const counts = [
    ...components.map((node): string[] => [node.resource.name, node.type, String(countOf(node))]),
    ["Total", "", String(total)],
  ];
  const { project, stack, region, warnings } = deployment;
  const indented = (lines: readonly string[]): string[] => lines.map((text) => `  ${text}`);
  return [
    `${bold(`${project} ${stack}`)} in ${region}`,
    "",
    // A blank line before each component.
    ...rows.flatMap((row) => [...(row.lead === "" && !row.node.resource.custom ? [""] : []), ...line(row)]),
    "",
    bold("Resources by component"),
    ...indented(columns(counts, { width: width - 2 })),
    ...(warnings.length > 0
      ? [
          "",
          bold("Warnings"),
          ...indented(warnings.flatMap((warning) => wrap(visible(warning), width - 2).map(yellow))),
        ]
      : []),
    "",
    bold("Outputs"),
    ...indented(columns(outputsOf(deployment), { width: width - 2 })).map((text) =>
      text.replace(afterUp, dim(afterUp)),
    ),
    "",
  ].join("\n");
}

/** How a row of the tree is written: its details beside it, folded there, or below it where too little room is beside. */
function lineOf(
  rows: readonly Row[],
  { bold, cyan, dim }: ReturnType<typeof createColors>,
  width: number,
): (row: Row) => string[] {
  const nameWidth = Math.max(...rows.map(({ lead, node }) => lead.length + node.resource.name.length));
  const typeWidth = Math.max(...rows.map(({ node }) => node.type.length));
  const beside = width - nameWidth - typeWidth - 4;
  const isAligned = nameWidth + 2 + typeWidth <= width;
  return ({ lead, below, node }) => {
    const { name, custom } = node.resource;
    const shown = custom ? name : bold(name);
    const details = node.details.join(" · ");
    if (!isAligned) {
      // A long name and its type each have a line of their own.
      const [first = "", ...rest] = wrap(name, width - lead.length);
      const own = [`${dim(lead)}${custom ? first : bold(first)}`, ...rest.map((text) => dim(below) + text)];
      const isShort = lead.length + name.length + 2 + node.type.length <= width;
      return [
        ...(isShort
          ? [`${dim(lead)}${shown}  ${cyan(node.type)}`]
          : [...own, `${dim(below)}${cyan(node.type)}`]),
        ...folded(details, width - below.length).map((text) => `${dim(below)}${text}`),
      ];
    }
    const pad = (length: number): string => " ".repeat(nameWidth - length);
    const known = `${dim(lead)}${shown}${pad(lead.length + name.length)}  ${cyan(node.type)}`;
    if (details === "") return [known];
    if (beside < leastBeside) {
      return [known, ...folded(details, width - below.length).map((text) => `${dim(below)}${text}`)];
    }
    const [first, ...rest] = folded(details, beside);
    return [
      `${known}${" ".repeat(typeWidth - node.type.length)}  ${first}`,
      ...rest.map((text) => `${dim(below)}${pad(below.length)}${" ".repeat(typeWidth + 4)}${text}`),
    ];
  };
}

function rowsOf(node: Node, lead: string, own: string): Row[] {
  return [
    { lead, below: `${own}${node.children.length > 0 ? "│  " : "   "}`, node },
    ...node.children.flatMap((child, i) => {
      const isLast = i === node.children.length - 1;
      return rowsOf(child, `${own}${isLast ? "└─ " : "├─ "}`, `${own}${isLast ? "   " : "│  "}`);
    }),
  ];
}
