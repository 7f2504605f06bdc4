import assert from "node:assert/strict";
import { ofType, Resource } from "../../simulate/deployment";
import { toConfig } from "../../simulate/stack";
import { find, names, problemsOf, run, waitsFor } from "../support/stack";

const definition = "aws:ecs/taskDefinition:TaskDefinition";
const schedule = "aws:scheduler/schedule:Schedule";
const role = "aws:iam/role:Role";
const rolePolicy = "aws:iam/rolePolicy:RolePolicy";
const account = "000000000000";
const image = `${account}.dkr.ecr.eu-west-2.amazonaws.com/report@sha256:${"0".repeat(64)}`;
const secret = "arn:aws:secretsmanager:eu-west-2:000000000000:secret:db-AbCdEf";
const permissions = [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::reports/*"] }];
const command = ["python", "-m", "flask", "db", "upgrade"];
const flask = {
  build: "./app",
  cpu: 512,
  memory: 1024,
  environment: { MODE: "live" },
  secrets: { DB: secret },
  permissions,
};
const migrate = { service: "flask", command };
const withJob = (job: object): object => ({ services: { flask }, jobs: { migrate: job } });
const nightly = { ...migrate, schedule: { expression: "cron(0 3 * * ? *)", timezone: "Europe/London" } };
const parsed = (resource: Resource, input: string): unknown => JSON.parse(resource.inputs[input] as string);

describe("jobs", () => {
  it("are none of the walkthrough's system", async () => {
    const deployment = await run();
    assert.deepEqual(
      deployment.resources.filter(({ type, name }) => /job|schedul|sqs/i.test(`${type} ${name}`)),
      [],
    );
    assert.equal("jobs" in deployment.outputs, false);
  });

  it("have a task of their own, of the service's image, environment, secrets and permissions", async () => {
    const deployment = await run(withJob(migrate));
    const own = find(deployment, definition, "job-migrate");
    const of = find(deployment, definition, "flask");
    const [server] = parsed(of, "containerDefinitions") as Record<string, unknown>[];
    const { containerDefinitions, executionRoleArn, taskRoleArn, ...inputs } = own.inputs;
    assert.deepEqual(inputs, {
      family: "flask-app-fargate-dev-migrate--job",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "512",
      memory: "1024",
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
      volumes: [{ name: "tmp", configureAtLaunch: false }],
      skipDestroy: true,
    });
    assert.equal(executionRoleArn, find(deployment, role, "job-migrate-execution").outputs.arn);
    assert.equal(taskRoleArn, find(deployment, role, "job-migrate-task").outputs.arn);
    assert.deepEqual(JSON.parse(containerDefinitions as string), [
      {
        name: "migrate",
        image: server?.image,
        essential: true,
        user: "10001",
        readonlyRootFilesystem: true,
        linuxParameters: server?.linuxParameters,
        environment: [
          { name: "DRAIN_SECONDS", value: "60" },
          { name: "HEALTH_PATH", value: "/healthz" },
          { name: "JOB_NAME", value: "migrate" },
          { name: "MODE", value: "live" },
          { name: "PORT", value: "80" },
          { name: "SERVICE_NAME", value: "flask" },
        ],
        secrets: [{ name: "DB", valueFrom: secret }],
        mountPoints: [{ sourceVolume: "tmp", containerPath: "/tmp", readOnly: false }],
        logConfiguration: {
          logDriver: "awslogs",
          options: {
            "awslogs-group": "/ecs/flask-app-fargate/dev/jobs/migrate",
            "awslogs-region": "eu-west-2",
            "awslogs-stream-prefix": "migrate",
            mode: "non-blocking",
            "max-buffer-size": "4m",
          },
        },
        command,
        stopTimeout: 120,
      },
    ]);
    assert.deepEqual(
      parsed(find(deployment, rolePolicy, "job-migrate-task"), "policy"),
      parsed(find(deployment, rolePolicy, "flask-task"), "policy"),
    );
  });

  it("have no group, no name in Cloud Map and no schedule unless it is asked for", async () => {
    const [without, deployment] = [await run({ services: { flask } }), await run(withJob(migrate))];
    const added = deployment.resources
      .filter(({ urn }) => !without.resources.some((known) => known.urn === urn))
      .map(({ type, name }) => `${type} ${name}`)
      .sort();
    assert.deepEqual(added, [
      "aws:cloudwatch/logGroup:LogGroup job-migrate",
      "aws:ecs/taskDefinition:TaskDefinition job-migrate",
      "aws:iam/role:Role job-migrate-execution",
      "aws:iam/role:Role job-migrate-task",
      "aws:iam/rolePolicy:RolePolicy job-migrate-execution",
      "aws:iam/rolePolicy:RolePolicy job-migrate-task",
      "fargate-app:jobs:Job migrate",
      "fargate-app:jobs:Jobs jobs",
    ]);
  });

  it("say otherwise what they have otherwise", async () => {
    const own = { actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:eu-west-2:000000000000:mail"] };
    const deployment = await run(
      withJob({
        ...migrate,
        cpu: 1024,
        memory: 2048,
        environment: { DB: "none", MODE: "dry" },
        secrets: { TOKEN: secret },
        permissions: [own],
        logRetentionDays: 7,
      }),
    );
    const { inputs } = find(deployment, definition, "job-migrate");
    const [container] = JSON.parse(inputs.containerDefinitions as string) as {
      environment: { name: string; value: string }[];
      secrets: object[];
    }[];
    assert.deepEqual([inputs.cpu, inputs.memory], ["1024", "2048"]);
    const said = container?.environment.filter(({ name }) => name === "DB" || name === "MODE");
    assert.deepEqual(said, [
      { name: "DB", value: "none" },
      { name: "MODE", value: "dry" },
    ]);
    assert.deepEqual(container?.secrets, [{ name: "TOKEN", valueFrom: secret }]);
    assert.deepEqual(parsed(find(deployment, rolePolicy, "job-migrate-task"), "policy"), {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: own.actions, Resource: own.resources }],
    });
    const log = find(deployment, "aws:cloudwatch/logGroup:LogGroup", "job-migrate");
    assert.equal(log.inputs.retentionInDays, 7);
    // The endpoint for what the job alone may do is made.
    assert.ok(names(deployment, "aws:ec2/vpcEndpoint:VpcEndpoint").includes("network-sqs"));
  });

  it("may run an image of their own, which is told of no service", async () => {
    const job = { image, architecture: "ARM64", environment: { A: "b" }, schedule: "rate(1 day)" };
    const deployment = await run({ jobs: { report: job } });
    const { inputs } = find(deployment, definition, "job-report");
    const [container] = JSON.parse(inputs.containerDefinitions as string) as Record<string, unknown>[];
    assert.deepEqual([inputs.cpu, inputs.memory], ["256", "512"]);
    assert.deepEqual(inputs.runtimePlatform, { operatingSystemFamily: "LINUX", cpuArchitecture: "ARM64" });
    assert.equal(container?.image, image);
    assert.equal(container.command, undefined);
    assert.deepEqual(container.environment, [
      { name: "A", value: "b" },
      { name: "JOB_NAME", value: "report" },
    ]);
    assert.equal(container.user, "10001");
    assert.equal(container.readonlyRootFilesystem, true);
    // AWS gives writable folders to root alone, and the image is somebody else's.
    assert.deepEqual(names(deployment, "aws:ecr/repository:Repository"), ["companion-arm64", "flask"]);
    assert.deepEqual(container.dependsOn, [{ containerName: "companion-folders", condition: "SUCCESS" }]);
    const [, folders, ...others] = JSON.parse(inputs.containerDefinitions as string) as Record<
      string,
      unknown
    >[];
    assert.deepEqual(others, []);
    assert.deepEqual(
      [folders?.name, folders?.essential, folders?.command, folders?.user, folders?.mountPoints],
      [
        "companion-folders",
        false,
        ["open"],
        "0",
        [{ sourceVolume: "tmp", containerPath: "/writable/tmp", readOnly: false }],
      ],
    );
    const [statement] = (
      parsed(find(deployment, rolePolicy, "job-report-execution"), "policy") as {
        Statement: { Action: unknown; Resource: unknown }[];
      }
    ).Statement.slice(1);
    assert.equal((statement?.Resource as string[]).length, 2);
  });

  it("of an image run as they say, and as root without anybody who opens their folders", async () => {
    const job = {
      image: "docker.io/acme/report:1",
      command: ["all"],
      entryPoint: ["/report"],
      imageCredentials: secret,
      user: "0",
      readOnlyRoot: false,
      writable: ["/var/spool"],
      initProcess: true,
      ephemeralStorage: 50,
      ulimits: { nofile: 4096 },
    };
    const deployment = await run({ network: { egress: "nat" }, jobs: { report: job } });
    const { inputs } = find(deployment, definition, "job-report");
    const containers = JSON.parse(inputs.containerDefinitions as string) as Record<string, unknown>[];
    const [{ linuxParameters, logConfiguration, ...container }] = containers as [Record<string, unknown>];
    assert.ok(logConfiguration);
    assert.equal(containers.length, 1);
    assert.deepEqual(container, {
      name: "report",
      image: "docker.io/acme/report:1",
      repositoryCredentials: { credentialsParameter: secret },
      essential: true,
      command: ["all"],
      entryPoint: ["/report"],
      user: "0",
      readonlyRootFilesystem: false,
      ulimits: [{ name: "nofile", softLimit: 4096, hardLimit: 4096 }],
      environment: [{ name: "JOB_NAME", value: "report" }],
      mountPoints: [
        { sourceVolume: "tmp", containerPath: "/tmp", readOnly: false },
        { sourceVolume: "var-spool", containerPath: "/var/spool", readOnly: false },
      ],
      stopTimeout: 120,
    });
    assert.equal((linuxParameters as { initProcessEnabled?: boolean }).initProcessEnabled, true);
    assert.deepEqual(inputs.ephemeralStorage, { sizeInGib: 50 });
    assert.deepEqual(inputs.volumes, [
      { name: "tmp", configureAtLaunch: false },
      { name: "var-spool", configureAtLaunch: false },
    ]);
    assert.deepEqual(names(deployment, "aws:ecr/repository:Repository"), ["flask"]);
    assert.match(
      JSON.stringify(parsed(find(deployment, rolePolicy, "job-report-execution"), "policy")),
      /secret:db-AbCdEf/,
    );
  });

  it("mount what their service mounts, through a group of their own that nobody reaches", async () => {
    const volumes = {
      data: {
        fileSystemId: "fs-0a1b2c3d",
        accessPointId: "fsap-0a1b2c3d",
        securityGroupId: "sg-0a1b2c3d",
        path: "/data",
      },
    };
    const service = { ...flask, volumes };
    const none = { ...migrate, volumes: {} };
    const deployment = await run({ services: { flask: service }, jobs: { migrate: nightly, none } });
    const { inputs } = find(deployment, definition, "job-migrate");
    assert.deepEqual(
      (inputs.volumes as object[])[1],
      (find(deployment, definition, "flask").inputs.volumes as object[])[1],
    );
    const [container] = parsed(find(deployment, definition, "job-migrate"), "containerDefinitions") as {
      mountPoints: object[];
    }[];
    assert.deepEqual(container?.mountPoints.at(-1), {
      sourceVolume: "data",
      containerPath: "/data",
      readOnly: false,
    });
    assert.deepEqual(
      parsed(find(deployment, rolePolicy, "job-migrate-task"), "policy"),
      parsed(find(deployment, rolePolicy, "flask-task"), "policy"),
    );
    const group = find(deployment, "aws:ec2/securityGroup:SecurityGroup", "job-migrate");
    assert.equal(group.inputs.description, "Tasks of one job: reached by nobody");
    const rules = deployment.resources.filter(
      ({ type, name }) => /securityGroup(In|E)gressRule/.test(type) && name.startsWith("job-"),
    );
    assert.deepEqual(
      rules.map(({ name, inputs: { securityGroupId, referencedSecurityGroupId, fromPort, toPort } }) => [
        name,
        [securityGroupId, referencedSecurityGroupId, fromPort, toPort],
      ]),
      [
        ["job-migrate-to-sg-0a1b2c3d", [group.id, "sg-0a1b2c3d", 2049, 2049]],
        ["job-migrate-at-sg-0a1b2c3d", ["sg-0a1b2c3d", group.id, 2049, 2049]],
      ],
    );
    const groups = ["local-securitygroup-network-workload", group.id];
    const { migrate: told } = deployment.outputs.jobs as { migrate: { securityGroups: string[] } };
    assert.deepEqual(told.securityGroups, groups);
    const scheduled = find(deployment, schedule, "job-migrate");
    const { ecsParameters } = scheduled.inputs.target as {
      ecsParameters: { networkConfiguration: { securityGroups: string[] } };
    };
    assert.deepEqual(ecsParameters.networkConfiguration.securityGroups, groups);
    assert.ok(
      waitsFor(deployment, scheduled).includes("SecurityGroupIngressRule job-migrate-at-sg-0a1b2c3d"),
    );
    // One that wants none has none, and no group.
    assert.equal((find(deployment, definition, "job-none").inputs.volumes as object[]).length, 1);
  });

  it("have beside them what their service has, but for what is there to serve, and end when their own container does", async () => {
    const sidecar = (more: object = {}): object => ({ image, ...more });
    const healthCheck = { command: ["CMD", "/healthcheck"] };
    const sidecars = {
      proxy: sidecar({ healthCheck, essential: true, memory: 64 }),
      fetch: sidecar(),
      prober: sidecar({ dependsOn: { flask: "HEALTHY" } }),
      watcher: sidecar({ dependsOn: { prober: "START" } }),
    };
    const service = { ...flask, sidecars, dependsOn: { proxy: "HEALTHY", fetch: "SUCCESS" } };
    const jobs = {
      migrate,
      alone: { ...migrate, sidecars: {} },
      own: { ...migrate, sidecars: { tail: sidecar({ essential: true }) } },
    };
    const deployment = await run({ services: { flask: service }, jobs });
    const shown = (job: string): unknown[] =>
      (
        parsed(find(deployment, definition, `job-${job}`), "containerDefinitions") as Record<
          string,
          unknown
        >[]
      ).map(({ name, essential, dependsOn = [] }) => [
        name,
        essential,
        ...(dependsOn as { containerName: string; condition: string }[]).map(
          ({ containerName, condition }) => `${containerName} ${condition}`,
        ),
      ]);
    assert.deepEqual(shown("migrate"), [
      ["migrate", true, "fetch SUCCESS", "proxy HEALTHY"],
      ["fetch", false],
      ["proxy", true],
    ]);
    assert.deepEqual(shown("alone"), [["alone", true]]);
    assert.deepEqual(shown("own"), [
      ["own", true, "tail START"],
      ["tail", true],
    ]);
    assert.deepEqual(
      (find(deployment, definition, "job-migrate").inputs.volumes as { name: string }[]).map(
        ({ name }) => name,
      ),
      ["tmp", "sidecar-fetch-tmp", "sidecar-proxy-tmp"],
    );
  });

  it("run by a schedule of their own group, and leave what was not started in an encrypted queue", async () => {
    const deployment = await run(withJob(nightly));
    const group = find(deployment, "aws:scheduler/scheduleGroup:ScheduleGroup", "jobs");
    const queue = find(deployment, "aws:sqs/queue:Queue", "jobs");
    const cluster = ofType(deployment, "aws:ecs/cluster:Cluster")[0]!;
    assert.deepEqual(group.inputs, { name: "flask-app-fargate-dev" });
    assert.deepEqual(queue.inputs, {
      name: "flask-app-fargate-dev-jobs",
      messageRetentionSeconds: 1_209_600,
      sqsManagedSseEnabled: true,
    });
    const found = find(deployment, schedule, "job-migrate");
    assert.deepEqual(found.inputs, {
      name: "migrate",
      groupName: "flask-app-fargate-dev",
      scheduleExpression: "cron(0 3 * * ? *)",
      scheduleExpressionTimezone: "Europe/London",
      state: "ENABLED",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: cluster.outputs.arn,
        roleArn: find(deployment, role, "job-migrate-schedule").outputs.arn,
        ecsParameters: {
          taskDefinitionArn: find(deployment, definition, "job-migrate").outputs.arn,
          launchType: "FARGATE",
          taskCount: 1,
          networkConfiguration: {
            subnets: ["local-subnet-network-tasks-1", "local-subnet-network-tasks-2"],
            securityGroups: ["local-securitygroup-network-workload"],
            assignPublicIp: false,
          },
          propagateTags: "TASK_DEFINITION",
          enableEcsManagedTags: true,
        },
        retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 3600 },
        deadLetterConfig: { arn: queue.outputs.arn },
      },
    });
    const waits = waitsFor(deployment, found);
    for (const before of ["job-migrate-execution", "job-migrate-task", "job-migrate-schedule"])
      assert.ok(waits.includes(`RolePolicy ${before}`), `${before} of ${waits.join(", ")}`);
    assert.ok(
      waits.some((each) => each.startsWith("VpcEndpoint ")),
      waits.join(", "),
    );
  });

  it("give EventBridge Scheduler just that job, in just that cluster, with just its roles", async () => {
    const deployment = await run(withJob(nightly));
    const own = find(deployment, role, "job-migrate-schedule");
    assert.equal(own.inputs.path, "/flask-app-fargate/dev/schedules/");
    assert.deepEqual(parsed(own, "assumeRolePolicy"), {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "scheduler.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: {
            StringEquals: {
              "aws:SourceAccount": account,
              "aws:SourceArn": `arn:aws:scheduler:eu-west-2:${account}:schedule-group/flask-app-fargate-dev`,
            },
          },
        },
      ],
    });
    const cluster = `arn:aws:ecs:eu-west-2:${account}:cluster/flask-app-fargate-dev`;
    assert.deepEqual(parsed(find(deployment, rolePolicy, "job-migrate-schedule"), "policy"), {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "ecs:RunTask",
          Resource: `arn:aws:ecs:eu-west-2:${account}:task-definition/flask-app-fargate-dev-migrate--job:*`,
          Condition: { ArnEquals: { "ecs:cluster": cluster } },
        },
        {
          Effect: "Allow",
          Action: "ecs:TagResource",
          Resource: `arn:aws:ecs:eu-west-2:${account}:task/flask-app-fargate-dev/*`,
          Condition: { StringEquals: { "ecs:CreateAction": "RunTask" } },
        },
        {
          Effect: "Allow",
          Action: "iam:PassRole",
          Resource: ["job-migrate-execution", "job-migrate-task"].map(
            (name) => find(deployment, role, name).outputs.arn,
          ),
          Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
        },
        {
          Effect: "Allow",
          Action: "sqs:SendMessage",
          Resource: `arn:aws:sqs:eu-west-2:${account}:flask-app-fargate-dev-jobs`,
        },
      ],
    });
  });

  it("have settings of a schedule, and can be switched off", async () => {
    const settings = { expression: "rate(15 minutes)", enabled: false, retries: 0, maximumAgeSeconds: 60 };
    const deployment = await run(withJob({ ...migrate, schedule: settings }));
    const { inputs } = find(deployment, schedule, "job-migrate");
    assert.equal(inputs.state, "DISABLED");
    assert.equal(inputs.scheduleExpressionTimezone, "UTC");
    assert.deepEqual((inputs.target as { retryPolicy: object }).retryPolicy, {
      maximumRetryAttempts: 0,
      maximumEventAgeInSeconds: 60,
    });
  });

  it("tell an operator what it takes to run them", async () => {
    const deployment = await run({ ...withJob(nightly), network: { egress: "public" } });
    assert.deepEqual(deployment.outputs.jobs, {
      migrate: {
        image: (deployment.outputs.services as { flask: { image: string } }).flask.image,
        taskDefinition: find(deployment, definition, "job-migrate").outputs.arn,
        cluster: ofType(deployment, "aws:ecs/cluster:Cluster")[0]!.outputs.arn,
        subnets: ["local-subnet-network-tasks-1", "local-subnet-network-tasks-2"],
        securityGroups: ["local-securitygroup-network-workload"],
        assignPublicIp: true,
        logGroup: "/ecs/flask-app-fargate/dev/jobs/migrate",
        deadLetters: `https://sqs.eu-west-2.amazonaws.com/${account}/flask-app-fargate-dev-jobs`,
      },
    });
  });

  it("run in the cluster of the stack that is shared, and are refused what its endpoints do not let through", async () => {
    const region = { "aws:region": "eu-west-2" };
    const shared = {
      share: { stack: "dev", prefix: "/pr-7" },
      services: { flask: { build: "./app" } },
    };
    const stacks = { dev: toConfig(region) };
    const deployment = await run({ ...shared, jobs: { migrate } }, { stack: "pr-7", stacks });
    const { migrate: summary } = deployment.outputs.jobs as { migrate: { cluster: string } };
    assert.match(summary.cluster, /cluster\/flask-app-fargate-dev$/);
    assert.deepEqual(
      await problemsOf(
        { ...shared, jobs: { migrate: { ...migrate, permissions } } },
        { stack: "pr-7", stacks },
      ),
      [
        "jobs.migrate: it needs more of the endpoint s3 than dev lets through. Allowed: permissions, secrets, images and exec that a " +
          "service there has as well. Fix: give one the same, or set network.egress of dev to nat or public.",
      ],
    );
  });

  it("are refused for what is wrong, all at once", async () => {
    assert.deepEqual(
      await problemsOf({
        services: { flask },
        jobs: {
          Migrate: migrate,
          neither: { command },
          both: { service: "flask", image, command, retries: 1 },
          unknown: { service: "flaks", command },
          serving: { service: "flask", architecture: "ARM64" },
          text: { service: "flask", command: "flask db upgrade" },
          size: { service: "flask", command, cpu: 256, memory: 4096 },
          half: { image, memory: 4096 },
          more: { service: "flask", command, cpu: 1024 },
          foreign: { image: "busybox" },
          reserved: {
            service: "flask",
            command,
            environment: { JOB_NAME: "x", A: "b" },
            secrets: { A: "hunter2" },
          },
          when: {
            service: "flask",
            command,
            schedule: { expression: "0 3 * * *", timezone: "+01:00", retries: 200 },
          },
          often: { service: "flask", command, schedule: { maximumAgeSeconds: 10 } },
          kept: { service: "flask", command, logRetentionDays: 31 },
          run: {
            service: "flask",
            command,
            imageCredentials: secret,
            user: "a b",
            writable: ["/tmp", "relative"],
            ephemeralStorage: 20,
            ulimits: { nofile: 1 },
          },
          twice: { service: "flask", command, writable: ["/data", "/data"] },
          mounting: {
            service: "flask",
            command,
            volumes: {
              data: {
                fileSystemId: "fs-0a1b2c3d",
                accessPointId: "fsap-0a1b2c3d",
                securityGroupId: "sg-0a",
                path: "/tmp",
              },
            },
          },
          beside: {
            service: "flask",
            command,
            sidecars: {
              beside: { image },
              late: { image, dependsOn: { beside: "START" } },
              big: { image, memory: 1024 },
            },
            dependsOn: { nobody: "START" },
          },
          probing: {
            service: "flask",
            command,
            sidecars: { prober: { image, dependsOn: { probing: "HEALTHY" } } },
          },
          far: { service: "flask", command, sidecars: { otel: { image: "otel" } } },
          allowed: {
            service: "flask",
            command,
            permissions: [{ actions: ["rds:Connect"], resources: ["*"] }],
          },
        },
      }),
      expected,
    );
    assert.deepEqual(await problemsOf({ jobs: [migrate] }), [
      `jobs: got ${JSON.stringify([migrate])}. Allowed: name → job. Fix: write a name below jobs:.`,
    ]);
  });
});

const forms =
  "cron(minutes hours day-of-month month day-of-week year), rate(n minutes, hours or days), at(yyyy-mm-ddThh:mm:ss)";
const sizes = "Allowed: with 256 CPU units 512, 1024, 2048 (MiB). Fix: set it to 2048 or choose more CPU.";
const expected = [
  "jobs.Migrate: this name cannot name what the job makes. Allowed: 1–32 of a–z, 0–9 and -, beginning with a letter but not with " +
    "sg-, not ending with -, without --. Fix: rename the job.",
  "jobs.neither: neither service nor image is set. Allowed: exactly one of service, image. Fix: name the service whose image it runs.",
  "jobs.both.retries: unknown key. Allowed: service, image, command, entryPoint, imageCredentials, user, readOnlyRoot, writable, " +
    "initProcess, ephemeralStorage, ulimits, sidecars, dependsOn, volumes, cpu, memory, architecture, environment, secrets, permissions, " +
    "schedule, logRetentionDays. Fix: take it out.",
  "jobs.both: both service and image are set. Allowed: exactly one of service, image. Fix: take one out.",
  'jobs.unknown.service: got "flaks". Allowed: flask. Fix: name a service of this stack.',
  "jobs.serving.command: got nothing. Allowed: with service a command: the image's own serves. Fix: write what it runs.",
  'jobs.serving.architecture: got "ARM64". Allowed: only with image. Fix: take it out: it is the service\'s.',
  'jobs.text.command: got "flask db upgrade". Allowed: [program, argument, …]. Fix: write ["flask","db","upgrade"].',
  `jobs.size.memory: got 4096. ${sizes}`,
  `jobs.half.memory: got 4096. ${sizes}`,
  "jobs.more.memory: got 1024. Allowed: with 1024 CPU units 2048, 3072, 4096, 5120, 6144, 7168, 8192 (MiB). Fix: set it to 2048.",
  'jobs.foreign.image: got "busybox". Allowed: with egress endpoints an image in private ECR of eu-west-2. Fix: copy the image there, ' +
    "or set network.egress to nat or public.",
  "jobs.reserved.environment.JOB_NAME: the program sets this variable itself. Allowed: any name but JOB_NAME. Fix: take it out: it is " +
    "the job's name.",
  "jobs.reserved.secrets.A: the same name stands in environment. Allowed: each name once. Fix: take one of them out.",
  "jobs.reserved.secrets.A: this is not the ARN of a secret or parameter. Allowed: arn:aws:secretsmanager:…:secret:… or " +
    "arn:aws:ssm:…:parameter/…. Fix: give the full ARN; the value itself never belongs in the configuration.",
  "jobs.when.schedule.retries: got 200. Allowed: 0–185. Fix: use an allowed value, or leave it out for 3.",
  `jobs.when.schedule.expression: got "0 3 * * *". Allowed: ${forms}. Fix: write for example cron(0 3 * * ? *), or rate(1 hour).`,
  'jobs.when.schedule.timezone: got "+01:00". Allowed: a name of the IANA time zone database, such as Europe/London. Fix: use its ' +
    "name; an offset or an abbreviation would not follow daylight saving time.",
  `jobs.often.schedule.expression: got nothing. Allowed: ${forms}. Fix: use an allowed value.`,
  "jobs.often.schedule.maximumAgeSeconds: got 10. Allowed: 60–86400. Fix: use an allowed value, or leave it out for 3600.",
  "jobs.kept.logRetentionDays: got 31. Allowed: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, " +
    "2922, 3288, 3653. Fix: use an allowed value.",
  'jobs.run.user: got "a b". Allowed: user or user:group, by number or name, in quotes: "10001". Fix: use an allowed value.',
  'jobs.run.writable.1: got "relative". Allowed: list of absolute paths, without a / at the end. Fix: use an allowed value.',
  "jobs.run.ephemeralStorage: got 20. Allowed: 21–200. Fix: use an allowed value.",
  "jobs.run.ulimits.nofile: got 1. Allowed: 1024–1048576. Fix: use an allowed value.",
  'jobs.run.imageCredentials: got "arn:aws:secretsmanager:eu-west-2:000000000000:secret:db-AbCdEf". Allowed: only with the image of a registry that asks for a password; ECR asks for the execution role. Fix: take it out.',
  'jobs.twice.writable.1: got "/data". Allowed: each folder once, and /tmp not at all: it is writable anyway. Fix: take it out.',
  'jobs.mounting.volumes.data.path: got "/tmp". Allowed: a folder apart from /tmp, /dev, /proc, /sys, /etc. Fix: use for example /data.',
  "jobs.beside.sidecars.beside: the application's container has this name. Allowed: another name. Fix: rename it.",
  "jobs.beside.dependsOn.nobody: the task has no such container. Allowed: beside, late, big. Fix: name a sidecar, or take it out.",
  "jobs.beside.sidecars: their memory is 1024 MiB in sum. Allowed: less than the 1024 MiB of the task, to leave the application some. Fix: lower theirs, or raise the service's memory.",
  'jobs.probing.sidecars.prober.dependsOn.probing: got "HEALTHY". Allowed: sidecars alone: what waits for the job\'s own container is stopped as soon as that has ended. Fix: take it out.',
  'jobs.far.sidecars.otel.image: got "otel". Allowed: with egress endpoints an image in private ECR of eu-west-2. Fix: copy the image there, or set network.egress to nat or public.',
  'jobs.allowed.permissions.0.actions.0: got "rds:Connect". Allowed: with egress endpoints actions of application-autoscaling, athena, ' +
    "bedrock, cloudwatch, dynamodb, ecr, events, execute-api, firehose, glue, kinesis, kms, lambda, logs, rekognition, s3, " +
    "secretsmanager, sns, sqs, ssm, ssmmessages, states, sts, textract, xray, and what stays in the VPC: dax:*, elasticache:Connect, " +
    "elasticfilesystem:ClientMount, elasticfilesystem:ClientRootAccess, elasticfilesystem:ClientWrite, kafka-cluster:*, memorydb:Connect, " +
    "neptune-db:*, rds-db:*. Fix: set network.egress to nat or public: no endpoint is known that would reach it.",
];
