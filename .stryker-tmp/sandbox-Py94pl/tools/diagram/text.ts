/**
 * How wide text becomes in a font that is not known here: whoever looks has another one. The widths are those of DejaVu Sans,
 * among the widest of the fonts that `system-ui` stands for, so that text never leaves its box.
 */
// @ts-nocheck


/** Sizes in pixels. */
export const fonts = {
  title: { size: 13, bold: true, mono: false },
  line: { size: 11.5, bold: false, mono: false },
  code: { size: 11.5, bold: false, mono: true },
  label: { size: 11, bold: false, mono: false },
  heading: { size: 12, bold: true, mono: false },
} as const;

export type Font = keyof typeof fonts;

/** Widths in parts of the font's size. */
const classes: [RegExp, number][] = [
  [/[ijlI.,:;'|!()[\]/ ]/, 0.36],
  [/[rtf\-{}"]/, 0.44],
  [/[mwMW@%]/, 0.98],
  [/[A-Z]/, 0.7],
  [/[→·–…]/, 0.8],
];

/** Width in pixels, rather too much than too little. */
export function widthOf(text: string, font: Font): number {
  const { size, bold, mono } = fonts[font];
  const width = [...text].reduce(
    (sum, character) =>
      sum + (mono ? 0.61 : (classes.find(([pattern]) => pattern.test(character))?.[1] ?? 0.62)),
    0,
  );
  return Math.ceil(width * size * (bold ? 1.08 : 1));
}

/** Text that fits, with an ellipsis where something is left out. */
export function fit(text: string, font: Font, width: number): string {
  if (widthOf(text, font) <= width) return text;
  let kept = [...text];
  while (kept.length > 0 && widthOf(`${kept.join("")}…`, font) > width) kept = kept.slice(0, -1);
  return `${kept.join("").trimEnd()}…`;
}
