import assert from "node:assert/strict";
import { run } from "../../../tests/support/stack";
import { simulate } from "../../../simulate/program";
import { estimate, Line } from "../../cost/estimate";
import { prices } from "../../cost/pricing";
import { defaultTraffic, Traffic } from "../../cost/charges/traffic";

/** Bills whose every line was worked out by hand from prices.json: numbers here, and no call of the code under test. */

const GB = 1024 * 1024;
/** To less than a hundredth of a cent. */
const same = (got: number, wanted: number, what: string): void =>
  assert.ok(Math.abs(got - wanted) < 5e-5, `${what}: ${got}, by hand ${wanted}`);

type Row = [resource: string, what: string, monthly: number];

async function bill(
  values: string | object,
  traffic: Partial<Traffic>,
  wanted: { fixed: Row[]; compute: Row[]; requests: Row[] },
): Promise<void> {
  const deployment = typeof values === "string" ? await simulate({ stack: values }) : await run(values);
  const got = estimate(deployment, prices, { ...defaultTraffic, ...traffic });
  let total = 0;
  for (const group of ["fixed", "compute", "requests"] as const) {
    const lines = got.lines.filter((line) => line.group === group);
    const key = ({ resource, what }: Pick<Line, "resource" | "what">): string => `${resource}: ${what}`;
    assert.deepEqual(
      lines.map(key),
      wanted[group].map(([resource, what]) => `${resource}: ${what}`),
      group,
    );
    wanted[group].forEach(([, , monthly], i) => same(lines[i]!.monthly, monthly, key(lines[i]!)));
    const sum = wanted[group].reduce((all, [, , monthly]) => all + monthly, 0);
    same(got.totals[group], sum, group);
    total += sum;
  }
  same(got.totals.total, total, "total");
  assert.deepEqual(
    got.unpriced.map(({ resource, why }) => `${resource}: ${why}`),
    [],
  );
}

const none = { requests: 0 };
const images: Row = ["ecr.Repository flask", "images", 0.05]; // 0.5 × 0.10
const zone: Row = ["servicediscovery.PrivateDnsNamespace cluster", "hosted zone", 0.5];

describe("bills by hand", () => {
  it("dev: the walkthrough's, a million requests", () =>
    bill(
      "dev",
      {},
      {
        fixed: [
          images,
          ["network-ecr.api", "interface endpoint", 8.03], // 1 × 730 × 0.011
          ["network-ecr.dkr", "interface endpoint", 8.03],
          ["network-logs", "interface endpoint", 8.03],
          zone,
        ],
        compute: [
          ["ecs.Service flask", "vCPU", 8.4972], // 0.25 × 730 × 0.04656
          ["ecs.Service flask", "memory", 1.86515], // 0.5 × 730 × 0.00511
        ],
        requests: [
          ["apigatewayv2.Api api", "HTTP API", 1.16],
          ["apigatewayv2.Api api", "answers to the internet", (8e6 / GB) * 0.09],
          ["cloudwatch.LogGroup api", "access log", (0.6e6 / GB) * 0.5985],
          ["cloudwatch.LogGroup api", "access log, kept", (0.6e6 / GB) * (30 / (730 / 24)) * 0.0315],
          ["cloudwatch.LogGroup flask", "log of its service", (0.3e6 / GB) * 0.5985],
          [
            "cloudwatch.LogGroup flask",
            "log of its service, kept",
            (0.3e6 / GB) * (30 / (730 / 24)) * 0.0315,
          ],
          ["network-logs", "data through the endpoint", (0.3e6 / GB) * 0.01],
        ],
      },
    ));

  it("cheap: less than 5 USD besides the tasks", () =>
    bill("cheap", none, {
      fixed: [
        images,
        ["ecs.Service flask", "public IPv4 addresses of tasks", 3.65], // 730 × 0.005
        zone,
      ],
      compute: [
        ["ecs.Service flask", "vCPU", 8.4972],
        ["ecs.Service flask", "memory", 1.86515],
      ],
      requests: [],
    }));

  it("prod: endpoints and tasks in two zones", () =>
    bill("prod", none, {
      fixed: [
        // 0.10 for each metric that one reads
        ["cloudwatch.Dashboard dashboard", "dashboard", 3],
        ["cloudwatch.MetricAlarm monitoring-flask-restarts", "alarm", 0.1],
        images,
        ["monitoring-errors", "alarm", 0.2],
        ["monitoring-flask-cpu", "alarm", 0.1],
        ["monitoring-flask-memory", "alarm", 0.1],
        ["monitoring-flask-rollback", "alarm", 0.2],
        ["monitoring-flask-running", "alarm", 0.1],
        ["monitoring-idle", "alarm", 0.1],
        ["monitoring-latency", "alarm", 0.1],
        ["monitoring-load", "composite alarm", 0.5],
        ["monitoring-outage", "composite alarm", 0.5],
        ["network-ecr.api", "interface endpoint", 16.06], // 2 × 730 × 0.011
        ["network-ecr.dkr", "interface endpoint", 16.06],
        ["network-logs", "interface endpoint", 16.06],
        zone,
      ],
      compute: [
        ["ecs.Service flask", "vCPU", 33.9888], // 2 × 0.5 × 730 × 0.04656
        ["ecs.Service flask", "memory", 7.4606], // 2 × 1 × 730 × 0.00511
      ],
      requests: [],
    }));

  it("one NAT gateway, ARM64 tasks that run by day, beyond the first tier of requests", () =>
    bill(
      {
        network: { egress: "nat" },
        services: {
          flask: { build: "./app", architecture: "ARM64", cpu: 1024, memory: 2048, desiredCount: 3 },
        },
      },
      { requests: 400_000_000, kbIn: 1, kbOut: 600, logKb: 1, accessLogKb: 0.5, hours: 240, imageGb: 2 },
      {
        fixed: [
          ["ec2.Eip network-1", "public IPv4 address", 3.65],
          ["ec2.NatGateway network-1", "NAT gateway", 36.5], // 730 × 0.05
          ["ecr.Repository flask", "images", 0.2], // 2 × 0.10
          zone,
        ],
        compute: [
          ["ecs.Service flask", "vCPU", 26.82], // 3 × 1 × 240 × 0.03725
          ["ecs.Service flask", "memory", 5.8896], // 3 × 2 × 240 × 0.00409
        ],
        requests: [
          // 600 KB are two times 512 KB: 800 million, of which 300 × 1.16 and 500 × 1.04
          ["apigatewayv2.Api api", "HTTP API", 868],
          // 228,881.8 GB: 10,240 × 0.09 + 40,960 × 0.085 + 102,400 × 0.07 + the rest × 0.05
          ["apigatewayv2.Api api", "answers to the internet", 11_571.2 + (240e9 / GB - 153_600) * 0.05],
          ["cloudwatch.LogGroup api", "access log", (200e6 / GB) * 0.5985],
          ["cloudwatch.LogGroup api", "access log, kept", (200e6 / GB) * (30 / (730 / 24)) * 0.0315],
          ["cloudwatch.LogGroup flask", "log of its service", (400e6 / GB) * 0.5985],
          [
            "cloudwatch.LogGroup flask",
            "log of its service, kept",
            (400e6 / GB) * (30 / (730 / 24)) * 0.0315,
          ],
          ["ec2.NatGateway network-1", "data through the NAT gateway", (400e6 / GB) * 0.05],
        ],
      },
    ));

  it("N. Virginia: NAT in each zone, two services, one that scales with alarms, the other half on Spot", () =>
    bill(
      {
        "aws:region": "us-east-1",
        network: { egress: "nat", natGateways: "onePerZone" },
        services: {
          a: {
            image: "public.ecr.aws/x/y:1",
            companion: false,
            routes: ["GET /a"],
            spot: 50,
            desiredCount: 4,
          },
          b: {
            image: "public.ecr.aws/x/y:1",
            companion: false,
            routes: ["GET /b"],
            scaling: { min: 3, max: 9, targetMemory: 50 },
          },
        },
      },
      none,
      {
        fixed: [
          ["b-ECSServiceAverageCPUUtilization", "alarms that target tracking makes", 0.2], // 2 × 0.10
          ["b-ECSServiceAverageMemoryUtilization", "alarms that target tracking makes", 0.2],
          ["ec2.Eip network-1", "public IPv4 address", 3.65],
          ["ec2.Eip network-2", "public IPv4 address", 3.65],
          ["ec2.NatGateway network-1", "NAT gateway", 32.85], // 730 × 0.045
          ["ec2.NatGateway network-2", "NAT gateway", 32.85],
          zone,
        ],
        compute: [
          // Of four tasks the first and half of the other three on demand.
          ["ecs.Service a", "vCPU", 18.469], // 2.5 × 0.25 × 730 × 0.04048
          ["ecs.Service a", "memory", 4.05606], // 2.5 × 0.5 × 730 × 0.004445
          ["ecs.Service a", "vCPU on Spot", 3.52828], // 1.5 × 0.25 × 730 × 0.01288871
          ["ecs.Service a", "memory on Spot", 0.77486], // 1.5 × 0.5 × 730 × 0.00141527
          ["ecs.Service b", "vCPU", 22.1628], // 3 × 0.25 × 730 × 0.04048
          ["ecs.Service b", "memory", 4.86728], // 3 × 0.5 × 730 × 0.004445
        ],
        requests: [],
      },
    ));

  it("a request's log goes through one of two NAT gateways, and three tasks are 80 % on Spot", async () => {
    const deployment = await run({
      "aws:region": "us-east-1",
      network: { egress: "nat", natGateways: "onePerZone" },
      services: { a: { image: "public.ecr.aws/x/y:1", companion: false, spot: 80, desiredCount: 3 } },
    });
    const { lines } = estimate(deployment, prices, { ...defaultTraffic, requests: 10e6, logKb: 1 });
    const monthly = (item: string): string[] =>
      lines.filter((line) => line.item === item).map((line) => line.monthly.toFixed(5));
    // 9.53674 GB, half of it through each, × 0.045
    assert.deepEqual(monthly("nat.gb"), ["0.21458", "0.21458"]);
    // The first task, and a fifth of the other two: 1.4 × 0.25 × 730 × 0.04048; on Spot 1.6 × 0.25 × 730 × 0.01288871
    assert.deepEqual(monthly("fargate.x86.vcpu"), ["10.34264"]);
    assert.deepEqual(monthly("fargate.spot.x86.vcpu"), ["3.76350"]);
  });

  it("three zones of endpoints, one more for secrets, scaling in London", () =>
    bill(
      {
        network: { zones: 3, endpointZones: 3 },
        services: {
          flask: {
            build: "./app",
            scaling: { min: 2, max: 4 },
            secrets: { KEY: "arn:aws:secretsmanager:eu-west-2:111122223333:secret:key-AbCdEf" },
          },
        },
      },
      none,
      {
        fixed: [
          images,
          ["flask-ECSServiceAverageCPUUtilization", "alarms that target tracking makes", 0.2], // 2 × 0.10
          ["network-ecr.api", "interface endpoint", 24.09], // 3 × 730 × 0.011
          ["network-ecr.dkr", "interface endpoint", 24.09],
          ["network-logs", "interface endpoint", 24.09],
          ["network-secretsmanager", "interface endpoint", 24.09],
          zone,
        ],
        compute: [
          ["ecs.Service flask", "vCPU", 16.9944], // 2 × 0.25 × 730 × 0.04656
          ["ecs.Service flask", "memory", 3.7303], // 2 × 0.5 × 730 × 0.00511
        ],
        requests: [],
      },
    ));

  it("an adopted VPC that has two of the endpoints", () =>
    bill(
      {
        network: {
          existing: {
            vpcId: "vpc-0",
            subnetIds: ["subnet-0a", "subnet-0b"],
            routeTableIds: ["rtb-0"],
            endpoints: ["ecr.api", "ecr.dkr"],
            create: ["logs", "s3"],
            endpointSecurityGroupId: "sg-0",
          },
        },
        services: { flask: { build: "./app", desiredCount: 0 } },
      },
      none,
      {
        fixed: [images, ["network-logs", "interface endpoint", 8.03], zone],
        compute: [],
        requests: [],
      },
    ));
});
