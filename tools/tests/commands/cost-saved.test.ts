import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { begin, end, published } from "../../cost/report/publish";
import { readSaved } from "../../cost/report/saved";
import { cost, london } from "./run-cost";

describe("npm run cost", function () {
  this.timeout(120_000);

  describe("what is committed", () => {
    let folder: string;
    beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "cost-"))));
    afterEach(() => fs.rmSync(folder, { recursive: true }));

    it("is up to date: README's bills, the chart and the saved estimates. Fix: npm run cost -- --readme", async () => {
      assert.deepEqual(await cost(["--readme", "--check"]), { code: 0, stdout: "", stderr: "" });
    });

    it("misses README's markers", async () => {
      const readme = path.join(folder, "README.md");
      fs.writeFileSync(readme, `nothing, ${end} and ${begin}\n`);
      await assert.rejects(
        published(readme),
        /README\.md has no <!-- cost:begin --> followed by <!-- cost:end -->\.$/,
      );
    });

    it("keeps cheap below 5 USD a month besides its task", () => {
      assert.ok(readSaved("cheap")!.fixed < 5);
    });

    it("--record writes what the plan compares with", async () => {
      const { stdout } = await cost(["--record", "--stack", "dev", "--requests", "9M"], {
        ...london(),
        folder,
      });
      assert.equal(stdout, "docs/cost/dev.json written.\n");
      assert.deepEqual(readSaved("dev", folder), {
        region: "eu-west-2",
        fixed: 24.64,
        compute: 10.36,
        total: 35,
      });
      assert.equal(readSaved("prod", folder), undefined);
      fs.writeFileSync(path.join(folder, "docs/cost/dev.json"), "{}");
      assert.throws(
        () => readSaved("dev", folder),
        /dev\.json is no saved estimate\. Fix: npm run cost -- --stack dev --record\.$/,
      );
    });
  });
});
