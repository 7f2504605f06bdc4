import assert from "node:assert/strict";
import { serviceSchema } from "../../config/schema";
import { Condition, stopSeconds } from "../../rules/containers";
import { deriveEndpoints, hasNeeds } from "../../rules/endpoints";
import { withBefore } from "../../service/before";
import * as sidecars from "../../service/sidecars";
import { executionPolicy, serviceNeeds } from "../../service/permissions";
import * as task from "../../service/task";
import { ofType } from "../../simulate/deployment";
import { find, problemsOf, run } from "../support/stack";

const ecr = "000000000000.dkr.ecr.eu-west-2.amazonaws.com";
const secret = "arn:aws:secretsmanager:eu-west-2:000000000000:secret:otel-AbCdEf";
const hub = "arn:aws:secretsmanager:eu-west-2:000000000000:secret:hub-AbCdEf";
const collector = { image: `${ecr}/otel:1` };
const config = (values: object): ReturnType<typeof serviceSchema.parse> =>
  serviceSchema.parse({ build: "./app", ...values });
const context = { name: "flask", region: "eu-west-2", image: "repo@sha256:0", logGroup: "/ecs/flask" };
const here = { partition: "aws", region: "eu-west-2", account: "000000000000" };
const flask = (values: object): object => ({ services: { flask: { build: "./app", ...values } } });

describe("sidecars", () => {
  it("stand in the task definition with every default spelled out, and the application starts after them", () => {
    const definitions = task.containerDefinitions(config({ sidecars: { collector } }), context) as {
      linuxParameters: object;
      logConfiguration: object;
    }[];
    const [alone] = task.containerDefinitions(config({}), context);
    const [application, beside] = definitions;
    assert.equal(definitions.length, 2);
    assert.deepEqual(application, {
      ...alone,
      dependsOn: [{ containerName: "collector", condition: "START" }],
    });
    assert.deepEqual(beside, {
      name: "collector",
      image: `${ecr}/otel:1`,
      essential: false,
      readonlyRootFilesystem: true,
      linuxParameters: application?.linuxParameters,
      environment: [],
      mountPoints: [{ sourceVolume: "sidecar-collector-tmp", containerPath: "/tmp", readOnly: false }],
      stopTimeout: 20,
      logConfiguration: application?.logConfiguration,
    });
  });

  it("hand on what the configuration says, in a stable order", () => {
    const [, first, second] = task.containerDefinitions(
      config({
        sidecars: {
          router: { image: "router", dependsOn: { flask: "HEALTHY", collector: "START" } },
          collector: {
            image: "otel",
            imageCredentials: hub,
            command: ["--config", "env:CONFIG"],
            environment: { CONFIG: "x", A: "a" },
            secrets: { TOKEN: secret },
            healthCheck: { command: ["CMD", "/healthcheck"], interval: 10 },
            essential: true,
            memory: 128,
            user: "1000",
            readOnlyRoot: false,
            startTimeout: 60,
            stopTimeout: 5,
          },
        },
      }),
      context,
    ) as Record<string, unknown>[];
    const { linuxParameters, logConfiguration, ...rest } = first!;
    assert.ok(linuxParameters && logConfiguration);
    assert.deepEqual(rest, {
      name: "collector",
      image: "otel",
      repositoryCredentials: { credentialsParameter: hub },
      essential: true,
      command: ["--config", "env:CONFIG"],
      user: "1000",
      memory: 128,
      readonlyRootFilesystem: false,
      environment: [
        { name: "A", value: "a" },
        { name: "CONFIG", value: "x" },
      ],
      secrets: [{ name: "TOKEN", valueFrom: secret }],
      mountPoints: [{ sourceVolume: "sidecar-collector-tmp", containerPath: "/tmp", readOnly: false }],
      healthCheck: { command: ["CMD", "/healthcheck"], interval: 10, timeout: 5, retries: 3, startPeriod: 0 },
      startTimeout: 60,
      stopTimeout: 5,
    });
    assert.deepEqual(second?.dependsOn, [
      { containerName: "collector", condition: "START" },
      { containerName: "flask", condition: "HEALTHY" },
    ]);
  });

  it("are waited for by the application, but for those that wait for it; what is said counts more", () => {
    const waits = (values: object): object => sidecars.applicationWaitsFor(config(values), "flask");
    const chain = {
      a: { image: "a", dependsOn: { b: "START" } },
      b: { image: "b", dependsOn: { flask: "START" } },
    };
    assert.deepEqual(waits({ sidecars: { ...chain, c: collector } }), [
      { container: "c", condition: "START" },
    ]);
    assert.deepEqual(waits({ sidecars: { c: collector }, dependsOn: { c: "SUCCESS" } }), [
      { container: "c", condition: "SUCCESS" },
    ]);
    assert.deepEqual(waits({}), []);
  });

  it("add to the time that a task takes to start and to stop what one waits for the other", () => {
    const seconds = (values: object): [start: number, stop: number] => {
      const all = config(values);
      return [sidecars.addedStartSeconds(all, "flask"), sidecars.taskStopSeconds(all, "flask")];
    };
    const healthCheck = { command: ["CMD", "true"], interval: 10, retries: 2, startPeriod: 5 };
    const late = { late: { ...collector, dependsOn: { flask: "START" } } };
    assert.deepEqual(seconds({}), [0, 95]);
    assert.deepEqual(seconds({ sidecars: { collector } }), [0, 95 + 20]);
    assert.deepEqual(seconds({ sidecars: late }), [0, 20 + 95]);
    assert.deepEqual(
      seconds({ sidecars: { init: { ...collector, startTimeout: 30 } }, dependsOn: { init: "SUCCESS" } }),
      [30, 95],
    );
    assert.deepEqual(
      seconds({
        sidecars: { collector: { ...collector, healthCheck } },
        dependsOn: { collector: "HEALTHY" },
      }),
      [25, 95 + 20],
    );
    // The companion and then the application, and what waits for the application at the same time as the companion.
    const companion = { companion: true };
    assert.deepEqual(seconds(companion), [0, 65 + 35]);
    assert.deepEqual(seconds({ ...companion, sidecars: { collector } }), [0, 65 + 35 + 20]);
    assert.deepEqual(seconds({ ...companion, sidecars: late }), [0, 65 + 35]);
    assert.deepEqual(
      seconds({ ...companion, sidecars: { late: { ...collector, dependsOn: { flask: "HEALTHY" } } } }),
      [0, 20 + 65 + 35],
    );
  });

  it("stand with the companion and what runs before in one order, which the seconds are reckoned by", () => {
    const healthCheck = {
      command: ["CMD", "/healthcheck"],
      interval: 10,
      timeout: 5,
      retries: 3,
      startPeriod: 0,
    };
    const all = config({
      companion: true,
      drainSeconds: 50,
      before: { command: ["migrate"], timeout: 90 },
      sidecars: {
        collector: { ...collector, essential: true, healthCheck, memory: 128 },
        init: { image: "init", startTimeout: 30 },
        prober: { image: "prober", dependsOn: { flask: "HEALTHY" }, stopTimeout: 5 },
        tail: { image: "tail", dependsOn: { flask: "START" }, stopTimeout: 7 },
      },
      dependsOn: { collector: "HEALTHY", init: "SUCCESS" },
    });
    const definitions = withBefore(
      all.before,
      "flask",
      task.containerDefinitions(all, { ...context, companion: "repo@sha256:c" }),
    ) as Record<string, unknown>[];
    const order = definitions.map(
      ({ name, essential, memory, dependsOn, startTimeout, stopTimeout, healthCheck: check }) => ({
        name,
        essential,
        ...(memory !== undefined && { memory }),
        ...(dependsOn !== undefined && {
          dependsOn: (dependsOn as { containerName: string; condition: string }[]).map(
            ({ containerName, condition }) => `${containerName} ${condition}`,
          ),
        }),
        ...(startTimeout !== undefined && { startTimeout }),
        ...(stopTimeout !== undefined && { stopTimeout }),
        checked: check !== undefined,
      }),
    );
    assert.deepEqual(order, [
      {
        name: "flask",
        essential: false,
        dependsOn: ["companion-folders SUCCESS", "collector HEALTHY", "init SUCCESS", "flask-before SUCCESS"],
        stopTimeout: 35,
        checked: false,
      },
      {
        name: "flask-before",
        essential: false,
        dependsOn: ["companion-folders SUCCESS", "init SUCCESS"],
        startTimeout: 90,
        checked: false,
      },
      { name: "collector", essential: true, memory: 128, stopTimeout: 20, checked: true },
      { name: "init", essential: false, startTimeout: 30, stopTimeout: 20, checked: false },
      {
        name: "prober",
        essential: false,
        // Of the application nobody knows the health but the companion.
        dependsOn: ["companion HEALTHY"],
        stopTimeout: 5,
        checked: false,
      },
      { name: "tail", essential: false, dependsOn: ["flask START"], stopTimeout: 7, checked: false },
      { name: "companion-folders", essential: false, memory: 64, checked: false },
      {
        name: "companion",
        essential: true,
        memory: 64,
        dependsOn: ["flask START"],
        stopTimeout: 55,
        checked: true,
      },
    ]);
    // What ECS would take from the definitions themselves; 30 s where one says nothing.
    const waiting = definitions.map(({ name, dependsOn = [], stopTimeout = 30 }) => ({
      name: name as string,
      stopTimeout: stopTimeout as number,
      dependsOn: (dependsOn as { containerName: string; condition: Condition }[]).map(
        ({ containerName, condition }) => ({ container: containerName, condition }),
      ),
    }));
    assert.equal(stopSeconds(waiting), 5 + 55 + 35 + 20);
    assert.equal(sidecars.taskStopSeconds(all, "flask"), stopSeconds(waiting));
    assert.equal(sidecars.addedStartSeconds(all, "flask"), 30 + 30);
  });

  it("give the execution role their images and secrets", () => {
    const own = { repositoryArns: ["arn:repo"], logGroupArn: "arn:logs" };
    const values = {
      sidecars: {
        collector: { ...collector, secrets: { TOKEN: secret } },
        hub: { image: "busybox", imageCredentials: hub },
      },
    };
    const beside = sidecars.sidecarRepositories(config(values), here);
    own.repositoryArns.push(...beside);
    const { Statement } = executionPolicy(config(values), own);
    const statement = (action: string): unknown =>
      Statement.find((one) => JSON.stringify(one).includes(action));
    assert.deepEqual((statement("ecr:BatchGetImage") as { Resource: unknown }).Resource, [
      "arn:aws:ecr:eu-west-2:000000000000:repository/otel",
      "arn:repo",
    ]);
    assert.deepEqual((statement("secretsmanager:GetSecretValue") as { Resource: unknown }).Resource, [
      hub,
      secret,
    ]);
    assert.ok(statement("kms:Decrypt"));
    const foreign = executionPolicy(config(values), { ...own, repositoryArns: beside }).Statement;
    assert.equal(
      foreign.length,
      Statement.length,
      "a sidecar of ECR is pulled beside an image of another registry",
    );
  });

  it("are asked for in the endpoints' policies", () => {
    const image = "444455556666.dkr.ecr.eu-west-2.amazonaws.com/otel:1";
    const needs = serviceNeeds(config({ sidecars: { collector: { image, secrets: { TOKEN: secret } } } }), {
      partition: "aws",
      region: "eu-west-2",
      account: "000000000000",
    });
    const repository = "arn:aws:ecr:eu-west-2:444455556666:repository/otel";
    assert.deepEqual(needs, {
      permissions: [],
      secrets: [secret],
      imageRepository: undefined,
      sidecarRepositories: [repository],
    });
    const endpoints = deriveEndpoints(here, [needs]);
    const pulls = endpoints.find(({ name }) => name === "ecr.dkr")!.statements;
    assert.ok(pulls.some(({ Resource }) => Resource.includes(repository)));
    assert.ok(endpoints.some(({ name }) => name === "secretsmanager"));
    assert.equal(hasNeeds({ ...needs, secrets: [] }), true);
  });

  it("have a folder to write to, and make no resource of their own", async () => {
    const [without, deployment] = await Promise.all([run(), run(flask({ sidecars: { collector } }))]);
    const { inputs } = find(deployment, "aws:ecs/taskDefinition:TaskDefinition", "flask");
    assert.deepEqual(inputs.volumes, [
      { name: "tmp", configureAtLaunch: false },
      { name: "sidecar-collector-tmp", configureAtLaunch: false },
    ]);
    assert.equal(deployment.resources.length, without.resources.length);
  });

  it("stand beside what runs before, and beside a job of their service", async () => {
    const service = { build: "./app", before: ["python", "migrate.py"], sidecars: { collector } };
    const deployment = await run({
      services: { flask: service },
      jobs: { migrate: { service: "flask", command: ["python", "migrate.py"] } },
    });
    const containers = (name: string): unknown[] =>
      (
        JSON.parse(
          find(deployment, "aws:ecs/taskDefinition:TaskDefinition", name).inputs
            .containerDefinitions as string,
        ) as { name: string; dependsOn?: unknown }[]
      ).map((container) => [container.name, container.dependsOn]);
    assert.deepEqual(containers("flask"), [
      [
        "flask",
        [
          { containerName: "collector", condition: "START" },
          { containerName: "flask-before", condition: "SUCCESS" },
        ],
      ],
      ["flask-before", undefined],
      ["collector", undefined],
    ]);
    assert.deepEqual(containers("job-migrate"), [
      ["migrate", [{ containerName: "collector", condition: "START" }]],
      ["collector", undefined],
    ]);
  });

  it("may be called what every object of JavaScript has", async () => {
    const deployment = await run(flask({ sidecars: { constructor: { ...collector } } }));
    const [first] = ofType(deployment, "aws:ecs/taskDefinition:TaskDefinition");
    const containers = JSON.parse(first!.inputs.containerDefinitions as string) as { name: string }[];
    assert.deepEqual(
      containers.map(({ name }) => name),
      ["flask", "constructor"],
    );
  });

  it("change nothing where there are none", async () => {
    const [task_] = ofType(await run(), "aws:ecs/taskDefinition:TaskDefinition");
    const containers = JSON.parse(task_!.inputs.containerDefinitions as string) as object[];
    assert.equal(containers.length, 1);
    assert.ok(!("dependsOn" in containers[0]!));
  });

  const nat = { network: { egress: "nat" } };
  const healthCheck = { command: ["CMD", "true"] };
  for (const [what, values, problem] of [
    [
      "an image that tasks without internet cannot reach",
      flask({ sidecars: { otel: { image: "otel" } } }),
      'services.flask.sidecars.otel.image: got "otel". Allowed: with egress endpoints an image in private ECR of eu-west-2. Fix: copy the image there, or set network.egress to nat or public.',
    ],
    [
      "no image",
      flask({ sidecars: { otel: {} } }),
      "services.flask.sidecars.otel.image: got nothing. Allowed: an image reference, best with a digest. Fix: use an allowed value.",
    ],
    [
      "an unknown key",
      flask({ sidecars: { otel: { ...collector, ports: [1] } } }),
      "services.flask.sidecars.otel.ports: unknown key. Allowed: image, imageCredentials, command, environment, secrets, healthCheck, dependsOn, essential, memory, user, readOnlyRoot, startTimeout, stopTimeout. Fix: take it out.",
    ],
    [
      "a condition that does not exist",
      flask({ sidecars: { otel: { ...collector, dependsOn: { flask: "READY" } } } }),
      'services.flask.sidecars.otel.dependsOn.flask: got "READY". Allowed: container → START, HEALTHY, COMPLETE, SUCCESS. Fix: use an allowed value.',
    ],
    [
      "the application's name",
      flask({ sidecars: { flask: collector } }),
      "services.flask.sidecars.flask: the application's container has this name. Allowed: another name. Fix: rename it.",
    ],
    ...Object.entries({
      companion: "the companion",
      "companion-folders": "what opens the companion's folders",
    }).map(
      ([name, whose]) =>
        [
          `the name ${name}`,
          flask({ sidecars: { [name]: collector } }),
          `services.flask.sidecars.${name}: ${whose} has this name. Allowed: another name. Fix: rename it.`,
        ] as const,
    ),
    [
      "the name of what runs before",
      flask({ sidecars: { "flask-before": collector } }),
      "services.flask.sidecars.flask-before: the container of `before` has this name. Allowed: another name. Fix: rename it.",
    ],
    [
      "a secret of another Region that no endpoint reaches",
      flask({
        sidecars: { otel: { ...collector, secrets: { KEY: secret.replace("eu-west-2", "eu-west-1") } } },
      }),
      "services.flask.sidecars.otel.secrets.KEY: it lies in eu-west-1. Allowed: with egress endpoints one of eu-west-2: the endpoint reaches no other Region. Fix: replicate it there and name the replica, or set network.egress to nat or public.",
    ],
    [
      "an essential one without a health check",
      flask({ sidecars: { otel: { ...collector, essential: true } } }),
      "services.flask.sidecars.otel.healthCheck: got nothing. Allowed: a health check, since it is essential: Amazon ECS calls no task healthy before all its essential containers are. Fix: give it one, or set essential to false.",
    ],
    [
      "a secret that is none",
      flask({ sidecars: { otel: { ...collector, secrets: { KEY: "hunter2" } } } }),
      "services.flask.sidecars.otel.secrets.KEY: this is not the ARN of a secret or parameter. Allowed: arn:aws:secretsmanager:…:secret:… or arn:aws:ssm:…:parameter/…. Fix: give the full ARN; the value itself never belongs in the configuration.",
    ],
    [
      "a container that the task does not have",
      flask({ sidecars: { otel: { ...collector, dependsOn: { orders: "START" } } } }),
      "services.flask.sidecars.otel.dependsOn.orders: the task has no such container. Allowed: otel, flask. Fix: name a sidecar, or take it out.",
    ],
    [
      "an application that waits for nobody",
      flask({ dependsOn: { otel: "START" } }),
      "services.flask.dependsOn.otel: the task has no such container. Allowed: nothing: the service has no sidecars. Fix: name a sidecar, or take it out.",
    ],
    [
      "health of what has no check",
      flask({ sidecars: { otel: collector }, dependsOn: { otel: "HEALTHY" } }),
      'services.flask.dependsOn.otel: got "HEALTHY". Allowed: START, or HEALTHY of a sidecar with a health check. Fix: give sidecars.otel a healthCheck.',
    ],
    [
      "the end of an essential one",
      flask({
        sidecars: { otel: { ...collector, essential: true, healthCheck } },
        dependsOn: { otel: "COMPLETE" },
      }),
      'services.flask.dependsOn.otel: got "COMPLETE". Allowed: START, HEALTHY: when an essential container ends, the task does. Fix: set sidecars.otel.essential to false.',
    ],
    [
      "the end of the application",
      flask({ sidecars: { otel: { ...collector, dependsOn: { flask: "SUCCESS" } } } }),
      'services.flask.sidecars.otel.dependsOn.flask: got "SUCCESS". Allowed: START, HEALTHY: the application does not end while the task runs. Fix: wait for HEALTHY, or for nothing.',
    ],
    [
      "a circle",
      flask({
        sidecars: { otel: { ...collector, dependsOn: { flask: "START" } } },
        dependsOn: { otel: "START" },
      }),
      "services.flask.sidecars: flask waits for otel waits for flask: none would ever start. Allowed: dependencies without a circle. Fix: take one of them out.",
    ],
    [
      "more memory than the task has",
      flask({ sidecars: { a: { ...collector, memory: 256 }, b: { ...collector, memory: 256 } } }),
      "services.flask.sidecars: their memory is 512 MiB in sum. Allowed: less than the 512 MiB of the task, to leave the application some. Fix: lower theirs, or raise the service's memory.",
    ],
    [
      "more memory than the companion's containers leave of the task's",
      flask({ companion: true, sidecars: { a: { ...collector, memory: 384 } } }),
      "services.flask.sidecars: their memory is 512 MiB in sum, with the companion's. Allowed: less than the 512 MiB of the task, to leave the application some. Fix: lower theirs, or raise the service's memory.",
    ],
    [
      "a stop that outlasts the notice of Spot with the companion, which is told once",
      {
        ...nat,
        ...flask({ spot: 50, companion: true, drainSeconds: 70, sidecars: { otel: { image: "otel" } } }),
      },
      "services.flask.sidecars: with them a task takes up to 130 s to stop. Allowed: 120 s, the notice of Fargate Spot. Fix: lower their stopTimeout or drainSeconds, or set spot to 0.",
    ],
    [
      "a drain that outlasts the notice of Spot by itself",
      {
        ...nat,
        ...flask({ spot: 50, companion: true, drainSeconds: 85, sidecars: { otel: { image: "otel" } } }),
      },
      "services.flask.drainSeconds: got 85. Allowed: with spot and the companion 80 or less: both containers have 120 s together. Fix: set it to 80, or spot to 0.",
    ],
    [
      "a stop that outlasts the notice of Spot",
      { ...nat, ...flask({ spot: 50, sidecars: { otel: { image: "otel", stopTimeout: 30 } } }) },
      "services.flask.sidecars: with them a task takes up to 125 s to stop. Allowed: 120 s, the notice of Fargate Spot. Fix: lower their stopTimeout or drainSeconds, or set spot to 0.",
    ],
  ] as const) {
    it(`refuse ${what}`, async () => assert.deepEqual(await problemsOf(values), [problem]));
  }

  it("fit into the notice of Spot with the defaults, and beside the companion in the task's memory", async () => {
    const otel = { image: "otel", memory: 383 };
    await run({ ...nat, ...flask({ spot: 50, sidecars: { otel } }) });
    await run({ ...nat, ...flask({ spot: 50, companion: true, sidecars: { otel } }) });
  });
});
