// @ts-nocheck
import { RunError } from "@pulumi/pulumi";
import { networkSchema, type NetworkConfig } from "../../config/schema-network";
import { Deployment } from "../../simulate/deployment";
import { simulate } from "../../simulate/program";
import { Config, readProject } from "../../simulate/stack";

/** The keys of the configuration that choose the tasks' way to AWS. */
type Egress = Pick<NetworkConfig, "egress"> & Partial<Pick<NetworkConfig, "endpointZones" | "natGateways">>;

/** The stack with one of the ways to AWS. */
export interface Option {
  /** For example `endpoints in 1 zone`. */
  name: string;
  isCurrent: boolean;
  /** Zones whose loss one by one this way survives: with one, tasks anywhere can no longer start when it fails. */
  zones: number;
  /** What it takes from the stack besides money; empty for nothing. */
  givesUp: string;
  /** `network` of the configuration. */
  network: Record<string, unknown>;
  deployment: Deployment;
}

/** An option that the program refuses, and its words. */
export interface Refused {
  name: string;
  why: string;
}

/**
 * Every way to AWS for a stack: its own first, then the others that differ, each by running the program with it. Who uses
 * another stack's network, or an existing one, has no other.
 */
export async function optionsOf(
  stack: string,
  config: Config,
): Promise<{ options: Option[]; refused: Refused[] }> {
  const key = `${readProject().name}:network`;
  const raw = JSON.parse(config[key] ?? "{}") as Record<string, unknown>;
  // First: it says what is wrong with the configuration, in the program's own words.
  const deployment = await simulate({ stack, config });
  const current = networkSchema.parse(raw);
  const total = zonesOf(current);
  const [owner] = deployment.references;
  const own = owner
    ? { name: `the network of ${owner.stack}`, ...notItsOwn }
    : current.existing
      ? { name: "the existing VPC", ...notItsOwn }
      : describe(current, total);
  const options: Option[] = [{ ...own, isCurrent: true, network: raw, deployment }];
  const refused: Refused[] = [];
  for (const egress of current.existing || owner ? [] : others(total)) {
    const described = describe(egress, total);
    if ([...options, ...refused].some(({ name }) => name === described.name)) continue;
    const network = { ...without(raw, Object.keys(egressDefaults)), ...egress };
    try {
      const changed = await simulate({ stack, config: { ...config, [key]: JSON.stringify(network) } });
      options.push({ ...described, isCurrent: false, network, deployment: changed });
    } catch (error) {
      // What the program refuses is no option; anything else is a bug.
      if (!RunError.isInstance(error)) throw error;
      refused.push({
        name: described.name,
        why: error.message.split("\n").slice(1).join(" ").trim() || error.message,
      });
    }
  }
  return { options, refused };
}

/** How such a network reaches AWS is its owner's, and so are its zones. */
const notItsOwn = { zones: 1, givesUp: "" };

const egressDefaults = { egress: "endpoints", endpointZones: 1, natGateways: "single" } as const;

const others = (total: number): Egress[] => [
  { egress: "endpoints", endpointZones: 1 },
  { egress: "endpoints", endpointZones: total },
  { egress: "nat", natGateways: "single" },
  { egress: "nat", natGateways: "onePerZone" },
  { egress: "public" },
];

const zonesOf = ({ zones }: NetworkConfig): number => (Array.isArray(zones) ? zones.length : zones);

function describe(egress: Egress, total: number): Pick<Option, "name" | "zones" | "givesUp"> {
  const { endpointZones, natGateways } = { ...egressDefaults, ...egress };
  const inZones = (zones: number): string => `in ${zones} ${zones === 1 ? "zone" : "zones"}`;
  const givesUp = "Tasks can then reach any address over HTTPS, not only AWS.";
  switch (egress.egress) {
    case "public":
      return { name: "public addresses", zones: total, givesUp };
    case "endpoints":
      return { name: `endpoints ${inZones(endpointZones)}`, zones: endpointZones, givesUp: "" };
    case "nat": {
      const zones = natGateways === "single" ? 1 : total;
      return { name: `NAT ${zones === 1 ? "gateway" : "gateways"} ${inZones(zones)}`, zones, givesUp };
    }
  }
}

const without = (object: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
