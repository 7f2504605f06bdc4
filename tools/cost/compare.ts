import { isDeepStrictEqual } from "node:util";
import { stringify } from "yaml";
import { readProject } from "../../simulate/stack";
import { quantityOf } from "./charges/charge";
import { Door, doors, estimateBehind } from "./doors";
import { Option, Refused } from "./options";
import { Item, priceOf, Prices } from "./pricing";
import { tasksIn } from "./charges/tasks";
import { Traffic } from "./charges/traffic";

/** What an option costs behind a door. */
export interface Total {
  /** USD a month of all that is priced. */
  usd: number;
  /** What is not priced, and how much of it. */
  unpriced: string[];
  /** What of it lacks a price in the Region. */
  lacks: Item[];
}

export function totalOf(option: Option, door: Door, prices: Prices, traffic: Traffic): Total {
  const { totals, unpriced } = estimateBehind(door, option.deployment, prices, traffic);
  return {
    usd: totals.total,
    unpriced: unpriced
      .map(({ urn, why, charge }) => `${urn} ${charge ? `${charge.item} ${quantityOf(charge)}` : why}`)
      .sort(),
    lacks: unpriced.flatMap(({ charge }) => (charge ? [charge.item] : [])),
  };
}

/** Whether the difference of two totals is told by what is priced: what both lack alike cancels out. */
export const areComparable = (one: Total, other: Total): boolean =>
  isDeepStrictEqual(one.unpriced, other.unpriced);

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
  cost: (requests: number) => number,
  other: (requests: number) => number,
): number | undefined {
  const difference = (requests: number): number => cost(requests) - other(requests);
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

/** A way to AWS that is no dearer than any it was compared with. */
export interface Cheapest {
  name: string;
  isCurrent: boolean;
  /** USD a month less than the stack as configured. */
  saves: number;
  givesUp: string;
  /**
   * Tasks up to which it stays cheaper than the stack's own way, or where it is that, than the next; absent where scaling
   * never makes more.
   */
  upToTasks: number | undefined;
  /** Ways that could not be compared with the stack's own: a price that only one of the two takes is not recorded. */
  notCompared: string[];
  paste: string;
}

export interface Comparison {
  rows: { name: string; isCurrent: boolean; totals: Record<Door, { usd: number; atLeast: boolean }> }[];
  refused: Refused[];
  /**
   * Requests a month from which on another door is cheaper than the HTTP API with Cloud Map, on the same way to AWS, and
   * without the HTTP API's access log: the others are priced without one.
   */
  breakEven: Partial<Record<Door, number>>;
  /** Doors that could not be compared with the HTTP API, for want of a price. */
  notCompared: Door[];
  /** What has no price in the Region and some of the ways take. */
  lacks: Item[];
  /** The cheapest way to AWS that survives the loss of a zone as the stack's own does. */
  cheapest: Cheapest;
}

/** What a stack costs in other ways. */
export function compare(
  { options, refused }: { options: Option[]; refused: Refused[] },
  prices: Prices,
  traffic: Traffic,
): Comparison {
  const current = options.find(({ isCurrent }) => isCurrent)!;
  const lacks = new Set<Item>();
  const rows = options.map((option) => ({
    name: option.name,
    isCurrent: option.isCurrent,
    totals: Object.fromEntries(
      doors.map((door) => {
        const { usd, unpriced, ...total } = totalOf(option, door, prices, traffic);
        for (const item of total.lacks) lacks.add(item);
        return [door, { usd, atLeast: unpriced.length > 0 }];
      }),
    ) as Comparison["rows"][0]["totals"],
  }));
  const points = doors.map((door) => [door, doorBreakEven(current, door, prices, traffic)] as const);
  return {
    rows,
    refused,
    breakEven: Object.fromEntries(points.filter(([, point]) => typeof point === "number")),
    notCompared: points.filter(([, point]) => point === "not comparable").map(([door]) => door),
    lacks: [...lacks],
    cheapest: cheapestOf(options, current, prices, traffic),
  };
}

/** Requests a month from which on a door is cheaper than the HTTP API, neither with an access log; undefined for never. */
export function doorBreakEven(
  option: Option,
  door: Door,
  prices: Prices,
  traffic: Traffic,
): number | undefined | "not comparable" {
  const total = (of: Door, requests: number): Total =>
    totalOf(option, of, prices, { ...traffic, requests, accessLogKb: 0 });
  if (!areComparable(total("cloudMap", mostRequests), total(door, mostRequests))) return "not comparable";
  return breakEven(
    (requests) => total("cloudMap", requests).usd,
    (requests) => total(door, requests).usd,
  );
}

function cheapestOf(options: readonly Option[], current: Option, prices: Prices, traffic: Traffic): Cheapest {
  const own = totalOf(current, "cloudMap", prices, traffic);
  const all = options
    .filter(({ zones }) => zones >= current.zones)
    .map((option) => ({ option, total: totalOf(option, "cloudMap", prices, traffic) }));
  // The stack's own is the first of them, and stays before another of the same price.
  const [best, ...others] = all
    .filter(({ total }) => areComparable(total, own))
    .sort((a, b) => a.total.usd - b.total.usd);
  const { name, isCurrent, givesUp, network, deployment } = best!.option;
  const ahead = (isCurrent ? (others[0]?.total.usd ?? Infinity) : own.usd) - best!.total.usd;
  return {
    name,
    isCurrent,
    saves: own.usd - best!.total.usd,
    givesUp: givesUp === current.givesUp ? "" : givesUp,
    upToTasks: network.egress === "public" ? upToTasks() : undefined,
    notCompared: all.filter(({ total }) => !areComparable(total, own)).map(({ option }) => option.name),
    paste: stringify({ config: { [`${readProject().name}:network`]: network } }).trimEnd(),
  };

  /** Each further task brings an address of its own, until those cost more than the other way. */
  function upToTasks(): number | undefined {
    const { fewest, most } = tasksIn(deployment);
    const address = (priceOf(prices, deployment.region, "ipv4.hour")?.price ?? 0) * traffic.hours;
    const upTo = Math.ceil(fewest + ahead / address) - 1;
    return upTo < most ? upTo : undefined;
  }
}
