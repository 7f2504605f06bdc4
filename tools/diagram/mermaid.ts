/** Draws a diagram as a Mermaid flowchart, which GitHub shows in comments (https://mermaid.js.org/syntax/flowchart.html). */
import { belonging, chipsOf, guardLines } from "./boxes";
import type { Diagram, DiagramGroup, DiagramNode, EdgeKind, Owner } from "./elements";

const arrows: Record<EdgeKind, string> = {
  request: "==>",
  call: "==>",
  discovery: "-.->",
  control: "-.->",
  egress: "-->",
};

/** The flowchart, without a fence around it. */
export function toMermaid({ title, nodes, groups, edges }: Diagram): string {
  const ids = new Map([...nodes, ...groups].map(({ id }, i) => [id, `n${i}`]));
  const nodesIn = (parent: string | undefined, indent: string): string[] =>
    nodes.filter(({ group }) => group === parent).map((node) => `${indent}${ids.get(node.id)}${shape(node)}`);
  const groupsIn = (parent: string | undefined, indent: string): string[] =>
    groups
      .filter((group) => group.parent === parent)
      .flatMap((group) => [
        `${indent}subgraph ${ids.get(group.id)} [${quote(heading(group))}]`,
        ...nodesIn(group.id, `${indent}  `),
        ...groupsIn(group.id, `${indent}  `),
        `${indent}end`,
      ]);
  return `${[
    "---",
    `title: ${JSON.stringify(title)}`,
    "---",
    "flowchart TD",
    ...nodesIn(undefined, "  "),
    ...groupsIn(undefined, "  "),
    ...edges.map(({ kind, from, to, label }) => {
      const text = label === "" ? "" : `|${quote(label)}|`;
      return `  ${ids.get(from)} ${arrows[kind]}${text} ${ids.get(to)}`;
    }),
  ].join("\n")}\n`;
}

const heading = (group: DiagramGroup): string => [group.title, ...chipsOf(group)].join(" · ");

function shape({ kind, title, lines, guard, owner, routes = [] }: DiagramNode): string {
  const whose = (whom: Owner | undefined): string => (whom ? ` · ${belonging(whom)}` : "");
  const table = routes.flatMap(({ service, owner: routed, routes: all }) => [
    `to ${service ?? "nothing"}${whose(routed)}:`,
    ...all.map(({ key, auth, limit }) =>
      [key, ...[auth, limit].filter((fact) => fact !== undefined)].join(" · "),
    ),
  ]);
  const text = quote(
    [`${title}${whose(owner)}`, ...lines, ...(guard ? guardLines(guard) : []), ...table].join("\n"),
  );
  return kind === "client" || kind === "internet"
    ? `([${text}])`
    : kind === "registry"
      ? `[(${text})]`
      : `[${text}]`;
}

/** A label in quotes; Mermaid reads entity codes in it, and a break as a new line. */
const quote = (text: string): string =>
  `"${text.replace(/[#"<>&{}]/g, (character) => `#${character.charCodeAt(0)};`).replaceAll("\n", "<br>")}"`;
