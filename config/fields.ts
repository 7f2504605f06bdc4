import { z } from "zod";
import { unknownKey } from "./near-names";
import { isCredentials, isSecret, shown } from "./printed";
import { isObject, Problem, Said } from "./problems";

/** Reads objects of the configuration by their schemas, and says what is wrong in the words of the schemas' descriptions. */

/** What a field's description in schema.ts tells about it, as JSON Schema. */
export interface Field {
  description?: string;
  allowed?: string;
  default?: unknown;
  properties?: Record<string, Field>;
  items?: Field;
  additionalProperties?: Field | boolean;
  const?: unknown;
  type?: string;
  required?: string[];
  /** One of these, told apart by a property that is a constant in each. */
  oneOf?: Field[];
  /** One of these kinds. */
  anyOf?: Field[];
}

const fieldsOfSchema = new WeakMap<z.ZodType, Field>();

/** The fields of an object schema, described. Once for each schema: every service is read by the same one. */
export function fieldsOf(schema: z.ZodType): Field {
  const fields = fieldsOfSchema.get(schema) ?? (z.toJSONSchema(schema, { io: "input" }) as Field);
  fieldsOfSchema.set(schema, fields);
  return fields;
}

/**
 * Reads an object field by field, so that one bad field hides no other problem.
 *
 * @param raw the value from the configuration
 * @param problems what is wrong is added here
 * @returns the good fields, with their defaults
 */
export function readFields<T extends z.ZodObject>(
  schema: T,
  raw: unknown,
  path: string,
  problems: Problem[],
): Partial<z.infer<T>> {
  const fields = fieldsOf(schema);
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    problems.push({ path, got: raw, allowed: "an object", fix: `write its keys below ${path}:` });
    return {};
  }
  const values = raw as Record<string, unknown>;
  for (const key of Object.keys(values)) {
    if (Object.hasOwn(schema.shape, key)) continue;
    problems.push(unknownKey(`${path}.${key}`, key, Object.keys(schema.shape)));
  }
  const good: Record<string, unknown> = {};
  for (const [key, type] of Object.entries(schema.shape)) {
    const result = (type as z.ZodType).safeParse(values[key]);
    if (result.success) good[key] = result.data;
    else problems.push(...explain(result.error, values[key], `${path}.${key}`, fields.properties?.[key]));
  }
  return good as Partial<z.infer<T>>;
}

/** Turns zod's issues about one field into problems in the words of the schema's descriptions. */
export function explain(
  error: z.ZodError,
  raw: unknown,
  path: string,
  described: Field | undefined,
): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    if (issue.code === "invalid_union" && issue.path.length === 0 && isObject(raw)) {
      // Written as an object, so what is wrong is in the object.
      const ofObject = (issues: readonly z.core.$ZodIssue[]): boolean =>
        issues.every(({ code, path: within }) => code !== "invalid_type" || within.length > 0);
      const meant = issue.errors.find(ofObject);
      if (meant) return explain(new z.ZodError(meant), raw, path, described);
    }
    const steps = issue.path.map(String);
    const at = [path, ...steps].join(".");
    const nodes = [described];
    let value = raw;
    for (const step of steps) {
      nodes.push(child(branch(nodes[nodes.length - 1], value), step));
      value = (value as Record<string, unknown> | undefined)?.[step];
    }
    nodes.push(branch(nodes.pop(), value));
    const here = nodes[nodes.length - 1];
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => unknownKey(`${at}.${key}`, key, Object.keys(here?.properties ?? {})));
    }
    const described_ = [...nodes].reverse().find((node) => node?.allowed !== undefined);
    return [
      {
        path: at,
        got: found(issue, at, steps[steps.length - 1], value),
        allowed: described_?.allowed ?? issue.message,
        fix: fixOf(issue, at, value, here),
      },
    ];
  });
}

function found(issue: z.core.$ZodIssue, path: string, name: string | undefined, value: unknown): unknown {
  if (issue.code === "invalid_key" && !isSecret(path)) return new Said(`got the name ${shown(name)}`);
  // In the place of an ARN: an ARN that is no good elsewhere is shown there.
  if (isCredentials(path)) return new Said("it is not shown, because it may be the password itself");
  return value;
}

function fixOf(issue: z.core.$ZodIssue, path: string, value: unknown, described: Field | undefined): string {
  if (isSecret(path) || isCredentials(path))
    return "give the full ARN; the value itself never belongs in the configuration";
  const isScalar = ["string", "number", "boolean"].includes(typeof value);
  if (issue.code === "invalid_type" && isScalar) {
    // YAML reads 4, 1.10 and yes as something else than text.
    if (issue.expected === "string") return `write ${shown(String(value))}, in quotes`;
    const example = objectFor(value, described);
    if (example !== undefined) return `write ${example}`;
  }
  const standard = described?.default;
  return standard === undefined || typeof standard === "object"
    ? "use an allowed value"
    : `use an allowed value, or leave it out for ${shown(standard)}`;
}

/** The object that a single value stands for: with the value as its first key that must be there. */
function objectFor(value: unknown, described: Field | undefined): string | undefined {
  const { properties = {}, required = [], allowed = "" } = described ?? {};
  const [first, ...others] = Object.keys(properties).filter((key) => required.includes(key));
  if (first === undefined || properties[first]?.type !== typeof value) return undefined;
  // An example of the schema's holds more than what must be there: what a first plan would ask for next.
  const [, example] = new RegExp(`such as \\{ ${first}: [^,}]+(.*\\})$`).exec(allowed) ?? [];
  if (example !== undefined) return `{ ${first}: ${shown(value)}${example}`;
  return `{ ${[`${first}: ${shown(value)}`, ...others.map((key) => `${key}: …`)].join(", ")} }`;
}

/** Which of several objects a value is meant to be. */
function branch(node: Field | undefined, value: unknown): Field | undefined {
  const fits = ({ properties = {} }: Field): boolean =>
    Object.entries(properties).every(
      ([key, { const: constant }]) =>
        constant === undefined || (value as Record<string, unknown> | null)?.[key] === constant,
    );
  const written = isObject(value) ? node?.anyOf?.find(({ properties }) => properties) : undefined;
  return node?.oneOf?.find(fits) ?? (written ? { allowed: node?.allowed, ...written } : node);
}

function child(node: Field | undefined, step: string): Field | undefined {
  const additional = typeof node?.additionalProperties === "object" ? node.additionalProperties : undefined;
  const properties = node?.properties ?? {};
  return (Object.hasOwn(properties, step) ? properties[step] : undefined) ?? node?.items ?? additional;
}
