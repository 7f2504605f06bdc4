import { Deployment, ofType } from "../../simulate/deployment";
import { always, Charge, count, fixed, perRequest } from "./charges/charge";
import { Estimate, estimate, priced, totalsOf } from "./estimate";
import { Item, Prices } from "./pricing";
import { gigabytes, hoursAMonth, Traffic } from "./charges/traffic";

/** What stands in front of the services. */
export type Door = "cloudMap" | "alb" | "internalAlb" | "express" | "gateway";

export const doorNames: Readonly<Record<Door, string>> = {
  cloudMap: "HTTP API + Cloud Map",
  alb: "public ALB",
  internalAlb: "HTTP API + internal ALB",
  express: "ECS Express, shared",
  gateway: "ECS Gateway, alone",
};
export const doors = Object.keys(doorNames) as Door[];

/** Services that share one load balancer of ECS Express Mode at most. */
const expressServices = 25;

/**
 * ECS Gateway makes Application Load Balancers in the account, the first when the first service connects, and shares them
 * among services. Whether AWS charges for the gateway besides them, and how many services share one, is not published where it
 * could be found. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/gateway-managing.html
 */
const gatewayItself = "whether AWS charges for a gateway besides its load balancers is not known here";

/** A load balancer needs subnets in two zones, whatever the services run in. */
const albZones = 2;

/**
 * What one load balancer capacity unit carries, and the routing rules that are free. The dearest of the dimensions is
 * billed; active connections (3,000) are not among them here, as they cost more than new ones only where a connection lasts
 * longer than two minutes. https://aws.amazon.com/elasticloadbalancing/pricing/
 */
const lcu = { connectionsPerSecond: 25, gbPerHour: 1, evaluationsPerSecond: 1000, freeRules: 10 };

/**
 * The bill of the same services, on the same way to AWS, behind another door.
 *
 * @param deployment this program's, behind the HTTP API and Cloud Map
 */
export function estimateBehind(
  door: Door,
  deployment: Deployment,
  prices: Prices,
  traffic: Traffic,
): Estimate {
  const own = estimate(deployment, prices, traffic);
  if (door === "cloudMap") return own;
  const named = { resource: doorNames[door], urn: "" };
  const added = chargesBehind(door, deployment, traffic)
    .filter(({ factors }) => factors.every(([amount]) => amount > 0))
    .map((charge) => priced(charge, named, prices, deployment.region));
  const isReplaced = replacedBy(door, own);
  const lines = [
    ...own.lines.filter((line) => !isReplaced(line.urn, line.item)),
    ...added.filter((line) => "price" in line),
  ];
  const unpriced = [
    ...own.unpriced.filter(({ urn, charge }) => !isReplaced(urn, charge?.item)),
    ...added.filter((line) => "why" in line),
    ...(door === "gateway" ? [{ ...named, why: gatewayItself }] : []),
  ];
  return { ...own, lines, unpriced, totals: totalsOf(lines) };
}

/** What the door replaces of a bill: the namespace, and without the HTTP API its requests and its access log. */
function replacedBy(door: Door, { lines, unpriced }: Estimate): (urn: string, item?: Item) => boolean {
  const used = [...lines, ...unpriced.map(({ urn, charge }) => ({ urn, item: charge?.item }))];
  const accessLogs = used.filter(({ item }) => item === "logs.vended").map(({ urn }) => urn);
  return (urn, item) =>
    urn.includes("DnsNamespace::") ||
    (door !== "internalAlb" && (item === "api.requests" || accessLogs.includes(urn)));
}

function chargesBehind(door: Door, deployment: Deployment, traffic: Traffic): Charge[] {
  const services = ofType(deployment, "aws:ecs/service:Service");
  const subnets = services.map(
    ({ inputs }) =>
      (inputs.networkConfiguration as { subnets?: unknown[] } | undefined)?.subnets?.length ?? 0,
  );
  const zones = Math.max(albZones, ...subnets);
  const share =
    door === "express"
      ? [[services.length / expressServices, `of ${expressServices} services`] satisfies Charge["factors"][0]]
      : [];
  const rules = ofType(deployment, "aws:apigatewayv2/route:Route").length;
  return [
    fixed("load balancer", "alb.hour", always, ...share),
    ...(door === "internalAlb"
      ? []
      : [fixed("its public IPv4 addresses", "ipv4.hour", count(zones, "address"), always, ...share)]),
    perRequest("its capacity", "alb.lcu", [capacityUnits(traffic, rules), "LCU on average"], always),
  ];
}

/** Capacity units of an average second, as if every request came on a connection of its own. */
function capacityUnits(traffic: Traffic, rules: number): number {
  const perSecond = traffic.requests / (hoursAMonth * 3600);
  return Math.max(
    perSecond / lcu.connectionsPerSecond,
    gigabytes(traffic, traffic.kbIn + traffic.kbOut) / hoursAMonth / lcu.gbPerHour,
    (perSecond * Math.max(0, rules - lcu.freeRules)) / lcu.evaluationsPerSecond,
  );
}
