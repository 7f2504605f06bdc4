import { Deployment, unknown } from "../../simulate/deployment";
import { Deployed } from "../against/deployed";
import { PlannedCost } from "../cost/report/saved";
import { type CriticalPath, criticalPath } from "./critical-path";
import { Node, treeOf } from "./tree";
import { afterUp, hidden } from "./values";

/** A value that only AWS can tell, in {@link toJson}. */
export const unknownMarker = `[${afterUp}]`;

/** A resource in the output of `plan --json`. */
export interface PlannedResource {
  urn: string;
  /** Pulumi type token. */
  type: string;
  name: string;
  /** URN; of the stack itself, which is not listed, for what stands at the top. */
  parent: string;
  /** Keys sorted; {@link unknownMarker} and `[secret]` stand for values that are not shown. */
  inputs: Record<string, unknown>;
  /** Input → URNs of the resources it refers to. */
  references: Record<string, string[]>;
  /** URNs of all it waits for. */
  dependencies: string[];
}

/** The output of `plan --json`. */
export interface Plan {
  project: string;
  stack: string;
  region: string;
  resources: PlannedResource[];
  criticalPath: CriticalPath;
  warnings: string[];
  outputs: Record<string, unknown>;
  /** What `plan --against` compares: the resources as they would be after `pulumi up`. */
  deployed?: Deployed[];
}

/** The plan for programs, with resources in the order of the tree. */
export function toPlan(deployment: Deployment): Plan {
  const { project, stack, region, warnings, outputs } = deployment;
  const flatten = (node: Node): Node[] => [node, ...node.children.flatMap(flatten)];
  return {
    project,
    stack,
    region,
    resources: treeOf(deployment)
      .flatMap(flatten)
      .map(({ resource: r }) => ({
        urn: r.urn,
        type: r.type,
        name: r.name,
        parent: r.parent,
        inputs: plain(
          Object.fromEntries(
            Object.entries(r.inputs).map(([key, value]) => [
              key,
              r.secretInputs.includes(key) ? hidden : value,
            ]),
          ),
        ) as Record<string, unknown>,
        references: plain(
          Object.fromEntries(Object.entries(r.propertyDependencies).filter(([, urns]) => urns.length > 0)),
        ) as Record<string, string[]>,
        dependencies: [...r.dependencies].sort(),
      })),
    criticalPath: criticalPath(deployment),
    warnings,
    outputs: plain(outputs) as Record<string, unknown>,
  };
}

/** {@link toPlan} as text, with what it costs and what another version can be compared with. */
export const renderJson = (deployment: Deployment, cost: PlannedCost, deployed: Deployed[]): string =>
  `${JSON.stringify({ ...toPlan(deployment), cost, deployed }, null, 2)}\n`;

function plain(value: unknown): unknown {
  if (value === unknown) return unknownMarker;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, plain(inner)]),
  );
}
