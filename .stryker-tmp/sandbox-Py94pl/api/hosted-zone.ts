// @ts-nocheck
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { LookUps } from "../config/look-ups";
import { ApiConfig } from "../config/schema-api";

/** Looks up the hosted zone of the API's domain, so that one that cannot hold its records fails in preview. */
export async function checkHostedZone(
  { domain }: ApiConfig,
  lookUps: LookUps,
  opts: pulumi.InvokeOptions,
): Promise<void> {
  if (domain?.hostedZoneId === undefined) return;
  const { name, hostedZoneId } = domain;
  const path = "api.domain.hostedZoneId";
  const zone = await lookUps.find(
    {
      path,
      got: hostedZoneId,
      allowed: `the public zone of ${name} in this account`,
      fix: "name one that is there, or take it out and write the records where the zone is",
    },
    () => aws.route53.getZone({ zoneId: hostedZoneId }, opts),
  );
  if (!zone) return;
  const above = zone.name.replace(/\.$/, "").toLowerCase();
  const domainName = name.toLowerCase();
  if (domainName !== above && !domainName.endsWith(`.${above}`)) {
    lookUps.refuse(
      `${path}: got ${hostedZoneId}, the zone of ${above}. Allowed: the public zone of ${name}. Fix: name the zone that the ` +
        "domain is in.",
    );
  }
  if (zone.privateZone === true) {
    lookUps.refuse(
      `${path}: got ${hostedZoneId}, a private zone. Allowed: the public zone of ${name}: neither clients nor AWS, which ` +
        "validates the certificate, ask the other. Fix: name the public one.",
    );
  }
}
