import * as pulumi from "@pulumi/pulumi";
import { StackConfig } from "../config";
import { LookUps } from "../config/look-ups";
import { endpointsForAction } from "../rules/actions";
import { AdoptedVpc, findExisting } from "./existing";
import { checkPrefixLists } from "./prefix-lists";
import { findZones } from "./zones";

/** What of others' a network is made of: plain values, which decide what resources exist. */
export interface Surroundings {
  /** Names of the zones to make subnets in; none for an existing VPC. */
  zones: readonly string[];
  /** Undefined for a VPC of this stack's own. */
  adopted: AdoptedVpc | undefined;
}

/** Looks up what the network's configuration names of AWS's and of others'. */
export async function findSurroundings(
  config: StackConfig,
  lookUps: LookUps,
  opts: pulumi.InvokeOptions,
): Promise<Surroundings> {
  const { existing } = config.network;
  const [zones, adopted] = await Promise.all([
    existing ? [] : findZones(config, lookUps, opts),
    existing && findExisting(config, existing, lookUps, opts),
    checkPrefixLists(config, lookUps, opts),
  ]);
  warnOfPrivateApis(config);
  return { zones, adopted };
}

/**
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html: with private DNS the endpoint
 * answers for public APIs as well, with 403.
 */
function warnOfPrivateApis({ network: { egress, existing }, services, jobs }: StackConfig): void {
  const tasks = [
    ...Object.entries(services).map(([name, { permissions }]) => [`services.${name}`, permissions] as const),
    // Left out, they are the service's.
    ...Object.entries(jobs).map(([name, { permissions = [] }]) => [`jobs.${name}`, permissions] as const),
  ];
  const asked = tasks.filter(([, permissions]) =>
    permissions.some(({ actions }) =>
      actions.some((action) => endpointsForAction(action)?.includes("execute-api")),
    ),
  );
  const users = egress === "endpoints" ? asked.map(([at]) => `${at}.permissions`) : [];
  if (existing?.create.includes("execute-api")) users.push("network.existing.create");
  if (users.length === 0) return;
  void pulumi.log.warn(
    `${users.join(", ")}: the endpoint execute-api reaches private REST APIs alone, and takes HTTP APIs and public REST APIs ` +
      "from everybody in the VPC. For those set network.egress to nat or public, without that endpoint.",
  );
}
