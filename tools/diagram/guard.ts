/** Who is let in: the promise that nobody but the VPC link may connect, as the rules keep it. */
import { ofType, type Deployment } from "../../simulate/deployment";
import { referred, text } from "../local/recorded";
import type { ServiceView } from "../local/ecs/views";
import type { Topology } from "../local/topology";
import type { Guard } from "./elements";

/** Names of security groups; the id of one that somebody else has made. */
export const groupNames = (deployment: Deployment, ids: readonly string[]): string[] =>
  ids.map((id) => referred(deployment, "aws:ec2/securityGroup:SecurityGroup", id)?.name ?? id);

/** The groups in the words of a picture; undefined without any. */
export function guardOf(deployment: Deployment, ids: readonly string[], all = ids): Guard | undefined {
  return ids.length === 0
    ? undefined
    : { groups: groupNames(deployment, ids), admits: admittedBy(deployment, all) };
}

/** Whom the rules of groups let in, sorted. */
export function admittedBy(deployment: Deployment, ids: readonly string[]): string[] {
  const sources = ofType(deployment, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    .filter(({ inputs }) => ids.includes(text(inputs.securityGroupId) ?? ""))
    .flatMap(({ inputs }) => {
      const group = text(inputs.referencedSecurityGroupId);
      if (group !== undefined) return groupNames(deployment, [group]);
      return text(inputs.cidrIpv4) ?? text(inputs.cidrIpv6) ?? text(inputs.prefixListId) ?? [];
    });
  return [...new Set(sources)].sort();
}

/** `admits only network-link`. */
export const admission = (admits: readonly string[]): string =>
  admits.length === 0 ? "admits nobody" : `admits only ${admits.join(", ")}`;

/** The groups that all tasks are in: they say what tasks may reach. Where there is one service, the first of its groups. */
export function sharedGroups({ services }: Topology): string[] {
  const [first, ...rest] = services.map(({ securityGroups }) => securityGroups);
  if (!first) return [];
  return rest.length === 0
    ? first.slice(0, 1)
    : first.filter((id) => rest.every((others) => others.includes(id)));
}

/** The guard of tasks by the groups that are theirs alone; what the shared ones admit is admitted as well. */
export function guardOfTasks(
  deployment: Deployment,
  topology: Topology,
  view: ServiceView,
): Guard | undefined {
  const shared = sharedGroups(topology);
  const own = view.securityGroups.filter((id) => !shared.includes(id));
  return guardOf(deployment, own, view.securityGroups);
}
