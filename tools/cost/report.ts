import { Group } from "./charges/charge";
import { Comparison } from "./compare";
import { Estimate, Line } from "./estimate";
import { requestsText, usd } from "./report/format";
import { gapsText, Item, priceOf, Prices } from "./pricing";
import { awakeHours } from "./charges/tasks";
import { hoursAMonth, Traffic } from "./charges/traffic";

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
    assumptions: assumptionsOf(estimate, comparison.lacks, prices),
  };
}

const adviceOf = (comparison: Comparison): string[] => [egressAdvice(comparison), doorAdvice(comparison)];

function egressAdvice({ cheapest, rows, refused }: Comparison): string {
  // Who uses another stack's network, or an existing one, has no other way to try.
  if (rows.length + refused.length === 1) {
    return "The network is not this stack's: other ways to AWS are not compared.";
  }
  const own = rows.find(({ isCurrent }) => isCurrent)!;
  const { name, isCurrent, saves, givesUp, upToTasks, notCompared } = cheapest;
  const sentences = [
    isCurrent
      ? `No other way to AWS ${notCompared.length > 0 ? "that is compared " : ""}keeps this availability for less than ${name}.`
      : `${capital(name)} instead of ${own.name} keep this availability and save ${usd(saves)} USD a month.`,
    upToTasks === undefined ? "" : `That holds up to ${upToTasks} tasks, and scaling makes more.`,
    notCompared.length === 0
      ? ""
      : `Not compared, as this Region lacks a price that only one side takes: ${notCompared.join(", ")}.`,
    isCurrent ? "" : givesUp,
    isCurrent ? "" : "In Pulumi.<stack>.yaml:",
  ];
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

function doorAdvice({ breakEven, notCompared }: Comparison): string {
  if (notCompared.includes("alb")) {
    return "A public load balancer is not compared: this Region lacks a price that only one side takes.";
  }
  const point = breakEven.alb;
  return point === undefined
    ? "With requests of this size a public load balancer never becomes cheaper than the HTTP API."
    : `A public load balancer is cheaper than the HTTP API from ${requestsText(point)} requests a month on ` +
        `(${requestsText(point / (hoursAMonth * 3600))} a second, day and night), both without an access log.`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What the tasks of services that sleep would cost all the time; what the network costs goes on without them. */
function sleepOf(lines: readonly Line[], { hours, awake }: Traffic): string[] {
  const asleep = lines.filter(({ factors }) => factors.some(([, of]) => of === awakeHours));
  if (asleep.length === 0) return [];
  const now = asleep.reduce((sum, { monthly }) => sum + monthly, 0);
  const running = Math.min(awake, hours);
  return [
    `Services that sleep are taken to be awake ${running} hours a month (--awake): that saves ` +
      `${usd((now * hours) / running - now)} USD. Interface endpoints, NAT gateways and alarms are paid for all the time.`,
  ];
}

function assumptionsOf(
  { lines, region, traffic }: Estimate,
  lacks: readonly Item[],
  prices: Prices,
): string[] {
  const [resource, discovery] = (["cloudmap.resource", "cloudmap.discovery"] as const).map((item) =>
    usd(priceOf(prices, region, item)?.price),
  );
  const dates = lines.map(({ price }) => price.date).sort();
  const low = [...new Set(lines.filter(({ price }) => price.confidence === "low").map(({ item }) => item))];
  const gaps = gapsText(prices, region, lacks);
  return [
    ...(gaps === undefined ? [] : [gaps]),
    `USD in ${region} without taxes, discounts and the account's free allowances. Prices of ${dates[0]} to ${dates.at(-1)}` +
      `${low.length > 0 ? `; to be checked: ${low.join(", ")}` : ""}.`,
    "A month has 730 hours and a GB 1024³ bytes. Where scaling chooses the number of tasks, the fewest run.",
    ...sleepOf(lines, traffic),
    `Not counted, as AWS does not say that it is charged here: Cloud Map's ${resource} USD a registered task and ` +
      `${discovery} USD a million look-ups by the gateway, which caches them.`,
    "ECS Gateway: its first load balancer is counted as one of the stack's own. AWS says neither what a gateway costs besides " +
      "nor how many services share one load balancer, so its column is the least.",
    "Load balancers: each request on a connection of its own, evenly over the month, and no access log. ECS Express " +
      "shares one among 25 services, and alone costs what the public one does.",
  ];
}
