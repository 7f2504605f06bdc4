import type { DashboardFacts, DashboardService, ServiceSize } from "./facts";
import { freeStorageGib as freeStorage } from "../fargate";
import { unitPrice } from "../unit-prices";
import { counted, sumOf, viewOf } from "./api";
import { running, samples } from "./services";
import { expression, MetricLine, text, Widget } from "./widgets";

/** What tasks and requests cost an hour, by their number now and the unit prices of the Region. */

const label = "An estimate: USD an hour for tasks and requests";

export function estimate(facts: DashboardFacts): Widget[] {
  const { region, services } = facts;
  const items = [
    ...services.flatMap(({ size }) => itemsOf(size)),
    ...(hasRequests(facts) ? ["api.requests"] : []),
  ];
  const missing = [...new Set(items)].filter((item) => unitPrice(region, item) === undefined);
  if (missing.length > 0) {
    return [
      text(
        `**No estimate of what this costs.** No price of ${missing.map((item) => `\`${item}\``).join(", ")} is recorded in ${region}. ` +
          `\`npm run prices:update -- --region ${region}\` reads them from the AWS Price List; then deploy again.`,
        { width: 24, height: 3 },
      ),
    ];
  }
  const parts = partsOf(facts);
  // What has no data at all would take a plain sum's away.
  const total = `SUM([${parts.map(({ id }) => id).join(", ")}])`;
  const common = { region, period: 300 } as const;
  const reads = (visible: boolean): MetricLine[] => [
    ...parts.map((part) => expression({ ...part, ...(!visible && { visible: false }) })),
    ...services.map((service, i) => samples(service, `m${i}`)),
    ...(hasRequests(facts) ? counted(facts, "Count", "n") : []),
  ];
  return [
    {
      ...{ type: "metric", width: 6, height: 5 },
      properties: {
        ...{ ...common, title: "An estimate: USD an hour", view: "singleValue" },
        metrics: [
          expression({ id: "total", expression: total, label: "tasks and requests" }),
          ...reads(false),
        ],
      },
    },
    {
      ...{ type: "metric", width: 18, height: 5 },
      properties: {
        ...{ ...common, title: label, view: "timeSeries", stacked: true },
        metrics: reads(true),
        yAxis: { left: { min: 0, showUnits: false } },
      },
    },
  ];
}

const hasRequests = (facts: DashboardFacts): boolean => viewOf(facts) !== "nothing";

interface Part {
  id: string;
  expression: string;
  label: string;
}

function partsOf(facts: DashboardFacts): Part[] {
  const { region, services } = facts;
  const price = (item: string): number => unitPrice(region, item)!;
  const ofRequests = {
    ...{ id: "requests", label: "requests" },
    expression: `${sumOf(facts, "n")} / PERIOD(n0) * 3600 * ${decimal(price("api.requests") / 1e6)}`,
  };
  return [
    ...services.map(({ name, size }: DashboardService, i) => ({
      ...{ id: `tasks${i}`, label: `tasks of ${name}` },
      expression: hourOfTasks(running(`m${i}`), size, price),
    })),
    ...(hasRequests(facts) ? [ofRequests] : []),
  ];
}

const prefixOf = ({ architecture }: ServiceSize, spot: "" | "spot."): string =>
  `fargate.${spot}${architecture === "ARM64" ? "arm" : "x86"}`;

const paidStorage = ({ ephemeralStorage = freeStorage }: ServiceSize): number =>
  ephemeralStorage - freeStorage;

/** Prices that a size of task needs. */
function itemsOf(size: ServiceSize): string[] {
  const kinds = [
    ...(size.spot < 100 ? [prefixOf(size, "")] : []),
    ...(size.spot > 0 ? [prefixOf(size, "spot.")] : []),
  ];
  return [
    ...kinds.flatMap((kind) => [`${kind}.vcpu`, `${kind}.memory`]),
    ...(paidStorage(size) > 0 ? ["fargate.storage"] : []),
  ];
}

/** USD of one task. */
function hourOf(size: ServiceSize, spot: "" | "spot.", price: (item: string) => number): number {
  const kind = prefixOf(size, spot);
  const stored = paidStorage(size);
  return (
    (size.cpu / 1024) * price(`${kind}.vcpu`) +
    (size.memory / 1024) * price(`${kind}.memory`) +
    (stored > 0 ? stored * price("fargate.storage") : 0)
  );
}

/** The first task is on demand unless all are on Spot; the share of Spot is of the others. */
function hourOfTasks(tasks: string, size: ServiceSize, price: (item: string) => number): string {
  const { spot } = size;
  if (spot === 0 || spot === 100)
    return `${tasks} * ${decimal(hourOf(size, spot === 0 ? "" : "spot.", price))}`;
  const first = hourOf(size, "", price);
  const next = (first * (100 - spot) + hourOf(size, "spot.", price) * spot) / 100;
  return `IF(${tasks} > 0, ${decimal(first)} + (${tasks} - 1) * ${decimal(next)}, 0)`;
}

/** Metric math takes no exponents. */
const decimal = (value: number): string => value.toFixed(10).replace(/\.?0+$/, "");
