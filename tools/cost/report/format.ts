import { Factor } from "../charges/charge";
import { Price } from "../pricing";

const money = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const amount = new Intl.NumberFormat("en", { maximumSignificantDigits: 6 });
const hundredths = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
const few = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

/** USD to the cent; `–` for what can't be told. */
export const usd = (value: number | undefined): string => (value === undefined ? "–" : money.format(value));

/** `≥ 9.51` where something is not priced, for a column of them. */
export const shortTotal = ({ usd: value, atLeast }: { usd: number; atLeast: boolean }): string =>
  `${atLeast ? "≥ " : ""}${usd(value)}`;

/** `at least 9.51` where something is not priced. */
export const totalText = ({ usd: value, atLeast }: { usd: number; atLeast: boolean }): string =>
  `${atLeast ? "at least " : ""}${usd(value)}`;

/** `2 tasks × 0.25 vCPU × 730 h`; rounded to what people read, `7.63 GB`: the sum is made of what is not. */
export const factorsText = (factors: readonly Factor[]): string =>
  factors.map(([value, of]) => `${(value < 1 ? few : hundredths).format(value)} ${of}`).join(" × ");

/** `1.16, from 300 on 1.04`; of the tiers those that a quantity reaches. */
export const priceText = ({ price, tiers = [] }: Price, quantity = Infinity): string =>
  [
    String(price),
    ...tiers
      .filter(({ from }) => from < quantity)
      .map(({ from, price: next }) => `from ${amount.format(from)} on ${next}`),
  ].join(", ");

/** `18.3 million`. */
export function requestsText(requests: number): string {
  if (requests >= 1e9) return `${few.format(requests / 1e9)} billion`;
  if (requests >= 1e6) return `${few.format(requests / 1e6)} million`;
  return few.format(requests);
}
