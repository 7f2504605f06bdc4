import { Chart, Curve } from "./chart";
import { breakEven, Option, totalOf } from "./compare";
import { Door } from "./doors";
import { requestsText } from "./format";
import { Prices } from "./pricing";
import { Traffic } from "./traffic";

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
    totalOf(option, door, prices, { ...traffic, requests }) ?? NaN;
  const current = options.find(({ isCurrent }) => isCurrent)!;
  const cheapest = options.reduce((least, option) =>
    cost(option, "cloudMap")(0) < cost(least, "cloudMap")(0) ? option : least,
  );
  const behindBalancer = [...new Set([current, cheapest])];
  const curves: Curve[] = [
    ...options.map((option): Curve => ({
      name: option.isCurrent ? `${option.name} (${stack})` : option.name,
      kind: option.isCurrent ? "own" : "egress",
      cost: cost(option, "cloudMap"),
    })),
    ...behindBalancer.map((option): Curve => ({
      name: `public ALB, ${option.name}`,
      kind: "balancer",
      cost: cost(option, "alb"),
    })),
  ];
  const crossings = behindBalancer.flatMap((option) => {
    const own = cost(option, "cloudMap");
    const requests = breakEven(own, cost(option, "alb"));
    return requests === undefined || requests > range[1] ? [] : [{ requests, cost: own(requests) }];
  });
  return {
    title: `What stack ${stack} would cost, in ${region}`,
    subtitle:
      "USD a month by ways to AWS: behind the HTTP API (solid), and behind a public load balancer (dashed)",
    curves,
    range,
    crossings,
    note: crossings[0] ? `from ${requestsText(crossings[0].requests)} on the load balancer is cheaper` : "",
  };
}
