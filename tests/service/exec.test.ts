import assert from "node:assert/strict";
import * as fc from "fast-check";
import { serviceSchema } from "../../config/schema";
import { sessionRetentionDays } from "../../config/schema-exec";
import { deriveEndpoints } from "../../rules/endpoints";
import { containersOfTask, volumesOfTask } from "../../service/containers";
import { serviceNeeds } from "../../service/permissions";
import { Deployment, ofType } from "../../simulate/deployment";
import { toConfig } from "../../simulate/stack";
import { find, names, problemsOf, run, waitsFor } from "../support/stack";

const account = "000000000000";
const where = { partition: "aws", region: "eu-west-2", account };
const flask = (values: object = {}): object => ({
  services: { flask: { build: "./app", exec: true, ...values } },
});
const group = "/ecs/flask-app-fargate/dev/cluster/sessions";
const logs = `arn:aws:logs:eu-west-2:${account}:log-group:`;
const service = "aws:ecs/service:Service";
const definition = "aws:ecs/taskDefinition:TaskDefinition";
const logGroup = "aws:cloudwatch/logGroup:LogGroup";

interface Container {
  name: string;
  readonlyRootFilesystem: boolean;
  linuxParameters: { initProcessEnabled?: boolean };
  mountPoints?: { sourceVolume: string; containerPath: string; readOnly: boolean }[];
}
const containersOf = (deployment: Deployment, name = "flask"): Container[] =>
  JSON.parse(find(deployment, definition, name).inputs.containerDefinitions as string) as Container[];
const volumesOf = (deployment: Deployment, name = "flask"): string[] =>
  (find(deployment, definition, name).inputs.volumes as { name: string }[]).map((volume) => volume.name);
const statementsOf = (deployment: Deployment, name = "flask-task"): object[] =>
  (
    JSON.parse(find(deployment, "aws:iam/rolePolicy:RolePolicy", name).inputs.policy as string) as {
      Statement: object[];
    }
  ).Statement;

/** What the task role has for sessions that are logged in this group. */
const sessions = (name: string): object[] => [
  {
    Effect: "Allow",
    Action: [
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ],
    Resource: ["*"],
  },
  { Effect: "Allow", Action: ["logs:DescribeLogGroups"], Resource: [`${logs}*`] },
  {
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
    Resource: [`${logs}${name}:*`],
  },
];

describe("exec", () => {
  it("is nothing where it is not said", async () => {
    const [deployment, off] = await Promise.all([run(), run(flask({ exec: false }))]);
    for (const each of [deployment, off]) {
      assert.ok(!("enableExecuteCommand" in find(each, service, "flask").inputs));
      assert.ok(!("configuration" in find(each, "aws:ecs/cluster:Cluster", "cluster").inputs));
      assert.deepEqual(names(each, logGroup), ["api", "flask"]);
      assert.deepEqual(volumesOf(each), ["tmp"]);
    }
  });

  it("lets the service's tasks be entered, with the agent's folders writable under the read-only root", async () => {
    const deployment = await run(flask());
    assert.equal(find(deployment, service, "flask").inputs.enableExecuteCommand, true);
    const [container] = containersOf(deployment);
    assert.equal(container?.readonlyRootFilesystem, true);
    assert.deepEqual(container.mountPoints, [
      { sourceVolume: "tmp", containerPath: "/tmp", readOnly: false },
      { sourceVolume: "exec_flask_managed-agents", containerPath: "/managed-agents", readOnly: false },
      {
        sourceVolume: "exec_flask_var-lib-amazon-ssm",
        containerPath: "/var/lib/amazon/ssm",
        readOnly: false,
      },
      {
        sourceVolume: "exec_flask_var-log-amazon-ssm",
        containerPath: "/var/log/amazon/ssm",
        readOnly: false,
      },
    ]);
    assert.deepEqual(find(deployment, definition, "flask").inputs.volumes, [
      { name: "tmp", configureAtLaunch: false },
      ...container.mountPoints
        .slice(1)
        .map(({ sourceVolume }) => ({ name: sourceVolume, configureAtLaunch: false })),
    ]);
  });

  it("mounts no folders where the root is writable: the agent makes them itself", async () => {
    const deployment = await run(flask({ readOnlyRoot: false }));
    assert.deepEqual(volumesOf(deployment), ["tmp"]);
  });

  it("has the application's processes reaped, unless the service says no", async () => {
    const init = async (values: object): Promise<unknown> =>
      containersOf(await run(flask(values)))[0]?.linuxParameters.initProcessEnabled;
    assert.equal(await init({}), true);
    assert.equal(await init({ initProcess: false }), undefined);
    assert.equal(await init({ exec: false, initProcess: true }), true);
    assert.equal(await init({ exec: false }), undefined);
  });

  it("gives every container that stays folders of its own, and none to what ends before the application", async () => {
    const deployment = await run({
      services: {
        web: {
          image: "nginx",
          exec: true,
          before: ["true"],
          sidecars: {
            collector: { image: "otel" },
            loader: { image: "loader", essential: false },
            open: { image: "open", readOnlyRoot: false },
          },
          dependsOn: { loader: "SUCCESS" },
        },
      },
      network: { egress: "nat" },
    });
    const entered = containersOf(deployment, "web")
      .filter(({ mountPoints = [] }) =>
        mountPoints.some(({ containerPath }) => containerPath === "/managed-agents"),
      )
      .map(({ name }) => name);
    assert.deepEqual(entered, ["web", "collector", "companion"]);
    const used = volumesOf(deployment, "web").filter((name) => name.startsWith("exec_"));
    assert.equal(new Set(used).size, 9);
    assert.equal(used.length, 9);
  });

  it("has a volume for each mount, whatever stands beside", () => {
    const readOnly = { readOnlyRoot: fc.boolean() };
    const sidecar = fc.record({ image: fc.constant("beside"), ...readOnly, essential: fc.boolean() });
    fc.assert(
      fc.property(
        fc.record(
          {
            build: fc.constant("./app"),
            exec: fc.constantFrom(true, false, { protected: true }),
            companion: fc.boolean(),
            ...readOnly,
            before: fc.constant({ command: ["true"] }),
            writable: fc.constant(["/var/cache/nginx"]),
            sidecars: fc.dictionary(fc.constantFrom("a", "b", "c"), sidecar),
          },
          { requiredKeys: ["build"] },
        ),
        (written) => {
          const config = serviceSchema.parse(written);
          const context = { name: "web", region: "eu-west-2", image: "i", logGroup: "l" };
          const containers = containersOfTask(config, {
            ...context,
            ...(config.companion === true && { companion: "c" }),
          }) as Container[];
          const mounted = containers.flatMap(({ mountPoints = [] }) =>
            mountPoints.map(({ sourceVolume }) => sourceVolume),
          );
          const there = volumesOfTask(config, "web").map(({ name }) => name);
          assert.deepEqual([...new Set(mounted)].sort(), [...new Set(there)].sort());
          assert.equal(new Set(there).size, there.length);
        },
      ),
    );
  });

  it("lets the task role carry sessions and log them, before the first task starts", async () => {
    const permissions = [
      { actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:eu-west-2:000000000000:q"] },
    ];
    const deployment = await run(flask({ permissions }));
    assert.deepEqual(statementsOf(deployment), [
      { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: ["arn:aws:sqs:eu-west-2:000000000000:q"] },
      ...sessions(group),
    ]);
    assert.ok(waitsFor(deployment, find(deployment, service, "flask")).includes("RolePolicy flask-task"));
  });

  it("logs sessions in a group of the cluster, kept as long as the service's own log", async () => {
    const deployment = await run({
      services: {
        flask: { build: "./app", exec: true, logRetentionDays: 90 },
        quiet: { build: "./app", routes: [], logRetentionDays: 365 },
      },
    });
    assert.deepEqual(find(deployment, logGroup, "cluster-sessions").inputs, {
      name: group,
      retentionInDays: 90,
    });
    assert.deepEqual(find(deployment, "aws:ecs/cluster:Cluster", "cluster").inputs.configuration, {
      executeCommandConfiguration: {
        logging: "OVERRIDE",
        logConfiguration: { cloudWatchLogGroupName: group },
      },
    });
    assert.ok(!names(deployment, "aws:iam/rolePolicy:RolePolicy").includes("quiet-task"));
  });

  it("keeps sessions as long as the longest log among the services that have them", () => {
    assert.equal(sessionRetentionDays([]), undefined);
    assert.equal(sessionRetentionDays([{ exec: false, logRetentionDays: 90 }]), undefined);
    assert.equal(
      sessionRetentionDays([
        { exec: true, logRetentionDays: 7 },
        { exec: { protected: true }, logRetentionDays: 30 },
        { exec: false, logRetentionDays: 365 },
      ]),
      30,
    );
  });

  it("does not try again and again to take back what the provider never takes back", async () => {
    const options = async (values: object): Promise<string[]> =>
      find(await run(values), "aws:ecs/cluster:Cluster", "cluster").options.ignoreChanges;
    assert.deepEqual(await options({}), ["configuration"]);
    assert.deepEqual(await options(flask()), []);
  });

  it("has an endpoint for the sessions with egress endpoints, and lets the log's carry what the agent asks", async () => {
    const deployment = await run(flask());
    const type = "aws:ec2/vpcEndpoint:VpcEndpoint";
    const { inputs } = find(deployment, type, "network-ssmmessages");
    assert.equal(inputs.serviceName, "com.amazonaws.eu-west-2.ssmmessages");
    assert.ok(!names(await run(), type).includes("network-ssmmessages"));
    const config = serviceSchema.parse({ build: "./app", exec: true });
    const endpoints = deriveEndpoints(where, [serviceNeeds(config, where)]);
    assert.deepEqual(
      endpoints.map(({ name }) => name),
      ["ecr.api", "ecr.dkr", "s3", "logs", "ssmmessages"],
    );
    const [, listing, writing] = endpoints.find(({ name }) => name === "logs")!.statements;
    assert.deepEqual(listing?.Action, ["logs:DescribeLogGroups"]);
    assert.deepEqual(listing?.Resource, [`${logs}*`]);
    assert.deepEqual(writing?.Action, [
      "logs:CreateLogStream",
      "logs:DescribeLogStreams",
      "logs:PutLogEvents",
    ]);
  });

  it("is no job's: what runs once is not entered", async () => {
    const deployment = await run({ ...flask(), jobs: { migrate: { service: "flask", command: ["true"] } } });
    assert.deepEqual(volumesOf(deployment, "job-migrate"), ["tmp"]);
    assert.ok(!names(deployment, "aws:iam/rolePolicy:RolePolicy").includes("job-migrate-task"));
  });

  describe("in the cluster of another stack", () => {
    const share = (dev: object): Promise<Deployment> =>
      run(
        { share: { stack: "dev", prefix: "/pr-7" }, ...flask() },
        { stack: "pr-7", stacks: { dev: toConfig({ "aws:region": "eu-west-2", ...dev }) } },
      );

    it("logs where the owner's sessions are logged, since the cluster says where", async () => {
      const deployment = await share(flask());
      assert.deepEqual(statementsOf(deployment), sessions(group));
      assert.deepEqual(names(deployment, logGroup), ["flask"]);
      assert.deepEqual(ofType(deployment, "aws:ecs/cluster:Cluster"), []);
    });

    it("logs in the service's own log, where the owner has no sessions", async () => {
      const deployment = await share({ network: { egress: "nat" } });
      assert.deepEqual(statementsOf(deployment), sessions("/ecs/flask-app-fargate/pr-7/flask"));
    });

    it("is refused behind endpoints that carry no sessions", async () => {
      assert.deepEqual(
        await problemsOf(
          { share: { stack: "dev", prefix: "/pr-7" }, ...flask() },
          { stack: "pr-7", stacks: { dev: toConfig({ "aws:region": "eu-west-2" }) } },
        ),
        ["logs", "ssmmessages"].map(
          (endpoint) =>
            `services.flask: it needs more of the endpoint ${endpoint} than dev lets through. Allowed: permissions, secrets, images ` +
            "and exec that a service there has as well. Fix: give one the same, or set network.egress of dev to nat or public.",
        ),
      );
    });
  });

  it("needs its endpoint in an existing VPC", async () => {
    const endpoints = ["ecr.api", "ecr.dkr", "logs", "s3"];
    const existing = {
      ...{ vpcId: "vpc-0", subnetIds: ["subnet-0"], endpointSecurityGroupId: "sg-0e" },
      ...{ endpoints, routeTableIds: ["rtb-1"] },
    };
    const parameter = `arn:aws:ssm:eu-west-2:${account}:parameter/t`;
    const image = "444455556666.dkr.ecr.eu-west-2.amazonaws.com/otel:1";
    const sidecars = { collector: { image, secrets: { TOKEN: parameter } } };
    for (const [services, missing] of [
      [flask(), "ssmmessages"],
      // Of the same kind: what a task needs beside its application's own secrets.
      [flask({ exec: false, sidecars }), "ssm"],
    ] as const) {
      const [problem, ...others] = await problemsOf({ network: { existing }, ...services });
      assert.deepEqual(others, []);
      assert.ok(
        problem?.startsWith(
          `network.existing: with egress endpoints tasks need ${missing}, named in neither endpoints nor create.`,
        ),
        problem,
      );
    }
  });

  it("is refused with protect, until it is said twice", async () => {
    assert.deepEqual(await problemsOf({ protect: true, ...flask() }), [
      "services.flask.exec: got true. Allowed: in a stack with protect: false, or {protected: true}, which says that root may enter its containers. " +
        "Fix: write exec: { protected: true }, or take it out.",
    ]);
    for (const protect of [true, false]) {
      const deployment = await run({ protect, ...flask({ exec: { protected: true } }) });
      assert.equal(find(deployment, service, "flask").inputs.enableExecuteCommand, true);
    }
  });

  const file = {
    fileSystemId: "fs-0a1b2c3d4e5f60718",
    accessPointId: "fsap-0a1b2c3d4e5f60718",
    securityGroupId: "sg-0a1b",
  };
  const table: [what: string, values: object, problem: string][] = [
    [
      "a value that is neither",
      { exec: "yes" },
      'services.flask.exec: got "yes". Allowed: true, false, {protected: true}. Fix: write true.',
    ],
    [
      "a half-hearted second time",
      { exec: { protected: false } },
      "services.flask.exec.protected: got false. Allowed: true. Fix: use an allowed value.",
    ],
    [
      "an unknown key",
      { exec: { protect: true } },
      "services.flask.exec.protect: unknown key. Allowed: protected. Fix: write protected.",
    ],
    [
      "a folder of the agent's",
      { writable: ["/var/lib/amazon/ssm"] },
      'services.flask.writable.0: got "/var/lib/amazon/ssm". Allowed: with exec none of the folders of its agent, which it can write to anyway. Fix: take it out.',
    ],
    [
      "a folder whose volume is called as the agent's",
      { writable: ["/exec_flask_managed-agents"] },
      'services.flask.writable.0: got "/exec_flask_managed-agents". Allowed: with exec no folder whose volume is called exec_…: those are of the agent of ECS Exec. Fix: rename it.',
    ],
    [
      "a file system around the agent's folders",
      { volumes: { data: { ...file, path: "/var/lib" } } },
      "services.flask.volumes.data.path: /var/lib, where the agent of ECS Exec has /var/lib/amazon/ssm. Allowed: with exec a folder apart from " +
        "/managed-agents, /var/lib/amazon/ssm, /var/log/amazon/ssm. Fix: use for example /data.",
    ],
  ];
  for (const [what, values, problem] of table) {
    it(`refuses ${what}`, async () => {
      const all = await problemsOf(flask(values));
      assert.ok(all.includes(problem), all.join("\n"));
    });
  }
});
