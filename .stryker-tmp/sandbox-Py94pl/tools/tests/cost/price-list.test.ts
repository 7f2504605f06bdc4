// @ts-nocheck
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { Open, readGlobal, readRegion } from "../../cost/price-list";
import { items, Price, prices } from "../../cost/pricing";
import { recorded } from "./recorded";

const entry = (
  price: number,
  unit: string,
  source: string,
  date: string,
  more: Partial<Price> = {},
): Price => ({
  price,
  unit,
  ...more,
  source,
  date,
  confidence: "high",
});

describe("the AWS Price List", () => {
  it("gives every item of a Region, of AWS's own rows at the prices that are recorded here", async () => {
    const { open, opened } = recorded();
    const london = await readRegion("eu-west-2", open);
    // Spot on ARM64 is not in the recorded feed.
    const listed = Object.keys(items).filter((item) => !item.startsWith("fargate.spot.arm."));
    assert.deepEqual(Object.keys(london).sort(), listed.sort());
    // The other files were made up from these prices: see offers/README.md.
    const real = listed.filter((item) => /^(fargate\.(?!spot)|api\.|alb\.|transfer\.)/.test(item));
    assert.equal(real.length, 9);
    for (const item of real as (keyof typeof london)[]) {
      const { price, tiers } = prices.regions["eu-west-2"]![item]!;
      assert.deepEqual([item, london[item]?.price, london[item]?.tiers], [item, price, tiers]);
    }
    assert.ok(
      opened.includes(
        "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonECS/current/eu-west-2/index.csv",
      ),
    );
  });

  it("says which product a price is of, since when, and its tiers in the item's own unit", async () => {
    const london = await readRegion("eu-west-2", recorded().open);
    assert.deepEqual(
      london["api.requests"],
      entry(
        1.16,
        "million requests",
        "AWS Price List, AmazonApiGateway EUW2-ApiGatewayHttpRequest",
        "2026-08-31",
        {
          tiers: [{ from: 300, price: 1.04 }],
        },
      ),
    );
    assert.deepEqual(
      london["alb.hour"],
      entry(0.02646, "load balancer-hour", "AWS Price List, AWSELB EUW2-LoadBalancerUsage", "2026-08-31"),
    );
    assert.deepEqual(london["transfer.out"]?.tiers, prices.regions["eu-west-2"]!["transfer.out"]!.tiers);
    const spot = (await readRegion("us-east-1", recorded().open))["fargate.spot.arm.vcpu"]!;
    assert.deepEqual([spot.price, spot.confidence], [0.01030969, "medium"]);
  });

  it("takes usage types without a prefix in N. Virginia alone", async () => {
    const virginia = await readRegion("us-east-1", recorded().open);
    assert.deepEqual(
      [virginia["alb.hour"]?.price, virginia["alb.lcu"]?.price, virginia["fargate.spot.x86.vcpu"]?.price],
      [0.0225, 0.008, 0.01288871],
    );
    const bare = (text: string): string => text.replaceAll("EUW2-", "");
    const london = await readRegion("eu-west-2", recorded({ "AWSELB-eu-west-2.csv": bare }).open);
    assert.equal(london["alb.hour"], undefined);
  });

  it("gives what is the same everywhere, and nothing of the free tier", async () => {
    const found = await readGlobal(recorded().open);
    assert.deepEqual(
      Object.entries(found).map(([item, { price, tiers }]) => [item, price, tiers]),
      [
        ["route53.zone", 0.5, [{ from: 25, price: 0.1 }]],
        ["route53.queries", 0.4, [{ from: 1000, price: 0.2 }]],
        ["metrics.dashboard", 3, undefined],
      ],
    );
  });

  it("fails when a download breaks off", async () => {
    const { open } = recorded();
    const broken: Open = async (url) =>
      url.includes("AmazonEC2")
        ? Readable.from(
            (async function* () {
              yield '"FormatVersion","v1.0"\n';
              await Promise.reject(new Error("the connection broke"));
            })(),
          )
        : open(url);
    await assert.rejects(readRegion("eu-west-2", broken), { message: "the connection broke" });
  });

  it("takes a product that N. Virginia lists twice at one price, and none at two", async () => {
    const virginia = await readRegion("us-east-1", recorded().open);
    assert.deepEqual([virginia["logs.ingested"]?.price, virginia["logs.stored"]?.price], [0.5, 0.03]);
    assert.deepEqual(virginia["logs.vended"]?.tiers?.[0], { from: 10240, price: 0.25 });
    const dearer = (text: string): string => text.replace('"0.5000000000"', '"0.6000000000"');
    await assert.rejects(
      readRegion("us-east-1", recorded({ "AmazonCloudWatch-us-east-1.csv": dearer }).open),
      {
        message: "logs.ingested could be LOGSINGESTEDUSE1 or LOGSINGESTEDBARE of AmazonCloudWatch.",
      },
    );
  });

  it("refuses tiers without the first one", async () => {
    const cut = (text: string): string => text.replace(/^.*first 300 million.*\n/m, "");
    await assert.rejects(readRegion("eu-west-2", recorded({ "AmazonApiGateway-eu-west-2.csv": cut }).open), {
      message: "api.requests has no price below 300: AmazonApiGateway EUW2-ApiGatewayHttpRequest.",
    });
  });

  it("refuses to choose between two products, and a file of something else", async () => {
    const twice = (text: string): string =>
      text.replace("EUW2-TS-LoadBalancerUsage", "EUW2-LoadBalancerUsage");
    await assert.rejects(readRegion("eu-west-2", recorded({ "AWSELB-eu-west-2.csv": twice }).open), {
      message: "alb.hour could be 2RGDRMA7MQDFVP3E or 6AP766DZF74JPTE2 of AWSELB.",
    });
    await assert.rejects(
      readRegion("eu-west-2", recorded({ "AmazonECS-eu-west-2.csv": () => "<html></html>" }).open),
      /AmazonECS\/current\/eu-west-2\/index\.csv is no file of the price list\.$/,
    );
  });
});
