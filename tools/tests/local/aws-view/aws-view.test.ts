/** The shapes are those that botocore's models of these services have; the AWS CLI prints no others. */
import assert from "node:assert/strict";
import type { Aws, Item } from "../../../aws/cli";
import { awsOf } from "../../../local/aws-view";
import { faults, mend } from "../../../local/faults/faults";
import type { LocalStack } from "../../../local/stack";
import { get, until } from "../http";
import { record, serve } from "../served";

describe("AWS as the local stack answers for it", () => {
  let stack: LocalStack;
  let aws: Aws;
  before(async function () {
    this.timeout(60_000);
    stack = await serve(await record());
    aws = awsOf(stack.account);
  });
  after(() => stack.close());

  const ask = async (words: string, ...more: string[]): Promise<Item> => {
    const answer = await aws([...words.split(" "), ...more]);
    assert.ok(answer, words);
    return answer;
  };
  const cluster = "flask-app-fargate-sick";
  const fault = (name: string) => faults.find((each) => each.name === name)!;
  const web = () => stack.topology.services.find(({ name }) => name === "web")!;

  it("shows the API with its stage, routes and integrations", async () => {
    assert.deepEqual(await ask("apigatewayv2 get-api --api-id local-api"), {
      ApiId: "local-api",
      ApiEndpoint: "https://local-api.execute-api.eu-west-2.amazonaws.com",
      DisableExecuteApiEndpoint: false,
      Name: "api-local",
      ProtocolType: "HTTP",
    });
    const { Items: stages } = await ask("apigatewayv2 get-stages --api-id local-api");
    const [stage] = stages as Item[];
    assert.equal(stage?.DeploymentId, "local-deployment-api");
    assert.deepEqual(stage?.DefaultRouteSettings, { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 500 });
    const { Items: routes } = await ask("apigatewayv2 get-routes --api-id local-api");
    assert.deepEqual(
      new Map((routes as Item[]).map(({ RouteKey, AuthorizerId }) => [RouteKey, AuthorizerId])),
      new Map([
        ["ANY /", undefined],
        ["GET /orders", "local-authorizer-api-users"],
        ["GET /reports", undefined],
      ]),
    );
    assert.equal(await aws(["apigatewayv2", "get-api", "--api-id", "other"]), undefined);
  });

  it("pages logs as the AWS CLI does, with ids that stay", async () => {
    for (let i = 0; i < 3; i += 1) await get(stack.port, "/");
    const group = "--log-group-name /aws/vendedlogs/apis/flask-app-fargate-sick";
    const read = async (...more: string[]): Promise<{ ids: unknown[]; next: unknown }> => {
      const { events, NextToken: next } = await ask(`logs filter-log-events ${group}`, ...more);
      return { ids: (events as Item[]).map(({ eventId }) => eventId), next };
    };
    const { ids: all, next: none } = await read();
    assert.ok(all.length >= 3 && new Set(all).size === all.length && none === undefined);
    const first = await read("--max-items", "2");
    assert.deepEqual(first.ids, all.slice(0, 2));
    const second = await read("--max-items", "2", "--starting-token", String(first.next));
    assert.deepEqual(second.ids, all.slice(2, 4));
  });

  it("tells what a service's revisions bring, and no alarms where there are none", async () => {
    const { serviceDeployments } = await ask(
      `ecs list-service-deployments --cluster ${cluster} --service web`,
    );
    const [deployment] = serviceDeployments as Item[];
    const { serviceRevisions, failures } = await ask(
      "ecs describe-service-revisions --service-revision-arns",
      String(deployment?.targetServiceRevisionArn),
      "arn:aws:ecs:eu-west-2:000000000000:service-revision/other/web/1",
    );
    const [revision] = serviceRevisions as Item[];
    assert.equal(revision?.taskDefinition, web().task?.arn);
    assert.equal((failures as Item[]).length, 1);
    assert.deepEqual(await ask("cloudwatch describe-alarms --alarm-types MetricAlarm --alarm-names gone"), {
      MetricAlarms: [],
      CompositeAlarms: [],
    });
  });

  it("shows services, their tasks, and the addresses of the tasks as Cloud Map has them", async () => {
    const { services, failures } = await ask(
      `ecs describe-services --cluster ${cluster} --services web nobody`,
    );
    const [service] = services as Item[];
    assert.deepEqual(
      [service?.desiredCount, service?.runningCount, failures],
      [2, 2, [{ arn: "nobody", reason: "MISSING" }]],
    );
    const { taskArns } = await ask(
      `ecs list-tasks --cluster ${cluster} --service-name web --desired-status RUNNING`,
    );
    const { tasks } = await ask(`ecs describe-tasks --cluster ${cluster} --tasks`, ...(taskArns as string[]));
    const addresses = (
      tasks as { containers: { networkInterfaces: { privateIpv4Address: string }[] }[] }[]
    ).map(({ containers }) => containers[0]?.networkInterfaces[0]?.privateIpv4Address);
    const { Instances } = await ask("servicediscovery list-instances --service-id srv-local-cluster-web");
    const attributes = (Instances as { Attributes: Record<string, string> }[]).map(
      ({ Attributes }) => Attributes,
    );
    assert.deepEqual(attributes.map(({ AWS_INSTANCE_IPV4 }) => AWS_INSTANCE_IPV4).sort(), addresses.sort());
    assert.deepEqual([...new Set(attributes.map(({ AWS_INSTANCE_PORT }) => AWS_INSTANCE_PORT))], ["8080"]);
    const { Status } = await ask(
      "servicediscovery get-instances-health-status --service-id srv-local-cluster-web",
    );
    assert.deepEqual(Object.values(Status as object), ["HEALTHY", "HEALTHY"]);
  });

  it("shows the domain with its certificate and its records", async () => {
    const { DomainNameConfigurations } = await ask(
      "apigatewayv2 get-domain-name --domain-name shop.example.com",
    );
    const [settings] = DomainNameConfigurations as Item[];
    const { Certificate } = await ask(
      "acm describe-certificate --certificate-arn",
      settings!.CertificateArn as string,
    );
    assert.equal((Certificate as Item).Status, "ISSUED");
    const mappings = await ask("apigatewayv2 get-api-mappings --domain-name shop.example.com");
    assert.deepEqual(mappings.Items, [
      { ApiMappingId: "local-apimapping-api", ApiId: "local-api", ApiMappingKey: "", Stage: "$default" },
    ]);
    const zone =
      "route53 list-resource-record-sets --hosted-zone-id Z0123456789ABCDEFGHIJ --start-record-name shop.example.com";
    const { ResourceRecordSets } = await ask(zone);
    assert.deepEqual(
      (ResourceRecordSets as Item[]).map(({ Name, AliasTarget }) => [Name, (AliasTarget as Item).DNSName]),
      [["shop.example.com.", "d-local.execute-api.eu-west-2.amazonaws.com."]],
    );
  });

  it("has the logs of tasks and of requests, with the patterns that the tools use", async () => {
    await get(stack.port, "/");
    await get(stack.port, "/nowhere");
    const group = "/ecs/flask-app-fargate/sick/web";
    const { events } = await ask(
      `logs filter-log-events --log-group-name ${group} --log-stream-name-prefix web/`,
    );
    assert.deepEqual([...new Set((events as Item[]).map(({ message }) => message))], ["listening"]);
    const access =
      "logs filter-log-events --log-group-name /aws/vendedlogs/apis/flask-app-fargate-sick --filter-pattern";
    await until(async () => ((await ask(access, '{ $.status = "4*" }')).events as Item[]).length === 1);
    const failed = (await ask(access, '{ ($.status = "5*") || ($.status = "4*") }')).events as Item[];
    assert.match(String(failed[0]?.message), /"path":"\/nowhere".*"status":"404"/);
    assert.deepEqual((await ask(access, '{ $.status = "5*" }')).events, []);
    await assert.rejects(ask(access, "{ $.status > 4 }"), /does not read the filter pattern/);
    assert.equal(await aws(["logs", "filter-log-events", "--log-group-name", "/none"]), undefined);
  });

  it("tells why tasks stopped in ECS's words, and forgets it when it is mended", async () => {
    fault("out-of-memory").inject(stack.account, web());
    const list = `ecs list-tasks --cluster ${cluster} --service-name web --desired-status STOPPED`;
    const stopped = async () => {
      const { taskArns } = await ask(list);
      const arns = taskArns as string[];
      return arns.length === 0
        ? []
        : ((await ask(`ecs describe-tasks --cluster ${cluster} --tasks`, ...arns)).tasks as Item[]);
    };
    const killed = (task: Item) => (task.containers as Item[]).some(({ exitCode }) => exitCode === 137);
    await until(async () => (await stopped()).some(killed));
    const task = (await stopped()).find(killed);
    assert.deepEqual(
      [task?.stopCode, task?.stoppedReason],
      ["EssentialContainerExited", "Essential container in task exited"],
    );
    const container = (task!.containers as Item[]).find(({ name }) => name === "web");
    assert.equal(container?.reason, "OutOfMemoryError: Container killed due to memory usage");
    assert.equal((await get(stack.port, "/")).status, 503);
    mend(stack.account);
    await until(async () => (await get(stack.port, "/")).status === 200);
  });

  it("has no rule that the console took away, until it is put back, whatever else changes meanwhile", async () => {
    const rules = async () => {
      const { SecurityGroupRules } = await ask(
        "ec2 describe-security-group-rules --filters Name=group-id,Values=local-securitygroup-web",
      );
      return (SecurityGroupRules as Item[]).length;
    };
    const before = await rules();
    stack.cuts.open(web());
    assert.equal(await rules(), before - 1);
    fault("throttled").inject(stack.account, web());
    assert.equal(await rules(), before - 1);
    assert.equal((await get(stack.port, "/")).status, 429);
    mend(stack.account);
    // The bucket fills up again first.
    const answered = async (): Promise<number> => {
      let status = 429;
      await until(async () => (status = (await get(stack.port, "/")).status) !== 429);
      return status;
    };
    assert.equal(await answered(), 503, "the rule is still away");
    stack.cuts.mend(web());
    assert.equal(await rules(), before);
    assert.equal(await answered(), 200);
  });

  it("makes nothing up", async () => {
    await assert.rejects(ask("iam list-users"), /does not know what AWS answers to iam list-users/);
  });
});
