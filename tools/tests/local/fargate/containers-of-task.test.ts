import assert from "node:assert/strict";
import type { ContainerView } from "../../../local/ecs/views";
import {
  startContainers,
  startOrder,
  type RunningContainer,
} from "../../../local/fargate/containers-of-task";
import type { Exit } from "../../../local/fargate/runner";
import { probed } from "./probe";

const view = (name: string, dependsOn: [string, string][] = [], essential = false): ContainerView =>
  ({
    name,
    essential,
    dependsOn: dependsOn.map(([container, condition]) => ({ container, condition })),
    stopTimeout: 30,
  }) as unknown as ContainerView;
const folders = view("folders");
const application = view("app", [["folders", "SUCCESS"]]);
const companion = view("companion", [["app", "START"]], true);

/** Containers that end when they are told to, or by the test. */
function task(folderCode = 0) {
  const events: string[] = [];
  const ends = new Map<string, (code: number) => void>();
  const start = ({ name }: ContainerView): Promise<RunningContainer> => {
    events.push(`start ${name}`);
    let resolve: (exit: Exit) => void = () => undefined;
    const exited = new Promise<Exit>((done) => (resolve = done));
    const end = (code: number) => {
      events.push(`end ${name}`);
      resolve({ code, reason: `it ended with code ${code}` });
    };
    ends.set(name, end);
    if (name === "folders") end(folderCode);
    return Promise.resolve({
      exited,
      probe: () => Promise.resolve(probed(true)),
      signal: (signal) => {
        events.push(`${signal} ${name}`);
        end(0);
        return Promise.resolve();
      },
    });
  };
  const running = startContainers({
    containers: [application, folders, companion],
    checked: "companion",
    start,
    second: 1,
  });
  return { events, ends, running };
}

describe("the containers of a task", () => {
  it("start after what they depend on, and not in a circle", () => {
    assert.deepEqual(
      startOrder([companion, application, folders]).map(({ name }) => name),
      ["folders", "app", "companion"],
    );
    assert.throws(
      () => startOrder([view("a", [["b", "START"]]), view("b", [["a", "START"]])]),
      /waits for itself/,
    );
  });

  it("stop in the reverse order, the next only when the one before has ended", async () => {
    const { events, running } = task();
    const { signal, exited } = await running;
    await signal("SIGTERM");
    await exited;
    assert.deepEqual(events, [
      ...["start folders", "end folders", "start app", "start companion"],
      ...["SIGTERM companion", "end companion", "SIGTERM app", "end app"],
    ]);
  });

  it("are stopped when an essential one ends, and not when another does", async () => {
    const { events, ends, running } = task();
    const { ending, exited } = await running;
    ends.get("app")!(3);
    await new Promise((done) => setTimeout(done, 5));
    assert.equal(events.at(-1), "end app");
    ends.get("companion")!(1);
    // The companion followed the application, which is what went wrong.
    assert.deepEqual(await ending, { code: 3, reason: "app: it ended with code 3" });
    await exited;
  });

  it("end by the companion's own end where the application still ran", async () => {
    const { ends, running } = task();
    const { ending, exited } = await running;
    ends.get("companion")!(137);
    assert.deepEqual(await ending, { code: 137, reason: "companion: it ended with code 137" });
    await exited;
  });

  it("do not start where one that has to succeed fails", async () => {
    const { events, running } = task(1);
    await assert.rejects(running, /its container folders has to succeed first: it ended with code 1/);
    assert.ok(!events.includes("start app"));
  });
});
