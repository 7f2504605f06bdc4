// @ts-nocheck
import { autonamed, doesReplace, unclassified } from "../../../rules/replacement";

/**
 * What Pulumi's bridge puts between the engine and an upstream provider: names that it generates, and what a change of
 * inputs means. https://github.com/pulumi/pulumi-terraform-bridge
 */

export type Values = Record<string, unknown>;

/** Lists the inputs that were not the program's: pkg/tfbridge/names.go, pkg/reservedkeys. */
const defaults = "__defaults";

/** Inputs without what the bridge notes in them. */
export function own(inputs: Values): Values {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== defaults));
}

/** The program's inputs with what was left to Pulumi; a name that it generated once stays. */
export function check(
  type: string,
  name: string,
  before: Values | undefined,
  given: Values,
  seed: Uint8Array,
): Values {
  if (!type.startsWith("aws:")) return given;
  if (!autonamed.includes(type) || given.name !== undefined) return { ...given, [defaults]: [] };
  const kept = (before?.[defaults] as string[] | undefined)?.includes("name") ? before?.name : undefined;
  const letters = Buffer.from(seed).toString("hex").slice(0, 7);
  return { ...given, name: kept ?? `${name}-${letters}`, [defaults]: ["name"] };
}

export interface Difference {
  /** Inputs that changed, and whether each one replaces the resource. */
  changed: Map<string, { replaces: boolean; added: boolean; removed: boolean }>;
  /** As the bridge asks for it; the program's own `deleteBeforeReplace` has the last word. */
  deleteBeforeReplace: boolean;
}

export function diff(type: string, before: Values, after: Values, ignored: readonly string[]): Difference {
  const changed: Difference["changed"] = new Map();
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (key === defaults || ignored.includes(key) || same(before[key], after[key])) continue;
    changed.set(key, {
      replaces: doesReplace(type, key, before[key], after[key], after),
      added: before[key] === undefined,
      removed: after[key] === undefined,
    });
  }
  const given = autonamed.includes(type) && !(after[defaults] as string[] | undefined)?.includes("name");
  return { changed, deleteBeforeReplace: given && [...changed.values()].some(({ replaces }) => replaces) };
}

/**
 * A resource's inputs must each have a row in the table of replacements.
 *
 * @throws Error that names those without
 */
export function checkClassified(type: string, inputs: Values): void {
  const unknown = unclassified(type, own(inputs));
  if (unknown.length > 0)
    throw new Error(`rules/replacement.ts has no row for ${type}: ${unknown.join(", ")}.`);
}

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
      .filter(([key, inner]) => inner !== null && inner !== undefined && key !== defaults)
      .sort(([first], [second]) => (first < second ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
