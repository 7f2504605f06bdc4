import { Deployed } from "./deployed";
import { Door, doorsOf } from "./doors";
import { Notice, noticesOf } from "./people";
import { Step, Update, updateFrom } from "./update";
import { changeTexts } from "./values";
import { shortType } from "../plan/values";
import { Version } from "./versions";

/** One line of the comparison. */
export interface Line {
  op: Step["op"];
  /** For example `ecs.Service`. */
  type: string;
  name: string;
  urn: string;
  /** What changes, leaf by leaf. */
  changes: string[];
  /** Inputs that force a replacement. */
  replacedFor: string[];
  deletesFirst: boolean;
  /** Stays in AWS, though the stack forgets it. */
  kept: boolean;
}

/** What coming from one version to the other changes, and for whom. */
export interface Comparison {
  before: string;
  counts: Record<Step["op"], number> & { unchanged: number };
  /** By the component at the top, in the program's order. */
  groups: { component: string; lines: Line[] }[];
  notices: Notice[];
  doors: Door[];
  /** USD a month before traffic; absent where there are no prices, and partial where something of either has none. */
  cost: { before?: number; after?: number; partial?: true };
}

export const changesSomething = ({ groups }: Comparison): boolean => groups.length > 0;

export function compare(before: Version, after: Version): Comparison {
  const update = updateFrom(before.resources, after.resources);
  const all = [...before.resources, ...after.resources];
  const known = new Map(all.map((resource) => [resource.urn, resource]));
  const named = (urn: string): string => known.get(urn)?.name ?? urn.split("::").pop() ?? urn;
  const counts = { create: 0, import: 0, update: 0, replace: 0, delete: 0, unchanged: update.unchanged };
  for (const { op } of update.steps) counts[op] += 1;
  return {
    before: before.name,
    counts,
    groups: grouped(update, known, (step) => lineOf(step, named)),
    notices: noticesOf(update, after.warnings),
    doors: doorsOf(update.steps, named),
    cost: {
      ...{ before: before.cost.total, after: after.cost.total },
      ...(before.cost.unpriced.length + after.cost.unpriced.length > 0 && { partial: true }),
    },
  };
}

function lineOf(step: Step, named: (urn: string) => string): Line {
  const { op, resource, replacedFor, deletesFirst } = step;
  return {
    op,
    type: shortType(resource.type),
    name: resource.name,
    urn: resource.urn,
    changes: changeTexts(step, named),
    replacedFor,
    deletesFirst,
    kept: (op === "delete" || op === "replace") && (step.before ?? resource).retainOnDelete,
  };
}

function grouped(
  { steps }: Update,
  known: ReadonlyMap<string, Deployed>,
  line: (step: Step) => Line,
): Comparison["groups"] {
  const groups = new Map<string, Line[]>();
  for (const step of steps) {
    const component = topOf(step.resource, known);
    const lines = groups.get(component) ?? [];
    groups.set(component, lines);
    lines.push(line(step));
  }
  const order = [...known.values()].map(({ name }) => name);
  return [...groups]
    .sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
    .map(([component, lines]) => ({ component, lines }));
}

/** The name of the component at the top; empty for what stands there by itself. */
function topOf(resource: Deployed, known: ReadonlyMap<string, Deployed>): string {
  const parent = known.get(resource.parent);
  if (!parent) return resource.custom ? "" : resource.name;
  return topOf(parent, known);
}
