/** What stands in each box, and how large the box must be for it. */
// @ts-nocheck

import type { DiagramGroup, DiagramNode, RouteGroup } from "./elements";
import { fit, fonts, widthOf, type Font } from "./text";

/** One text, relative to its box. */
export interface Text {
  x: number;
  /** Of the baseline. */
  y: number;
  text: string;
  font: Font;
  tone: "strong" | "plain" | "soft" | "guard" | "limit";
}

export interface Box {
  width: number;
  height: number;
  texts: Text[];
  /** Vertical lines between columns: x, top and bottom. */
  rules: [number, number, number][];
}

const padding = 12;
const lineHeight = 17;
/** Widest text in a box: longer ones are cut. */
const longest = 300;
/** Columns of routes beside each other. */
const columns = 3;
/** Rows of a column; of more routes the number is told. */
const rows = 8;

/** A node's box. */
export function boxOf(node: DiagramNode): Box {
  const title = fit(node.title, "title", longest);
  const texts: Text[] = [{ x: padding, y: 24, text: title, font: "title", tone: "strong" }];
  // The many small ones in one line.
  const inline = node.kind === "endpoint" && node.lines.length <= 1;
  node.lines.forEach((line, i) =>
    texts.push({
      x: inline ? padding + widthOf(title, "title") + 10 : padding,
      y: inline ? 24 : 42 + i * lineHeight,
      text: fit(line, "line", longest),
      font: "line",
      tone: "soft",
    }),
  );
  const head = 36 + (inline ? 0 : node.lines.length * lineHeight);
  const own =
    Math.max(60, ...texts.map(({ x, text, font }) => x + widthOf(text, font) - padding)) + 2 * padding;
  if (!node.routes || node.routes.length === 0) return { width: own, height: head, texts, rules: [] };

  const tables = node.routes.map(table);
  const rules: Box["rules"] = [];
  let [top, width] = [head + 2, own];
  for (let i = 0; i < tables.length; i += columns) {
    const line = tables.slice(i, i + columns);
    const height = Math.max(...line.map((column) => column.height));
    let left = padding;
    line.forEach((column, at) => {
      if (at > 0) rules.push([left - padding, top, top + height]);
      texts.push(...column.texts.map((text) => ({ ...text, x: text.x + left, y: text.y + top })));
      left += column.width + 2 * padding;
    });
    width = Math.max(width, left - padding);
    top += height + 10;
  }
  return { width, height: top + 4, texts, rules };
}

/** The routes of one service, each with what it asks for. */
function table({ service, routes }: RouteGroup): { width: number; height: number; texts: Text[] } {
  const heading = service === undefined ? "to nothing" : `to ${service}`;
  const texts: Text[] = [{ x: 0, y: 14, text: heading, font: "heading", tone: "plain" }];
  const shown = routes.slice(0, rows);
  const keys = shown.map(({ key }) => fit(key, "code", 220));
  const left = Math.max(0, ...keys.map((key) => widthOf(key, "code"))) + 12;
  shown.forEach(({ auth, limit }, i) => {
    const y = 14 + (i + 1) * lineHeight;
    texts.push({ x: 0, y, text: keys[i]!, font: "code", tone: "plain" });
    if (auth !== undefined)
      texts.push({ x: left, y, text: fit(auth, "label", 160), font: "label", tone: "guard" });
    const after = auth === undefined ? left : left + widthOf(auth, "label") + 12;
    if (limit !== undefined) texts.push({ x: after, y, text: limit, font: "label", tone: "limit" });
  });
  const more = routes.length - shown.length;
  if (more > 0)
    texts.push({
      x: 0,
      y: 14 + (rows + 1) * lineHeight,
      text: `and ${more} more`,
      font: "line",
      tone: "soft",
    });
  const width = Math.max(...texts.map(({ x, text, font }) => x + widthOf(text, font)));
  return { width, height: 14 + (shown.length + (more > 0 ? 1 : 0)) * lineHeight + 6, texts };
}

/** Space between a group's frame and its content. */
export const groupPadding = padding;
export const labelHeight = Math.ceil(fonts.label.size * 1.4);
const [chipHeight, chipGap] = [20, 8];

/** Title and chips of a group, relative to where its content ends. */
export interface Head {
  width: number;
  height: number;
  /** Baseline of the title. */
  baseline: number;
  chips: { x: number; y: number; width: number; height: number; text: string }[];
}

/** Lays the title and the chips out in lines, of which none is wider than it has to be. */
export function headOf({ title, chips }: DiagramGroup, widest: number): Head {
  let x = padding + widthOf(title, "heading") + 12;
  let [y, width] = [7, x];
  const placed = chips.map((text) => {
    const own = widthOf(text, "label") + 10;
    if (x > padding && x + own > padding + widest) [x, y] = [padding, y + chipHeight + 5];
    const chip = { x, y, width: own, height: chipHeight, text };
    x += own + chipGap;
    width = Math.max(width, chip.x + own);
    return chip;
  });
  return { width: width - padding, height: y + chipHeight + 8, baseline: 21, chips: placed };
}
