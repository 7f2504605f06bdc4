/** Updates that are cut off at a step, and the way back that a user takes. */
import assert from "node:assert/strict";
import { Engine, EngineStack, succeeded } from "../../../../tests/engine/support/engine";
import { line } from "../../../../tests/engine/support/events";
import { Call } from "../../../../tests/engine/support/provider";
import { tally } from "../../../../tests/engine/support/tally";
import { main } from "../../../commands/recover";
import { wayOf } from "../../../recover/types";
import { awsOver } from "../../recover/aws";
import { every, shareOf, short } from "./share";

export const base = { "aws:region": "eu-west-2", services: { flask: { build: "./app" } } };
export const rich = {
  ...base,
  services: { flask: { build: "./app", scaling: { min: 1, max: 3, targetCpu: 60 } } },
  jobs: { tidy: { service: "flask", command: ["true"], schedule: "rate(1 day)" } },
  api: {
    auth: "users",
    authorizers: { users: { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] } },
    domain: { name: "api.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ", only: true },
  },
};

/** What the two above make nothing of. */
export const wide = {
  ...base,
  network: { egress: "nat", closeDefaultGroup: true },
  services: {
    // Of its log group's name the job's is a longer one.
    jobs: {
      build: "./app",
      exec: true,
      scaling: {
        min: 1,
        max: 3,
        targetCpu: 60,
        schedule: [{ expression: "cron(0 8 ? * MON-FRI *)", min: 2 }],
      },
    },
  },
  jobs: { tidy: { service: "jobs", command: ["true"], schedule: "rate(1 day)" } },
  alarms: { notify: "arn:aws:sns:eu-west-2:111122223333:oncall", rollback: true },
  dashboard: true,
};

/** Of what an update makes twice without harm, and what recover says so of: its type, and why. */
const again = [
  "aws:ecs/taskDefinition:TaskDefinition",
  "aws:apigatewayv2/deployment:Deployment",
  "docker:index/image:Image",
  "aws:acm/certificateValidation:CertificateValidation",
];

export interface Fault {
  /** Which change of the update: by its number, or the first of a method and type. */
  step: number | string;
  /** Whether the engine is killed there, or told of an error. */
  how: "killed" | "refused";
  when: "before AWS heard of it" | "after AWS did it";
}

type Config = Record<string, unknown>;

/** An update from one configuration to another, run and cut off again and again: each time all is as it was before it. */
export class Update {
  readonly engine = new Engine({
    warm: true,
    before: (call) => this.before(call),
    after: (call) => this.after(call),
  });
  stack!: EngineStack;
  /** How many changes it makes undisturbed. */
  changes = 0;
  /** Of which types things exist after it. */
  readonly made = new Set<string>();
  /** What exists after it. */
  wanted: string[] = [];
  /** The change at which it was cut off. */
  struck: Call | undefined;
  private restart!: () => void;
  private count = 0;
  private at = 0;
  private fault: Fault | undefined;

  private constructor() {}

  static async of(from: Config | undefined, to: Config): Promise<Update> {
    const update = new Update();
    await update.prepare(from, to);
    return update;
  }

  private async prepare(from: Config | undefined, to: Config): Promise<void> {
    this.stack = await this.engine.stack("dev", { config: from ?? to });
    if (from !== undefined) succeeded(await this.stack.up());
    this.stack.configure(to);
    this.restart = this.engine.keep();
    this.count = 0;
    succeeded(await this.stack.up());
    this.changes = this.count;
    for (const { type } of this.engine.cloud.all) this.made.add(type);
    this.wanted = inventory(this.engine);
  }

  /** @returns the exit code of `up` */
  async cutOff(fault: Fault, ...options: string[]): Promise<number | null> {
    this.restart();
    [this.count, this.fault, this.struck] = [0, fault, undefined];
    const { code, printed } = await this.stack.up(...options);
    assert.ok(this.struck, `It came to ${this.count} changes of ${this.changes}.\n${printed}`);
    this.fault = undefined;
    return code;
  }

  /** Where it was cut off, for a test that fails. */
  get where(): string {
    return `cut off at change ${this.at} of ${this.changes}: ${this.struck?.method} ${this.struck?.urn}`;
  }

  /** It takes away nothing that the state has in use: the next update would make it anew, and nobody would see. */
  async recover(...flags: string[]): ReturnType<typeof recover> {
    const there = (): string[] => this.engine.cloud.all.map(({ id }) => id);
    const used = this.stack.stored.used.filter((id) => there().includes(id));
    const outcome = await recover(this.engine, this.stack, ...flags);
    const left = there();
    assert.deepEqual(
      used.filter((id) => !left.includes(id)),
      [],
      outcome.printed,
    );
    return outcome;
  }

  /** The state has what AWS did when it was cut off: it does not rely on a next update that writes over it. */
  async adopted(where: string): Promise<void> {
    const { type, urn } = this.struck!;
    if (wayOf(type)?.how === "again") return;
    const { resources } = await this.stack.state();
    assert.ok(
      resources.some((each) => each.urn === urn),
      where,
    );
  }

  /** The next update does the rest, AWS has each thing once, and nothing is left to do. */
  async converges(where: string): Promise<void> {
    const up = await this.stack.up();
    assert.equal(up.code, 0, `${where}\n${up.printed}`);
    assert.deepEqual(inventory(this.engine), this.wanted, where);
    const preview = succeeded(await this.stack.preview("--expect-no-changes"));
    assert.deepEqual(preview.steps.map(line), [], where);
    assert.equal((await this.recover("--dry-run")).code, 0, where);
  }

  stop(): void {
    this.engine.stop();
  }

  private before(call: Call): void {
    this.count++;
    if (!this.fault) return;
    const { step, how, when } = this.fault;
    if (this.struck && how === "killed" && when === "before AWS heard of it") throw new Error("too late");
    if (this.struck || (step !== this.count && step !== `${call.method} ${call.type}`)) return;
    [this.struck, this.at] = [call, this.count];
    if (when === "before AWS heard of it") this.fail(how, "ServiceUnavailable: try again");
  }

  private after(call: Call): void {
    if (this.struck !== call || this.fault?.when !== "after AWS did it") return;
    this.fail(this.fault.how, "RequestTimeout: no answer");
  }

  private fail(how: Fault["how"], answer: string): never {
    if (how === "killed") this.engine.kill();
    else tally.refusals += 1;
    throw new Error(answer);
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
export const inventory = (engine: Engine): string[] =>
  engine.cloud.all
    .filter(({ type }) => !again.includes(type))
    .map(({ type, resource }) => `${type} ${resource}`)
    .sort();

/**
 * The steps at which this run cuts off an update of so many: each, or its share of them; in a short run two.
 *
 * @param turn which of them, where it is one in several: the kinds of faults take turns
 */
export const cutAt = (count: number, turn: number): number[] => {
  const steps = Array.from({ length: count }, (_, i) => i + 1);
  if (short) return steps.filter((step) => step === Math.ceil(count / 2) || step === count);
  return shareOf(steps.filter((step) => (step + turn) % every === 0));
};
