import assert from "node:assert/strict";
import { toConfig } from "../../../simulate/stack";
import { main, type World } from "../../commands/job";
import { type Answers, withAws, type FakeAws } from "../deploy/aws";

interface Result {
  code: number;
  stdout: string[];
  stderr: string[];
  slept: number;
}

const lines = (text: string): string[] => text.split("\n").slice(0, -1);

async function job(argv: string[], world: Partial<World> = {}): Promise<Result> {
  const written = { stdout: "", stderr: "" };
  const io = {
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: { write: (text: string) => (written.stderr += text) },
  };
  let slept = 0;
  const sleep = () => {
    slept += 1;
    return Promise.resolve();
  };
  const code = await main(argv, io, { sleep, onInterrupt: () => undefined, ...world });
  return { code, stdout: lines(written.stdout), stderr: lines(written.stderr), slept };
}

const cluster = "arn:aws:ecs:eu-west-2:111122223333:cluster/flask-app-fargate-prod";
const migrate = {
  image: "repo@sha256:0",
  taskDefinition: "arn:aws:ecs:eu-west-2:111122223333:task-definition/flask-app-fargate-prod-migrate--job:4",
  cluster,
  subnets: ["subnet-0a", "subnet-0b"],
  securityGroups: ["sg-0a"],
  assignPublicIp: false,
  logGroup: "/ecs/flask-app-fargate/prod/jobs/migrate",
};
const id = "0a".repeat(16);
const taskArn = `arn:aws:ecs:eu-west-2:111122223333:task/flask-app-fargate-prod/${id}`;
const task = (lastStatus: string, more: object = {}): object => ({
  tasks: [{ taskArn, lastStatus, containers: [{ name: "migrate" }], ...more }],
});
const ended = (exitCode: number): object => task("STOPPED", { containers: [{ name: "migrate", exitCode }] });
const page = (token: string, ...messages: string[]): object => ({
  events: messages.map((message) => ({ message })),
  nextForwardToken: token,
});
const notYet = { $error: "ResourceNotFoundException", message: "The specified log stream does not exist." };
const good: Answers = {
  RunTask: [{ tasks: [{ taskArn }], failures: [] }],
  DescribeTasks: [task("PROVISIONING"), task("RUNNING"), ended(0)],
  GetLogEvents: [
    notYet,
    page("1", "first", "\u001b[32msecond\u001b[0m\n"),
    page("1"),
    page("2", "last"),
    page("2"),
  ],
};

interface Case {
  argv?: string[];
  outputs?: object;
  more?: Partial<World>;
}

const onAws = (
  answers: Answers,
  { argv = ["migrate", "--stack", "prod"], outputs = { url: "x", jobs: { migrate } }, more = {} }: Case = {},
): Promise<Result & { aws: FakeAws }> =>
  withAws(answers, async (aws) => ({
    ...(await job(argv, {
      pulumi: {
        run: () => assert.fail("nothing is deployed"),
        ask: (args) =>
          Promise.resolve({ code: 0, answer: JSON.stringify(args[0] === "stack" ? outputs : {}) }),
      },
      clients: () => aws.clients(),
      ...more,
    })),
    aws,
  }));

describe("npm run job", () => {
  describe("on AWS", () => {
    it("runs the job's task in its subnets and group, and nothing else", async () => {
      const { aws } = await onAws(good);
      const [{ clientToken, ...asked }, ...others] = aws.inputs("RunTask") as [Record<string, unknown>];
      // The SDK's own: a request that is tried again starts no second task.
      assert.match(String(clientToken), /^[0-9a-f-]{36}$/);
      assert.deepEqual(
        [asked, ...others],
        [
          {
            cluster,
            taskDefinition: migrate.taskDefinition,
            launchType: "FARGATE",
            count: 1,
            startedBy: "npm run job",
            propagateTags: "TASK_DEFINITION",
            enableECSManagedTags: true,
            networkConfiguration: {
              awsvpcConfiguration: {
                subnets: ["subnet-0a", "subnet-0b"],
                securityGroups: ["sg-0a"],
                assignPublicIp: "DISABLED",
              },
            },
          },
        ],
      );
      assert.deepEqual(aws.inputs("GetLogEvents")[0], {
        logGroupName: migrate.logGroup,
        logStreamName: `migrate/migrate/${id}`,
        startFromHead: true,
      });
      assert.deepEqual(aws.inputs("StopTask"), []);
    });

    it("prints what the job prints, each line once, and says what happens to it beside that", async () => {
      const { code, stdout, stderr } = await onAws(good);
      assert.equal(code, 0);
      assert.deepEqual(stdout, ["first", "second", "last"]);
      assert.deepEqual(stderr, [
        `migrate: task ${id} of flask-app-fargate-prod-migrate--job:4`,
        "migrate: PROVISIONING",
        "migrate: RUNNING",
        "migrate: STOPPED",
        "migrate: it ended with 0",
      ]);
    });

    it("ends with the job's exit code", async () => {
      assert.equal((await onAws({ ...good, DescribeTasks: [ended(37)] })).code, 37);
    });

    it("reads lines that CloudWatch has only after the task has stopped", async () => {
      const GetLogEvents = [notYet, notYet, notYet, page("1", "late"), page("1")];
      const { stdout } = await onAws({ ...good, DescribeTasks: [ended(0)], GetLogEvents });
      assert.deepEqual(stdout, ["late"]);
    });

    it("tells why a task never ran", async () => {
      const stopped = task("STOPPED", {
        stopCode: "TaskFailedToStart",
        stoppedReason: "ResourceInitializationError: unable to pull secrets",
        containers: [{ name: "migrate" }],
      });
      const { code, stderr } = await onAws({ ...good, DescribeTasks: [stopped] });
      assert.equal(code, 1);
      assert.equal(
        stderr.at(-1),
        "migrate: it never ran: TaskFailedToStart: ResourceInitializationError: unable to pull secrets",
      );
    });

    it("tells why ECS started nothing", async () => {
      const failures = [{ arn: "x", reason: "RESOURCE:FARGATE", detail: "no capacity" }];
      const { code, stderr } = await onAws({ ...good, RunTask: [{ tasks: [], failures }] });
      assert.equal(code, 1);
      assert.deepEqual(stderr, ["ECS did not start the job: RESOURCE:FARGATE: no capacity."]);
      const refused = await onAws({ ...good, RunTask: [{ $error: "AccessDeniedException", message: "no" }] });
      assert.deepEqual([refused.code, refused.stderr], [1, ["AccessDeniedException: no"]]);
    });

    it("stops the task at Ctrl-C, once, and waits for its end", async () => {
      const { code, stderr, aws } = await onAws(
        { ...good, StopTask: [{}], DescribeTasks: [task("RUNNING"), task("DEACTIVATING"), ended(143)] },
        { more: { onInterrupt: (stop: () => void) => stop() } },
      );
      assert.equal(code, 143);
      assert.deepEqual(aws.inputs("StopTask"), [
        { cluster, task: taskArn, reason: "npm run job was interrupted" },
      ]);
      assert.ok(stderr.includes("Stopping it …"));
    });

    it("gives the task a public address where the stack's tasks have one", async () => {
      const outputs = { jobs: { migrate: { ...migrate, assignPublicIp: true } } };
      const { aws } = await onAws(good, { outputs });
      const [{ networkConfiguration }] = aws.inputs("RunTask") as [{ networkConfiguration: object }];
      assert.match(JSON.stringify(networkConfiguration), /"assignPublicIp":"ENABLED"/);
    });

    it("names the jobs there are", async () => {
      const unknown = await onAws(good, { argv: ["migrat", "--stack", "prod"] });
      assert.deepEqual(
        [unknown.code, unknown.stderr],
        [1, ["The stack prod has no job migrat. Allowed: migrate."]],
      );
      const none = await onAws(good, { outputs: { url: "x" } });
      assert.deepEqual(none.stderr, [
        "The stack prod has no jobs. Fix: write migrate below jobs: in Pulumi.prod.yaml, and deploy it.",
      ]);
      const inherited = await onAws(good, { argv: ["constructor", "--stack", "prod"] });
      assert.match(inherited.stderr[0]!, /has no job constructor/);
    });
  });

  describe("its command line", () => {
    const cases: [what: string, argv: string[], message: RegExp][] = [
      ["no job", [], /^Name one job: npm run job -- --stack <name> <job>\. With -- --help it says more\.$/],
      [
        "two jobs",
        ["a", "b"],
        /^Name one job, not a, b: npm run job -- --stack <name> <job>\. With -- --help it says more\.$/,
      ],
      [
        "an option that there is not",
        ["a", "--stak", "x"],
        /^Unknown option '--stak'\. Known options: --stack, --local/,
      ],
      [
        "tasks on AWS",
        ["a", "--tasks", "processes"],
        /^--tasks says how a task runs on this machine\. Fix: npm run job -- --stack dev --local --tasks processes a, or leave/,
      ],
      ["tasks of no kind", ["a", "--local", "--tasks", "pods"], /Allowed are `containers` and `processes`/],
      ["a stack that is an option", ["a", "--stack=-x"], /^--stack is `-x`/],
    ];
    for (const [what, argv, message] of cases)
      it(`is refused for ${what}`, async () => {
        const { code, stderr } = await job(argv);
        assert.equal(code, 1);
        assert.match(stderr.join("\n"), message);
      });

    it("has help", async () => {
      const { code, stdout } = await job(["--help"]);
      assert.equal(code, 0);
      assert.match(stdout.join("\n"), /npm run job -- --stack <name> <job>/);
    });
  });

  describe("on this machine", () => {
    const echo = { build: "./examples/echo", port: 8080, environment: { MODE: "live" } };
    const locally = (command: string[], more: Partial<World> = {}, schedule?: string): Promise<Result> =>
      job(["migrate", "--local", "--tasks", "processes"], {
        simulation: {
          config: toConfig({
            "aws:region": "eu-west-2",
            services: { echo },
            jobs: { migrate: { service: "echo", command, ...(schedule && { schedule }) } },
          }),
        },
        ...more,
      });

    it("runs the command with the service's code and environment, and ends with its exit code", async () => {
      const script =
        "import os, server; print(os.environ['JOB_NAME'], os.environ['MODE']); raise SystemExit(7)";
      const { code, stdout, stderr } = await locally(["python3", "-c", script], {}, "rate(1 day)");
      assert.deepEqual(stdout, ["migrate live"]);
      assert.equal(code, 7);
      assert.equal(stderr.at(-1), "migrate: it ended with code 7");
    });

    it("ends it by SIGTERM at Ctrl-C", async () => {
      const script =
        "import signal, time; signal.signal(signal.SIGTERM, lambda *_: exit(5)); print('up', flush=True); time.sleep(60)";
      let stop: () => void = () => undefined;
      const written: string[] = [];
      const code = await main(
        ["migrate", "--local", "--tasks", "processes"],
        {
          stdout: {
            write: (text) => {
              written.push(text);
              stop();
            },
          },
          stderr: { write: () => undefined },
        },
        {
          onInterrupt: (end) => (stop = end),
          simulation: {
            config: toConfig({
              "aws:region": "eu-west-2",
              services: { echo },
              jobs: { migrate: { service: "echo", command: ["python3", "-c", script] } },
            }),
          },
        },
      );
      assert.deepEqual(written, ["up\n"]);
      assert.equal(code, 5);
    });

    it("names the jobs there are", async () => {
      const { code, stderr } = await job(["migrate", "--local"], {
        simulation: { config: toConfig({ "aws:region": "eu-west-2" }) },
      });
      assert.equal(code, 1);
      assert.match(stderr.join("\n"), /The stack dev has no jobs\. Fix: write migrate below jobs:/);
    });
  });
});
