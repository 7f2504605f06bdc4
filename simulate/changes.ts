import { autonamed, doesReplace } from "../rules/replacement";
import { taggable } from "./tags";

/** What a change of a resource's inputs means, as Pulumi's bridge to the upstream provider sees it. */

type Values = Record<string, unknown>;

export interface InputChange {
  /** Whether this change makes a new resource. */
  replaces: boolean;
  added: boolean;
  removed: boolean;
}

/**
 * The inputs that changed.
 *
 * @throws Error for an input that rules/replacement.ts does not know
 */
export function changedInputs(
  type: string,
  before: Values,
  after: Values,
  ignored: readonly string[] = [],
): Map<string, InputChange> {
  const changed = new Map<string, InputChange>();
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (ignored.includes(key) || same(before[key], after[key])) continue;
    changed.set(key, {
      replaces: doesReplace(type, key, before[key], after[key], after),
      added: before[key] === undefined,
      removed: after[key] === undefined,
    });
  }
  return changed;
}

/**
 * Whether a replacement deletes first, unless the program says otherwise: the new one could not exist beside one of the same
 * name. See {@link autonamed}.
 */
export const deletesFirst = (type: string, named: boolean): boolean => named && autonamed.includes(type);

/** All tags of a resource, its own over its provider's; none for a type that takes none. */
export const allTags = (type: string, defaults: Values, own: Values | undefined): Values | undefined =>
  taggable(type) ? { ...defaults, ...own } : undefined;

/**
 * Equal as the provider sees it: what is null is absent, and lists have no order, because the provider's schema has a set
 * wherever a resource of ours has more than one element.
 */
export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((inner) => JSON.stringify(sorted(inner))).sort();
  if (typeof value !== "object" || value === null) return value ?? undefined;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null && inner !== undefined)
      .sort(([first], [second]) => (first < second ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
