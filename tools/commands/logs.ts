/** `npm run logs`: the logs of a stack's services and of its API, merged in time; of AWS or of a running `npm start`. */
import { createColors, isColorSupported } from "picocolors";
import type { Limits } from "../aws/ask";
import { openSource, type Places } from "../aws/source";
import { adviceFor, isThrottled } from "../aws/unseen";
import { unknownService } from "../exec/local";
import { Errors, type LogLine } from "../logs/line";
import { isRequestId, sourcesOf } from "../logs/sources";
import { type Reading, Tail } from "../logs/tail";
import { LogText, toJson, wayOf } from "../logs/text";
import { type Io, runCommand } from "./command";
import { checkStack, UsageError } from "./options";
import { echoMilliseconds, rest } from "./signals";

const help = `Shows the logs of services and the access log of the API, merged in time.

Usage: npm run logs -- --stack <name> [options]

  --stack <name>    the stack (default: dev)
  --service <name>  of one service, as the configuration calls it, and of its requests alone (default: all)
  --since <time>    from when on: 30s, 15m, 2h, 3d, or a moment such as 2026-11-26T17:00Z (default: 15m, with --request 1d)
  --follow          goes on with what is written from now on, until Ctrl-C
  --errors          only what tells of an error: requests answered by 500 or more, lines of such a level or text
  --request <id>    one request's way through both logs: the id that clients get as apigw-requestid
  --local           of the npm start that runs on this machine, instead of on AWS
  --json            one JSON object a line on standard output
  --help            this text

The times are UTC. On AWS it takes the AWS CLI, and the credentials of the stack's aws:profile or else the usual ones. They have
to allow logs:FilterLogEvents. CloudWatch has lines some seconds late: what --follow shows late stands late.

Exit code: 0; 1 if a log could not be read, or no log names the request.
`;

const flags = {
  stack: { type: "string", default: "dev" },
  service: { type: "string" },
  since: { type: "string" },
  follow: { type: "boolean", default: false },
  errors: { type: "boolean", default: false },
  request: { type: "string" },
  local: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** What is outside this process. */
export interface World extends Places {
  now: () => number;
  /** Ends early where the signal says so. */
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Calls back at Ctrl-C and SIGTERM. */
  onInterrupt: (stop: () => void) => void;
}

/** How often it is asked anew, and at most how rarely where AWS throttles. */
const pause = { aws: 3_000, local: 500, longest: 60_000 };

/**
 * Runs the command.
 *
 * @param world stands in for Pulumi, AWS, a running `npm start` and the clock, for tests
 * @returns the exit code
 */
export const main = (argv: string[], io: Io, world: Partial<World> = {}): Promise<number> =>
  runCommand({ flags, help }, argv, io, async (values) => {
    const { stack, service, request, follow, local } = values;
    checkStack(stack);
    if (request !== undefined && !isRequestId(request))
      throw new UsageError(
        `--request is \`${request}\`. Allowed is an id as the answer's header apigw-requestid has it.`,
      );
    if (request !== undefined && follow)
      throw new UsageError("--request goes without --follow: the one request has been answered.");
    const now = (world.now ?? Date.now)();
    const since = readSince(values.since ?? (request === undefined ? "15m" : "1d"), now);
    const say = (line: string): void => void io.stderr.write(`${line}\n`);
    const { system, aws, patience } = await openSource({ stack, local }, world, say);
    const names = system.services.map(({ name }) => name);
    if (service !== undefined && !names.includes(service))
      throw new UsageError(unknownService(service, names, stack));
    const sources = sourcesOf(system, { service, request });
    if (sources.length === 0) throw new UsageError(`The stack ${stack} has no log.`);
    const stopped = new AbortController();
    const limits: Limits = { each: 60_000, atOnce: 4, signal: stopped.signal };
    const shown = new Shown(io, values, names);
    const tail = new Tail(aws, sources, { since, limits });
    if (follow) {
      (world.onInterrupt ?? onSignal)(() => stopped.abort());
      const every = local ? pause.local : pause.aws;
      const read = (): Promise<Reading> => patience.during(() => tail.read());
      return followed(read, shown, { every, signal: stopped.signal, sleep: world.sleep ?? rest });
    }
    const reading = await patience.during(() => tail.read());
    shown.print(reading);
    if (request === undefined) {
      shown.sayNothing(new Date(since));
      return shown.failed ? 1 : 0;
    }
    if (!values.json) {
      const lines = wayOf(request, reading.lines, system.accessLog !== undefined);
      io.stdout.write(`\n${lines.join("\n")}\n`);
    }
    return shown.failed || reading.lines.length === 0 ? 1 : 0;
  });

/** Reads `15m`, or a moment. */
export function readSince(text: string, now: number): number {
  const [, count, unit = ""] = /^(\d{1,5})([smhd])$/.exec(text) ?? [];
  const seconds = { s: 1, m: 60, h: 3600, d: 86_400 }[unit];
  if (count !== undefined && seconds !== undefined) return now - Number(count) * seconds * 1000;
  // Without a zone it would be another moment on each machine.
  const moment = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text)
    : NaN;
  if (!Number.isNaN(moment)) return moment;
  throw new UsageError(
    `--since is \`${text}\`. Allowed are a time such as 30s, 15m, 2h, 3d, and a moment such as 2026-11-26T17:00Z.`,
  );
}

interface Following {
  every: number;
  signal: AbortSignal;
  sleep: World["sleep"];
}

async function followed(
  read: () => Promise<Reading>,
  shown: Shown,
  { every, signal, sleep }: Following,
): Promise<number> {
  let wait = every;
  while (!signal.aborted) {
    const reading = await read();
    if (signal.aborted) reading.refused = [];
    shown.print(reading);
    // What is refused stays so, and would only be told again and again.
    const final = reading.refused.filter((each) => !isThrottled(each) && !isLate(each));
    if (final.length > 0) return 1;
    wait = reading.refused.length > 0 ? Math.min(wait * 2, pause.longest) : every;
    if (!signal.aborted) await sleep(reading.cut.length > 0 ? 0 : wait, signal);
  }
  return 0;
}

const isLate = ({ because }: { because: string }): boolean =>
  /^no answer in|Could not connect|Connection|timed? ?out|ServiceUnavailable|InternalFailure/i.test(because);

/** What is printed of readings. */
class Shown {
  failed = false;
  private readonly text: LogText;
  private readonly errors: Errors | undefined;
  private readonly told = new Set<string>();
  private any = false;

  constructor(
    private readonly io: Io,
    private readonly options: { service?: string | undefined; errors: boolean; json: boolean },
    services: readonly string[],
  ) {
    const colors = createColors(!options.json && io.stdout.isTTY === true && isColorSupported);
    this.text = new LogText(services, colors);
    this.errors = options.errors ? new Errors() : undefined;
  }

  print({ lines, refused, absent, cut }: Reading): void {
    const wanted = lines.filter((line) => this.wants(line));
    const shown = wanted.flatMap((line) => (this.options.json ? [toJson(line)] : this.text.lines(line)));
    // At once: what reads it finds whole lines.
    this.any ||= shown.length > 0;
    if (shown.length > 0) this.io.stdout.write(`${shown.join("\n")}\n`);
    for (const { source, because, needs } of refused) {
      this.failed = true;
      const why = needs === undefined ? because : `AWS does not allow ${needs}`;
      this.say(`${source.group}: ${why}`);
    }
    for (const advice of adviceFor(refused)) this.say(`Fix: ${advice}.`);
    for (const { group } of absent) {
      this.failed = true;
      this.say(`${group}: there is no such log group. Fix: deploy the stack.`);
    }
    for (const { group } of cut)
      this.say(`${group}: there are more lines than are read at once. Fix: --follow, or a shorter --since.`);
  }

  /** Where no line was shown: nobody has to wonder whether it looked. */
  sayNothing(since: Date): void {
    if (this.any || this.failed) return;
    const { service, errors } = this.options;
    const whose = service === undefined ? "" : ` of ${service}`;
    const what = errors ? `No line${whose} tells of an error` : `There is no line${whose}`;
    this.say(`${what} since ${since.toISOString().slice(0, 19)}Z. --since looks further back.`);
  }

  private wants(line: LogLine): boolean {
    const { service } = this.options;
    return (service === undefined || line.service === service) && (this.errors?.has(line) ?? true);
  }

  private say(text: string): void {
    if (this.told.has(text)) return;
    this.told.add(text);
    this.io.stderr.write(`${text}\n`);
  }
}

/**
 * Each time: npm hands a Ctrl-C on that the terminal has sent already. It stays for the second one, which would kill a process that
 * is about to end.
 */
function onSignal(stop: () => void): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
      setTimeout(() => undefined, echoMilliseconds / 4);
      stop();
    });
}

if (require.main === module) {
  // Whoever reads may leave: `npm run logs | head`.
  process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => process.exit(code === "EPIPE" ? 0 : 1));
  void main(process.argv.slice(2), process).then((code) => {
    process.exitCode = code;
  });
}
