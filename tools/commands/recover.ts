/** `npm run recover`: brings a stack back whose update was killed, or failed half-way. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { createColors, isColorSupported } from "picocolors";
import { awsCli } from "../aws/cli";
import { type Pace, Patience } from "../aws/patience";
import { configOf, type Pulumi, pulumiCli } from "../deploy/pulumi";
import { unreachable } from "../deploy/unreachable";
import { type Confirm, terminal } from "./confirm";
import { edit, isSame, withoutOperations } from "../recover/edit";
import { look } from "../recover/look";
import { isDone, plan, type Plan, type Step, titleOf } from "../recover/plan";
import { toJson, toText, wayOut } from "../recover/report";
import { type Exported, type Home, homeOf, operationsOf, readExport, resourcesOf } from "../recover/state";
import { type Io, runCommand } from "./command";
import { checkStack, UsageError } from "./options";

const help = `Brings a stack back whose update was killed, or failed half-way, so that \`npx pulumi up\` goes on.

Usage: npm run recover -- --stack <name> [options]

  --stack <name>  the stack (default: dev)
  --dry-run       shows what it would do, and changes nothing
  --yes           does what is certain without asking; needed where there is no terminal
  --unlock        takes the stack's lock away without asking. Never while an update runs: both would write one state
  --json          the report as JSON on standard output, everything else on standard error
  --help          this text

Pulumi writes down what it is about to make. If it dies before AWS answers, the state knows neither the id nor whether it is
there. This command asks AWS: for what carries the stack's tags, and for what a parent lists. Each thing the state takes
(adopt), or Pulumi deletes it because the state has another one in use (delete), or there is none and the next update makes
it (forget). What carries the stack's tags and nobody knows of it is deleted only if somebody says so: --yes leaves it.

AWS lists what is new after some seconds: wait a minute after the kill. It takes the AWS CLI and the credentials of the
stack's aws:profile or else the usual ones. docs/troubleshooting.md has the permissions.

Exit code: 0 if nothing is left, else 1; with --dry-run too.
`;

const flags = {
  stack: { type: "string", default: "dev" },
  "dry-run": { type: "boolean", default: false },
  yes: { type: "boolean", default: false },
  unlock: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** What is outside this process. */
export interface World {
  pulumi: Required<Pulumi>;
  aws: typeof awsCli;
  /** Asks for yes or no; nothing where there is nobody. */
  confirm: Confirm | undefined;
  /** When it says what it waits for. */
  pace: Pace;
}

/**
 * Runs the command.
 *
 * @param world stands in for Pulumi, AWS and the terminal, for tests
 * @returns the exit code
 */
export const main = (argv: string[], io: Io, world: Partial<World> = {}): Promise<number> =>
  runCommand({ flags, help }, argv, io, async ({ stack, yes, unlock, json, "dry-run": dryRun }) => {
    checkStack(stack);
    const confirm = "confirm" in world ? world.confirm : terminal();
    if (!yes && !dryRun && confirm === undefined)
      throw new UsageError("Nobody can be asked here. Fix: --dry-run to look, --yes to do what is certain.");
    const session = new Session(
      { stack, yes, unlock, confirm },
      (world.pulumi ?? pulumiCli(json ? 2 : 1)) as Required<Pulumi>,
      world.aws ?? awsCli,
      new Patience((line) => void io.stderr.write(`${line}\n`), world.pace),
      (text) => void (json ? io.stderr : io.stdout).write(`${text}\n`),
      createColors(!json && io.stdout.isTTY === true && isColorSupported),
    );
    const { plan: made, done, exitCode, error } = await session.run(dryRun);
    if (error !== undefined) io.stderr.write(`${error}\n`);
    if (json) io.stdout.write(toJson({ stack, plan: made, done, exitCode, error }));
    return exitCode;
  });

/**
 * Pulumi may die while it writes the state itself. On a disk it writes `<stack>.json.attrs` in its place, and the state whole
 * (https://github.com/google/go-cloud/blob/master/blob/fileblob/attrs.go), so that one is found empty; the state itself is
 * cut off by a machine that dies.
 */
const unreadable = (stack: string): string =>
  `The state of ${stack} is not readable: see above. An update that died while it wrote leaves half a file. Where it says EOF, ` +
  `${stack}.json.attrs beside the state is empty: delete that one file, nothing is lost by it. Where it complains of the JSON in it, put the state of before ` +
  `in its place: ${stack}.json.bak beside it, or the bucket's last version of it. Then run this again.`;

const wentOn =
  "An update went on meanwhile, and nothing was changed. Fix: wait for its end, and run this again.";

interface Asked {
  stack: string;
  yes: boolean;
  unlock: boolean;
  confirm: World["confirm"];
}

interface Ended {
  plan: Plan;
  done: readonly Step[];
  exitCode: number;
  error?: string;
}

class Session {
  private readonly pulumi: Required<Pulumi>;

  constructor(
    private readonly asked: Asked,
    pulumi: Required<Pulumi>,
    private readonly aws: World["aws"],
    private readonly patience: Patience,
    private readonly say: (text: string) => void,
    private readonly colors: ReturnType<typeof createColors>,
  ) {
    this.pulumi = patience.pulumi(pulumi);
  }

  async run(dryRun: boolean): Promise<Ended> {
    const { stack } = this.asked;
    const { state, home, made } = await this.patience.during(async () => {
      const read = await this.read();
      const of = homeOf(read);
      return { state: read, home: of, made: await this.plan(read, of) };
    });
    this.say(toText(stack, made, this.colors));
    if (dryRun) return { plan: made, done: [], exitCode: isDone(made) ? 0 : 1 };
    const open = made.steps.filter(({ what }) => what === "cannot");
    if (open.length > 0) return { plan: made, done: [], exitCode: 1, error: wayOut(stack, open) };

    const agreed = await this.ask(made.steps);
    const edited =
      home === undefined
        ? { state: withoutOperations(state), adopted: [], doomed: [] }
        : edit(state, agreed, home);
    const refused = await this.write(edited.state, state);
    if (refused !== undefined) return { plan: made, done: [], exitCode: 1, error: refused };
    const failed = await this.settle([...edited.adopted, ...made.reread], edited.doomed);
    // What was adopted is in the state by now; what became of the rest, the next run finds out.
    const adopted = agreed.filter(({ what }) => what === "adopt");
    if (failed !== undefined) return { plan: made, done: adopted, exitCode: 1, error: failed };
    const left = made.steps.filter((step) => !agreed.includes(step) && step.what !== "forget");
    if (left.length > 0) {
      const names = left.map((step) => `  ${titleOf(step)}  ${step.id}`);
      const error = ["Left at AWS, and not in the state:", ...names].join("\n");
      return { plan: made, done: agreed, exitCode: 1, error };
    }
    this.say(`Done. Next: npx pulumi up --stack ${stack}`);
    return { plan: made, done: agreed, exitCode: 0 };
  }

  private async read(): Promise<Exported> {
    const { code, answer } = await this.pulumi.ask(["stack", "export", "--stack", this.asked.stack]);
    // https://www.pulumi.com/docs/iac/cli/exit-codes/
    if (code === 6)
      throw new UsageError(
        `There is no stack ${this.asked.stack} in this backend. Fix: npx pulumi stack ls --all shows those that there are.`,
      );
    if (code !== 0) {
      const why = await unreachable(this.pulumi);
      const { stack } = this.asked;
      throw new UsageError(
        why === undefined ? unreadable(stack) : `The state of ${stack} is not readable. ${why}`,
      );
    }
    return readExport(answer);
  }

  private async plan(state: Exported, home: Home | undefined): Promise<Plan> {
    // Without a provider nothing was asked of AWS.
    if (home === undefined) return plan(state, { tagged: [], listed: new Map(), own: [] });
    const config = await configOf(this.pulumi, this.asked.stack);
    const aws = this.patience.aws(this.aws(home.region, config["aws:profile"]?.value));
    try {
      return plan(state, await look(aws, home, operationsOf(state), resourcesOf(state)));
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(
        `AWS did not say what the stack has: ${(error as Error).message}. Fix: credentials that allow tag:GetResources, apigateway:GET and iam:ListRolePolicies.`,
      );
    }
  }

  /** Those that are to be done. What is forgotten is nothing, and needs no question. */
  private async ask(steps: readonly Step[]): Promise<Step[]> {
    const agreed: Step[] = [];
    for (const step of steps.filter(({ what }) => what !== "forget")) {
      const { yes, confirm } = this.asked;
      const verb = step.what === "adopt" ? "Adopt" : "Delete";
      if (yes && step.certain) agreed.push(step);
      else if (!yes && (await confirm?.(`${verb} ${titleOf(step)} (${step.id})? No leaves it at AWS alone.`)))
        agreed.push(step);
    }
    return agreed;
  }

  /** Writes the state, which Pulumi refuses while it is locked. What it refused with, or nothing. */
  private async write(wanted: Exported, read: Exported): Promise<string | undefined> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "recover-"));
    const file = path.join(folder, "state.json");
    const { stack, yes, unlock, confirm } = this.asked;
    const command = ["stack", "import", "--stack", stack, "--file", file];
    try {
      // Whoever was asked may have taken his time.
      if (!isSame(await this.read(), read)) return wentOn;
      fs.writeFileSync(file, JSON.stringify(wanted), { mode: 0o600 });
      const first = await this.pulumi.hear(command);
      if (first.code === 0) return undefined;
      if (!/currently locked|update is (?:currently )?in progress/i.test(first.answer))
        return first.answer.trim();
      this.say(first.answer.trim());
      const question = "Take the lock away? Only if no update of this stack runs, here or anywhere.";
      if (!unlock && (yes || !(await confirm?.(question))))
        return "The stack is locked, and nothing was changed. Fix, once nobody deploys it: run this with --unlock.";
      const cancelled = await this.pulumi.hear(["cancel", "--stack", stack, "--yes"]);
      if (cancelled.code !== 0) return cancelled.answer.trim();
      if (!isSame(await this.read(), read)) return wentOn;
      const second = await this.pulumi.hear(command);
      return second.code === 0 ? undefined : second.answer.trim();
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  }

  /** Has Pulumi ask AWS for what was adopted, and delete what is not to stay. */
  private async settle(kept: readonly string[], doomed: readonly string[]): Promise<string | undefined> {
    const all = [...kept, ...doomed];
    if (all.length === 0) return undefined;
    if ((await this.onTargets("refresh", all)) !== 0)
      return "The state took what it adopted, and AWS could not be read. Fix: see above, and run this again.";
    // What AWS does not have is out of the state by now.
    const there = new Set(resourcesOf(await this.read()).map(({ urn }) => urn));
    const left = doomed.filter((urn) => there.has(urn));
    // It was read just now.
    if (left.length > 0 && (await this.onTargets("destroy", left, "--refresh=false")) !== 0)
      return "Not everything could be deleted. It is in the state now, so the next `npx pulumi up` tries again. See above.";
    return undefined;
  }

  private onTargets(
    command: "refresh" | "destroy",
    urns: readonly string[],
    ...flags: string[]
  ): Promise<number> {
    const targets = urns.flatMap((urn) => ["--target", urn]);
    const asked = ["--stack", this.asked.stack, "--yes", "--skip-preview", ...flags];
    return this.pulumi.run([command, ...asked, ...targets]);
  }
}

if (require.main === module) {
  void main(process.argv.slice(2), process).then((code) => {
    process.exitCode = code;
  });
}
