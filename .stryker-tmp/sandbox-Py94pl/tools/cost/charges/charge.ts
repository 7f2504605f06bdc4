// @ts-nocheck
import { Item } from "../pricing";
import { hoursAMonth } from "./traffic";

/** What is paid for being there, for tasks that run, and with the requests. */
export const groups = ["fixed", "compute", "requests"] as const;
export type Group = (typeof groups)[number];

/** An amount and what it counts, in words for a reader: `[730, "h"]`. */
export type Factor = [amount: number, of: string];

/** What a resource uses of an item in a month. */
export interface Charge {
  group: Group;
  what: string;
  item: Item;
  /** Their product is the quantity, in the item's unit. */
  factors: Factor[];
}

const charge =
  (group: Group) =>
  (what: string, item: Item, ...factors: Factor[]): Charge => ({ group, what, item, factors });
export const fixed = charge("fixed");
export const compute = charge("compute");
export const perRequest = charge("requests");

/** All hours of a month. */
export const always: Factor = [hoursAMonth, "h"];

/** `[1, "zone"]`, `[2, "zones"]`. */
export const count = (amount: number, one: string): Factor => [amount, amount === 1 ? one : `${one}s`];

/** The quantity that is charged for. */
export const quantityOf = ({ factors }: Pick<Charge, "factors">): number =>
  factors.reduce((product, [amount]) => product * amount, 1);
