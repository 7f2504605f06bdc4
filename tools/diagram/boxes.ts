/** What stands in each box, and how large the box must be for it. */
import type { DiagramGroup, DiagramNode, Guard, Owner, RouteGroup } from "./elements";
import { admission } from "./guard";
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

/** A short fact with a border of its own. */
export interface Chip {
  x: number;
  y: number;
  width: number;
  height: number;
  text: string;
  /** Whether it names the stack that is drawn. */
  own: boolean;
}

export interface Box {
  width: number;
  height: number;
  texts: Text[];
  chips: Chip[];
  /** Vertical lines between columns: x, top and bottom. */
  rules: [number, number, number][];
}

const padding = 12;
export const lineHeight = 17;
/** Widest text in a box: longer ones are cut. */
const longest = 300;
/** Rows of a column; of more routes the number is told. */
const rows = 8;

/** How much there is room for. */
export interface Room {
  /** Columns of routes beside each other. */
  columns: number;
  /** Whether what a route asks for stands beside its key, and not below. */
  beside: boolean;
}

export const belonging = ({ stack }: Owner): string => `of ${stack}`;

export const guardLines = ({ groups, admits }: Guard): string[] => [
  `group ${groups.join(", ")}`,
  admission(admits),
];

/** All that stands beside a group's title. */
export const chipsOf = ({ chips, guard, owner }: DiagramGroup): string[] => [
  ...chips,
  ...(guard ? [...guard.groups, admission(guard.admits)] : []),
  ...(owner ? [belonging(owner)] : []),
];

/** A node's box. */
export function boxOf(node: DiagramNode, { columns, beside }: Room): Box {
  const title = fit(node.title, "title", longest);
  const texts: Text[] = [{ x: padding, y: 24, text: title, font: "title", tone: "strong" }];
  // The many small ones in one line.
  const inline = node.kind === "endpoint" && node.lines.length <= 1 && node.guard === undefined;
  node.lines.forEach((line, i) =>
    texts.push({
      x: inline ? padding + widthOf(title, "title") + 10 : padding,
      y: inline ? 24 : 42 + i * lineHeight,
      text: fit(line, "line", longest),
      font: "line",
      tone: "soft",
    }),
  );
  const firstLine = texts.filter(({ y }) => y === 24);
  const chips = chipBeside(
    node.owner,
    Math.max(...firstLine.map(({ x, text, font }) => x + widthOf(text, font))),
    24,
  );
  let head = 36 + (inline ? 0 : node.lines.length * lineHeight);
  if (node.guard) {
    guardLines(node.guard).forEach((line, i) =>
      texts.push({
        x: padding,
        y: head + 12 + i * lineHeight,
        text: fit(line, "label", longest),
        font: "label",
        tone: "guard",
      }),
    );
    head += 4 + 2 * lineHeight;
  }
  head += (node.room ?? 0) * lineHeight;
  const own =
    Math.max(
      60,
      ...texts.map(({ x, text, font }) => x + widthOf(text, font) - padding),
      ...chips.map(({ x, width }) => x + width - padding),
    ) +
    2 * padding;
  if (!node.routes || node.routes.length === 0) return { width: own, height: head, texts, chips, rules: [] };

  const tables = node.routes.map((group) => table(group, beside));
  const rules: Box["rules"] = [];
  let [top, width] = [head + 2, own];
  for (let i = 0; i < tables.length; i += columns) {
    const line = tables.slice(i, i + columns);
    const height = Math.max(...line.map((column) => column.height));
    let left = padding;
    line.forEach((column, at) => {
      if (at > 0) rules.push([left - padding, top, top + height]);
      texts.push(...column.texts.map((text) => ({ ...text, x: text.x + left, y: text.y + top })));
      chips.push(...column.chips.map((chip) => ({ ...chip, x: chip.x + left, y: chip.y + top })));
      left += column.width + 2 * padding;
    });
    width = Math.max(width, left - padding);
    top += height + 10;
  }
  return { width, height: top + 4, texts, chips, rules };
}

/** Whose something is, beside its title; nothing where all is one stack's. */
function chipBeside(owner: Owner | undefined, end: number, baseline: number): Chip[] {
  if (!owner) return [];
  const text = belonging(owner);
  const width = widthOf(text, "label") + 10;
  return [{ x: end + 8, y: baseline - 14, width, height: chipHeight - 2, text, own: owner.own }];
}

/** The routes of one service, each with what it asks for. */
function table(
  { service, owner, routes }: RouteGroup,
  beside: boolean,
): { width: number; height: number; texts: Text[]; chips: Chip[] } {
  const heading = service === undefined ? "to nothing" : `to ${service}`;
  const texts: Text[] = [{ x: 0, y: 14, text: heading, font: "heading", tone: "plain" }];
  const chips = chipBeside(owner, widthOf(heading, "heading"), 14);
  const shown = routes.slice(0, rows);
  const keys = shown.map(({ key }) => fit(key, "code", 220));
  const left = beside ? Math.max(0, ...keys.map((key) => widthOf(key, "code"))) + 12 : 12;
  let y = 14;
  shown.forEach(({ auth, limit }, i) => {
    y += lineHeight;
    texts.push({ x: 0, y, text: keys[i]!, font: "code", tone: "plain" });
    if (!beside && (auth !== undefined || limit !== undefined)) y += lineHeight - 2;
    const proof = auth === undefined ? undefined : fit(auth, "label", 220);
    if (proof !== undefined) texts.push({ x: left, y, text: proof, font: "label", tone: "guard" });
    const after = proof === undefined ? left : left + widthOf(proof, "label") + 12;
    if (limit !== undefined) texts.push({ x: after, y, text: limit, font: "label", tone: "limit" });
  });
  const more = routes.length - shown.length;
  if (more > 0) {
    y += lineHeight;
    texts.push({ x: 0, y, text: `and ${more} more`, font: "line", tone: "soft" });
  }
  const width = Math.max(
    ...texts.map(({ x, text, font }) => x + widthOf(text, font)),
    ...chips.map((chip) => chip.x + chip.width),
  );
  return { width, height: y + 6, texts, chips };
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
  chips: Chip[];
}

/** Lays the title and the chips out in lines, of which none is wider than it has to be. */
export function headOf(group: DiagramGroup, widest: number): Head {
  const { title, owner } = group;
  let x = padding + widthOf(title, "heading") + 12;
  let [y, width] = [7, x];
  const placed = chipsOf(group).map((text) => {
    const own = widthOf(text, "label") + 10;
    if (x > padding && x + own > padding + widest) [x, y] = [padding, y + chipHeight + 5];
    const chip = {
      x,
      y,
      width: own,
      height: chipHeight,
      text,
      own: owner?.own === true && text === belonging(owner),
    };
    x += own + chipGap;
    width = Math.max(width, chip.x + own);
    return chip;
  });
  return { width: width - padding, height: y + chipHeight + 8, baseline: 21, chips: placed };
}
