// @ts-nocheck
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import fc from "fast-check";
import { median, type Cost, type Size } from "../../bench/plan/measure";
import { render } from "../../bench/plan/report";
import { configurationOf, systemOf } from "../../bench/plan/system";
import { httpApi } from "../../../rules/quotas";
import { simulate } from "../../../simulate/program";
import { ofType } from "../../../simulate/deployment";
import { toConfig } from "../../../simulate/stack";

const cost = (milliseconds: number, memory: number): Cost => ({
  milliseconds,
  processor: 2 * milliseconds,
  memory,
});
const size = (services: number, refused?: string): Size => ({
  services,
  ours: { ...cost(1000, 1024 * 100), resources: 12 * services },
  simulation: 55.4,
  cdk: { ...cost(4000, 1024 * 400), resources: 11 * services },
  unchecked: cost(500, 1024 * 80),
  refused,
});

describe("the report of npm run bench:plan", () => {
  it("has ratios, then the run's own figures", () => {
    const sizes = [
      size(1),
      size(250, "Number of resources in stack 'System': 2750 is greater than allowed maximum of 500"),
    ];
    assert.equal(
      render({ node: "20.0.0", cdk: "2.0.0", runs: 3, sizes }),
      `Node 20.0.0, aws-cdk-lib 2.0.0, medians of 3 runs of each in turns. Ratios: below 1.00 this project takes less.

| Services | Resources | of the CDK      | Time | Memory | Time, CDK unchecked | Memory, CDK unchecked |
| -------- | --------- | --------------- | ---- | ------ | ------------------- | --------------------- |
| 1        | 12        | 11              | 0.25 | 0.25   | 2.00                | 1.25                  |
| 250      | 3,000     | 2,750 (refused) | 0.25 | 0.25   | 2.00                | 1.25                  |

The CDK takes no stack of more resources than CloudFormation does; nested stacks or several would be needed. There it was measured with its limit lifted, which cannot be deployed. Its words:

- 250 services: Number of resources in stack 'System': 2750 is greater than allowed maximum of 500

This run, on this machine:

| Services | plan                               | simulation alone | CDK                                | CDK unchecked                     |
| -------- | ---------------------------------- | ---------------- | ---------------------------------- | --------------------------------- |
| 1        | 1.00 s (processor 2.00 s), 100 MiB | 55 ms            | 4.00 s (processor 8.00 s), 400 MiB | 0.50 s (processor 1.00 s), 80 MiB |
| 250      | 1.00 s (processor 2.00 s), 100 MiB | 55 ms            | 4.00 s (processor 8.00 s), 400 MiB | 0.50 s (processor 1.00 s), 80 MiB |
`,
    );
  });

  it("says nothing of a limit that was not met", () => {
    assert.doesNotMatch(render({ node: "20.0.0", cdk: "2.0.0", runs: 1, sizes: [size(1)] }), /limit|refused/);
  });
});

describe("the median of several runs", () => {
  it("is that of each figure by itself", () => {
    assert.deepEqual(median([cost(3, 10), cost(1, 30), cost(2, 20)]), cost(2, 20));
    assert.deepEqual(median([cost(1, 10), cost(2, 20)]), cost(1.5, 15));
  });

  it("lies between the least and the most, in whatever order they come", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1 }), (figures) => {
        const { milliseconds } = median(figures.map((figure) => cost(figure, 0)));
        assert.ok(milliseconds >= Math.min(...figures) && milliseconds <= Math.max(...figures));
        assert.equal(
          median([...figures].reverse().map((figure) => cost(figure, 0))).milliseconds,
          milliseconds,
        );
      }),
    );
  });
});

describe("the system that both sides describe", () => {
  it("stays within an API's routes up to 250 services", () => {
    for (const count of [1, 10, 50, 100, 150, 151, 250]) {
      const routes = systemOf(count).services.flatMap((service) => service.routes);
      assert.ok(routes.length <= httpApi.routes, String(count));
      assert.equal(new Set(routes).size, routes.length);
    }
  });

  it("is what this program makes of its configuration", async () => {
    const deployment = await simulate({ config: toConfig(configurationOf(systemOf(2))), preview: true });
    const keys = (type: string, input: string): unknown[] =>
      ofType(deployment, type).map(({ inputs }) => inputs[input]);
    assert.deepEqual(keys("aws:apigatewayv2/route:Route", "routeKey"), [
      "ANY /s1",
      "ANY /s1/{proxy+}",
      "ANY /s2",
      "ANY /s2/{proxy+}",
    ]);
    assert.deepEqual(keys("aws:ecs/service:Service", "name"), ["s1", "s2"]);
    assert.equal(ofType(deployment, "aws:ec2/subnet:Subnet").length, 2);
    assert.equal(ofType(deployment, "aws:ec2/vpcEndpoint:VpcEndpoint").length, 4);
  });
});

describe("npm run bench:plan", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ["-r", "./tools/preload.cjs", "tools/bench/plan.ts", ...args], {
      cwd: resolve(__dirname, "../../.."),
      encoding: "utf8",
    });

  it("explains itself", () => {
    const { status, stdout, stderr } = run("--help");
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    assert.match(stdout, /--short/);
  });

  for (const [args, message] of [
    [["--runs", "0"], "--runs is `0`. Allowed is a whole number from 1 to 50."],
    [["--short", "--runs", "2"], "--short and --runs exclude each other."],
  ] as const) {
    it(`refuses ${args.join(" ")}`, () => {
      const { status, stdout, stderr } = run(...args);
      assert.deepEqual({ status, stdout, stderr }, { status: 1, stdout: "", stderr: `${message}\n` });
    });
  }
});
