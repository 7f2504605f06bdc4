import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { projectFolder } from "../../../simulate/stack";
import { Report } from "../../cost/report";
import { cost, type Given, london } from "./run-cost";

/** It has no other way to AWS, so there is little to simulate. */
const create = ["ecr.api", "ecr.dkr", "logs", "s3"];
const adopted = { existing: { vpcId: "vpc-0", subnetIds: ["subnet-0a"], routeTableIds: ["rtb-0"], create } };
/** A line's columns. */
const cells = (line: string): string[] => line.trim().split(/ {2,}/);

describe("npm run cost", function () {
  this.timeout(120_000);

  it("says what sleep saves, and what is paid for all the same", async () => {
    const given = london({ network: adopted, services: { flask: { build: "./app", sleep: {} } } });
    const { stdout } = await cost(["--awake", "146"], given);
    // A quarter-vCPU task of 0.5 GB for 730 hours less 146.
    assert.match(
      stdout.replace(/\s+/g, " "),
      /Services that sleep are taken to be awake 146 hours a month \(--awake\): that saves 8\.29 USD\. Interface endpoints, NAT gateways and alarms are paid for all the time\./,
    );
    assert.match(stdout, /1 task × 0\.25 vCPU × 146 h awake/);
  });

  it("prints each line as a product, the other ways, two lines of advice, and what they rest on", async () => {
    const { code, stdout, stderr } = await cost(["--requests", "0"], london());
    assert.deepEqual([code, stderr], [0, ""]);
    const lines = stdout.split("\n");
    assert.equal(
      lines[0],
      "dev in eu-west-2, USD a month with 0 requests " +
        "(each 2 KB in, 8 KB out, 0.3 KB logged by the service and 0.6 KB by the API)",
    );
    assert.deepEqual(lines.slice(2, 12).map(cells), [
      ["Quantity × price", "USD"],
      ["Fixed", "24.64"],
      ["flask: images", "0.5 GB × 0.1", "0.05"],
      ["network-ecr.api: interface endpoint", "1 zone × 730 h × 0.011", "8.03"],
      ["network-ecr.dkr: interface endpoint", "1 zone × 730 h × 0.011", "8.03"],
      ["network-logs: interface endpoint", "1 zone × 730 h × 0.011", "8.03"],
      ["cluster: hosted zone", "1 zone × 0.5", "0.50"],
      ["Compute", "10.36"],
      ["flask: vCPU", "1 task × 0.25 vCPU × 730 h × 0.04656", "8.50"],
      ["flask: memory", "1 task × 0.5 GB × 730 h × 0.00511", "1.87"],
    ]);
    assert.deepEqual(cells(lines[12]!), ["Total", "35.00"]);
    // 35.0024 + 730 × 0.02646 + 2 × 730 × 0.005 − 0.50, and the same with a 25th of the load balancer
    assert.ok(
      lines.some((line) => cells(line).join(" ") === "* endpoints in 1 zone 35.00 61.12 53.82 35.57 ≥ 61.12"),
      stdout,
    );
    assert.match(stdout, /^ECS Gateway: its first load balancer is counted/m);
    assert.match(
      stdout,
      /^Public addresses instead of endpoints in 1 zone keep this availability and save 20\.44 USD/m,
    );
    assert.match(stdout, /^ {4}config:\n {6}flask-app-fargate:network:\n {8}egress: public\n/m);
    assert.match(
      stdout,
      /^A public load balancer is cheaper than the HTTP API from 24\.5 million requests a month on \(9\.32 a second, day and night\), both without an access log\.$/m,
    );
    assert.match(stdout, /Prices of 2026-0\d-\d\d to 2026-\d\d-\d\d\.\n/);
  });

  it("rounds what people read", async () => {
    const { stdout } = await cost([], london({ network: adopted }));
    assert.match(stdout, /^ {2}api: answers to the internet +7\.63 GB × 0\.09 +0\.69$/m);
    assert.match(stdout, /^ {2}api: access log, kept +0\.572 GB × 0\.986 months × 0\.0315 +0\.02$/m);
  });

  it("--json has each line with its resource, quantity and sourced price", async () => {
    const { stdout } = await cost(
      ["--json", "--requests", "5M", "--kb-out", "10", "--hours", "100"],
      london({ network: adopted }),
    );
    const { estimate, comparison, advice } = JSON.parse(stdout) as Report;
    assert.deepEqual(
      [estimate.traffic.requests, estimate.traffic.kbOut, estimate.traffic.hours, estimate.traffic.kbIn],
      [5_000_000, 10, 100, 2],
    );
    const line = estimate.lines.find(({ item }) => item === "fargate.x86.vcpu")!;
    assert.equal(
      line.urn,
      "urn:pulumi:dev::flask-app-fargate::fargate-app:service:FargateService$aws:ecs/service:Service::flask",
    );
    assert.deepEqual(line.factors, [
      [1, "task"],
      [0.25, "vCPU"],
      [100, "h"],
    ]);
    assert.deepEqual(
      [line.price.price, line.price.unit, line.price.confidence],
      [0.04656, "vCPU-hour", "high"],
    );
    assert.equal(line.monthly.toFixed(4), "1.1640");
    assert.deepEqual([comparison.rows.length, advice.length], [1, 2]);
  });

  it("--markdown has a table of lines and one of other ways, and no name becomes markup", async () => {
    const { stdout } = await cost(["--markdown"], london({ network: { zones: ["euw2-az1"] } }));
    assert.match(stdout, /^### dev in eu-west-2: 37\.39 USD a month\n/);
    assert.ok(
      stdout.includes(
        "| Compute | ecs.Service flask | vCPU | 1 task × 0.25 vCPU × 730 h | 0.04656 | 8.50 |\n",
      ),
    );
    assert.ok(
      stdout.includes(
        "| **endpoints in 1 zone** | **37.39** | **62.08** | **56.30** | **36.53** | **at least 62.08** |\n",
      ),
    );
    assert.ok(stdout.includes("\n```yaml\nconfig:\n"));
  });

  it("names what the total leaves out", async () => {
    const brazil = london({ "aws:region": "sa-east-1", network: adopted });
    const { code, stdout } = await cost([], brazil);
    assert.equal(code, 0);
    assert.match(stdout, /^Total, at least +\d+\.\d\d$/m);
    assert.match(stdout, /^Not in the total\n {2}/m);
    assert.match(
      stdout,
      /^ {2}ecr\.Repository flask +images: no price of images in the registry in sa-east-1$/m,
    );
    assert.match(stdout, /^ {2}\* the existing VPC( +≥ \d+\.\d\d){5}$/m);
    assert.match(stdout, /^ {2}≥ at least: something of it has no price here$/m);
    assert.match(stdout, /^The network is not this stack's: other ways to AWS are not compared\.$/m);
    assert.match(
      stdout,
      /^No price is recorded in sa-east-1 of: (\w[\w ]+, )+images in the registry\. They are in no total\. Fix: npm run prices:update -- --region sa-east-1, which/m,
    );
    // What nothing of it takes is not told.
    assert.ok(!/ARM64|NAT/.test(stdout));
    assert.match(stdout, /^A public load balancer is not compared: this Region lacks a price/m);
    const { stdout: markdown } = await cost(["--markdown"], brazil);
    assert.match(markdown, /^### dev in sa-east-1: at least /);
    assert.match(
      markdown,
      /\n- ecr\.Repository flask: images: no price of images in the registry in sa-east-1\n/,
    );
  });

  it("says which ways the program refuses, and that nothing is cheaper", async () => {
    const services = { web: { image: "public.ecr.aws/x/y:1" } };
    const { stdout } = await cost([], london({ network: { egress: "public" }, services }));
    assert.match(stdout, /^ {2}endpoints in 1 zone: services\.web\.image: /m);
    assert.match(stdout, /^No other way to AWS keeps this availability for less than public addresses\.$/m);
  });

  const refused: [what: string, argv: string[], message: RegExp, given?: Given][] = [
    [
      "an unknown flag",
      ["--request", "5M"],
      /^Unknown option '--request'\. Known options: --stack, --requests, /,
    ],
    [
      "every amount that is none",
      ["--requests", "5 M", "--hours", "731", "--kb-in", "x"],
      /^--requests is `5 M`\. Allowed is 0 to 1,000,000,000,000, .*\n--kb-in is `x`\. .*\n--hours is `731`\. Allowed is 0 to 730, .*\n$/,
    ],
    [
      "two formats",
      ["--json", "--markdown"],
      /^--json, --markdown and --record exclude each other\. Fix, for the one: npm run cost -- --stack dev --json; for the other: npm run cost -- --stack dev --/,
    ],
    [
      "--check alone",
      ["--check"],
      /^--check goes with --readme\. Fix: npm run cost -- --readme --check\.\n$/,
    ],
    [
      "a stack without a file",
      ["--stack", "test"],
      /^There is no Pulumi\.test\.yaml\. Stacks of this project: /,
    ],
    [
      "a Region without prices",
      [],
      /^No prices of ap-south-2 are recorded here\. Fix: npm run prices:update -- --region ap-south-2\. Recorded: ap-northeast-1, .*us-west-2\.\n$/,
      london({ "aws:region": "ap-south-2", network: { zones: ["local-az1"] } }),
    ],
    [
      "a wrong configuration",
      [],
      /^1 problem in the configuration of stack dev:\n {2}network\.egres: unknown key\./,
      london({ network: { egres: "nat" } }),
    ],
  ];
  for (const [what, argv, message, given] of refused) {
    it(`refuses ${what}`, async () => {
      const { code, stdout, stderr } = await cost(argv, given);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, message);
    });
  }

  it("as a command: explains itself, in a pipe without colours", () => {
    const command = path.join(projectFolder, "tools/commands/cost.ts");
    const { status, stdout } = spawnSync(
      process.execPath,
      ["-r", "ts-node/register/transpile-only", command, "--help"],
      { cwd: projectFolder, encoding: "utf8" },
    );
    assert.equal(status, 0);
    for (const flag of [
      "--stack <name>",
      "--requests <number>",
      "--hours <hours>",
      "--record",
      "--readme",
      "--check",
    ]) {
      assert.ok(stdout.includes(flag), flag);
    }
  });
});
