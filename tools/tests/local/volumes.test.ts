import assert from "node:assert/strict";
import { run } from "../../../tests/support/stack";
import { readDiagram } from "../../diagram/model";
import { readTopology } from "../../local/topology";

const data = {
  fileSystemId: "fs-0a1b2c3d4e5f60718",
  accessPointId: "fsap-0a1b2c3d4e5f60718",
  securityGroupId: "sg-0a1b",
  path: "/data",
  readOnly: true,
};

describe("volumes", () => {
  it("are folders of the local stack, which says what they are not, and stand in the picture", async () => {
    const deployment = await run({ services: { flask: { build: "./app", volumes: { data } } } });
    const { services, notModelled } = readTopology(deployment);
    const name = `${data.fileSystemId}-${data.accessPointId}`;
    assert.deepEqual(services[0]?.task?.container.folders, [
      { fileSystem: name, path: "/data", readOnly: true },
    ]);
    assert.deepEqual(services[0].task.container.mounts, [{ volume: "tmp", path: "/tmp" }]);
    assert.ok(
      notModelled.includes(
        `flask: the file systems ${name}: folders in .local/volumes stand in, without the access points' users and rights`,
      ),
    );
    const node = readDiagram(deployment).nodes.find(({ id }) => id === "service-flask");
    assert.ok(node?.lines.includes(`/data: ${data.fileSystemId}`));
  });
});
