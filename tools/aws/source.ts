/** Where a command's answers come from: an account, by the AWS CLI and Pulumi's state, or a running `npm start`. */
import type { PulumiConfig } from "../deploy/clients";
import type { Pulumi } from "../deploy/pulumi";
import { unreadable } from "../deploy/unreachable";
import { UsageError } from "../commands/options";
import { askConsole, consoleOf } from "../console/find";
import { visit } from "../local/door";
import { object, text } from "../local/recorded";
import { readExport, resourcesOf } from "../recover/state";
import type { Aws } from "./cli";
import { type System, systemOf } from "./system";

export interface Source {
  system: System;
  aws: Aws;
}

/** @throws UsageError where the state is not readable, or nothing was deployed */
export async function deployedSource(
  stack: string,
  pulumi: Pulumi,
  awsOf: (region: string, profile: string | undefined) => Aws,
): Promise<Source> {
  const { code, answer } = await pulumi.ask(["stack", "export", "--stack", stack]);
  if (code !== 0) throw new UsageError(await unreadable(pulumi, `The state of the stack ${stack} is`));
  const resources = resourcesOf(readExport(answer));
  const region = text(object(resources.find(({ type }) => type === "pulumi:providers:aws")?.inputs).region);
  const system = systemOf(stack, "", resources, undefined);
  const known = region ?? system.services[0]?.taskDefinition.split(":")[3];
  if (known === undefined)
    throw new UsageError(
      `The stack ${stack} has nothing at AWS yet. Fix: npm run deploy -- --stack ${stack}`,
    );
  const configured = await pulumi.ask(["config", "--json", "--stack", stack]);
  const config = configured.code === 0 ? (JSON.parse(configured.answer) as PulumiConfig) : {};
  return { system: { ...system, region: known }, aws: awsOf(known, config["aws:profile"]?.value) };
}

/** @throws UsageError where no `npm start` of the stack runs, or one that cannot be asked */
export async function localSource(project: string, stack: string): Promise<Source> {
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
