// @ts-nocheck
import { Deployment, Resource } from "../../simulate/deployment";
import { describe, typeRank } from "./describe";
import { afterUp, holdsUnknown, labeller, shortType, show } from "./values";

/** A resource and what hangs under it. */
export interface Node {
  resource: Resource;
  /** For example `ecs.Service`. */
  type: string;
  /** The inputs that matter, see {@link describe}. */
  details: string[];
  children: Node[];
}

const byNumberedName = new Intl.Collator("en", { numeric: true });
const isProvider = ({ type }: Resource): boolean => type.startsWith("pulumi:providers:");

/**
 * The stack's resources by component. Components stand in the order of the program; what they hold is in the order of
 * types and names, so that a plan does not depend on what registers first.
 */
export function treeOf(deployment: Deployment): Node[] {
  const label = labeller(deployment.resources);
  const byParent = new Map<string, Resource[]>();
  for (const resource of deployment.resources) {
    const siblings = byParent.get(resource.parent) ?? [];
    byParent.set(resource.parent, siblings);
    siblings.push(resource);
  }
  const childrenOf = (parent: string): Node[] =>
    (byParent.get(parent) ?? [])
      .map((resource, i) => ({ resource, i }))
      .sort((a, b) => compare(a.resource, b.resource) || a.i - b.i)
      .map(({ resource }) => ({
        resource,
        type: shortType(resource.type),
        details: describe(resource, label),
        children: childrenOf(resource.urn),
      }));
  return (byParent.get("") ?? []).flatMap(({ urn }) => childrenOf(urn));
}

function compare(a: Resource, b: Resource): number {
  const kind = (resource: Resource): number => (isProvider(resource) ? 0 : resource.custom ? 2 : 1);
  if (kind(a) !== kind(b)) return kind(a) - kind(b);
  if (!a.custom) return 0;
  return (
    typeRank(a.type) - typeRank(b.type) ||
    byNumberedName.compare(a.type, b.type) ||
    byNumberedName.compare(a.name, b.name)
  );
}

/** What a provider makes below a node, the node included: components and the configuration of providers are not counted. */
export function countOf({ resource, children }: Node): number {
  const self = resource.custom && !isProvider(resource) ? 1 : 0;
  return children.reduce((sum, child) => sum + countOf(child), self);
}

/** The stack's outputs, nested ones by path: `services.flask.image`. */
export function outputsOf(deployment: Deployment): [name: string, text: string][] {
  const flatten = (value: unknown, path: string): [string, string][] => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return [[path, holdsUnknown(value) ? afterUp : show(value)]];
    }
    return Object.entries(value).flatMap(([key, inner]) =>
      flatten(inner, path === "" ? key : `${path}.${key}`),
    );
  };
  const { platform, ...outputs } = deployment.outputs;
  const rows = flatten(outputs, "");
  return platform === undefined ? rows : [...rows, ["platform", "what stacks that share this one read"]];
}
