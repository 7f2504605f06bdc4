// @ts-nocheck
import assert from "node:assert/strict";
import { judge } from "../../deploy/judge";
import { observe } from "../../deploy/observe";
import { denied, flask, recorded, taskDefinition, throttled, withAws } from "./aws";

const one = (answers: Parameters<typeof withAws>[0]) =>
  withAws(answers, async (aws) => {
    const [observed] = await observe(aws.clients().ecs, [flask]);
    return { observed: observed!, verdict: judge(flask, observed!), aws };
  });

describe("deploy: observe", () => {
  it("a steady service, all of it", async () => {
    const { observed } = await one(recorded("steady"));
    assert.deepEqual(observed, {
      status: "ACTIVE",
      deployments: [
        {
          status: "PRIMARY",
          taskDefinition: taskDefinition(8),
          rolloutState: "COMPLETED",
          reason: "ECS deployment ecs-svc/1281894607538416024 completed.",
          running: 2,
          desired: 2,
          failed: 0,
        },
      ],
      events: ["(service flask) has reached a steady state."],
      newest: { status: "SUCCESSFUL", reason: undefined, taskDefinition: taskDefinition(8) },
    });
  });

  const kinds: [name: string, kind: string, reason: RegExp][] = [
    ["steady", "steady", /^$/],
    ["in-progress", "waiting", /in progress/],
    ["rolled-back", "rolled back", /^Service deployment rolled back because the circuit breaker/],
    [
      "rolling-back",
      "rolled back",
      /tasks failed to start\. Service deployment rolled back.* rolling back to/,
    ],
    ["first-failed", "failed", /tasks failed to start\. No rollback candidate/],
    ["draining", "going", /DRAINING/],
    ["missing", "missing", /no such service/],
  ];
  for (const [name, kind, reason] of kinds) {
    it(`${name} is ${kind}`, async () => {
      const { verdict } = await one(recorded(name));
      assert.equal(verdict.kind, kind);
      assert.match(verdict.reason ?? "", reason);
    });
  }

  it("asks of the cluster by its ARN, and for the newest deployment's revision", async () => {
    const { aws } = await one(recorded("steady"));
    assert.deepEqual(aws.asked, [
      { operation: "DescribeServices", input: { cluster: flask.cluster, services: ["flask"] } },
      {
        operation: "ListServiceDeployments",
        input: { cluster: flask.cluster, service: "flask", maxResults: 100 },
      },
      {
        operation: "DescribeServiceRevisions",
        input: {
          serviceRevisionArns: [
            "arn:aws:ecs:eu-west-2:111122223333:service-revision/flask-app-fargate-prod/flask/1281894607538416024",
          ],
        },
      },
    ]);
  });

  it("finds the newest deployment on whichever page", async () => {
    const { aws, verdict } = await one(recorded("rolled-back"));
    assert.deepEqual(
      aws.inputs("ListServiceDeployments").map(({ nextToken }) => nextToken),
      [undefined, "page-2"],
    );
    assert.equal(verdict.runs, taskDefinition(7));
  });

  it("is patient when it is throttled", async () => {
    const { DescribeServices = [], ...rest } = recorded("steady");
    const { aws, verdict } = await one({
      DescribeServices: [throttled, throttled, ...DescribeServices],
      ...rest,
    });
    assert.equal(verdict.kind, "steady");
    assert.equal(aws.inputs("DescribeServices").length, 3);
  });

  it("tells what runs without the history, and says so", async () => {
    const { observed } = await one({
      ...recorded("steady"),
      ListServiceDeployments: [denied("ecs:ListServiceDeployments")],
    });
    assert.equal(observed.newest, undefined);
    assert.match(observed.note ?? "", /history.*ecs:ListServiceDeployments/);
  });

  it("does not swallow other errors", async () => {
    await assert.rejects(
      one({ DescribeServices: [denied("ecs:DescribeServices")] }),
      /not authorized to perform: ecs:DescribeServices/,
    );
    await assert.rejects(
      one({ ...recorded("steady"), ListServiceDeployments: [{ $error: "ClientException", message: "odd" }] }),
      /odd/,
    );
  });

  it("takes a cluster that is gone for services that are missing", async () => {
    const { verdict } = await one({
      DescribeServices: [{ $error: "ClusterNotFoundException", message: "no" }],
    });
    assert.equal(verdict.kind, "missing");
  });

  it("asks for ten services at once, and keeps the order", async () => {
    const names = Array.from({ length: 23 }, (_, index) => `s${index}`);
    const answer = (some: string[]) => ({
      // ECS answers in an order of its own.
      services: some
        .map((serviceName) => ({ serviceName, status: "DRAINING", events: [{ message: serviceName }] }))
        .reverse(),
    });
    const answers = [names.slice(0, 10), names.slice(10, 20), names.slice(20)].map(answer);
    await withAws({ DescribeServices: answers }, async (aws) => {
      const targets = names.map((service) => ({ ...flask, service }));
      const observed = await observe(aws.clients().ecs, targets);
      assert.deepEqual(
        aws.inputs("DescribeServices").map(({ services }) => (services as string[]).length),
        [10, 10, 3],
      );
      assert.deepEqual(
        observed.map(({ events }) => events[0]),
        names,
      );
    });
  });
});
