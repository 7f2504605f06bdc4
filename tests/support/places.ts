import { z } from "zod";
import { fieldsOf, type Field } from "../../config/described";
import { sections, serviceSchema, values } from "../../config/schema";
import { jobSchema } from "../../config/schema-jobs";

/** The keys of every place of the configuration, by its path; of one that has several shapes by `<path>/<type>`, too. */
export const places: Readonly<Record<string, readonly string[]>> = Object.fromEntries([
  ["", ["services", "jobs", ...Object.keys(sections), ...Object.keys(values)]],
  ...[
    ...Object.entries(sections),
    ["services", serviceSchema] as const,
    ["jobs", jobSchema] as const,
  ].flatMap(([name, schema]) => placesIn(name, fieldsOf(schema as z.ZodType))),
]);

function placesIn(path: string, field: Field): [string, readonly string[]][] {
  const own = Object.entries(field.properties ?? {});
  const type = field.properties?.type?.const;
  const inner = [field.items, field.additionalProperties, ...(field.oneOf ?? []), ...(field.anyOf ?? [])];
  const place = typeof type === "string" ? `${path}/${type}` : path;
  return [
    ...(own.length > 0 ? [[place, own.map(([key]) => key)] satisfies [string, readonly string[]]] : []),
    ...own.flatMap(([key, value]) => placesIn(`${path}.${key}`, value)),
    ...inner.flatMap((value) => (typeof value === "object" ? placesIn(path, value) : [])),
  ];
}
