import { Resource } from "../../simulate/deployment";
import { formats } from "./describe/formats";
import { phrases } from "./describe/phrases";
import { afterUp, at, hidden, holdsUnknown, show } from "./values";

/** Inputs that say nothing of how a resource of a type without phrases behaves. */
const plain = (key: string): boolean => key !== "tags" && key !== "description";

const ranks = new Map(Object.keys(phrases).map((type, rank) => [type, rank]));

/** Where a type stands among its siblings; types without phrases come last. */
export const typeRank = (type: string): number => ranks.get(type) ?? Number.MAX_SAFE_INTEGER;

/**
 * What a resource's inputs say, phrase by phrase. A reference to another resource reads `→ name`; any other value that
 * only AWS can tell reads `known after up`.
 *
 * @param label names the resource of a URN
 */
export function describe(resource: Resource, label: (urn: string) => string): string[] {
  const { inputs, options } = resource;
  const templates =
    phrases[resource.type] ??
    Object.keys(resource.custom ? inputs : {})
      .filter(plain)
      .map((key) => `${key} {${key}}`);
  return [
    ...templates.map((template) => fill(template, resource, label)).filter((phrase) => phrase !== undefined),
    ...(options.protect ? ["protected"] : []),
    ...(options.retainOnDelete ? ["kept on delete"] : []),
    ...(options.ignoreChanges.length > 0 ? [`ignores changes of ${options.ignoreChanges.join(", ")}`] : []),
  ].filter((phrase) => phrase !== "");
}

function fill(template: string, resource: Resource, label: (urn: string) => string): string | undefined {
  let absent = false;
  const phrase = template.replace(
    /\{([\w.]+)(?:\|(\w+)|\?([^}]+))?\}/g,
    (_, path: string, format?: keyof typeof formats, words?: string) => {
      const text = valueOf(path, format, words, resource, label);
      absent ||= text === undefined;
      return text ?? "";
    },
  );
  return absent ? undefined : phrase;
}

function valueOf(
  path: string,
  format: keyof typeof formats | undefined,
  words: string | undefined,
  resource: Resource,
  label: (urn: string) => string,
): string | undefined {
  const property = path.split(".")[0]!;
  const value = at(resource.inputs, path);
  if (value === undefined || value === null) return undefined;
  if (resource.secretInputs.includes(property)) return hidden;
  if (holdsUnknown(value)) {
    const refersTo = resource.propertyDependencies[property] ?? [];
    return refersTo.length > 0 ? `→ ${refersTo.map(label).sort().join(", ")}` : afterUp;
  }
  if (words !== undefined) return value === true ? words : undefined;
  return format ? formats[format](value, resource.inputs) : show(value);
}
