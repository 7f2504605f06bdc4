import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Cloud, digestOf, Refusal } from "../../simulate/cloud";
import { goesWith, inUse } from "../../simulate/refusals/in-use";
import { uniques } from "../../simulate/refusals/taken";
import { refusedUpdates } from "../../simulate/refusals/updates";

const api = "aws:apigatewayv2/api:Api";
const stage = "aws:apigatewayv2/stage:Stage";
const route = "aws:apigatewayv2/route:Route";
const integration = "aws:apigatewayv2/integration:Integration";
const repository = "aws:ecr/repository:Repository";
const image = "docker:index/image:Image";
const endpoint = "aws:ec2/vpcEndpoint:VpcEndpoint";

describe("an account that remembers", () => {
  let cloud: Cloud;
  beforeEach(() => {
    cloud = new Cloud({ region: "eu-west-2" });
  });
  const refused = (attempt: () => unknown, words: RegExp): void => {
    assert.throws(attempt, (error) => error instanceof Refusal && words.test(error.message));
  };

  it("refuses a second thing of a name, until the first is gone", () => {
    const { id } = cloud.create(stage, "api", { apiId: "a", name: "v1" });
    cloud.create(stage, "other", { apiId: "b", name: "v1" });
    refused(
      () => cloud.create(stage, "api", { apiId: "a", name: "v1" }),
      /^ConflictException: Stage already exists/,
    );
    cloud.delete(stage, id);
    cloud.create(stage, "api", { apiId: "a", name: "v1" });
  });

  it("refuses to rename a thing to what another is called, and not to leave its own name", () => {
    const { id } = cloud.create(route, "a", { apiId: "a", routeKey: "GET /a" });
    cloud.create(route, "b", { apiId: "a", routeKey: "GET /b" });
    cloud.update(route, id, { apiId: "a", routeKey: "GET /a", target: "integrations/i" });
    refused(() => cloud.update(route, id, { apiId: "a", routeKey: "GET /b" }), /ConflictException: Route/);
  });

  it("refuses to delete what another thing uses", () => {
    const used = cloud.create(integration, "flask", { apiId: "a" });
    const user = cloud.create(route, "r", {
      apiId: "a",
      routeKey: "GET /",
      target: `integrations/${used.id}`,
    });
    refused(() => cloud.delete(integration, used.id), /ConflictException: Cannot delete Integration/);
    cloud.delete(route, user.id);
    cloud.delete(integration, used.id);
    assert.deepEqual(cloud.all, []);
  });

  it("refuses to name what is gone, but not what it never had", () => {
    const { id } = cloud.create(integration, "flask", { apiId: "a" });
    cloud.delete(integration, id);
    refused(
      () => cloud.create(route, "r", { apiId: "a", routeKey: "GET /", target: `integrations/${id}` }),
      /^NotFoundException/,
    );
    cloud.create(route, "r", { apiId: "a", routeKey: "GET /", target: "integrations/of-others" });
  });

  it("refuses to update what is gone; to delete it is done", () => {
    refused(() => cloud.update(api, "local-api", {}), /^NotFoundException/);
    cloud.delete(api, "local-api");
  });

  it("refuses another capacity provider strategy without a new deployment, as the provider does", () => {
    const type = "aws:ecs/service:Service";
    const on = (capacityProvider: string, forceNewDeployment?: boolean): Record<string, unknown> => ({
      name: "flask",
      capacityProviderStrategies: [{ capacityProvider, weight: 1 }],
      ...(forceNewDeployment !== undefined && { forceNewDeployment }),
    });
    const { id } = cloud.create(type, "flask", on("FARGATE"));
    cloud.update(type, id, { ...on("FARGATE"), desiredCount: 2 });
    refused(() => cloud.update(type, id, on("FARGATE_SPOT")), /force_new_deployment should be true/);
    cloud.update(type, id, on("FARGATE_SPOT", true));
  });

  it("gives a replacement an id of its own, and a task definition its next revision", () => {
    const task = "aws:ecs/taskDefinition:TaskDefinition";
    const inputs = { family: "f" };
    const [first, second] = [cloud.create(task, "t", inputs), cloud.create(task, "t", inputs)];
    assert.notEqual(first.id, second.id);
    assert.deepEqual([first.outputs.revision, second.outputs.revision], [1, 2]);
    assert.match(String(second.outputs.arn), /task-definition\/f:2$/);
  });

  it("gives no thing the id of another, whatever they are called", () => {
    const cloud = new Cloud({ region: "eu-west-2" });
    const type = "aws:sqs/queue:Queue";
    const make = (name: string): string =>
      cloud.create(type, name, { name: `${name} of ${cloud.all.length}` }).id;
    const ids = [make("pr-2"), make("pr"), make("pr"), make("pr-3"), make("pr")];
    assert.deepEqual(new Set(ids).size, ids.length, ids.join(", "));
  });

  it("takes with an API what it holds", () => {
    const { id } = cloud.create(api, "api", { name: "api" });
    cloud.create(route, "r", { apiId: id, routeKey: "GET /" });
    cloud.create(route, "r", { apiId: "another", routeKey: "GET /" });
    cloud.delete(api, id);
    assert.deepEqual(
      cloud.all.map(({ inputs }) => inputs.apiId),
      ["another"],
    );
  });

  it("keeps a repository that holds images, unless it is told otherwise", () => {
    const kept = cloud.create(repository, "kept", { name: "kept" });
    cloud.create(image, "kept", { imageName: `${String(kept.outputs.repositoryUrl)}:latest`, build: {} });
    refused(() => cloud.delete(repository, kept.id), /^RepositoryNotEmptyException/);
    const dropped = cloud.create(repository, "dropped", { name: "dropped", forceDelete: true });
    cloud.create(image, "dropped", {
      imageName: `${String(dropped.outputs.repositoryUrl)}:latest`,
      build: {},
    });
    cloud.delete(repository, dropped.id);
    assert.deepEqual(
      cloud.all.map(({ resource }) => resource),
      ["kept", "kept"],
    );
  });

  it("has one private DNS name of a service in a VPC, and one way to it in a route table", () => {
    const dns = { vpcId: "v", serviceName: "logs", privateDnsEnabled: true };
    cloud.create(endpoint, "logs", dns);
    refused(() => cloud.create(endpoint, "again", dns), /conflicting DNS domain/);
    cloud.create(endpoint, "elsewhere", { ...dns, vpcId: "w" });
    cloud.create(endpoint, "s3", { vpcId: "v", serviceName: "s3", routeTableIds: ["a", "b"] });
    refused(
      () => cloud.create(endpoint, "s3-again", { vpcId: "v", serviceName: "s3", routeTableIds: ["b"] }),
      /route table already has a route/,
    );
  });

  it("is again as it was kept, as often as one likes", () => {
    const { id } = cloud.create(stage, "api", { apiId: "a", name: "v1" });
    const before = structuredClone(cloud.all);
    const restore = cloud.keep();
    for (let times = 0; times < 2; times++) {
      cloud.update(stage, id, { apiId: "a", name: "v1", tags: { Team: "shop" } });
      cloud.delete(stage, id);
      const other = cloud.create(stage, "api", { apiId: "a", name: "v1" });
      assert.equal(other.id, "local-stage-api-2");
      restore();
      assert.deepEqual(cloud.all, before);
    }
    // What was gone in between may be named.
    cloud.create(route, "api", { apiId: "a", target: id });
  });

  it("names a source for every refusal", () => {
    const refusals = [...Object.values(uniques), ...inUse, ...Object.values(refusedUpdates)];
    for (const { source, refusal } of refusals) {
      assert.match(source, /^https:\/\//);
      assert.match(refusal, /^[A-Za-z.]+: |^force_new/);
    }
    for (const { source } of goesWith) assert.match(source, /^https:\/\//);
  });

  it("builds an image again when its folder's content changes, and not for what it ignores", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cloud-"));
    try {
      fs.writeFileSync(path.join(folder, "a.py"), "1");
      const before = digestOf(folder);
      fs.mkdirSync(path.join(folder, ".venv"));
      fs.writeFileSync(path.join(folder, ".venv", "b.py"), "1");
      assert.equal(digestOf(folder), before);
      fs.writeFileSync(path.join(folder, "a.py"), "2");
      assert.notEqual(digestOf(folder), before);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});
