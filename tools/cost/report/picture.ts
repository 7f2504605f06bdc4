import { Chart, Curve } from "./chart";
import { doorBreakEven, totalOf } from "../compare";
import { Door } from "../doors";
import { requestsText } from "./format";
import { Option } from "../options";
import { Prices } from "../pricing";
import { Traffic } from "../charges/traffic";

/** From nearly nothing to where the load balancer has won. */
const range: Chart["range"] = [1e5, 5e7];

/** Which ways to draw: each way to AWS behind the HTTP API, and a public load balancer on the dearest and the cheapest of them. */
export function chartOf(
  stack: string,
  region: string,
  options: readonly Option[],
  prices: Prices,
  traffic: Traffic,
): Chart {
  const cost = (option: Option, door: Door) => (requests: number) =>
    // Without the access log, as a load balancer is priced without one.
    totalOf(option, door, prices, { ...traffic, requests, accessLogKb: 0 }).usd;
  const current = options.find(({ isCurrent }) => isCurrent)!;
  const cheapest = options.reduce((least, option) =>
    cost(option, "cloudMap")(0) < cost(least, "cloudMap")(0) ? option : least,
  );
  const behindBalancer = [...new Set([current, cheapest])];
  const curves: Curve[] = [
    ...options.map((option): Curve => ({
      name: option.isCurrent ? `${option.name} (${stack})` : option.name,
      kind: option.isCurrent ? "own" : "egress",
      mark: options.indexOf(option),
      cost: cost(option, "cloudMap"),
    })),
    ...behindBalancer.map((option): Curve => ({
      name: `public ALB, ${option.name}`,
      kind: "balancer",
      mark: options.indexOf(option),
      cost: cost(option, "alb"),
    })),
  ];
  const crossings = behindBalancer.flatMap((option) => {
    const requests = doorBreakEven(option, "alb", prices, traffic);
    return typeof requests !== "number" || requests > range[1]
      ? []
      : [{ requests, cost: cost(option, "cloudMap")(requests) }];
  });
  return {
    title: `What stack ${stack} would cost, in ${region}`,
    subtitle:
      "USD a month. Solid: HTTP API; dashed: public load balancer; a mark for each way to AWS. Without access logs",
    curves,
    range,
    crossings,
    note: crossings[0] ? `from ${requestsText(crossings[0].requests)} on the load balancer is cheaper` : "",
  };
}
