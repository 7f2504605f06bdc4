import type { Readable } from "node:stream";
import { parse } from "csv-parse";
import { GlobalItem, globalItems, Item, items, Price, RegionalItem } from "./pricing";

/**
 * The AWS Price List, as it is for everybody to read: one CSV file for each service and Region, some of them of several GB,
 * so they are read row by row. https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-the-aws-price-list-bulk-api.html
 */
const list = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws";
/** What the Fargate pricing page itself shows; the price list has no Spot. */
const spotFeed = "https://dftu77xade0tc.cloudfront.net/fargate-spot-prices.json";

/** Opens a file of AWS by its address. */
export type Open = (url: string) => Promise<Readable>;

/** The one product that an item is. */
interface Meter {
  offer: string;
  /** `usageType` without the Region's prefix. */
  usage: string;
  /** Other columns that tell products of the same usage type apart. */
  where?: Record<string, string>;
  /** Units of the list that make one of ours. */
  per?: number;
}

const alb = { operation: "LoadBalancing:Application" };

const regional: Partial<Record<RegionalItem, Meter>> = {
  "fargate.x86.vcpu": { offer: "AmazonECS", usage: "Fargate-vCPU-Hours:perCPU" },
  "fargate.x86.memory": { offer: "AmazonECS", usage: "Fargate-GB-Hours" },
  "fargate.arm.vcpu": { offer: "AmazonECS", usage: "Fargate-ARM-vCPU-Hours:perCPU" },
  "fargate.arm.memory": { offer: "AmazonECS", usage: "Fargate-ARM-GB-Hours" },
  "fargate.storage": { offer: "AmazonECS", usage: "Fargate-EphemeralStorage-GB-Hours" },
  "api.requests": { offer: "AmazonApiGateway", usage: "ApiGatewayHttpRequest", per: 1e6 },
  "endpoint.hour": { offer: "AmazonVPC", usage: "VpcEndpoint-Hours" },
  "endpoint.gb": { offer: "AmazonVPC", usage: "VpcEndpoint-Bytes" },
  "ipv4.hour": { offer: "AmazonVPC", usage: "PublicIPv4:InUseAddress" },
  "nat.hour": { offer: "AmazonEC2", usage: "NatGateway-Hours" },
  "nat.gb": { offer: "AmazonEC2", usage: "NatGateway-Bytes" },
  "alb.hour": { offer: "AWSELB", usage: "LoadBalancerUsage", where: alb },
  "alb.lcu": { offer: "AWSELB", usage: "LCUUsage", where: alb },
  "logs.ingested": { offer: "AmazonCloudWatch", usage: "DataProcessing-Bytes" },
  "logs.vended": { offer: "AmazonCloudWatch", usage: "VendedLog-Bytes" },
  "logs.stored": { offer: "AmazonCloudWatch", usage: "TimedStorage-ByteHrs" },
  "metrics.alarm": { offer: "AmazonCloudWatch", usage: "CW:AlarmMonitorUsage" },
  "metrics.custom": { offer: "AmazonCloudWatch", usage: "CW:MetricMonitorUsage" },
  "ecr.stored": { offer: "AmazonECR", usage: "TimedStorage-ByteHrs" },
  "transfer.out": {
    offer: "AWSDataTransfer",
    usage: "DataTransfer-Out-Bytes",
    where: { "Transfer Type": "AWS Outbound", "To Location": "External" },
  },
};

/** Cloud Map, composite alarms, EventBridge Scheduler and SQS are not among them: which usage types they have is not known here. */
const global: Partial<Record<GlobalItem, Meter>> = {
  "route53.zone": { offer: "AmazonRoute53", usage: "HostedZone" },
  "route53.queries": { offer: "AmazonRoute53", usage: "DNS-Queries", per: 1e6 },
  "metrics.dashboard": { offer: "AmazonCloudWatch", usage: "DashboardsUsageHour" },
};

export type Read<K extends Item> = Partial<Record<K, Price>>;

/**
 * The prices of a Region.
 *
 * @throws Error that names a file that can't be read, and an item that two products of different prices claim to be
 */
export async function readRegion(region: string, open: Open): Promise<Read<RegionalItem>> {
  const found: Read<RegionalItem> = await readSpot(region, open);
  // N. Virginia was there before the prefixes.
  const bare = (usage: string): string | undefined =>
    regionPrefix.test(usage) ? usage.replace(regionPrefix, "") : region === "us-east-1" ? usage : undefined;
  for (const offer of offersOf(regional)) {
    const rows = await readOffer(`${list}/${offer}/current/${region}/index.csv`, open);
    for await (const [item, price] of pricesIn(rows, offer, regional, bare)) found[item] = price;
  }
  const order = Object.keys(items) as RegionalItem[];
  return Object.fromEntries(order.filter((item) => found[item]).map((item) => [item, found[item]]));
}

/** EUW2 in London, USE1 in N. Virginia, and EU in Ireland; TS- and Outposts- are none. */
const regionPrefix = /^(?:EU|[A-Z]{3}\d)-/;

/** The prices that are the same everywhere. */
export async function readGlobal(open: Open): Promise<Read<GlobalItem>> {
  const found: Read<GlobalItem> = {};
  for (const offer of offersOf(global)) {
    const rows = await readOffer(`${list}/${offer}/current/index.csv`, open);
    for await (const [item, price] of pricesIn(rows, offer, global, (usage) => usage)) found[item] = price;
  }
  return found;
}

const offersOf = (meters: Partial<Record<string, Meter>>): string[] => [
  ...new Set(Object.values(meters).map((meter) => meter!.offer)),
];

type Row = Record<string, string>;
interface Rows {
  /** Of the file. */
  published: () => string;
  rows: AsyncIterable<Row>;
}

async function readOffer(url: string, open: Open): Promise<Rows> {
  const file = await open(url);
  const lines = parse({ relax_column_count: true });
  // pipe() alone would wait for ever for the rest of a download that broke off.
  file.on("error", (error) => lines.destroy(error)).pipe(lines);
  let published = "";
  async function* rows(): AsyncGenerator<Row> {
    let header: string[] | undefined;
    for await (const line of lines as AsyncIterable<string[]>) {
      if (header) yield Object.fromEntries(header.map((column, i) => [column, line[i] ?? ""]));
      else if (line[0] === "Publication Date") published = line[1]!.slice(0, 10);
      else if (line[0] === "SKU") header = line;
    }
    if (!header) throw new Error(`${url} is no file of the price list.`);
  }
  return { published: () => published, rows: rows() };
}

/** The items that an offer's rows price; the rows of one product are its tiers. */
async function* pricesIn<K extends Item>(
  { rows, published }: Rows,
  offer: string,
  meters: Partial<Record<K, Meter>>,
  bare: (usage: string) => string | undefined,
): AsyncGenerator<[K, Price]> {
  const wanted = (Object.entries(meters) as [K, Meter][]).filter(([, meter]) => meter.offer === offer);
  const tiers = new Map<K, Row[]>();
  for await (const row of rows) {
    if (row.TermType !== "OnDemand" || row.Currency !== "USD") continue;
    const usage = bare(row.usageType ?? "");
    for (const [item, meter] of wanted) {
      const matches =
        usage === meter.usage &&
        Object.entries(meter.where ?? {}).every(([column, value]) => row[column] === value);
      if (matches) tiers.set(item, [...(tiers.get(item) ?? []), row]);
    }
  }
  for (const [item, meter] of wanted) {
    const own = tiers.get(item);
    if (!own) continue;
    const products = [...new Set(own.map(({ SKU }) => SKU!))];
    const tiersOf = (sku: string): Tier[] =>
      toTiers(
        own.filter(({ SKU }) => SKU === sku),
        meter,
      );
    // N. Virginia lists some products twice, with its prefix and without, at the same price.
    if (new Set(products.map((sku) => JSON.stringify(tiersOf(sku)))).size > 1) {
      throw new Error(`${item} could be ${products.join(" or ")} of ${offer}.`);
    }
    yield [item, toPrice(item, tiersOf(products[0]!), published(), `${offer} ${own[0]!.usageType}`)];
  }
}

interface Tier {
  from: number;
  price: number;
}

/** The tiers of one product's rows, in the item's own unit. */
const toTiers = (rows: Row[], { per = 1 }: Meter): Tier[] =>
  rows
    .map(({ StartingRange, PricePerUnit }) => ({
      from: Number(StartingRange) / per,
      price: Number((Number(PricePerUnit) * per).toPrecision(12)),
    }))
    .sort((a, b) => a.from - b.from);

function toPrice(item: Item, [first, ...more]: Tier[], date: string, what: string): Price {
  // A list of the tiers beyond a free one would make what is below them cost as much.
  if (first!.from !== 0) throw new Error(`${item} has no price below ${first!.from}: ${what}.`);
  return {
    price: first!.price,
    unit: { ...items, ...globalItems }[item],
    ...(more.length > 0 && { tiers: more }),
    source: `AWS Price List, ${what}`,
    date,
    confidence: "high",
  };
}

const spotUnits: Readonly<Record<string, RegionalItem>> = {
  "vCPU-Hours": "fargate.spot.x86.vcpu",
  "GB-Hours": "fargate.spot.x86.memory",
  "ARM-vCPU-Hours": "fargate.spot.arm.vcpu",
  "ARM-GB-Hours": "fargate.spot.arm.memory",
};

async function readSpot(region: string, open: Open): Promise<Read<RegionalItem>> {
  let text = "";
  for await (const chunk of await open(spotFeed)) text += String(chunk);
  const { prices } = JSON.parse(text) as {
    prices: { unit: string; price: { USD: string }; attributes: { "aws:region": string } }[];
  };
  const found: Read<RegionalItem> = {};
  for (const { unit, price, attributes } of prices) {
    const item = spotUnits[unit];
    if (!item || attributes["aws:region"] !== region) continue;
    found[item] = {
      price: Number(price.USD),
      unit: items[item],
      source: "the feed of the AWS Fargate pricing page (fargate-spot-prices.json). Spot prices move",
      date: new Date().toISOString().slice(0, 10),
      confidence: "medium",
    };
  }
  return found;
}
