// @ts-nocheck
import assert from "node:assert/strict";
import { simulate } from "../../../simulate/program";
import { toConfig } from "../../../simulate/stack";
import { readState, regionOf } from "../../deploy/state";
import { taskDefinition } from "./aws";
import { exported } from "./exported";

describe("deploy: state", () => {
  it("the program's own resources: every service with its cluster, task definition and log group", async () => {
    const service = (port: number, path: string) => ({ build: "./app", port, routes: [`ANY ${path}`] });
    const deployment = await simulate({
      stack: "dev",
      config: toConfig({
        "aws:region": "eu-west-2",
        services: { web: service(80, "/"), reports: service(8080, "/reports") },
        api: { autoDeploy: false },
      }),
    });
    const state = readState(JSON.stringify({ version: 3, deployment: { resources: deployment.resources } }));
    const outputs = deployment.outputs.services as Record<string, Record<string, string>>;
    assert.deepEqual(
      state.services.map(({ service, taskDefinition, logGroup }) => ({ service, taskDefinition, logGroup })),
      [outputs.reports!, outputs.web!].map(({ service, taskDefinition, logGroup }) => ({
        service,
        taskDefinition,
        logGroup,
      })),
    );
    assert.equal(state.services.length, 2);
    for (const { cluster } of state.services) assert.match(cluster, /^arn:aws:ecs:.*:cluster\//);
    assert.deepEqual(
      state.apiDeployments.map((urn) => urn.split("::").slice(-2)[0]?.split("$").at(-1)),
      ["aws:apigatewayv2/deployment:Deployment"],
    );
  });

  it("the new task definition, where the update failed and the old one waits for its deletion", () => {
    const { services } = readState(exported({ old: 7 }));
    assert.deepEqual(
      services.map((target) => target.taskDefinition),
      [taskDefinition(8)],
    );
  });

  it("a service whose creation failed, by the names that the program gave", () => {
    const { services } = readState(exported({ withService: false }));
    assert.deepEqual(
      services.map(({ service, cluster }) => [service, cluster]),
      [["flask", "arn:aws:ecs:eu-west-2:111122223333:cluster/flask-app-fargate-prod"]],
    );
  });

  it("the stack's URL, and no explicit deployment with auto-deploy", () => {
    const state = readState(exported({}));
    assert.equal(state.url, "https://abc.execute-api.eu-west-2.amazonaws.com/");
    assert.deepEqual(state.apiDeployments, []);
  });

  it("an empty stack, and what is no stack", () => {
    assert.deepEqual(readState('{"version":3,"deployment":{"manifest":{}}}').services, []);
    assert.throws(() => readState('{"version":3}'), /no deployment/);
    assert.throws(() => readState('{"version":3,"deployment":null}'), /no deployment/);
  });

  it("the Region of an ARN", () => assert.equal(regionOf(taskDefinition(8)), "eu-west-2"));
});
