// @ts-nocheck
import assert from "node:assert/strict";
import { stoppedTasks } from "../../deploy/reasons";
import { type Answers, denied, flask, recorded, withAws } from "./aws";

const stopped = (answers: Answers, target = flask) =>
  withAws(answers, async (aws) => ({ tasks: await stoppedTasks(aws.clients(), target), aws }));

const id = (digit: number): string => String(digit).repeat(32);

describe("deploy: reasons", () => {
  it("an application that ends: its exit code and last lines, once for all tasks alike", async () => {
    const { tasks } = await stopped(recorded("rolled-back"));
    assert.deepEqual(tasks, [
      {
        id: id(3),
        stoppedAt: "2025-11-24T16:03:20.123Z",
        code: "EssentialContainerExited",
        reason: "Essential container in task exited",
        count: 3,
        containers: [
          {
            name: "flask",
            exitCode: 1,
            reason: undefined,
            health: "UNKNOWN",
            log: [
              "[2025-11-24 16:00:00 +0000] [1] [INFO] Starting gunicorn 23.0.0",
              "Traceback (most recent call last):",
              // Without the colours of the application.
              "ModuleNotFoundError: No module named 'flask'",
            ],
            logNote: undefined,
          },
        ],
      },
    ]);
  });

  it("asks for all stopped tasks of the service, page by page, and for the stream of the newest", async () => {
    const { aws } = await stopped(recorded("rolled-back"));
    const base = { cluster: flask.cluster, serviceName: "flask", desiredStatus: "STOPPED" };
    assert.deepEqual(aws.inputs("ListTasks"), [base, { ...base, nextToken: "more" }]);
    assert.equal((aws.inputs("DescribeTasks")[0]?.tasks as string[]).length, 5);
    assert.deepEqual(aws.inputs("GetLogEvents"), [
      {
        logGroupName: flask.logGroup,
        logStreamName: `flask/flask/${id(3)}`,
        limit: 10,
        startFromHead: false,
      },
    ]);
  });

  it("a failed health check, and a log whose last page is empty", async () => {
    const { tasks, aws } = await stopped(recorded("rolling-back"));
    assert.equal(tasks.length, 1);
    assert.equal(tasks[0]?.reason, "Task failed container health checks");
    assert.equal(tasks[0].containers[0]?.health, "UNHEALTHY");
    assert.equal(tasks[0].containers[0].exitCode, 143);
    assert.deepEqual(tasks[0].containers[0].log, ["GET /healthz 500"]);
    assert.equal(aws.inputs("GetLogEvents")[1]?.nextToken, "b/2");
  });

  it("tasks that never started, in two ways", async () => {
    const { tasks } = await stopped(recorded("first-failed"));
    assert.deepEqual(
      tasks.map(({ code, reason, count }) => [code, reason?.split(":")[0], count]),
      [
        ["TaskFailedToStart", "CannotPullContainerError", 2],
        ["TaskFailedToStart", "ResourceInitializationError", 1],
      ],
    );
    for (const { containers } of tasks) {
      assert.equal(containers[0]?.exitCode, undefined);
      assert.equal(containers[0]?.logNote, "it never logged");
    }
  });

  it("none where none stopped", async () => {
    const { tasks, aws } = await stopped(recorded("draining"));
    assert.deepEqual(tasks, []);
    assert.deepEqual(aws.operations(), ["ListTasks"]);
  });

  it("only those of the expected task definition", async () => {
    const { tasks } = await stopped(recorded("rolled-back"), {
      ...flask,
      taskDefinition: `${flask.taskDefinition}8`,
    });
    assert.deepEqual(tasks, []);
  });

  it("describes a hundred at once, and shows three ways to stop", async () => {
    const taskArns = Array.from({ length: 130 }, (_, index) => `task/${index}`);
    const task = (taskArn: string, index: number) => ({
      taskArn,
      taskDefinitionArn: flask.taskDefinition,
      stoppedAt: 1_764_000_000 + index,
      stoppedReason: `reason ${index % 5}`,
      containers: [],
    });
    const { tasks, aws } = await stopped({
      ListTasks: [{ taskArns }],
      DescribeTasks: [{ tasks: taskArns.slice(0, 100).map(task) }, { tasks: [] }],
    });
    assert.deepEqual(
      aws.inputs("DescribeTasks").map((input) => (input.tasks as string[]).length),
      [100, 30],
    );
    assert.deepEqual(
      tasks.map(({ id, reason, count }) => [id, reason, count]),
      [
        ["99", "reason 4", 20],
        ["98", "reason 3", 20],
        ["97", "reason 2", 20],
      ],
    );
  });

  const notes: [what: string, answers: object[], note: RegExp][] = [
    ["nothing logged", [{ events: [], nextBackwardToken: "b" }], /^it logged nothing$/],
    ["not allowed", [denied("logs:GetLogEvents")], /^its log is not readable: .*logs:GetLogEvents/],
  ];
  for (const [what, GetLogEvents, note] of notes) {
    it(`${what}: a note in place of lines`, async () => {
      const { tasks } = await stopped({ ...recorded("rolled-back"), GetLogEvents });
      assert.deepEqual(tasks[0]?.containers[0]?.log, []);
      assert.match(tasks[0]?.containers[0]?.logNote ?? "", note);
    });
  }

  it("no log group: a note, and no call", async () => {
    const { tasks, aws } = await stopped(recorded("rolled-back"), { ...flask, logGroup: undefined });
    assert.match(tasks[0]?.containers[0]?.logNote ?? "", /not in the stack's state/);
    assert.deepEqual(aws.inputs("GetLogEvents"), []);
  });
});
