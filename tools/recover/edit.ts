/**
 * The state as the engine would have written it, had it heard AWS's answers. What is to be deleted gets a name of its own, so
 * that Pulumi can delete it and nothing else, by the provider that made it.
 *
 * `pulumi refresh --import-pending-creates` adopts too, but what a replacement was making has the URN of what it replaces,
 * and of two with one URN a state takes only one that is not marked for deletion:
 * https://github.com/pulumi/pulumi/blob/v3.248.0/pkg/resource/deploy/snapshot.go (VerifyIntegrity)
 */
import type { Exported, Home, Resource } from "./state";
import { operationsOf, resourcesOf } from "./state";
import type { Step } from "./plan";

export interface Edited {
  state: Exported;
  /** URNs of what AWS has to be asked for. */
  adopted: string[];
  /** URNs of what is to be deleted then. */
  doomed: string[];
}

/** @param steps those that were agreed to */
export function edit(state: Exported, steps: readonly Step[], { root, provider }: Home): Edited {
  const resources = [...resourcesOf(state)];
  const adopted: string[] = [];
  const doomed: string[] = [];
  const strays: string[] = [];
  for (const { what, type, urn, id, operation } of steps) {
    if (what === "adopt") {
      adopted.push(urn!);
      adopt(resources, { ...operation!.resource, id: id! });
    } else if (what === "delete" && operation !== undefined) {
      const spare = freeName(resources, `${urn!}-spare`);
      doomed.push(spare);
      resources.push({ ...expendable(operation.resource), urn: spare, id: id! });
    } else if (what === "delete") {
      const prefix = root.split("::").slice(0, 2).join("::");
      const stray = freeName(resources, `${prefix}::${type}::recovered-${id!}`);
      doomed.push(stray);
      // Parents come first, and what depends on them goes before them.
      resources.push({
        urn: stray,
        custom: true,
        id: id!,
        type,
        parent: root,
        provider,
        dependencies: [...strays],
      });
      strays.push(stray);
    }
  }
  return { state: withoutOperations(state, resources), adopted, doomed };
}

/** The state with these resources, and nothing pending. */
export function withoutOperations(state: Exported, resources = resourcesOf(state)): Exported {
  const deployment = { ...state.deployment, resources: [...resources] };
  delete deployment.pending_operations;
  return { ...state, deployment };
}

/** Behind all that it depends on; in the place of what was deleted to be made anew. */
function adopt(resources: Resource[], resource: Resource): void {
  const replaced = resources.findIndex(
    ({ urn, pendingReplacement }) => urn === resource.urn && pendingReplacement,
  );
  if (replaced < 0) return void resources.push(resource);
  resources.splice(replaced, 1);
  const needs = new Set([resource.parent, ...(resource.dependencies ?? [])]);
  const behind = resources.reduce((place, { urn }, i) => (needs.has(urn) ? i + 1 : place), 0);
  resources.splice(Math.max(replaced, behind), 0, resource);
}

/** Without what keeps Pulumi from deleting it. */
function expendable(resource: Resource): Resource {
  const kept = ["protect", "retainOnDelete", "deletedWith"];
  return Object.fromEntries(Object.entries(resource).filter(([key]) => !kept.includes(key))) as Resource;
}

function freeName(resources: readonly Resource[], urn: string): string {
  const taken = new Set(resources.map((each) => each.urn));
  for (let number = 1, name = urn; ; name = `${urn}-${++number}`) if (!taken.has(name)) return name;
}

/** Whether an update went on meanwhile: then what was planned is of another state. */
export const isSame = (a: Exported, b: Exported): boolean =>
  JSON.stringify([resourcesOf(a), operationsOf(a)]) === JSON.stringify([resourcesOf(b), operationsOf(b)]);
