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

/** Nothing where no provider is in the state: then AWS was never asked for anything. */
export function homeOf(state: Exported): Home | undefined {
  const resources = resourcesOf(state);
  const provider = resources.find(({ type }) => type === "pulumi:providers:aws");
  const root = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  if (provider?.id === undefined || root === undefined) return undefined;
  const { region, defaultTags } = provider.inputs ?? {};
  const { tags = {} } = parsed(defaultTags) as { tags?: Record<string, string> };
  if (typeof region !== "string" || tags.Project === undefined || tags.Stack === undefined) return undefined;
  return {
    region,
    tags: { Project: tags.Project, Stack: tags.Stack },
    provider: `${provider.urn}::${provider.id}`,
    root: root.urn,
  };
}

/** Providers are configured with JSON as text. */
const parsed = (value: unknown): unknown =>
  typeof value === "string" ? (JSON.parse(value) as unknown) : (value ?? {});

/** For people: `Vpc network`. */
export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");
export const kindOf = (type: string): string => type.split(":").at(-1)!;
