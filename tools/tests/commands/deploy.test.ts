import assert from "node:assert/strict";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { tmpdir } from "node:os";
import { main } from "../../commands/deploy";
import { recorded, taskDefinition } from "../deploy/aws";
import { Outside, prod } from "../deploy/outside";

describe("npm run deploy", function () {
  this.timeout(30_000);
  let outside: Outside;
  beforeEach(() => (outside = new Outside()));
  afterEach(() => outside.end());
  const deploy = (...args: Parameters<Outside["deploy"]>) => outside.deploy(...args);

  const up = "up --stack prod --yes";
  const exports = "stack export --stack prod --non-interactive";
  const config = "config --json --stack prod --non-interactive";

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
