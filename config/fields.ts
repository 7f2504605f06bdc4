import { z } from "zod";
import { type Field, fieldsOf } from "./described";
import { fixOf } from "./fixes";
import { unknownKey } from "./near-names";
import { isCredentials, isSecret, shown } from "./printed";
import { isObject, Problem, Said } from "./problems";

/** Reads objects of the configuration by their schemas, and says what is wrong in the words of the schemas' descriptions. */

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
