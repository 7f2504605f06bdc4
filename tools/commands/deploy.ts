/** `npm run deploy`: pulumi up, and then a second look at what really runs. */
import { createColors, isColorSupported } from "picocolors";
import { awsClients, type Clients, credentialAdvice } from "../deploy/clients";
import { awsCli } from "../aws/cli";
import type { Verdict } from "../deploy/judge";
import { look, type Pace } from "../deploy/look";
import { observe } from "../deploy/observe";
import { discoverableOf, progressOf, progressText } from "../deploy/progress";
import { configOf, type Pulumi, type PulumiConfig, pulumiCli } from "../deploy/pulumi";
import { stoppedTasks } from "../deploy/reasons";
import { notReady, surroundings } from "../deploy/ready";
import { isGood, progressLine, type Report, type Result, toJson, toText } from "../deploy/report";
import { readState, regionOf, type State, type Target } from "../deploy/state";
import { watch } from "../deploy/watch";
import { checkStack, type readOptions, UsageError } from "./options";
import { rest } from "./signals";
import { type Io, runCommand } from "./command";

const help = `Deploys a stack, and then looks at what really runs: a deployment that ECS rolled back is a failure here.

Usage: npm run deploy -- [options]

  --stack <name>    stack to deploy (default: dev)
  --yes             without asking; needed where there is no terminal
  --wait <minutes>  how long the second look waits for deployments that are still in progress (default: 10)
  --json            the report as JSON on standard output, everything else on standard error
  --help            this text

It first looks whether it can: the stack's file, Pulumi and its login, AWS credentials, a Docker engine where images are
built, and no update that was cut off. Then it runs \`pulumi up\`, which asks AWS what there is, shows its preview and asks.
With api.autoDeploy false it then publishes the API once more, so that routes taken out stop being served. The second look
needs the AWS credentials that the update had.

While it waits it says what each service is at: tasks new and old, their health, who is discoverable (by the AWS CLI, where there
is one), and the minutes left. On a terminal, where Pulumi draws, npm run status says the same in another one.

Exit code: that of pulumi if it fails, else 1 if a service does not run what was deployed or could not be looked at, else 0.
`;

const flags = {
  stack: { type: "string", default: "dev" },
  yes: { type: "boolean", default: false },
  wait: { type: "string", default: "10" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** What is outside this process. */
export interface World extends Pick<Pace, "now" | "sleep"> {
  pulumi: Pulumi;
  clients(region: string, config: PulumiConfig): Clients;
  /** Asked for who is discoverable alone. */
  aws: typeof awsCli;
  /** Ends early where the signal says so. */
  rest: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** What keeps the stack from being deployed. */
  notReady(stack: string, unattended: boolean): Promise<string[]>;
}

/**
 * Runs the command.
 *
 * @param world stands in for Pulumi, AWS and the clock, for tests
 * @returns the exit code
 */
export const main = (argv: string[], io: Io, world: Partial<World> = {}): Promise<number> =>
  runCommand({ flags, help }, argv, io, (options) => {
    checkStack(options.stack);
    if (!/^\d{1,3}$/.test(options.wait))
      throw new UsageError(`--wait is \`${options.wait}\`. Allowed are whole minutes from 0 to 999.`);
    return deploy(options, io, world);
  });

type Options = ReturnType<typeof readOptions<typeof flags>>;

async function deploy({ stack, yes, json, wait }: Options, io: Io, world: Partial<World>): Promise<number> {
  const say = (line: string) => void io.stderr.write(`${line}\n`);
  const pulumi = world.pulumi ?? pulumiCli(json ? 2 : 1);
  const finish = (exitCode: number, report: Partial<Report> = { stack }, error?: string): number => {
    if (error !== undefined) say(error);
    if (json) io.stdout.write(toJson({ exitCode, ...report, error }));
    return exitCode;
  };

  const ready = world.notReady ?? ((...asked) => notReady(...asked, surroundings(pulumi)));
  const problems = await ready(stack, yes || !process.stdin.isTTY);
  if (problems.length > 0) return finish(1, { stack }, refusal(stack, problems));

  let code = 0;
  let state: State;
  try {
    const up = ["up", "--stack", stack, ...(yes ? ["--yes"] : [])];
    // On a terminal Pulumi draws, and lines between would tear its picture.
    if (io.stdout.isTTY === true)
      say(`While it waits for services, in another terminal: npm run status -- --stack ${stack}`);
    code = await (io.stdout.isTTY === true
      ? pulumi.run(up)
      : watched(pulumi.run(up), { pulumi, stack, world, say }));
    const { code: exportCode, answer } = await pulumi.ask(["stack", "export", "--stack", stack]);
    if (exportCode !== 0)
      return finish(code || 1, { stack }, "No second look: the stack's state is not readable.");
    state = readState(answer);
  } catch (error) {
    return finish(code || 1, { stack }, (error as Error).message);
  }
  code = await publish(pulumi, stack, state, code, say);

  if (state.services.length === 0) {
    return finish(
      code,
      { stack, url: state.url, services: [] },
      "No second look: the stack has no service yet.",
    );
  }
  try {
    const config = await configOf(pulumi, stack);
    const services = await secondLook(state, config, Number(wait) * 60, world, say);
    const report: Report = { stack, url: state.url, services };
    const exitCode = code || (isGood(report) ? 0 : 1);
    if (!json) io.stdout.write(toText(report, createColors(io.stdout.isTTY === true && isColorSupported)));
    if (code !== 0) say(`pulumi ended with exit code ${code}.`);
    return finish(exitCode, report);
  } catch (error) {
    const { name, message } = error as Error;
    return finish(code || 1, { stack }, `No second look: ${name}: ${message}\n${credentialAdvice}`);
  }
}

interface Watching {
  pulumi: Pulumi;
  stack: string;
  world: Partial<World>;
  say: (line: string) => void;
}

/** What an update returns, and meanwhile what its services are at. */
async function watched(update: Promise<number>, { pulumi, stack, world, say }: Watching): Promise<number> {
  const ended = new AbortController();
  const { signal } = ended;
  let config: PulumiConfig | undefined;
  // It may be in the middle of a question, for whose answer nobody waits.
  void watch({
    ...{ say, signal, now: world.now ?? Date.now },
    sleep: world.rest ?? rest,
    targets: async () => {
      const { code, answer } = await pulumi.ask(["stack", "export", "--stack", stack]);
      return code === 0 ? readState(answer, true).services : [];
    },
    ecs: async ([first]) => {
      config ??= await configOf(pulumi, stack);
      const region = regionOf(first!.taskDefinition);
      return {
        ecs: (world.clients ?? awsClients)(region, config).ecs,
        discoverable: discoverableOf((world.aws ?? awsCli)(region, config["aws:profile"]?.value)),
      };
    },
  });
  try {
    return await update;
  } finally {
    ended.abort();
  }
}

const refusal = (stack: string, problems: readonly string[]): string =>
  [
    `The stack ${stack} cannot be deployed yet. ${problems.length === 1 ? "1 problem" : `${problems.length} problems`}, and nothing was changed:`,
    ...problems.map((problem) => problem.replaceAll(/^/gm, "  ")),
  ].join("\n");

/**
 * Publishes an API that is deployed explicitly once more. Pulumi deletes last, so the deployment that `up` made still holds
 * the routes it took out (https://github.com/pulumi/pulumi-aws/issues/3289). A second `up` alone sees no change; replacing
 * the deployment takes a new snapshot, and the state knows of it, so that no refresh can bring the old one back.
 */
async function publish(
  pulumi: Pulumi,
  stack: string,
  { apiDeployments }: State,
  code: number,
  say: (line: string) => void,
): Promise<number> {
  if (apiDeployments.length === 0) return code;
  const warning =
    "The API was not published once more: routes that this update takes out may still be served.";
  if (code !== 0) {
    say(warning);
    return code;
  }
  say("\nPublishing the API once more, so that routes taken out stop being served.");
  const replaced = apiDeployments.flatMap((urn) => ["--replace", urn]);
  // The update has just asked AWS what there is.
  const unasked = ["--yes", "--skip-preview", "--refresh=false"];
  const published = await pulumi.run(["up", "--stack", stack, ...unasked, ...replaced]);
  if (published !== 0) say(warning);
  return published;
}

async function secondLook(
  { services }: State,
  config: PulumiConfig,
  limitSeconds: number,
  world: Partial<World>,
  say: (line: string) => void,
): Promise<Result[]> {
  const region = regionOf(services[0]!.taskDefinition);
  const clients = (world.clients ?? awsClients)(region, config);
  const discoverable = discoverableOf((world.aws ?? awsCli)(region, config["aws:profile"]?.value));
  const verdicts = await look(services, (targets) => observe(clients.ecs, targets), {
    limitSeconds,
    now: world.now ?? Date.now,
    sleep: world.sleep ?? ((milliseconds) => new Promise((done) => setTimeout(done, milliseconds))),
    progress: async (verdict, seconds, target) => {
      const progress = await progressOf(clients.ecs, target, discoverable).catch(() => undefined);
      say(
        progress === undefined
          ? progressLine(verdict, seconds)
          : progressText(progress, (limitSeconds - seconds) * 1000),
      );
    },
  });
  const results: Result[] = [];
  for (const [index, verdict] of verdicts.entries()) {
    results.push(await withReasons(clients, services[index]!, verdict));
  }
  return results;
}

async function withReasons(clients: Clients, target: Target, verdict: Verdict): Promise<Result> {
  if (verdict.kind === "steady") return { ...verdict, stopped: [] };
  try {
    return { ...verdict, stopped: await stoppedTasks(clients, target) };
  } catch (error) {
    // The verdict stands without them.
    const note = `Its stopped tasks are not readable: ${(error as Error).message}`;
    return { ...verdict, stopped: [], note: [verdict.note, note].filter((part) => part).join(" ") };
  }
}

if (require.main === module) {
  void main(process.argv.slice(2), process).then((code) => {
    process.exitCode = code;
  });
}
