// @ts-nocheck
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { main } from "../../commands/prices-update";
import { items, prices, Prices, pricesSchema } from "../../cost/pricing";
import { recorded } from "../cost/recorded";

describe("npm run prices:update", () => {
  let file: string;
  beforeEach(() => {
    file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "prices-")), "prices.json");
    fs.writeFileSync(file, JSON.stringify(prices));
  });
  afterEach(() => fs.rmSync(path.dirname(file), { recursive: true }));

  async function update(
    argv: string[],
    change?: Parameters<typeof recorded>[0],
  ): Promise<[code: number, stdout: string, stderr: string]> {
    const written = { stdout: "", stderr: "" };
    const io = {
      stdout: { write: (text: string) => (written.stdout += text) },
      stderr: { write: (text: string) => (written.stderr += text) },
    };
    const code = await main(argv, io, { open: recorded(change).open, file });
    return [code, written.stdout, written.stderr];
  }
  const written = (): Prices => pricesSchema.parse(JSON.parse(fs.readFileSync(file, "utf8")));
  const london = ["--region", "eu-west-2"];
  const elb = (from: string, to: string) => {
    const change = (text: string): string => text.replaceAll(from, to);
    return { "AWSELB-eu-west-2.csv": change, "AmazonApiGateway-eu-west-2.csv": change };
  };

  it("writes what changed and what is new, and keeps what the list has no meter for", async () => {
    const [code, stdout, stderr] = await update(london, elb("0.0264600000", "0.0300000000"));
    assert.deepEqual([code, stderr], [0, ""]);
    assert.equal(
      stdout,
      "eu-west-2 alb.hour      0.02646  →  0.03\n" +
        "global route53.queries      0.4  →  0.4, from 1,000 on 0.2\n",
    );
    const now = written();
    assert.equal(now.regions["eu-west-2"]!["alb.hour"]!.price, 0.03);
    assert.equal(
      now.regions["eu-west-2"]!["alb.hour"]!.source,
      "AWS Price List, AWSELB EUW2-LoadBalancerUsage",
    );
    assert.deepEqual(now.regions["us-east-1"], prices.regions["us-east-1"]);
    assert.deepEqual(now.global["cloudmap.resource"], prices.global["cloudmap.resource"]);
  });

  it("--dry-run shows the same and writes nothing", async () => {
    const before = fs.readFileSync(file, "utf8");
    const [code, stdout] = await update([...london, "--dry-run"], elb("0.0264600000", "0.0300000000"));
    assert.equal(code, 0);
    assert.match(stdout, /alb\.hour +0\.02646 +→ +0\.03\n/);
    assert.equal(fs.readFileSync(file, "utf8"), before);
  });

  const suspicious: [what: string, from: string, to: string, line: RegExp][] = [
    ["a price that is gone", "EUW2-LCUUsage", "EUW2-CapacityUsage", /alb\.lcu +0\.0084 +→ +– +gone\n/],
    [
      "one that more than doubled",
      "0.0264600000",
      "0.0600000000",
      /alb\.hour +0\.02646 +→ +0\.06 +more than twofold\n/,
    ],
    [
      "one that is less than half",
      "0.0264600000",
      "0.0100000000",
      /alb\.hour +0\.02646 +→ +0\.01 +more than twofold\n/,
    ],
    [
      "a later tier that is less than half",
      "0.0000010400",
      "0.0000005100",
      /api\.requests +1\.16, from 300 on 1\.04 +→ +1\.16, from 300 on 0\.51 +more than twofold\n/,
    ],
  ];
  for (const [what, from, to, line] of suspicious) {
    it(`refuses ${what}, and writes it with --force`, async () => {
      const before = fs.readFileSync(file, "utf8");
      const [code, stdout, stderr] = await update(london, elb(from, to));
      assert.equal(code, 1);
      assert.match(stdout, line);
      assert.match(stderr, /^Nothing written: 1 of these look wrong\. .* --force\.\n$/);
      assert.equal(fs.readFileSync(file, "utf8"), before);
      assert.equal((await update([...london, "--force"], elb(from, to)))[0], 0);
      assert.notEqual(fs.readFileSync(file, "utf8"), before);
    });
  }

  it("says so when nothing changed, and leaves the file and its dates alone", async () => {
    await update(london);
    assert.deepEqual(fs.readdirSync(path.dirname(file)), ["prices.json"]);
    const before = fs.readFileSync(file, "utf8").replaceAll("\n", "\n\n");
    fs.writeFileSync(file, before);
    assert.deepEqual(await update(london), [0, "No price changed.\n", ""]);
    assert.equal(fs.readFileSync(file, "utf8"), before);
  });

  it("takes lower tiers that nobody recorded before, and no higher one", async () => {
    const tiers = (price: string) => ({
      "AWSELB-eu-west-2.csv": (text: string) => {
        const row = text
          .split("\n")
          .find((line) => line.includes('"EUW2-LCUUsage"') && line.includes("Application"))!;
        const beyond = row.replace('"0","Inf"', '"1000","Inf"').replace("0.0084000000", price);
        return text.replace(row, `${row}\n${beyond}`);
      },
    });
    assert.match(
      (await update(london, tiers("0.0200000000")))[1],
      /from 1,000 on 0\.02 +more than twofold\n/,
    );
    const [code, stdout] = await update(london, tiers("0.0010000000"));
    assert.equal(code, 0);
    assert.match(stdout, /alb\.lcu +0\.0084 +→ +0\.0084, from 1,000 on 0\.001\n/);
  });

  it("writes the Regions that it can read, and names the others", async () => {
    const [code, stdout, stderr] = await update(["--region", "us-east-1", ...london, "--force"], {
      ...elb("0.0264600000", "0.0300000000"),
      "AmazonCloudWatch-us-east-1.csv": (text) => text.replace('"0.5000000000"', '"0.6000000000"'),
    });
    assert.equal(code, 1);
    assert.match(stdout, /^eu-west-2 alb\.hour +0\.02646 +→ +0\.03\n/);
    assert.equal(
      stderr,
      "Not read, and left as recorded: us-east-1: " +
        "logs.ingested could be LOGSINGESTEDUSE1 or LOGSINGESTEDBARE of AmazonCloudWatch.\n",
    );
    const { regions } = written();
    assert.equal(regions["eu-west-2"]!["alb.hour"]!.price, 0.03);
    assert.deepEqual(regions["us-east-1"], prices.regions["us-east-1"]);
  });

  it("adds a Region that is not recorded, and none that the list has nothing of", async () => {
    const { "eu-west-1": ireland, "us-east-1": virginia } = prices.regions;
    fs.writeFileSync(
      file,
      JSON.stringify({ ...prices, regions: { "eu-west-1": ireland, "us-east-1": virginia } }),
    );
    assert.equal((await update(london))[0], 0);
    const { regions } = written();
    assert.deepEqual(Object.keys(regions), ["eu-west-1", "eu-west-2", "us-east-1"]);
    assert.deepEqual(
      Object.keys(regions["eu-west-2"]!),
      Object.keys(items).filter((item) => !item.startsWith("fargate.spot.arm.")),
    );
    assert.deepEqual(await update(["--region", "eu-west-3"]), [
      1,
      "",
      "Not read, and left as recorded: eu-west-3: the price list has nothing of it.\n",
    ]);
  });

  it("refuses a Region that is none, an option that is none, and a list that can't be read", async () => {
    assert.deepEqual(await update(["--region", "London"]), [
      1,
      "",
      "--region is `London`. Allowed is a Region such as eu-west-2.\n",
    ]);
    assert.match((await update(["--regions"]))[2], /^Unknown option '--regions'\. Known options: --region,/);
    const [code, , stderr] = await update(london, { "AmazonECR-eu-west-2.csv": () => "" });
    assert.equal(code, 1);
    assert.match(stderr, /AmazonECR\/current\/eu-west-2\/index\.csv is no file of the price list\.\n$/);
  });

  it("explains itself", async () => {
    const [code, stdout] = await update(["--help"]);
    assert.equal(code, 0);
    for (const flag of ["--region <name>", "--dry-run", "--force", "--help"])
      assert.ok(stdout.includes(flag), flag);
  });
});
