// @ts-nocheck
import * as prettier from "prettier";

/**
 * A generated part of a Markdown file, between two markers.
 *
 * @returns the text with the part replaced; undefined when it has no such markers
 */
export function replaceSection(text: string, begin: string, end: string, part: string): string | undefined {
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) return undefined;
  return `${text.slice(0, from + begin.length)}\n\n${part.trim()}\n\n${text.slice(to)}`;
}

/** Formatted as `npm run format` wants it in this file, so that the two never disagree. */
export const formatMarkdown = async (part: string, file: string): Promise<string> =>
  prettier.format(part, { ...(await prettier.resolveConfig(file)), parser: "markdown" });
