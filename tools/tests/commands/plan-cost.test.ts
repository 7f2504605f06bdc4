import assert from "node:assert/strict";
import { toConfig } from "../../../simulate/stack";
import { plan } from "./run-plan";

describe("npm run cost", function () {
  this.timeout(120_000);

  describe("at the end of npm run plan", () => {
    const last = (text: string): string => text.trimEnd().split("\n").at(-1)!;
    const given = (values: object) => ({ config: toConfig({ "aws:region": "eu-west-2", ...values }) });

    it("stands the sum before traffic, and its change since it was saved", async () => {
      assert.equal(
        last((await plan([], given({}))).stdout),
        "≈ 35.00 USD a month before traffic (+0.00 since the last saved estimate)",
      );
      const wider = given({ network: { endpointZones: 2 } });
      assert.equal(
        last((await plan(["--markdown"], wider)).stdout),
        "≈ 59.09 USD a month before traffic (+24.09 since the last saved estimate)",
      );
      const { stdout } = await plan(["--json"], given({ network: { egress: "public" } }));
      assert.deepEqual((JSON.parse(stdout) as { cost: unknown }).cost, {
        total: 14.56,
        change: -20.44,
        unpriced: [],
      });
    });

    it("stands what can't be said", async () => {
      assert.equal(
        last((await plan(["--stack", "other"], given({}))).stdout),
        "≈ 35.00 USD a month before traffic (no saved estimate)",
      );
      // Saved is what it costs in London.
      const virginia = given({ "aws:region": "us-east-1" });
      assert.equal(
        last((await plan([], virginia)).stdout),
        "≈ 31.46 USD a month before traffic (no saved estimate)",
      );
      const gaps =
        "No price is recorded in eu-west-1 of: images in the registry. They are in no total. Fix: npm run prices:update -- " +
        "--region eu-west-1, which reads the AWS Price List.";
      const ireland = (await plan([], given({ "aws:region": "eu-west-1" }))).stdout
        .trimEnd()
        .split("\n")
        .slice(-2);
      assert.deepEqual(ireland, [
        "At least 33.60 USD a month before traffic (no saved estimate), and 1 not priced: see npm run cost",
        gaps,
      ]);
      const json = JSON.parse((await plan(["--json"], given({ "aws:region": "eu-west-1" }))).stdout) as {
        cost: { gaps: string };
      };
      assert.equal(json.cost.gaps, gaps);
      const far = given({ "aws:region": "ap-south-2", network: { zones: ["local-az1"] } });
      assert.equal(
        last((await plan([], far)).stdout),
        "No estimate of the cost. No prices of ap-south-2 are recorded here. Fix: npm run prices:update -- --region ap-south-2.",
      );
    });
  });
});
