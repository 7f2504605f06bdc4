import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Change } from "../../../../simulate/cloud";
import type { Deployment } from "../../../../simulate/deployment";
import { simulate } from "../../../../simulate/program";
import { toConfig } from "../../../../simulate/stack";
import { Configuration, Family } from "../../../../tests/engine/support/configurations";
import { Engine, EngineStack, succeeded } from "../../../../tests/engine/support/engine";
import { line, type Step } from "../../../../tests/engine/support/events";
import { tally } from "../../../../tests/engine/support/tally";
import { Deployed, toDeployed } from "../../../against/deployed";
import { noticesOf } from "../../../against/people";
import { Update, updateFrom } from "../../../against/update";
import { creationTime } from "../../../plan/creation-times";
import { watch } from "./moments";

/** What one update came to. */
export interface Transition {
  steps: Step[];
  /** Kinds of resources that were replaced, of those that `protect` protects. */
  replaced: string[];
  /** Whether requests failed in between. */
  interrupts: boolean;
}

interface Version {
  simulated: Deployment;
  deployed: Deployed[];
}

/** A stack that goes from configuration to configuration; whatever holds of every update is asserted of each. */
export class Walk {
  private current: Version | undefined;
  private stack!: EngineStack;
  private beside: EngineStack | undefined;
  private readonly known = new Map<Configuration, Version>();
  private protectedTypes: ReadonlySet<string> = new Set();

  /** AWS takes its time: a thousandth of it here, so that what is slow ends after what is quick. */
  readonly engine = new Engine({ warm: true, before: ({ type }) => sleep(creationTime(type, {}).seconds) });

  constructor(private readonly family: Family) {}

  async start(): Promise<void> {
    const { resources } = await simulate({ stack: "prod" });
    const kept = resources.filter(({ custom, options }) => custom && options.protect);
    this.protectedTypes = new Set(kept.map(({ type }) => type));
    const { beside, foreign = [], stack } = this.family;
    if (beside) {
      this.beside = await this.engine.stack(beside.stack, { config: beside.config });
      succeeded(await this.beside.up());
    }
    for (const thing of foreign) this.engine.cloud.place(thing);
    this.stack = await this.engine.stack(stack, { config: this.family.base });
  }

  stop(): void {
    this.engine.stop();
  }

  /** One update; `settled` looks whether it left anything to do. */
  async to(config: Configuration, { settled }: { settled: boolean }): Promise<Transition> {
    const next = await this.version(config);
    const before = this.current;
    const update = updateFrom(before?.deployed ?? [], next.deployed);
    const things = this.engine.cloud.all.map((thing) => ({ ...thing, outputs: { ...thing.outputs } }));
    const changes: Change[] = [];
    this.stack.configure(config);
    this.engine.cloud.watch = (change) => void changes.push(change);
    const { steps } = succeeded(await this.stack.up());
    this.engine.cloud.watch = undefined;
    this.current = { ...next, deployed: kept(before?.deployed ?? [], next.deployed) };

    assert.deepEqual(told(made(steps)), expected(update));
    assert.deepEqual(inOrder(update, steps), []);
    const looked = [...(before?.simulated.invocations ?? []), ...next.simulated.invocations];
    const { moments, interruptions, opened, ended, stuck } = watch(things, changes, looked);
    if (before) tally.transitions += 1;
    tally.moments += moments;
    const notices = noticesOf(update, next.simulated.warnings);
    const foretold = notices.filter(({ seconds }) => seconds > 0).map(({ what }) => what);
    if (foretold.length === 0) assert.deepEqual(interruptions, []);
    else assert.notDeepEqual(interruptions, [], `foretold, but it never came: ${foretold.join(" ")}`);
    assert.deepEqual(opened, []);
    const stranded = notices.filter(({ what }) => /are not replaced|do not start/.test(what));
    assert.equal(
      stuck.length > 0,
      stranded.length > 0,
      `${JSON.stringify(stuck)} was found, ${JSON.stringify(stranded)} foretold`,
    );
    const lost = notices.filter(({ what }) => /leads? nowhere|below execute-api/.test(what));
    assert.equal(lost.length > 0, ended.length > 0, `${ended.join(", ")} ended; ${JSON.stringify(lost)}`);
    if (settled) await this.settled();
    const replaced = steps.filter(({ op, type }) => op === "replace" && this.protectedTypes.has(type));
    return {
      steps,
      replaced: [...new Set(replaced.map(({ type }) => type.split(":").pop()!))].sort(),
      interrupts: interruptions.length > 0,
    };
  }

  /** Nothing is left to do, in the program or in AWS, and the state tells no secret. */
  private async settled(): Promise<void> {
    const preview = succeeded(await this.stack.preview("--expect-no-changes"));
    assert.deepEqual(preview.steps.map(line), []);
    const refresh = succeeded(await this.stack.refresh("--expect-no-changes"));
    assert.deepEqual(refresh.steps.map(line), []);
    assert.ok(
      !(await this.stack.state()).text.includes("local-token"),
      "the registry's password is in the state",
    );
  }

  /** Those that it went through. */
  get configurations(): Configuration[] {
    return [...this.known.keys()];
  }

  /** What a destroy leaves in AWS, without what others have there. */
  async destroyed(): Promise<string[]> {
    succeeded(await this.stack.destroy());
    assert.deepEqual((await this.stack.state()).resources, []);
    if (this.beside) succeeded(await this.beside.destroy());
    const foreign = new Set((this.family.foreign ?? []).map(({ id }) => id));
    const left = this.engine.cloud.all.filter(({ id }) => !foreign.has(id));
    return [...new Set(left.map(({ type }) => type))].sort();
  }

  private async version(config: Configuration): Promise<Version> {
    const known = this.known.get(config);
    if (known) return known;
    const { stack, beside } = this.family;
    const stacks = beside && { [beside.stack]: toConfig(beside.config) };
    const simulated = await simulate({ stack, config: toConfig(config), ...(stacks && { stacks }) });
    const made = { simulated, deployed: toDeployed(simulated) };
    this.known.set(config, made);
    return made;
  }
}

/** What the stack has: of an input that is ignored, what it had before, whatever the program says of it by now. */
function kept(before: readonly Deployed[], next: readonly Deployed[]): Deployed[] {
  const had = new Map(before.map((resource) => [resource.urn, resource]));
  return next.map((resource) => {
    const old = had.get(resource.urn);
    if (!old || resource.ignoreChanges.length === 0) return resource;
    const ignored = new Set(resource.ignoreChanges);
    const said = Object.entries(resource.inputs).filter(([input]) => !ignored.has(input));
    const stays = Object.entries(old.inputs).filter(([input]) => ignored.has(input));
    return { ...resource, inputs: Object.fromEntries([...said, ...stays]) };
  });
}

/** The engine's lines for each step that is foretold. */
function expected({ steps }: Update): string[] {
  return steps
    .flatMap(({ op, resource: { type, name }, before }) => {
      const ops = op === "replace" ? ["create-replacement", "replace", "delete-replaced"] : [op];
      return ops.map(
        (one) => `${one} ${type} ${one === "delete-replaced" ? (before ?? { name }).name : name}`,
      );
    })
    .sort();
}

/** Without components, and without the providers that Pulumi makes by itself, which have no options here. */
const made = (steps: Step[]): Step[] =>
  steps.filter(
    ({ type, name }) =>
      type.includes("/") || (type.startsWith("pulumi:providers:") && !/^default(_|$)/.test(name)),
  );
const told = (steps: Step[]): string[] => steps.map(line).sort();

/** Pairs that must come one after the other, by the prediction. */
function inOrder(update: Update, steps: Step[]): string[] {
  const at = (op: string, urn: string): number =>
    steps.findIndex((step) => step.op === op && step.urn === urn);
  const madeAt = (urn: string): number =>
    Math.max(at("create", urn), at("update", urn), at("create-replacement", urn), at("import", urn));
  const wrong: string[] = [];
  for (const { op, resource, before, deletesFirst } of update.steps) {
    const { urn } = resource;
    if (op === "delete") {
      for (const other of update.steps)
        if (other.op === "delete" && other.resource.dependencies.includes(urn))
          if (at("delete", other.resource.urn) > at("delete", urn))
            wrong.push(`${urn} is deleted before its user`);
      continue;
    }
    for (const needed of resource.dependencies) {
      const [made, user] = [madeAt(needed), madeAt(urn)];
      if (made >= 0 && user >= 0 && made > user) wrong.push(`${urn} before what it needs, ${needed}`);
    }
    if (op !== "replace") continue;
    const first = at("delete-replaced", before!.urn) < at("create-replacement", urn);
    if (first !== deletesFirst) wrong.push(`${urn} is ${first ? "" : "not "}deleted first`);
  }
  return wrong;
}
