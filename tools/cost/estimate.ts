import { Deployment, Resource } from "../../simulate/deployment";
import { labeller, shortType } from "../plan/values";
import { Charge, Group, groups, quantityOf } from "./charges/charge";
import { chargesOf } from "./charges";
import { costOf, Item, itemNames, Price, priceOf, Prices, RegionalItem } from "./pricing";
import { Traffic } from "./charges/traffic";

/** One line of the bill: what a resource uses of an item in a month, and what that costs. */
export interface Line extends Charge {
  /** The resource, as a plan names it. */
  resource: string;
  urn: string;
  price: Price;
  /** USD a month. */
  monthly: number;
}

/** What the bill does not hold, and why. */
export interface Unpriced {
  resource: string;
  urn: string;
  why: string;
  /** What no price is recorded for in the Region; absent where nobody here knows the type, or how much of it is used. */
  charge?: Charge;
}

export interface Estimate {
  stack: string;
  region: string;
  traffic: Traffic;
  /** Fixed first, then compute, then what goes with the requests. */
  lines: Line[];
  unpriced: Unpriced[];
  /** USD a month of `lines`; the true bill is higher where something is in `unpriced`. */
  totals: Record<Group, number> & { total: number };
}

const byNumberedName = new Intl.Collator("en", { numeric: true });

/**
 * What a stack costs in a month.
 *
 * @param deployment of an update: in a preview the task definitions of services are not known
 */
export function estimate(deployment: Deployment, prices: Prices, traffic: Traffic): Estimate {
  const { stack, region } = deployment;
  const label = labeller(deployment.resources);
  const charges = chargesOf(deployment, traffic);
  // In the order of names: which resource registers first differs from run to run.
  const resources = deployment.resources
    .filter(isReal)
    .map((resource) => ({ ...resource, label: label(resource.urn) }))
    .sort((a, b) => byNumberedName.compare(a.label, b.label));
  const lines: Line[] = [];
  const unpriced: Unpriced[] = [];
  for (const resource of resources) {
    const named = { resource: resource.label, urn: resource.urn };
    for (const charge of charges(resource)) {
      if (typeof charge === "string") unpriced.push({ ...named, why: charge });
      else if (quantityOf(charge) > 0) {
        const line = priced(charge, named, prices, region);
        if ("price" in line) lines.push(line);
        else unpriced.push(line);
      }
    }
  }
  lines.sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group));
  return { stack, region, traffic, lines, unpriced, totals: totalsOf(lines) };
}

/** A charge at its price, or why that can't be told. */
export function priced(
  charge: Charge,
  named: { resource: string; urn: string },
  prices: Prices,
  region: string,
): Line | Unpriced {
  const price = priceOf(prices, region, charge.item);
  return price
    ? { ...named, ...charge, price, monthly: costOf(price, quantityOf(charge)) }
    : { ...named, why: `${charge.what}: no price of ${nameOf(charge.item)} in ${region}`, charge };
}

const nameOf = (item: Item): string => itemNames[item as RegionalItem] ?? item;

export function totalsOf(lines: readonly Line[]): Estimate["totals"] {
  const totals = { fixed: 0, compute: 0, requests: 0, total: 0 };
  for (const { group, monthly } of lines) {
    totals[group] += monthly;
    totals.total += monthly;
  }
  return totals;
}

/** What a provider makes: neither components nor providers themselves. */
const isReal = ({ custom, type }: Resource): boolean => custom && shortType(type) !== "provider";
