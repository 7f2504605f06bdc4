import assert from "node:assert/strict";
import { Patience } from "../../aws/patience";
import type { Pulumi } from "../../deploy/pulumi";

/** Answers once a line was said. */
function stage(pace = { first: 1, again: 1 }) {
  const lines: string[] = [];
  const hear: (() => void)[] = [];
  const patience = new Patience((line) => {
    lines.push(line);
    for (const go of hear.splice(0)) go();
  }, pace);
  const said = (): Promise<void> => new Promise((go) => hear.push(go));
  return { patience, lines, said };
}

describe("patience", () => {
  it("says what it waits for, each kind of call once, and nothing once all is answered", async () => {
    const { patience, lines, said } = stage({ first: 5, again: 60_000 });
    const aws = patience.aws(async () => {
      await said();
      return {};
    });
    await patience.during(() =>
      Promise.all([
        ...["a", "b"].map((group) => aws(["logs", "filter-log-events", "--log-group-name", group])),
        ...["list-tasks", "describe-services", "describe-tasks", "list-clusters"].map((call) =>
          aws(["ecs", call]),
        ),
        patience.for("DNS", "api.example.com\u001b[2J", said()),
      ]),
    );
    assert.deepEqual(lines, [
      "Waiting for AWS: logs filter-log-events, ecs list-tasks, ecs describe-services, and 2 more.",
      "Waiting for DNS: api.example.com\\u001b[2J.",
    ]);
  });

  it("says it again while it lasts, of what is waited for then", async () => {
    const { patience, lines, said } = stage();
    await patience.during(async () => {
      await patience.for("Pulumi", "stack export", said());
      await patience.for("AWS", "ecs list-tasks", said().then(said));
    });
    assert.deepEqual(lines, [
      "Waiting for Pulumi: stack export.",
      "Waiting for AWS: ecs list-tasks.",
      "Waiting for AWS: ecs list-tasks.",
    ]);
  });

  it("is not said again so soon where the next waiting begins", async () => {
    const { patience, lines, said } = stage({ first: 1, again: 60_000 });
    await patience.during(() => patience.for("AWS", "ecs list-tasks", said()));
    await patience.during(() =>
      patience.for("AWS", "ecs list-tasks", new Promise((go) => setTimeout(go, 20))),
    );
    assert.deepEqual(lines, ["Waiting for AWS: ecs list-tasks."]);
  });

  it("names what Pulumi is asked without its options, and hands on what fails", async () => {
    const { patience, lines, said } = stage();
    const ask = async (): Promise<never> => {
      await said();
      throw new Error("no");
    };
    const pulumi = patience.pulumi<Pulumi>({ run: () => Promise.resolve(0), ask });
    await assert.rejects(
      patience.during(() => pulumi.ask(["stack", "export", "--stack", "dev"])),
      { message: "no" },
    );
    assert.deepEqual(lines, ["Waiting for Pulumi: stack export."]);
  });
});
