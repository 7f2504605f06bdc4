/** `npm run exec`: opens a shell in a running container of a service, on AWS or on this machine. */
import { spawn } from "node:child_process";
import { z } from "zod";
import { awsClients, type Clients } from "../deploy/clients";
import { configOf, outputsOf, type Pulumi, type PulumiConfig, pulumiCli } from "../deploy/pulumi";
import { regionOf } from "../deploy/state";
import { checkPrograms, findTask, type Programs, sessionArguments } from "../exec/aws";
import { execLocally, unknownService } from "../exec/local";
import { type Io, runCommand } from "./command";
import { checkStack, UsageError } from "./options";

const help = `Opens a shell in a running container of a service, as root.

Usage: npm run exec -- --stack <name> --service <name> [options] [-- command …]

  --stack <name>      stack that has the service (default: dev)
  --service <name>    the service, as the configuration calls it
  --container <name>  container of its task (default: the application's)
  --task <id>         one task, by its id or how that begins (default: the youngest)
  --local             in a container that npm start runs on this machine, instead of on AWS
  --help              this text

Without a command it opens /bin/sh. An image without a shell (distroless) has none: name a program that it has after --.

The service has to have exec: true (docs/exec.md). On AWS it takes the AWS CLI with the session-manager-plugin, and the
credentials of the stack's aws:profile or else the usual ones. They have to allow ecs:ListTasks, DescribeTasks and
ExecuteCommand. What is seen in the session is logged there.

Exit code: on this machine the command's own; on AWS that of the AWS CLI, which does not tell the command's.
`;

const flags = {
  stack: { type: "string", default: "dev" },
  service: { type: "string" },
  container: { type: "string" },
  task: { type: "string" },
  local: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** What is outside this process. */
export interface World {
  pulumi: Pulumi;
  clients: (region: string, config: PulumiConfig) => Clients;
  programs: Programs;
  /** In the place of the engine's containers, with --local. */
  locally: typeof execLocally;
}

const outputs = z.object({
  cluster: z.string(),
  services: z.record(z.string(), z.object({ service: z.string(), taskDefinition: z.string() })).default({}),
});

interface Asked {
  stack: string;
  service: string;
  container: string | undefined;
  task: string | undefined;
  command: readonly string[];
}

/**
 * Runs the command.
 *
 * @param world stands in for Pulumi, AWS and the programs of this machine, for tests
 * @returns the exit code
 */
export const main = (argv: string[], io: Io, world: Partial<World> = {}): Promise<number> =>
  runCommand({ flags, help, words: true }, argv, io, async (values, words) => {
    const { stack, service, container, task, local } = values;
    checkStack(stack);
    if (service === undefined)
      throw new UsageError("Name a service: npm run exec -- --service <name>. With -- --help it says more.");
    // Without the dashes a command looks like a forgotten option's value.
    if (words.length > 0 && !argv.includes("--"))
      throw new UsageError(`Write the command after --: npm run exec -- … -- ${words.join(" ")}`);
    const asked: Asked = {
      ...{ stack, service, container, task },
      command: words.length > 0 ? words : ["/bin/sh"],
    };
    if (local) return (world.locally ?? execLocally)(asked, process);
    return onAws(asked, (line) => void io.stderr.write(`${line}\n`), world);
  });

async function onAws(
  { stack, service, container = service, task, command }: Asked,
  say: (line: string) => void,
  world: Partial<World>,
): Promise<number> {
  const programs = world.programs ?? { ask, attach };
  await checkPrograms(programs);
  const pulumi = world.pulumi ?? pulumiCli(2);
  const told = outputs.safeParse(await outputsOf(pulumi, stack));
  if (!told.success)
    throw new UsageError(`The stack ${stack} has no cluster in its outputs. Fix: deploy it first.`);
  const { cluster, services } = told.data;
  const found = Object.hasOwn(services, service) ? services[service] : undefined;
  if (found === undefined) throw new UsageError(unknownService(service, Object.keys(services), stack));
  const config = await configOf(pulumi, stack);
  const region = regionOf(found.taskDefinition);
  const { ecs } = (world.clients ?? awsClients)(region, config);
  const target = { cluster, service: found.service, container, task };
  const id = await findTask(ecs, target).catch((error: unknown) => {
    const { name, message } = error as Error;
    throw error instanceof UsageError
      ? error
      : new UsageError(name === "Error" ? message : `${name}: ${message}`);
  });
  say(`${service}: ${container} of the task ${id}, as root. What is seen here is logged.`);
  const profile = config["aws:profile"]?.value;
  const ended = await programs.attach("aws", sessionArguments(target, id, { region, profile, command }));
  if (ended !== 0)
    say(
      `The AWS CLI ended with ${ended}. If the image has no ${command[0]}, name a program that it has after --.`,
    );
  return ended;
}

const ask: Programs["ask"] = (program, args) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let printed = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    child.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "ENOENT" ? resolve(undefined) : reject(error),
    );
    child.on("close", () => resolve(printed));
  });

const attach: Programs["attach"] = (program, args) =>
  new Promise((resolve, reject) => {
    // Ctrl-C is for what runs in the session: it reaches the program by the terminal.
    const ignore = (): void => undefined;
    process.on("SIGINT", ignore);
    const child = spawn(program, args, { stdio: "inherit" });
    child.on("error", reject);
    child.on("close", (code) => {
      process.off("SIGINT", ignore);
      resolve(code ?? 1);
    });
  });

if (require.main === module) {
  void main(process.argv.slice(2), process).then((code) => process.exit(code));
}
