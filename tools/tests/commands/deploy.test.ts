import assert from "node:assert/strict";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { tmpdir } from "node:os";
import { main } from "../../commands/deploy";
import { type Answers, denied, recorded, taskDefinition, withAws } from "../deploy/aws";
import { apiDeployment, exported, type Shape } from "../deploy/exported";
import { type Ended, Outside, type Plan } from "../deploy/outside";

describe("npm run deploy", function () {
  this.timeout(30_000);
  let outside: Outside;
  beforeEach(() => (outside = new Outside()));
  afterEach(() => outside.end());
  const deploy = (...args: Parameters<Outside["deploy"]>) => outside.deploy(...args);

  const up = "up --stack prod --yes";
  const exports = "stack export --stack prod --non-interactive";
  const config = "config --json --stack prod --non-interactive";
  const prod = ["--stack", "prod", "--yes"];

  it("a steady service: 0, its preview before the report", async () => {
    const { code, stdout, stderr, calls } = await deploy(prod, recorded("steady"));
    assert.equal(stderr, "");
    assert.equal(code, 0);
    assert.deepEqual(calls, [up, exports, config]);
    assert.match(
      stdout,
      /^pulumi shows its preview\n[^]*ok {4}flask {2}flask-app-fargate-prod-flask:8, 2 of 2 tasks/,
    );
  });

  it("a rollback that pulumi takes for a success: 1, and why", async () => {
    const { code, stdout } = await deploy(prod, recorded("rolled-back"));
    assert.equal(code, 1);
    assert.match(
      stdout,
      /flask: rolled back\n {2}expected {2}flask-app-fargate-prod-flask:8\n {2}running {3}.*flask:7\n/,
    );
    assert.match(stdout, /exit code 1\n[^]*\| ModuleNotFoundError: No module named 'flask'\n/);
    assert.ok(!stdout.includes("amazonaws.com/\n"));
  });

  it("a failed update: pulumi's exit code, and still the second look", async () => {
    const { code, stdout, stderr, calls } = await deploy(prod, recorded("rolled-back"), {
      upCode: 4,
      old: 7,
    });
    assert.equal(code, 4);
    assert.deepEqual(calls, [up, exports, config]);
    assert.match(stdout, /flask: rolled back/);
    assert.match(stderr, /pulumi ended with exit code 4/);
  });

  it("--json: nothing but JSON on standard output", async () => {
    const { code, stdout, stderr } = await deploy([...prod, "--json"], recorded("rolled-back"));
    const report = JSON.parse(stdout) as {
      ok: boolean;
      exitCode: number;
      services: Record<string, unknown>[];
    };
    assert.equal(code, 1);
    assert.deepEqual([report.ok, report.exitCode, report.services.length], [false, 1, 1]);
    assert.equal(report.services[0]?.kind, "rolled back");
    assert.equal(report.services[0].runs, taskDefinition(7));
    assert.match(stderr, /pulumi shows its preview/);
  });

  it("without --yes pulumi asks on the user's terminal", async () => {
    const answer = (text: string) => (child: ChildProcessWithoutNullStreams) =>
      void child.stdin.end(`${text}\n`);
    const accepted = await deploy(["--stack", "prod"], recorded("steady"), {}, answer("yes"));
    assert.deepEqual([accepted.code, accepted.calls[0]], [0, "up --stack prod"]);
    const declined = await deploy(["--stack", "prod"], recorded("steady"), {}, answer("no"));
    assert.equal(declined.code, 255);
  });

  it("the stack's profile is taken, not the keys of the environment", async () => {
    const { code, stderr } = await deploy(prod, recorded("steady"), {
      config: { "aws:profile": { value: "other" } },
    });
    assert.equal(code, 1);
    assert.match(stderr, /No second look: .*[Cc]redentials/);
    assert.deepEqual(outside.aws?.asked, []);
  });

  it("no pulumi on the path: 1, and what to do", async () => {
    const { code, stderr } = await deploy(prod, {}, { searchPath: tmpdir() });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^The stack prod cannot be deployed yet\. 1 problem, and nothing was changed:\n {2}There is no pulumi on the path\. Run this by `npm run`/,
    );
  });

  it("what is missing is told at once, before pulumi changes anything", async () => {
    const { code, stdout, stderr, calls } = await deploy(
      ["--stack", "pord", "--json"],
      {},
      { searchPath: tmpdir() },
    );
    assert.equal(code, 1);
    assert.deepEqual(calls, []);
    assert.match(
      stderr,
      /2 problems, and nothing was changed:\n {2}There is no Pulumi\.pord\.yaml.*\n {2}There is no pulumi/,
    );
    assert.equal((JSON.parse(stdout) as { exitCode: number }).exitCode, 1);
  });

  const signalled = (signal: NodeJS.Signals) => (child: ChildProcessWithoutNullStreams) =>
    void child.stdout.once("data", () => child.kill(signal));
  it("Ctrl-C leaves the end to pulumi", async () => {
    const { code, stdout } = await deploy(
      prod,
      recorded("steady"),
      { hang: 300, upCode: 8 },
      signalled("SIGINT"),
    );
    assert.equal(code, 8);
    assert.match(stdout, /ok {4}flask/);
  });

  it("a request to end is handed on to pulumi", async () => {
    const { code } = await deploy(prod, recorded("steady"), { hang: 20_000 }, signalled("SIGTERM"));
    assert.equal(code, 8);
  });

  describe("in this process", () => {
    /** Runs the command with stand-ins for Pulumi and the clients of AWS. */
    async function run(args: string[], answers: Answers, plan: Partial<Plan> & Shape = {}): Promise<Ended> {
      const { state = exported(plan), exportCode = 0, configCode = 0, upCode = 0, replaceCode = 0 } = plan;
      const written = { stdout: "", stderr: "" };
      const calls: string[] = [];
      const io = {
        stdout: { write: (text: string) => (written.stdout += text) },
        stderr: { write: (text: string) => (written.stderr += text) },
      };
      const pulumi = {
        run: (call: string[]) => {
          calls.push(call.join(" "));
          return Promise.resolve(call.includes("--replace") ? replaceCode : upCode);
        },
        ask: (call: string[]) => {
          calls.push(call.join(" "));
          const answer =
            call[0] === "stack" ? { code: exportCode, answer: state } : { code: configCode, answer: "{}" };
          return Promise.resolve(answer);
        },
      };
      const code = await withAws(answers, (fake) =>
        main(args, io, {
          ...{ pulumi, clients: () => fake.clients(), notReady: () => Promise.resolve([]) },
        }),
      );
      return { code, ...written, calls };
    }
    const [exports, config] = ["stack export --stack prod", "config --json --stack prod"];

    it("says what its services are at while Pulumi waits for them, where Pulumi does not draw", async () => {
      for (const isTTY of [false, true]) {
        const written = { stdout: "", stderr: "" };
        let heard: () => void = () => undefined;
        const progress = new Promise<void>((resolve) => (heard = resolve));
        const io = {
          stdout: { isTTY, write: (text: string) => (written.stdout += text) },
          stderr: {
            write: (text: string) => {
              written.stderr += text;
              if (text.includes("new tasks")) heard();
            },
          },
        };
        // Its answers come in turn: on a terminal the second look has the first one.
        const answers = { ...recorded("in-progress"), ListTasks: [{ taskArns: [] }] };
        const code = await withAws(answers, (fake) =>
          main(prod, io, {
            pulumi: {
              run: async () => {
                if (!isTTY) await progress;
                return 0;
              },
              ask: ([word]) => Promise.resolve({ code: 0, answer: word === "stack" ? exported({}) : "{}" }),
            },
            clients: () => fake.clients(),
            aws: () => () => Promise.reject(new Error("no CLI")),
            rest: (_, signal) =>
              new Promise((done) => (signal.aborted ? done() : setTimeout(done, 5).unref())),
            sleep: () => Promise.resolve(),
            notReady: () => Promise.resolve([]),
          }),
        );
        assert.equal(code, 0);
        const told = isTTY
          ? "1 of 2 new tasks of \\S+:8 runs, 0 healthy; 1 old; \\d+ min left"
          : "0 of 2 new tasks of \\S+:8 run, 0 healthy; 2 old";
        assert.match(written.stderr, new RegExp(`flask: ${told}\n`));
        assert.equal(/npm run status -- --stack prod/.test(written.stderr), isTTY);
      }
    });

    it("a failed update that left every service as it should be: pulumi's exit code", async () => {
      const { code } = await run(prod, recorded("steady"), { upCode: 4 });
      assert.equal(code, 4);
    });

    it("a first deployment that failed: 1, and what the tasks could not do", async () => {
      const { code, stdout } = await run(prod, recorded("first-failed"));
      assert.equal(code, 1);
      assert.match(stdout, /CannotPullContainerError/);
      assert.match(stdout, /ResourceInitializationError/);
      assert.match(stdout, /flask: never ran, it never logged/);
    });

    it("still in progress when time is up: 1", async () => {
      const { DescribeServices = [], ...rest } = recorded("in-progress");
      const answers = {
        ...rest,
        ListTasks: [{ taskArns: [] }],
        DescribeServices: DescribeServices.slice(0, 1),
      };
      const { code, stdout } = await run([...prod, "--wait", "0"], answers);
      assert.equal(code, 1);
      assert.match(stdout, /FAIL {2}flask {2}still in progress/);
    });

    it("with explicit deployments the API is published once more, before the second look", async () => {
      const { code, stderr, calls } = await run(prod, recorded("steady"), { explicit: true });
      assert.equal(code, 0);
      assert.deepEqual(calls, [
        up,
        exports,
        `up --stack prod --yes --skip-preview --refresh=false --replace ${apiDeployment}`,
        config,
      ]);
      assert.match(stderr, /Publishing the API once more/);
    });

    it("if that fails: its exit code, and a warning that routes may still be served", async () => {
      const { code, stdout, stderr } = await run(prod, recorded("steady"), {
        explicit: true,
        replaceCode: 6,
      });
      assert.equal(code, 6);
      assert.match(stderr, /may still be served/);
      assert.match(stdout, /ok {4}flask/);
    });

    it("after a failed update it is not published, and that is said", async () => {
      const { code, stderr, calls } = await run(prod, recorded("steady"), { explicit: true, upCode: 4 });
      assert.equal(code, 4);
      assert.deepEqual(calls, [up, exports, config]);
      assert.match(stderr, /may still be served/);
    });

    it("AWS refuses: 1, and what to do", async () => {
      const { code, stderr } = await run(prod, { DescribeServices: [denied("ecs:DescribeServices")] });
      assert.equal(code, 1);
      assert.match(stderr, /No second look: AccessDeniedException: .*ecs:DescribeServices[^]*aws:profile/);
    });

    it("stopped tasks that are not readable leave the verdict", async () => {
      const answers = { ...recorded("rolled-back"), ListTasks: [denied("ecs:ListTasks")] };
      const { code, stdout } = await run(prod, answers);
      assert.equal(code, 1);
      assert.match(
        stdout,
        /flask: rolled back[^]*flask: Its stopped tasks are not readable: .*ecs:ListTasks/,
      );
    });

    it("no state to read: pulumi's exit code, or 1", async () => {
      const failed = await run(prod, {}, { exportCode: 6, upCode: 4 });
      assert.equal(failed.code, 4);
      const odd = await run(prod, {}, { exportCode: 6 });
      assert.equal(odd.code, 1);
      assert.match(odd.stderr, /state is not readable/);
      const garbled = await run(prod, {}, { state: "no JSON", upCode: 4 });
      assert.equal(garbled.code, 4);
    });

    it("a stack without a service: nothing to look at", async () => {
      const state = '{"version":3,"deployment":{}}';
      const { code, stderr } = await run(prod, {}, { state });
      assert.equal(code, 0);
      assert.match(stderr, /no service yet/);
    });

    it("a configuration that is not readable does not keep it from looking", async () => {
      const { code } = await run(prod, recorded("steady"), { configCode: 255 });
      assert.equal(code, 0);
    });
  });

  describe("command line", () => {
    const run = async (...argv: string[]) => {
      const written = { stdout: "", stderr: "" };
      const io = {
        stdout: { write: (text: string) => (written.stdout += text) },
        stderr: { write: (text: string) => (written.stderr += text) },
      };
      const pulumi = { run: () => assert.fail("pulumi ran"), ask: () => assert.fail("pulumi ran") };
      return { code: await main(argv, io, { pulumi }), ...written };
    };

    it("--help", async () => {
      const { code, stdout } = await run("--help");
      assert.equal(code, 0);
      for (const option of ["--stack", "--yes", "--wait", "--json"]) assert.ok(stdout.includes(option));
    });

    const mistakes: [argv: string[], message: RegExp][] = [
      [["--stak", "prod"], /--stak.*Known options: --stack, --yes/],
      [["--stack", "a b"], /--stack is `a b`/],
      [["--stack="], /--stack is ``/],
      [["--stack=--yes"], /--stack is `--yes`/],
      [["--wait", "soon"], /--wait is `soon`.*whole minutes/],
      [["--wait", "1.5"], /--wait is `1.5`/],
    ];
    for (const [argv, message] of mistakes) {
      it(`${argv.join(" ")} is refused before pulumi runs`, async () => {
        const { code, stderr } = await run(...argv);
        assert.equal(code, 1);
        assert.match(stderr, message);
      });
    }
  });
});
