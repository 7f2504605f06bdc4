import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { projectFolder } from "../simulate/stack";
import { run } from "./support/stack";

describe("documentation", () => {
  const examples = ["README.md", "docs/migrate.md"].flatMap((file) => {
    const text = fs.readFileSync(path.join(projectFolder, file), "utf8");
    return [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, example]) => example!);
  });

  it("shows configurations", () => assert.ok(examples.length >= 10, `${examples.length} examples`));

  for (const text of examples) {
    it(`shows one that the program takes: ${text.split("\n").slice(0, 3).join(" ").trim()} …`, async () => {
      const document = parse(text.replace("sha256:…", `sha256:${"0".repeat(64)}`)) as Record<string, unknown>;
      const vpcId = "vpc-0123456789abcdef0";
      const invokes = {
        "aws:ec2/getSubnet:getSubnet": ({ id }: Record<string, unknown>) => ({
          id,
          vpcId,
          availabilityZone: "eu-west-2a",
          availabilityZoneId: id === "subnet-0aaaaaaaaaaaaaaaa" ? "euw2-az1" : "euw2-az2",
        }),
      };
      const deployment = await run(document.config ?? document, { invokes, stack: "example" });
      assert.deepEqual(deployment.warnings, []);
    });
  }
});
