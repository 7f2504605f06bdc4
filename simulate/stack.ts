import * as fs from "node:fs";
import * as path from "node:path";
import { distance, meantBy } from "../config/near-names";
import { isObject, UserError } from "../config/problems";
import { printable } from "../config/printed";
import { sections, values } from "../config/schema";
import { parseYaml } from "./yaml";

/** Folder of the program: where Pulumi.yaml is. */
export const projectFolder = path.resolve(__dirname, "..");

/** Configuration as the engine hands it to the program: `namespace:key` → text, objects as JSON. */
export type Config = Record<string, string>;

interface ProjectFile {
  name: string;
  runtime: { name: string; options: RuntimeOptions };
  config?: Record<string, { type?: string; default?: unknown }>;
}

/** How the program is loaded. https://www.pulumi.com/docs/iac/concepts/projects/project-file/#runtime-options */
export interface RuntimeOptions {
  typescript?: boolean;
  tsconfig?: string;
  nodeargs?: string;
}

interface StackFile {
  config?: Record<string, unknown>;
}

export function readProject(folder = projectFolder): ProjectFile {
  return readYaml(path.join(folder, "Pulumi.yaml")) as ProjectFile;
}

/** The stacks of this project that have a file, by name. */
export const stackNames = (): string[] => stacksIn(".").sort();

/** The stacks of the examples, whose files lie beside them: by name, with the folder. `pulumi` takes them by --config-file. */
export function exampleStacks(): Map<string, string> {
  const examples = path.join(projectFolder, "examples");
  // Who has services of their own may have deleted them.
  const entries = fs.existsSync(examples) ? fs.readdirSync(examples, { withFileTypes: true }) : [];
  return new Map(
    entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => path.join("examples", name))
      .flatMap((folder) => stacksIn(folder).map((stack) => [stack, folder] as const))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

const stacksIn = (folder: string): string[] =>
  fs
    .readdirSync(path.join(projectFolder, folder))
    .map((file) => /^Pulumi\.([A-Za-z0-9_.-]+)\.yaml$/.exec(file)?.[1] ?? "")
    .filter((name) => name !== "");

/**
 * Configuration of a stack from its file, over the defaults of Pulumi.yaml. The engine merges these; mocks would not.
 *
 * @throws UserError that names the stacks there are
 */
export function readStack(stack: string): Config {
  const examples = exampleStacks();
  const folder = stackNames().includes(stack) ? "." : examples.get(stack);
  if (folder === undefined) {
    const near = [...stackNames(), ...examples.keys()].find(
      (name) => distance(name, stack) <= Math.max(1, Math.floor(name.length / 3)),
    );
    const meant = near === undefined ? "" : ` Did you mean ${near}?`;
    throw new UserError(
      `There is no Pulumi.${stack}.yaml.${meant} Stacks of this project: ${stackNames().join(", ")}` +
        `${examples.size > 0 ? `; of its examples: ${[...examples.keys()].join(", ")}` : ""}.`,
    );
  }
  const file = readYaml(path.join(projectFolder, folder, `Pulumi.${stack}.yaml`)) as StackFile | null;
  const beside = Object.keys(file ?? {}).find(isMisplaced);
  if (beside !== undefined) {
    throw new UserError(
      `Pulumi.${stack}.yaml: ${printable(beside)} stands beside config:, where Pulumi does not look. Fix: write it below config:, indented.`,
    );
  }
  return toConfig(file?.config ?? {});
}

/** What Pulumi has beside `config:` in a stack's file; it says nothing of other keys, and takes none of them. */
const besideConfig = ["config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt"];
const projectKeys = ["services", "jobs", ...Object.keys(sections), ...Object.keys(values)];

const isMisplaced = (key: string): boolean =>
  key.includes(":") || (!besideConfig.includes(key) && meantBy(key, projectKeys) !== undefined);

/** The same from an object as it stands under `config:` in a stack's file; a key without a namespace is the project's own. */
export function toConfig(values: Record<string, unknown>): Config {
  const { name, config: declared = {} } = readProject();
  const defaults = Object.entries(declared).map(([key, { default: value }]) => [key, value] as const);
  return Object.fromEntries(
    [...defaults, ...Object.entries(values)].map(([key, value]) => [
      key.includes(":") ? key : `${name}:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** @throws UserError that says where, in one line: for what is no YAML, and for what is no stack's or project's file */
function readYaml(file: string): unknown {
  const name = path.basename(file);
  const content = parseYaml(fs.readFileSync(file, "utf8"), name);
  const config = isObject(content) ? content.config : content;
  if (
    content === null ||
    ((config === undefined || config === null || isObject(config)) && isObject(content))
  )
    return content;
  throw new UserError(
    `${name}: below config: belongs an object. Fix: write \`key: value\` lines there, indented.`,
  );
}
