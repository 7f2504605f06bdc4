import assert from "node:assert/strict";
import { type Scope } from "../../../bootstrap/iam/grant";
import { grants } from "../../../bootstrap/iam/grants";
import { shared } from "../../../bootstrap/iam/grants-shared";
import { lookUps, resources } from "../../../bootstrap/iam/needs";
import { type Deployment, ofType } from "../../../simulate/deployment";
import { simulate, type SimulateOptions } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";

/** Each brings in types that the others have not. */
const configurations: Record<string, Record<string, unknown>> = {
  "nothing configured": {},
  "egress nat": { network: { egress: "nat", zones: 2, natGateways: "onePerZone", closeDefaultGroup: true } },
  "egress public": { network: { egress: "public", reach: [{ to: "pl-0", port: 443 }] } },
  "an existing VPC": {
    network: {
      reach: [{ to: "sg-1", port: 5432 }],
      existing: {
        vpcId: "vpc-0",
        subnetIds: ["subnet-0a", "subnet-0b"],
        routeTableIds: ["rtb-0"],
        endpoints: ["s3", "logs"],
        create: ["ecr.api", "ecr.dkr"],
        endpointSecurityGroupId: "sg-0",
      },
    },
  },
  "scaling, sleep, and a service without a build": {
    api: { detailedMetrics: true },
    services: {
      flask: {
        build: "./app",
        scaling: { max: 4, targetMemory: 60, schedule: [{ expression: "cron(0 7 * * ? *)" }] },
      },
      sleeper: { build: "./app", routes: ["GET /sleeper"], sleep: {} },
      other: {
        image: `000000000000.dkr.ecr.eu-west-2.amazonaws.com/other@sha256:${"0".repeat(64)}`,
        routes: ["GET /other"],
      },
    },
  },
  "a job with a schedule, and one without": {
    jobs: {
      migrate: {
        service: "flask",
        command: ["migrate"],
        volumes: {
          data: {
            fileSystemId: "fs-0a1b2c3d",
            accessPointId: "fsap-0a1b2c3d",
            securityGroupId: "sg-0a1b2c3d",
            path: "/data",
          },
        },
      },
      report: { service: "flask", command: ["report"], schedule: "rate(1 day)" },
    },
  },
  alarms: { dashboard: true, alarms: { notify: "oncall@example.com", rollback: true } },
  "an existing API and an existing namespace": {
    api: { existingId: "a1b2c3" },
    cluster: { namespace: "corp.internal" },
  },
  "a domain, a Lambda authorizer and explicit deployments": {
    api: {
      stage: "v1",
      autoDeploy: false,
      auth: "keys",
      authorizers: {
        keys: { type: "lambda", functionArn: "arn:aws:lambda:eu-west-2:000000000000:function:keys" },
      },
      domain: { name: "api.example.com", only: true, hostedZoneId: "Z0123456789ABCDEFGHIJ" },
    },
  },
};
/** A group in a VPC that is peered with the tasks'. */
const elsewhere: SimulateOptions["invokes"] = {
  "aws:ec2/getSecurityGroup:getSecurityGroup": ({ id }) => ({
    id,
    vpcId: id === "sg-1" ? "vpc-1" : "vpc-0",
  }),
  "aws:ec2/getVpcPeeringConnections:getVpcPeeringConnections": () => ({ ids: ["pcx-1"] }),
};

describe("bootstrap, held against what the program registers", () => {
  const recorded = new Map<string, Deployment>();
  before(async () => {
    for (const [name, values] of Object.entries(configurations)) {
      const config = toConfig({ "aws:region": "eu-west-2", ...values });
      recorded.set(name, await simulate({ config, invokes: elsewhere }));
    }
  });
  const types = (of: (deployment: Deployment) => string[]): string[] =>
    [...new Set([...recorded.values()].flatMap(of))].sort();

  it("knows what each type needs, and no type that is never registered", () => {
    const registered = types((deployment) =>
      deployment.resources
        .filter(({ custom, type }) => custom && !type.startsWith("pulumi:"))
        .map(({ type }) => type),
    );
    assert.deepEqual(Object.keys(resources).sort(), registered);
  });

  it("knows what each look-up reads", () => {
    const made = types((deployment) => deployment.invocations.map(({ token }) => token));
    assert.deepEqual(Object.keys(lookUps).sort(), made);
  });

  it("knows what a stack has within the one that it shares", async () => {
    const region = { "aws:region": "eu-west-2" };
    const deployment = await simulate({
      stack: "pr-7",
      config: toConfig({
        ...region,
        share: { stack: "dev", prefix: "/pr-7" },
        services: {
          flask: { build: "./app", scaling: { max: 2, schedule: [{ expression: "rate(1 day)" }] } },
        },
      }),
      stacks: { dev: toConfig(region) },
    });
    // What a cluster, a scaled service or a rule belongs to; the name says whose that is.
    const within = deployment.resources
      .map(({ type, inputs }) => ({
        type,
        of: inputs.cluster ?? inputs.resourceId ?? inputs.securityGroupId,
      }))
      .filter(
        ({ of }) =>
          typeof of === "string" && !/\b(local-securitygroup-pr-7-|flask-app-fargate-pr-7)/.test(of),
      )
      .map(({ type }) => type);
    // Each has its grant there: bootstrap/iam/grants-shared.ts, and of its alarms grants-monitoring.ts.
    assert.deepEqual([...new Set(within)].sort(), [
      "aws:appautoscaling/policy:Policy",
      "aws:appautoscaling/scheduledAction:ScheduledAction",
      "aws:appautoscaling/target:Target",
      "aws:ecs/service:Service",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    ]);
    const scope = { ...scopeOf(deployment, "dev"), stacks: ["pr-*"], shares: ["dev"] };
    const granted = (actions: RegExp): string[] =>
      Object.values(grants)
        .flat()
        .filter((grant) => grant.actions.some((action) => actions.test(action)))
        .flatMap(({ on }) => on(scope));
    const [service] = ofType(deployment, "aws:ecs/service:Service");
    const arn = service!.outputs.arn as string;
    assert.ok(
      granted(/^ecs:CreateService$/).some((pattern) => matches(pattern, arn)),
      arn,
    );
    // https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html
    const [target] = ofType(deployment, "aws:appautoscaling/target:Target");
    const alarm = `arn:aws:cloudwatch:eu-west-2:000000000000:alarm:TargetTracking-${String(target!.inputs.resourceId)}-AlarmHigh-0`;
    assert.ok(
      granted(/^cloudwatch:/).some((pattern) => matches(pattern, alarm)),
      alarm,
    );
    const owner = await simulate({ stack: "dev", config: toConfig(region) });
    const link = owner.resources.find(({ name }) => name === "network-link")!;
    const [rule] = shared.network!.filter(({ sid }) => sid === "SharedLink");
    assert.equal(
      (link.inputs.tags as Record<string, string>).Name,
      rule!.when!(scope).StringEquals!["aws:ResourceTag/Name"],
    );
  });

  it("grants by the names that the program gives", () => {
    const deployment = recorded.get("scaling, sleep, and a service without a build")!;
    const withJobs = recorded.get("a job with a schedule, and one without")!;
    const scope = scopeOf(deployment, deployment.stack);
    const granted = Object.values(grants)
      .flat()
      .flatMap(({ on }) => on(scope))
      .filter((resource) => resource !== "*");
    const named = [
      "aws:ecs/cluster:Cluster",
      "aws:ecs/service:Service",
      "aws:ecs/taskDefinition:TaskDefinition",
      "aws:cloudwatch/logGroup:LogGroup",
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "aws:iam/role:Role",
    ];
    const arns = named.flatMap((type) =>
      ofType(deployment, type).map(({ outputs }) => outputs.arn as string),
    );
    assert.equal(arns.length, 1 + 3 + 3 + 4 + 2 + 6);
    const ofJobs = [
      ...named,
      "aws:scheduler/scheduleGroup:ScheduleGroup",
      "aws:scheduler/schedule:Schedule",
      "aws:sqs/queue:Queue",
    ].flatMap((type) => ofType(withJobs, type).map(({ outputs }) => outputs.arn as string));
    assert.equal(ofJobs.length, 1 + 1 + 3 + 4 + (2 + 2 + 2 + 1) + 1 + 1 + 1);
    arns.push(...ofJobs);
    const outside = arns.filter((arn) => !granted.some((pattern) => matches(pattern, arn)));
    assert.deepEqual(outside, []);
  });
});

const scopeOf = ({ region, project }: Deployment, stack: string): Scope => ({
  partition: "aws",
  region,
  account: "000000000000",
  project,
  stacks: [stack],
  shares: [],
  closesDefaultGroup: false,
  workloadBoundary: "",
  vpcs: [],
  subnets: [],
  routeTables: [],
  securityGroups: [],
  hostedZones: [],
  truststores: [],
  functions: [],
});

/** As IAM reads `*`. */
function matches(pattern: string, arn: string): boolean {
  const source = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${source.join(".*")}$`).test(arn);
}
