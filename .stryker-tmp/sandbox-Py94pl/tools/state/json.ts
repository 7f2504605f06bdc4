/**
 * JSON in which every reader finds the same. Go and JavaScript differ on a key that is written twice: of two objects the one
 * takes the second, the other both.
 *
 * @throws Error that says why it is none
 */
// @ts-nocheck

export function readJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const open: (Set<string> | undefined)[] = [];
  let key: string | undefined;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token !== ":") key = token;
    else {
      const name = JSON.parse(key!) as string;
      const known = open.at(-1)!;
      if (known.has(name)) throw new Error(`It has the key ${JSON.stringify(name)} twice in one object.`);
      known.add(name);
    }
  }
  return value;
}

export type Fields = Record<string, unknown>;

export const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value for a line of text, which it cannot leave: GitHub takes a line that begins with `::` for a command. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
