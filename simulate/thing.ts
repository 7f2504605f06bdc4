export type Inputs = Readonly<Record<string, unknown>>;

/** One thing that exists in the pretended account. */
export interface Thing {
  type: string;
  /** The resource's name in the program. */
  resource: string;
  id: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
}

/** By what others refer to it: ids and ARNs are unlike anything else that stands in inputs. */
export function namesOf({ id, outputs }: Thing): string[] {
  return [id, outputs.arn].filter((name): name is string => typeof name === "string" && name !== "");
}

/** Whether a property refers to a thing, by its id, ARN or name, alone or as the last part of a path. */
export function names(property: unknown, thing: Thing): boolean {
  const { name, repositoryUrl } = thing.outputs;
  const known = [...namesOf(thing), name, thing.inputs.name].filter((value) => typeof value === "string");
  return texts(property).some(
    (value) =>
      known.some((candidate) => value === candidate || value.endsWith(`/${candidate}`)) ||
      (typeof repositoryUrl === "string" && value.startsWith(`${repositoryUrl}:`)),
  );
}

/** All texts in a value. */
export function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(texts);
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(texts);
}
