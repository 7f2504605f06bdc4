// @ts-nocheck
import { type Fields, isObject } from "./json";
import { harmlessInputs, type Plugin, plugins } from "./known";

/** What main says of a provider. */
export interface ProviderExpectations {
  /** Versions in the lock file, by package. */
  versions: Readonly<Record<Plugin, string>>;
  /** The stack's configuration on main: `namespace:key` → text. */
  config: Readonly<Record<string, string>>;
}

export type Report = (property: string, got: unknown, allowed: string) => void;

/** Secrets in state: their value cannot be compared. */
const credentials = ["aws:accessKey", "aws:secretKey", "aws:token"];

export const isPlugin = (name: string): name is Plugin => (plugins as readonly string[]).includes(name);

/**
 * Whether the engine runs the plugin that main's lock file names, with what main says it is told. The engine reads a plugin's
 * name, download address and parameters from `__internal`, and from the inputs themselves where there is no `__internal`.
 * https://github.com/pulumi/pulumi/blob/v3.248.0/pkg/resource/deploy/providers/registry.go
 */
export function checkProvider(
  name: string,
  inputs: unknown,
  place: string,
  { versions, config }: ProviderExpectations,
  report: Report,
): void {
  if (inputs === undefined) inputs = {};
  if (!isObject(inputs)) return report(place, inputs, "an object");
  const { version, __internal: internal = {}, ...rest } = inputs;

  if (isPlugin(name)) checkVersion(version, versions[name], `${place}.version`, report);
  else if (version !== undefined) report(`${place}.version`, version, "none: it is part of the engine");

  if (!isObject(internal)) report(`${place}.__internal`, internal, "an object");
  else
    for (const [key, value] of Object.entries(internal)) {
      const same = (key === "name" && value === name) || (key === "pluginDownloadURL" && value === "");
      if (!same && key !== "pluginChecksums") {
        report(`${place}.__internal.${key}`, value, "none: the plugin is Pulumi's own, without parameters");
      }
    }

  for (const [key, value] of Object.entries(rest)) {
    if (harmlessInputs[name]!.includes(key)) continue;
    const full = `${name}:${key}`;
    const wanted = config[full];
    if (wanted === undefined) report(`${place}.${key}`, value, `none: main does not configure ${full}`);
    else if (!credentials.includes(full) && !isSame(value, wanted)) {
      report(`${place}.${key}`, value, `what main configures as ${full}`);
    }
  }
}

/** An object is text in a provider's inputs, and the text of a secret or a key's order can differ: then it is not the same. */
function isSame(value: unknown, wanted: string): boolean {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return canonical(text) === canonical(wanted);
}

function canonical(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), (_, value: unknown) => (isObject(value) ? sorted(value) : value));
  } catch {
    return text;
  }
}

const sorted = (value: Fields): Fields =>
  Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Older is what main's lock file said when the stack was last deployed; newer is what no one on main has agreed to. */
function checkVersion(got: unknown, locked: string, place: string, report: Report): void {
  const numbers = parseVersion(got);
  const [major, minor, patch] = parseVersion(locked)!;
  const older =
    numbers?.[0] === major && (numbers[1] < minor || (numbers[1] === minor && numbers[2] <= patch));
  if (!older) report(place, got, `${locked} as in package-lock.json, or an older one of ${major}.x`);
}

function parseVersion(value: unknown): [number, number, number] | undefined {
  const match = typeof value === "string" ? /^(\d+)\.(\d+)\.(\d+)$/.exec(value) : null;
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}
