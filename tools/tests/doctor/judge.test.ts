/** What the hops are judged by: one thing is broken, over recorded answers of AWS. */
import assert from "node:assert/strict";
import type { Item } from "../../aws/cli";
import { diagnosed, service } from "./asked";
import { answers, stopped } from "./recorded";
import { state } from "./state";

/** The tasks' group lets this in, and the link's lets everything out. */
const admitting = (of: Item): Record<string, Item> => ({
  "ec2 describe-security-group-rules": {
    SecurityGroupRules: [
      {
        GroupId: "sg-0link",
        IsEgress: true,
        IpProtocol: "-1",
        FromPort: -1,
        ToPort: -1,
        CidrIpv4: "0.0.0.0/0",
      },
      { GroupId: "sg-0tasks", IsEgress: false, IpProtocol: "tcp", ...of },
    ],
  },
});

describe("the doctor's judgement", () => {
  const cases: [says: string, hop: string, answers: Record<string, Item | undefined>][] = [
    [
      "a link that sleeps",
      "link",
      { "apigatewayv2 get-vpc-link": { ...answers["apigatewayv2 get-vpc-link"], VpcLinkStatus: "INACTIVE" } },
    ],
    [
      "a group that admits all of TCP",
      "",
      admitting({ FromPort: 0, ToPort: 65535, CidrIpv4: "10.0.0.0/16" }),
    ],
    [
      "a group that admits another network",
      "firewall",
      admitting({ FromPort: 80, ToPort: 80, CidrIpv4: "192.168.0.0/16" }),
    ],
    [
      "a service that ECS does not have",
      "service",
      { "ecs describe-services": { services: [], failures: [{ arn: "flask", reason: "MISSING" }] } },
    ],
    [
      "another task definition",
      "service",
      {
        "ecs describe-services": service({
          deployments: [
            {
              status: "PRIMARY",
              taskDefinition:
                "arn:aws:ecs:eu-west-2:111122223333:task-definition/flask-app-fargate-dev-flask:7",
              rolloutState: "COMPLETED",
            },
          ],
        }),
      },
    ],
    [
      "no capacity",
      "service",
      {
        "ecs describe-services": service({
          runningCount: 0,
          events: [
            {
              message:
                "(service flask) was unable to place a task. Reason: You’ve reached the limit on the number of vCPUs you can run concurrently.",
            },
          ],
        }),
      },
    ],
    ["a subnet without a way out", "endpoints", { "ec2 describe-route-tables": { RouteTables: [] } }],
    [
      "a table whose NAT gateway is gone",
      "endpoints",
      {
        "ec2 describe-route-tables": {
          RouteTables: [
            {
              RouteTableId: "rtb-0main",
              Associations: [{ Main: true }],
              Routes: [{ DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-0a1b", State: "blackhole" }],
            },
          ],
        },
      },
    ],
    [
      "an API that is gone",
      "api",
      {
        "apigatewayv2 get-api": undefined,
        "apigatewayv2 get-stages": undefined,
        "apigatewayv2 get-routes": undefined,
      },
    ],
    [
      "an application that answers 500",
      "log",
      {
        "logs filter-log-events": {
          events: [
            {
              timestamp: Date.parse("2026-11-26T11:59:00Z"),
              message: JSON.stringify({
                method: "GET",
                path: "/",
                routeKey: "ANY /",
                status: "500",
                integrationStatus: "500",
              }),
            },
          ],
        },
      },
    ],
    [
      "an error from before its tasks",
      "",
      {
        "logs filter-log-events": {
          events: [
            {
              timestamp: Date.parse("2026-11-26T10:00:00Z"),
              message: JSON.stringify({ routeKey: "ANY /", status: "500", integrationStatus: "500" }),
            },
          ],
        },
      },
    ],
  ];
  for (const [says, hop, others] of cases)
    it(`${says}: ${hop === "" ? "nothing wrong" : hop}`, async () => {
      const { first } = await diagnosed({ answers: others });
      assert.equal(first?.hop ?? "", hop, JSON.stringify(first));
      if (hop !== "") assert.ok(first!.fix.some((line) => !line.startsWith("#")));
    });

  it("takes a service that sleeps for asleep, and one that was scaled to nothing for broken", async () => {
    const asleep = {
      "ecs describe-services": service({ desiredCount: 0, runningCount: 0 }),
      "ecs list-tasks RUNNING": { taskArns: [] },
      "servicediscovery list-instances": { Instances: [] },
    };
    const exported = JSON.parse(state) as { deployment: { resources: object[] } };
    const inputs = { minCapacity: 0, maxCapacity: 2, resourceId: "service/flask-app-fargate-dev/flask" };
    exported.deployment.resources.push({ urn: "x", type: "aws:appautoscaling/target:Target", inputs });
    const ask = ([command]: string[]) =>
      Promise.resolve({ code: 0, answer: command === "config" ? "{}" : JSON.stringify(exported) });
    const pulumi = { run: () => Promise.resolve(0), ask };
    assert.equal((await diagnosed({ answers: asleep, world: { pulumi } })).first, null);
    assert.equal((await diagnosed({ answers: asleep })).first?.hop, "service");
  });

  it("does not take a deployment that was rolled back for what breaks requests", async () => {
    const rolled = {
      "ecs list-service-deployments": {
        serviceDeployments: [{ status: "ROLLBACK_SUCCESSFUL", createdAt: 1795690000.5 }],
      },
    };
    const works = await diagnosed({ answers: rolled });
    assert.deepEqual(
      [works.code, works.verdict, works.first?.hop, works.first?.says],
      [1, "weak", "service", "its last deployment failed, and the one before runs"],
    );
    const dead = await diagnosed({
      answers: {
        ...rolled,
        "ecs describe-services": service({ runningCount: 0 }),
        "ecs list-tasks RUNNING": { taskArns: [] },
        "ecs list-tasks STOPPED": { taskArns: ["arn:aws:ecs:eu-west-2:111122223333:task/c/4d2b"] },
        "servicediscovery list-instances": { Instances: [] },
        "servicediscovery get-instances-health-status": undefined,
        "ecs describe-tasks": stopped({
          ...{ stopCode: "EssentialContainerExited", stoppedReason: "Essential container in task exited" },
          ...{ stoppedAt: "2026-11-26T11:59:00+00:00", containers: [{ name: "flask", exitCode: 1 }] },
        }),
      },
    });
    const told = dead.findings.find(({ hop }) => hop === "service");
    assert.equal(dead.first?.hop, "tasks");
    assert.deepEqual(
      [told?.verdict, told?.says],
      ["not judged", "its last deployment failed, and no task of the one before runs (follows from Tasks)"],
    );
  });
});
