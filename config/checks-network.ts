import { endpointForAction, gatewayEndpoints } from "../rules/endpoints";
import { rulesPerSecurityGroup } from "../rules/quotas";
import { isGiven, Problem, Said } from "./problems";
import { ServiceConfig } from "./schema";
import { NetworkConfig } from "./schema-network";

/** What of the network takes more than one field, or knowledge of AWS, to judge; see checks-service.ts. */

export function checkNetwork(network: Partial<NetworkConfig>, raw: unknown, problems: Problem[]): void {
  const { cidr, zones, endpointZones, egress, natGateways, reach, existing } = network;
  if (cidr !== undefined && !isVpcRange(cidr)) {
    problems.push({
      path: "network.cidr",
      got: cidr,
      allowed: "a private range (10/8, 172.16/12, 192.168/16) of /16 to /20 that begins on its own boundary",
      fix: "use for example 10.0.0.0/16",
    });
  }
  if (Array.isArray(zones) && new Set(zones).size < zones.length) {
    problems.push({
      path: "network.zones",
      got: zones,
      allowed: "each zone once",
      fix: "take the repeated id out",
    });
  }
  const count = existing?.subnetIds.length ?? (Array.isArray(zones) ? zones.length : zones);
  if (endpointZones !== undefined && count !== undefined && endpointZones > count) {
    problems.push({
      path: "network.endpointZones",
      got: endpointZones,
      allowed: `1–${count}, the zones of the network`,
      fix: `set it to ${count} or add zones`,
    });
  }
  if (natGateways !== undefined && isGiven(raw, "natGateways") && egress !== undefined && egress !== "nat") {
    problems.push({
      path: "network.natGateways",
      got: natGateways,
      allowed: "only with egress nat",
      fix: "take it out or set network.egress to nat",
    });
  }
  for (const [i, { to, port }] of (reach ?? []).entries()) {
    if (reach!.findIndex((other) => other.to === to && other.port === port) < i) {
      problems.push({
        path: `network.reach.${i}`,
        got: { to, port },
        allowed: "each target and port once",
        fix: "take the repeated one out",
      });
    }
    const bytes = to.split(/[./]/).map(Number);
    if (!to.includes("/") || (bytes.slice(0, 4).every((byte) => byte <= 255) && bytes[4]! <= 32)) continue;
    problems.push({
      path: `network.reach.${i}.to`,
      got: to,
      allowed: "an address range with bytes of 0–255 and a mask of 0–32",
      fix: "use for example 10.1.0.0/16",
    });
  }
  // The tasks' group has a rule to the internet or to the endpoints, and to S3 and DynamoDB.
  const rules = (reach?.length ?? 0) + 4;
  if (rules > rulesPerSecurityGroup) {
    problems.push({
      path: "network.reach",
      got: new Said(`${rules} rules with those for AWS`),
      allowed: `${rulesPerSecurityGroup} in a security group`,
      fix: "name a prefix list or a group that covers several",
    });
  }
  if ((raw as { egress?: unknown } | null)?.egress === "ipv6") explainIpv6(problems);
  if (existing) checkExisting(existing, raw, problems);
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html */
function explainIpv6(problems: Problem[]): void {
  const index = problems.findIndex((problem) => problem.path === "network.egress");
  problems[index] = {
    path: "network.egress",
    got: "ipv6",
    allowed: "endpoints, nat, public",
    fix:
      "choose one of them: Fargate tasks in a dual-stack subnet still need an IPv4 way to ECR and CloudWatch " +
      "(https://github.com/aws/containers-roadmap/issues/2641)",
  };
}

function checkExisting(
  existing: NonNullable<NetworkConfig["existing"]>,
  raw: unknown,
  problems: Problem[],
): void {
  for (const key of ["cidr", "zones", "natGateways"].filter((candidate) => isGiven(raw, candidate))) {
    problems.push({
      path: `network.${key}`,
      got: new Said("set together with network.existing"),
      allowed: "only for a VPC that this program makes",
      fix: "take it out: the existing VPC decides it",
    });
  }
  const interfaces = existing.endpoints.filter((name) => !gatewayEndpoints.includes(name));
  if (interfaces.length > 0 && existing.endpointSecurityGroupId === undefined) {
    problems.push({
      path: "network.existing.endpointSecurityGroupId",
      got: undefined,
      allowed: "sg-…",
      fix: `name the group of ${interfaces.join(", ")}, which must admit the tasks`,
    });
  }
}

/** A gateway endpoint without route tables is made, and reached by nobody. */
export function checkGateways(
  { existing }: Partial<NetworkConfig>,
  services: Record<string, Partial<ServiceConfig>>,
  problems: Problem[],
): void {
  if (!existing || existing.routeTableIds.length > 0) return;
  const actions = Object.values(services).flatMap(({ permissions = [] }) =>
    permissions.flatMap((p) => p.actions),
  );
  const needed = gatewayEndpoints.filter(
    (name) => name === "s3" || actions.some((action) => endpointForAction(action) === name),
  );
  const missing = needed.filter((name) => !existing.endpoints.includes(name));
  if (missing.length === 0) return;
  problems.push({
    path: "network.existing.routeTableIds",
    got: existing.routeTableIds,
    allowed: "one rtb-… or more",
    fix: `name the subnets' route tables for ${missing.join(" and ")}, or list that in network.existing.endpoints`,
  });
}

function isVpcRange(cidr: string): boolean {
  const [, a, b, c, d, mask] = (/^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr) ?? []).map(Number);
  if (a === undefined || b === undefined || c === undefined || d === undefined || mask === undefined)
    return false;
  if ([a, b, c, d].some((byte) => byte > 255) || mask < 16 || mask > 20) return false;
  const isPrivate = a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168);
  return isPrivate && d === 0 && c % 2 ** (24 - mask) === 0;
}
