// @ts-nocheck
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

/** One thing wrong with the configuration: where, what was found, what would do, and how to mend it. */
export interface Problem {
  /** As written in the stack's file, for example `services.flask.cpu`. */
  path: string;
  /** Said in place of the value where a value alone tells nothing, for example `unknown key`. */
  got: unknown;
  allowed: string;
  fix: string;
}

/** Text that stands for itself in {@link Problem.got} instead of being shown as a value. */
export class Said {
  constructor(readonly text: string) {}
}

/**
 * An error of the user's, not of the program's: `pulumi up` shows its message alone. It has no stack, because on Node 20
 * Pulumi takes half a minute to print one (https://github.com/nodejs/node/issues/64011).
 */
export class UserError extends pulumi.RunError {
  constructor(message: string) {
    super(message);
    this.stack = undefined;
  }
}

/** Every problem of the configuration at once. */
export class ConfigurationError extends UserError {
  constructor(
    readonly problems: readonly Problem[],
    stack: string,
  ) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super([`${count} in the configuration of stack ${stack}:`, ...problems.map(line)].join("\n  "));
  }
}

function line({ path, got, allowed, fix }: Problem): string {
  return `${path}: ${got instanceof Said ? got.text : `got ${show(got)}`}. Allowed: ${allowed}. Fix: ${fix}.`;
}

function show(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** What a field's description in schema.ts tells about it, as JSON Schema. */
export interface Field {
  description?: string;
  allowed?: string;
  default?: unknown;
  properties?: Record<string, Field>;
  items?: Field;
  additionalProperties?: Field | boolean;
  const?: unknown;
  /** One of these, told apart by a property that is a constant in each. */
  oneOf?: Field[];
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
    if (!(key in schema.shape)) problems.push(unknownKey(`${path}.${key}`, key, Object.keys(schema.shape)));
  }
  const good: Record<string, unknown> = {};
  for (const [key, type] of Object.entries(schema.shape)) {
    const result = (type as z.ZodType).safeParse(values[key]);
    if (result.success) good[key] = result.data;
    else problems.push(...explain(result.error, values[key], `${path}.${key}`, fields.properties?.[key]));
  }
  return good as Partial<z.infer<T>>;
}

/** An unknown key is an error that names the nearest known one: nothing is silently ignored. */
export function unknownKey(path: string, key: string, known: readonly string[]): Problem {
  const nearest = [...known].sort((a, b) => distance(key, a) - distance(key, b))[0];
  return {
    path,
    got: new Said("unknown key"),
    allowed: known.join(", "),
    fix: nearest !== undefined && distance(key, nearest) <= 3 ? `write ${nearest}` : "take it out",
  };
}

/** Turns zod's issues about one field into problems in the words of the schema's descriptions. */
export function explain(
  error: z.ZodError,
  raw: unknown,
  path: string,
  described: Field | undefined,
): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
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
    const standard = here?.default;
    return [
      {
        path: at,
        got: issue.code === "invalid_key" ? new Said(`got the name ${show(steps[steps.length - 1])}`) : value,
        allowed: described_?.allowed ?? issue.message,
        fix:
          standard === undefined || typeof standard === "object"
            ? "use an allowed value"
            : `use an allowed value, or leave it out for ${show(standard)}`,
      },
    ];
  });
}

/** Which of several objects a value is meant to be. */
function branch(node: Field | undefined, value: unknown): Field | undefined {
  const fits = ({ properties = {} }: Field): boolean =>
    Object.entries(properties).every(
      ([key, { const: constant }]) =>
        constant === undefined || (value as Record<string, unknown> | null)?.[key] === constant,
    );
  return node?.oneOf?.find(fits) ?? node;
}

function child(node: Field | undefined, step: string): Field | undefined {
  const additional = typeof node?.additionalProperties === "object" ? node.additionalProperties : undefined;
  return node?.properties?.[step] ?? node?.items ?? additional;
}

/** Levenshtein distance, for "did you mean". */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    row = row.reduce<number[]>(
      (next, _, j) => [
        ...next,
        j === 0 ? i : Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)),
      ],
      [],
    );
  }
  return row[b.length]!;
}

/** Whether the user wrote the key himself: a default is no contradiction. */
export const isGiven = (raw: unknown, key: string): boolean =>
  typeof raw === "object" && raw !== null && Object.hasOwn(raw, key);
