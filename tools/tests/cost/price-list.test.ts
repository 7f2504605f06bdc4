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
  it("gives every item of a Region, at the prices that are recorded here", async () => {
    const { open, opened } = recorded();
    const london = await readRegion("eu-west-2", open);
    assert.deepEqual(Object.keys(london).sort(), Object.keys(items).sort());
    for (const [item, price] of Object.entries(prices.regions["eu-west-2"]!)) {
      assert.deepEqual([item, london[item as keyof typeof london]?.price], [item, price.price]);
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
    const spot = london["fargate.spot.arm.vcpu"]!;
    assert.deepEqual([spot.price, spot.confidence], [0.011175, "medium"]);
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
