import assert from "node:assert/strict";
import type { Deployment } from "../../../../simulate/deployment";
import { simulate } from "../../../../simulate/program";
import { toConfig } from "../../../../simulate/stack";
import { Cuts } from "../../../local/firewall/cut";
import { readTopology } from "../../../local/topology";

describe("rules of security groups that are taken away while the stack runs", () => {
  const program = (): Promise<Deployment> =>
    simulate({
      config: toConfig({
        "aws:region": "eu-west-2",
        services: {
          flask: { build: "./app", reach: [{ service: "orders" }] },
          orders: { build: "./app", port: 8000, routes: ["ANY /orders"] },
        },
      }),
    });
  const setUp = async () => {
    const deployment = await program();
    const topology = readTopology(deployment);
    const [flask, orders] = ["flask", "orders"].map((name) =>
      topology.services.find((service) => service.name.startsWith(name)),
    );
    const blocked = () =>
      topology.routes.flatMap(({ route, blocked: reasons }) =>
        [...reasons.values()].map((reason) => `${route.key}: ${reason}`),
      );
    return {
      deployment,
      topology,
      flask: flask!,
      orders: orders!,
      blocked,
      cuts: new Cuts(deployment, topology),
    };
  };

  it("block the service's routes alone, in the words that the program would be told, until they are put back", async () => {
    const { cuts, orders, flask, blocked, topology } = await setUp();
    assert.deepEqual(blocked(), []);
    cuts.open(orders);
    assert.deepEqual(cuts.of(orders), ["orders-from-link-8000"]);
    assert.deepEqual(cuts.of(flask), []);
    assert.deepEqual(blocked(), [
      "ANY /orders: no ingress rule admits the VPC link to the tasks on port 8000",
    ]);
    // The other service is admitted by a rule of its own.
    assert.deepEqual(
      topology.calls.map((call) => call.blocked),
      [undefined],
    );
    cuts.mend(orders);
    assert.deepEqual([blocked(), cuts.of(orders)], [[], []]);
  });

  it("leave the others away when one is put back", async () => {
    const { cuts, orders, flask, blocked } = await setUp();
    cuts.open(orders);
    cuts.open(flask);
    cuts.mend(orders);
    assert.ok(blocked().length > 0 && blocked().every((line) => line.includes("on port 80")));
  });

  it("leave the recorded deployment as it was", async () => {
    const { cuts, flask, deployment } = await setUp();
    const before = JSON.stringify(deployment);
    cuts.open(flask);
    assert.equal(JSON.stringify(deployment), before);
  });
});
