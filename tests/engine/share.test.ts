import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { projectFolder } from "../../simulate/stack";
import { Engine, EngineStack, succeeded } from "./support/engine";

/** What `share.stack` can name that hands nothing on. */
describe("a stack that shares another, under Pulumi's engine", () => {
  const engine = new Engine({ warm: true });
  let [pr, empty]: EngineStack[] = [];
  const allowed =
    "Allowed: a stack of this program that is deployed, with a network, cluster and API of its own.";
  const names =
    "Fix: name one that pulumi stack ls --all shows, of another project as organization/project/stack.";
  before(async () => {
    pr = await engine.stack("pr", { config: {} });
    empty = await engine.stack("empty", { config: {} });
  });
  after(() => engine.stop());

  const cases: [why: string, stack: string, said: string][] = [
    [
      "that is not there",
      "gone",
      `share.stack: got gone, and Pulumi answered: unknown stack "organization/flask-app-fargate/gone". ${allowed} ${names}`,
    ],
    [
      "of another organization than the backend knows",
      "acme/flask-app-fargate/dev",
      `share.stack: got acme/flask-app-fargate/dev, and Pulumi answered: organization name must be 'organization'. ${allowed} ${names}`,
    ],
    [
      "without outputs",
      "empty",
      "share.stack: got empty, and organization/flask-app-fargate/empty has no output platform that this program understands. " +
        `${allowed} Fix: run pulumi up there, or name another.`,
    ],
  ];
  for (const [why, stack, said] of cases) {
    it(`ends in preview with one ${why}: the key, what Pulumi says and the fix, no stack trace`, async () => {
      pr!.configure({ "aws:region": "eu-west-2", share: { stack, prefix: "/pr" } });
      const { code, diagnostics, printed } = await pr!.preview();
      assert.notEqual(code, 0);
      assert.deepEqual(
        diagnostics.map(({ message }) => message),
        [said],
      );
      assert.ok(!printed.includes(`${projectFolder}/`), printed);
    });
  }

  it("ends in preview with one whose output is secret", async () => {
    const { out } = await empty!.run("stack", "export");
    const exported = JSON.parse(out) as { deployment: Record<string, unknown> };
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
    exported.deployment.resources = [
      {
        urn: "urn:pulumi:empty::flask-app-fargate::pulumi:pulumi:Stack::flask-app-fargate-empty",
        custom: false,
        type: "pulumi:pulumi:Stack",
        outputs: { platform: { ...secret, plaintext: JSON.stringify({ region: "eu-west-2" }) } },
      },
    ];
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "share-")), "state.json");
    fs.writeFileSync(file, JSON.stringify(exported));
    const imported = await empty!.run("stack", "import", "--file", file);
    fs.rmSync(path.dirname(file), { recursive: true });
    assert.equal(imported.code, 0, imported.printed);
    pr!.configure({ "aws:region": "eu-west-2", share: { stack: "empty", prefix: "/pr" } });
    const { diagnostics } = await pr!.preview();
    assert.deepEqual(
      diagnostics.map(({ message }) => message),
      [
        "share.stack: got empty, and organization/flask-app-fargate/empty has a secret output platform, of which nothing can be decided. " +
          `${allowed} Fix: take out there what is secret and not below secrets, run pulumi up there, or name another.`,
      ],
    );
  });

  it("is destroyed without asking first where that stack is gone, as docs/operate.md says", async () => {
    const config = { "aws:region": "eu-west-2", services: { flask: { build: "./app" } } };
    const owner = await engine.stack("owner", { config });
    succeeded(await owner.up());
    const sharing = await engine.stack("sharing", {
      config: { ...config, share: { stack: "owner", prefix: "/sharing" } },
      refreshes: true,
    });
    succeeded(await sharing.up());
    // The committed files of stacks stay where they are.
    const removed = await owner.run("stack", "rm", "--force", "--yes", "--preserve-config");
    assert.equal(removed.code, 0, removed.printed);
    const { code, diagnostics } = await sharing.destroy();
    assert.notEqual(code, 0);
    assert.match(diagnostics[0]!.message, /unknown stack "organization\/flask-app-fargate\/owner"/);
    succeeded(await sharing.destroy("--refresh=false"));
    assert.deepEqual((await sharing.state()).resources, []);
  });
});
