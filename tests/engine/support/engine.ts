import assert from "node:assert/strict";
import { ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import type { Configured } from "../../../simulate/aws/account";
import { Cloud } from "../../../simulate/cloud";
import { projectFolder, readProject } from "../../../simulate/stack";
import { pulumiCli } from "./cli";
import { type Diagnostic, readEvents, type Step } from "./events";
import { LanguageHost } from "./language-host";
import { Hooks, Provider } from "./provider";
import { StateFile } from "./state-file";
import { tally } from "./tally";

/** One run of a command of the CLI. */
export interface Outcome {
  code: number | null;
  /** What it printed, and what the program's process did. */
  printed: string;
  /** All steps in the order in which they ended, those too that changed nothing (`same`, and before an update `refresh`). */
  all: Step[];
  /** Steps that changed something, in the order in which they ended. */
  steps: Step[];
  /** Warnings and errors. */
  diagnostics: Diagnostic[];
}

export interface StackOptions {
  /** What stands below `config:` in the stack's file. Default: that of the committed file. */
  config?: Record<string, unknown>;
  /**
   * Whether AWS is asked first what there is, as the project file has it for users. Default: no. It takes half as long, and a
   * fault that a refresh would cover up is seen.
   */
  refreshes?: boolean;
}

export interface EngineOptions extends Hooks {
  /** Default: eu-west-2. */
  region?: string;
  /** Whether the program runs in a process that has Pulumi loaded, again and again. Default: false, as users run it. */
  warm?: boolean;
}

const { name: project } = readProject();
const packages = ["aws", "awsx", "docker"];

/**
 * The real Pulumi engine over an account that remembers (simulate/cloud.ts): the CLI with its state in a temporary folder,
 * and this process as its language host and its providers.
 */
export class Engine {
  readonly cloud: Cloud;
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "pulumi-engine-"));
  private readonly folders = [this.folder];
  readonly host: LanguageHost;
  private readonly providers: readonly Provider[];
  private readonly cli = pulumiCli();
  /** How the CLI finds this process. */
  private attached: { PULUMI_DEBUG_LANGUAGES: string; PULUMI_DEBUG_PROVIDERS: string } | undefined;

  /** The command that runs, and whether it was killed. */
  private running: { child: ChildProcess; killed: boolean } | undefined;

  constructor(options: EngineOptions = {}) {
    this.host = new LanguageHost(options);
    this.cloud = new Cloud({ region: options.region ?? "eu-west-2" });
    this.providers = packages.map((name) => new Provider(name, this.cloud, options));
  }

  /** Kills the command that runs, as a lost machine would: nothing is wound down. */
  kill(): void {
    if (!this.running) return;
    tally.kills += 1;
    this.running.killed = true;
    this.running.child.kill("SIGKILL");
  }

  /** Where the backend keeps what is known of the project's stacks. */
  get states(): string {
    return path.join(this.folder, "state", ".pulumi", "stacks");
  }

  /** A stack that has nothing yet. */
  async stack(name: string, { config, refreshes = false }: StackOptions = {}): Promise<EngineStack> {
    this.attached ??= await this.attach();
    const home = path.join(this.folder, name);
    fs.mkdirSync(home, { recursive: true });
    fs.mkdirSync(path.join(this.folder, "state"), { recursive: true });
    // The stack is made beside a copy of the project file: the CLI writes the key of its secrets into the stack's file,
    // which is not to be the committed one.
    fs.copyFileSync(path.join(projectFolder, "Pulumi.yaml"), path.join(home, "Pulumi.yaml"));
    const stack = new EngineStack(this, name, path.join(home, `Pulumi.${name}.yaml`), refreshes);
    const made = await this.run(["stack", "init", name, "--no-select", "-C", home]);
    assert.equal(made.code, 0, made.printed);
    stack.configure(config);
    return stack;
  }

  /** Remembers what the backend and AWS have now; the answer brings it back, as often as it is called. */
  keep(): () => void {
    const kept = fs.mkdtempSync(path.join(os.tmpdir(), "pulumi-kept-"));
    this.folders.push(kept);
    const state = path.join(this.folder, "state");
    fs.cpSync(state, kept, { recursive: true });
    const restore = this.cloud.keep();
    return () => {
      fs.rmSync(state, { recursive: true });
      fs.cpSync(kept, state, { recursive: true });
      restore();
    };
  }

  /** Ends what it started; the state goes with it. */
  stop(): void {
    this.host.stop();
    this.providers.forEach((provider) => provider.stop());
    for (const folder of this.folders) fs.rmSync(folder, { recursive: true, force: true });
  }

  private async attach(): Promise<NonNullable<Engine["attached"]>> {
    const ports = await Promise.all(this.providers.map((provider) => provider.start()));
    return {
      PULUMI_DEBUG_LANGUAGES: `nodejs:${await this.host.start()}`,
      PULUMI_DEBUG_PROVIDERS: packages.map((name, i) => `${name}:${ports[i]}`).join(","),
    };
  }

  /** Runs the CLI. */
  async run(
    args: string[],
    timeout = 900_000,
  ): Promise<{ code: number | null; printed: string; out: string }> {
    const { PATH, SystemRoot } = process.env;
    this.host.printed = "";
    const child = spawn(this.cli, [...args, "--non-interactive", "--color", "never", "--logtostderr"], {
      cwd: this.folder,
      env: {
        PATH,
        SystemRoot,
        HOME: this.folder,
        PULUMI_HOME: path.join(this.folder, "home"),
        PULUMI_BACKEND_URL: `file://${path.join(this.folder, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "a passphrase for tests",
        ...this.attached,
        // Without it --event-log is an unknown flag.
        PULUMI_DEBUG_COMMANDS: "true",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
      },
      stdio: ["ignore", "pipe", "pipe"],
      timeout,
      killSignal: "SIGKILL",
    });
    const running = { child, killed: false };
    this.running = running;
    let [out, printed] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
      printed += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (printed += text));
    const [code, signal] = (await once(child, "close")) as [number | null, string | null];
    this.running = undefined;
    this.host.abandon();
    assert.ok(signal === null || running.killed, `pulumi ${args.join(" ")} never ended. ${printed}`);
    return { code, printed: printed + this.host.printed, out };
  }

  /** Runs a command that changes or looks at a stack, and reads what the engine did. */
  async operate(command: string, stack: string, file: string, flags: string[]): Promise<Outcome> {
    const log = path.join(this.folder, `events-${process.hrtime.bigint()}.json`);
    const about = ["-C", projectFolder, "--stack", stack, "--config-file", file, "--event-log", log];
    const { code, printed } = await this.run([command, ...about, ...flags]);
    const events = fs.existsSync(log)
      ? readEvents(fs.readFileSync(log, "utf8"))
      : { all: [], diagnostics: [] };
    const steps = events.all.filter(
      ({ op }) => !/^(same|refresh|read|read-replacement|read-discard)$/.test(op),
    );
    if (command !== "preview") tally.steps += steps.length;
    return { code, printed, steps, ...events };
  }
}

/** One stack under the engine, by the commands that its users run. */
export class EngineStack {
  constructor(
    private readonly engine: Engine,
    readonly name: string,
    /** What stands for `Pulumi.<name>.yaml`. */
    readonly file: string,
    private readonly refreshes: boolean,
  ) {}

  /** Encrypts a value into the configuration, as `pulumi config set --secret` does. */
  async encrypt(key: string, value: string): Promise<void> {
    const set = await this.run("config", "set", "--secret", "--path", key, value, "--config-file", this.file);
    assert.equal(set.code, 0, set.printed);
    assert.ok(!fs.readFileSync(this.file, "utf8").includes(value));
  }

  /** Writes the stack's configuration: the committed file's where none is given. The key of its secrets stays. */
  configure(config: Record<string, unknown> | undefined): void {
    const kept = fs.existsSync(this.file) ? fs.readFileSync(this.file, "utf8") : "";
    const salt = /^encryptionsalt: .*$/m.exec(kept)?.[0] ?? "";
    const committed = path.join(projectFolder, `Pulumi.${this.name}.yaml`);
    const text =
      config === undefined
        ? fs.readFileSync(committed, "utf8")
        : stringify({
            config: Object.fromEntries(Object.entries(config).map(([key, value]) => [full(key), value])),
          });
    fs.writeFileSync(this.file, `${salt}\n${text}`);
    const written = (parse(text) as { config?: Record<string, unknown> } | null)?.config ?? {};
    const sections = Object.entries(written).map(([key, value]) => [key.split(":").pop(), value] as const);
    this.engine.cloud.configured = Object.fromEntries(sections) as Configured;
  }

  /** `pulumi up`, without the preview before it. */
  up(...flags: string[]): Promise<Outcome> {
    return this.operate("up", "--yes", "--skip-preview", ...flags);
  }

  preview(...flags: string[]): Promise<Outcome> {
    return this.operate("preview", ...flags);
  }

  refresh(...flags: string[]): Promise<Outcome> {
    return this.operate("refresh", "--yes", "--skip-preview", ...flags);
  }

  /** `pulumi destroy`, with the preview before it, as users run it: it stops what is protected before anything is deleted. */
  destroy(...flags: string[]): Promise<Outcome> {
    return this.operate("destroy", "--yes", ...flags);
  }

  /** The state, as `pulumi stack export` shows it. */
  async state(): Promise<{
    resources: { urn: string; type: string; id?: string; protect?: boolean }[];
    text: string;
  }> {
    const { code, out, printed } = await this.run("stack", "export");
    assert.equal(code, 0, printed);
    const { deployment } = JSON.parse(out) as { deployment: { resources?: [] } };
    return { resources: deployment.resources ?? [], text: out };
  }

  /** Where the backend keeps the state. */
  get stored(): StateFile {
    return new StateFile(path.join(this.engine.states, project, `${this.name}.json`));
  }

  /** Any other command on this stack. */
  run(...args: string[]): ReturnType<Engine["run"]> {
    return this.engine.run([...args, "-C", projectFolder, "--stack", this.name]);
  }

  /** A command as a tool writes it, with its `--stack`; those that read the stack's file read this one's. */
  command(args: readonly string[]): ReturnType<Engine["run"]> {
    const reads = ["refresh", "destroy", "config"].includes(args[0] ?? "");
    return this.engine.run([...args, "-C", projectFolder, ...(reads ? ["--config-file", this.file] : [])]);
  }

  /**
   * Deploys one configuration and then another, and tells what the second update did. The stack stays as that left it.
   *
   * @throws AssertionError where one of the two updates fails
   */
  async transition(from: StackOptions["config"], to: StackOptions["config"]): Promise<Step[]> {
    this.configure(from);
    succeeded(await this.up());
    this.configure(to);
    tally.transitions += 1;
    return succeeded(await this.up()).steps;
  }

  private operate(command: string, ...flags: string[]): Promise<Outcome> {
    const asIs = this.refreshes || command === "refresh" || flags.some((flag) => /^--refresh\b/.test(flag));
    return this.engine.operate(command, this.name, this.file, asIs ? flags : [...flags, "--refresh=false"]);
  }
}

/** The same outcome, of a command that must have done all of what it was to. */
export function succeeded(outcome: Outcome): Outcome {
  const errors = outcome.diagnostics.filter(({ severity }) => severity === "error");
  assert.equal(outcome.code, 0, `${errors.map(({ message }) => message).join("\n")}\n${outcome.printed}`);
  return outcome;
}

const full = (key: string): string => (key.includes(":") ? key : `${project}:${key}`);
