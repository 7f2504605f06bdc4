import { z } from "zod";

/** What schema.ts says of its fields. */

/** What a field's description in schema.ts tells about it, as JSON Schema. */
export interface Field {
  description?: string;
  allowed?: string;
  default?: unknown;
  properties?: Record<string, Field>;
  items?: Field;
  additionalProperties?: Field | boolean;
  const?: unknown;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
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
