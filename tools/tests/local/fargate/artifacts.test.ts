import assert from "node:assert/strict";
import { closedFolders } from "../../../local/fargate/artifacts";
import type { Before, ContainerView } from "../../../local/ecs/views";

describe("what a container can write to", () => {
  const view = (values: Partial<ContainerView>): ContainerView =>
    ({
      user: "10001",
      mounts: [
        { volume: "tmp", path: "/tmp" },
        { volume: "data", path: "/data" },
      ],
      ...values,
    }) as ContainerView;
  const opens = (user: string): Before[] => [
    { container: view({ user, mounts: [{ volume: "data", path: "/writable/data" }] }) } as Before,
  ];
  const closed = (container: ContainerView, declared: string[] = [], before: Before[] = []): string[] =>
    closedFolders({ container, before }, declared).map((note) => / to (\S+):/.exec(note)![1]!);

  it("is what the image declares as a volume, or what is opened before it starts", () => {
    assert.deepEqual(closed(view({})), ["/tmp", "/data"]);
    assert.deepEqual(closed(view({}), ["/tmp"]), ["/data"]);
    assert.deepEqual(closed(view({}), ["/tmp"], opens("0")), []);
    assert.deepEqual(closed(view({}), ["/tmp"], opens("10001")), ["/data"]);
    assert.deepEqual(closed(view({ mounts: [{ volume: "exec_web_x", path: "/managed-agents" }] })), []);
    for (const user of [undefined, "0", "root", "0:0"]) assert.deepEqual(closed(view({ user })), []);
  });

  it("is said with what mends it", () => {
    assert.deepEqual(closedFolders({ container: view({}), before: [] }, ["/tmp"]), [
      "user 10001 cannot write to /data: AWS gives it to root, as its image declares no VOLUME there. Fix: RUN mkdir -p /data && " +
        'chmod 1777 /data, and VOLUME ["/data"], in its Dockerfile; or companion: true',
    ]);
  });
});
