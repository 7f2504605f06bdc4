/** The command in a process of its own, with stand-ins for what is outside it: Pulumi's command line and AWS. */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { type Answers, FakeAws } from "./aws";
import { exported, type Shape } from "./exported";

const project = path.resolve(__dirname, "../../..");

/** Deploys the one stack there is, without a question. */
export const prod = ["--stack", "prod", "--yes"];

/** Stands in for Pulumi: writes down how it is called, and does what its plan says. */
const fakePulumi = `#!${process.execPath}
const fs = require("node:fs");
const folder = __dirname;
const args = process.argv.slice(2);
fs.appendFileSync(folder + "/calls", JSON.stringify(args) + "\\n");
const plan = JSON.parse(fs.readFileSync(folder + "/plan.json", "utf8"));
if (args[0] === "whoami") process.exit(0);
if (args[1] === "ls") { process.stdout.write('[{"name":"prod"}]'); process.exit(0); }
if (args[0] === "stack") { process.stdout.write(plan.state); process.exit(plan.exportCode); }
if (args[0] === "config") { process.stdout.write(JSON.stringify(plan.config)); process.exit(plan.configCode); }
// Before the first word: whoever hears it may send the signal at once.
if (plan.hang) process.on("SIGTERM", () => process.exit(8));
console.log("pulumi shows its preview");
const end = () => process.exit(args.includes("--replace") ? plan.replaceCode : plan.upCode);
if (plan.hang) setTimeout(end, plan.hang);
else if (args.includes("--yes")) end();
else {
  process.stdin.on("data", (answer) => String(answer).trim() === "yes" ? end() : process.exit(255));
  process.stdin.on("end", () => process.exit(254));
}
`;

/** What it does. */
export interface Plan {
  state: string;
  exportCode: number;
  config: Record<string, { value: string }>;
  configCode: number;
  upCode: number;
  replaceCode: number;
  hang: number;
  searchPath: string;
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
  /** How Pulumi was called, but for what is asked before. */
  calls: string[];
}

export class Outside {
  private readonly folder = mkdtempSync(path.join(tmpdir(), "deploy-"));
  private readonly engine = createServer((_, response) => response.end("OK"));
  aws: FakeAws | undefined;

  constructor() {
    writeFileSync(path.join(this.folder, "pulumi"), fakePulumi, { mode: 0o755 });
    // An engine that answers whatever it is asked.
    this.engine.listen(path.join(this.folder, "docker.sock"));
  }

  async end(): Promise<void> {
    this.engine.close();
    await this.aws?.stop();
    rmSync(this.folder, { recursive: true });
  }

  async deploy(
    args: string[],
    answers: Answers,
    plan: Partial<Plan> & Shape = {},
    during: (child: ChildProcessWithoutNullStreams) => void = (child) => child.stdin.end(),
  ): Promise<Ended> {
    await this.aws?.stop();
    this.aws = new FakeAws(answers);
    await this.aws.start();
    const defaults = { exportCode: 0, config: {}, configCode: 0, upCode: 0, replaceCode: 0, hang: 0 };
    const whole = { ...defaults, state: exported(plan), ...plan };
    writeFileSync(path.join(this.folder, "plan.json"), JSON.stringify(whole));
    writeFileSync(path.join(this.folder, "calls"), "");
    const command = ["-r", "./tools/preload.cjs", "tools/commands/deploy.ts", ...args];
    const child = spawn(process.execPath, command, {
      cwd: project,
      env: {
        ...process.env,
        PATH: plan.searchPath ?? `${this.folder}${path.delimiter}${process.env.PATH}`,
        HOME: this.folder,
        DOCKER_HOST: `unix://${path.join(this.folder, "docker.sock")}`,
        AWS_ENDPOINT_URL: this.aws.endpoint,
        AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
        AWS_SECRET_ACCESS_KEY: "example",
        AWS_EC2_METADATA_DISABLED: "true",
      },
    });
    const written = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (written.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (written.stderr += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    during(child);
    const code = await ended;
    const calls = readFileSync(path.join(this.folder, "calls"), "utf8").split("\n").filter(Boolean);
    const words = calls.map((call) => (JSON.parse(call) as string[]).join(" "));
    const first = words.findIndex((call) => call.startsWith("up "));
    return { code, ...written, calls: first < 0 ? [] : words.slice(first) };
  }
}
