import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Engine, EngineStack, succeeded } from "../../../tests/engine/support/engine";
import { withoutTaskCounts } from "../../state/counts";
import type { Fields } from "../../state/json";

const flask = (service: object): Record<string, unknown> => ({
  "aws:region": "eu-west-2",
  services: { flask: { build: "./app", ...service } },
});
const ecsService = "aws:ecs/service:Service";

/** The workflow `drift` as it looks: `pulumi refresh --preview-only`, by the state that `state:check --drift` makes. */
describe("drift under Pulumi's engine", () => {
  const engine = new Engine();
  let stack: EngineStack;
  before(async () => {
    stack = await engine.stack("dev");
  });
  after(() => engine.stop());

  const setByAws = (values: object): void => {
    const service = engine.cloud.all.find(({ type }) => type === ecsService)!;
    const changed = { inputs: { ...service.inputs, ...values }, outputs: { ...service.outputs, ...values } };
    engine.cloud.place({ ...service, ...changed });
  };
  /** Exit code. */
  const look = async (): Promise<number | null> =>
    (
      await stack.run(
        ...["refresh", "--preview-only", "--expect-no-changes", "--diff"],
        ...["--config-file", stack.file],
      )
    ).code;
  /** The same by the checked copy. */
  const lookByCopy = async (): Promise<number | null> => {
    const { text } = await stack.state();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "drift-"));
    const write = async (name: string, state: string): Promise<void> => {
      const file = path.join(folder, name);
      fs.writeFileSync(file, state);
      const { code, printed } = await stack.run("stack", "import", "--file", file);
      assert.equal(code, 0, printed);
    };
    try {
      await write("copy.json", JSON.stringify(withoutTaskCounts(JSON.parse(text) as Fields)));
      return await look();
    } finally {
      await write("own.json", text);
      fs.rmSync(folder, { recursive: true });
    }
  };

  const drifted = 7;
  it("is none where a service sleeps, but one where somebody has changed it besides", async () => {
    stack.configure(flask({ sleep: {} }));
    succeeded(await stack.up());
    assert.deepEqual([await look(), await lookByCopy()], [0, 0]);
    setByAws({ desiredCount: 0 });
    assert.deepEqual([await look(), await lookByCopy()], [drifted, 0]);
    setByAws({ enableExecuteCommand: true });
    assert.equal(await lookByCopy(), drifted);
  });

  it("is none where scaling has set the number, and one where nobody may", async () => {
    stack.configure(flask({ scaling: { min: 1, max: 4 } }));
    succeeded(await stack.up("--refresh"));
    setByAws({ desiredCount: 3 });
    assert.deepEqual([await look(), await lookByCopy()], [0, 0]);
    stack.configure(flask({}));
    succeeded(await stack.up("--refresh"));
    setByAws({ desiredCount: 3 });
    assert.deepEqual([await look(), await lookByCopy()], [drifted, drifted]);
  });
});
