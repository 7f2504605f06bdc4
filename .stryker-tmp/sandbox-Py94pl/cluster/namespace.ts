// @ts-nocheck
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { LookUps } from "../config/look-ups";
import { ClusterConfig } from "../config/schema";

/** A private DNS namespace of Cloud Map. */
export interface Namespace {
  id: string;
  /** Its domain. Only the VPC can resolve it. */
  name: string;
}

/** Looks up the namespace that the configuration names; undefined for one of this stack's own. */
export async function findNamespace(
  { namespace }: ClusterConfig,
  lookUps: LookUps,
  opts: pulumi.InvokeOptions,
): Promise<Namespace | undefined> {
  if (namespace === undefined) return undefined;
  const found = await lookUps.find(
    {
      path: "cluster.namespace",
      got: namespace,
      allowed: "a private DNS namespace of Cloud Map in this account and Region",
      fix: "name one that is there, or take it out for one of this stack's own",
    },
    () => aws.servicediscovery.getDnsNamespace({ name: namespace, type: "DNS_PRIVATE" }, opts),
  );
  return found && { id: found.id, name: namespace };
}
