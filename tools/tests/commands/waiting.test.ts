/** Every command that reads says what it waits for: AWS here answers once something was said, and Pulumi too. */
import assert from "node:assert/strict";
import type { Aws } from "../../aws/cli";
import type { Io } from "../../commands/command";
import { main as doctor } from "../../commands/doctor";
import { main as logs } from "../../commands/logs";
import { main as recover } from "../../commands/recover";
import { main as status } from "../../commands/status";
import type { Pulumi } from "../../deploy/pulumi";
import { exported } from "../deploy/exported";
import { awsOf, healthy, now, system } from "../status/recorded";
import * as prod from "../doctor/recorded";
import { state as prodState } from "../doctor/state";

const pace = { first: 5, again: 5 };

interface World {
  pulumi: Required<Pulumi>;
  aws: (region: string, profile: string | undefined) => Aws;
}
type Run = (io: Io, world: World) => Promise<number>;

async function waited(run: Run, state: string, answers: Aws): Promise<{ stdout: string; stderr: string }> {
  const written = { stdout: "", stderr: "" };
  const hear: (() => void)[] = [];
  const io = {
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: {
      write: (text: string) => {
        written.stderr += text;
        for (const go of hear.splice(0)) go();
      },
    },
  };
  const said = (): Promise<void> => new Promise((go) => hear.push(go));
  const pulumi: Required<Pulumi> = {
    run: () => Promise.resolve(0),
    ask: async ([word]) => {
      if (word === "stack") await said();
      return { code: 0, answer: word === "stack" ? state : "{}" };
    },
    hear: () => assert.fail("nothing is written"),
  };
  // The first call hangs; the others are as quick as ever.
  let calls = 0;
  const aws: Aws = async (args, signal) => {
    if ((calls += 1) === 1) await said();
    return answers(args, signal);
  };
  await run(io, { pulumi, aws: () => aws });
  return written;
}

describe("what a command waits for", () => {
  const cases: [string, Run, state: string, answers: Aws, first: string][] = [
    [
      "doctor",
      (io, world) =>
        doctor(["--json"], io, {
          ...{ ...world, pace, now: () => Date.parse("2026-11-26T12:00:00Z") },
          outside: { resolve: () => Promise.resolve(["192.0.2.1"]), reach: () => Promise.resolve() },
        }),
      prodState,
      prod.answering({}, []),
      "ecs describe-services",
    ],
    [
      "logs",
      (io, world) => logs(["--json"], io, { ...world, pace, now: () => now.getTime() }),
      exported({}),
      awsOf({ "logs filter-log-events": { events: [] } }).aws,
      "logs filter-log-events",
    ],
    [
      "recover",
      (io, world) => recover(["--json", "--dry-run"], io, { ...world, pace, confirm: undefined }),
      prodState,
      () => Promise.resolve({}),
      "resourcegroupstaggingapi get-resources",
    ],
    [
      "status",
      (io, world) => status(["--json"], io, { ...world, pace, now: () => now }),
      exported({}),
      awsOf(healthy).aws,
      "ecs describe-services",
    ],
  ];
  for (const [name, run, state, answers, first] of cases)
    it(`${name} says it on standard error, and not in its report`, async () => {
      const { stdout, stderr } = await waited(run, state, answers);
      const lines = stderr.split("\n");
      assert.equal(lines[0], "Waiting for Pulumi: stack export.");
      assert.ok(
        lines.some((line) => line.startsWith(`Waiting for AWS: ${first}`)),
        stderr,
      );
      assert.doesNotMatch(stdout, /Waiting/);
      if (name !== "logs") assert.doesNotThrow(() => void JSON.parse(stdout), stdout);
    });

  it("logs --local says it of npm start", async () => {
    const local: Run = (io, { aws }) =>
      logs(["--local"], io, {
        ...{ pace, now: () => now.getTime() },
        local: () => Promise.resolve({ system, aws: aws("", undefined) }),
      });
    const { aws } = awsOf({ "logs filter-log-events": { events: [] } });
    const { stderr } = await waited(local, "", aws);
    assert.match(stderr, /^Waiting for npm start: logs filter-log-events\.\n/);
  });
});
