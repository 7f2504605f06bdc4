/** `npm run smoke`: does the front door of a stack work as the program describes it? */
import * as fs from "node:fs";
import * as path from "node:path";
import { createColors, isColorSupported } from "picocolors";
import type { Deployment } from "../../simulate/deployment";
import { simulate } from "../../simulate/program";
import { readStack } from "../../simulate/stack";
import { type Pulumi, pulumiCli } from "../deploy/pulumi";
import { checksOf } from "../smoke/checks";
import { client, type Credentials } from "../smoke/client";
import { readOutputs } from "../smoke/outputs";
import { isGood, type Report, toJson, toJunit, toText } from "../smoke/report";
import { type Pace, runChecks } from "../smoke/run";
import { parseUrl, readAddress, readTarget, type Target } from "../smoke/target";
import { readOptions, UsageError } from "./options";
import { type Io, runCommand } from "./command";

const help = `Calls a deployed stack, or a local one, and checks that it answers as the program describes it: certificate, page,
every route with and without authorization, a path without a route, CORS, and how long it takes.

Usage: npm run smoke -- [options]

  --stack <name>           stack whose routes are checked (default: dev)
  --url <address>          where it answers (default: the stack's output url, by \`pulumi stack output\`)
  --expect <text>          text that the stack's page must have
  --token <name>=<file>    token of an authorizer, in a file; once for each. The name may be left out if there is one only
  --wait <seconds>         how long failed checks are tried again while a deployment settles (default: 120)
  --calls <number>         calls to measure the latency by (default: 10)
  --latency-budget <ms>    fails when 95 of 100 of these take longer (default: any time will do)
  --cert <file>            client certificate, and
  --key <file>             its key: for a domain with mutual TLS
  --json                   the report as JSON
  --junit <file>           the report as JUnit XML too, for CI
  --help                   this text

A call has no effect: routes of POST, PUT, PATCH and DELETE are called without authorization only, where the gateway has to
refuse them. The calls come one after the other; a route with a limit of its own is called at most twice a try.

Exit code: 0, or 1 when a check failed or could not be made.
`;

const flags = {
  stack: { type: "string", default: "dev" },
  url: { type: "string" },
  expect: { type: "string" },
  token: { type: "string", multiple: true, default: [] as string[] },
  wait: { type: "string", default: "120" },
  calls: { type: "string", default: "10" },
  "latency-budget": { type: "string" },
  cert: { type: "string" },
  key: { type: "string" },
  json: { type: "boolean", default: false },
  junit: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

type Options = ReturnType<typeof readOptions<typeof flags>>;

/** What is outside this command. */
export interface World extends Pick<Pace, "now" | "sleep" | "random"> {
  pulumi: Pulumi;
  /** The stack as simulated. */
  deployment: Deployment;
  today: Date;
  /** Authorities to trust instead of those of Node, as PEM. */
  ca: string;
}

/**
 * Runs the command.
 *
 * @param world stands in for Pulumi, the clock and what else is not this command's, for tests
 * @returns the exit code
 */
export const main = (argv: string[], io: Io, world: Partial<World> = {}): Promise<number> =>
  runCommand({ flags, help }, argv, io, async (options) => {
    const report = await smoke(options, world, (line) => void io.stderr.write(`${line}\n`));
    const colors = createColors(io.stdout.isTTY === true && isColorSupported);
    io.stdout.write(options.json ? toJson(report) : toText(report, colors));
    if (options.junit !== undefined) {
      fs.mkdirSync(path.dirname(options.junit), { recursive: true });
      fs.writeFileSync(options.junit, toJunit(report));
    }
    return isGood(report) ? 0 : 1;
  });

async function smoke(options: Options, world: Partial<World>, say: (line: string) => void): Promise<Report> {
  const { stack, expect } = options;
  const problems: string[] = [];
  const wait = whole("wait", options.wait, 0, 3600, "seconds", problems);
  const calls = whole("calls", options.calls, 1, 1000, "calls", problems);
  const budget = options["latency-budget"];
  const latencyBudget =
    budget === undefined ? undefined : whole("latency-budget", budget, 1, 30_000, "ms", problems);
  const given = options.url === undefined ? undefined : parseUrl(options.url);
  if (typeof given === "string") problems.push(`--url is ${given}`);
  if (expect === "") problems.push("--expect is empty. Allowed is a text that the page has.");
  if ((options.cert === undefined) !== (options.key === undefined))
    problems.push("--cert and --key go together: give both or none.");
  const credentials: Credentials = {
    cert: contents("cert", options.cert, problems),
    key: contents("key", options.key, problems),
    ca: world.ca,
  };
  const files = options.token.map((value) => tokenFile(value, problems));
  refuse(problems);

  const target = readTarget(world.deployment ?? (await simulateStack(stack)));
  const tokens = tokensOf(files, target, problems);
  const isLocal = given instanceof URL && given.protocol === "http:";
  if (target.mutualTls && !isLocal && credentials.cert === undefined)
    problems.push("The stack's domain asks for client certificates: give one with --cert and --key.");
  refuse(problems);

  const { url, executeApi } =
    given instanceof URL
      ? { url: given, executeApi: undefined }
      : await deployedAt(stack, world.pulumi ?? pulumiCli(2));
  const address = readAddress(url, target.prefix);

  const now = world.now ?? (() => performance.now());
  const calling = client(credentials, now);
  const pace: Pace = {
    waitSeconds: wait,
    now,
    sleep: world.sleep ?? ((milliseconds) => new Promise((done) => setTimeout(done, milliseconds))),
    random: world.random ?? Math.random,
    progress: (failed, pause) =>
      say(
        `${failed} ${failed === 1 ? "check" : "checks"} failed: once more in ${(pause / 1000).toFixed(1)} s.`,
      ),
  };
  try {
    const checks = checksOf(target, address, {
      expect,
      tokens,
      calls,
      latencyBudget,
      executeApi: target.domainOnly ? executeApi : undefined,
    });
    const today = world.today ?? new Date();
    const results = await runChecks(checks, { client: calling, address, today, pace });
    return { stack, url: address.url, results };
  } finally {
    await calling.close();
  }
}

/** Where the stack's outputs say that it answers. */
async function deployedAt(
  stack: string,
  pulumi: Pulumi,
): Promise<{ url: URL; executeApi: string | undefined }> {
  const outputs = await readOutputs(pulumi, stack).catch(asUsageError);
  const url = parseUrl(outputs.url);
  if (typeof url === "string") throw new UsageError(`The output url of stack ${stack} is ${url}`);
  return { url, executeApi: outputs.executeApi };
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
}

async function simulateStack(stack: string): Promise<Deployment> {
  let config;
  try {
    config = readStack(stack);
  } catch (error) {
    return asUsageError(error);
  }
  return simulate({ stack, config });
}

function asUsageError(error: unknown): never {
  throw new UsageError((error as Error).message);
}

function whole(
  name: string,
  value: string,
  from: number,
  to: number,
  unit: string,
  problems: string[],
): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < from || number > to)
    problems.push(`--${name} is \`${value}\`. Allowed are whole ${unit} from ${from} to ${to}.`);
  return number;
}

function contents(name: string, file: string | undefined, problems: string[]): string | undefined {
  if (file === undefined) return undefined;
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    problems.push(`--${name}: ${(error as Error).message}.`);
    return undefined;
  }
}

interface TokenFile {
  /** Undefined for the only one. */
  authorizer: string | undefined;
  token: string;
}

function tokenFile(value: string, problems: string[]): TokenFile {
  const [, authorizer, file = value] = /^([\w-]+)=(.+)$/.exec(value) ?? [];
  const token = (contents("token", file, problems) ?? "").trim();
  // It goes into a header.
  if (!/^[\x21-\x7e]*$/.test(token)) problems.push(`--token: ${file} holds more than one token.`);
  return { authorizer, token };
}

function tokensOf(
  files: readonly TokenFile[],
  { topology }: Target,
  problems: string[],
): Map<string, string> {
  const names = topology.routes.flatMap(({ authorization }) =>
    authorization.type === "jwt" ? [authorization.authorizer] : [],
  );
  const known = [...new Set(names)];
  const tokens = new Map<string, string>();
  for (const { authorizer = known.length === 1 ? known[0]! : "", token } of files) {
    if (!known.includes(authorizer)) {
      const got = authorizer === "" ? "--token names no authorizer" : `--token names \`${authorizer}\``;
      problems.push(
        `${got}. JWT authorizers of this stack: ${known.join(", ") || "none"}. Fix: ` +
          (known.length === 0 ? "take --token out." : `--token ${known[0]}=<file>.`),
      );
    } else if (tokens.has(authorizer))
      problems.push(`--token gives two tokens of \`${authorizer}\`. Fix: give one.`);
    tokens.set(authorizer, token);
  }
  return tokens;
}

if (require.main === module) {
  void main(process.argv.slice(2), process).then((code) => {
    process.exitCode = code;
  });
}
