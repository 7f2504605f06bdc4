/** The command over recorded answers of AWS: what it prints, what it asks, and what it is asked. */
import assert from "node:assert/strict";
import { actionOf } from "../../aws/ask";
import { actions } from "../../doctor/needs";
import { denied, diagnosed, doctor, service } from "./asked";
import { answers, stopped } from "./recorded";
import { state } from "./state";

describe("npm run doctor", () => {
  it("says that nothing is wrong, hop by hop, in lines of a terminal", async () => {
    const { code, stdout } = await doctor();
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^The doctor of stack dev\n/);
    assert.match(stdout, /\n✓ Tasks +flask: 1 healthy\n/);
    assert.match(stdout, /\n✓ Ways to AWS +flask: by the internet\n/);
    assert.match(stdout, /\nNothing wrong\.\n$/);
    assert.ok(
      stdout.split("\n").every((line) => line.length <= 80),
      "80 columns",
    );
  });

  it("reads moments of either version of the AWS CLI", async () => {
    const of = [2, 1].map((version) => ({
      status: version === 2 ? "ROLLBACK_SUCCESSFUL" : "SUCCESSFUL",
      statusReason: "tasks failed to start",
      createdAt: version === 2 ? 1795690000.5 : 1795680000.5,
    }));
    const { first } = await diagnosed({
      answers: { "ecs list-service-deployments": { serviceDeployments: of.reverse() } },
    });
    assert.deepEqual(
      [first?.hop, first?.evidence[0]],
      ["service", "ROLLBACK_SUCCESSFUL: tasks failed to start"],
    );
  });

  it("names the hop, the evidence and the command", async () => {
    const container = {
      name: "flask",
      exitCode: 137,
      reason: "OutOfMemoryError: Container killed due to memory usage",
    };
    const { code, first, findings } = await diagnosed({
      answers: {
        "ecs describe-services": service({ runningCount: 0 }),
        "ecs list-tasks RUNNING": { taskArns: [] },
        "ecs list-tasks STOPPED": { taskArns: ["arn:aws:ecs:eu-west-2:111122223333:task/c/4d2b"] },
        "ecs describe-tasks": stopped({
          ...{ stopCode: "EssentialContainerExited", stoppedReason: "Essential container in task exited" },
          ...{ stoppedAt: "2026-11-26T11:59:00+00:00", containers: [container] },
        }),
        "servicediscovery list-instances": { Instances: [] },
        "servicediscovery get-instances-health-status": undefined,
      },
    });
    assert.equal(code, 1);
    assert.deepEqual(first, {
      hop: "tasks",
      verdict: "broken",
      of: "flask",
      says: "they stop: it was killed for its memory",
      evidence: [
        "a task stopped so, last at 11:59:00 UTC",
        "Essential container in task exited",
        "flask, exit code 137: OutOfMemoryError: Container killed due to memory usage",
        "| Serving flask app",
      ],
      fix: [
        "# give it more: `memory` of services.flask in Pulumi.dev.yaml (it has 512 MiB)",
        "npx pulumi up --stack dev",
      ],
    });
    // What follows from it is not where it broke.
    assert.deepEqual(
      findings.filter(({ verdict }) => verdict === "not judged").map(({ hop, says }) => [hop, says]),
      [
        ["discovery", "it has no instance: requests get 503 (follows from Tasks)"],
        ["service", "0 of 1 tasks run (follows from Tasks)"],
      ],
    );
  });

  it("goes on without what it may not look at, and says which action it needs", async () => {
    const { code, verdict, findings, needs } = await diagnosed({
      answers: {
        "ec2 describe-security-group-rules": denied("ec2:DescribeSecurityGroupRules"),
        "ecr describe-images": denied("ecr:DescribeImages"),
      },
    });
    assert.deepEqual(
      [code, verdict, needs],
      [1, "unseen", ["ec2:DescribeSecurityGroupRules", "ecr:DescribeImages"]],
    );
    assert.deepEqual(
      findings.filter((each) => each.verdict === "unseen").map(({ hop, says }) => [hop, says]),
      [
        ["firewall", "could not look: needs ec2:DescribeSecurityGroupRules"],
        ["image", "could not look: needs ecr:DescribeImages"],
      ],
    );
    const { stdout } = await doctor({ answers: { "ecr describe-images": denied("ecr:DescribeImages") } });
    assert.match(
      stdout,
      /Nothing wrong, as far as it could be looked at\.\nTo see the rest, allow ecr:DescribeImages\.\n$/,
    );
  });

  for (const [because, advice] of [
    ["Unable to locate credentials.", "credentials: the stack's aws:profile"],
    ["An error occurred (ExpiredTokenException): The token is expired", "sign in again"],
    ["no answer in 10 s", "this has to answer: aws sts get-caller-identity"],
  ] as const)
    it(`says once, with the fix, why AWS told nothing, and does not call that well: ${because}`, async () => {
      const all = Object.fromEntries(
        Object.keys(answers).map((call) => {
          const operation = actionOf(call.split(" ")).split(":")[1];
          return [call, new Error(because.replace("): ", `) when calling the ${operation} operation: `))];
        }),
      );
      const { code, stdout } = await doctor({ answers: all });
      assert.equal(code, 1);
      assert.match(stdout, /\n\? HTTP API +a1b2c3d4e5: could not look\n/);
      const [, end = ""] = stdout.replaceAll("\n  ", " ").split(/\n\n(?=AWS could)/);
      assert.ok(end.startsWith(`AWS could not be asked: ${because}\nFix: ${advice}`), stdout);
      assert.match(end, /\n\nNothing is known: AWS told nothing\.\n$/);
    });

  it("fails soft where everything is refused: nothing is called broken that was not seen", async () => {
    const all = Object.fromEntries(
      Object.keys(answers).map((call) => [call, denied(actionOf(call.split(" ")))]),
    );
    const { verdict, findings } = await diagnosed({ answers: all });
    assert.equal(verdict, "unseen");
    assert.deepEqual(
      findings.filter((each) => each.verdict === "broken" || each.verdict === "weak"),
      [],
    );
  });

  it("says in commands of the AWS CLI where they are meant", async () => {
    const config = JSON.stringify({ "aws:profile": { value: "ops" } });
    const { first } = await diagnosed({
      answers: { "ecs describe-services": service({ desiredCount: 0, runningCount: 0 }) },
      world: {
        pulumi: {
          run: () => Promise.resolve(0),
          ask: ([command]) => Promise.resolve({ code: 0, answer: command === "config" ? config : state }),
        },
      },
    });
    assert.deepEqual(first?.fix, [
      "aws ecs update-service --cluster flask-app-fargate-dev --service flask --desired-count 1 --region eu-west-2 --profile ops",
    ]);
  });

  it("narrows to a request or to a service, and says which there are", async () => {
    const { findings } = await diagnosed({ argv: ["--route", "GET /"] });
    assert.equal(findings.find(({ hop }) => hop === "route")?.says, "1 there");
    const { first } = await diagnosed({ argv: ["--route", "GET /orders"] });
    assert.deepEqual(
      [first?.hop, first?.of, first?.evidence],
      ["route", "GET /orders", ["the API has ANY /"]],
    );
    assert.equal((await doctor({ argv: ["--service", "flask"] })).code, 0);
    const other = await doctor({ argv: ["--service", "orders"] });
    assert.deepEqual(
      [other.code, other.stderr],
      [1, "The stack dev has no service orders. Allowed: flask.\n"],
    );
    assert.match(
      (await doctor({ argv: ["--route", "orders"] })).stderr,
      /^--route is `orders`\. Allowed: a method and a path/,
    );
  });

  it("shows its help, and refuses what it does not know", async () => {
    const { code, stdout } = await doctor({ argv: ["--help"] });
    assert.equal(code, 0);
    for (const action of actions) assert.ok(stdout.includes(action), action);
    assert.match((await doctor({ argv: ["--stack", "--x"] })).stderr, /--stack|Known options/);
  });

  it("asks for nothing but what it says that it needs", async () => {
    const { calls } = await doctor();
    const asked = new Set(calls.map(actionOf));
    for (const action of asked) assert.ok(actions.includes(action), action);
  });

  it("says so where there is no stack, or none that is deployed", async () => {
    const pulumi = (code: number, answer: string) => ({
      run: () => Promise.resolve(0),
      ask: ([word = ""]: string[]) =>
        Promise.resolve(word === "stack" ? { code, answer } : { code: 0, answer: "" }),
    });
    const none = await doctor({ world: { pulumi: pulumi(255, "") } });
    assert.deepEqual(
      [none.code, none.stderr],
      [1, "The state of the stack dev is not readable: see above.\n"],
    );
    const empty = await doctor({ world: { pulumi: pulumi(0, '{"version":3,"deployment":{}}') } });
    assert.equal(empty.stderr, "The stack dev is not deployed. Fix: npx pulumi up --stack dev\n");
  });

  it("says how to start what --local looks at", async () => {
    const { code, stderr } = await doctor({ argv: ["--local", "--stack", "nobody"] });
    assert.deepEqual(
      [code, stderr],
      [
        1,
        "No npm start of the stack nobody runs here, or it has no console. Fix: npm start -- --stack nobody, in another terminal.\n",
      ],
    );
  });
});
