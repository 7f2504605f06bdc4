import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { answer, lookUp } from "./aws";
import type { Configured, Where } from "./aws/account";
import { goneWith, overwritten, refuseDelete, refuseTaken, refuseUpdate } from "./refusals";
import { namesOf, texts, type Thing } from "./thing";

type Inputs = Record<string, unknown>;

/** One thing that was made, changed or deleted. */
export interface Change {
  op: "create" | "update" | "delete";
  /** As it is since; as it was, where it is deleted. */
  thing: Thing;
}

/** AWS said no. */
export class Refusal extends Error {}

/**
 * An account at AWS that remembers: what was made stays until it is deleted, and AWS refuses what contradicts it. The answers
 * are those of the simulation (simulate/aws.ts), the refusals those of simulate/refusals.ts.
 */
export class Cloud {
  private things = new Map<string, Thing>();
  private gone = new Set<string>();
  private made = new Map<string, number>();

  /** What the stack that is deployed says of others' things: look-ups find them so. */
  configured: Configured | undefined;

  /** Hears of every change once it is made. */
  watch: ((change: Change) => void) | undefined;

  constructor(private readonly where: Where) {}

  /** What somebody else has made, with the id that it has. */
  place(thing: Thing): void {
    this.things.set(key(thing.type, thing.id), { ...thing });
    for (const name of namesOf(thing)) this.gone.delete(name);
  }

  /** Remembers the account as it is now; the answer brings it back, as often as it is called. */
  keep(): () => void {
    const { things, gone, made } = this;
    const kept = structuredClone({ things, gone, made });
    return () => void Object.assign(this, structuredClone(kept));
  }

  /** What exists, in the order in which it was made. */
  get all(): Thing[] {
    return [...this.things.values()];
  }

  /**
   * @throws Refusal where AWS would refuse
   */
  create(type: string, resource: string, inputs: Inputs): Thing {
    this.checkReferences(type, inputs);
    refuse(refuseTaken(type, inputs, this.all));
    const there = overwritten(type, inputs, this.all);
    if (there) return this.update(type, there.id, inputs);
    const { id, outputs } = this.unlike(type, resource, inputs);
    const thing = { type, resource, id, inputs, outputs };
    this.things.set(key(type, id), thing);
    this.gone.delete(id);
    this.tell("create", thing);
    return thing;
  }

  /**
   * @throws Refusal where AWS would refuse, or has no such thing
   */
  update(type: string, id: string, inputs: Inputs): Thing {
    const thing = this.find(type, id);
    if (!thing) throw new Refusal(`NotFoundException: ${type} ${id} does not exist`);
    refuse(refuseUpdate(thing, inputs));
    this.checkReferences(type, inputs);
    const others = this.all.filter((other) => other.id !== id);
    refuse(refuseTaken(type, inputs, others));
    thing.inputs = inputs;
    Object.assign(thing.outputs, volatile(type, inputs));
    this.tell("update", thing);
    return thing;
  }

  find(type: string, id: string): Thing | undefined {
    return this.things.get(key(type, id));
  }

  /** To delete what is gone is no mistake: the providers take AWS's "not found" for done. */
  delete(type: string, id: string): void {
    const thing = this.find(type, id);
    if (!thing) return;
    refuse(refuseDelete(thing, this.all));
    this.remove(thing);
  }

  lookUp(token: string, inputs: Inputs): unknown {
    return lookUp(token, inputs, { ...this.where, configured: this.configured });
  }

  /** What a resource would be told, had it been made; its ids are not those it will have. */
  foretell(type: string, resource: string, inputs: Inputs): Inputs {
    return this.answer(type, resource, inputs, 1).outputs;
  }

  /** With an id that nothing has: the second `/pr` is not to be taken for the first `/pr-2`. */
  private unlike(type: string, resource: string, inputs: Inputs): { id: string; outputs: Inputs } {
    for (let tries = 0; tries < 10; tries += 1) {
      const made = this.answer(type, resource, inputs, this.count(`${type} ${resource}`));
      if (!this.find(type, made.id)) return made;
    }
    throw new Error(`${type} ${resource} has the id of something else, whatever it is called.`);
  }

  private answer(
    type: string,
    resource: string,
    inputs: Inputs,
    number: number,
  ): { id: string; outputs: Inputs } {
    // A replacement exists beside what it replaces, so it has an id of its own.
    const { id, outputs } = answer(
      type,
      number === 1 ? resource : `${resource}-${number}`,
      inputs,
      this.where,
    );
    if (type === "aws:ecs/taskDefinition:TaskDefinition") {
      const revision = number;
      Object.assign(outputs, { revision, arn: String(outputs.arn).replace(/:1$/, `:${revision}`) });
    }
    return { id, outputs: { ...outputs, ...volatile(type, inputs) } };
  }

  private count(what: string): number {
    const number = (this.made.get(what) ?? 0) + 1;
    this.made.set(what, number);
    return number;
  }

  private remove(thing: Thing): void {
    this.things.delete(key(thing.type, thing.id));
    for (const name of namesOf(thing)) this.gone.add(name);
    this.tell("delete", thing);
    for (const other of goneWith(thing, this.all)) this.remove(other);
  }

  private tell(op: Change["op"], thing: Thing): void {
    this.watch?.({ op, thing: { ...thing, outputs: { ...thing.outputs } } });
  }

  /**
   * What was deleted cannot be named; what was never here belongs to others. AWS does not look everywhere (a policy may name
   * what is gone): that it is refused here all the same is never kinder than AWS, and finds a wrong order.
   */
  private checkReferences(type: string, inputs: Inputs): void {
    const alive = new Set(this.all.flatMap(namesOf));
    for (const value of texts(inputs)) {
      const name = value.replace(/^integrations\//, "");
      if (this.gone.has(name) && !alive.has(name))
        throw new Refusal(`NotFoundException: ${type} names ${name}, which does not exist any more`);
    }
  }
}

function refuse(because: string | undefined): void {
  if (because !== undefined) throw new Refusal(because);
}

const key = (type: string, id: string): string => `${type} ${id}`;

/** What changes with the inputs, though the resource stays. */
function volatile(type: string, inputs: Inputs): Inputs {
  if (type !== "docker:index/image:Image") return {};
  const { imageName, build } = inputs as { imageName: string; build?: { contextDigest?: string } };
  const digest = createHash("sha256").update(`${imageName} ${build?.contextDigest}`).digest("hex");
  return { repoDigest: `${imageName.replace(/:[^:/]*$/, "")}@sha256:${digest}` };
}

/** What of a folder decides whether its image is built again: a stand-in for the provider's digest of the build context. */
export function digestOf(folder: string): string {
  const hash = createHash("sha256");
  const visit = (directory: string): void => {
    for (const entry of fs.readdirSync(directory, { withFileTypes: true }).sort(byName)) {
      if (/^(node_modules|__pycache__|\.(?!dockerignore).*)$/.test(entry.name)) continue;
      const file = path.join(directory, entry.name);
      if (entry.isDirectory()) visit(file);
      else if (entry.isFile()) hash.update(`${path.relative(folder, file)}\n`).update(fs.readFileSync(file));
    }
  };
  if (fs.existsSync(folder)) visit(folder);
  return hash.digest("hex");
}

const byName = (a: fs.Dirent, b: fs.Dirent): number => (a.name < b.name ? -1 : 1);
