// @ts-nocheck
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { UserError } from "../config/problems";

/** Folder of the program: where Pulumi.yaml is. */
export const projectFolder = path.resolve(__dirname, "..");

/** Configuration as the engine hands it to the program: `namespace:key` → text, objects as JSON. */
export type Config = Record<string, string>;

interface ProjectFile {
  name: string;
  config?: Record<string, { type?: string; default?: unknown }>;
}

interface StackFile {
  config?: Record<string, unknown>;
}

export function readProject(): ProjectFile {
  return readYaml(path.join(projectFolder, "Pulumi.yaml")) as ProjectFile;
}

/** The stacks of this project that have a file, by name. */
export function stackNames(): string[] {
  return fs
    .readdirSync(projectFolder)
    .map((file) => /^Pulumi\.([A-Za-z0-9_.-]+)\.yaml$/.exec(file)?.[1] ?? "")
    .filter((name) => name !== "")
    .sort();
}

/**
 * Configuration of a stack from its file, over the defaults of Pulumi.yaml. The engine merges these; mocks would not.
 *
 * @throws UserError that names the stacks there are
 */
export function readStack(stack: string): Config {
  if (!stackNames().includes(stack)) {
    throw new UserError(
      `There is no Pulumi.${stack}.yaml. Stacks of this project: ${stackNames().join(", ")}.`,
    );
  }
  const file = readYaml(path.join(projectFolder, `Pulumi.${stack}.yaml`)) as StackFile | null;
  return toConfig(file?.config ?? {});
}

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

function readYaml(file: string): unknown {
  return parse(fs.readFileSync(file, "utf8"));
}
