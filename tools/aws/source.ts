/** Where a command's answers come from: an account, by the AWS CLI and Pulumi's state, or a running `npm start`. */
import { projectFolder } from "../../simulate/stack";
import { configOf, type Pulumi, pulumiCli, stateOf } from "../deploy/pulumi";
import { UsageError } from "../commands/options";
import { askConsole, consoleOf } from "../console/find";
import { visit } from "../local/door";
import { object, text } from "../local/recorded";
import { readExport, resourcesOf } from "../recover/state";
import { type Aws, awsCli } from "./cli";
import { type Pace, Patience } from "./patience";
import { type System, systemOf } from "./system";

export interface Source {
  system: System;
  aws: Aws;
}

/** What is outside this process. */
export interface Places {
  pulumi: Pulumi;
  aws: typeof awsCli;
  /** With --local. */
  local: (stack: string) => Promise<Source>;
  /** When it is said what is waited for. */
  pace: Pace;
}

export interface Wanted {
  stack: string;
  /** Of the `npm start` that runs here. */
  local: boolean;
}

/**
 * Where a command's answers come from, and what says on `say` what is waited for while that lasts.
 *
 * @throws UsageError for what there is not
 */
export async function openSource(
  { stack, local }: Wanted,
  places: Partial<Places>,
  say: (line: string) => void,
): Promise<Source & { patience: Patience }> {
  const patience = new Patience(say, places.pace);
  const here = places.local ?? ((name: string) => localSource(projectFolder, name));
  const { system, aws } = await patience.during(() =>
    local
      ? patience.for("npm start", "its stack", here(stack))
      : deployedSource(stack, patience.pulumi(places.pulumi ?? pulumiCli(2)), places.aws ?? awsCli),
  );
  return { system, aws: patience.aws(aws, local ? "npm start" : "AWS"), patience };
}

/** @throws UsageError where the state is not readable, or nothing was deployed */
async function deployedSource(stack: string, pulumi: Pulumi, awsOf: typeof awsCli): Promise<Source> {
  const resources = resourcesOf(readExport(await stateOf(pulumi, stack)));
  const region = text(object(resources.find(({ type }) => type === "pulumi:providers:aws")?.inputs).region);
  const system = systemOf(stack, "", resources, undefined);
  const known = region ?? system.services[0]?.taskDefinition.split(":")[3];
  if (known === undefined)
    throw new UsageError(
      `The stack ${stack} has nothing at AWS yet. Fix: npm run deploy -- --stack ${stack}`,
    );
  const config = await configOf(pulumi, stack);
  return { system: { ...system, region: known }, aws: awsOf(known, config["aws:profile"]?.value) };
}

/** @throws UsageError where no `npm start` of the stack runs, or one that cannot be asked */
async function localSource(project: string, stack: string): Promise<Source> {
  const visitor = visit(project, stack);
  const port = consoleOf(project, stack)!;
  const ended = (error: unknown): never => {
    throw error instanceof UsageError || !(error instanceof Error) ? error : new UsageError(error.message);
  };
  const { region, resources } = await visitor.recorded().catch(ended);
  const { url } = (await askConsole(port, "/api/state").catch(ended)) as { url?: string };
  return {
    system: systemOf(stack, region, resources, url),
    aws: (args) =>
      visitor
        .aws(args)
        .catch((error: unknown) =>
          error instanceof TypeError ? ended(error) : Promise.reject(error as Error),
        ),
  };
}
