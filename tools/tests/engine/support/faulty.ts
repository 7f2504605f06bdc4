/** Updates that are cut off at a step, and the way back that a user takes. */
import assert from "node:assert/strict";
import { Engine, EngineStack, succeeded } from "../../../../tests/engine/support/engine";
import { line } from "../../../../tests/engine/support/events";
import { Call } from "../../../../tests/engine/support/provider";
import { main } from "../../../commands/recover";
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

/** Of what an update makes twice without harm, and what recover says so of: its type, and why. */
const again = [
  "aws:ecs/taskDefinition:TaskDefinition",
  "aws:apigatewayv2/deployment:Deployment",
  "docker:index/image:Image",
  "aws:acm/certificateValidation:CertificateValidation",
];

export type When = "before AWS heard of it" | "after AWS did it";
export interface Fault {
  /** Which change of the update; by its number, or the first of a type. */
  step: number | string;
  when: When;
}

export class Faulty {
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

export async function recover(
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

export interface Standing {
  engine: Engine;
  stack: EngineStack;
  faulty: Faulty;
}

/** A stack that has the one configuration and is about to get the other. */
export async function fromTo(
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
export async function converges(
  engine: Engine,
  stack: EngineStack,
  wanted: string[],
  where: string,
): Promise<void> {
  const up = await stack.up();
  assert.equal(up.code, 0, `${where}\n${up.printed}`);
  assert.deepEqual(inventory(engine), wanted, where);
  const preview = succeeded(await stack.preview("--expect-no-changes"));
  assert.deepEqual(preview.steps.map(line), [], where);
  assert.equal((await recover(engine, stack, "--dry-run")).code, 0, where);
}
