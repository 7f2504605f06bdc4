/**
 * Whether security groups let the VPC link reach a service's tasks. Both sides need a rule: the link's groups an egress
 * rule and the tasks' groups an ingress rule on the port (aws-facts §2 "SGs", [H]). A group without egress rules lets
 * nothing out: the provider removes the allow-all rule that EC2 puts into a new group.
 */
import { isIPv4 } from "node:net";
import { ofType, type Deployment, type Resource } from "../../simulate/deployment";
import { number, properties, referred, text, texts } from "./recorded";
import type { ServiceView } from "./ecs/views";

/** One side of a connection. */
export interface Side {
  securityGroups: string[];
  /** Ids of the subnets its addresses are in. */
  subnets: string[];
}

/** The reason why packets from the link do not arrive at the service's tasks, if they do not. */
export function blockedPath(
  deployment: Deployment,
  link: Resource,
  service: ServiceView,
): string | undefined {
  const port = service.registration?.port;
  if (port === undefined) return undefined;
  switch (missingRule(deployment, linkSide(link), taskSide(service), port)) {
    case "egress":
      return `no egress rule lets the VPC link out to the tasks on port ${port}`;
    case "ingress":
      return `no ingress rule admits the VPC link to the tasks on port ${port}`;
    case undefined:
      return undefined;
  }
}

export const linkSide = ({ inputs }: Resource): Side => ({
  securityGroups: texts(inputs.securityGroupIds),
  subnets: texts(inputs.subnetIds),
});

export const taskSide = ({ securityGroups, subnets }: ServiceView): Side => ({
  securityGroups,
  subnets: subnets.map(({ id }) => id),
});

/** Which side's rules keep packets of TCP from arriving; undefined if none does. */
export function missingRule(
  deployment: Deployment,
  from: Side,
  to: Side,
  port: number,
): "egress" | "ingress" | undefined {
  if (permits(deployment, "Egress", from, to, port).length === 0) return "egress";
  if (permits(deployment, "Ingress", to, from, port).length === 0) return "ingress";
  return undefined;
}

/** The rules of one side's groups that let packets of TCP to or from the other. */
export function permits(
  deployment: Deployment,
  direction: "Egress" | "Ingress",
  own: Side,
  peer: Side,
  port: number,
): Resource[] {
  const blocks = blocksOf(deployment, peer.subnets);
  return ofType(deployment, `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`).filter(
    ({ inputs }) =>
      own.securityGroups.includes(text(inputs.securityGroupId) ?? "") &&
      onPort(inputs, port) &&
      (peer.securityGroups.includes(text(inputs.referencedSecurityGroupId) ?? "") ||
        (text(inputs.cidrIpv4) !== undefined &&
          blocks.length > 0 &&
          blocks.every((block) => contains(text(inputs.cidrIpv4) ?? "", block)))),
  );
}

/** Whether the groups let packets of TCP out to a destination that is no security group. */
export function letsOut(
  deployment: Deployment,
  securityGroups: readonly string[],
  to: { prefixListId: string | undefined } | "everywhere",
  port: number,
): boolean {
  return ofType(deployment, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule").some(
    ({ inputs }) =>
      securityGroups.includes(text(inputs.securityGroupId) ?? "") &&
      onPort(inputs, port) &&
      (inputs.cidrIpv4 === "0.0.0.0/0" ||
        (to !== "everywhere" && to.prefixListId !== undefined && inputs.prefixListId === to.prefixListId)),
  );
}

function onPort(inputs: Record<string, unknown>, port: number): boolean {
  const protocol = text(inputs.ipProtocol);
  if (protocol === "-1") return true;
  const from = number(inputs.fromPort);
  const to = number(inputs.toPort) ?? from;
  return protocol === "tcp" && from !== undefined && to !== undefined && from <= port && port <= to;
}

const blocksOf = (deployment: Deployment, subnetIds: string[]): string[] =>
  subnetIds.flatMap((id) => {
    const subnet = referred(deployment, "aws:ec2/subnet:Subnet", id);
    return (subnet && text(properties(subnet).cidrBlock)) ?? [];
  });

/** Whether the IPv4 block `outer` contains all of `inner`. */
export function contains(outer: string, inner: string): boolean {
  const read = (block: string) => {
    const [address = "", bits = "32"] = block.split("/");
    if (!isIPv4(address)) return undefined;
    return {
      value: address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0),
      bits: Number(bits),
    };
  };
  const [a, b] = [read(outer), read(inner)];
  if (!a || !b || a.bits > b.bits) return false;
  const size = 2 ** (32 - a.bits);
  return Math.floor(a.value / size) === Math.floor(b.value / size);
}
