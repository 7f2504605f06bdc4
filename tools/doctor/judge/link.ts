/** The VPC link, and whether its packets get to the tasks. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vpc-links.html */
import { foundIn } from "../../aws/ask";
import type { Rule } from "../../aws/shapes";
import { contains } from "../../local/firewall";
import { broken, type Finding, fine, notJudged, unseen } from "../finding";
import type { Seen, SeenService } from "../seen";
import { again, distinct, groupsOf, type Path, portOf, servicesOn, subnetsOf } from "./paths";

const linksOf = (paths: readonly Path[]): string[] => distinct(paths.flatMap(({ link }) => link ?? []));

export function judgeLink(seen: Seen, paths: readonly Path[]): Finding[] {
  const ids = linksOf(paths);
  if (ids.length === 0) return [notJudged("link", "", "no integration names one")];
  return ids.map((id) => {
    const using = paths.filter(({ link }) => link === id);
    const services = servicesOn(using);
    const answer = seen.links.get(id);
    const fix = [again(seen)];
    if (answer === undefined || answer.is === "absent")
      return broken("link", id, "it is gone: requests get 503 or 500", { fix, services });
    if (answer.is === "unseen") return unseen("link", id, answer);
    const { VpcLinkStatus: status = "", VpcLinkStatusMessage: message } = answer.found;
    const evidence = [`VpcLinkStatus: ${status}${message === undefined ? "" : ` (${message})`}`];
    const says: Readonly<Record<string, [string, string[]]>> = {
      FAILED: ["it failed", fix],
      DELETING: ["it is being deleted", ["# wait until it is gone", ...fix]],
      PENDING: ["it is not there yet", ["# wait some minutes, and look again"]],
      // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vpc-links.html: "inactive" after 60 days.
      INACTIVE: [
        "it sleeps: it had no traffic for 60 days",
        [`curl -sS ${seen.expected.url ?? "<url>"}`, "# a request wakes it; it takes some minutes"],
      ],
    };
    if (status !== "AVAILABLE") {
      const [what, how] = says[status] ?? [`it is ${status}`, fix];
      return broken("link", id, what, { evidence, fix: how, services });
    }
    return withoutZone(seen, id, answer.found.SubnetIds ?? [], using) ?? fine("link", id, "available");
  });
}

/** A zone without an interface of the link: it works by the others, until one of them is lost. */
function withoutZone(
  seen: Seen,
  id: string,
  own: readonly string[],
  using: readonly Path[],
): Finding | undefined {
  const subnets = foundIn(seen.subnets) ?? [];
  const zoneOf = (subnet: string): string | undefined =>
    subnets.find(({ SubnetId }) => SubnetId === subnet)?.AvailabilityZone;
  const zones = own.map(zoneOf);
  const missing = distinct(
    using.flatMap(({ services }) =>
      services.flatMap((service) => subnetsOf(service).flatMap((subnet) => zoneOf(subnet) ?? [])),
    ),
  ).filter((zone) => !zones.includes(zone));
  if (missing.length === 0 || zones.includes(undefined)) return undefined;
  return broken("link", id, `it has no interface in ${missing.join(", ")}, where tasks run`, {
    verdict: "weak",
    evidence: [`its subnets are in ${zones.join(", ") || "no zone"}`],
    // The subnets of a link cannot be changed: API_UpdateVpcLink has only its name.
    fix: [again(seen), "# another link takes its place; it takes some minutes"],
    services: servicesOn(using),
  });
}

/** Both sides need a rule. https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html */
export function judgeFirewall(seen: Seen, paths: readonly Path[]): Finding[] {
  const { rules } = seen;
  if (rules.is === "unseen") return [unseen("firewall", "", rules)];
  const findings: Finding[] = [];
  const judged = new Set<string>();
  for (const { link, services } of paths) {
    const from = foundIn(link === undefined ? undefined : seen.links.get(link));
    for (const service of services) {
      const port = portOf(service);
      const name = service.expected.name;
      if (judged.has(`${link} ${name}`)) continue;
      judged.add(`${link} ${name}`);
      if (from === undefined || port === undefined) {
        findings.push(
          notJudged("firewall", name, from === undefined ? "there is no VPC link" : "it has no port"),
        );
        continue;
      }
      findings.push(judge(seen, foundIn(rules) ?? [], from, service, port));
    }
  }
  if (findings.length === 0) return [notJudged("firewall", "", "no way leads to a service")];
  return findings;
}

function judge(
  seen: Seen,
  rules: readonly Rule[],
  { SecurityGroupIds = [], SubnetIds = [] }: { SecurityGroupIds?: string[]; SubnetIds?: string[] },
  service: SeenService,
  port: number,
): Finding {
  const { name } = service.expected;
  const blocks = (ids: readonly string[]): string[] =>
    (foundIn(seen.subnets) ?? []).flatMap(({ SubnetId = "", CidrBlock }) =>
      ids.includes(SubnetId) && CidrBlock !== undefined ? [CidrBlock] : [],
    );
  const link = { groups: SecurityGroupIds, blocks: blocks(SubnetIds) };
  const tasks = { groups: groupsOf(service), blocks: blocks(subnetsOf(service)) };
  const more = { fix: [again(seen)], services: [name] };
  if (!permits(rules, true, link, tasks, port))
    return broken("firewall", name, `nothing lets the VPC link out to it on port ${port}`, {
      evidence: shown(rules, true, link.groups),
      ...more,
    });
  if (!permits(rules, false, tasks, link, port))
    return broken("firewall", name, `nothing lets the VPC link in on port ${port}`, {
      evidence: shown(rules, false, tasks.groups),
      ...more,
    });
  return fine("firewall", name, `open from the link on port ${port}`);
}

export interface Side {
  groups: readonly string[];
  /** CIDR blocks of its subnets. */
  blocks: readonly string[];
}

/** Whether the rules of one side let packets of TCP to or from the other. */
export const permits = (
  rules: readonly Rule[],
  isEgress: boolean,
  own: Side,
  peer: Side,
  port: number,
): boolean =>
  rules.some(
    (rule) =>
      rule.IsEgress === isEgress &&
      own.groups.includes(rule.GroupId ?? "") &&
      onPort(rule, port) &&
      (peer.groups.includes(rule.ReferencedGroupInfo?.GroupId ?? "") ||
        rule.CidrIpv4 === "0.0.0.0/0" ||
        (rule.CidrIpv4 !== undefined &&
          peer.blocks.length > 0 &&
          peer.blocks.every((block) => contains(rule.CidrIpv4 ?? "", block)))),
  );

/** All protocols, or TCP with the port in its range; EC2 writes -1 for all ports. */
const onPort = ({ IpProtocol, FromPort = -1, ToPort = -1 }: Rule, port: number): boolean =>
  IpProtocol === "-1" || (IpProtocol === "tcp" && (FromPort === -1 || (FromPort <= port && port <= ToPort)));

function shown(rules: readonly Rule[], isEgress: boolean, groups: readonly string[]): string[] {
  const own = rules.filter((rule) => rule.IsEgress === isEgress && groups.includes(rule.GroupId ?? ""));
  const where = isEgress ? "out of" : "into";
  if (own.length === 0) return groups.map((group) => `${group} has no rule ${isEgress ? "out" : "in"}`);
  return own.map((rule) => {
    const peer = rule.ReferencedGroupInfo?.GroupId ?? rule.CidrIpv4 ?? rule.PrefixListId ?? "others";
    const ports = rule.FromPort === rule.ToPort ? `${rule.FromPort}` : `${rule.FromPort}-${rule.ToPort}`;
    return `${where} ${rule.GroupId}: ${rule.IpProtocol} ${ports} ${isEgress ? "to" : "from"} ${peer}`;
  });
}
