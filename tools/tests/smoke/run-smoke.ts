/** Runs the command in this process, with a clock that only its own pauses move. */
import { main, type World } from "../../commands/smoke";
import type { Pulumi } from "../../deploy/pulumi";

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** A clock that stands still while nobody sleeps. */
export class Clock {
  private time = 1_000_000;
  readonly pauses: number[] = [];
  readonly now = (): number => this.time;
  readonly sleep = (milliseconds: number): Promise<void> => {
    this.pauses.push(milliseconds);
    this.time += milliseconds;
    return Promise.resolve();
  };
}

/** What stands in for the world. */
export type Run = Partial<World> & { clock?: Clock };

export async function smoke(argv: string[], world: Run = {}): Promise<Ended> {
  const written = { stdout: "", stderr: "" };
  const io = {
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: { write: (text: string) => (written.stderr += text) },
  };
  const { clock = new Clock(), ...rest } = world;
  const { now, sleep } = clock;
  const code = await main(argv, io, { now, sleep, random: () => 0.5, ...rest });
  return { code, ...written };
}

export interface JsonCheck {
  name: string;
  outcome: string;
  detail: string;
  tries: number;
  failure?: { expected: string; got: string; fix: string };
}

/** The same with `--json`: what became of each check, by name. */
export async function checked(
  argv: string[],
  world: Run = {},
): Promise<{ code: number; url: string; checks: Map<string, JsonCheck>; failed: string[] }> {
  const { code, stdout, stderr } = await smoke([...argv, "--json"], world);
  if (stdout === "") throw new Error(stderr);
  const { url, checks } = JSON.parse(stdout) as { url: string; checks: JsonCheck[] };
  return {
    code,
    url,
    checks: new Map(checks.map((check) => [check.name, check])),
    failed: checks.filter(({ outcome }) => outcome === "failed").map(({ name }) => name),
  };
}

/** Stands in for Pulumi's command line. */
export const outputs = (answer: object, code = 0): Pulumi & { calls: string[][] } => {
  const calls: string[][] = [];
  return {
    calls,
    run: () => Promise.reject(new Error("nothing is deployed here")),
    ask: (args) => {
      calls.push(args);
      return Promise.resolve({ code: args[0] === "stack" ? code : 0, answer: JSON.stringify(answer) });
    },
  };
};
