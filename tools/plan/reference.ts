import { Field, fieldsOf } from "../../config/described";
import { sections, serviceSchema, values } from "../../config/schema";
import { jobSchema } from "../../config/schema-jobs";
import { replaceSection } from "./section";

export const begin = "<!-- configuration:begin -->";
export const end = "<!-- configuration:end -->";

type Described = Field & { required?: string[] };

/** Objects with a table of their own, because most stacks leave them out. */
const ownTables = ["network.existing"];

/** The tables of docs/configuration.md, from schema.ts. Not padded, so that a changed row is one line of a diff. */
export function renderReference(): string {
  const described: [string, Described][] = [
    ["services.<name>", fieldsOf(serviceSchema)],
    ["jobs.<name>", fieldsOf(jobSchema)],
    ...Object.entries(sections).map(([name, schema]): [string, Described] => [name, fieldsOf(schema)]),
  ];
  return [
    ...described.flatMap(([name, field]) => [
      ...section(name, field),
      ...ownTables
        .filter((own) => own.startsWith(`${name}.`))
        .flatMap((own) => section(own, field.properties![own.slice(name.length + 1)]!)),
      ...Object.entries(field.properties ?? {}).flatMap(([key, { items, additionalProperties }]) => [
        ...(items && isDescribed(items) ? section(`${name}.${key}[]`, items) : []),
        ...(typeof additionalProperties === "object" && isDescribed(additionalProperties)
          ? section(`${name}.${key}.<name>`, additionalProperties)
          : []),
      ]),
    ]),
    ...heading(Object.keys(values).join(", ")),
    ...Object.entries(values).map(([name, schema]) => row(name, fieldsOf(schema), false)),
    "",
  ].join("\n");
}

/** Whether the entries of a list have fields with a meaning of their own. */
const isDescribed = ({ properties = {} }: Field): boolean =>
  Object.values(properties).some(({ description }) => description !== undefined);

/** The text with the tables between the markers replaced; undefined when it has no such markers. */
export const replaceReference = (text: string, tables: string): string | undefined =>
  replaceSection(text, begin, end, tables);

function section(name: string, field: Described): string[] {
  return [...heading(name), ...rows(name, field, ""), ""];
}

const heading = (name: string): string[] => [
  `## \`${name}\``,
  "",
  "| Key | Meaning | Allowed | Default |",
  "| --- | --- | --- | --- |",
];

function rows(section: string, field: Described, prefix: string): string[] {
  const { properties, required } = field.properties ? field : objectOf(field);
  return Object.entries(properties ?? {}).flatMap(([key, inner]) => {
    const path = `${prefix}${key}`;
    const own = row(path, inner, required?.includes(key) ?? false);
    return ownTables.includes(`${section}.${path}`) ? [own] : [own, ...rows(section, inner, `${path}.`)];
  });
}

/** What may be written as an object or in short has the fields of the object. */
const objectOf = ({ anyOf = [] }: Described): Described => anyOf.find(({ properties }) => properties) ?? {};

function row(
  key: string,
  { description = "", allowed = "", default: standard, properties }: Field,
  required: boolean,
): string {
  // The defaults of an object with fields of its own stand in their rows.
  const shown = properties || standard === undefined ? (required ? "required" : "") : code(standard);
  return `| ${[`\`${key}\``, description, allowed, shown].map(cell).join(" | ")} |`;
}

const code = (value: unknown): string => `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
/** Markup of the descriptions is kept; what would end a cell or vanish as a tag is not. */
const cell = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replace(/</g, "&lt;").replace(/\*/g, "\\*")))
    .join("")
    .replace(/\|/g, "\\|");
