import assert from "node:assert/strict";
import { main, type World } from "../../commands/exec";
import { type Answers, taskDefinition, withAws, type FakeAws } from "../deploy/aws";

interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

async function exec(argv: string[], world: Partial<World> = {}): Promise<Result> {
  const written = { stdout: "", stderr: "" };
  const io = {
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: { write: (text: string) => (written.stderr += text) },
  };
  return { code: await main(argv, io, world), ...written };
}

const cluster = "flask-app-fargate-prod";
const ids = { old: "0a".repeat(16), young: "0b".repeat(16) };
const arnOf = (id: string): string => `arn:aws:ecs:eu-west-2:111122223333:task/${cluster}/${id}`;
const agent = (lastStatus: string, reason?: string): object => ({
  name: "ExecuteCommandAgent",
  lastStatus,
  ...(reason !== undefined && { reason }),
});
const task = (id: string, createdAt: number, more: object = {}): object => ({
  taskArn: arnOf(id),
  createdAt,
  lastStatus: "RUNNING",
  enableExecuteCommand: true,
  containers: [
    { name: "flask", managedAgents: [agent("RUNNING")] },
    { name: "companion", managedAgents: [agent("RUNNING")] },
  ],
  ...more,
});
const answers = (...tasks: object[]): Answers => ({
  ListTasks: [{ taskArns: Object.values(ids).map(arnOf).slice(0, tasks.length) }],
  DescribeTasks: [{ tasks, failures: [] }],
});
const two = answers(task(ids.old, 1), task(ids.young, 2));
const outputs = {
  cluster,
  services: { flask: { service: "prod--flask", taskDefinition: taskDefinition(8) } },
};

interface Case {
  argv?: string[];
  /** What `pulumi stack output` says. */
  told?: object;
  config?: object;
  /** What programs print; one that is left out is not installed. */
  installed?: Record<string, string>;
  ends?: number;
}

const installedHere = {
  aws: "aws-cli/2.17.0 Python/3.11.8 Linux/6.1 exe/x86_64.debian.12\n",
  "session-manager-plugin": "1.2.650.0\n",
};

const onAws = (
  asked: Answers,
  { argv = [], told = outputs, config = {}, installed = installedHere, ends = 0 }: Case = {},
): Promise<Result & { aws: FakeAws; attached: (readonly string[])[] }> =>
  withAws(asked, async (aws) => {
    const attached: (readonly string[])[] = [];
    const result = await exec(["--stack", "prod", "--service", "flask", ...argv], {
      pulumi: {
        run: () => assert.fail("nothing is deployed"),
        ask: (args) =>
          Promise.resolve({ code: 0, answer: JSON.stringify(args[0] === "stack" ? told : config) }),
      },
      clients: () => aws.clients(),
      programs: {
        ask: (program) => Promise.resolve(installed[program]),
        attach: (program, args) => {
          attached.push([program, ...args]);
          return Promise.resolve(ends);
        },
      },
    });
    return { ...result, aws, attached };
  });

const session = (id: string, container: string, command: string): string[] => [
  ...["aws", "ecs", "execute-command", "--region", "eu-west-2", "--cluster", cluster],
  ...["--task", id, "--container", container, "--interactive", "--command", command],
];

describe("npm run exec", () => {
  describe("on AWS", () => {
    it("opens a shell in the application of the youngest task, by the AWS CLI", async () => {
      const { code, aws, attached, stderr } = await onAws(two);
      assert.equal(code, 0);
      assert.deepEqual(attached, [session(ids.young, "flask", "/bin/sh")]);
      assert.deepEqual(aws.inputs("ListTasks"), [
        { cluster, serviceName: "prod--flask", desiredStatus: "RUNNING", maxResults: 100 },
      ]);
      assert.deepEqual(aws.operations(), ["ListTasks", "DescribeTasks"], "nothing is changed");
      assert.equal(stderr, `flask: flask of the task ${ids.young}, as root. What is seen here is logged.\n`);
    });

    it("takes the task, the container and the stack's profile", async () => {
      const { attached } = await onAws(two, {
        argv: ["--task", "0a0a", "--container", "companion"],
        config: { "aws:profile": { value: "shop" } },
      });
      const [aws, ecs, execute, ...rest] = session(ids.old, "companion", "/bin/sh");
      assert.deepEqual(attached, [
        [aws, ecs, execute, ...rest.slice(0, 2), "--profile", "shop", ...rest.slice(2)],
      ]);
    });

    it("hands a command over word by word, as the agent splits it without a shell", async () => {
      const { attached } = await onAws(two, { argv: ["--", "sh", "-c", "echo it's $HOME", "--stack=x"] });
      assert.equal(attached[0]?.at(-1), `sh -c 'echo it'"'"'s $HOME' --stack=x`);
    });

    it("passes by a task whose agent does not run", async () => {
      const stopped = [{ name: "flask", managedAgents: [agent("STOPPED")] }];
      const { attached } = await onAws(
        answers(task(ids.old, 1), task(ids.young, 2, { containers: stopped })),
      );
      assert.deepEqual(attached, [session(ids.old, "flask", "/bin/sh")]);
    });

    it("ends as the AWS CLI does, and says what it may be", async () => {
      const { code, stderr } = await onAws(two, { ends: 254 });
      assert.equal(code, 254);
      assert.match(
        stderr,
        /The AWS CLI ended with 254\. If the image has no \/bin\/sh, name a program that it has after --\.\n$/,
      );
    });

    const get = {
      cli: "Install it: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
      plugin:
        "session-manager-plugin is not on the PATH: the AWS CLI carries a session by it. Install it: " +
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html",
    };
    const closed: [what: string, asked: Answers, values: Case, message: string][] = [
      [
        "programs that are not there, all at once",
        two,
        { installed: {} },
        `The AWS CLI (aws) is not on the PATH. ${get.cli}\n${get.plugin}`,
      ],
      ...(["1.22.2", "2.3.5", "2.2.40"] as const).map((version): [string, Answers, Case, string] => [
        `an AWS CLI that knows no sessions: ${version}`,
        two,
        { installed: { ...installedHere, aws: `aws-cli/${version} Python/3.8` } },
        `The AWS CLI is ${version}. It has to be 1.22.3 or later, or 2.3.6 or later. ${get.cli}`,
      ]),
      [
        "a service that there is not",
        two,
        { told: { cluster, services: { web: outputs.services.flask } } },
        "The stack prod has no service flask. Allowed: web.",
      ],
      [
        "a stack that was never deployed",
        two,
        { told: {} },
        "The stack prod has no cluster in its outputs. Fix: deploy it first.",
      ],
      ["a service without tasks", answers(), {}, "The service prod--flask has no running task."],
      [
        "a task that there is not",
        two,
        { argv: ["--task", "ff"] },
        `No task of prod--flask begins with ff. There are ${ids.old}, ${ids.young}.`,
      ],
      [
        "a container that there is not",
        two,
        { argv: ["--container", "nginx"] },
        `The task ${ids.young} of prod--flask has no container nginx. Allowed: companion, flask.`,
      ],
      [
        "a task that was started without it",
        answers(task(ids.old, 1, { enableExecuteCommand: false, containers: [{ name: "flask" }] })),
        {},
        `The task ${ids.old} of prod--flask was started without ECS Exec. Fix: set exec: true at the service and deploy: tasks that ` +
          "run already cannot be opened.",
      ],
      [
        "an agent that ended",
        answers(
          task(ids.old, 1, {
            containers: [{ name: "flask", managedAgents: [agent("STOPPED", "it could not write")] }],
          }),
        ),
        {},
        `The agent of ECS Exec in flask of the task ${ids.old} is STOPPED (it could not write). Fix: wait a minute if the task is new; ` +
          "else see docs/exec.md: it needs a way to ssmmessages, and its three folders.",
      ],
      [
        "what AWS refuses",
        { ListTasks: [{ $error: "AccessDeniedException", message: "not ecs:ListTasks" }] },
        {},
        "AccessDeniedException: not ecs:ListTasks",
      ],
    ];
    for (const [what, asked, values, message] of closed) {
      it(`opens nothing for ${what}`, async () => {
        const { code, stderr, attached } = await onAws(asked, values);
        assert.deepEqual([code, stderr, attached], [1, `${message}\n`, []]);
      });
    }

    for (const version of ["1.22.3", "1.30.0", "2.3.6", "2.17.0", "3.0.0"])
      it(`takes the AWS CLI ${version}`, async () => {
        const aws = `aws-cli/${version} Python/3.11`;
        assert.equal((await onAws(two, { installed: { ...installedHere, aws } })).code, 0);
      });
  });

  it("goes into this machine's containers with --local", async () => {
    const asked: unknown[] = [];
    const { code } = await exec(
      ["--service", "flask", "--local", "--container", "companion", "--", "ls", "-la"],
      { locally: (target) => Promise.resolve((asked.push(target), 3)) },
    );
    assert.equal(code, 3);
    assert.deepEqual(asked, [
      {
        ...{ stack: "dev", service: "flask", container: "companion", task: undefined },
        command: ["ls", "-la"],
      },
    ]);
  });

  const lines: [argv: string[], message: RegExp][] = [
    [[], /^Name a service: npm run exec -- --service <name>\. With -- --help it says more\.\n$/],
    [["--service", "flask", "ls"], /^Write the command after --: npm run exec -- … -- ls\n$/],
    [
      ["--service", "flask", "--stack", "a b"],
      /^--stack is `a b`\. Allowed are letters, digits and -_\.\/\n$/,
    ],
    [
      ["--servise", "flask"],
      /Known options: --stack, --service, --container, --task, --local, --help\. Did you mean --service\?\n$/,
    ],
  ];
  for (const [argv, message] of lines)
    it(`refuses the line \`${argv.join(" ")}\``, async () => {
      const { code, stderr } = await exec(argv);
      assert.equal(code, 1);
      assert.match(stderr, message);
    });
});
