/** Where a command's answers come from: an account, by the AWS CLI and Pulumi's state, or a running `npm start`. */
import { projectFolder } from "../../simulate/stack";
import { configOf, type Pulumi, pulumiCli, stateOf } from "../deploy/pulumi";
import { UsageError } from "../commands/options";
import { askConsole, consoleOf } from "../console/find";
import { visit } from "../local/door";
import { object, text } from "../local/recorded";
import { readExport, resourcesOf } from "../recover/state";
import { type Aws, awsCli } from "./cli";
import { type System, systemOf } from "./system";

export interface Source {
  system: System;
  aws: Aws;
}

/** What is outside this process. */
export interface Outside {
  pulumi: Pulumi;
  aws: typeof awsCli;
  /** Of a running `npm start`. */
  local: (stack: string) => Promise<Source>;
}

/**
 * Where a command's line says that it asks.
 *
 * @throws UsageError where there is nothing of the stack, or it cannot be asked
 */
export const sourceOf = (
  { stack, local }: { stack: string; local: boolean },
  outside: Partial<Outside>,
): Promise<Source> =>
  local
    ? (outside.local ?? localSource)(stack)
    : deployedSource(stack, outside.pulumi ?? pulumiCli(2), outside.aws ?? awsCli);

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
async function localSource(stack: string): Promise<Source> {
  const visitor = visit(projectFolder, stack);
  const port = consoleOf(projectFolder, stack)!;
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
