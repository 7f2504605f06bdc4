import assert from "node:assert/strict";
import { succeeded } from "../../../tests/engine/support/engine";
import { importable } from "../../../tests/engine/support/imports";
import { knownTypes, wayOf } from "../../recover/types";
import { base, cutAt, Fault, inventory, rich, Update, wide } from "./support/faulty";
import { shareOf, short } from "./support/share";

/** An update of each kind, for the tests of one suite. */
function updating(from: Record<string, unknown> | undefined, to: Record<string, unknown>): () => Update {
  let update: Update;
  before(async () => {
    update = await Update.of(from, to);
  });
  after(() => update.stop());
  return () => update;
}

describe("an update that was cut off, under Pulumi's engine", function () {
  this.timeout(10_800_000);
  const updates = [
    { name: "a first update", from: undefined, to: base },
    { name: "a first update with a domain, an authorizer, scaling and a job", from: undefined, to: rich },
    { name: "an update that adds those", from: base, to: rich },
    {
      name: "an update that replaces the stage and the authorizer",
      from: rich,
      to: {
        ...rich,
        api: {
          ...rich.api,
          stage: "v1",
          authorizers: {
            users: { type: "lambda", functionArn: "arn:aws:lambda:eu-west-2:000000000000:function:keys" },
          },
        },
      },
    },
  ];

  for (const { name, from, to } of updates) {
    describe(name, () => {
      const update = updating(from, to);

      for (const [turn, when] of (["after AWS did it", "before AWS heard of it"] as const).entries()) {
        it(`killed at its steps ${when}, comes to what it was to be by recover and up`, async () => {
          for (const step of cutAt(update().changes, turn)) {
            await update().cutOff({ step, how: "killed", when });
            const { where } = update();
            let { code, printed } = await update().recover("--yes", "--unlock");
            // The engine was killed while it wrote the state: the message says what a user does then.
            if (/is not readable.*\.json\.attrs.*\.json\.bak/.test(printed)) {
              assert.ok(update().stack.stored.mendAttributes(), where);
              ({ code, printed } = await update().recover("--yes", "--unlock"));
            }
            assert.equal(code, 0, `${where}\n${printed}`);
            const { method } = update().struck!;
            if (when === "after AWS did it" && method === "create")
              await update().adopted(`${where}\n${printed}`);
            await update().converges(`${where}\n${printed}`);
          }
        });
      }

      it("goes on by a plain up where AWS refuses one of its steps", async () => {
        for (const step of cutAt(update().changes, 2)) {
          const code = await update().cutOff({ step, how: "refused", when: "before AWS heard of it" });
          const { where } = update();
          assert.notEqual(code, 0, where);
          await update().converges(where);
        }
      });
    });
  }
});

describe("an update that was cut off while it made something of another type, under Pulumi's engine", function () {
  this.timeout(10_800_000);
  const update = updating(undefined, wide);

  it("comes to what it was to be by recover and up, killed at the first of each type", async () => {
    const types = shareOf([...update().made].sort());
    for (const type of short ? types.slice(0, 1) : types) {
      await update().cutOff({ step: `create ${type}`, how: "killed", when: "after AWS did it" });
      const { where, stack } = update();
      stack.stored.mendAttributes();
      const { code, printed } = await update().recover("--yes", "--unlock");
      assert.equal(code, 0, `${where}\n${printed}`);
      await update().adopted(`${where}\n${printed}`);
      await update().converges(`${where}\n${printed}`);
    }
  });

  it("finds every type again that recover imports: what it does not know would pass for gone", () => {
    const imports = knownTypes.filter((type) => wayOf(type)!.how !== "again");
    assert.deepEqual(
      imports.filter((type) => !importable.includes(type)),
      [],
    );
  });
});

describe("a state that was cut off, under Pulumi's engine", function () {
  this.timeout(10_800_000);
  const update = updating(base, rich);

  for (const [turn, when] of (["before AWS heard of it", "after AWS did it"] as const).entries()) {
    it(`is brought back from the one of before, where it was being written ${when}`, async () => {
      const all = cutAt(update().changes, turn);
      for (const step of short ? all.slice(0, 1) : all) {
        // One after the other: what was written last is the beginning of this very step.
        await update().cutOff({ step, how: "killed", when }, "--parallel=1");
        const { engine, stack, where } = update();
        // Which the kill may have left besides.
        stack.stored.mendAttributes();
        stack.stored.cut({ ended: when === "after AWS did it" });
        const there = inventory(engine);
        const unreadable = await update().recover("--yes", "--unlock");
        assert.equal(unreadable.code, 1, `${where}\n${unreadable.printed}`);
        assert.match(unreadable.printed, /The state of dev is not readable.*dev\.json\.bak/);
        assert.deepEqual(inventory(engine), there, where);
        stack.stored.mend();
        const { code, printed } = await update().recover("--yes", "--unlock");
        assert.equal(code, 0, `${where}\n${printed}`);
        await update().converges(`${where}\n${printed}`);
      }
    });
  }

  it("is readable again without the file beside it, which a kill leaves empty", async () => {
    await update().cutOff({ step: 5, how: "killed", when: "after AWS did it" });
    const { stack } = update();
    stack.stored.cutAttributes();
    const unreadable = await update().recover("--yes", "--unlock");
    assert.equal(unreadable.code, 1, unreadable.printed);
    assert.match(
      unreadable.printed,
      /checkpoint: EOF\nThe state of dev is not readable.*says EOF, dev\.json\.attrs/,
    );
    assert.ok(stack.stored.mendAttributes());
    const { code, printed } = await update().recover("--yes", "--unlock");
    assert.equal(code, 0, printed);
    await update().converges(printed);
  });
});

describe("plain up after an update that was cut off, under Pulumi's engine", () => {
  const update = updating(undefined, base);

  it("says nothing of what is pending, and keeps it; after recover it goes on", async () => {
    const fault: Fault = {
      step: "create aws:servicediscovery/service:Service",
      how: "killed",
      when: "after AWS did it",
    };
    await update().cutOff(fault);
    const { engine, stack, wanted } = update();
    // Which the kill may have left besides.
    stack.stored.mendAttributes();
    const pending = async (): Promise<unknown[] | undefined> =>
      (JSON.parse((await stack.state()).text) as { deployment: { pending_operations?: unknown[] } })
        .deployment.pending_operations;
    const left = await pending();
    assert.ok(left!.length > 0);
    const unlocked = await stack.run("cancel", "--yes");
    assert.equal(unlocked.code, 0, unlocked.printed);
    // npm run deploy asks for it: tools/deploy/ready.ts.
    const { code, diagnostics } = await stack.up("--refresh");
    assert.notEqual(code, 0);
    assert.deepEqual(
      diagnostics.filter(({ severity }) => severity === "warning"),
      [],
    );
    assert.match(diagnostics.map(({ message }) => message).join(), /ServiceAlreadyExists/);
    assert.deepEqual(await pending(), left);
    const { code: recovered, printed } = await update().recover("--yes");
    assert.equal(recovered, 0, printed);
    succeeded(await stack.up("--refresh"));
    assert.deepEqual(inventory(engine), wanted);
  });
});
