/** Text on its way to a terminal or a log. */

/**
 * What a terminal obeys instead of showing it: the control characters of ASCII and Latin-1, and those of Unicode that turn the
 * direction of what follows (https://www.unicode.org/reports/tr9/, as in CVE-2021-42574) or begin a line.
 */
// eslint-disable-next-line no-control-regex -- that is what it is for
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text in which everything shows and nothing acts, line feeds and tabs left as they are; `\u001b` stands for Escape. */
export const visible = (text: string): string =>
  text.replace(obeyed, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

// eslint-disable-next-line no-control-regex -- that is what it is for
const color = /(\u001b\[[\d;]*m)/;

/** The same, but colours and other ways to write stay, and end with the text. */
export function visibleInColor(text: string): string {
  const parts = text.split(color);
  const shown = parts.map((part, i) => (i % 2 === 1 ? part : visible(part))).join("");
  return parts.length > 1 ? `${shown}\u001b[0m` : shown;
}
