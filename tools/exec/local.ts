/** Opens a shell in a container that `npm start` runs on this machine, as ECS Exec would on AWS: as root. */
import type Docker from "dockerode";
import { withReferences } from "../../simulate/deployment";
import { simulate, type SimulateOptions } from "../../simulate/program";
import { projectFolder } from "../../simulate/stack";
import { UsageError } from "../commands/options";
import { label, projectLabel } from "../local/fargate/labels";
import { type Engine, findEngine } from "../local/fargate/engine";
import { readTopology } from "../local/topology";
import type { ServiceView } from "../local/ecs/views";

export interface LocalTarget {
  stack: string;
  /** As the configuration calls it. */
  service: string;
  /** Left out: the application's. */
  container: string | undefined;
  task: string | undefined;
  command: readonly string[];
}

/** Where a session is seen and typed; `process` is one. */
export interface Terminal {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
}

/**
 * Runs a command in a container of a running `npm start`.
 *
 * @returns its exit code
 * @throws UsageError where there is none, with why and what mends it
 */
export async function execLocally(
  target: LocalTarget,
  terminal: Terminal,
  options: Partial<SimulateOptions> & { engine?: () => Promise<Engine> } = {},
): Promise<number> {
  const { engine: find = findEngine, ...simulation } = options;
  const own = await simulate({ ...simulation, stack: target.stack });
  const { services } = readTopology({ ...own, resources: withReferences(own) });
  const ofStack = new Map(
    services.filter(({ urn }) => urn.startsWith(`urn:pulumi:${target.stack}::`)).map((s) => [nameOf(s), s]),
  );
  const service = ofStack.get(target.service);
  if (service === undefined)
    throw new UsageError(unknownService(target.service, [...ofStack.keys()], target.stack));
  if (!service.exec) throw new UsageError(withoutExec(target.service, target.stack));
  const names = (service.task?.containers ?? []).map(({ name }) => name);
  const container = target.container ?? service.task?.container.name ?? target.service;
  if (!names.includes(container))
    throw new UsageError(
      `The tasks of ${target.service} have no container ${container}. Allowed: ${names.join(", ")}.`,
    );
  const engine = await find().catch((error: unknown) => {
    throw new UsageError(
      `No container can be entered: ${(error as Error).message}. Tasks that run as processes have none: they run on this ` +
        "machine as any other process.",
    );
  });
  const { cluster, name } = service;
  const wanted = { project: projectFolder, cluster, service: name, container, task: target.task };
  const code = await enter(engine.docker, wanted, target.command, terminal);
  if (code !== undefined) return code;
  throw new UsageError(
    `No container ${container} of ${target.service} runs here${target.task === undefined ? "" : ` in a task ${target.task}…`}. ` +
      `Fix: npm start -- --stack ${target.stack} --tasks containers, in another terminal. Tasks that run as processes have no ` +
      "container to enter.",
  );
}

/** A container that runs, as its labels tell of it. */
export interface Wanted extends Pick<ServiceView, "cluster"> {
  /** Folder of the checkout. */
  project: string;
  /** As ECS calls it. */
  service: string;
  container: string;
  /** Id of a task, or how it begins; left out, the youngest. */
  task: string | undefined;
}

/**
 * Runs a command in a container.
 *
 * @returns its exit code; undefined where no such container runs
 */
export async function enter(
  docker: Docker,
  wanted: Wanted,
  command: readonly string[],
  terminal: Terminal,
): Promise<number | undefined> {
  const found = await youngest(docker, wanted);
  return found && inContainer(docker, found, command, terminal);
}

/** What to say of a service that there is not. */
export const unknownService = (name: string, known: readonly string[], stack: string): string =>
  `The stack ${stack} has no service ${name}. Allowed: ${[...known].sort().join(", ")}.`;

/** What to say of a service that is closed. */
const withoutExec = (name: string, stack: string): string =>
  `The service ${name} has no ECS Exec: AWS would refuse the session. Fix: set exec: true at it in Pulumi.${stack}.yaml, and start anew.`;

const nameOf = ({ urn }: ServiceView): string => urn.split("::").at(-1)!;

async function youngest(docker: Docker, wanted: Wanted): Promise<Docker.Container | undefined> {
  const labels = {
    [label.project]: projectLabel(wanted.project),
    [label.cluster]: wanted.cluster,
    [label.service]: wanted.service,
    [label.container]: wanted.container,
  };
  const filters = { label: Object.entries(labels).map(([key, value]) => `${key}=${value}`) };
  const all = await docker.listContainers({ filters });
  const [first] = all
    .filter(({ Labels }) => (Labels[label.task] ?? "").startsWith(wanted.task ?? ""))
    .sort((a, b) => b.Created - a.Created);
  return first && docker.getContainer(first.Id);
}

/** What engines say of a program that an image does not have. */
const noProgram = /executable file .*not found|no such file or directory/i;

async function inContainer(
  docker: Docker,
  container: Docker.Container,
  command: readonly string[],
  { stdin, stdout }: Terminal,
): Promise<number> {
  const isTerminal = Boolean(stdin.isTTY && stdout.isTTY);
  const exec = await container.exec({
    Cmd: [...command],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: isTerminal,
    // As on AWS, whatever user the container has: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
    User: "0",
  });
  const absent = new UsageError(
    `The image has no ${command[0]}; distroless images have no shell at all. Fix: name a program that it has, after --.`,
  );
  const stream = await exec.start({ hijack: true, stdin: true, Tty: isTerminal }).catch((error: unknown) => {
    throw noProgram.test((error as Error).message) ? absent : error;
  });
  let seen = "";
  stream.on("data", (chunk: Buffer) => (seen = (seen + chunk.toString("latin1")).slice(-1000)));
  // With a terminal the engine sends bytes as they are, else in frames for either output.
  if (isTerminal) stream.pipe(stdout, { end: false });
  else docker.modem.demuxStream(stream, stdout, process.stderr);
  const resize = (): void => void exec.resize({ h: stdout.rows, w: stdout.columns }).catch(() => undefined);
  if (isTerminal) {
    stdin.setRawMode(true);
    stdout.on("resize", resize);
    resize();
  }
  stdin.pipe(stream);
  try {
    await new Promise<void>((resolve, reject) =>
      stream.on("end", resolve).on("close", resolve).on("error", reject),
    );
  } finally {
    stdin.unpipe(stream);
    stdin.pause();
    if (isTerminal) {
      stdin.setRawMode(false);
      stdout.off("resize", resize);
    }
    stream.destroy();
  }
  const { ExitCode } = await exec.inspect();
  // Some engines say it on the stream, and end with the code that a shell gives.
  if ((ExitCode === 126 || ExitCode === 127) && /OCI runtime|exec failed/i.test(seen) && noProgram.test(seen))
    throw absent;
  return ExitCode ?? 1;
}
