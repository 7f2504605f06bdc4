import assert from "node:assert/strict";
import { Call } from "../../../tests/engine/support/provider";
import { Engine, EngineStack, line, succeeded } from "../../../tests/engine/support/engine";
import { main } from "../../commands/recover";
import { awsOver } from "../recover/aws";

const base = { "aws:region": "eu-west-2", services: { flask: { build: "./app" } } };
const rich = {
  ...base,
  services: { flask: { build: "./app", scaling: { min: 1, max: 3, targetCpu: 60 } } },
  jobs: { tidy: { service: "flask", command: ["true"], schedule: "rate(1 day)" } },
  api: {
    auth: "users",
    authorizers: { users: { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] } },
    domain: { name: "api.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ", only: true },
  },
};

/** Of what an update makes twice without harm, and what recover says so of: its type, and why. */
const again = [
  "aws:ecs/taskDefinition:TaskDefinition",
  "aws:apigatewayv2/deployment:Deployment",
  "docker:index/image:Image",
  "aws:acm/certificateValidation:CertificateValidation",
];

/** Every step where ENGINE_FULL says so, or a share of them, ENGINE_PART=1/8; else some of them, spread over the update. */
const full = process.env.ENGINE_FULL === "1";
const [part = 1, parts = 1] = (process.env.ENGINE_PART ?? "1/1").split("/").map(Number);
const sample = 2;

type When = "before AWS heard of it" | "after AWS did it";
interface Fault {
  /** Which change of the update; by its number, or the first of a type. */
  step: number | string;
  when: When;
}

class Faulty {
  private count = 0;
  private fault: Fault | undefined;
  /** What was to be changed when it struck. */
  struck: Call | undefined;
  readonly engine: Engine;

  constructor(private readonly kind: "kill" | "refuse") {
    this.engine = new Engine({
      warm: true,
      before: (call) => {
        this.count++;
        if (this.struck && this.kind === "kill" && this.fault?.when === "before AWS heard of it")
          throw new Error("too late");
        const { step } = this.fault ?? {};
        if (this.struck || (step !== this.count && step !== `${call.method} ${call.type}`)) return;
        this.struck = call;
        if (this.kind === "refuse" && this.fault!.when === "before AWS heard of it")
          throw new Error("ServiceUnavailable: try again");
        if (this.kind === "kill" && this.fault!.when === "before AWS heard of it") {
          this.engine.kill();
          throw new Error("the line is dead");
        }
      },
      after: (call) => {
        if (this.struck !== call || this.fault?.when !== "after AWS did it") return;
        if (this.kind === "kill") this.engine.kill();
        throw new Error("RequestTimeout: no answer");
      },
    });
  }

  /** How many changes this makes undisturbed; what `up` came to otherwise. */
  async up(
    stack: EngineStack,
    fault?: Fault,
    ...options: string[]
  ): Promise<{ changes: number; code: number | null }> {
    [this.count, this.fault, this.struck] = [0, fault, undefined];
    const { code, printed } = await stack.up(...options);
    if (fault === undefined) assert.equal(code, 0, printed);
    const changes = this.count;
    this.fault = undefined;
    return { changes, code };
  }
}

async function recover(
  engine: Engine,
  stack: EngineStack,
  ...flags: string[]
): Promise<{ code: number; printed: string }> {
  let printed = "";
  const io = {
    stdout: { write: (text: string) => (printed += text) },
    stderr: { write: (text: string) => (printed += text) },
  };
  const code = await main(["--stack", stack.name, ...flags], io, {
    pulumi: {
      run: async (args) => {
        const { code, printed: told } = await stack.command(args);
        printed += told;
        return code ?? 137;
      },
      ask: async (args) => {
        const { code, out, printed: told } = await stack.command(args);
        if (code !== 0) printed += told;
        return { code: code ?? 137, answer: out };
      },
      hear: async (args) => {
        const { code, printed: told } = await stack.command(args);
        return { code: code ?? 137, answer: told };
      },
    },
    aws: () => awsOver(engine.cloud),
    confirm: flags.includes("--yes") ? undefined : () => Promise.resolve(true),
  });
  return { code, printed };
}

/** What exists, by what the program calls it: a thing made twice stands there twice. */
const inventory = (engine: Engine): string[] =>
  engine.cloud.all
    .filter(({ type }) => !again.includes(type))
    .map(({ type, resource }) => `${type} ${resource}`)
    .sort();

const spread = (count: number): number[] => {
  const steps = Array.from({ length: count }, (_, i) => i + 1);
  if (full) return steps.filter((step) => (step - part) % parts === 0);
  const every = Math.max(1, Math.floor(count / sample));
  return steps.filter((step) => step % every === 0 || step === count);
};

/** A step takes about half a minute; all of an update's take longer than any other test. */
const minutes = full ? 180 : 15;

let tried = 0;

describe("an update that was cut off, under Pulumi's engine", function () {
  this.timeout(minutes * 60_000);
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

      for (const when of ["after AWS did it", "before AWS heard of it"] as const) {
        it(`killed at its steps ${when}, comes to what it was to be by recover and up`, async () => {
          for (const step of spread(changes)) {
            await fromTo(from, to, async ({ engine, stack, faulty }) => {
              await faulty.up(stack, { step, when });
              const where = `killed at ${step} of ${changes}: ${faulty.struck?.method} ${faulty.struck?.urn}`;
              assert.ok(faulty.struck, where);
              tried++;
              let { code, printed } = await recover(engine, stack, "--yes", "--unlock");
              // The engine was killed while it wrote the state: the message says what a user does then.
              if (/is not readable.*\.json\.attrs.*\.json\.bak/.test(printed)) {
                stack.mendState();
                ({ code, printed } = await recover(engine, stack, "--yes", "--unlock"));
              }
              assert.equal(code, 0, `${where}\n${printed}`);
              await converges(engine, stack, wanted, `${where}\n${printed}`);
            });
          }
        });
      }
    });
  }

  for (const when of ["before AWS heard of it", "after AWS did it"] as const) {
    it(`is brought back from the state of before, cut off while the state was written ${when}`, async () => {
      let [changes, wanted]: [number, string[]] = [0, []];
      await fromTo(base, rich, async ({ engine, stack, faulty }) => {
        ({ changes } = await faulty.up(stack));
        wanted = inventory(engine);
      });
      for (const step of full ? spread(changes) : spread(changes).slice(0, 1))
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

  it("goes on by a plain up where AWS refuses one of its steps", async () => {
    let changes = 0;
    let wanted: string[] = [];
    await fromTo(undefined, base, async ({ engine, stack, faulty }) => {
      ({ changes } = await faulty.up(stack));
      wanted = inventory(engine);
    });
    for (const step of spread(changes))
      await fromTo(
        undefined,
        base,
        async ({ engine, stack, faulty }) => {
          const { code } = await faulty.up(stack, { step, when: "before AWS heard of it" });
          const where = `refused at ${step} of ${changes}: ${faulty.struck?.method} ${faulty.struck?.urn}`;
          assert.notEqual(code, 0, where);
          tried++;
          await converges(engine, stack, wanted, where);
        },
        "refuse",
      );
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

describe("what AWS made while it answered with an error, under Pulumi's engine", () => {
  /** Whether it is found, and what the next update comes to if nobody looks. */
  const kinds: [type: string, found: boolean, next: RegExp | undefined][] = [
    ["aws:ec2/securityGroup:SecurityGroup", true, undefined],
    ["aws:apigatewayv2/integration:Integration", true, undefined],
    ["aws:iam/rolePolicy:RolePolicy", true, undefined],
    ["aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", false, undefined],
    ["aws:apigatewayv2/route:Route", false, /ConflictException: Route with key already exists/],
  ];
  for (const [type, found, next] of kinds) {
    const comes = next ? "stops the next update" : found ? "is found and deleted" : "is written over";
    it(`${comes}: ${type}`, async () => {
      let wanted: string[] = [];
      await fromTo(undefined, base, async ({ engine, stack, faulty }) => {
        await faulty.up(stack);
        wanted = inventory(engine);
      });
      const body = async ({ engine, stack, faulty }: Standing): Promise<void> => {
        const { code } = await faulty.up(stack, { step: `create ${type}`, when: "after AWS did it" });
        assert.notEqual(code, 0);
        assert.equal(faulty.struck?.type, type);
        const looked = await recover(engine, stack, "--dry-run");
        assert.equal(looked.code, found ? 1 : 0, looked.printed);
        if (found) {
          const left = await recover(engine, stack, "--yes");
          assert.equal(left.code, 1, left.printed);
          assert.match(left.printed, /Left at AWS, and not in the state:/);
          const asked = await recover(engine, stack);
          assert.equal(asked.code, 0, asked.printed);
        }
        if (next) {
          const stopped = await stack.up();
          assert.notEqual(stopped.code, 0);
          assert.match(stopped.printed, next);
          const made = engine.cloud.all.filter((thing) => thing.type === type);
          const known = (await stack.state()).resources.map(({ id }) => id);
          for (const { id } of made) if (!known.includes(id)) engine.cloud.delete(type, id);
        }
        tried++;
        await converges(engine, stack, wanted, type);
      };
      await fromTo(undefined, base, body, "refuse");
    });
  }
});

interface Standing {
  engine: Engine;
  stack: EngineStack;
  faulty: Faulty;
}

/** A stack that has the one configuration and is about to get the other. */
async function fromTo(
  from: Record<string, unknown> | undefined,
  to: Record<string, unknown>,
  body: (standing: Standing) => Promise<void>,
  kind: "kill" | "refuse" = "kill",
): Promise<void> {
  const faulty = new Faulty(kind);
  const { engine } = faulty;
  try {
    const stack = await engine.stack("dev");
    if (from !== undefined) {
      stack.configure(from);
      await faulty.up(stack);
    }
    stack.configure(to);
    await body({ engine, stack, faulty });
  } finally {
    engine.stop();
  }
}

/** The next update does the rest, AWS has each thing once, and nothing is left to do. */
async function converges(engine: Engine, stack: EngineStack, wanted: string[], where: string): Promise<void> {
  const up = await stack.up();
  assert.equal(up.code, 0, `${where}\n${up.printed}`);
  assert.deepEqual(inventory(engine), wanted, where);
  const preview = succeeded(await stack.preview("--expect-no-changes"));
  assert.deepEqual(preview.steps.map(line), [], where);
  assert.equal((await recover(engine, stack, "--dry-run")).code, 0, where);
}
