/** What `pulumi stack export` says of an update that was cut off. */
import { type Fields, isObject } from "../state/json";

export interface Resource extends Fields {
  urn: string;
  type: string;
  id?: string;
  custom?: boolean;
  inputs?: Fields;
  outputs?: Fields;
  parent?: string;
  provider?: string;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[]> | null;
  /** Replaced; only waits for its deletion. */
  delete?: boolean;
  /** Already deleted, to be made anew. */
  pendingReplacement?: boolean;
}

export interface Operation {
  resource: Resource;
  type: string;
}

/** The part of an export that is read here; the rest stays as it is. */
export interface Exported extends Fields {
  deployment: Fields & { resources?: Resource[]; pending_operations?: Operation[] };
}

/** Where the stack's things are, and by which tags they are known. */
export interface Home {
  region: string;
  tags: { Project: string; Stack: string };
  /** `urn::id` of the provider that made them. */
  provider: string;
  /** URN of the stack itself. */
  root: string;
}

/**
 * Reads the answer of `pulumi stack export`.
 *
 * @throws Error when it is not one
 */
export function readExport(json: string): Exported {
  const state: unknown = JSON.parse(json);
  if (!isObject(state) || !isObject(state.deployment))
    throw new Error("The state of the stack has no deployment.");
  return state as Exported;
}

export const resourcesOf = ({ deployment }: Exported): readonly Resource[] => deployment.resources ?? [];
export const operationsOf = ({ deployment }: Exported): readonly Operation[] =>
  deployment.pending_operations ?? [];

/**
 * Nothing where no provider is in the state that gives the stack's tags: then AWS was never asked for anything. One that is
 * replaced, as when the Region changes, and one without the tags, such as Pulumi's own default, make nothing new.
 */
export function homeOf(state: Exported): Home | undefined {
  const resources = resourcesOf(state);
  const root = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  if (root === undefined) return undefined;
  for (const { type, urn, id, inputs, delete: replaced } of resources) {
    if (type !== "pulumi:providers:aws" || id === undefined || replaced) continue;
    const { region, defaultTags } = inputs ?? {};
    const { Project, Stack } = (parsed(defaultTags) as { tags?: Record<string, string> }).tags ?? {};
    if (typeof region === "string" && Project !== undefined && Stack !== undefined)
      return { region, tags: { Project, Stack }, provider: `${urn}::${id}`, root: root.urn };
  }
  return undefined;
}

/** Providers are configured with JSON as text. */
const parsed = (value: unknown): unknown =>
  typeof value === "string" ? (JSON.parse(value) as unknown) : (value ?? {});

/** For people: `Vpc network`. */
export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");
export const kindOf = (type: string): string => type.split(":").at(-1)!;
