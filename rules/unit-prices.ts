import recorded from "./prices.json";

/**
 * Unit prices, as the program itself needs them. The file says of each where it was read, when, and how sure it is;
 * `npm run prices:update` reads them anew from the AWS Price List.
 */

const regions: Readonly<Record<string, Readonly<Record<string, { price: number }>>>> = recorded.regions;

/** USD for a unit in a Region, up to the first tier; undefined where no price is recorded. */
export const unitPrice = (region: string, item: string): number | undefined => regions[region]?.[item]?.price;
