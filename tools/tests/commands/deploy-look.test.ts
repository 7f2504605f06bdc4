import assert from "node:assert/strict";
import { main } from "../../commands/deploy";
import { type Answers, denied, recorded, withAws } from "../deploy/aws";
import { apiDeployment, exported, type Shape } from "../deploy/exported";
import { type Ended, type Plan, prod } from "../deploy/outside";

describe("npm run deploy", function () {
  this.timeout(30_000);

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
    const up = "up --stack prod --yes";
    const [exports, config] = ["stack export --stack prod", "config --json --stack prod"];

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
});
