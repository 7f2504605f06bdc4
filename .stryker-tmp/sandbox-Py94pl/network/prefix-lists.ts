// @ts-nocheck
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { StackConfig } from "../config";
import { ownRules } from "../config/checks-network";
import { LookUps } from "../config/look-ups";
import { endpointServiceName, gatewayEndpoints } from "../rules/endpoints";
import { prefixListWeight } from "../rules/prefix-lists";
import { rulesPerSecurityGroup } from "../rules/quotas";

/** Looks up the prefix lists of `network.reach`: each counts as many rules as it may have entries. */
export async function checkPrefixLists(
  { network: { reach, egress }, region }: StackConfig,
  lookUps: LookUps,
  opts: pulumi.InvokeOptions,
): Promise<void> {
  const named = reach
    .map(({ to, port }, i) => ({ id: to, port, path: `network.reach.${i}.to` }))
    .filter(({ id }) => id.startsWith("pl-"));
  const weights = await Promise.all(
    named.map(async ({ id, port, path }) => {
      const list = await lookUps.find(
        { path, got: id, allowed: `a prefix list of ${region}`, fix: "name one that is there" },
        () => aws.ec2.getManagedPrefixList({ id }, opts),
      );
      if (!list) return 1;
      const gateway = gatewayEndpoints.find((name) => endpointServiceName(region, name) === list.name);
      if (gateway !== undefined && port === 443 && egress === "endpoints") {
        lookUps.refuse(
          `${path}: got ${id}, the addresses of ${gateway}. Allowed: what tasks may not reach already: its endpoint is open ` +
            "to them. Fix: take it out.",
        );
      }
      return prefixListWeight(list);
    }),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0) + reach.length - named.length + ownRules;
  if (total <= rulesPerSecurityGroup) return;
  const counted = named.map(({ id }, i) => `${id} as ${weights[i]}`).join(", ");
  lookUps.refuse(
    `network.reach: ${total} rules with those for AWS, where ${counted} count. Allowed: ${rulesPerSecurityGroup} in a security ` +
      "group. Fix: name a list that may have fewer entries, or have the quota of the account raised and name address ranges.",
  );
}
