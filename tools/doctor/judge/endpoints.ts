/**
 * How tasks get to AWS: by the internet, or by VPC endpoints whose policies, groups and route tables let them.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
 */
import { foundIn } from "../../aws/ask";
import type { Endpoint } from "../../aws/shapes";
import { deriveEndpoints, endpointServiceName, gatewayEndpoints } from "../../../rules/endpoints";
import { broken, type Finding, fine, unseen } from "../finding";
import type { Seen, SeenService } from "../seen";
import { permits } from "./link";
import { again, groupsOf, subnetsOf } from "./paths";
import { allows } from "./policy";
import { evidenceOf, isShort, lastStop } from "./tasks";

export const judgeEndpoints = (seen: Seen): Finding[] => seen.services.map((service) => judge(seen, service));

function judge(seen: Seen, service: SeenService): Finding {
  const { name } = service.expected;
  const last = lastStop(service);
  const stopped = last?.stop.hop === "endpoints" ? evidenceOf(last) : [];
  const { routeTables, endpoints } = seen;
  const more = { fix: [again(seen)], services: [name] };
  if (routeTables.is === "unseen" || endpoints.is === "unseen") {
    if (stopped.length > 0) return broken("endpoints", name, last!.stop.says, { evidence: stopped, ...more });
    return unseen(
      "endpoints",
      name,
      routeTables.is === "unseen" ? routeTables : (endpoints as typeof routeTables & { is: "unseen" }),
    );
  }
  if (goesOut(seen, service)) {
    if (stopped.length > 0)
      return broken("endpoints", name, last!.stop.says, {
        evidence: stopped,
        ...more,
        fix: [
          "# its subnets lead to the internet: do its group's rules out, and a NAT gateway, let it there?",
          again(seen),
        ],
      });
    return fine("endpoints", name, "by the internet");
  }
  const gaps = gapsOf(seen, service, foundIn(endpoints) ?? []);
  if (gaps.length === 0 && stopped.length === 0) return fine("endpoints", name, "by VPC endpoints");
  return broken("endpoints", name, gaps[0] ?? last!.stop.says, {
    evidence: [...gaps.slice(1), ...stopped],
    // Tasks that run go on; the next does not start.
    ...(!isShort(service) && { verdict: "weak" as const }),
    ...more,
  });
}

/** Whether the tasks' subnets have a default route. A task without a public address needs a NAT gateway for it. */
function goesOut({ routeTables }: Seen, service: SeenService): boolean {
  const isPublic =
    foundIn(service.service)?.networkConfiguration?.awsvpcConfiguration?.assignPublicIp === "ENABLED";
  const tables = foundIn(routeTables) ?? [];
  const subnets = subnetsOf(service);
  return (
    subnets.length > 0 &&
    subnets.every((subnet) =>
      (tableOf(tables, subnet)?.Routes ?? []).some(
        ({ DestinationCidrBlock, GatewayId, NatGatewayId, State }) =>
          DestinationCidrBlock === "0.0.0.0/0" &&
          State !== "blackhole" &&
          (NatGatewayId !== undefined ||
            GatewayId === undefined ||
            isPublic ||
            !GatewayId.startsWith("igw-")),
      ),
    )
  );
}

/** A subnet without a table of its own has the VPC's main one. */
const tableOf = <T extends { Associations?: { Main?: boolean; SubnetId?: string }[] }>(
  tables: readonly T[],
  subnet: string,
): T | undefined =>
  tables.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnet)) ??
  tables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main === true));

/** What keeps a task from starting, in words. */
function gapsOf(seen: Seen, service: SeenService, endpoints: readonly Endpoint[]): string[] {
  const { region } = seen.expected;
  const [, partition = "aws", , , account = ""] = service.expected.taskDefinition.split(":");
  const secrets = [...service.secrets.keys()].filter((value) => value.startsWith("arn:"));
  // An image of a registry outside of AWS has no endpoint; its way was judged.
  const needed = deriveEndpoints({ partition, region, account }, [{ permissions: [], secrets }]);
  return needed.flatMap(({ name, statements }): string[] => {
    const own = endpoints.filter(({ ServiceName }) => ServiceName === endpointServiceName(region, name));
    const [endpoint] = own.filter(({ State }) => State?.toLowerCase() === "available");
    if (endpoint === undefined)
      return [
        own.length === 0 ? `there is no endpoint of ${name}` : `the endpoint of ${name} is ${own[0]?.State}`,
      ];
    const id = endpoint.VpcEndpointId ?? name;
    const closed = statements.flatMap(({ Action, Resource }) =>
      Action.filter((action) => !allows(endpoint.PolicyDocument, action, Resource)),
    );
    if (closed.length > 0) return [`the policy of ${id} (${name}) does not allow ${closed.join(", ")}`];
    if (gatewayEndpoints.includes(name)) {
      const tables = subnetsOf(service).map(
        (subnet) => tableOf(foundIn(seen.routeTables) ?? [], subnet)?.RouteTableId,
      );
      const without = tables.filter(
        (table) => table !== undefined && !endpoint.RouteTableIds?.includes(table),
      );
      return without.length === 0
        ? []
        : [`the endpoint of ${name} is in no route of ${[...new Set(without)].join(", ")}`];
    }
    if (endpoint.PrivateDnsEnabled === false) return [`private DNS of ${id} (${name}) is off`];
    return closedGroups(seen, service, endpoint, name);
  });
}

function closedGroups(seen: Seen, service: SeenService, endpoint: Endpoint, name: string): string[] {
  const rules = foundIn(seen.rules);
  if (rules === undefined) return [];
  const blocks = (foundIn(seen.subnets) ?? []).flatMap(({ SubnetId = "", CidrBlock }) =>
    subnetsOf(service).includes(SubnetId) && CidrBlock !== undefined ? [CidrBlock] : [],
  );
  const tasks = { groups: groupsOf(service), blocks };
  // Where its interfaces are is not looked up: rules by address are taken to fit.
  const there = { groups: (endpoint.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []), blocks };
  return [
    ...(permits(rules, true, tasks, there, 443)
      ? []
      : [`nothing lets tasks out to the endpoint of ${name} on port 443`]),
    ...(permits(rules, false, there, tasks, 443)
      ? []
      : [`nothing lets tasks into the endpoint of ${name} on port 443`]),
  ];
}
