/** `npm run job`: runs a job of a stack once, on AWS or on this machine, and ends as it does. */
import { z } from "zod";
import { awsClients, type Clients } from "../deploy/clients";
import { configOf, outputsOf, type Pulumi, type PulumiConfig, pulumiCli } from "../deploy/pulumi";
import { regionOf } from "../deploy/state";
import { runLocally, unknownJob, type LocalOptions } from "../job/local";
import { runJob } from "../job/run";
import { type Io, runCommand } from "./command";
import { checkStack, UsageError } from "./options";

const help = `Runs a job of a stack once: shows what it prints, and ends with its exit code.

Usage: npm run job -- --stack <name> <job> [options]

  --stack <name>   stack that has the job (default: dev)
  --local          on this machine, as npm start runs tasks, instead of on AWS
  --tasks <how>    with --local: containers or processes; by default containers if an engine answers
  --help           this text

On AWS it runs what was deployed last, and takes the credentials of the stack's aws:profile or else the usual ones of AWS SDKs.
They have to allow ecs:RunTask, DescribeTasks and StopTask, iam:PassRole of the job's two roles and logs:GetLogEvents. Ctrl-C
stops the job as ECS does: SIGTERM, and after two minutes SIGKILL.

Exit code: the job's own; 1 where it could not be run.
`;

const flags = {
  stack: { type: "string", default: "dev" },
  local: { type: "boolean", default: false },
  tasks: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

/** What is outside this process. */
export interface World {
  pulumi: Pulumi;
  clients: (region: string, config: PulumiConfig) => Clients;
  sleep: (milliseconds: number) => Promise<void>;
  /** Calls back at Ctrl-C and SIGTERM. */
  onInterrupt: (stop: () => void) => void;
  /** Instead of the stack's file, with --local. */
  simulation: Partial<LocalOptions>;
}

const outputs = z.object({
  jobs: z
    .record(
      z.string(),
      z.object({
        taskDefinition: z.string(),
        cluster: z.string(),
        subnets: z.array(z.string()),
        securityGroups: z.array(z.string()),
        assignPublicIp: z.boolean(),
        logGroup: z.string(),
      }),
    )
    .default({}),
});

/**
 * Runs the command.
 *
 * @param world stands in for Pulumi, AWS and the clock, for tests
 * @returns the exit code
 */
export const main = (argv: string[], io: Io, world: Partial<World> = {}): Promise<number> =>
  runCommand({ flags, help, words: true }, argv, io, async ({ stack, local, tasks }, words) => {
    const [name, ...others] = words;
    if (name === undefined || others.length > 0)
      throw new UsageError(
        `Name one job${name === undefined ? "" : `, not ${words.join(", ")}`}: npm run job -- --stack <name> <job>. With -- --help it says more.`,
      );
    checkStack(stack);
    if (tasks !== undefined && tasks !== "containers" && tasks !== "processes")
      throw new UsageError(`--tasks is \`${tasks}\`. Allowed are \`containers\` and \`processes\`.`);
    if (tasks !== undefined && !local)
      throw new UsageError(
        `--tasks says how a task runs on this machine. Fix: npm run job -- --stack ${stack} --local --tasks ${tasks} ${name}, or leave ` +
          "--tasks out to run it on AWS.",
      );
    const onInterrupt = world.onInterrupt ?? onSignal;
    const output = (line: string): void => void io.stdout.write(`${line}\n`);
    const say = (line: string): void => void io.stderr.write(`${line}\n`);
    if (local)
      return runLocally(name, { ...world.simulation, stack, tasks }, { output, say, stoppable: onInterrupt });
    return onAws(name, stack, { output, say, onInterrupt }, world);
  });

async function onAws(
  name: string,
  stack: string,
  {
    output,
    say,
    onInterrupt,
  }: { output: (line: string) => void; say: (line: string) => void } & Pick<World, "onInterrupt">,
  world: Partial<World>,
): Promise<number> {
  const pulumi = world.pulumi ?? pulumiCli(2);
  const { jobs } = outputs.parse(await outputsOf(pulumi, stack));
  const job = Object.hasOwn(jobs, name) ? jobs[name] : undefined;
  if (job === undefined) throw new UsageError(unknownJob(name, Object.keys(jobs), stack));
  const config = await configOf(pulumi, stack);
  const clients = (world.clients ?? awsClients)(regionOf(job.taskDefinition), config);
  let interrupted = false;
  onInterrupt(() => (interrupted = true));
  const sleep =
    world.sleep ?? ((milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds)));
  try {
    return await runJob(clients, { ...job, name }, { sleep, output, say, interrupted: () => interrupted });
  } catch (error) {
    const { name: kind, message } = error as Error;
    throw new UsageError(kind === "Error" ? message : `${kind}: ${message}`);
  }
}

function onSignal(stop: () => void): void {
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

if (require.main === module) {
  void main(process.argv.slice(2), process).then((code) => process.exit(code));
}
