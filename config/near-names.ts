import { Problem, Said } from "./problems";
import { asWritten, calledHere, instead } from "./words";

/** What somebody meant who wrote a key that there is none of. */

const plain = (key: string): string => key.toLowerCase().replace(/[^a-z0-9]/g, "");

/** An unknown key is an error that names the one that was meant: nothing is silently ignored. */
export function unknownKey(path: string, key: string, known: readonly string[]): Problem {
  const meant = meantBy(key, known);
  return {
    path,
    got: new Said("unknown key"),
    allowed: known.join(", "),
    fix:
      meant === undefined
        ? (own(instead, plain(key)) ?? "take it out")
        : `write ${howWritten(meant, plain(key))}`,
  };
}

/** The one of the known keys that was meant, where that can be told. */
export function meantBy(key: string, known: readonly string[]): string | undefined {
  const word = plain(key);
  const same = known.find((candidate) => plain(candidate) === word);
  if (same !== undefined) return same;
  const called = own(calledHere, word)?.find((candidate) => known.includes(candidate));
  if (called !== undefined) return called;
  // A word that means something is no slip of the pen.
  const isWord = own(calledHere, word) !== undefined || own(instead, word) !== undefined;
  return isWord ? undefined : nearest(key, known);
}

/** The key alone, or with what its value looks like where that differs from what stood there. */
function howWritten(meant: string, word: string): string {
  const example = own(asWritten, word);
  return example?.startsWith(`${meant}:`) ? `\`${example}\`` : meant;
}

const own = <T>(table: Readonly<Record<string, T>>, word: string): T | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined;

/**
 * The nearest within a quarter of its letters, or with another ending. Of a short word everything is near: there two letters may be swapped, or one is
 * left out inside or is the s of a plural.
 */
function nearest(key: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const [short, long] = [key.length, candidate.length].sort((a, b) => a - b) as [number, number];
    const isShort = short < 5;
    const limit = isShort ? 1 : Math.min(3, Math.floor(short / 4));
    const isStem = short > 4 && long - short <= 3 && (candidate.startsWith(key) || key.startsWith(candidate));
    if (!isStem && long - short > limit) continue;
    if (isShort && !isSwap(key, candidate) && !isShortened(key, candidate)) continue;
    const edits = distance(key, candidate);
    if ((!isStem && edits > limit) || edits >= least) continue;
    best = candidate;
    least = edits;
  }
  return best;
}

/** Whether one is the other without a letter inside, or without its plural. */
function isShortened(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short === "" || long.length !== short.length + 1) return false;
  return long === `${short}s` || (short[0] === long[0] && short.at(-1) === long.at(-1));
}

/** Whether both have the same letters. */
const isSwap = (a: string, b: string): boolean => [...a].sort().join("") === [...b].sort().join("");

/** Fewest letters to add, take out, change, or swap with the next. Each pair of neighbours is swapped once at most. */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : Infinity;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, changed, swapped));
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
