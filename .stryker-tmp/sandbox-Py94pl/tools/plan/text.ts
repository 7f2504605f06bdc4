// @ts-nocheck
import { createColors } from "picocolors";
import { Deployment } from "../../simulate/deployment";
import { columns } from "./columns";
import { countOf, Node, outputsOf, treeOf } from "./tree";
import { afterUp } from "./values";

interface Row {
  /** Branches of the tree before the name. */
  lead: string;
  node: Node;
}

/** The plan for a terminal: the tree, counts, warnings and outputs. */
export function renderText(deployment: Deployment, colors = createColors(false)): string {
  const { bold, cyan, dim, yellow } = colors;
  const tree = treeOf(deployment);
  const rows = tree.flatMap((node) => rowsOf(node, "", ""));
  const nameWidth = Math.max(...rows.map(({ lead, node }) => lead.length + node.resource.name.length));
  const typeWidth = Math.max(...rows.map(({ node }) => node.type.length));
  const line = ({ lead, node }: Row): string => {
    const { name, custom } = node.resource;
    const gap = " ".repeat(nameWidth - lead.length - name.length);
    const known = `${dim(lead)}${custom ? name : bold(name)}${gap}  ${cyan(node.type)}`;
    const details = node.details.join(" · ");
    return details === "" ? known : `${known}${" ".repeat(typeWidth - node.type.length)}  ${details}`;
  };

  const components = tree.filter(({ resource }) => !resource.custom);
  const total = tree.reduce((sum, node) => sum + countOf(node), 0);
  const counts = [
    ...components.map((node): string[] => [node.resource.name, node.type, String(countOf(node))]),
    ["", "", String(total)],
  ];
  const { project, stack, region, warnings } = deployment;
  return [
    `${bold(`${project} ${stack}`)} in ${region}`,
    "",
    // A blank line before each component.
    ...rows.flatMap((row) => [...(row.lead === "" && !row.node.resource.custom ? [""] : []), line(row)]),
    "",
    bold("Resources by component"),
    ...columns(counts).map((text) => `  ${text}`),
    ...(warnings.length > 0
      ? ["", bold("Warnings"), ...warnings.map((warning) => `  ${yellow(warning)}`)]
      : []),
    "",
    bold("Outputs"),
    ...columns(outputsOf(deployment)).map((text) => `  ${text.replace(afterUp, dim(afterUp))}`),
    "",
  ].join("\n");
}

function rowsOf(node: Node, lead: string, below: string): Row[] {
  return [
    { lead, node },
    ...node.children.flatMap((child, i) => {
      const isLast = i === node.children.length - 1;
      return rowsOf(child, `${below}${isLast ? "└─ " : "├─ "}`, `${below}${isLast ? "   " : "│  "}`);
    }),
  ];
}
