import { z } from "zod";
import { sections, serviceSchema, values } from "../../config/schema";
import { jobSchema } from "../../config/schema-jobs";

/** The keys of the configuration, as its schema has them: for tests that are to meet every one. */

/** What a JSON schema says of a value, as far as it helps to make some. */
export interface Shape {
  type?: "boolean" | "integer" | "number" | "string" | "array" | "object";
  pattern?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Shape[];
  oneOf?: Shape[];
  minimum?: number;
  maximum?: number;
  items?: Shape;
  properties?: Record<string, Shape>;
  required?: string[];
  additionalProperties?: Shape | boolean;
}

export const shapeOf = (schema: z.ZodType): Shape => z.toJSONSchema(schema, { io: "input" }) as Shape;

/** What a document's shape is, as far as it names keys. */
const document: Shape = {
  type: "object",
  properties: {
    services: { type: "object", additionalProperties: shapeOf(serviceSchema) },
    jobs: { type: "object", additionalProperties: shapeOf(jobSchema) },
    ...Object.fromEntries(
      Object.entries({ ...sections, ...values }).map(([key, schema]) => [key, shapeOf(schema)]),
    ),
  },
};

/** Every key that a document can have, with * for a name: `services.*.healthCheck.path`. */
export function keysOf(shape: Shape = document, at = ""): string[] {
  const { properties, additionalProperties, items, anyOf, oneOf } = shape;
  return [
    ...Object.entries(properties ?? {}).flatMap(([key, inner]) => [
      `${at}${key}`,
      ...keysOf(inner, `${at}${key}.`),
    ]),
    ...(typeof additionalProperties === "object" ? keysOf(additionalProperties, `${at}*.`) : []),
    ...[items ?? {}, ...(anyOf ?? []), ...(oneOf ?? [])].flatMap((inner) =>
      Object.keys(inner).length === 0 ? [] : keysOf(inner, at),
    ),
  ];
}

/** Which of them a document has. */
export function keysIn(value: unknown, found = new Set<string>(), shape = document, at = ""): Set<string> {
  const { properties = {}, additionalProperties, items, anyOf = [], oneOf = [] } = shape;
  for (const choice of [...anyOf, ...oneOf]) keysIn(value, found, choice, at);
  if (Array.isArray(value)) for (const each of value) keysIn(each, found, items ?? {}, at);
  else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      if (inner === undefined) continue;
      const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
      if (known) keysIn(inner, found.add(`${at}${key}`), known, `${at}${key}.`);
      else if (typeof additionalProperties === "object")
        keysIn(inner, found, additionalProperties, `${at}*.`);
    }
  }
  return found;
}
