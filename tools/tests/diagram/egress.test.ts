import assert from "node:assert/strict";
import { readDiagram } from "../../diagram/model";
import { types, without } from "../local/fixture";
import { edgesOf, named, run } from "./drawn";

describe("the way out in an architecture diagram", () => {
  it("shows the way out of each egress mode", async () => {
    const egress = async (values: object): Promise<string[]> =>
      edgesOf(readDiagram(await run(values))).filter((edge) => edge.startsWith("egress: tasks"));
    const s3 = "egress: tasks → endpoint-s3, TCP 443";
    assert.deepEqual(await egress({ network: { egress: "nat" } }), [
      s3,
      "egress: tasks → gateway-nat, TCP 443",
    ]);
    assert.deepEqual(await egress({ network: { egress: "public" } }), [
      s3,
      "egress: tasks → gateway-internet, TCP 443",
    ]);
    const perZone = await run({ network: { egress: "nat", natGateways: "onePerZone" } });
    const gateway = readDiagram(perZone).nodes.find(({ kind }) => kind === "gateway");
    assert.deepEqual(gateway?.lines, ["in eu-west-2a, eu-west-2b"]);
    const closed = without(
      await run({ network: { egress: "nat" } }),
      types.egress,
      named("network-workload-to-internet"),
    );
    assert.deepEqual(
      edgesOf(readDiagram(closed)).filter((edge) => edge.includes("gateway-nat")),
      [],
    );
  });
});
