import { allTags, changedInputs, deletesFirst, InputChange, same } from "../../simulate/changes";
import { Deployed } from "./deployed";

/**
 * What `pulumi up` does to come from one version to the other, by the engine's own order: what is new or changed as it is
 * depended on, then what is gone, the last first. The rules of what replaces are rules/replacement.ts.
 * https://github.com/pulumi/pulumi/blob/master/pkg/resource/deploy/step_generator.go
 */
export interface Step {
  op: "create" | "import" | "update" | "replace" | "delete";
  /** What is; what was, where it is gone. */
  resource: Deployed;
  /** What was; absent where it is new. */
  before?: Deployed;
  /** Inputs that changed; `tagsAll` for tags that come from the provider. */
  changed: string[];
  /** Of them those that force a replacement; `dependency` where what it depends on is deleted first. */
  replacedFor: string[];
  /** Of a replacement: the old one is deleted before the new one is there. */
  deletesFirst: boolean;
}

export interface Update {
  /** In an order in which the engine may take them; of a replacement the deletion of the old one comes last, unless it is first. */
  steps: Step[];
  unchanged: number;
}

export function updateFrom(before: readonly Deployed[], after: readonly Deployed[]): Update {
  const old = new Map(before.map((resource) => [resource.urn, resource]));
  const taken = new Map<string, string>();
  /** By the URN that it has now. */
  const steps = new Map<string, Step>();
  const forced = new Set<string>();
  const order = inOrder(after);
  const providers = providersOf(before, after);
  const within = contents(after);

  for (const resource of order) {
    const former = [resource.urn, ...resource.aliases].find((urn) => old.has(urn) && !taken.has(urn));
    if (former === undefined) {
      if (!resource.custom) continue;
      const op = resource.import === undefined ? "create" : "import";
      steps.set(resource.urn, { op, resource, changed: [], replacedFor: [], deletesFirst: false });
      continue;
    }
    taken.set(former, resource.urn);
    if (!resource.custom) continue;
    const was = old.get(former)!;
    const changes = changesOf(was, resource, steps, providers, within);
    const replacedFor = [...changes].filter(([, { replaces }]) => replaces).map(([key]) => key);
    if (forced.has(former) && replacedFor.length === 0) replacedFor.push("dependency");
    if (changes.size === 0 && replacedFor.length === 0) continue;
    const first =
      replacedFor.length > 0 &&
      (forced.has(former) ||
        (resource.deleteBeforeReplace ?? deletesFirst(resource.type, resource.inputs.name !== undefined)));
    steps.set(resource.urn, {
      op: replacedFor.length > 0 ? "replace" : "update",
      resource,
      before: was,
      changed: [...changes.keys()],
      replacedFor,
      deletesFirst: first,
    });
    if (first) for (const urn of brokenBy(was, before)) forced.add(urn);
  }

  const gone = inOrder(before)
    .filter(({ urn, custom }) => custom && !taken.has(urn))
    .reverse()
    .map((resource): Step => ({ op: "delete", resource, changed: [], replacedFor: [], deletesFirst: false }));
  const changed = [...steps.values()];
  const kept = changed.filter(({ before }) => before !== undefined).length;
  const customs = [...taken.keys()].filter((urn) => old.get(urn)!.custom).length;
  return { steps: [...changed, ...gone], unchanged: customs - kept };
}

type Changes = Map<string, InputChange>;
const inPlace: InputChange = { replaces: false, added: false, removed: false };

/** Which inputs differ, and those whose value is another because what they refer to is made anew or built again. */
function changesOf(
  was: Deployed,
  resource: Deployed,
  steps: ReadonlyMap<string, Step>,
  providers: Providers,
  within: (urn: string) => string[],
): Changes {
  const { type, inputs, ignoreChanges, replaceOnChanges } = resource;
  if (type.startsWith("pulumi:providers:")) return providerChanges(was, resource);
  const changes = changedInputs(type, was.inputs, inputs, ignoreChanges);
  for (const [input, urns] of Object.entries(resource.references)) {
    if (changes.has(input) || ignoreChanges.includes(input)) continue;
    const moved = urns
      .flatMap(within)
      .flatMap((urn) => steps.get(urn) ?? [])
      .filter((step) => tellsAnew(step, inputs[input]));
    if (moved.length === 0) continue;
    const before = {
      ...inputs,
      [input]: withOthers(
        inputs[input],
        moved.map((step) => step.resource),
      ),
    };
    changes.set(input, changedInputs(type, before, inputs).get(input) ?? inPlace);
  }
  for (const [input, change] of changes)
    if (replaceOnChanges.some((one) => one === "*" || one.split(/[.[]/)[0] === input))
      changes.set(input, { ...change, replaces: true });
  // https://github.com/pulumi/pulumi/blob/master/pkg/resource/deploy/step_generator.go (isImport)
  if (resource.import !== undefined && was.import !== resource.import)
    changes.set("import", { ...inPlace, replaces: true });
  if (providers.replaced(resource)) changes.set("provider", { ...inPlace, replaces: true });
  else if (!changes.has("tags")) {
    const [tagsBefore, tags] = [providers.tags(was, "before"), providers.tags(resource, "after")];
    if (tags !== undefined && !same(tagsBefore, tags)) changes.set("tagsAll", inPlace);
  }
  return changes;
}

/** A value in which what refers to these resources is another text; every text, where none is seen to. */
function withOthers(value: unknown, resources: readonly Deployed[]): unknown {
  const names = resources.flatMap(namesOf);
  const mapped = mapTexts(value, (text) =>
    names.some((name) => text.includes(name)) ? `${text} of old` : text,
  );
  return same(mapped, value) ? mapTexts(value, (text) => `${text} of old`) : mapped;
}

const namesOf = ({ id, arn }: Deployed): string[] =>
  [id, arn].filter((name): name is string => name !== undefined && name !== "");

function mapTexts(value: unknown, to: (text: string) => string): unknown {
  if (typeof value === "string") return to(value);
  if (Array.isArray(value)) return value.map((inner) => mapTexts(inner, to));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapTexts(inner, to)]));
}

/** Whether what a value holds of a resource is another after its step. */
function tellsAnew({ op, resource, changed }: Step, value: unknown): boolean {
  if (op === "update") return resource.type === "docker:index/image:Image" && changed.length > 0;
  const text = JSON.stringify(value) ?? "";
  return namesOf(resource).some((name) => text.includes(name));
}

/**
 * What the engine deletes before a resource that is deleted first, because it refers to it by an input whose change replaces:
 * by URNs of the version before.
 */
function brokenBy(first: Deployed, all: readonly Deployed[]): string[] {
  const within = contents(all);
  const broken = new Set([first.urn]);
  for (const resource of inOrder(all)) {
    if (!resource.custom || broken.has(resource.urn)) continue;
    const inputs = Object.entries(resource.references)
      .filter(([, urns]) => urns.flatMap(within).some((urn) => broken.has(urn)))
      .map(([input]) => input);
    const asked = inputs.map((input) => {
      const users = all.filter(({ urn }) => broken.has(urn));
      const before = { ...resource.inputs, [input]: withOthers(resource.inputs[input], users) };
      return changedInputs(resource.type, before, resource.inputs, resource.ignoreChanges).get(input);
    });
    if (asked.some((change) => change?.replaces)) broken.add(resource.urn);
  }
  broken.delete(first.urn);
  return [...broken];
}

interface Providers {
  /** What a resource is tagged with in one of the versions. */
  tags(resource: Deployed, version: "before" | "after"): Record<string, unknown> | undefined;
  /** Whether its provider is made anew, and with it everything it made. */
  replaced(resource: Deployed): boolean;
}

function providersOf(before: readonly Deployed[], after: readonly Deployed[]): Providers {
  const of = (all: readonly Deployed[]): Map<string, Deployed> =>
    new Map(
      all
        .filter(({ type }) => type.startsWith("pulumi:providers:"))
        .map((provider) => [provider.urn, provider]),
    );
  const known = { before: of(before), after: of(after) };
  const urnOf = ({ provider }: Deployed): string => provider.split("::").slice(0, 4).join("::");
  return {
    tags(resource, version) {
      const { defaultTags } = known[version].get(urnOf(resource))?.inputs ?? {};
      const { tags = {} } = (parsed(defaultTags) ?? {}) as { tags?: Record<string, unknown> };
      return allTags(resource.type, tags, resource.inputs.tags as Record<string, unknown> | undefined);
    },
    replaced(resource) {
      const [was, is] = [known.before, known.after].map((providers) => providers.get(urnOf(resource)));
      return was !== undefined && is !== undefined && !same(was.inputs.region, is.inputs.region);
    },
  };
}

/** Providers are configured with JSON as text. */
const parsed = (value: unknown): unknown =>
  typeof value === "string" ? (JSON.parse(value) as unknown) : value;

function providerChanges(was: Deployed, { inputs }: Deployed): Changes {
  const keys = new Set([...Object.keys(was.inputs), ...Object.keys(inputs)]);
  return new Map(
    [...keys]
      .filter((key) => !same(parsedOr(was.inputs[key]), parsedOr(inputs[key])))
      .map((key) => [key, { ...inPlace, replaces: key === "region" }]),
  );
}
const parsedOr = (value: unknown): unknown => {
  try {
    return parsed(value);
  } catch {
    return value;
  }
};

/** What a reference to a resource may hold the id of: itself, and what a component is made of. */
function contents(all: readonly Deployed[]): (urn: string) => string[] {
  const children = new Map<string, string[]>();
  const components = new Set(all.filter(({ custom }) => !custom).map(({ urn }) => urn));
  for (const { urn, parent } of all) children.set(parent, [...(children.get(parent) ?? []), urn]);
  const below = (urn: string): string[] =>
    (children.get(urn) ?? []).flatMap((child) => [child, ...below(child)]);
  return (urn) => (components.has(urn) ? below(urn) : [urn]);
}

/** What is depended on first; else as it was. */
function inOrder(resources: readonly Deployed[]): Deployed[] {
  const known = new Map(resources.map((resource) => [resource.urn, resource]));
  const done = new Set<string>();
  const ordered: Deployed[] = [];
  const visit = (resource: Deployed): void => {
    if (done.has(resource.urn)) return;
    done.add(resource.urn);
    for (const urn of [
      resource.parent,
      resource.provider.split("::").slice(0, 4).join("::"),
      ...resource.dependencies,
    ]) {
      const needed = known.get(urn);
      if (needed) visit(needed);
    }
    ordered.push(resource);
  };
  resources.forEach(visit);
  return ordered;
}
