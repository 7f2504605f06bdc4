import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { StackConfig } from "../config";
import { UserError } from "../config/problems";
import { chooseZones, subnetProblems, vpcLinkZones } from "../rules/zones";

/**
 * Names of the zones for a new VPC; for an existing one, none: its subnets are looked up instead, so that one that cannot
 * carry a VPC link fails in preview.
 *
 * @throws UserError that names the zones or subnets that would do
 */
export async function findZones(
  { network, region }: StackConfig,
  opts: pulumi.InvokeOptions,
): Promise<string[]> {
  const problems: string[] = [];
  let zones: string[] = [];
  if (network.existing) {
    const { vpcId, subnetIds } = network.existing;
    const subnets = await Promise.all(subnetIds.map((id) => aws.ec2.getSubnet({ id }, opts)));
    problems.push(
      ...subnetProblems(
        region,
        vpcId,
        subnets.map((s) => ({
          id: s.id,
          vpcId: s.vpcId,
          zoneId: s.availabilityZoneId,
          zone: s.availabilityZone,
        })),
      ),
    );
  } else {
    const { names, zoneIds } = await aws.getAvailabilityZones(
      // Local Zones and Wavelength Zones have a status of their own; neither has VPC links.
      { state: "available", filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }] },
      opts,
    );
    const available = names.map((name, i) => ({ name, id: zoneIds[i] ?? "" }));
    const chosen = chooseZones(region, network.zones, available);
    problems.push(...chosen.problems);
    zones = chosen.zones.map((zone) => zone.name);
    if (!(region in vpcLinkZones)) {
      void pulumi.log.warn(
        `It is not known here in which zones of ${region} VPC links work: network.zones is taken as given.`,
      );
    }
  }
  if (problems.length > 0) throw new UserError(problems.join("\n"));
  return zones;
}
