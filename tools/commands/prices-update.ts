import * as fs from "node:fs";
import * as path from "node:path";
import { Readable } from "node:stream";
import { fetch } from "undici";
import { projectFolder } from "../../simulate/stack";
import { columns } from "../plan/columns";
import { priceText } from "../cost/report/format";
import { Open, readGlobal, readRegion } from "../cost/price-list";
import { Price, Prices, pricesSchema } from "../cost/pricing";
import { UsageError } from "./options";
import { Io, runCommand } from "./command";

const help = `Reads the prices in rules/prices.json anew from the AWS Price List. It takes no credentials, but minutes: the list of
EC2, which has the NAT gateways, is of several GB. A Region that can't be read is named and stays as it is recorded; the
others are written all the same, unless one of their prices looks wrong: then nothing is.

Usage: npm run prices:update -- [options]

  --region <name>  only this Region, or one that is not recorded yet; can be repeated (default: every recorded Region)
  --dry-run        shows what would change, and changes nothing
  --force          writes even what looks wrong: a price that is gone, or changed more than twofold
  --help           this text

Exit code: 0, or 1 when something looks wrong or can't be read.
`;

const flags = {
  region: { type: "string", multiple: true },
  "dry-run": { type: "boolean", default: false },
  force: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** A price that changed more than this at once is more likely another product. */
const believable = 2;

/**
 * Runs the command.
 *
 * @param outside stands in for the network and the file, for tests
 * @returns the exit code
 */
export const main = (
  argv: string[],
  io: Io,
  {
    open = download,
    file = path.join(projectFolder, "rules/prices.json"),
  }: { open?: Open; file?: string } = {},
): Promise<number> =>
  runCommand({ flags, help }, argv, io, async ({ region, force, "dry-run": dryRun }) => {
    const before = pricesSchema.parse(JSON.parse(fs.readFileSync(file, "utf8")));
    const regions = region ?? Object.keys(before.regions);
    const wrong = regions.filter((name) => !/^[a-z]{2}(-[a-z]+)+-\d$/.test(name));
    if (wrong.length > 0) {
      throw new UsageError(`--region is \`${wrong.join("`, `")}\`. Allowed is a Region such as eu-west-2.`);
    }
    const { after, failures } = await readAll(before, regions, open);

    const changes = changesOf(before, after);
    const suspect = changes.filter(({ why }) => why !== "");
    if (changes.length > 0) {
      io.stdout.write(
        `${columns(changes.map(({ item, from, to, why }) => [item, from, "→", to, why])).join("\n")}\n`,
      );
    } else if (failures.length === 0) io.stdout.write("No price changed.\n");
    if (failures.length > 0) {
      io.stderr.write(failures.map((failure) => `Not read, and left as recorded: ${failure}\n`).join(""));
    }
    if (suspect.length > 0 && !force) {
      throw new UsageError(
        `Nothing written: ${suspect.length} of these look wrong. Check them with the AWS pricing pages, then use --force.`,
      );
    }
    if (changes.length > 0 && !dryRun) replaceFile(file, `${JSON.stringify(after, null, 2)}\n`);
    return failures.length === 0 ? 0 : 1;
  });

/** Whoever reads the file, or stops this command, meets the old content or the new, and never a part of it. */
function replaceFile(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(temporary, text);
  fs.renameSync(temporary, file);
}

/** What is recorded, with what the list says now in its place; and where it could not be read, why. */
async function readAll(
  before: Prices,
  regions: string[],
  open: Open,
): Promise<{ after: Prices; failures: string[] }> {
  const found: Prices["regions"] = {};
  const failures: string[] = [];
  const attempt = async <T>(where: string, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      failures.push(`${where}: ${(error as Error).message}`);
      return undefined;
    }
  };
  for (const region of regions) {
    const table = await attempt(region, () => readRegion(region, open));
    if (!table) continue;
    if (Object.keys(table).length > 0) found[region] = table;
    else failures.push(`${region}: the price list has nothing of it.`);
  }
  const everywhere = await attempt("global", () => readGlobal(open));
  const sorted = <T>(record: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  const after = pricesSchema.parse({
    regions: sorted({ ...before.regions, ...found }),
    // What the list has no meter for here stays as it is.
    global: { ...before.global, ...everywhere },
  });
  return { after, failures };
}

interface Change {
  item: string;
  from: string;
  to: string;
  /** Why it should be looked at; empty for an ordinary change. */
  why: string;
}

function changesOf(before: Prices, after: Prices): Change[] {
  const tables = [
    ...Object.keys(after.regions).map(
      (region) => [region, before.regions[region] ?? {}, after.regions[region]!] as const,
    ),
    ["global", before.global, after.global] as const,
  ];
  return tables.flatMap(([where, old, now]) => {
    const [was, is]: Record<string, Price | undefined>[] = [old, now];
    return [...new Set([...Object.keys(was!), ...Object.keys(is!)])].flatMap((item) => {
      const [from, to] = [was![item], is![item]].map((price) => (price ? priceText(price) : "–"));
      if (from === to) return [];
      return [{ item: `${where} ${item}`, from: from!, to: to!, why: suspicion(was![item], is![item]) }];
    });
  });
}

function suspicion(was: Price | undefined, is: Price | undefined): string {
  if (!was) return "";
  if (!is) return "gone";
  const startsOf = ({ tiers = [] }: Price): number[] => [0, ...tiers.map(({ from }) => from)];
  const changeAt = (quantity: number): number => {
    const [old, now] = [priceAt(was, quantity), priceAt(is, quantity)];
    return old === now ? 1 : now / old;
  };
  // Where only the new price has a tier, it is one that nobody recorded before, and may well be a far lower one.
  const isFar =
    startsOf(was).some((start) => changeAt(start) < 1 / believable) ||
    [...startsOf(was), ...startsOf(is)].some((start) => changeAt(start) > believable);
  return isFar ? "more than twofold" : "";
}

/** USD of one unit more, above that quantity. */
const priceAt = ({ price, tiers = [] }: Price, quantity: number): number =>
  tiers.filter(({ from }) => from <= quantity).at(-1)?.price ?? price;

const download: Open = async (url) => {
  const response = await fetch(url).catch((error: Error) => {
    const { cause } = error as { cause?: Error };
    throw new Error(`${url} can't be read: ${(cause ?? error).message}.`);
  });
  if (!response.ok || !response.body) throw new Error(`${url} answers ${response.status}.`);
  return Readable.fromWeb(response.body);
};

if (require.main === module) {
  void main(process.argv.slice(2), process).then((code) => {
    process.exitCode = code;
  });
}
