/** Where something is: in the network, and in a list. */
import type { Deployment } from "../../simulate/deployment";
import { properties, referred, text } from "../local/recorded";
import type { Drawing } from "./drawing";

/** Names of the zones that subnets are in, sorted. */
export function zonesOf(deployment: Deployment, subnets: readonly string[]): string[] {
  const zones = subnets.flatMap((id) => {
    const subnet = referred(deployment, "aws:ec2/subnet:Subnet", id);
    return (subnet && text(properties(subnet).availabilityZone)) ?? [];
  });
  return [...new Set(zones)].sort();
}

/** The group of something with interfaces in these subnets: among the tasks, or elsewhere in the VPC. */
export function placeOf({ topology }: Drawing, subnets: readonly string[]): string {
  const tasks = topology.services.flatMap((service) => service.subnets.map(({ id }) => id));
  return subnets.length > 0 && subnets.every((id) => tasks.includes(id)) ? "subnets" : "vpc";
}

/** Whose resources are: the stack's or, by its URN, that of one that it shares. */
export function ownersOf({ stack, references }: Deployment): Drawing["ownerOf"] {
  return (urn) => {
    const owner = /^urn:pulumi:([^:]+)::/.exec(urn ?? "")?.[1];
    return references.length === 0 || owner === undefined
      ? undefined
      : { stack: owner, own: owner === stack };
  };
}

/** Sorted, because the order of registration varies. */
export const byName = <T extends { name: string }>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => (a.name < b.name ? -1 : 1));
