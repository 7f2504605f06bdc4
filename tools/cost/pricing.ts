import { z } from "zod";
import recorded from "../../rules/prices.json";

/**
 * Unit prices, each with where it was read, when, and how sure it is. `npm run prices:update` reads them anew from the AWS
 * Price List. Charges (`charges.ts`) exist for what the program makes today; DNS queries are recorded for whoever adds
 * them, and what the program does not make is in no bill.
 */

/** What a price is for → the unit that it is charged by. */
export const items = {
  "fargate.x86.vcpu": "vCPU-hour",
  "fargate.x86.memory": "GB-hour",
  "fargate.arm.vcpu": "vCPU-hour",
  "fargate.arm.memory": "GB-hour",
  "fargate.spot.x86.vcpu": "vCPU-hour",
  "fargate.spot.x86.memory": "GB-hour",
  "fargate.spot.arm.vcpu": "vCPU-hour",
  "fargate.spot.arm.memory": "GB-hour",
  "fargate.storage": "GB-hour",
  "api.requests": "million requests",
  "endpoint.hour": "endpoint-zone-hour",
  "endpoint.gb": "GB",
  "nat.hour": "gateway-hour",
  "nat.gb": "GB",
  "ipv4.hour": "address-hour",
  "alb.hour": "load balancer-hour",
  "alb.lcu": "LCU-hour",
  "logs.ingested": "GB",
  "logs.vended": "GB",
  "logs.stored": "GB-month",
  "metrics.alarm": "alarm-month",
  "metrics.custom": "metric-month",
  "ecr.stored": "GB-month",
  "transfer.out": "GB",
} as const;

/** The same for what costs the same in every Region. */
export const globalItems = {
  "route53.zone": "zone-month",
  "route53.queries": "million queries",
  "cloudmap.resource": "resource-month",
  "cloudmap.discovery": "million calls",
  "metrics.composite": "alarm-month",
  "metrics.dashboard": "dashboard-month",
  "scheduler.invocations": "million invocations",
  "sqs.requests": "million requests",
} as const;

/** What people call what a Region may lack a price of. */
export const itemNames: Readonly<Record<keyof typeof items, string>> = {
  "fargate.x86.vcpu": "vCPU of tasks",
  "fargate.x86.memory": "memory of tasks",
  "fargate.arm.vcpu": "vCPU of ARM64 tasks",
  "fargate.arm.memory": "memory of ARM64 tasks",
  "fargate.spot.x86.vcpu": "vCPU of Spot tasks",
  "fargate.spot.x86.memory": "memory of Spot tasks",
  "fargate.spot.arm.vcpu": "vCPU of ARM64 Spot tasks",
  "fargate.spot.arm.memory": "memory of ARM64 Spot tasks",
  "fargate.storage": "ephemeral storage beyond 20 GiB",
  "api.requests": "requests to the HTTP API",
  "endpoint.hour": "hours of interface endpoints",
  "endpoint.gb": "data through interface endpoints",
  "nat.hour": "hours of NAT gateways",
  "nat.gb": "data through NAT gateways",
  "ipv4.hour": "public IPv4 addresses",
  "alb.hour": "hours of load balancers",
  "alb.lcu": "capacity of load balancers",
  "logs.ingested": "logs of the services",
  "logs.vended": "access logs of the API",
  "logs.stored": "logs kept",
  "metrics.alarm": "alarms",
  "metrics.custom": "custom metrics",
  "ecr.stored": "images in the registry",
  "transfer.out": "data out to the internet",
};

export type RegionalItem = keyof typeof items;
export type GlobalItem = keyof typeof globalItems;
export type Item = RegionalItem | GlobalItem;

const tier = z.strictObject({
  /** Quantity in a month above which this price holds. */
  from: z.number().positive(),
  price: z.number().nonnegative(),
});

const price = z
  .strictObject({
    /** USD a unit, up to the first tier. */
    price: z.number().nonnegative(),
    unit: z.string(),
    tiers: z.array(tier).min(1).optional(),
    source: z.string().min(10),
    /** When the source was published, or read where it does not say. */
    date: z.iso.date(),
    /**
     * high: from the price list itself, or from a named copy of it; medium: told second-hand or by a source without a name, or
     * older; low: to be checked before anyone relies on it.
     */
    confidence: z.enum(["high", "medium", "low"]),
  })
  .refine(
    ({ tiers = [] }) => tiers.every(({ from }, i) => i === 0 || from > tiers[i - 1]!.from),
    "tiers must rise",
  );

const table = <K extends string>(units: Record<K, string>) =>
  z
    .partialRecord(z.enum(Object.keys(units) as [K, ...K[]]), price)
    .refine(
      (entries) =>
        Object.entries<Price | undefined>(entries).every(([item, entry]) => entry?.unit === units[item as K]),
      "an item has another unit than prices.ts says",
    );

export const pricesSchema = z.strictObject({
  /** A Region may lack items: what can't be sourced is left out, and an estimate that needs it says so. */
  regions: z.record(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/), table(items)),
  global: table(globalItems),
});

export type Price = z.infer<typeof price>;
export type Prices = z.infer<typeof pricesSchema>;

/** The prices of this repository. */
export const prices: Prices = pricesSchema.parse(recorded);

/** The price of an item in a Region; undefined where it could not be sourced. */
export const priceOf = (from: Prices, region: string, item: Item): Price | undefined =>
  item in globalItems ? from.global[item as GlobalItem] : from.regions[region]?.[item as RegionalItem];

/** What no price is recorded of in a Region; everything, where the Region is not recorded. */
export const missingIn = (from: Prices, region: string): RegionalItem[] =>
  (Object.keys(items) as RegionalItem[]).filter((item) => from.regions[region]?.[item] === undefined);

/**
 * Says which prices of a Region are not recorded, of those that something needs; undefined where all of these are.
 *
 * @param needed what has a use for a price
 */
export function gapsText(from: Prices, region: string, needed: Iterable<Item>): string | undefined {
  const fix = `Fix: npm run prices:update -- --region ${region}`;
  if (!(region in from.regions)) return `No prices of ${region} are recorded here. ${fix}.`;
  const asked = new Set(needed);
  const missing = missingIn(from, region).filter((item) => asked.has(item));
  if (missing.length === 0) return undefined;
  return (
    `No price is recorded in ${region} of: ${missing.map((item) => itemNames[item]).join(", ")}. They are in no total. ${fix}, which ` +
    "reads the AWS Price List."
  );
}

/** USD for a quantity in a month, each part of it at the price of its tier. */
export function costOf({ price: first, tiers = [] }: Price, quantity: number): number {
  const steps = [{ from: 0, price: first }, ...tiers];
  return steps.reduce((sum, { from, price: unitPrice }, i) => {
    const upTo = steps[i + 1]?.from ?? Infinity;
    return sum + Math.max(0, Math.min(quantity, upTo) - from) * unitPrice;
  }, 0);
}
