import assert from "node:assert/strict";
import { find, names, run, waitsFor } from "./support/stack";

const namespace = "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace";
const discovery = "aws:servicediscovery/service:Service";

describe("cluster", () => {
  it("is a Fargate cluster named after project and stack, without the cost of Container Insights", async () => {
    const deployment = await run({}, { stack: "dev" });
    assert.deepEqual(find(deployment, "aws:ecs/cluster:Cluster", "cluster").inputs, {
      name: "flask-app-fargate-dev",
      settings: [{ name: "containerInsights", value: "disabled" }],
    });
    assert.deepEqual(
      find(deployment, "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "cluster").inputs,
      {
        clusterName: "flask-app-fargate-dev",
        capacityProviders: ["FARGATE", "FARGATE_SPOT"],
      },
    );
  });

  it("names its capacity providers when ECS's own role has had time to take effect: after the network", async () => {
    const deployment = await run();
    const type = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders";
    const waits = waitsFor(deployment, find(deployment, type, "cluster"));
    assert.ok(waits.includes("VpcEndpoint network-logs"), waits.join(", "));
  });

  it("has a private namespace of its own in the VPC for each stack", async () => {
    const names = await Promise.all(
      ["dev", "prod"].map(async (stack) => find(await run({}, { stack }), namespace, "cluster").inputs),
    );
    assert.deepEqual(
      names,
      ["dev", "prod"].map((stack) => ({
        name: `${stack}.flask-app-fargate.internal`,
        vpc: "local-vpc-network",
        description: "Tasks behind the HTTP API",
      })),
    );
  });

  it("registers tasks by SRV with custom health, once for each service", async () => {
    const deployment = await run({
      services: { flask: { build: "./app" }, reports: { build: "./app", routes: [] } },
    });
    assert.deepEqual(names(deployment, discovery), ["cluster-flask", "cluster-reports"]);
    for (const name of ["flask", "reports"]) {
      assert.deepEqual(find(deployment, discovery, `cluster-${name}`).inputs, {
        name,
        dnsConfig: {
          namespaceId: "local-privatednsnamespace-cluster",
          dnsRecords: [{ type: "SRV", ttl: 10 }],
          routingPolicy: "MULTIVALUE",
        },
        healthCheckCustomConfig: { failureThreshold: 1 },
        forceDestroy: true,
      });
    }
  });

  it("is destroyed in order: the services refer to their namespace, and it to the VPC", async () => {
    const deployment = await run();
    assert.deepEqual(waitsFor(deployment, find(deployment, discovery, "cluster-flask")), [
      "PrivateDnsNamespace cluster",
    ]);
    assert.deepEqual(waitsFor(deployment, find(deployment, namespace, "cluster")), ["Vpc network"]);
  });
});
