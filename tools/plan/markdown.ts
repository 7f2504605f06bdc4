import { visible } from "../../rules/visible";
import { Deployment } from "../../simulate/deployment";
import { countOf, Node, outputsOf, treeOf } from "./tree";

/** The plan for a comment on a pull request: one collapsed table for each component. */
export function renderMarkdown(deployment: Deployment): string {
  const { project, stack, region, warnings } = deployment;
  const tree = treeOf(deployment);
  const components = tree.filter(({ resource }) => !resource.custom);
  const others = tree.filter(({ resource }) => resource.custom);
  const total = tree.reduce((sum, node) => sum + countOf(node), 0);
  return [
    `### ${text(`${project} ${stack}`)} in ${text(region)}: ${total} resources`,
    ...(warnings.length > 0 ? ["", ...warnings.map((warning) => `> **Warning:** ${text(warning)}`)] : []),
    ...components.flatMap((node) => [
      "",
      "<details>",
      `<summary><b>${text(node.resource.name)}</b> (${text(node.type)}, ${countOf(node)})</summary>`,
      "",
      ...table(node.children),
      "",
      "</details>",
    ]),
    ...(others.length > 0 ? ["", ...table(others)] : []),
    "",
    "| Output | Value |",
    "| --- | --- |",
    ...outputsOf(deployment).map(([name, value]) => `| ${text(name)} | ${text(value)} |`),
    "",
  ].join("\n");
}

function table(nodes: Node[]): string[] {
  return ["| Resource | Type | Inputs |", "| --- | --- | --- |", ...nodes.flatMap((node) => rowsOf(node, 0))];
}

function rowsOf({ resource, type, details, children }: Node, depth: number): string[] {
  // Leading blanks of a cell would be lost.
  const indent = "&emsp;".repeat(depth);
  return [
    `| ${indent}${text(resource.name)} | ${text(type)} | ${text(details.join(" · "))} |`,
    ...children.flatMap((child) => rowsOf(child, depth + 1)),
  ];
}

/** What a program names must not turn into a column, markup or a mention of somebody, nor turn the direction of what follows. */
export const text = (value: string): string =>
  visible(value)
    .replace(/\n/g, " ")
    .replace(/[&<>|*_`[\]\\$@~#]/g, (character) => `&#${character.charCodeAt(0)};`);
