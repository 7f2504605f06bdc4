import assert from "node:assert/strict";
import { succeeded } from "../../../tests/engine/support/engine";
import { base, converges, cutAt, fromTo, inventory, recover, rich, Standing } from "./support/faulty";
import { short } from "./support/share";

let tried = 0;

describe("an update that was cut off, under Pulumi's engine", function () {
  this.timeout(10_800_000);
  after(() => process.stdout.write(`      ${tried} kills and refusals tried\n`));

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
      let wanted: string[];
      let changes: number;
      before(async () => {
        await fromTo(from, to, async ({ engine, stack, faulty }) => {
          ({ changes } = await faulty.up(stack));
          wanted = inventory(engine);
        });
      });

      for (const [turn, when] of (["after AWS did it", "before AWS heard of it"] as const).entries()) {
        it(`killed at its steps ${when}, comes to what it was to be by recover and up`, async () => {
          for (const step of cutAt(changes, turn)) {
            await fromTo(from, to, async ({ engine, stack, faulty }) => {
              await faulty.up(stack, { step, when });
              const where = `killed at ${step} of ${changes}: ${faulty.struck?.method} ${faulty.struck?.urn}`;
              assert.ok(faulty.struck, where);
              tried++;
              let { code, printed } = await recover(engine, stack, "--yes", "--unlock");
              // The engine was killed while it wrote the state: the message says what a user does then.
              if (/is not readable.*\.json\.attrs.*\.json\.bak/.test(printed)) {
                assert.equal(stack.mendState(), "attributes", where);
                ({ code, printed } = await recover(engine, stack, "--yes", "--unlock"));
              }
              assert.equal(code, 0, `${where}\n${printed}`);
              await converges(engine, stack, wanted, `${where}\n${printed}`);
            });
          }
        });
      }

      it("goes on by a plain up where AWS refuses one of its steps", async () => {
        for (const step of cutAt(changes, 2)) {
          const body = async ({ engine, stack, faulty }: Standing): Promise<void> => {
            const { code } = await faulty.up(stack, { step, when: "before AWS heard of it" });
            const where = `refused at ${step} of ${changes}: ${faulty.struck?.method} ${faulty.struck?.urn}`;
            assert.notEqual(code, 0, where);
            tried++;
            await converges(engine, stack, wanted, where);
          };
          await fromTo(from, to, body, "refuse");
        }
      });
    });
  }

  for (const [turn, when] of (["before AWS heard of it", "after AWS did it"] as const).entries()) {
    it(`is brought back from the state of before, cut off while the state was written ${when}`, async () => {
      let [changes, wanted]: [number, string[]] = [0, []];
      await fromTo(base, rich, async ({ engine, stack, faulty }) => {
        ({ changes } = await faulty.up(stack));
        wanted = inventory(engine);
      });
      for (const step of short ? cutAt(changes, turn).slice(0, 1) : cutAt(changes, turn))
        await fromTo(base, rich, async ({ engine, stack, faulty }) => {
          // One after the other: what was written last is the beginning of this very step.
          await faulty.up(stack, { step, when }, "--parallel=1");
          stack.cutState({ ended: when === "after AWS did it" });
          const where = `cut off at ${step} of ${changes}: ${faulty.struck?.method} ${faulty.struck?.urn}`;
          const before = inventory(engine);
          const unreadable = await recover(engine, stack, "--yes", "--unlock");
          assert.equal(unreadable.code, 1, `${where}\n${unreadable.printed}`);
          assert.match(unreadable.printed, /The state of dev is not readable.*dev\.json\.bak/);
          assert.deepEqual(inventory(engine), before, where);
          assert.equal(stack.mendState(), "state");
          const { code, printed } = await recover(engine, stack, "--yes", "--unlock");
          assert.equal(code, 0, `${where}\n${printed}`);
          tried++;
          await converges(engine, stack, wanted, `${where}\n${printed}`);
        });
    });
  }

  it("is readable again without the file beside the state, which a kill leaves empty", async () => {
    let wanted: string[] = [];
    await fromTo(base, rich, async ({ engine, stack, faulty }) => {
      await faulty.up(stack);
      wanted = inventory(engine);
    });
    await fromTo(base, rich, async ({ engine, stack, faulty }) => {
      await faulty.up(stack, { step: 5, when: "after AWS did it" });
      stack.cutAttributes();
      const unreadable = await recover(engine, stack, "--yes", "--unlock");
      assert.equal(unreadable.code, 1, unreadable.printed);
      assert.match(
        unreadable.printed,
        /checkpoint: EOF\nThe state of dev is not readable.*says EOF, dev\.json\.attrs/,
      );
      assert.equal(stack.mendState(), "attributes");
      const { code, printed } = await recover(engine, stack, "--yes", "--unlock");
      assert.equal(code, 0, printed);
      tried++;
      await converges(engine, stack, wanted, printed);
    });
  });
});

describe("plain up after an update that was cut off, under Pulumi's engine", () => {
  it("says nothing of what is pending, and keeps it; after recover it goes on", async () => {
    let wanted: string[] = [];
    await fromTo(undefined, base, async ({ engine, stack, faulty }) => {
      await faulty.up(stack);
      wanted = inventory(engine);
    });
    const body = async ({ engine, stack, faulty }: Standing): Promise<void> => {
      const step = "create aws:servicediscovery/service:Service";
      await faulty.up(stack, { step, when: "after AWS did it" });
      const pending = async (): Promise<unknown[] | undefined> =>
        (JSON.parse((await stack.state()).text) as { deployment: { pending_operations?: unknown[] } })
          .deployment.pending_operations;
      const before = await pending();
      assert.ok(before!.length > 0);
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
      assert.deepEqual(await pending(), before);
      const { code: recovered, printed } = await recover(engine, stack, "--yes");
      assert.equal(recovered, 0, printed);
      succeeded(await stack.up("--refresh"));
      assert.deepEqual(inventory(engine), wanted);
    };
    await fromTo(undefined, base, body);
  });
});
