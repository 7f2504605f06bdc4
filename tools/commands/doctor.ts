/** `npm run doctor`: walks the way of a request through a stack, and says where it broke, why, and what mends it. */
import { lookup } from "node:dns/promises";
import { createColors, isColorSupported } from "picocolors";
import { usualLimits } from "../aws/ask";
import { type Aws, awsCli } from "../aws/cli";
import { type Pace, Patience } from "../aws/patience";
import { configOf, type Pulumi, pulumiCli, stateOf } from "../deploy/pulumi";
import { diagnose } from "../doctor/diagnose";
import { type Expected, expectedOf } from "../doctor/expected";
import type { Outside } from "../doctor/look";
import { actions } from "../doctor/needs";
import { isWell, toJson, toText } from "../doctor/report";
import { type Visitor, visit } from "../local/door";
import { homeOf, readExport, resourcesOf } from "../recover/state";
import { wrapLines } from "../plan/columns";
import { projectFolder } from "../../simulate/stack";
import { type Io, runCommand, widthOf } from "./command";
import { checkStack, UsageError } from "./options";

const help = `Walks the way of a request through a stack, from the domain to the application's log, and says where it broke, why, and
the command that mends it. It reads only.

Usage: npm run doctor -- --stack <name> [options]

  --stack <name>    the stack (default: dev)
  --route <route>   only what takes this request, as in --route "GET /orders"
  --service <name>  only the routes and tasks of this service, as the configuration calls it
  --local           the stack that npm start runs on this machine, instead of AWS
  --json            the report as JSON on standard output, everything else on standard error
  --help            this text

What should be there it takes from the stack's state. It takes the AWS CLI and the credentials of the stack's aws:profile
or else the usual ones, and goes on without what they are refused. It reads no secret's value. They should allow:

${wrapLines(actions.join(", "), 118)}

Exit code: 0 if nothing is wrong, else 1; also where something could not be looked at.
`;

const flags = {
  stack: { type: "string", default: "dev" },
  route: { type: "string" },
  service: { type: "string" },
  local: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** What is outside this process. */
export interface World {
  pulumi: Pulumi;
  aws: typeof awsCli;
  outside: Outside;
  /** A running `npm start` of the stack. */
  visit: (stack: string) => Visitor;
  now: () => number;
  /** When it says what it waits for. */
  pace: Pace;
}

/**
 * Runs the command.
 *
 * @param world stands in for Pulumi, AWS and the network, for tests
 * @returns the exit code
 */
export const main = (argv: string[], io: Io, world: Partial<World> = {}): Promise<number> =>
  runCommand({ flags, help }, argv, io, async ({ stack, route, service, local, json }) => {
    checkStack(stack);
    const patience = new Patience((line) => void io.stderr.write(`${line}\n`), world.pace);
    const diagnosis = await patience.during(async () => {
      const { expected, ...place } = await (local ? ofMachine(stack, world) : ofAws(stack, world, patience));
      const around = { ...place, limits: usualLimits, now: (world.now ?? Date.now)() };
      return diagnose(expected, { route, service }, waitedFor(around, patience, local));
    });
    const colors = createColors(!json && io.stdout.isTTY === true && isColorSupported);
    const report = { stack, diagnosis, local };
    io.stdout.write(json ? toJson(report) : toText(report, colors, Math.min(80, widthOf(io))));
    return isWell(diagnosis) ? 0 : 1;
  });

interface Place {
  expected: Expected;
  aws: Aws;
  profile?: string | undefined;
  outside: Outside;
}

/** What is asked there is waited for aloud. */
const waitedFor = <T extends Pick<Place, "aws" | "outside">>(
  place: T,
  patience: Patience,
  local: boolean,
): T => ({
  ...place,
  aws: patience.aws(place.aws, local ? "npm start" : "AWS"),
  outside: {
    resolve: (name: string) => patience.for("DNS", name, place.outside.resolve(name)),
    reach: (url: string) => patience.for("the issuer of tokens", url, place.outside.reach(url)),
  },
});

async function ofAws(stack: string, world: Partial<World>, patience: Patience): Promise<Place> {
  const pulumi = patience.pulumi(world.pulumi ?? pulumiCli(2));
  const state = readExport(await stateOf(pulumi, stack));
  const home = homeOf(state);
  if (home === undefined)
    throw new UsageError(`The stack ${stack} is not deployed. Fix: npx pulumi up --stack ${stack}`);
  // After a first update that failed there are none.
  const outputs = resourcesOf(state).find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
  const config = await configOf(pulumi, stack);
  const profile = config["aws:profile"]?.value;
  return {
    expected: expectedOf(stack, home.region, resourcesOf(state), outputs),
    aws: (world.aws ?? awsCli)(home.region, profile),
    profile,
    outside: world.outside ?? network,
  };
}

async function ofMachine(stack: string, world: Partial<World>): Promise<Place> {
  const visitor = (world.visit ?? ((name) => visit(projectFolder, name)))(stack);
  const { region, resources, outputs } = await visitor.recorded().catch((error: Error) => {
    throw new UsageError(error.message);
  });
  return { expected: expectedOf(stack, region, resources, outputs), aws: visitor.aws, outside: visitor };
}

/** As any client would. */
const network: Outside = {
  resolve: async (name) => {
    try {
      return (await lookup(name, { all: true })).map(({ address }) => address);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOTFOUND" || code === "ENODATA") return [];
      throw error;
    }
  },
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html: where API Gateway finds the keys.
  reach: async (issuer) => {
    const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
    const response = await fetch(url, { signal: AbortSignal.timeout(usualLimits.each) }).catch(
      (error: Error) => {
        throw new Error(error.cause instanceof Error ? error.cause.message : error.message);
      },
    );
    await response.body?.cancel();
    if (!response.ok) throw new Error(`it answers ${response.status}`);
  },
};

if (require.main === module) {
  void main(process.argv.slice(2), process).then((code) => {
    process.exitCode = code;
  });
}
