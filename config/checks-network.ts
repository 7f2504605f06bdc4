import { canonicalRange, isRange, isVpcRange } from "../rules/cidr";
import { gatewayEndpoints, neededEndpoints } from "../rules/endpoints";
import { rulesPerSecurityGroup } from "../rules/quotas";
import { vpcLinkZones } from "../rules/zones";
import { sessionPermissions } from "../service/exec";
import { sidecarSecrets } from "../service/sidecars";
import { isGiven, Problem, Said } from "./problems";
import { ServiceConfig } from "./schema";
import { hasExec } from "./schema-exec";
import { NetworkConfig } from "./schema-network";

/** What of the network takes more than one field, or knowledge of AWS, to judge; see checks-service.ts. */

export function checkNetwork(
  network: Partial<NetworkConfig>,
  raw: unknown,
  region: string,
  problems: Problem[],
): void {
  const { cidr, zones, endpointZones, egress, natGateways, existing } = network;
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
  checkReach(network, problems);
  if ((raw as { egress?: unknown } | null)?.egress === "ipv6") explainIpv6(problems);
  if (existing) checkExisting(existing, raw, region, problems);
}

/** Rules of the tasks' group besides `network.reach`: to the internet or the endpoints, and to S3 and DynamoDB. */
export const ownRules = 4;

function checkReach({ egress, reach = [], existing }: Partial<NetworkConfig>, problems: Problem[]): void {
  const own = ownTargets({ egress, existing });
  for (const [i, { to, port }] of reach.entries()) {
    if (to.includes("/") && !isRange(to)) {
      problems.push({
        path: `network.reach.${i}.to`,
        got: to,
        allowed: "an address range with bytes of 0–255, a mask of 0–32 and no bit set beyond it",
        fix: `use for example ${canonicalRange(to) ?? "10.1.0.0/16"}`,
      });
    } else if (reach.findIndex((other) => other.to === to && other.port === port) < i) {
      problems.push({
        path: `network.reach.${i}`,
        got: { to, port },
        allowed: "each target and port once",
        fix: "take the repeated one out",
      });
    } else if (port === 443 && own.has(to)) {
      // EC2 refuses the second of two rules that say the same: InvalidPermission.Duplicate.
      problems.push({
        path: `network.reach.${i}`,
        got: { to, port },
        allowed: `what tasks may not reach already: ${own.get(to)} is open on this port`,
        fix: "take it out",
      });
    }
  }
  if (reach.length + ownRules > rulesPerSecurityGroup) {
    problems.push({
      path: "network.reach",
      got: new Said(`${reach.length + ownRules} rules with those for AWS`),
      allowed: `${rulesPerSecurityGroup} in a security group`,
      fix: "name a prefix list or a group that covers several",
    });
  }
}

/** What the tasks' group has a rule to anyway, over HTTPS, as far as the configuration tells; and in words. */
function ownTargets({ egress, existing }: Partial<NetworkConfig>): Map<string, string> {
  if (egress !== "endpoints") return new Map([["0.0.0.0/0", `with egress ${egress} any address`]]);
  const group = existing?.endpointSecurityGroupId;
  return new Map(group === undefined ? [] : [[group, "network.existing.endpointSecurityGroupId"]]);
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
  region: string,
  problems: Problem[],
): void {
  for (const key of ["cidr", "zones", "natGateways", "closeDefaultGroup"].filter((candidate) =>
    isGiven(raw, candidate),
  )) {
    problems.push({
      path: `network.${key}`,
      got: new Said("set together with network.existing"),
      allowed: "only for a VPC that this program makes",
      fix: "take it out: the existing VPC decides it",
    });
  }
  const { subnetIds, routeTableIds, endpoints, create, endpointSecurityGroupId } = existing;
  const zones = vpcLinkZones[region];
  if (zones && subnetIds.length > zones.length) {
    problems.push({
      path: "network.existing.subnetIds",
      got: new Said(`${subnetIds.length} subnets`),
      allowed: `one in each of ${zones.join(", ")}, where VPC links have an interface`,
      fix: "take some out",
    });
  }
  for (const [key, names] of Object.entries({ subnetIds, routeTableIds, endpoints, create })) {
    for (const name of names.filter((one, i) => names.indexOf(one) < i)) {
      problems.push({
        path: `network.existing.${key}`,
        got: new Said(`${name} stands there twice`),
        allowed: "each once",
        fix: "take the repeated one out",
      });
    }
  }
  for (const name of create.filter((one) => endpoints.includes(one))) {
    problems.push({
      path: "network.existing.create",
      got: new Said(`${name} stands in endpoints as well`),
      allowed: "endpoints that the VPC does not have",
      fix: "take it out of one of the two: of create if somebody else made it",
    });
  }
  const interfaces = endpoints.filter((name) => !gatewayEndpoints.includes(name));
  if (interfaces.length > 0 && endpointSecurityGroupId === undefined) {
    problems.push({
      path: "network.existing.endpointSecurityGroupId",
      got: undefined,
      allowed: "sg-…",
      fix: `name the group of ${interfaces.join(", ")}, which must admit the tasks`,
    });
  }
  if (interfaces.length === 0 && endpointSecurityGroupId !== undefined) {
    problems.push({
      path: "network.existing.endpointSecurityGroupId",
      got: endpointSecurityGroupId,
      allowed: "only with an interface endpoint in network.existing.endpoints, whose group it is",
      fix: "name the endpoint there, or take this out",
    });
  }
}

/**
 * An endpoint in an adopted VPC answers for everybody there, so none is made that is not named. What a stack has made must
 * stay named: one that is left out would be deleted, for everybody.
 */
export function checkEndpoints(
  { existing, egress }: Partial<NetworkConfig>,
  tasks: readonly {
    permissions?: ServiceConfig["permissions"] | undefined;
    secrets?: ServiceConfig["secrets"];
    imageCredentials?: string | undefined;
    sidecars?: ServiceConfig["sidecars"];
    exec?: ServiceConfig["exec"];
  }[],
  problems: Problem[],
): void {
  if (!existing || egress === undefined) return;
  const { endpoints, create, routeTableIds } = existing;
  const named = [...endpoints, ...create];
  const anywhere = { partition: "", region: "", account: "" };
  const needs = tasks.map(({ permissions = [], secrets = {}, imageCredentials, sidecars = {}, exec }) => ({
    permissions: [...permissions, ...(hasExec({ exec }) ? sessionPermissions(anywhere, "*") : [])],
    secrets: [
      ...Object.values(secrets),
      ...(imageCredentials === undefined ? [] : [imageCredentials]),
      ...sidecarSecrets({ sidecars }),
    ],
  }));
  const missing = neededEndpoints(needs).filter((name) => !named.includes(name));
  if (egress === "endpoints" && missing.length > 0) {
    problems.push({
      path: "network.existing",
      got: new Said(
        `with egress endpoints tasks need ${missing.join(", ")}, named in neither endpoints nor create`,
      ),
      allowed: "each in endpoints, if the VPC has it, or in create, to make it for everybody in the VPC",
      fix:
        `of the VPC's own write endpoints: [${[...endpoints, ...missing].join(", ")}]; of this stack's, also those that an ` +
        `earlier version of it made, create: [${[...create, ...missing].join(", ")}] (docs/upgrading.md)`,
    });
  }
  const made = create.filter((name) => gatewayEndpoints.includes(name));
  if (made.length > 0 && routeTableIds.length === 0) {
    problems.push({
      path: "network.existing.routeTableIds",
      got: routeTableIds,
      allowed: "one rtb-… or more: without, nothing leads to a gateway endpoint",
      fix: `name the subnets' route tables for ${made.join(" and ")}`,
    });
  }
  const gateways = missing.filter((name) => gatewayEndpoints.includes(name));
  if (egress !== "endpoints" && routeTableIds.length > 0 && gateways.length > 0) {
    problems.push({
      path: "network.existing.routeTableIds",
      got: routeTableIds,
      allowed: `with egress ${egress} only beside ${gateways.join(" and ")} in network.existing.create or endpoints`,
      fix:
        `write create: [${[...create, ...gateways].join(", ")}] to make what is missing, or to keep what an earlier version ` +
        "of this stack made; else take this out (docs/upgrading.md)",
    });
  }
}
