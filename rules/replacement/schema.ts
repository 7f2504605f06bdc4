/**
 * How the table says what a change of an input does. Its evidence is the upstream provider's schema, in which `ForceNew` (or
 * a plan modifier `RequiresReplace`) marks what replaces: a file of https://github.com/hashicorp/terraform-provider-aws, read
 * attribute by attribute at the commit that stands beside it. A row quotes how that file names an input's attribute, there to
 * be found: `"api_id"`, or `names.AttrName` where it uses a constant.
 */

export type Inputs = Readonly<Record<string, unknown>>;

/** `in place`, `replaces`, or a rule for a change of which only a part replaces. */
export type Change = "in place" | "replaces" | Rule;

export interface Rule {
  /** For people: which part replaces. */
  replaces: string;
  /** Whether a change replaces; the values are those of the input, the resource all of its inputs. */
  when: (before: unknown, after: unknown, resource: Inputs) => boolean;
}

/** By input: its attribute, as the provider's file writes it. */
export type Attributes = Readonly<Record<string, string>>;

export interface Replacement {
  /** The file that has the schema, at the commit at which it was read. */
  source: string;
  attributes: Attributes;
  /** Of inputs that are newer than that commit, or mean something else since: where that is seen. */
  later: Attributes;
  inputs: Readonly<Record<string, Change>>;
}

/** By type. */
export type Replacements = Readonly<Record<string, Replacement>>;

interface Rows {
  /** What the schema marks. */
  replaces?: Attributes;
  /** What it does not mark. */
  inPlace?: Attributes;
  /** What it marks for some changes. */
  rules?: Readonly<Record<string, readonly [attribute: string, rule: Rule]>>;
  later?: Attributes;
}

const all = <T>(attributes: Attributes, value: T): Record<string, T> =>
  Object.fromEntries(Object.keys(attributes).map((input) => [input, value]));

/** The rows of a type, from one file at one commit. */
export function read(
  source: string,
  { replaces = {}, inPlace = {}, rules = {}, later = {} }: Rows,
): Replacement {
  const ruled = Object.entries(rules);
  return {
    source,
    attributes: {
      ...replaces,
      ...inPlace,
      ...Object.fromEntries(ruled.map(([input, [attribute]]) => [input, attribute])),
    },
    later,
    inputs: {
      ...all(replaces, "replaces" as const),
      ...all(inPlace, "in place" as const),
      ...Object.fromEntries(ruled.map(([input, [, rule]]) => [input, rule])),
    },
  };
}

const provider = "https://github.com/hashicorp/terraform-provider-aws";

/** A file of the provider, by its path below internal/service. */
export const at = (commit: string, file: string): string =>
  `${provider}/blob/${commit}/internal/service/${file}`;

/** A change of the provider. */
export const pull = (number: number): string => `${provider}/pull/${number}`;

const differ = (a: unknown, b: unknown): boolean => JSON.stringify(a) !== JSON.stringify(b);

/** Whether a value under one of these keys changed, anywhere within. */
export const keysChanged =
  (...keys: string[]) =>
  (before: unknown, after: unknown): boolean =>
    keys.some((key) => differ(collect(before, key), collect(after, key)));
function collect(value: unknown, key: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((inner: unknown) => collect(inner, key));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value as Inputs).flatMap(([name, inner]) =>
    name === key ? [inner] : collect(inner, key),
  );
}
