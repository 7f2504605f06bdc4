/** What is to be done with each thing that an update left behind. Pure: the state and AWS's answers come in as values. */
import type { Seen, TaggedThing } from "./look";
import {
  type Exported,
  kindOf,
  nameOf,
  type Operation,
  operationsOf,
  type Resource,
  resourcesOf,
} from "./state";
import type { Fields } from "../state/json";
import { knownTypes, type Tagged, wayOf, withoutPlace } from "./types";

/**
 * - `adopt`: the state takes it
 * - `delete`: Pulumi deletes it
 * - `forget`: there is nothing to keep; the next update makes it
 * - `cannot`: nothing is done before somebody has decided
 */
export type What = "adopt" | "delete" | "forget" | "cannot";

export interface Step {
  what: What;
  type: string;
  /** In the program; of a thing that the state knows nothing of, what AWS calls it. */
  name: string;
  /** URN of what it was to be; left out for a thing that no operation was to make. */
  urn?: string;
  /** As an import takes it. */
  id?: string;
  because: string;
  /** Whether this needs no question. */
  certain: boolean;
  operation?: Operation;
}

export interface Plan {
  steps: Step[];
  /** URNs of what is in the state and may have changed at AWS: it is read again. */
  reread: string[];
  /** Things with the stack's tags that are not judged, by kind: revisions of task definitions, tasks. */
  others: Record<string, number>;
}

export function plan(state: Exported, seen: Seen): Plan {
  const resources = resourcesOf(state);
  const taken = new Set<string>();
  const live = new Set(
    resources.filter((each) => !each.delete && !each.pendingReplacement).map(({ urn }) => urn),
  );
  const steps: Step[] = [];
  for (const operation of operationsOf(state).filter(isUnsure)) {
    const step = judge(operation, { resources, seen, taken, live });
    steps.push(step);
    if (step.id !== undefined) taken.add(own(step.type, step.id));
    if (step.what === "adopt") live.add(step.urn!);
  }
  const made = operationsOf(state).map(({ resource }) => resource);
  const { strays, others } = leftOver([...resources, ...made], seen, taken);
  const touched = operationsOf(state).filter((operation) => !isUnsure(operation));
  const reread = [
    ...touched.map(({ resource }) => resource.urn).filter((urn) => live.has(urn)),
    // Adopted by a run of this command that was cut off itself.
    ...resources.filter((each) => atAws(each) && each.outputs === undefined).map(({ urn }) => urn),
  ];
  return { steps: [...steps, ...strays], reread: [...new Set(reread)], others };
}

/** Whether somebody has to do something. */
export const isDone = ({ steps, reread }: Plan): boolean => steps.length === 0 && reread.length === 0;

const atAws = ({ custom, type }: Resource): boolean => custom === true && !type.startsWith("pulumi:");
/** Whether AWS may have made something that the state does not know. */
export const isUnsure = ({ type, resource }: Operation): boolean =>
  (type === "creating" || type === "importing") && atAws(resource);

/** A cluster and a group of schedules may have one name: of one type ids are unlike. */
const own = (type: string, id: string): string => `${type} ${id}`;

interface Known {
  resources: readonly Resource[];
  seen: Seen;
  /** What another operation got: {@link own}. */
  taken: ReadonlySet<string>;
  /** URNs that have a resource. */
  live: ReadonlySet<string>;
}

function judge(operation: Operation, { resources, seen, taken, live }: Known): Step {
  const { type, urn } = operation.resource;
  const step = (what: What, because: string, id?: string): Step => ({
    ...{ what, type, name: nameOf(urn), urn, because, certain: true, operation },
    ...(id !== undefined && { id }),
  });
  const found = candidates(operation, seen);
  if (found instanceof Error) return step("cannot", found.message);
  if (typeof found === "string") return step("forget", found);
  // What is deleted already, to be made anew, is not the new one.
  const rivals = resources.filter((each) => each.type === type && !each.pendingReplacement);
  const open = found.ids.filter((id) => !taken.has(own(type, id)) && !rivals.some((each) => isOf(each, id)));
  const [id, ...more] = open;
  if (id === undefined)
    return step(
      "forget",
      found.ids.length > 0 ? "the state has it already" : "AWS has none that is this stack's",
    );
  // Two that are made alike: which of them is used shows when the state has one. A second is deleted.
  const second = live.has(urn);
  const sure = found.sure ? "" : ", if AWS has it";
  const { protect, retainOnDelete } = operation.resource;
  if (second)
    return {
      ...step("delete", `the state has another of this name in use${sure}`, id),
      certain: !protect && !retainOnDelete,
    };
  const also = more.length > 0 ? `; ${more.length} more of the kind` : "";
  return step("adopt", `AWS made it, and the state did not learn of it${sure}${also}`, id);
}

/** Ids of what may be it; a reason where nothing is to be looked for, an error where that cannot be told. */
function candidates(
  operation: Operation,
  seen: Seen,
): { ids: readonly string[]; sure: boolean } | string | Error {
  const { type, inputs = {}, id } = operation.resource;
  // AWS had answered already, and only the end of the step was not written down.
  if (id !== undefined && id !== "") return { ids: [id], sure: true };
  const way = wayOf(type);
  switch (way?.how) {
    case undefined:
      return new Error("how it is found at AWS is not known here");
    case "again":
      return way.because;
    case "named":
      return { ids: [way.id(inputs)], sure: false };
    case "listed": {
      const ids = seen.listed.get(operation) ?? [];
      return ids instanceof Error ? ids : { ids, sure: true };
    }
    case "tagged": {
      const own = Object.entries((inputs.tags ?? {}) as Record<string, string>);
      const ids = seen.tagged.flatMap((thing) => {
        const name = nameIn(thing, way);
        const same = own.every(([key, value]) => thing.tags[key] === value);
        return name !== undefined && same && (way.is?.(inputs, name) ?? true)
          ? [way.id?.(name, thing.arn, inputs) ?? name]
          : [];
      });
      return { ids, sure: true };
    }
  }
}

const nameIn = ({ arn }: TaggedThing, { arn: pattern }: Tagged): string | undefined =>
  pattern.exec(withoutPlace(arn))?.[1];

/** Whether the state has it, by what an import would call it: what begins or ends alike is another. */
function isOf({ type, id, inputs = {}, outputs }: Resource, importId: string): boolean {
  if (id === undefined || type.startsWith("pulumi:")) return false;
  const way = wayOf(type);
  return (
    [id, outputs?.arn, outputs?.name, ...withParent(id, inputs)].includes(importId) ||
    (way?.how === "named" && way.id(inputs) === importId) ||
    // What a parent lists is mostly known by an id that AWS made, a record by its inputs alone.
    (way?.how === "listed" && way.id(inputs, {}) === importId) ||
    (way?.how === "tagged" && way.is?.(inputs, importId) === true)
  );
}

/** An import has a thing's parent before its id, or behind it. */
function withParent(id: string, inputs: Fields): string[] {
  const {
    apiId,
    domainName,
    vpc,
    function: lambda,
    qualifier,
  } = inputs as Record<string, string | undefined>;
  const parents = [apiId, !qualifier ? lambda : `${lambda}:${qualifier}`];
  return [...parents.map((parent) => `${parent}/${id}`), `${id}/${domainName}`, `${id}:${vpc}`];
}

/** What carries the tags, or leads to what is the stack's, and neither the state nor an operation knows. */
function leftOver(
  resources: readonly Resource[],
  seen: Seen,
  taken: ReadonlySet<string>,
): { strays: Step[]; others: Record<string, number> } {
  const strays: Step[] = [];
  const others: Record<string, number> = {};
  for (const thing of seen.tagged) {
    const short = withoutPlace(thing.arn);
    const end = short.split("/").at(-1)!;
    // Two kinds of alarms have ARNs of one form: what is known as the one is no stray of the other.
    const types = knownTypes.filter((each) => {
      const way = wayOf(each);
      return way?.how === "tagged" && way.arn.test(short);
    });
    const [type] = types;
    const way = type === undefined ? undefined : wayOf(type);
    // A VPC's default group is one of the groups to EC2 and a type of its own here: EC2's ids are known under any type. It
    // keeps the tags that closeDefaultGroup gave it, and goes with the VPC alone.
    const isKind = (each: Pick<Resource, "type">): boolean =>
      types.length === 0 || short.startsWith("ec2:") || types.includes(each.type);
    const known = (...ids: string[]): boolean =>
      ids.some((id) => knownTypes.some((each) => isKind({ type: each }) && taken.has(own(each, id)))) ||
      resources.some(
        (each) =>
          [each.id, each.outputs?.arn].includes(thing.arn) ||
          each.outputs?.defaultSecurityGroupId === end ||
          (ids.includes(each.id ?? "") && isKind(each)),
      );
    if (type === undefined || way?.how !== "tagged") {
      const kind = short.split("/")[0]!;
      if (!known(end)) others[kind] = (others[kind] ?? 0) + 1;
      continue;
    }
    const name = nameIn(thing, way)!;
    const id = way.id?.(name, thing.arn, {}) ?? name;
    if (known(name, id) || resources.some((each) => types.includes(each.type) && isOf(each, id))) continue;
    const because = "it carries the stack's tags, and neither the state nor what was cut off knows it";
    strays.push({ what: "delete", type, name: thing.tags.Name ?? name, id, because, certain: false });
  }
  for (const { type, id, because: why } of seen.own) {
    if (taken.has(own(type, id)) || resources.some((each) => each.type === type && isOf(each, id))) continue;
    const because = `${why}, and neither the state nor what was cut off knows it`;
    strays.push({ what: "delete", type, name: id.split(/[/:]/).at(-1)!, id, because, certain: false });
  }
  // Those that hang on others go first: so they stand behind them here.
  strays.sort((a, b) => knownTypes.indexOf(a.type) - knownTypes.indexOf(b.type));
  return { strays, others };
}

/** For people: `Vpc network`. */
export const titleOf = ({ type, name }: Pick<Step, "type" | "name">): string => `${kindOf(type)} ${name}`;
