/** Draws a placed diagram as SVG, for light and dark. */
import type { Box, Chip, Text } from "./boxes";
import { groupPadding, lineHeight } from "./boxes";
import type { Placed } from "./flow";
import type { Layout } from "./layout";
import type { Diagram, DiagramEdge, DiagramNode, EdgeKind } from "./elements";
import type { Point } from "./routing";
import { style } from "./style";
import { widthOf } from "./text";

const margin = 12;

/**
 * The whole document.
 *
 * @param live names every box, arrow and label, for a page that shows more on them; such a page has the style itself, and says
 *     what the colours mean
 */
export function toSvg({ title, description }: Diagram, layout: Layout, live = false): string {
  const width = layout.width + 2 * margin;
  const kinds = [...new Set(layout.edges.map(({ edge }) => edge.kind))];
  const guarded =
    layout.groups.some(({ group }) => group.kind === "security group") ||
    layout.nodes.some(({ node }) => node.guard !== undefined);
  const named: Named = live ? (name, value) => ` data-${name}="${escape(value)}"` : () => "";
  const legend = linesOf([...kinds, ...(guarded ? (["guarded"] as const) : [])], layout.width);
  const height = layout.height + 2 * margin + 8 + 24 * legend.length;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escape(title)}</title>`,
    `<desc id="description">${escape(description)}</desc>`,
    ...(live ? [] : [`<style>${style}</style>`]),
    "<defs>",
    ...kinds.map(arrowHead),
    "</defs>",
    `<rect class="page" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="12"/>`,
    `<g transform="translate(${margin} ${margin})">`,
    ...layout.groups.map(drawGroup),
    ...layout.edges.flatMap(({ edge, points }) => drawEdge(edge, points, named)),
    ...layout.edges.flatMap(({ edge, label }) => (label ? drawLabel(edge, label, named) : [])),
    ...layout.nodes.map((placed) => drawNode(placed.node, placed.box, placed, named)),
    ...legend.map((line, i) => drawLegend(line, layout.height + 26 + i * 24)),
    "</g>",
    "</svg>",
  ].join("\n")}\n`;
}

/** An attribute that names a part; empty for a picture that only is looked at. */
type Named = (name: string, value: string) => string;

const between = ({ from, to }: DiagramEdge): string => `${from}>${to}`;

const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

const arrowHead = (kind: EdgeKind): string =>
  `<marker id="head-${kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="head ${kind}" d="M0 0.5 8 4 0 7.5z"/></marker>`;

function drawGroup({ group, head, x, y, width, height }: Layout["groups"][number]): string {
  const top = y + height - head.height;
  return [
    `<g class="group ${group.kind.replace(" ", "-")}">`,
    `<rect class="frame" x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>`,
    `<text class="heading" x="${x + groupPadding}" y="${top + head.baseline}">${escape(group.title)}</text>`,
    ...head.chips.map((chip) => drawChip(chip, x, top)),
    "</g>",
  ].join("");
}

const drawChip = ({ text, own, width, height, ...at }: Chip, x: number, y: number): string =>
  [
    `<rect class="chip${own ? " own" : ""}" x="${x + at.x}" y="${y + at.y}" width="${width}" height="${height}" rx="${height / 2}"/>`,
    `<text class="label" x="${x + at.x + width / 2}" y="${y + at.y + height / 2 + 4}" text-anchor="middle">${escape(text)}</text>`,
  ].join("");

function drawNode(
  { id, kind, guard, owner, room = 0 }: DiagramNode,
  { texts, chips, rules }: Box,
  { x, y, width, height }: Placed,
  named: Named,
): string {
  const write = ({ x: left, y: baseline, text, font, tone }: Text): string =>
    `<text class="${font} ${tone}" x="${x + left}" y="${y + baseline}">${escape(text)}</text>`;
  return [
    `<g class="node ${kind}${guard ? " guarded" : ""}${owner?.own === false ? " shared" : ""}"${named("node", id)}${room > 0 ? named("room", String(room * lineHeight)) : ""}>`,
    `<rect class="box" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`,
    `<path class="accent" d="M${x + 6} ${y - 1}h${width - 12}a6 6 0 0 1 6 6v-2h-${width}v2a6 6 0 0 1 6-6z"/>`,
    ...rules.map(([at, top, bottom]) => `<path class="rule" d="M${x + at} ${y + top}V${y + bottom}"/>`),
    ...texts.map(write),
    ...chips.map((chip) => drawChip(chip, x, y)),
    "</g>",
  ].join("");
}

/** A line with rounded corners. */
function drawEdge(edge: DiagramEdge, points: readonly Point[], named: Named): string[] {
  const { kind } = edge;
  const [first, ...rest] = points;
  if (!first || rest.length === 0) return [];
  let path = `M${first.x} ${first.y}`;
  rest.forEach((corner, i) => {
    const next = rest[i + 1];
    if (!next) {
      path += `L${corner.x} ${corner.y}`;
      return;
    }
    const before = towards(corner, i === 0 ? first : rest[i - 1]!);
    const after = towards(corner, next);
    path += `L${before.x} ${before.y}Q${corner.x} ${corner.y} ${after.x} ${after.y}`;
  });
  return [
    `<path class="edge ${kind}"${named("arrow", between(edge))} d="${path}" marker-end="url(#head-${kind})"/>`,
  ];
}

/** The point a little way from a corner towards another point. */
function towards(corner: Point, other: Point): Point {
  const radius = 7;
  const length = Math.hypot(other.x - corner.x, other.y - corner.y);
  const part = Math.min(radius, length / 2) / (length || 1);
  const round = (value: number): number => Math.round(value * 100) / 100;
  return {
    x: round(corner.x + (other.x - corner.x) * part),
    y: round(corner.y + (other.y - corner.y) * part),
  };
}

function drawLabel(edge: DiagramEdge, { x, y, width, height }: Placed, named: Named): string[] {
  const { kind, label: text } = edge;
  const middle = `x="${x + width / 2}" y="${y + height / 2 + 4}" text-anchor="middle"`;
  return [
    `<rect class="plate"${named("label", between(edge))} x="${x}" y="${y}" width="${width}" height="${height}" rx="${height / 2}"/>`,
    `<text class="label ${kind}" ${middle}>${escape(text)}</text>`,
  ];
}

type Sample = EdgeKind | "guarded";

const meanings: Record<Sample, string> = {
  request: "a request's way",
  call: "a call within the VPC",
  discovery: "where tasks are found",
  control: "who runs tasks",
  egress: "what tasks reach",
  guarded: "a security group",
};

const entryWidth = (sample: Sample): number => 42 + widthOf(meanings[sample], "label");
const entryGap = 16;

/** The legend in as many lines as it needs. */
function linesOf(samples: readonly Sample[], width: number): Sample[][] {
  const lines: Sample[][] = [[]];
  let used = 0;
  for (const sample of samples) {
    const own = entryWidth(sample);
    if (used > 0 && used + own > width) {
      lines.push([]);
      used = 0;
    }
    lines.at(-1)!.push(sample);
    used += own + entryGap;
  }
  return lines;
}

function drawLegend(samples: readonly Sample[], y: number): string {
  let x = 0;
  return samples
    .map((sample) => {
      const drawn =
        sample === "guarded"
          ? `<g class="group security-group"><rect class="frame" x="${x}" y="${y - 8}" width="34" height="16" rx="4"/></g>`
          : `<path class="edge ${sample}" d="M${x} ${y}h34" marker-end="url(#head-${sample})"/>`;
      const text = `<text class="label soft" x="${x + 42}" y="${y + 4}">${meanings[sample]}</text>`;
      x += entryWidth(sample) + entryGap;
      return drawn + text;
    })
    .join("");
}
