import { z } from "zod";
import type { Field } from "./described";
import { isCredentials, isSecret, shown } from "./printed";

/** What to write in the place of a value that does not fit, as far as the value itself tells what was meant. */

/** @param described what the schema says of the field; `value` stands where it belongs */
export function fixOf(
  issue: z.core.$ZodIssue,
  path: string,
  value: unknown,
  described: Field | undefined,
): string {
  if (isSecret(path) || isCredentials(path))
    return "give the full ARN; the value itself never belongs in the configuration";
  const meant =
    issue.code === "invalid_type" || issue.code === "invalid_union" ? meantBy(value, described) : undefined;
  if (meant !== undefined) return `write ${meant}`;
  const written = issue.code === "invalid_value" ? likeOneOf(value, described?.enum) : undefined;
  if (written !== undefined) return `write ${written}`;
  const standard = described?.default;
  return standard === undefined || typeof standard === "object"
    ? "use an allowed value"
    : `use an allowed value, or leave it out for ${shown(standard)}`;
}

/** A value of another type than the field's, as the field would have it. */
function meantBy(value: unknown, described: Field | undefined): string | undefined {
  if (Array.isArray(value)) return mapOf(value, described);
  if (!["string", "number", "boolean"].includes(typeof value)) return undefined;
  const scalar = value as string | number | boolean;
  const types = new Set([described, ...(described?.anyOf ?? [])].map((field) => field?.type));
  // YAML reads 4, 1.10 and true as something else than text, and what is quoted as text.
  if (types.has("string"))
    return typeof scalar === "string" ? undefined : `${shown(String(scalar))}, in quotes`;
  if (types.has("integer") || types.has("number")) return numberIn(scalar, described);
  if (types.has("boolean")) return truth(scalar);
  if (types.has("array")) return listOf(scalar, described);
  return objectFor(scalar, described);
}

function numberIn(value: string | number | boolean, described: Field | undefined): string | undefined {
  if (typeof value !== "string" || !/^\d/.test(value)) return undefined;
  if (!/^\d{1,9}(\.\d+)?$/.test(value)) return "a number, without a unit";
  const { minimum = -Infinity, maximum = Infinity, type } = described ?? {};
  const number = Number(value);
  const fits = number >= minimum && number <= maximum && (type !== "integer" || Number.isInteger(number));
  return fits ? `${number}, without quotes` : undefined;
}

/** What YAML 1.1 took for a truth value, and YAML 1.2 takes for text. */
function truth(value: string | number | boolean): string | undefined {
  if (/^(true|yes|on|y|1)$/i.test(String(value))) return "true";
  return /^(false|no|off|n|0)$/i.test(String(value)) ? "false" : undefined;
}

/** The list that a single value stands for. */
function listOf(value: string | number | boolean, described: Field | undefined): string | undefined {
  const { items, allowed = "" } = described ?? {};
  if (typeof value !== "string" || value.trim() === "") return undefined;
  if (allowed.startsWith('["CMD"')) return whole(["CMD-SHELL", value]);
  if (/^\[program|^list of words$/.test(allowed)) return whole(wordsOf(value));
  if (items?.type === "string") return whole([value]);
  const item = objectFor(value, items);
  return item === undefined ? undefined : `[${item}]`;
}

/** What a shell would make of it, by a shell where it takes one. */
const wordsOf = (line: string): string[] =>
  /["'`$&|;<>()*?\\~#{}]|^\w+=/.test(line) ? ["sh", "-c", line] : line.trim().split(/\s+/);

/** Docker's and Compose's list of `NAME=value`. */
function mapOf(values: readonly unknown[], described: Field | undefined): string | undefined {
  const { additionalProperties: inner } = described ?? {};
  if (typeof inner !== "object" || inner.type !== "string" || values.length === 0) return undefined;
  const pairs = values.map((value) => /^([\w.-]+)=(.+)$/s.exec(typeof value === "string" ? value : ""));
  if (pairs.some((pair) => pair === null)) return undefined;
  return braces(pairs.map((pair) => [pair?.[1] ?? "", whole(pair?.[2])]));
}

/** The object that a single value stands for: with the value as its first key that must be there, or as the only one of its type. */
function objectFor(value: string | number | boolean, described: Field | undefined): string | undefined {
  const { properties = {}, required = [], allowed = "" } = described ?? {};
  const keys = Object.keys(properties);
  const [first, ...others] = keys.filter((key) => required.includes(key));
  if (first === undefined) {
    const [only, another] = keys.filter((key) => properties[key]?.type === typeof value);
    return only === undefined || another !== undefined ? undefined : braces([[only, whole(value)]]);
  }
  const field = properties[first];
  if (field?.type === "array") return braces([[first, listOf(value, field)], ...others.map(toFill)]);
  if (field?.type !== typeof value) return undefined;
  // An example of the schema's holds more than what must be there: what a first plan would ask for next.
  const [, example] = new RegExp(`such as \\{ ${first}: [^,}]+(.*\\})$`).exec(allowed) ?? [];
  if (example !== undefined) return `{ ${first}: ${shown(value)}${example}`;
  return `{ ${[`${first}: ${shown(value)}`, ...others.map(toFill).map((pair) => pair.join(": "))].join(", ")} }`;
}

const toFill = (key: string): [string, string] => [key, "…"];

/** Undefined where one of its values is. */
const braces = (pairs: readonly (readonly [string, string | undefined])[]): string | undefined =>
  pairs.some(([, value]) => value === undefined)
    ? undefined
    : `{ ${pairs.map(([key, value]) => `${key}: ${value}`).join(", ")} }`;

/** Undefined for what would be shown shortened or not at all: nobody can copy that. */
function whole(value: unknown): string | undefined {
  const text = shown(value);
  return text === JSON.stringify(value) ? text : undefined;
}

/** The one of a few words that it is but for capitals, hyphens and blanks. */
function likeOneOf(value: unknown, words: readonly unknown[] = []): string | undefined {
  const plain = (word: unknown): string =>
    String(word)
      .toLowerCase()
      .replace(/[\s_-]/g, "");
  const found = typeof value === "string" ? words.find((word) => plain(word) === plain(value)) : undefined;
  return found === undefined ? undefined : shown(found);
}
