/** `npm run status`: what runs where, of a stack on AWS or of a running `npm start`. */
import { createColors, isColorSupported } from "picocolors";
import { openSource, type Places } from "../aws/source";
import { lookAtStatus } from "../status/look";
import { toText } from "../status/text";
import { type Io, runCommand } from "./command";
import { checkStack } from "./options";

const help = `Shows what runs where: versions and tasks of each service, its last deployments, and the alarms.

Usage: npm run status -- --stack <name> [options]

  --stack <name>  the stack (default: dev)
  --local         of the npm start that runs on this machine, instead of on AWS
  --json          the report as JSON on standard output
  --help          this text

It changes nothing. On AWS it takes the AWS CLI, and the credentials of the stack's aws:profile or else the usual ones.
docs/operate.md has the permissions. What they do not allow it leaves out, and says so.

Exit code: 0 if all could be looked at, whatever it is at; else 1.
`;

const flags = {
  stack: { type: "string", default: "dev" },
  local: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** What is outside this process. */
export interface World extends Places {
  now: () => Date;
}

/**
 * Runs the command.
 *
 * @param world stands in for Pulumi, AWS, a running `npm start` and the clock, for tests
 * @returns the exit code
 */
export const main = (argv: string[], io: Io, world: Partial<World> = {}): Promise<number> =>
  runCommand({ flags, help }, argv, io, async ({ stack, local, json }) => {
    checkStack(stack);
    const say = (line: string): void => void io.stderr.write(`${line}\n`);
    const { system, aws, patience } = await openSource({ stack, local }, world, say);
    const now = world.now ?? ((): Date => new Date());
    const status = await patience.during(() => lookAtStatus(system, aws, { now }));
    const colors = createColors(io.stdout.isTTY === true && isColorSupported);
    io.stdout.write(json ? `${JSON.stringify(status, undefined, 2)}\n` : toText(status, colors));
    return status.unseen.length === 0 ? 0 : 1;
  });

if (require.main === module) {
  void main(process.argv.slice(2), process).then((code) => {
    process.exitCode = code;
  });
}
