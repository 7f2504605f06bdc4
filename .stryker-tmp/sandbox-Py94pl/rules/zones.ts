/**
 * Regions and Availability Zones: which partition a Region is in, and in which zones a VPC link can have an interface.
 * Zones are compared by id (`euw2-az1`): names (`eu-west-2a`) differ between accounts.
 */
// @ts-nocheck


/**
 * Zone ids that HTTP API VPC links support.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vpc-links.html (read 2026)
 */
export const vpcLinkZones: Readonly<Record<string, readonly string[]>> = {
  "us-east-1": ids("use1", 1, 2, 4, 5, 6),
  "us-east-2": ids("use2", 1, 2, 3),
  "us-west-1": ids("usw1", 1, 3),
  "us-west-2": ids("usw2", 1, 2, 3, 4),
  "ca-central-1": ids("cac1", 1, 2),
  "eu-west-1": ids("euw1", 1, 2, 3),
  "eu-west-2": ids("euw2", 1, 2, 3),
  "eu-west-3": ids("euw3", 1, 3),
  "eu-central-1": ids("euc1", 1, 2, 3),
  "eu-north-1": ids("eun1", 1, 2, 3),
  "eu-south-2": ids("eus2", 1, 2, 3),
  "ap-east-1": ids("ape1", 2, 3),
  "ap-south-1": ids("aps1", 1, 2, 3),
  "ap-northeast-1": ids("apne1", 1, 2, 4),
  "ap-northeast-2": ids("apne2", 1, 2, 3),
  "ap-southeast-1": ids("apse1", 1, 2, 3),
  "ap-southeast-2": ids("apse2", 1, 2, 3),
  "me-south-1": ids("mes1", 1, 2, 3),
  "sa-east-1": ids("sae1", 1, 2, 3),
  "us-gov-west-1": ids("usgw1", 1, 2, 3),
};

function ids(prefix: string, ...numbers: number[]): string[] {
  return numbers.map((number) => `${prefix}-az${number}`);
}

/** An address range of a /16 holds four zones of /18 each, and the layout must not move when a zone is added. */
export const maximumZones = 4;

/** `aws`, `aws-cn` or `aws-us-gov`: the second field of every ARN of the Region. */
export function partitionOf(region: string): "aws" | "aws-cn" | "aws-us-gov" {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return "aws";
}

/**
 * Whether HTTP APIs of the Region have VPC links. China's have not.
 * https://docs.amazonaws.cn/en_us/aws/latest/userguide/api-gateway.html
 */
export const hasVpcLinks = (region: string): boolean => partitionOf(region) !== "aws-cn";

export interface Zone {
  /** The account's own name for the zone, for example `eu-west-2a`. */
  name: string;
  /** The same in every account, for example `euw2-az1`. */
  id: string;
}

/**
 * Chooses the zones for a VPC: the ids asked for, or the first `wanted` of those that both the account has and VPC links
 * support, in the order of their ids so that every account of a team gets the same ones.
 *
 * @param wanted a count (1–4), or zone ids
 * @param available the account's zones in the Region
 * @returns the zones, and one sentence for each thing that is wrong, naming what would do
 */
export function chooseZones(
  region: string,
  wanted: number | readonly string[],
  available: readonly Zone[],
): { zones: Zone[]; problems: string[] } {
  const supported = vpcLinkZones[region];
  const usable = available
    .filter((zone) => supported?.includes(zone.id) ?? true)
    .sort((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }));
  const listed = usable.map((zone) => `${zone.id} (${zone.name})`).join(", ");
  const choices = listed || "none";

  if (typeof wanted === "number") {
    const problems: string[] = [];
    if (!supported) {
      // The table ages: AWS adds Regions. Somebody who names ids has looked them up.
      problems.push(
        `network.zones: got the count ${wanted}, but it is not known here in which zones of ${region} VPC links work. ` +
          `Allowed: a list of zone ids. Fix: name ids that AWS documents for VPC links${listed && `, from ${listed}`}.`,
      );
    } else if (usable.length < wanted) {
      problems.push(
        `network.zones: got the count ${wanted}, but this account has ${usable.length} zones in ${region} that VPC links ` +
          `support. Allowed: 1–${usable.length}. Fix: ask for fewer (${choices}).`,
      );
    }
    return { zones: problems.length > 0 ? [] : usable.slice(0, wanted), problems };
  }

  const zones: Zone[] = [];
  const problems: string[] = [];
  for (const id of wanted) {
    const zone = usable.find((candidate) => candidate.id === id);
    if (zone) zones.push(zone);
    else {
      const reason = available.some((candidate) => candidate.id === id)
        ? "where VPC links have no interface"
        : "which this account does not have";
      problems.push(`network.zones: got ${id}, ${reason}. Allowed: ${choices}. Fix: name one of these.`);
    }
  }
  return { zones, problems };
}

/**
 * What is wrong with the subnets of an existing VPC, one sentence each.
 *
 * @param subnets as AWS describes them
 */
export function subnetProblems(
  region: string,
  vpcId: string,
  subnets: readonly { id: string; vpcId: string; zoneId: string; zone: string }[],
): string[] {
  const supported = vpcLinkZones[region];
  const first = new Map<string, string>();
  return subnets.flatMap((subnet) => {
    const problems: string[] = [];
    const path = `network.existing.subnetIds: got ${subnet.id}`;
    if (subnet.vpcId !== vpcId) {
      problems.push(
        `${path}, which lies in ${subnet.vpcId}. Allowed: subnets of ${vpcId}. Fix: name one of these.`,
      );
    }
    if (supported && !supported.includes(subnet.zoneId)) {
      problems.push(
        `${path} in zone ${subnet.zoneId} (${subnet.zone}), where VPC links have no interface. ` +
          `Allowed: subnets in ${supported.join(", ")}. Fix: name one of these.`,
      );
    }
    const other = first.get(subnet.zoneId);
    if (other) {
      // An interface endpoint takes one subnet per zone, and so does this program's layout.
      problems.push(
        `${path} in zone ${subnet.zoneId}, where ${other} lies too. Allowed: one subnet in each zone. Fix: take one out.`,
      );
    }
    first.set(subnet.zoneId, other ?? subnet.id);
    return problems;
  });
}
