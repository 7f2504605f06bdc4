/** Text in columns, for people: at the width of their terminal where that is known. */

/** Columns are kept apart by this. */
const gap = 2;
/** No column of text becomes narrower than this, or than its words where those are shorter. */
const narrowest = 12;

export interface Layout {
  /** How many of the first rows name the columns instead of filling them. */
  headings?: number;
  /** Characters that a line may have; none is folded without. */
  width?: number;
}

/**
 * Left-aligned columns; a column of numbers, or of numbers and `–`, to the right. Where they are wider than a line may be,
 * the widest are folded: a cell then goes on in the next line, indented.
 */
export function columns(
  rows: readonly (readonly string[])[],
  { headings = 0, width = Infinity }: Layout = {},
): string[] {
  const all = rows[0]?.map((_, i) => rows.map((row) => row[i]!)) ?? [];
  const numeric = all.map((cells) =>
    cells.slice(headings).every((cell) => /^(–|(≥ )?[\d,]*(\.\d+)?)$/.test(cell)),
  );
  const widths = fitted(
    all.map((cells) => widest(cells)),
    // Numbers are never folded, their headings are.
    all.map((cells, i) =>
      numeric[i]
        ? Math.max(widest(cells.slice(headings)), widest(cells.slice(0, headings).flatMap(words)))
        : // With the indentation of further lines.
          Math.min(widest(cells), Math.max(narrowest, Math.min(20, widest(cells.flatMap(words))) + 4)),
    ),
    numeric,
    width,
  );
  return rows.flatMap((row, r) => {
    const folded = row.map((cell, i) => wrap(cell, widths[i]!, numeric[i] ? 0 : 2));
    const height = Math.max(1, ...folded.map(({ length }) => length));
    // Headings stand on what they head.
    const cells = folded.map((lines) =>
      r < headings ? [...Array<string>(height - lines.length).fill(""), ...lines] : lines,
    );
    return Array.from({ length: height }, (_, line) =>
      cells
        .map((lines, i) => {
          const text = lines[line] ?? "";
          return numeric[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!);
        })
        .join(" ".repeat(gap))
        .trimEnd(),
    );
  });
}

/** Headings of numbers shrink first, then the widest, each down to its least; what still does not fit stays too wide. */
function fitted(
  widths: number[],
  least: readonly number[],
  numeric: readonly boolean[],
  width: number,
): number[] {
  const sum = (): number => widths.reduce((total, one) => total + one, gap * (widths.length - 1));
  for (const kind of [true, false]) {
    while (sum() > width) {
      const shrinkable = widths.map((one, i) => (numeric[i] === kind && one > least[i]! ? one : 0));
      const most = Math.max(0, ...shrinkable);
      if (most === 0) break;
      widths[shrinkable.indexOf(most)]!--;
    }
  }
  return widths;
}

/**
 * A text in lines of a width. Breaks at blanks, and within a word that is longer than a line after `/`, `.`, `-`, `_`, `:` or
 * `,`, else anywhere.
 *
 * @param hang how far to the right of the first the further lines stand
 */
export function wrap(text: string, width: number, hang = 2): string[] {
  if (text.length <= width) return [text];
  const indent = /^ */.exec(text)![0];
  const hanging = indent + (indent.length + hang < width / 2 ? " ".repeat(hang) : "");
  const lines: string[] = [];
  let line = indent;
  for (const word of words(text).flatMap((one) => pieces(one, width - hanging.length))) {
    const isFirst = line.trim() === "";
    const joint = isFirst || word.joins ? "" : " ";
    if (isFirst || line.length + joint.length + word.text.length <= width) line += joint + word.text;
    else {
      lines.push(line);
      line = hanging + word.text;
    }
  }
  return [...lines, line];
}

/** Each line of a text in lines of a width. */
export const wrapLines = (text: string, width: number, hang?: number): string =>
  text
    .split("\n")
    .flatMap((line) => wrap(line, width, hang))
    .join("\n");

/** Details that ` · ` keeps apart, in lines: whole ones as long as they fit, and a longer one folded. */
export function folded(details: string, width: number): string[] {
  if (details === "") return [];
  const lines: string[] = [];
  for (const detail of details.split(" · ")) {
    const last = lines.at(-1);
    const joined = last === undefined ? detail : `${last} · ${detail}`;
    if (joined.length <= width) lines.splice(-1, 1, joined);
    else lines.push(...wrap(detail, width));
  }
  return lines;
}

/** A word in parts that fit a line; `joins` where no blank stood before it. */
function pieces(word: string, width: number): { text: string; joins: boolean }[] {
  if (word.length <= width) return [{ text: word, joins: false }];
  const found: { text: string; joins: boolean }[] = [];
  for (let rest = word; rest !== "";) {
    const part = rest.slice(0, width);
    const end =
      rest.length <= width
        ? rest.length
        : Math.max(...[..."/.-_:,"].map((mark) => part.lastIndexOf(mark))) + 1;
    const taken = rest.slice(0, end > width / 3 ? end : width);
    found.push({ text: taken, joins: found.length > 0 });
    rest = rest.slice(taken.length);
  }
  return found;
}

const words = (text: string): string[] => text.split(" ").filter((word) => word !== "");
const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(({ length }) => length));
