import { RunError } from "@pulumi/pulumi";
import { stringify } from "yaml";
import { networkSchema, type NetworkConfig } from "../../configuration/schema-network";
import { Deployment } from "../../simulate/deployment";
import { simulate } from "../../simulate/program";
import { Config, readProject } from "../../simulate/stack";
import { Door, doors, estimateBehind } from "./doors";
import { Prices } from "./pricing";
import { Traffic } from "./traffic";

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
    ? { name: `the network of ${owner.stack}`, zones: 1, givesUp: "" }
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

const egressDefaults = { egress: "endpoints", endpointZones: 1, natGateways: "single" } as const;

const others = (total: number): Egress[] => [
  { egress: "endpoints", endpointZones: 1 },
  { egress: "endpoints", endpointZones: total },
  { egress: "nat", natGateways: "single" },
  { egress: "nat", natGateways: "onePerZone" },
  { egress: "public" },
];

const zonesOf = ({ zones, existing }: NetworkConfig): number =>
  existing?.subnetIds.length ?? (Array.isArray(zones) ? zones.length : zones);

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

/** USD a month of an option behind a door; undefined where a price for it is missing. */
export function totalOf(option: Option, door: Door, prices: Prices, traffic: Traffic): number | undefined {
  const { totals, unpriced } = estimateBehind(door, option.deployment, prices, traffic);
  return unpriced.some(({ priceMissing }) => priceMissing) ? undefined : totals.total;
}

/** No stack of this size has more requests a month: thousands of times the account's quota. */
const mostRequests = 1e13;

/**
 * The requests a month from which on one way costs more than another that is dearer before; undefined when neither is
 * ever. The difference is taken to be monotone: what is paid by request grows faster on the one than on the other, in every
 * tier.
 *
 * @param cost USD a month of either at that many requests
 */
export function breakEven(
  cost: (requests: number) => number | undefined,
  other: (requests: number) => number | undefined,
): number | undefined {
  const difference = (requests: number): number => (cost(requests) ?? NaN) - (other(requests) ?? NaN);
  let [low, high] = [0, mostRequests];
  if (!(difference(low) < 0 && difference(high) > 0)) return undefined;
  // 60 halvings leave less than a request.
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (difference(middle) < 0) low = middle;
    else high = middle;
  }
  return high;
}

export interface Comparison {
  rows: { name: string; isCurrent: boolean; totals: Record<Door, number | undefined> }[];
  refused: Refused[];
  /** Requests a month from which on another door is cheaper than the HTTP API with Cloud Map, on the same way to AWS. */
  breakEven: Partial<Record<Door, number>>;
  /** The cheapest way to AWS that survives the loss of a zone as the stack's own does. */
  cheapest: { name: string; isCurrent: boolean; saves: number | undefined; givesUp: string; paste: string };
}

/** What a stack costs in other ways. */
export function compare(
  { options, refused }: { options: Option[]; refused: Refused[] },
  prices: Prices,
  traffic: Traffic,
): Comparison {
  const current = options.find(({ isCurrent }) => isCurrent)!;
  const total = (option: Option, door: Door = "cloudMap", requests = traffic.requests): number | undefined =>
    totalOf(option, door, prices, { ...traffic, requests });
  const rows = options.map((option) => ({
    name: option.name,
    isCurrent: option.isCurrent,
    totals: Object.fromEntries(
      doors.map((door) => [door, total(option, door)]),
    ) as Comparison["rows"][0]["totals"],
  }));
  const points = doors.flatMap((door) => {
    const point = breakEven(
      (requests) => total(current, "cloudMap", requests),
      (requests) => total(current, door, requests),
    );
    return point === undefined ? [] : [[door, point]];
  });
  const own = total(current);
  const best = options
    .filter(({ zones }) => zones >= current.zones)
    .reduce(
      (least, option) => ((total(option) ?? Infinity) < (total(least) ?? Infinity) ? option : least),
      current,
    );
  return {
    rows,
    refused,
    breakEven: Object.fromEntries(points) as Comparison["breakEven"],
    cheapest: {
      name: best.name,
      isCurrent: best.isCurrent,
      givesUp: best.givesUp === current.givesUp ? "" : best.givesUp,
      saves: own === undefined ? undefined : own - total(best)!,
      paste: stringify({ config: { [`${readProject().name}:network`]: best.network } }).trimEnd(),
    },
  };
}
