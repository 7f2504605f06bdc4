// @ts-nocheck
import { type Deployment, type Resource } from "../../simulate/deployment";
import { creationTime, type CreationTime } from "./creation-times";

/** Why one resource waits for another: the inputs that refer to it, or how else the program or Pulumi says so. */
export interface Wait {
  urn: string;
  by: string[];
  /** When what is waited for is there, in seconds from the start. */
  until: number;
}

/** One resource of the longest chain. */
export interface Step extends CreationTime {
  urn: string;
  type: string;
  name: string;
  /** When it begins and is there, in seconds from the start. */
  begins: number;
  ends: number;
  /** All it waits for, the last to come first: that one is the step before. */
  waitsFor: Wait[];
}

export interface CriticalPath {
  /** How long the deployment takes at least, however much is made at once. */
  seconds: number;
  /** In the order of creation. */
  steps: Step[];
  /** Sum over all resources: how long one after the other would take. */
  work: number;
}

/**
 * The chain of resources that a first deployment waits for longest, by typical creation times. What other stacks have made
 * is there already; and AWS, the engine and the machine are taken to do everything at once that does not wait.
 *
 * @throws Error for a cycle, which Pulumi would never finish
 */
export function criticalPath({ resources }: Pick<Deployment, "resources">): CriticalPath {
  const waitsOf = waits(resources);
  const known = new Map<string, Step>();
  const underway = new Set<string>();
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));

  const visit = (resource: Resource): Step => {
    const { urn, type, name } = resource;
    const done = known.get(urn);
    if (done) return done;
    if (underway.has(urn))
      throw new Error(`Resources wait for each other: ${[...underway, urn].join(" → ")}`);
    underway.add(urn);
    const waitsFor = [...waitsOf(resource)]
      .map(([other, by]): Wait => ({ urn: other, by, until: visit(byUrn.get(other)!).ends }))
      .sort((a, b) => b.until - a.until);
    underway.delete(urn);
    const begins = waitsFor[0]?.until ?? 0;
    const time = made(resource) ? creationTime(type, resource.inputs) : nothing;
    const step = { urn, type, name, ...time, begins, ends: begins + time.seconds, waitsFor };
    known.set(urn, step);
    return step;
  };

  const all = resources.map(visit);
  const steps: Step[] = [];
  let next = all.reduce<Step | undefined>(
    (last, step) => (last && last.ends >= step.ends ? last : step),
    undefined,
  );
  for (; next; next = next.waitsFor[0] && known.get(next.waitsFor[0].urn)) steps.unshift(next);
  return {
    seconds: steps.at(-1)?.ends ?? 0,
    steps: steps.filter(({ seconds }) => seconds > 0),
    work: all.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

const nothing: CreationTime = { seconds: 0, confidence: "reported" };

/** Whether it exists in a cloud. */
const made = ({ custom, type }: Resource): boolean => custom && !type.startsWith("pulumi:");

/** A component that another process makes: what is read from it arrives when all of it is there. */
const isRemote = ({ custom, type }: Resource): boolean => !custom && type.startsWith("awsx:");

/** What each resource waits for, with the reasons. */
function waits(resources: readonly Resource[]): (resource: Resource) => Map<string, string[]> {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const within = new Map<string, Resource[]>();
  const remoteOf = ({ parent }: Resource): Resource | undefined => {
    const above = byUrn.get(parent);
    return above && (isRemote(above) ? above : remoteOf(above));
  };
  for (const resource of resources) {
    const remote = remoteOf(resource);
    if (remote) within.set(remote.urn, [...(within.get(remote.urn) ?? []), resource]);
  }

  return (resource) => {
    const found = new Map<string, string[]>();
    const add = (urn: string, by: string): void => {
      if (byUrn.has(urn)) found.set(urn, [...(found.get(urn) ?? []), by]);
    };
    for (const [input, urns] of Object.entries(resource.propertyDependencies)) {
      for (const urn of urns) add(urn, input);
    }
    for (const urn of resource.dependencies) if (!found.has(urn)) add(urn, "dependsOn");
    // A component has its URN at once, a resource only when it is there.
    const parent = byUrn.get(resource.parent);
    if (parent && made(parent)) add(parent.urn, "parent");
    // A remote component is run once its own arguments are known, and answers when all it makes is there.
    const remote = remoteOf(resource);
    for (const urn of remote?.dependencies ?? []) add(urn, `arguments of ${remote!.name}`);
    if (isRemote(resource)) for (const { urn } of within.get(resource.urn) ?? []) add(urn, "part");
    return found;
  };
}
