import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { UserError } from "../../../config/problems";
import { projectFolder } from "../../../simulate/stack";
import { Estimate } from "../estimate";
import { gapsText, Prices } from "../pricing";
import { usd } from "./format";

/** What a stack cost when somebody last looked and committed it: `docs/cost/<stack>.json`. */
const savedSchema = z.strictObject({
  region: z.string(),
  /** USD a month before traffic, to the cent. */
  fixed: z.number(),
  compute: z.number(),
  total: z.number(),
});
export type Saved = z.infer<typeof savedSchema>;

export const savedFile = (stack: string, folder = projectFolder): string =>
  path.join(folder, "docs/cost", `${stack}.json`);

/** What is saved of an estimate before traffic. */
export function toSaved({ region, totals }: Estimate): Saved {
  const cents = (value: number): number => Math.round(value * 100) / 100;
  return {
    region,
    fixed: cents(totals.fixed),
    compute: cents(totals.compute),
    total: cents(totals.total),
  };
}

export const savedText = (estimate: Estimate): string => `${JSON.stringify(toSaved(estimate), null, 2)}\n`;

/**
 * The last saved estimate of a stack; undefined when it has none.
 *
 * @throws UserError that names the file, when it is not one
 */
export function readSaved(stack: string, folder = projectFolder): Saved | undefined {
  const file = savedFile(stack, folder);
  if (!fs.existsSync(file)) return undefined;
  try {
    return savedSchema.parse(JSON.parse(fs.readFileSync(file, "utf8")));
  } catch {
    throw new UserError(`${file} is no saved estimate. Fix: npm run cost -- --stack ${stack} --record.`);
  }
}

/** What a plan says of the cost. */
export interface PlannedCost {
  /** USD a month before traffic; absent where the Region has no prices. */
  total?: number;
  /** USD since the last saved estimate; absent without one of this Region. */
  change?: number;
  /** What the total leaves out. */
  unpriced: string[];
  /** Says which prices of the Region are missing of those that the total needs. */
  gaps?: string;
}

/** @param estimate before traffic */
export function plannedCost(estimate: Estimate, prices: Prices, saved: Saved | undefined): PlannedCost {
  const { region } = estimate;
  const gaps = gapsText(
    prices,
    region,
    estimate.unpriced.flatMap(({ charge }) => (charge ? [charge.item] : [])),
  );
  const rest = {
    unpriced: estimate.unpriced.map(({ resource, why }) => `${resource}: ${why}`),
    ...(gaps !== undefined && { gaps }),
  };
  if (!(region in prices.regions)) return rest;
  const { total } = toSaved(estimate);
  if (saved?.region !== region) return { total, ...rest };
  return { total, change: Math.round((total - saved.total) * 100) / 100, ...rest };
}

/**
 * The last lines of a plan: `≈ 35.00 USD a month before traffic (+0.00 since the last saved estimate)`, and what they do not
 * know.
 */
export function costLine({ total, change, unpriced, gaps }: PlannedCost): string {
  if (total === undefined) return `No estimate of the cost. ${gaps}`;
  const since =
    change === undefined
      ? "no saved estimate"
      : `${change < 0 ? "−" : "+"}${usd(Math.abs(change))} since the last saved estimate`;
  if (unpriced.length === 0) return `≈ ${usd(total)} USD a month before traffic (${since})`;
  return [
    `At least ${usd(total)} USD a month before traffic (${since}), and ${unpriced.length} not priced: see npm run cost`,
    ...(gaps === undefined ? [] : [gaps]),
  ].join("\n");
}
