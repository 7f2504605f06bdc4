import { autonamed, unclassified } from "../../../rules/replacement";
import { changedInputs, deletesFirst, InputChange } from "../../../simulate/changes";

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
  changed: Map<string, InputChange>;
  /** As the bridge asks for it; the program's own `deleteBeforeReplace` has the last word. */
  deleteBeforeReplace: boolean;
}

export function diff(type: string, before: Values, after: Values, ignored: readonly string[]): Difference {
  const changed = changedInputs(type, own(before), own(after), ignored);
  const named = !(after[defaults] as string[] | undefined)?.includes("name");
  const replaced = [...changed.values()].some(({ replaces }) => replaces);
  return { changed, deleteBeforeReplace: replaced && deletesFirst(type, named) };
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
