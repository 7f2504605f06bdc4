/** Draws a placed diagram as SVG, for light and dark. */
import type { Box, Text } from "./boxes";
import { groupPadding } from "./boxes";
import type { Placed } from "./flow";
import type { Layout } from "./layout";
import type { Diagram, EdgeKind } from "./elements";
import type { Point } from "./routing";
import { style } from "./style";
import { widthOf } from "./text";

const margin = 12;
const legendHeight = 32;

/** The whole document. */
export function toSvg({ title, description, edges }: Diagram, layout: Layout): string {
  const width = layout.width + 2 * margin;
  const height = layout.height + 2 * margin + legendHeight;
  const kinds = [...new Set(edges.map(({ kind }) => kind))];
  const guarded = layout.groups.some(({ group }) => group.kind === "security group");
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escape(title)}</title>`,
    `<desc id="description">${escape(description)}</desc>`,
    `<style>${style}</style>`,
    "<defs>",
    ...kinds.map(arrowHead),
    "</defs>",
    `<rect class="page" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="12"/>`,
    `<g transform="translate(${margin} ${margin})">`,
    ...layout.groups.map(drawGroup),
    ...layout.edges.flatMap(({ edge, points }) => drawEdge(edge.kind, points)),
    ...layout.edges.flatMap(({ edge, label }) => (label ? drawLabel(edge.kind, edge.label, label) : [])),
    ...layout.nodes.map((placed) => drawNode(placed.node.kind, placed.box, placed)),
    drawLegend(kinds, guarded, layout.height + 26),
    "</g>",
    "</svg>",
  ].join("\n")}\n`;
}

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
    ...head.chips.flatMap((chip) => [
      `<rect class="chip" x="${x + chip.x}" y="${top + chip.y}" width="${chip.width}" height="${chip.height}" rx="${chip.height / 2}"/>`,
      `<text class="label" x="${x + chip.x + chip.width / 2}" y="${top + chip.y + 14}" text-anchor="middle">${escape(chip.text)}</text>`,
    ]),
    "</g>",
  ].join("");
}

function drawNode(kind: string, { texts, rules }: Box, { x, y, width, height }: Placed): string {
  const write = ({ x: left, y: baseline, text, font, tone }: Text): string =>
    `<text class="${font} ${tone}" x="${x + left}" y="${y + baseline}">${escape(text)}</text>`;
  return [
    `<g class="node ${kind}">`,
    `<rect class="box" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`,
    `<path class="accent" d="M${x + 6} ${y}h${width - 12}a6 6 0 0 1 6 6v-2.5h-${width}v2.5a6 6 0 0 1 6-6z"/>`,
    ...rules.map(([at, top, bottom]) => `<path class="rule" d="M${x + at} ${y + top}V${y + bottom}"/>`),
    ...texts.map(write),
    "</g>",
  ].join("");
}

/** A line with rounded corners. */
function drawEdge(kind: EdgeKind, points: readonly Point[]): string[] {
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
  return [`<path class="edge ${kind}" d="${path}" marker-end="url(#head-${kind})"/>`];
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

function drawLabel(kind: EdgeKind, text: string, { x, y, width, height }: Placed): string[] {
  const middle = `x="${x + width / 2}" y="${y + height / 2 + 4}" text-anchor="middle"`;
  return [
    `<rect class="plate" x="${x}" y="${y}" width="${width}" height="${height}" rx="${height / 2}"/>`,
    `<text class="label ${kind}" ${middle}>${escape(text)}</text>`,
  ];
}

const meanings: Record<EdgeKind, string> = {
  request: "a request's way",
  call: "a call within the VPC",
  discovery: "where tasks are looked up",
  egress: "what tasks reach",
};

function drawLegend(kinds: readonly EdgeKind[], guarded: boolean, y: number): string {
  let x = 0;
  const entry = (sample: (x: number) => string, meaning: string): string => {
    const drawn = `${sample(x)}<text class="label soft" x="${x + 42}" y="${y + 4}">${meaning}</text>`;
    x += 42 + widthOf(meaning, "label") + 20;
    return drawn;
  };
  const arrow = (kind: EdgeKind) => (at: number) =>
    `<path class="edge ${kind}" d="M${at} ${y}h34" marker-end="url(#head-${kind})"/>`;
  const frame = (at: number): string =>
    `<g class="security-group"><rect class="frame" x="${at}" y="${y - 8}" width="34" height="16" rx="4"/></g>`;
  return [
    ...kinds.map((kind) => entry(arrow(kind), meanings[kind])),
    ...(guarded ? [entry(frame, "a security group")] : []),
  ].join("");
}
