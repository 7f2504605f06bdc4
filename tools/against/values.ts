import { same } from "../../simulate/changes";
import { show } from "../plan/values";
import { Deployed } from "./deployed";
import { Step } from "./update";

/** How much of a value is shown. */
const longest = 48;
const most = 3;

/**
 * What changes in an input, leaf by leaf: `desiredCount 1 → 2`, `containerDefinitions.flask.environment.MODE a → b`.
 *
 * @param named what a resource is called, by URN
 */
export function changeTexts(step: Step, named: (urn: string) => string): string[] {
  const { resource, before, changed } = step;
  return changed.flatMap((input) => {
    if (input === "tagsAll") return ["tags of the provider"];
    if (input === "provider") return ["its provider"];
    const leaves = differences(input, shownOf(before, input, named), shownOf(resource, input, named));
    if (leaves.length > 0)
      return [
        ...leaves.slice(0, most),
        ...(leaves.length > most ? [`and ${leaves.length - most} more in ${input}`] : []),
      ];
    const urns = resource.references[input] ?? [];
    return [`${input} → new ${urns.map(named).join(", ")}`];
  });
}

/** A value; instead of an id, which stands for one that only AWS can tell, the name of what it is of. */
function shownOf(resource: Deployed | undefined, input: string, named: (urn: string) => string): unknown {
  const value = resource?.inputs[input];
  const [urn, ...others] = resource?.references[input] ?? [];
  return typeof value === "string" && !/^[[{]/.test(value) && urn !== undefined && others.length === 0
    ? named(urn)
    : value;
}

/** One line for each leaf that differs. */
function differences(path: string, before: unknown, after: unknown): string[] {
  const [was, is] = [parsed(before), parsed(after)];
  if (same(was, is)) return [];
  const [a, b] = [fieldsOf(was), fieldsOf(is)];
  if (!a || !b) return [`${path} ${pair(was, is).join(" → ")}`];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
    differences(`${path}.${key}`, a[key], b[key]),
  );
}

/** Fields of an object, and of a list by the names that its elements have. */
function fieldsOf(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!Array.isArray(value)) return value as Record<string, unknown>;
  const named = value.map((element: unknown): [string | undefined, unknown] => {
    const { name, Sid, ...rest } = (Object(element) ?? {}) as Record<string, unknown>;
    const key = name ?? Sid;
    const only = Object.keys(rest).length === 1 && "value" in rest ? rest.value : element;
    return [typeof key === "string" ? key : undefined, only];
  });
  if (named.length === 0 || named.some(([key]) => key === undefined)) return undefined;
  return Object.fromEntries(named as [string, unknown][]);
}

/** Policies and containers are sent as text. */
function parsed(value: unknown): unknown {
  if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** How much of what both have is shown before they differ. */
const shared = 12;

/** Both values; of long ones the part that differs. */
function pair(was: unknown, is: unknown): string[] {
  const texts = [was, is].map((value) => (value === undefined ? "nothing" : show(value) || "empty"));
  const [a, b] = texts as [string, string];
  const differ = [...a].findIndex((character, i) => character !== b[i]);
  const from = texts.some(({ length }) => length > longest) ? (differ < 0 ? a.length : differ) - shared : 0;
  return texts.map((text) => {
    const rest = from > 0 ? `…${text.slice(from)}` : text;
    return rest.length > longest ? `${rest.slice(0, longest - 1)}…` : rest;
  });
}
