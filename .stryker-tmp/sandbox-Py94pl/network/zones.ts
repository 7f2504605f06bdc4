// @ts-nocheck
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { StackConfig } from "../config";
import { LookUps } from "../config/look-ups";
import { chooseZones, vpcLinkZones } from "../rules/zones";

/** Names of the zones for a new VPC, by the ids or the count that the configuration gives. */
export async function findZones(
  { network, region }: StackConfig,
  lookUps: LookUps,
  opts: pulumi.InvokeOptions,
): Promise<string[]> {
  const found = await lookUps.find(
    {
      path: "network.zones",
      got: JSON.stringify(network.zones),
      allowed: "zones that the account has",
      fix: "mend what AWS says",
    },
    () =>
      aws.getAvailabilityZones(
        // Local Zones and Wavelength Zones have a status of their own; neither has VPC links.
        { state: "available", filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }] },
        opts,
      ),
  );
  if (!found) return [];
  const available = found.names.map((name, i) => ({ name, id: found.zoneIds[i] ?? "" }));
  const { zones, problems } = chooseZones(region, network.zones, available);
  lookUps.refuse(...problems);
  if (!(region in vpcLinkZones)) {
    void pulumi.log.warn(
      `It is not known here in which zones of ${region} VPC links work: network.zones is taken as given.`,
    );
  }
  return zones.map((zone) => zone.name);
}
