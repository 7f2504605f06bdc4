import assert from "node:assert/strict";
import { createColors } from "picocolors";
import { awsOf as localAws } from "../../local/aws-view";
import { faults } from "../../local/faults/faults";
import { systemOf } from "../../aws/system";
import { adviceFor } from "../../aws/unseen";
import type { Status } from "../../status/report";
import { lookAtStatus } from "../../status/look";
import { ageText, toText } from "../../status/text";
import { record, serve } from "../local/served";
import { until } from "../local/http";
import {
  awsOf,
  cluster,
  definition,
  denied,
  expired,
  healthy,
  now,
  type Recorded,
  system,
  taskArn,
} from "./recorded";

const look = (more: Recorded = {}): Promise<Status> =>
  lookAtStatus(system, awsOf({ ...healthy, ...more }).aws, { now: () => now });

describe("the status of a stack on AWS", () => {
  it("is what runs where, the last deployments and why one failed, and the alarms", async () => {
    assert.equal(
      toText(await look()),
      [
        "",
        "prod  eu-west-2  26 Nov 17:30 UTC",
        "https://api.example.com/",
        "",
        "flask  2 of 2 tasks, 1 not discoverable",
        "  version   flask-app-fargate-prod-flask:8, since 26 Nov 17:01 (29 min)",
        "  image     flask-app-fargate/prod/flask@sha256:0123456789ab…",
        "  tasks     dddddddd  eu-west-2a  stopping  not registered    9 h     :7",
        "            aaaaaaaa  eu-west-2a  healthy   discoverable      28 min",
        "            bbbbbbbb  eu-west-2b  healthy   not discoverable  25 min",
        "  deployed  26 Nov 17:01  succeeded            :8  in 6 min",
        "            26 Nov 16:20  failed, rolled back  :9  in 6 min",
        "              Service deployment rolled back because the circuit breaker",
        "                threshold was exceeded.",
        "              A task of it stopped: EssentialContainerExited: Essential",
        "                container in task exited; flask: exit code 1",
        "",
        "alarms  1 of 2 fire",
        "  ALARM  prod-errors  since 26 Nov 17:20 (10 min)",
        "         Threshold Crossed: 1 out of the last 1 datapoints [7.0 (26/11/26",
        "           17:19:00)] was greater than the threshold (5.0).",
        "  ok     prod-latency  since 20 Nov 17:20 (6 d)",
        "",
        "",
      ].join("\n"),
    );
  });

  it("is the same as values, for programs", async () => {
    const { services, alarms, unseen, at } = await look();
    const [flask] = services;
    assert.deepEqual(unseen, []);
    assert.equal(at, "2026-11-26T17:30:00.000Z");
    assert.deepEqual(
      flask?.tasks.map(({ id, state, discoverable, since }) => [id[0], state, discoverable, since]),
      [
        ["d", "stopping", "not registered", "2026-11-26T09:00:00.000Z"],
        ["a", "healthy", "discoverable", "2026-11-26T17:02:00.000Z"],
        ["b", "healthy", "not discoverable", "2026-11-26T17:05:00.000Z"],
      ],
    );
    assert.deepEqual(
      alarms?.map(({ name, state }) => [name, state]),
      [
        ["prod-errors", "ALARM"],
        ["prod-latency", "OK"],
      ],
    );
  });

  it("asks for as many at once as AWS takes, and for the types without which composite alarms are left out", async () => {
    const ids = Array.from({ length: 150 }, (_, i) => taskArn(String(i)));
    const { aws, asked } = awsOf({
      ...healthy,
      "ecs describe-services": (args) => ({
        services: args.slice(args.indexOf("--services") + 1).map((serviceName) => ({ serviceName })),
      }),
      "ecs list-tasks": (args) => ({ taskArns: args.includes("STOPPED") ? [] : ids }),
      "ecs describe-tasks": (args) => ({ tasks: args.slice(5).map((arn) => ({ taskArn: arn })) }),
    });
    const many = {
      ...system,
      services: Array.from({ length: 11 }, (_, i) => ({ ...system.services[0]!, service: `s${i}` })),
      alarms: Array.from({ length: 101 }, (_, i) => `alarm-${i}`),
    };
    const { services, alarms } = await lookAtStatus(many, aws, { now: () => now });
    const counts = (call: string, option: string): number[] =>
      asked
        .filter((args) => args.slice(0, 2).join(" ") === call)
        .map((args) => args.length - args.indexOf(option) - 1);
    assert.deepEqual(counts("ecs describe-services", "--services"), [10, 1]);
    assert.deepEqual([...new Set(counts("ecs describe-tasks", "--tasks"))], [100, 50]);
    assert.deepEqual(counts("cloudwatch describe-alarms", "--alarm-names"), [100, 1]);
    assert.ok(asked.some((args) => args.join(" ").includes("--alarm-types MetricAlarm CompositeAlarm")));
    assert.deepEqual([services.length, alarms?.length], [11, 101]);
    // What CloudWatch does not know of, the stack has and AWS has not.
    assert.equal(alarms?.[0]?.state, "missing");
  });

  it("tells a service that is not there", async () => {
    const gone = { services: [], failures: [{ arn: "flask", reason: "MISSING" }] };
    const status = await look({ "ecs describe-services": gone, "ecs list-tasks": undefined });
    assert.match(toText(status), /\nflask {2}is not there\n/);
    // A cluster that is gone is no answer at all.
    assert.match(toText(await look({ "ecs describe-services": undefined })), /\nflask {2}is not there\n/);
  });

  it("takes everybody who is registered for discoverable where Cloud Map has no health check", async () => {
    const status = await look({
      "servicediscovery get-instances-health-status": undefined,
      "servicediscovery list-instances": { Instances: [{ Id: "a".repeat(32) }, { Id: "b".repeat(32) }] },
    });
    assert.match(toText(status), /\nflask {2}2 of 2 tasks\n/);
  });

  describe("says what it could not see, and what mends it", () => {
    it("the actions that are needed, and the rest stays", async () => {
      const status = await look({
        "cloudwatch describe-alarms": denied("cloudwatch:DescribeAlarms", "DescribeAlarms"),
        "servicediscovery get-instances-health-status": denied(
          "servicediscovery:GetInstancesHealthStatus",
          "GetInstancesHealthStatus",
        ),
      });
      const text = toText(status);
      assert.match(text, /\nflask {2}2 of 2 tasks\n/);
      assert.match(
        text,
        /\nNot seen\n(?: {2}.*\n)* {2}the alarms: AWS does not allow cloudwatch:DescribeAlarms\n/,
      );
      assert.match(
        text.replace(/\n +/g, " "),
        /Fix: allow cloudwatch:DescribeAlarms, servicediscovery:GetInstancesHealthStatus\./,
      );
      assert.equal(status.alarms, undefined);
    });

    it("credentials that have expired, once", async () => {
      const refused = Object.fromEntries(Object.keys(healthy).map((call) => [call, expired]));
      const text = toText(await look(refused));
      assert.match(text, /\nflask {2}not seen\n/);
      assert.equal(text.match(/Fix: /g)?.length, 1);
      assert.match(text, /Fix: sign in again \(aws sso login, or new keys\)/);
    });

    for (const [because, advice] of [
      [
        'Unable to locate credentials. You can configure credentials by running "aws configure".',
        /^credentials: /,
      ],
      ["Error loading SSO Token: Token for corp does not exist", /^sign in again/],
      ["An error occurred (ThrottlingException) when calling the X operation: Rate exceeded", /^try again/],
    ] as const)
      it(because, () => {
        const [first = "", ...more] = adviceFor([{ because, needs: undefined }]);
        assert.match(first, advice);
        assert.deepEqual(more, []);
      });
  });

  it("is no wider than 80 characters, and shows what would act on a terminal", async () => {
    const evil = "\u001b]0;owned\u0007\u202e";
    const status = await look({
      "cloudwatch describe-alarms": {
        MetricAlarms: [
          { AlarmName: "prod-errors", StateValue: "ALARM", StateReason: `${evil} ${"long ".repeat(60)}` },
        ],
      },
      "ecs describe-task-definition": {
        taskDefinition: {
          containerDefinitions: [{ name: "a", image: `registry.example.com/${"x/".repeat(90)}y` }],
        },
      },
    });
    const text = toText({ ...status, url: `https://${"sub.".repeat(40)}example.com/` });
    for (const line of text.split("\n")) assert.ok(line.length <= 80, line);
    assert.ok(text.includes("\\u001b]0;owned\\u0007\\u202e"));
    // eslint-disable-next-line no-control-regex -- that none is there
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  it("is coloured by nothing but colours", async () => {
    const status = await look();
    // eslint-disable-next-line no-control-regex -- that is how they are written
    assert.equal(toText(status, createColors(true)).replace(/\u001b\[\d+m/g, ""), toText(status));
  });

  for (const [seconds, text] of [
    [-5, "0 s"],
    [89, "89 s"],
    [90, "2 min"],
    [5000, "83 min"],
    [5400, "2 h"],
    [172_000, "2 d"],
  ] as const)
    it(`${seconds} s is ${text}`, () =>
      assert.equal(ageText(now.toISOString(), new Date(now.getTime() + seconds * 1000)), text));
});

describe("what a stack has, by its state", () => {
  const urn = (type: string, name: string): string => `urn:pulumi:prod::flask-app-fargate::${type}::${name}`;
  const parent = urn("fargate-app:service:FargateService", "flask");
  const registryArn = system.services[0]!.registry;
  const of = (
    type: string,
    id: string,
    outputs: object,
    inputs: object = {},
  ): Parameters<typeof systemOf>[2][number] => ({
    ...{ urn: urn(type, id), type, id, parent },
    ...{ outputs: outputs as Record<string, unknown>, inputs: inputs as Record<string, unknown> },
  });

  it("names routes and their services, the access log, and the alarms", () => {
    const resources = [
      of("pulumi:pulumi:Stack", "prod", { url: "https://api.example.com/" }),
      of("aws:ecs/taskDefinition:TaskDefinition", "flask", { arn: definition(8) }),
      of("aws:ecs/service:Service", "flask", { name: "flask", cluster, serviceRegistries: { registryArn } }),
      of("aws:cloudwatch/logGroup:LogGroup", "flask", { name: "/ecs/flask-app-fargate/prod/flask" }),
      of("aws:apigatewayv2/integration:Integration", "i1", { integrationUri: registryArn }),
      of("aws:apigatewayv2/route:Route", "r1", { routeKey: "ANY /", target: "integrations/i1" }),
      of("aws:apigatewayv2/route:Route", "r2", { routeKey: "GET /other", target: "integrations/gone" }),
      of("aws:apigatewayv2/stage:Stage", "s", {
        accessLogSettings: {
          destinationArn: "arn:aws:logs:eu-west-2:1:log-group:/aws/vendedlogs/apis/flask-app-fargate-prod:*",
        },
      }),
      of("aws:cloudwatch/metricAlarm:MetricAlarm", "m", { name: "prod-latency" }),
      of("aws:cloudwatch/compositeAlarm:CompositeAlarm", "c", { alarmName: "prod-errors" }),
      { ...of("aws:cloudwatch/metricAlarm:MetricAlarm", "old", { name: "gone" }), delete: true },
    ];
    assert.deepEqual(systemOf("prod", "eu-west-2", resources, undefined), system);
  });
});

describe("the status of a local stack", function () {
  this.timeout(60_000);

  it("is asked in the same words, and follows what happens", async () => {
    const stack = await serve(await record());
    try {
      const { recorded } = stack.account;
      const of = systemOf("sick", recorded.region, recorded.resources, "http://localhost/");
      const look = (): Promise<Status> =>
        lookAtStatus(of, localAws(stack.account), { now: () => new Date() });
      await until(async () => /\nweb {2}2 of 2 tasks\n/.test(toText(await look())));
      const status = await look();
      assert.deepEqual(status.unseen, []);
      assert.deepEqual(
        status.services.map(({ name, running }) => [name, running]),
        [
          ["reports", 1],
          ["web", 2],
        ],
      );
      const web = stack.topology.services.find(({ name }) => name === "web")!;
      const inject = (name: string): void =>
        faults.find((each) => each.name === name)?.inject(stack.account, web);
      inject("rolled-back");
      const told = (text: string): boolean =>
        /failed, rolled back[^]*A task of it stopped: \S+: Essential\s+container in task exited/.test(text);
      await until(async () => told(toText(await look())));
      inject("desired-zero");
      await until(async () => /\nweb {2}0 of 0 tasks/.test(toText(await look())));
    } finally {
      await stack.close();
    }
  });
});
