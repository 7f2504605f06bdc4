/**
 * Left-aligned columns; a column of numbers, or of numbers and `–`, to the right.
 *
 * @param headings how many of the first rows name the columns instead of filling them
 */
// @ts-nocheck

export function columns(rows: readonly (readonly string[])[], headings = 0): string[] {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]!.length))) ?? [];
  const numeric = widths.map((_, i) =>
    rows.slice(headings).every((row) => /^(–|[\d,]*(\.\d+)?)$/.test(row[i]!)),
  );
  return rows.map((row) =>
    row
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join("  ")
      .trimEnd(),
  );
}
