import { Group } from "./charge";
import { Comparison } from "./compare";
import { Estimate } from "./estimate";
import { requestsText, usd } from "./format";
import { priceOf, Prices } from "./pricing";
import { hoursAMonth } from "./traffic";

/** A stack's bill beside what else it could be: what `npm run cost` shows. */
export interface Report {
  estimate: Estimate;
  comparison: Comparison;
  /** What to do, in two lines. */
  advice: string[];
  /** What the numbers rest on. */
  assumptions: string[];
}

export const groupNames: Readonly<Record<Group, string>> = {
  fixed: "Fixed",
  compute: "Compute",
  requests: "With the requests",
};

export function reportOf(estimate: Estimate, comparison: Comparison, prices: Prices): Report {
  return {
    estimate,
    comparison,
    advice: adviceOf(comparison),
    assumptions: assumptionsOf(estimate, prices),
  };
}

function adviceOf({ cheapest, breakEven, rows }: Comparison): string[] {
  const own = rows.find(({ isCurrent }) => isCurrent)!;
  if (own.totals.cloudMap === undefined || own.totals.alb === undefined) {
    return ["Nothing is advised: not every price that it takes is recorded for this Region.", ""];
  }
  const { name, saves, givesUp } = cheapest;
  const saving = cheapest.isCurrent
    ? `No other way to AWS keeps this availability for less than ${name}.`
    : `${capital(name)} instead of ${own.name} keep this availability and save ${usd(saves)} USD a month.` +
      `${givesUp && ` ${givesUp}`} In Pulumi.<stack>.yaml:`;
  const point = breakEven.alb;
  const door =
    point === undefined
      ? "With requests of this size a public load balancer never becomes cheaper than the HTTP API."
      : `A public load balancer is cheaper than the HTTP API from ${requestsText(point)} requests a month on ` +
        `(${requestsText(point / (hoursAMonth * 3600))} a second, day and night).`;
  return [saving, door];
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function assumptionsOf({ lines, region }: Estimate, prices: Prices): string[] {
  const [resource, discovery] = (["cloudmap.resource", "cloudmap.discovery"] as const).map((item) =>
    usd(priceOf(prices, region, item)?.price),
  );
  const dates = lines.map(({ price }) => price.date).sort();
  const low = [...new Set(lines.filter(({ price }) => price.confidence === "low").map(({ item }) => item))];
  return [
    `USD in ${region} without taxes, discounts and the account's free allowances. Prices of ${dates[0]} to ${dates.at(-1)}` +
      `${low.length > 0 ? `; to be checked: ${low.join(", ")}` : ""}.`,
    "A month has 730 hours and a GB 1024³ bytes. Where scaling chooses the number of tasks, the fewest run.",
    `Not counted, as AWS does not say that it is charged here: Cloud Map's ${resource} USD a registered task and ` +
      `${discovery} USD a million look-ups by the gateway, which caches them.`,
    "Load balancers: each request on a connection of its own, evenly over the month, and no access log. ECS Express " +
      "shares one among 25 services, and alone costs what the public one does.",
  ];
}
